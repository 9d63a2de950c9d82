"""``!unmute``: somebody may write again."""

from appservice.commands.command import Asked, Command, Need, Reply
from appservice.domain.people import Right
from appservice.store import mutes


async def run(asked: Asked) -> Reply:
    """End a mute; one for a false name ends with the name."""
    assert asked.who is not None
    assert asked.who_id is not None
    name = asked.name(asked.who)
    ended = await mutes.end(
        asked.connection, asked.room.room_id, asked.who_id, by=asked.sender
    )
    if not ended:
        return asked.refuse(
            "{name} is not muted by anybody here. (A false name must be put right by "
            "its bearer.)",
            name=name,
        )
    return Reply(
        text=asked.say("{name} can write again.", name=name),
        result="done",
        rows=(asked.tell(asked.who_id, "unmuted", by=asked.name(asked.person)),),
        look=True,
    )


COMMAND = Command(
    name="unmute",
    aliases=("解除禁言", "取消禁言", "解禁"),
    usage="person",
    summary="somebody may write again",
    run=run,
    needs=frozenset({Right.MODERATE, Right.OWN}),
    person=Need.REQUIRED,
    acts_on=True,
    power="levels",
    in_observed_rooms=False,
)
