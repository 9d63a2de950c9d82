"""What keeping a room would mean is said before anything is changed."""

from dataclasses import replace

import pytest

from appservice.domain.adoption import preview
from appservice.domain.desired import Service
from appservice.domain.ids import KindName, RoomId, UserId
from appservice.domain.names import NameBook
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import Room, RoomClass
from appservice.policies import load_all
from tests.synapse.cast import CLASS, PEOPLE

BOT, KEEPER = UserId("@homeroom:school.test"), UserId("@homeroom_keeper:school.test")
TEACHER, PUPIL = "@fang:school.test", "@xiaoming:school.test"
POLICY = load_all()[KindName("class_students")]
ROOM = Room(
    room_id=RoomId("!r"), room_class=RoomClass.MANAGED, kind=POLICY.kind, scope=CLASS
)


def state(*more, version="10", creator=TEACHER, bot=100) -> RoomState:
    """Fold a room as a teacher makes it, with us in it."""
    users = {TEACHER: 100, BOT: bot}
    if version == "12":
        del users[creator]
    found = RoomState()
    created = {"room_version": version, "creator": creator}
    for type_, key, content in (
        ("m.room.create", "", created),
        ("m.room.power_levels", "", {"users": users}),
        ("m.room.name", "", {"name": f"{CLASS}学生群"}),
        ("m.room.member", BOT, {"membership": "join"}),
        ("m.room.member", TEACHER, {"membership": "join", "displayname": "语文王芳"}),
        ("m.room.member", PUPIL, {"membership": "join", "displayname": "小明同学"}),
        *more,
    ):
        found.fold(type_, key, f"$of{type_}{key}", creator, content)
    return found


def see(found: RoomState, *, room=ROOM, reaches=lambda _user_id: True):
    """Preview a room of the sample class."""
    book = NameBook(policy=POLICY, scope=room.scope, people={p.id: p for p in PEOPLE})
    return preview(
        found,
        room=room,
        policy=POLICY,
        people={p.user_id: p for p in PEOPLE if p.user_id},
        book=book,
        service=Service(bot=BOT, keeper=KEEPER),
        reaches=reaches,
    )


def named(user_id: str, name: str | None):
    return "m.room.member", user_id, {"membership": "join", "displayname": name}


def test_false_names_are_listed_with_the_right_ones():
    seen = see(state(named(PUPIL, "孙悟空")))
    assert [(f.user_id, f.present, f.right) for f in seen.false_names] == [
        (PUPIL, "孙悟空", "小明同学")
    ]
    assert seen.false_names[0].can_be_written
    assert see(state()).false_names == ()


def test_who_poses_as_a_teacher_is_among_them():
    seen = see(state(named(PUPIL, "王芳")))
    assert [each.user_id for each in seen.false_names] == [PUPIL]


def test_whom_the_hand_does_not_reach_is_told_apart():
    seen = see(state(named(PUPIL, "孙悟空")), reaches=lambda _user_id: False)
    assert not seen.false_names[0].can_be_written


def test_strangers_and_who_is_missing_are_listed():
    """Our own accounts are neither; nor is somebody of another class missing."""
    seen = see(state(named("@who:school.test", "谁"), named(KEEPER, "Homeroom")))
    assert seen.strangers == ("@who:school.test",)
    absent = {person.user_id for person in seen.absent}
    assert "@xiaohong:school.test" in absent
    assert not {TEACHER, PUPIL, "@dada:school.test"} & absent
    assert seen.members == 3


def test_what_would_be_put_right_is_told_also_while_we_may_not_do_it():
    able, unable = see(state()), see(state(bot=0))
    assert "levels" in able.aspects
    assert unable.aspects == able.aspects
    assert able.lacks == ()
    assert unable.lacks == ("redact", "levels", "state")


def test_the_creator_of_a_room_of_version_12_stands_above_us_for_ever():
    assert see(state(version="12")).creators == (TEACHER,)
    assert see(state(version="12", creator=BOT)).creators == ()
    assert see(state()).creators == ()


@pytest.mark.parametrize(
    ("event", "is_impossible"),
    [
        (("m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"}), True),
        (("m.room.tombstone", "", {"replacement_room": "!new"}), True),
        (("m.room.tombstone", "", {"replacement_room": ""}), False),
        (("m.room.tombstone", "", {"replacement_room": 7}), False),
        (
            ("m.room.create", "", {"room_version": "10", "type": "m.space"}),
            True,
        ),
        (("m.room.topic", "", {"topic": "m.space"}), False),
    ],
)
def test_some_rooms_cannot_be_kept_at_all(event, is_impossible):
    assert see(state(event)).is_impossible is is_impossible


def test_members_of_other_servers_are_counted():
    assert see(state(named("@a:elsewhere.example", "甲"))).remote == 1
    assert see(state()).remote == 0


@pytest.mark.parametrize(
    ("visibility", "is_visible"),
    [("shared", True), ("world_readable", True), ("joined", False), ("invited", False)],
)
def test_whether_the_past_is_for_us_to_read(visibility, is_visible):
    event = ("m.room.history_visibility", "", {"history_visibility": visibility})
    assert see(state(event)).is_past_visible is is_visible


def test_from_outside_nothing_is_said_of_levels():
    """Of a room seen through the admin API; there a level is still to be given."""
    outside = state(("m.room.member", BOT, {"membership": "leave"}), bot=0)
    seen = see(outside)
    assert not seen.is_member
    assert (seen.lacks, seen.above) == ((), ())


def test_nothing_at_all_is_no_obstacle():
    """A room whose state has none of what is looked for."""
    seen = see(RoomState(), room=replace(ROOM, scope=None))
    assert (seen.name, seen.members, seen.is_impossible) == ("", 0, False)
