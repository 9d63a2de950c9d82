"""``!show``: what a message said, in private and for a quarter of an hour."""

from appservice.commands.command import Asked, Command, Reply
from appservice.domain.actions import Show
from appservice.domain.ids import RoomId
from appservice.domain.questions import Refusal, may_answer
from appservice.services.decisions import IS_MOOT, MOOT, REFUSALS, answerer
from appservice.services.reminding import SHOWN_FOR
from appservice.store import timers


async def run(asked: Asked) -> Reply:
    """Show it to those who decide on it, and to nobody else; on record."""
    question = asked.question
    assert question is not None
    if question.choice == MOOT:
        return asked.refuse(IS_MOOT, id=str(question.id))
    who = answerer(asked.school, asked.person, asked.room)
    if not may_answer(question.question, who, at=asked.at):
        is_theirs = asked.sender in question.question.concerned
        refusal = Refusal.CONCERNED if is_theirs else Refusal.NOT_ASKED
        return asked.refuse(REFUSALS[refusal], id=str(question.id))
    if question.event_id is None:
        return asked.refuse("There is no message behind no. {id}.", id=str(question.id))
    written_in = question.matter.details.get("written_in", asked.room.room_id)
    row = asked.row(
        Show(
            user_id=asked.sender,
            question=question.id,
            event_id=question.event_id,
            room_id=RoomId(written_in),
            language=asked.language,
        ),
        "show",
    )
    # Before it is sent: what is shown is taken away whatever happens in between.
    await timers.set_(asked.connection, "take_away", str(row.id), wait=SHOWN_FOR)
    return Reply(
        text=asked.say(
            "Here is no. {id}. I take it away again after {minutes} minutes; that you "
            "looked is on record.",
            id=str(question.id),
            minutes=str(int(SHOWN_FOR.total_seconds() // 60)),
        ),
        result="done",
        rows=(row,),
    )


COMMAND = Command(
    name="show",
    aliases=("查看", "原文"),
    usage="number",
    summary="what a message said that waits for a decision, in private",
    run=run,
    about_question=True,
    is_for_reviewers=True,
)
