"""Reacting: a tap on a card is an answer, the same as a command."""

from typing import Any
from uuid import uuid4

from appservice.domain.actions import Notice, Tell
from appservice.domain.events import Reacted
from appservice.domain.people import Person
from appservice.domain.questions import Answer
from appservice.matrix.render import translate
from appservice.services.asking import Answered, Heard
from appservice.services.decisions import Decisions, answerer
from appservice.services.reviews import choice_of
from appservice.store import commands as record
from appservice.store import inbox, questions
from appservice.store.outbox import Decided


async def react(
    connection: Any,
    heard: Heard,
    event: Reacted,
    person: Person,
    decisions: Decisions,
) -> Answered | None:
    """
    Take a reaction as an answer; None: it is none.

    However old it is: unlike a command it says what it answers, and is not sent again.
    """
    choice = next(filter(None, (choice_of(each.value) for each in event.texts)), None)
    if choice is None or event.target is None:
        return None
    number = await questions.of_card(connection, event.target)
    room_id = None if number is None else await questions.room_of(connection, number)
    if number is None or room_id is None:
        return None
    # The room first, as whoever judges it does; then nobody waits in a circle.
    turn = await inbox.hold(connection, room_id)
    asked = await questions.find(connection, number)
    if turn is None or asked is None:
        return None
    given = Answer(
        who=answerer(decisions.school, person, turn.room), choice=choice, at=heard.at
    )
    settled = await decisions.take(
        connection, asked, turn.room, given, reason=None, because=event.event_id
    )
    language = person.language or decisions.school.language_in(turn.room)
    text = translate(settled.text, language).format_map(settled.values)
    await record.record(
        connection,
        event.event_id,
        written_in=heard.turn.room.room_id,
        room_id=room_id,
        sender=heard.row.sender,
        name=choice,
        subject=asked.subject if settled.is_done else None,
        result="done" if settled.is_done else "refused",
        answer=text,
    )
    notice = Notice(name="answer", language=language, values={"text": text})
    told = Decided(
        id=uuid4(),
        room_id=room_id,
        action=Tell(user_id=heard.row.sender, notice=notice),
        rule="command",
        because=event.event_id,
    )
    return Answered(decided=[*settled.rows, told], is_command=False)
