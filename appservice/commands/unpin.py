"""``!unpin``: a pin is taken away; what was written stays."""

from appservice.commands.command import Asked, Command, Reply
from appservice.domain.ids import EventId
from appservice.domain.people import Right
from appservice.matrix.canonical import canonical
from appservice.services.room_check import PINS, pinned
from appservice.store import announcements, desired


async def run(asked: Asked) -> Reply:
    """Take away the pin of the message answered, or else the newest."""
    room_id = asked.room.room_id
    standing = await desired.standing(asked.connection, room_id)
    pins = pinned(standing.kept.get(PINS))
    if not pins:
        return asked.refuse("Nothing is pinned in “{room}”.", room=asked.room.name)
    target = asked.reply_to or pins[-1]
    if target not in pins:
        return asked.refuse("That message is not pinned.")
    left = [each for each in pins if each != target]
    await desired.keep(
        asked.connection, room_id, PINS, canonical({"pinned": left}), by=asked.sender
    )
    await announcements.unpin(
        asked.connection, room_id, EventId(target), by=asked.sender
    )
    return Reply(
        text=asked.say("I am unpinning it. The message itself stays."),
        result="done",
        look=True,
    )


COMMAND = Command(
    name="unpin",
    aliases=("取消置顶",),
    usage="",
    summary="take a pin away: as a reply to the message, or else the newest",
    run=run,
    needs=frozenset({Right.ANNOUNCE, Right.OWN}),
    power="state",
    in_observed_rooms=False,
    is_discreet=False,
)
