"""``!permit``: ask the owner to let something be posted once, word by word (A43)."""

from typing import Final

from appservice.commands.command import Asked, Command, Need, Reply
from appservice.domain.actions import Ask
from appservice.services import permits
from appservice.services.reviews import card
from appservice.store import questions, timers

LONGEST: Final = 5000
"""Characters of a text that may be asked about."""


async def run(asked: Asked) -> Reply:
    """Put it before the owner; nothing is posted by us."""
    if not asked.policy.reviews.permits:
        return asked.refuse(
            "Advertising and the like is not permitted in “{room}” at all; nothing "
            "was asked.",
            room=asked.room.name,
        )
    waiting = await questions.open_in(asked.connection, asked.room.room_id)
    if any(
        matter.details.get("outcome") == permits.KIND
        and asked.sender in matter.concerned
        for _, matter in waiting
    ):
        return asked.refuse(
            "The owner of “{room}” has not answered your last request yet; nothing "
            "more was asked.",
            room=asked.room.name,
        )
    if len(asked.text) > LONGEST:
        return asked.refuse(
            "A text to be permitted has at most {count} characters; nothing was asked.",
            count=str(LONGEST),
        )
    role = asked.policy.role_of(asked.person)
    new = permits.request(
        asked.text,
        by=asked.sender,
        event_id=asked.event_id,
        written_in=asked.written_in,
        role=role.value,
        room=asked.room.name,
    )
    (number,) = await questions.ask(asked.connection, asked.room.room_id, [new])
    await timers.set_(asked.connection, "question", str(number), wait=permits.WAIT)
    notice = asked.school.notice("card_permit", asked.room)
    ask: Ask = card(notice, new.matter, number)
    return Reply(
        text=asked.say(
            "I have asked the owner of “{room}” (no. {id}); you will hear from me.",
            room=asked.room.name,
            id=str(number),
        ),
        result="done",
        rows=(asked.row(ask, "permit"),),
    )


COMMAND = Command(
    name="permit",
    aliases=("申请发布",),
    usage="text",
    summary="ask the owner to let you post something once",
    run=run,
    text=Need.REQUIRED,
    is_submission=True,
    power="redact",
    in_observed_rooms=False,
)
