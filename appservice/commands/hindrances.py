"""Hindrances: why a command that may be given is not obeyed all the same."""

from appservice.commands.command import Asked, Command, Reply
from appservice.domain.desired import lacks
from appservice.domain.power_levels import POWER_LEVELS, named


def hindrance(command: Command, asked: Asked) -> Reply | None:
    """Say why nothing can be done, so that nothing is promised; None: it can."""
    if asked.room.successor is not None and command.needs:
        return asked.refuse(
            "“{room}” goes on in a new room, so nothing was done here. Please ask for "
            "it there.",
            room=asked.room.name,
        )
    if asked.turn.observes and not command.in_observed_rooms:
        return asked.refuse(
            "I only observe “{room}”, so nothing was done. “!resume” lets me act.",
            room=asked.room.name,
        )
    if command.power is not None and not _has_power(asked, command.power):
        return asked.refuse(
            "In “{room}” I am not allowed to do that at the moment, so nothing was "
            "done. The person in charge of the room knows how to change it.",
            room=asked.room.name,
        )
    return None


def _has_power(asked: Asked, power: str) -> bool:
    """Whether the room lets us do something."""
    bot = asked.school.bot
    member = asked.state.members.get(bot)
    if member is None or member.membership != "join":
        return False
    if power == "remove":
        content = asked.state.content(POWER_LEVELS) or {}
        return asked.state.levels.of(bot) >= named(content, "kick")
    return power not in lacks(asked.state, asked.school.service)
