"""``!record``: what is on record about oneself or, for those entitled, somebody."""

from typing import Any, Final

import msgspec

from appservice import commands as commands_package
from appservice.commands.command import Asked, Command, Need, Reply
from appservice.domain.people import Right
from appservice.store import commands

LINES: Final = 15
ENTITLED: Final = frozenset({Right.OWN, Right.REVIEW, Right.KEEP_RECORDS})


async def run(asked: Asked) -> Reply:
    """List what was done and by which clause; never what was written."""
    who_id = asked.who_id or asked.sender
    if who_id != asked.sender and not asked.rights & ENTITLED:
        return asked.refuse(
            "Only the person in charge and those who keep records can ask about "
            "others. Your own record: “!record”."
        )
    rows = await commands.about(
        asked.connection, asked.room.room_id, who_id, at_most=LINES
    )
    # An account that the roster does not know has a record as well, and no name.
    name = asked.school.name(who_id, asked.room)
    if not rows:
        return asked.answer(
            "There is nothing on record about {name} in “{room}”.",
            name=name,
            room=asked.room.name,
        )
    head = asked.say(
        "On record about {name} in “{room}”, newest first:",
        name=name,
        room=asked.room.name,
    )
    lines = [_line(asked, row) for row in rows]
    return Reply(text="\n".join([head, *lines]), result="answered")


def _line(asked: Asked, row: Any) -> str:
    at = f"{row['at'].astimezone(asked.at.tzinfo):%Y-%m-%d %H:%M}"
    if row["what"] == "command":
        command = commands_package.all_commands().get(row["name"])
        name = asked.called(row["name"], command.aliases) if command else row["name"]
        mark = "!" if asked.language == "en" else "！"
        return f"· {at} {mark}{name} ({asked.school.name(row['by_user'], asked.room)})"
    clauses = [
        clause
        for violation in msgspec.json.decode(row["violations"])
        for clause in violation["clauses"][:1]
    ]
    said = asked.say(OUTCOMES.get(row["name"], row["name"]))
    return f"· {at} {said} ({', '.join(dict.fromkeys(clauses))})"


OUTCOMES: Final = {
    "hint": "a reminder",
    "flag": "looked at by staff",
    "hold": "put away for the moment",
    "refuse": "put away",
}

COMMAND = Command(
    name="record",
    aliases=("记录",),
    usage="[person]",
    summary="what is on record about you, or somebody",
    run=run,
    person=Need.OPTIONAL,
)
