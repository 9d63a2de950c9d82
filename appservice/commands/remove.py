"""``!remove``: somebody leaves the room; the owner decides it (A71)."""

from appservice.commands.command import Asked, Command, Need, Reply
from appservice.domain.actions import Notice, Remove
from appservice.domain.people import Right


async def run(asked: Asked) -> Reply:
    """Remove somebody who is here; they are told in private."""
    assert asked.who_id is not None
    member = asked.state.members.get(asked.who_id)
    name = asked.name(asked.who) if asked.who else asked.who_id
    if member is None or member.membership not in ("join", "invite"):
        return asked.refuse("{name} is not in this room; nothing was done.", name=name)
    notice = Notice(name="removed", language=asked.policy.language)
    rows = [asked.row(Remove(user_id=asked.who_id, notice=notice), "remove")]
    if asked.who is not None:
        word = "removed_because" if asked.text else "removed_bare"
        told = asked.tell(
            asked.who_id, word, by=asked.name(asked.person), reason=asked.text
        )
        rows.append(told)
    return Reply(
        text=asked.say(
            "I am removing {name} from “{room}”.", name=name, room=asked.room.name
        ),
        result="done",
        rows=tuple(rows),
    )


COMMAND = Command(
    name="remove",
    aliases=("移出",),
    usage="person [reason]",
    summary="somebody leaves the room",
    run=run,
    needs=frozenset({Right.OWN}),
    person=Need.REQUIRED,
    text=Need.OPTIONAL,
    acts_on=True,
    acts_on_strangers=True,
    power="remove",
    in_observed_rooms=False,
)
