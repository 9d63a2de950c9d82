"""What a room should be, and that it becomes so whatever people do to it."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appservice.domain.desired import (
    ASPECTS,
    FIXED,
    GUARDED,
    Difference,
    Effects,
    Service,
    differences,
    holder_of,
    lacks,
    may_stand,
)
from appservice.domain.house import Features, Holder, Settings
from appservice.domain.ids import KindName, PersonId, UserId
from appservice.domain.people import Person, Right, Role
from appservice.domain.policy import Policy
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import Room, RoomClass
from tests import auth_rules
from tests.builders import ROOM, TEACHER
from tests.builders import XIAOMING as PUPIL

BOT = UserId("@homeroom:school.example")
KEEPER = UserId("@homeroom_keeper:school.example")
OWNER = UserId("@chen:school.example")
STRANGER = UserId("@who:school.example")
BRIDGE = UserId("@bridge:school.example")
SERVICE = Service(bot=BOT, keeper=KEEPER)
EVERYBODY = [BOT, KEEPER, OWNER, TEACHER, PUPIL, STRANGER, BRIDGE]

LEVELS = "m.room.power_levels"
CLASS = Room(
    room_id=ROOM,
    room_class=RoomClass.MANAGED,
    kind=KindName("class"),
    name="三年级2班",
)
POLICY = Policy(
    kind=KindName("class"),
    title="班级群",
    title_en="class",
    version="1",
    roles=(Role.STUDENT, Role.TEACHER, Role.STAFF),
    rights=MappingProxyType(
        {
            "staff": frozenset({Right.OWN, Right.REVIEW}),
            "teacher": frozenset({Right.STOP, Right.ANNOUNCE}),
        }
    ),
    settings=Settings(official="学校官方群"),
)


def person(user_id: UserId, role: Role) -> Person:
    return Person(
        id=PersonId(user_id), name="某", roles=frozenset({role}), user_id=user_id
    )


PEOPLE = {
    OWNER: person(OWNER, Role.STAFF),
    TEACHER: person(TEACHER, Role.TEACHER),
    PUPIL: person(PUPIL, Role.STUDENT),
}


def room(
    contents: Mapping[str, Any] | None = None,
    *,
    version: str = "11",
    members: Collection[UserId] = (BOT, TEACHER, PUPIL),
) -> RoomState:
    """Make a room in which the service stands at 100, or is the creator."""
    levels = {} if version == "12" else {"users": {BOT: 100}}
    state = RoomState()
    state.fold("m.room.create", "", "$create", BOT, {"room_version": version})
    for type_, content in {LEVELS: levels, **(contents or {})}.items():
        state.fold(type_, "", f"${type_}", BOT, content)
    for user in members:
        state.fold("m.room.member", user, "$join", user, {"membership": "join"})
    return state


def differ(
    state: RoomState,
    *,
    policy: Policy = POLICY,
    only: Collection[str] | None = None,
    kept: Mapping[str, Any] | None = None,
    **effects: Any,
) -> tuple[Difference, ...]:
    return differences(
        state,
        room=CLASS,
        policy=policy,
        people=PEOPLE,
        service=SERVICE,
        effects=Effects(kept=kept or {}, **effects),
        only=only,
    )


def levels_of(state: RoomState, **effects: Any) -> dict[str, Any]:
    (difference,) = differ(state, only={LEVELS}, **effects)
    return difference.content


def wanted(
    type_: str,
    present: Mapping[str, Any] | None,
    *,
    policy: Policy = POLICY,
    kept: Mapping[str, Any] | None = None,
) -> dict[str, Any] | None:
    """Say what the content should become; None: it may be as it is."""
    found = differ(
        room({} if present is None else {type_: present}),
        policy=policy,
        only={type_},
        kept={} if kept is None else {type_: kept},
    )
    return found[0].content if found else None


def having(**changes: Any) -> Policy:
    return replace(POLICY, settings=replace(POLICY.settings, **changes))


def test_people_of_the_roster_stand_where_their_rights_put_them():
    """A stranger and somebody without rights stand where everybody does."""
    state = room(
        {LEVELS: {"users": {BOT: 100, STRANGER: 50, PUPIL: 50}}},
        members=[BOT, OWNER, TEACHER, PUPIL, STRANGER],
    )
    assert levels_of(state)["users"] == {BOT: 100, OWNER: 60, TEACHER: 40}


def test_who_is_entitled_and_not_here_gets_no_level_and_keeps_one():
    """Else a level would come and go whenever somebody leaves for a day."""
    assert levels_of(room(members=[BOT]))["users"] == {BOT: 100}

    state = room({LEVELS: {"users": {BOT: 100, TEACHER: 99}}}, members=[BOT])
    assert levels_of(state)["users"] == {BOT: 100, TEACHER: 40}


def test_who_is_muted_may_react_and_not_speak():
    """The rights of somebody muted do not count; they need not be here now."""
    content = levels_of(room(), muted=frozenset({TEACHER, STRANGER}))

    assert content["users"] == {BOT: 100, TEACHER: -1, STRANGER: -1}
    for type_, may in {"m.reaction": True, "m.room.message": False}.items():
        sends = auth_rules.may_send(content, type_, TEACHER, is_state=False)
        assert sends is may


def test_who_stands_at_the_service_is_not_muted():
    state = room({LEVELS: {"users": {BOT: 100, OWNER: 100}}})
    assert levels_of(state, muted=frozenset({OWNER}))["users"][OWNER] == 100


def test_the_accounts_of_other_services_and_our_keeper_are_left_alone():
    users = {BOT: 100, KEEPER: 100, BRIDGE: 50, STRANGER: 50}

    content = levels_of(
        room({LEVELS: {"users": users}}, members=[]), left_alone=frozenset({BRIDGE})
    )

    assert content["users"] == {BOT: 100, KEEPER: 100, BRIDGE: 50}


def test_in_a_quiet_room_those_who_announce_speak():
    """Polls and stickers are speech too; reactions and answers are not."""
    content = levels_of(room(), quiet=True)

    def may(user: UserId, type_: str) -> bool:
        return auth_rules.may_send(content, type_, user, is_state=False)

    for type_ in ("m.room.message", "m.sticker", "m.poll.start", "org.example"):
        assert may(TEACHER, type_)
        assert not may(PUPIL, type_)
    for type_ in ("m.reaction", "m.room.redaction", "m.poll.response"):
        assert may(PUPIL, type_)


@pytest.mark.parametrize(
    ("type_", "user", "may"),
    [
        ("m.room.topic", OWNER, True),
        ("m.room.topic", TEACHER, False),
        ("m.room.pinned_events", TEACHER, True),
        ("m.room.pinned_events", PUPIL, False),
        ("m.room.name", OWNER, False),
        ("m.room.encryption", OWNER, False),
        ("m.room.power_levels", OWNER, False),
        ("m.room.tombstone", OWNER, False),
        ("org.example.state", OWNER, False),
        ("m.call.member", PUPIL, True),
        ("im.vector.modular.widgets", OWNER, False),
    ],
)
@pytest.mark.parametrize("version", ["11", "12"])
def test_the_policy_says_who_may_change_what(version, type_, user, may):
    """Calls are state events: for everyone they need a level of their own."""
    policy = replace(POLICY, features=Features(calls=Holder.EVERYONE))
    state = room(version=version, members=[OWNER, TEACHER])

    (difference,) = differ(state, policy=policy, only={LEVELS})

    creators = state.creators
    assert auth_rules.may_send(difference.content, type_, user, creators) is may


def test_a_tombstone_stays_where_newer_rooms_have_it():
    assert levels_of(room(version="12"))["events"]["m.room.tombstone"] == 150


def test_a_service_at_50_keeps_to_what_it_may_do():
    """Nobody reaches it, and what is nobody's needs no more than it has."""
    state = room({LEVELS: {"users": {BOT: 50}}}, members=[OWNER, TEACHER])

    content = levels_of(state)

    assert content["users"] == {BOT: 50, OWNER: 49, TEACHER: 40}
    assert content["events"]["m.room.encryption"] == 50


