"""
The room commands, one a file, found automatically.

A file exports ``COMMAND``. Reading, permission, ``!help``, the answer in private and
the record come with it; see ``command.py`` for what a command is given and returns.
"""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from appservice.commands.command import Command


@cache
def all_commands() -> Mapping[str, Command]:
    """Return every command by its name."""
    found: dict[str, Command] = {}
    for module in pkgutil.iter_modules(__path__):
        loaded = import_module(f"{__name__}.{module.name}")
        command = getattr(loaded, "COMMAND", None)
        if isinstance(command, Command):
            found[command.name] = command
    return MappingProxyType(dict(sorted(found.items())))


@cache
def names() -> Mapping[str, str]:
    """Map every name and alias to the name of its command."""
    return MappingProxyType(
        {
            word.lower(): command.name
            for command in all_commands().values()
            for word in (command.name, *command.aliases)
        }
    )
