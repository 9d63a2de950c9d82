"""``!complaint``: it is no attack but a complaint, and is to be answered (💬, X21)."""

from typing import Final

from appservice.commands.answers import answering
from appservice.commands.command import Command
from appservice.services.reviews import COMPLAINT

COMMAND: Final[Command] = answering(
    COMPLAINT,
    aliases=("意见", "正当意见"),
    summary="decide that a message is a complaint and stays (💬)",
)