def test_where_the_service_may_do_nothing_nothing_is_asked_for():
    state = room(
        {
            LEVELS: {"users": {OWNER: 100}},
            "m.room.name": {"name": "别的"},
            "m.room.topic": {"topic": "别的"},
        }
    )
    assert differ(state) == ()
    assert lacks(state, SERVICE) == ("redact", "levels", "state")
    assert lacks(room(), SERVICE) == ()
    assert lacks(room(version="12"), SERVICE) == ()


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (None, {"name": "三年级2班"}),
        ({"name": "快乐大家庭"}, {"name": "三年级2班"}),
        ({"name": ["三年级2班"]}, {"name": "三年级2班"}),
        ({"name": "三年级2班", "org.example": 1}, None),
    ],
)
def test_a_name_is_the_one_that_was_given(present, expected):
    """B2-02."""
    assert wanted("m.room.name", present) == expected


def test_a_name_that_may_be_chosen_is_the_one_chosen():
    policy = having(name=Holder.OWN)
    new, old = {"name": "新"}, {"name": "旧"}

    assert wanted("m.room.name", new, kept=old, policy=policy) == old
    assert wanted("m.room.name", new, policy=policy) is None


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (None, "学校官方群"),
        ({"topic": ""}, "学校官方群"),
        ({"topic": "学校官方群"}, None),
        ({"topic": "家校沟通"}, "学校官方群｜家校沟通"),
        ({"topic": "学校官方群｜家校沟通"}, None),
        ({"topic": "学校官方群 | 家校沟通"}, "学校官方群｜家校沟通"),
        ({"topic": "学校官方群里说"}, "学校官方群｜学校官方群里说"),
        ({"topic": 7}, "学校官方群"),
    ],
)
def test_a_topic_begins_with_the_mark_of_the_school(present, expected):
    """A02: members see that a room is official."""
    new = wanted("m.room.topic", present)
    assert (new and new["topic"]) == expected


