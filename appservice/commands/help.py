"""``!help``: what one may ask for here."""

from typing import Final

from appservice import commands
from appservice.commands.command import Asked, Command, Need, Reply
from appservice.commands.matters import ASKED

INTRODUCTION: Final = "What you can ask me for in “{room}”:"
LINE: Final = "!{name} (!{alias}) {usage} — {summary}"


async def run(asked: Asked) -> Reply:
    """List what this person may do; nobody is shown what they may not."""
    wanted = asked.text.strip().lstrip("!！").lower()
    lines = [
        _line(asked, command)
        for command in commands.all_commands().values()
        if may(asked, command) and wanted in ("", command.name, *command.aliases)
    ]
    if not lines:
        return asked.refuse("There is no command “{name}” for you here.", name=wanted)
    introduction = asked.say(INTRODUCTION, room=asked.room.name)
    return Reply(text="\n".join([introduction, *lines]), result="answered")


def may(asked: Asked, command: Command) -> bool:
    """Whether somebody may give a command in a room."""
    needs = ASKED if command.is_for_reviewers else command.needs
    return not needs or bool(needs & asked.rights)


def _line(asked: Asked, command: Command) -> str:
    return (
        asked.say(
            LINE,
            name=command.name,
            alias=command.aliases[0],
            usage=asked.say(command.usage) if command.usage else "",
            summary=asked.say(command.summary),
        )
        .replace("  ", " ")
        .replace(" ：", "：")
    )


COMMAND = Command(
    name="help",
    aliases=("帮助",),
    usage="[command]",
    summary="what you can ask me for",
    run=run,
    text=Need.OPTIONAL,
    is_discreet=False,
)
