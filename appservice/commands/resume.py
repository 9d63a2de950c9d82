"""``!resume``: I keep the rules again."""

from appservice.commands.command import Asked, Command, Reply
from appservice.domain.people import Right
from appservice.domain.rooms import Mode
from appservice.store import rooms, timers


async def run(asked: Asked) -> Reply:
    """Enforce from now on. The breaker of the whole school is not ours to close."""
    if asked.turn.school_observes:
        return asked.refuse(
            "I have stopped acting in the whole school because something looked wrong; "
            "an administrator must let me go on (`homeroom rooms enforce --school`)."
        )
    changed = await rooms.set_mode(
        asked.connection, asked.room.room_id, Mode.ENFORCE, because="by command"
    )
    if not changed:
        return asked.refuse(
            "I am keeping the rules in “{room}” already.", room=asked.room.name
        )
    # Looked at in a turn of its own: this one began while the room was observed.
    await timers.hurry(asked.connection, "desired", asked.room.room_id)
    return Reply(
        text=asked.say(
            "I am keeping the rules in “{room}” again.", room=asked.room.name
        ),
        result="done",
    )


COMMAND = Command(
    name="resume",
    aliases=("恢复", "继续"),
    usage="",
    summary="I keep the rules in this room again",
    run=run,
    needs=frozenset({Right.OWN}),
    is_discreet=False,
)