def test_a_rich_topic_says_the_same():
    """Clients show one or the other (MSC3765)."""
    forms = [{"body": "<b>a</b>", "mimetype": "text/html"}, {"body": "a"}, 7]
    present = {
        "topic": "a",
        "m.topic": {"m.text": forms, "x": 1},
        "org.matrix.msc3765.topic": "broken",
    }

    new = wanted("m.room.topic", present, policy=having(official="A&B"))

    assert new == {
        "topic": "A&B｜a",
        "m.topic": {
            "m.text": [
                {"body": "A&amp;B｜<b>a</b>", "mimetype": "text/html"},
                {"body": "A&B｜a"},
            ],
            "x": 1,
        },
    }
    assert wanted("m.room.topic", new, policy=having(official="A&B")) is None


@given(st.text(), st.text(alphabet="官方群 ｜|", max_size=6))
def test_a_topic_gets_its_mark_once(topic, official):
    policy = having(official=official)
    new = wanted("m.room.topic", {"topic": topic}, policy=policy)

    if new is not None:
        assert wanted("m.room.topic", new, policy=policy) is None


def test_without_a_mark_a_topic_is_as_it_was_chosen():
    policy = having(official=None)
    assert wanted("m.room.topic", {"topic": "x"}, policy=policy) is None
    assert wanted("m.room.topic", None, kept={"topic": "y"}, policy=policy) == {
        "topic": "y"
    }


@pytest.mark.parametrize("type_", ["m.room.avatar", "m.room.canonical_alias"])
def test_what_was_chosen_by_hand_comes_back(type_):
    """And where nobody chose anything, it may be as it is."""
    assert wanted(type_, {"url": "mxc://new"}, kept={"url": "mxc://old"}) == {
        "url": "mxc://old"
    }
    assert wanted(type_, {"url": "mxc://new"}, kept={}) == {}
    assert wanted(type_, {"url": "mxc://new"}) is None


