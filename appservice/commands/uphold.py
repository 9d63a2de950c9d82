"""``!uphold``: what was put away stays so; what was flagged is put away (❌)."""

from typing import Final

from appservice.commands.answers import answering
from appservice.commands.command import Command
from appservice.services.reviews import UPHOLD

COMMAND: Final[Command] = answering(
    UPHOLD,
    aliases=("维持", "收起", "不准许"),
    summary="decide that a message is put away (❌)",
)
