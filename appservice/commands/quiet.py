"""``!quiet``: for a while only those who announce may write; everybody may react."""

from typing import Final

from appservice.commands.command import Asked, Command, Need, Reply
from appservice.domain import spans
from appservice.domain.people import Right
from appservice.store import switches

ON: Final = frozenset({"on", "开", "开启", "打开", ""})
OFF: Final = frozenset({"off", "关", "关闭", "结束"})


def _switch(text: str) -> tuple[str, str]:
    """Take «on», «开» or the like off the front: «开2小时» needs no space."""
    for word in sorted(ON | OFF, key=len, reverse=True):
        if word and text.lower().startswith(word):
            return word, text[len(word) :].strip(" ,，:：")
    return text.lower(), ""


async def run(asked: Asked) -> Reply:
    """Switch quiet on, perhaps until a time, or off."""
    word, rest = _switch(asked.text.strip())
    until = asked.until
    if until is None and rest:
        span, rest = spans.take(rest, now=asked.at)
        until = span.until if span else None
    if word not in ON | OFF or rest:
        return asked.refuse("Please write “!quiet on”, “!quiet on 2h” or “!quiet off”.")
    if word in OFF:
        was_on = await switches.off(asked.connection, asked.room.room_id, "quiet")
        if not was_on:
            return asked.refuse("“{room}” was not quiet.", room=asked.room.name)
        return Reply(
            text=asked.say(
                "Everybody can write again in “{room}”.", room=asked.room.name
            ),
            result="done",
            look=True,
        )
    if until is not None and until <= asked.at:
        return asked.refuse("That time is over already; nothing was done.")
    await switches.on(
        asked.connection,
        asked.room.room_id,
        "quiet",
        until=until,
        by=asked.sender,
        because=asked.event_id,
    )
    text = (
        "“{room}” is quiet until {until}: only those who may announce can write, and "
        "everybody can react."
        if until
        else "“{room}” is quiet until “!quiet off”: only those who may announce can "
        "write, and everybody can react."
    )
    return Reply(
        text=asked.say(
            text, room=asked.room.name, until=asked.when(until) if until else ""
        ),
        result="done",
        look=True,
    )


COMMAND = Command(
    name="quiet",
    aliases=("全员禁言", "安静"),
    usage="on [2h] | off",
    summary="only those who may announce can write",
    run=run,
    needs=frozenset({Right.MODERATE, Right.OWN}),
    span=Need.OPTIONAL,
    text=Need.OPTIONAL,
    power="levels",
    in_observed_rooms=False,
    is_discreet=False,
)
