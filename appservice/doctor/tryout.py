"""
A room of our own, made to see what becomes of rooms here, and left at the end.

Nobody else is ever in it. Where the token may administer, Synapse is asked to remove
it altogether.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import uuid4

from appservice.doctor.calls import ephemeral
from appservice.doctor.finding import Finding, note, ok, problem
from appservice.doctor.storage import homeserver_clock
from appservice.doctor.visit import Visit
from appservice.domain.ids import RoomId
from appservice.matrix.accounts import as_object
from appservice.matrix.inquiry import Answer, Path, PathBuilder, SynapseAdminPath

OTHER_NAME = "Homeroom (doctor)"


async def try_out(visit: Visit) -> list[Finding]:
    """Make a room, look at it from all sides, and leave it."""
    async with _room(visit) as (room_id, refused):
        if room_id is None:
            remedy = "see what Synapse's log says about it"
            return [problem("rooms", f"no room can be made ({refused})", remedy)]
        found = await asyncio.gather(
            _encryption(visit, room_id),
            _names(visit, room_id),
            _messages(visit, room_id),
            ephemeral(visit, room_id),
        )
    encryption, names, messages, receipts = found
    return [encryption, names, *messages, receipts]


@contextlib.asynccontextmanager
async def _room(visit: Visit) -> AsyncIterator[tuple[RoomId | None, Answer]]:
    content = {
        "type": "m.login.application_service",
        "username": visit.config.accounts.bot,
        "inhibit_login": True,
    }
    # An account that exists is left as it is.
    await _ask(visit, "POST", Path.v3.register, content)
    settings = {"preset": "private_chat", "creation_content": {"m.federate": False}}
    answer = await _ask(visit, "POST", Path.v3.createRoom, settings)
    if not answer.is_good:
        yield None, answer
        return
    room_id = RoomId(str(answer.fields.get("room_id")))
    try:
        yield room_id, answer
    finally:
        await _ask(visit, "POST", Path.v3.rooms[room_id].leave, {})
        await _ask(visit, "POST", Path.v3.rooms[room_id].forget, {})
        if visit.is_admin:
            await visit.inquiry.ask(
                "DELETE",
                SynapseAdminPath.v2.rooms[room_id],
                token=visit.admin,
                content={"purge": True},
            )


async def _ask(visit: Visit, method: str, path: PathBuilder, content: object) -> Answer:
    return await visit.inquiry.ask(method, path, token=visit.road, content=content)


async def _encryption(visit: Visit, room_id: RoomId) -> Finding:
    path = Path.v3.rooms[room_id].state["m.room.encryption"]
    if (await visit.inquiry.ask("GET", path, token=visit.road)).is_good:
        return problem(
            "encryption",
            "new rooms are encrypted by default",
            "Homeroom cannot read what is encrypted: write "
            "encryption_enabled_by_default_for_room_type: off into homeserver.yaml",
        )
    return ok("encryption", "new rooms are not encrypted")


async def _names(visit: Visit, room_id: RoomId) -> Finding:
    """Find out where names are: in each room, in profiles, or locked."""
    hand = visit.registrations.hand
    answer = await visit.inquiry.ask("GET", Path.v3.capabilities, token=visit.road)
    can = as_object(answer.fields.get("capabilities"))
    if as_object(can.get("m.set_displayname")).get("enabled") is False:
        text = "locked: nobody may change names"
        if visit.is_admin:
            return ok("names", f"{text}; Homeroom sets them as an administrator")
        remedy = (
            f"make {visit.config.bot} an administrator, or set "
            "homeserver.admin_token_file, or no name can be put right"
        )
        return problem("names", text, remedy)
    path = Path.v3.rooms[room_id].state["m.room.member"][visit.config.bot]
    member = {"membership": "join", "displayname": OTHER_NAME}
    await _ask(visit, "PUT", path, member)
    written = await visit.inquiry.ask("GET", path, token=visit.road)
    text = (
        "each room has its own"
        if written.fields.get("displayname") == OTHER_NAME
        else "one in the profile for all rooms (allow_per_room_profiles is false)"
    )
    if hand is None:
        text += "; they are asked for and never written (registrations.hand: null)"
    return ok("names", text)


async def _messages(visit: Visit, room_id: RoomId) -> list[Finding]:
    """Say something, take it away, and read what it was."""
    before = visit.clock()
    path = Path.v3.rooms[room_id].send["m.room.message"][str(uuid4())]
    sent = await _ask(
        visit, "PUT", path, {"msgtype": "m.notice", "body": "Homeroom doctor"}
    )
    event_id = str(sent.fields.get("event_id"))
    there = Path.v3.rooms[room_id].event[event_id]
    event = await visit.inquiry.ask("GET", there, token=visit.road)
    sent_at = event.fields.get("origin_server_ts")
    if not isinstance(sent_at, int):
        text = f"what is sent cannot be read ({event})"
        return [problem("rooms", text, "see what Synapse's log says about it")]
    found = [homeserver_clock(sent_at, before)]
    path = Path.v3.rooms[room_id].redact[event_id][str(uuid4())]
    await _ask(visit, "PUT", path, {})
    original = await visit.inquiry.ask(
        "GET",
        there,
        token=visit.road,
        **{"fi.mau.msc2815.include_unredacted_content": "true"},
    )
    content = original.fields.get("content")
    if isinstance(content, dict) and content.get("body"):
        found.append(ok("originals", "what is hidden while we are away can be read"))
    else:
        found.append(
            note(
                "originals",
                "what is hidden while Homeroom is away is lost to the record",
                "write experimental_features: {msc2815_enabled: true} into "
                "homeserver.yaml, restart Synapse",
            )
        )
    return found
