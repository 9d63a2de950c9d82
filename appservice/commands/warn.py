"""``!warn``: a word to somebody, in private and on record."""

from appservice.commands.command import Asked, Command, Need, Reply
from appservice.domain.people import Right


async def run(asked: Asked) -> Reply:
    """Warn in private; the room hears nothing of it (A70)."""
    assert asked.who is not None
    assert asked.who_id is not None
    told = asked.tell(
        asked.who_id,
        "warned" if asked.text else "warned_bare",
        by=asked.name(asked.person),
        reason=asked.text,
    )
    return Reply(
        text=asked.say(
            "I am telling {name} in private. It is on record.",
            name=asked.name(asked.who),
        ),
        result="done",
        rows=(told,),
    )


COMMAND = Command(
    name="warn",
    aliases=("警告", "提醒"),
    usage="person [reason]",
    summary="a word to somebody, in private and on record",
    run=run,
    needs=frozenset({Right.MODERATE, Right.OWN}),
    person=Need.REQUIRED,
    text=Need.OPTIONAL,
    acts_on=True,
    in_observed_rooms=False,
)