def test_only_the_newest_pins_stay():
    """Clients put the newest last."""
    policy = having(pins_at_most=2)
    kept = {"pinned": ["$1", "$2", "$3"]}

    new = wanted("m.room.pinned_events", kept, kept=kept, policy=policy)

    assert new == {"pinned": ["$2", "$3"]}
    assert wanted("m.room.pinned_events", new, kept=kept, policy=policy) is None
    assert wanted("m.room.pinned_events", None, kept={}, policy=policy) is None
    assert wanted("m.room.pinned_events", kept, policy=having(pins_at_most=0)) is None


def test_a_room_is_replaced_only_by_who_may():
    tombstone = {"replacement_room": "!new"}
    nowhere = {"replacement_room": ""}
    assert wanted("m.room.tombstone", tombstone) == nowhere
    assert wanted("m.room.tombstone", nowhere) is None
    assert wanted("m.room.tombstone", tombstone, kept=tombstone) is None
    assert wanted("m.room.tombstone", {}) is None


@pytest.mark.parametrize(
    ("type_", "present", "expected"),
    [
        ("m.room.join_rules", {"join_rule": "public"}, {"join_rule": "invite"}),
        (
            "m.room.join_rules",
            {"join_rule": "restricted", "allow": [{"type": "m.room_membership"}]},
            {"join_rule": "invite"},
        ),
        ("m.room.join_rules", None, None),
        ("m.room.join_rules", {"join_rule": "invite", "x": 1}, None),
        ("m.room.history_visibility", None, {"history_visibility": "joined"}),
        ("m.room.guest_access", None, None),
        (
            "m.room.guest_access",
            {"guest_access": "can_join"},
            {"guest_access": "forbidden"},
        ),
    ],
)
def test_settings_are_as_the_policy_says(type_, present, expected):
    """Also where an event is missing whose default is right (A68, B3-34)."""
    assert wanted(type_, present) == expected


@pytest.mark.parametrize("type_", GUARDED)
def test_a_change_by_hand_stands_where_the_policy_allows_it(type_):
    may = holder_of(type_, POLICY.settings)
    assert may is not None
    for right in Right:
        stands = may_stand(type_, policy=POLICY, rights=[right])
        assert stands is may.includes([right])


@pytest.mark.parametrize("type_", [*FIXED, "m.room.member"])
def test_what_the_policy_fixes_nobody_changes(type_):
    assert holder_of(type_, POLICY.settings) is None
    assert not may_stand(type_, policy=POLICY, rights=list(Right))


def test_a_difference_says_what_it_replaces():
    first, *_ = found = differ(room({"m.room.name": {"name": "x"}}))

    assert (first.type, first.replaces) == (LEVELS, f"${LEVELS}")
    assert {each.type: each.aspect for each in found}.items() <= ASPECTS.items()
    assert {each.type: each.replaces for each in found}["m.room.topic"] is None


values = st.sampled_from([-1, 0, 40, 50, 60, 99, 100, 150])
settings_by_hand = st.sampled_from(
    [
        ("m.room.name", {"name": "x"}),
        ("m.room.name", {}),
        ("m.room.topic", {"topic": "x", "m.topic": {"m.text": [{"body": "x"}]}}),
        ("m.room.avatar", {"url": "mxc://x/y"}),
        ("m.room.pinned_events", {"pinned": ["$a", "$b"]}),
        ("m.room.canonical_alias", {"alias": "#x:y"}),
        ("m.room.tombstone", {"replacement_room": "!x"}),
        ("m.room.join_rules", {"join_rule": "public"}),
        ("m.room.history_visibility", {"history_visibility": "world_readable"}),
        ("m.room.guest_access", {"guest_access": "can_join"}),
    ]
)
levels_by_hand = st.tuples(
    st.sampled_from(["users", "events", "notifications", ""]),
    st.sampled_from([*EVERYBODY, LEVELS, "m.room.name", "m.room.message", "room"])
    | st.sampled_from(auth_rules.NAMED),
    values | st.none(),
)
acts = st.lists(
    st.tuples(
        st.sampled_from(EVERYBODY),
        settings_by_hand | levels_by_hand | st.sampled_from(["join", "leave"]),
    ),
    max_size=12,
)


