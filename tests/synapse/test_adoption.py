"""Adoption: a room that lives is taken on with its past, and nothing is done in it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from click.testing import CliRunner

from appservice.cli import main
from appservice.domain.ids import RoomId
from appservice.domain.rooms import Mode
from appservice.services import past
from tests.synapse.cast import CLASS
from tests.synapse.kinds import KIND
from tests.synapse.member import text, until
from tests.synapse.school import BAD, BOT, School

pytestmark = pytest.mark.asyncio(loop_scope="session")

MASKED = "孙悟空"


async def homeroom(school: School, *args: str, input_: str | None = None) -> Any:
    """Call a command as an administrator does; return its result."""
    config = ["--config", str(school.stage.config_path)]

    def call() -> Any:
        return CliRunner().invoke(main, [*args, *config], input=input_)

    return await asyncio.to_thread(call)


async def adopt(school: School, room_id: str, *options: str) -> Any:
    return await homeroom(
        school, "rooms", "adopt", room_id, "--kind", str(KIND), *options
    )


async def lived_in(school: School, **more: Any) -> tuple[RoomId, list[str]]:
    """Make a room as a teacher does, with a past in it; return what was written."""
    members = ("xiaoming", "xiaohong")
    room_id = await school.adopted(by="fang", members=members, level=150, **more)
    await school.fang.put(room_id, "m.room.name", {"name": f"{CLASS}学生群"}, "")
    await school.xiaoming.rename(room_id, MASKED)
    return room_id, [await school.xiaoming.say(room_id, f"第{n}句") for n in range(5)]


async def of_past(school: School, room_id: str) -> list[Any]:
    sql = (
        "SELECT event_id FROM events WHERE room_id = $1 AND source = 'adoption' "
        "ORDER BY seq DESC"
    )
    return [row["event_id"] for row in await school.fetch(sql, room_id)]


async def is_observed(school: School, room_id: RoomId) -> None:
    """Wait until the running service knows the room and has looked at it."""

    async def looked() -> bool:
        room = school.service.school.rooms.get(room_id)
        rows = await school.actions(room_id, "rename")
        return room is not None and bool(rows)

    await until(looked, what="the room to be looked at")


async def test_the_preview_changes_nothing(school):
    room_id, _ = await lived_in(school)
    seen = await adopt(school, room_id)
    assert seen.exit_code == 0, seen.output
    assert f"{KIND}, {CLASS}; version 10, 3 members" in seen.output
    assert f"1 names put right: {MASKED} → 小明同学" in seen.output
    assert "power levels" in seen.output
    assert "@fang:school.test stand at our level or above" in seen.output
    assert "Nothing is changed" in seen.output
    assert await school.fetch("SELECT FROM rooms WHERE room_id = $1", room_id) == []
    member = await school.fang.member(room_id, school.xiaoming.user_id)
    assert member["displayname"] == MASKED


async def test_adopted_it_is_observed_and_its_past_is_on_record(school):
    """Nothing of the past is judged; what comes after is, and nothing is done."""
    room_id, said = await lived_in(school)
    bad = await school.xiaoming.say(room_id, BAD)
    kept = await adopt(school, room_id, "--yes", "--history")
    assert kept.exit_code == 0, kept.output
    assert "adopted, observe" in kept.output
    recorded = await of_past(school, room_id)
    assert [e for e in recorded if e in said] == said
    await is_observed(school, room_id)
    worse = await school.xiaoming.say(room_id, f"{BAD}!")
    await school.settled(worse)

    assert school.service.school.rooms[room_id].mode is Mode.OBSERVE
    redacted = await school.actions(room_id, "redact")
    assert [(row["subject"], row["status"]) for row in redacted] == [
        (worse, "observed")
    ]
    for event_id in (bad, worse):
        assert await school.xiaohong.redaction(room_id, event_id) is None
    assert await school.xiaoming.invitations() is not None
    member = await school.fang.member(room_id, school.xiaoming.user_id)
    assert member["displayname"] == MASKED

    exported = await homeroom(school, "records", "export", "--room", room_id)
    lines = [json.loads(line) for line in exported.stdout.splitlines()]
    events = [line for line in lines if line["kind"] == "event"]
    order = [line["event_id"] for line in events]
    assert [e for e in order if e in {*said, bad, worse}] == [*said, bad, worse]
    assert {e["source"] for e in events if e["event_id"] in said} == {"adoption"}


async def test_the_report_says_what_would_have_been_done(school):
    room_id, _ = await lived_in(school)
    await adopt(school, room_id, "--yes")
    await is_observed(school, room_id)
    events = [await school.xiaoming.say(room_id, f"{BAD}{n}") for n in range(3)]
    await school.settled(*events)
    said = await homeroom(school, "rooms", "report", room_id)
    assert said.exit_code == 0, said.output
    assert "hold     abuse                        3  by 1 people" in said.output
    assert "redact       abuse                        3" in said.output
    assert "rename       names                        1" in said.output
    assert BAD not in said.output
    found = json.loads(
        (await homeroom(school, "rooms", "report", room_id, "--json")).stdout
    )
    abuse = next(each for each in found["rules"] if each["rule"] == "abuse")
    assert (abuse["times"], abuse["people"], abuse["outcome"]) == (3, 1, "hold")
    assert abuse["examples"] == events
    later = await homeroom(school, "rooms", "report", room_id, "--since", "1ms")
    assert "nothing has come in yet" in later.output
    nobody = await homeroom(school, "rooms", "report", "!nowhere")
    assert nobody.exit_code == 1


async def test_enforced_it_is_put_right(school):
    room_id, _ = await lived_in(school)
    await adopt(school, room_id, "--yes")
    await is_observed(school, room_id)
    done = await homeroom(school, "rooms", "enforce", room_id)
    assert done.exit_code == 0, done.output

    async def is_right() -> bool:
        member = await school.fang.member(room_id, school.xiaoming.user_id)
        return bool(member.get("displayname") == "小明同学")

    await until(is_right, what="the name")


async def test_a_past_that_breaks_off_goes_on_where_it_was(school, monkeypatch):
    room_id, said = await lived_in(school)
    monkeypatch.setattr(past, "PAGE", 3)
    await adopt(school, room_id, "--yes")
    # As after a crash: two pages are on record, the place of the third is known.
    reader = past.PastReader(school.pool, school.service.client, school.service.intake)
    await is_observed(school, room_id)
    pages = reader.read(room_id)
    for _ in range(2):
        progress = await anext(pages)
    await pages.aclose()
    assert 0 < progress.events < 10
    before = await of_past(school, room_id)
    done = await adopt(school, room_id, "--yes", "--history")
    assert "is kept already" in done.output
    assert "events of its past on record" in done.output
    after = await of_past(school, room_id)
    assert after[-len(before) :] == before
    assert [e for e in after if e in said] == said
    again = await adopt(school, room_id, "--yes", "--history")
    assert "its past is on record already" in again.output
    assert await of_past(school, room_id) == after


@pytest.mark.parametrize("is_adopted", [True, False])
async def test_what_came_after_a_room_was_kept_is_no_past(
    school, monkeypatch, is_adopted
):
    """It may not have reached us yet: recorded as past it would never be judged."""
    monkeypatch.setattr(past, "PAGE", 2)
    room_id, said = await lived_in(school)
    await school.stop()
    try:
        await adopt(school, room_id, "--yes")
        if not is_adopted:
            # As `rooms add` keeps a room: where its past begins is not known.
            await school.fetch("DELETE FROM adoptions WHERE room_id = $1", room_id)
            # A minute counts as past, for clocks differ: let it be over.
            later = "UPDATE rooms SET added_at = now() + interval '1 minute'"
            await school.fetch(f"{later} WHERE room_id = $1", room_id)
        bad = await school.xiaoming.say(room_id, BAD)
        more = [await school.xiaohong.say(room_id, f"后{n}") for n in range(4)]
        done = await adopt(school, room_id, "--yes", "--history")
        assert done.exit_code == 0, done.output
        recorded = await of_past(school, room_id)
        assert not {bad, *more} & set(recorded)
        assert set(said) <= set(recorded)
    finally:
        await school.start()
    await school.settled(bad)
    redacted = await school.actions(room_id, "redact")
    assert [row["subject"] for row in redacted] == [bad]


async def test_a_past_is_read_by_one_at_a_time(school):
    room_id, _ = await lived_in(school)
    await adopt(school, room_id, "--yes")
    await is_observed(school, room_id)
    reader = past.PastReader(school.pool, school.service.client, school.service.intake)
    pages = reader.read(room_id)
    await anext(pages)
    done = await adopt(school, room_id, "--yes", "--history")
    await pages.aclose()
    assert done.exit_code == 1
    assert "is being read already" in done.output


async def test_edits_redactions_and_originals_of_the_past_are_linked(school):
    """What the homeserver still has of a hidden message is kept."""
    room_id, said = await lived_in(school)
    edit = await school.xiaoming.send(
        room_id,
        "m.room.message",
        {
            **text("* 改过"),
            "m.new_content": text("改过"),
            "m.relates_to": {"rel_type": "m.replace", "event_id": said[0]},
        },
    )
    path = f"/rooms/{quote(room_id)}/redact/{quote(said[1])}/{uuid4()}"
    status, answer = await school.fang.ask("PUT", path, {"reason": "重复"})
    assert status == 200
    await adopt(school, room_id, "--yes", "--history")
    [edited] = await school.fetch("SELECT target FROM edits WHERE event_id = $1", edit)
    assert edited["target"] == said[0]
    [redaction] = await school.fetch(
        "SELECT target, sender, reason FROM redactions WHERE event_id = $1",
        answer["event_id"],
    )
    assert tuple(redaction) == (said[1], school.fang.user_id, "重复")
    [original] = await school.fetch(
        "SELECT raw, because FROM originals WHERE event_id = $1", said[1]
    )
    assert original["because"] == "recovered"
    assert json.loads(original["raw"])["content"]["body"] == "第1句"


async def test_a_room_we_are_not_in_says_what_to_do(school):
    status, answer = await school.fang.ask("POST", "/createRoom", {})
    assert status == 200
    done = await adopt(school, answer["room_id"], "--yes")
    assert done.exit_code == 1
    assert f"/invite {BOT}" in done.output


@contextlib.asynccontextmanager
async def with_an_administrators_token(school: School) -> AsyncIterator[None]:
    """Configure one for a while."""
    synapse, directory = school.stage.synapse, school.stage.directory
    admin = await synapse.register("boss", "a very long password", admin=True)
    token = directory / "boss-token"
    token.write_text(admin.access_token, encoding="utf-8")
    token.chmod(0o600)
    before = school.stage.config_path.read_text(encoding="utf-8")
    named = before.replace("admin_token_file:", f"admin_token_file: {token} #")
    school.stage.config_path.write_text(named, encoding="utf-8")
    try:
        yield
    finally:
        school.stage.config_path.write_text(before, encoding="utf-8")


async def with_a_hidden_past(school: School) -> tuple[RoomId, str]:
    """Make a room where only who was there may read; return it and what was said."""
    content = {"history_visibility": "joined"}
    state = {"type": "m.room.history_visibility", "content": content}
    settings = {"room_version": "11", "name": f"{CLASS}老群", "initial_state": [state]}
    status, made = await school.fang.ask("POST", "/createRoom", settings)
    assert status == 200
    return made["room_id"], await school.fang.say(made["room_id"], "你们来之前")


async def test_an_administrator_needs_no_invitation(school):
    """We come in at the highest level that somebody has, and read all of the past."""
    room_id, said = await with_a_hidden_past(school)
    async with with_an_administrators_token(school):
        done = await adopt(school, room_id, "--yes", "--history")
    assert done.exit_code == 0, done.output
    assert said in await of_past(school, room_id)
    assert "adopted, observe" in done.output
    levels = await school.fang.state(room_id, "m.room.power_levels")
    assert levels["users"][BOT] == 100
    assert (await school.fang.member(room_id, BOT))["membership"] == "join"


async def test_what_was_not_for_us_is_read_once_an_administrator_may(school):
    """Or the record would be taken for whole."""
    room_id, said = await with_a_hidden_past(school)
    path = f"/rooms/{quote(room_id)}/invite"
    await school.fang.ask("POST", path, {"user_id": BOT})
    done = await adopt(school, room_id, "--yes", "--history")
    assert "is not for us to read" in done.output
    assert said not in await of_past(school, room_id)
    async with with_an_administrators_token(school):
        await adopt(school, room_id, "--history")
    assert said in await of_past(school, room_id)


async def test_a_room_of_version_12_of_somebody_elses(school):
    room_id, _ = await lived_in(school, version="11")
    status, made = await school.fang.ask(
        "POST", "/createRoom", {"room_version": "12", "invite": [BOT]}
    )
    assert status == 200
    seen = await adopt(school, made["room_id"])
    assert "stands above every level for ever" in seen.output
    assert "`homeroom rooms upgrade`" in seen.output
    old = await adopt(school, room_id)
    assert "for ever" not in old.output


async def test_an_encrypted_room_is_refused(school):
    room_id, _ = await lived_in(school)
    content = {"algorithm": "m.megolm.v1.aes-sha2"}
    await school.fang.put(room_id, "m.room.encryption", content, "")
    done = await adopt(school, room_id, "--yes")
    assert done.exit_code == 1
    assert "It is encrypted" in done.output
    assert await school.fetch("SELECT FROM rooms WHERE room_id = $1", room_id) == []


@pytest.mark.parametrize(
    ("room", "kind", "said"),
    [
        ("class", str(KIND), "neither a room id"),
        ("#nowhere:school.test", str(KIND), "knows no such address"),
        ("!r:school.test", "class_student", "class_students"),
        ("!nowhere:school.test", str(KIND), "not in it"),
    ],
)
async def test_what_makes_no_sense_is_refused(school, room, kind, said):
    done = await homeroom(school, "rooms", "adopt", room, "--kind", kind)
    assert done.exit_code in (1, 2)
    assert said in done.output


async def test_an_address_will_do(school):
    room_id, _ = await lived_in(school)
    alias = "#adopted:school.test"
    path = f"/directory/room/{quote(alias)}"
    status, answer = await school.fang.ask("PUT", path, {"room_id": room_id})
    assert status == 200, answer
    done = await adopt(school, alias)
    assert room_id in done.output
