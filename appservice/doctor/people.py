"""People and rooms: whom the hand reaches, and where we can do our work."""

from typing import Final

from appservice.doctor.finding import Finding, note, ok, problem
from appservice.doctor.visit import Visit
from appservice.domain.desired import Service, lacks
from appservice.domain.ids import RoomId, UserId
from appservice.domain.people import Person
from appservice.domain.spelling import some
from appservice.matrix.inquiry import Path

NAMED: Final = 5
"""Ids in a line; the others are counted."""


async def reached(visit: Visit) -> Finding:
    """See in whose place a name can be written, and try it with one of them."""
    hand = visit.registrations.hand
    with_account = [person for person in visit.people if person.user_id]
    if hand is None or not with_account:
        text = "no hand" if hand is None else "nobody in the roster has an account"
        return ok("members", f"{text}: nothing is written in anybody's place")
    outside = [
        person for person in with_account if not hand.covers(str(person.user_id))
    ]
    pupils = [person for person in outside if not person.is_staff]
    count = len(with_account) - len(outside)
    if pupils:
        return problem(
            "members",
            f"the hand does not reach {_some(pupils)}",
            "their names cannot be put right: widen its expression (`homeroom init` "
            "writes one), or correct the roster's user ids",
        )
    someone = next((p for p in with_account if hand.covers(str(p.user_id))), None)
    if someone is not None:
        answer = await visit.inquiry.ask(
            "GET",
            Path.v3.account.whoami,
            token=hand.as_token,
            user_id=str(someone.user_id),
        )
        if not answer.is_good and answer.errcode == "M_FORBIDDEN":
            return problem(
                "members",
                f"the homeserver refuses the hand ({answer})",
                "give the homeserver the very file that Homeroom reads, restart it",
            )
    left_out = f", not {_some(outside)} (staff, as it should be for administrators)"
    return ok("members", f"the hand reaches {count}{left_out if outside else ''}")


def _some(people: list[Person]) -> str:
    return some([str(person.user_id) for person in people], at_most=NAMED)


async def in_rooms(visit: Visit) -> list[Finding]:
    """See whether we are in the rooms we keep, with the level our work needs."""
    if not visit.rooms:
        remedy = "`homeroom rooms adopt ROOM --kind KIND`"
        return [note("rooms", "none is kept yet", remedy)]
    answer = await visit.inquiry.ask("GET", Path.v3.joined_rooms, token=visit.road)
    listed = answer.fields.get("joined_rooms")
    joined = set(map(str, listed if isinstance(listed, list) else []))
    service = Service(bot=UserId(visit.config.bot), keeper=UserId(visit.config.keeper))
    found = []
    for room_id, (_, state) in sorted(visit.rooms.items()):
        if room_id not in joined:
            remedy = f"invite {visit.config.bot} there; lift a ban first"
            found.append(problem("rooms", f"{room_id}: we are not in it", remedy))
        elif state.content("m.room.encryption") is not None:
            remedy = "make a new room, unencrypted, and move there: nothing can be read"
            found.append(problem("rooms", f"{room_id}: is encrypted", remedy))
        elif state.content("m.room.create") and (missing := lacks(state, service)):
            found.append(_powerless(visit, room_id, missing))
    return found or [ok("rooms", f"{len(visit.rooms)} kept, and we can work in all")]


def _powerless(visit: Visit, room_id: RoomId, missing: tuple[str, ...]) -> Finding:
    return problem(
        "rooms",
        f"{room_id}: our level is too low for {', '.join(missing)}",
        f"in Element: Room settings, Roles & Permissions, {visit.config.bot}: 100",
    )