def perform(state: RoomState, sender: UserId, act: Any) -> None:
    """Let somebody do something, if the authorization rules do."""
    if isinstance(act, str):
        state.fold("m.room.member", sender, "$member", sender, {"membership": act})
        return
    type_, content = act if len(act) == 2 else (LEVELS, _changed(state, *act))
    if _is_accepted(state, sender, type_, content):
        state.fold(type_, "", "$act", sender, content)


def _is_accepted(state: RoomState, sender: UserId, type_: str, content: Any) -> bool:
    levels, creators = state.content(LEVELS) or {}, state.creators
    if type_ == LEVELS:
        return auth_rules.accepts_levels(levels, content, sender, creators)
    return auth_rules.may_send(levels, type_, sender, creators)


def _changed(state: RoomState, section: str, key: str, value: Any) -> dict[str, Any]:
    content = json.loads(json.dumps(state.content(LEVELS) or {}))
    part = content.setdefault(section, {}) if section else content
    if section == "" and key not in auth_rules.NAMED:
        return dict(content)
    part.pop(key, None)
    if value is not None:
        part[key] = value
    return dict(content)


@given(
    acts,
    st.sampled_from(["10", "11", "12"]),
    st.sampled_from([0, 50, 100]),
    st.sampled_from(EVERYBODY),
    st.fixed_dictionaries(
        {"muted": st.frozensets(st.sampled_from(EVERYBODY)), "quiet": st.booleans()}
    ),
)
@settings(max_examples=400)
def test_whatever_people_do_a_room_becomes_what_it_should_be(
    acts, version, own, creator, effects
):
    """At the latest in the second round, and the homeserver refuses nothing of it."""
    users = {BOT: own, creator: 100}
    if version == "12":
        del users[creator]
    state = RoomState()
    state.fold("m.room.create", "", "$create", creator, {"room_version": version})
    state.fold(LEVELS, "", "$levels", creator, {"users": users})
    for sender, act in acts:
        perform(state, sender, act)
    effects |= {"kept": {"m.room.avatar": {"url": "mxc://kept"}}}

    for _ in range(2):
        for each in differ(state, **effects):
            assert _is_accepted(state, BOT, each.type, each.content)
            state.fold(each.type, "", "$right", BOT, each.content)

    assert differ(state, **effects) == ()
    if not lacks(state, SERVICE):
        _assert_right(state, effects["muted"])


def _assert_right(state: RoomState, muted: Collection[UserId]) -> None:
    """Nobody below the service stands higher than they should."""
    levels = state.levels
    for user, most in {
        OWNER: 60,
        TEACHER: 40,
        PUPIL: 0,
        STRANGER: 0,
        BRIDGE: 0,
    }.items():
        if levels.of(user) < levels.of(BOT):
            assert levels.of(user) <= (-1 if user in muted else most)
    assert (state.content("m.room.name") or {}).get("name") == "三年级2班"
    joining = state.content("m.room.join_rules") or {}
    assert joining.get("join_rule", "invite") == "invite"


def test_a_large_room_is_compared_in_a_moment(
    record_property, processor_time: Callable[[], float]
):
    people = {
        user: person(user, Role.TEACHER if n % 2 else Role.STUDENT)
        for n in range(2000)
        if (user := UserId(f"@person{n}:school.example"))
    }
    members = list(people)[:500]
    state = room({LEVELS: {"users": dict.fromkeys(members, 50)}}, members=members)
    state.fold(LEVELS, "", "$", BOT, {"users": {BOT: 100, **dict.fromkeys(members, 5)}})

    before = processor_time()
    found = differences(
        state,
        room=CLASS,
        policy=POLICY,
        people=people,
        service=SERVICE,
        effects=Effects(muted=frozenset(members[:50])),
    )
    took = processor_time() - before

    record_property("ms", took * 1000)
    assert found
    assert took < 0.1
