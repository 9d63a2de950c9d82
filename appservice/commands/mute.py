"""``!mute``: somebody may only read for a while; reacting stays possible."""

from datetime import timedelta
from typing import Final

from appservice.commands.command import Asked, Command, Need, Reply
from appservice.domain.people import Right
from appservice.store import desired, mutes

USUALLY: Final = timedelta(hours=1)
AT_MOST: Final = timedelta(days=7)


async def run(asked: Asked) -> Reply:
    """Let somebody only read. It ends by itself, also after a restart."""
    assert asked.who is not None
    assert asked.who_id is not None
    standing = await desired.standing(asked.connection, asked.room.room_id)
    running = standing.mutes.get(asked.who_id)
    if asked.until is None and running is not None:
        return asked.refuse(
            "{name} can only read until {until} already; to change that, please write "
            "a time. Nothing was done.",
            name=asked.name(asked.who),
            until=asked.when(running.astimezone(asked.at.tzinfo)),
        )
    until = asked.until or asked.at + USUALLY
    if until <= asked.at:
        return asked.refuse("That time is over already; nothing was done.")
    if until > asked.at + AT_MOST:
        return asked.refuse(
            "For at most {days} days; nothing was done.", days=str(AT_MOST.days)
        )
    ran = await mutes.mute(
        asked.connection,
        asked.room.room_id,
        asked.who_id,
        until=until,
        by=asked.sender,
        because=asked.event_id,
        reason=asked.text or None,
    )
    text = (
        "{name} could only read already; that now lasts until {until}."
        if ran
        else "{name} can only read until {until}. Reacting stays possible."
    )
    told = asked.tell(
        asked.who_id,
        "muted" if asked.text else "muted_bare",
        by=asked.name(asked.person),
        reason=asked.text,
        until=asked.when(until, to=asked.who),
    )
    return Reply(
        text=asked.say(text, name=asked.name(asked.who), until=asked.when(until)),
        result="done",
        rows=(told,),
        look=True,
    )


COMMAND = Command(
    name="mute",
    aliases=("禁言",),
    usage="person [2h] [reason]",
    summary="somebody may only read for a while",
    run=run,
    needs=frozenset({Right.MODERATE, Right.OWN}),
    person=Need.REQUIRED,
    span=Need.OPTIONAL,
    text=Need.OPTIONAL,
    acts_on=True,
    power="levels",
    in_observed_rooms=False,
)
