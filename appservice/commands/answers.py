"""Answers: what the commands have in common that answer a question."""

from appservice.commands.command import Asked, Command, Need, Reply
from appservice.domain.questions import Answer
from appservice.services.decisions import answerer


def answering(choice: str, *, aliases: tuple[str, ...], summary: str) -> Command:
    """Make the command that answers a question with a choice."""

    async def run(asked: Asked) -> Reply:
        assert asked.question is not None
        settled = await asked.decisions.take(
            asked.connection,
            asked.question,
            asked.room,
            Answer(
                who=answerer(asked.school, asked.person, asked.room),
                choice=choice,
                at=asked.at,
            ),
            reason=asked.text or None,
            because=asked.event_id,
        )
        return Reply(
            text=asked.say(settled.text, **settled.values),
            result="done" if settled.is_done else "refused",
            rows=settled.rows,
        )

    return Command(
        name=choice,
        aliases=aliases,
        usage="number [reason]",
        summary=summary,
        run=run,
        text=Need.OPTIONAL,
        about_question=True,
        is_for_reviewers=True,
    )
