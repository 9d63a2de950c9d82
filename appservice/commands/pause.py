"""``!pause``: I only record what I would do, and do nothing."""

from appservice.commands.command import Asked, Command, Reply
from appservice.domain.people import Right
from appservice.domain.rooms import Mode
from appservice.store import rooms


async def run(asked: Asked) -> Reply:
    """Observe from now on."""
    changed = await rooms.set_mode(
        asked.connection, asked.room.room_id, Mode.OBSERVE, because="by command"
    )
    if not changed:
        return asked.refuse(
            "I am only observing “{room}” already.", room=asked.room.name
        )
    return Reply(
        text=asked.say(
            "I am only observing “{room}” from now on: I record what I would do, and "
            "do nothing, until “!resume”.",
            room=asked.room.name,
        ),
        result="done",
    )


COMMAND = Command(
    name="pause",
    aliases=("暂停",),
    usage="",
    summary="I only record what I would do in this room",
    run=run,
    needs=frozenset({Right.OWN}),
    is_discreet=False,
)
