"""``!release``: what was put away stands again; what was flagged stays (✅)."""

from typing import Final

from appservice.commands.answers import answering
from appservice.commands.command import Command
from appservice.services.reviews import RELEASE

COMMAND: Final[Command] = answering(
    RELEASE,
    aliases=("放行", "保留", "准许"),
    summary="decide that a message may stand (✅)",
)
