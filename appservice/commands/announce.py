"""``!announce``: posted for all, everybody mentioned, pinned (B1-13)."""

from typing import Any, Final

from appservice.commands.command import Asked, Command, Need, Reply
from appservice.domain.actions import Send
from appservice.domain.people import Right
from appservice.matrix.client import ANNOUNCEMENT
from appservice.matrix.render import translate
from appservice.store import announcements

LONGEST: Final = 10_000
"""Characters; all that it becomes must fit in one event (64 KiB)."""


async def run(asked: Asked) -> Reply:
    """Post it; its pin follows when the homeserver has it."""
    if len(asked.text) > LONGEST:
        return asked.refuse(
            "An announcement has at most {count} characters; nothing was posted.",
            count=str(LONGEST),
        )
    row = asked.row(Send(type="m.room.message", content=_content(asked)), "announce")
    await announcements.announce(
        asked.connection,
        row.id,
        asked.room.room_id,
        by=asked.sender,
        because=asked.event_id,
    )
    return Reply(
        text=asked.say(
            "I am posting it in “{room}” and pinning it.", room=asked.room.name
        ),
        result="done",
        rows=(row,),
    )


def _content(asked: Asked) -> dict[str, Any]:
    """Readable as plain text; it says who announces."""
    head = translate("Announcement", asked.policy.language)
    return {
        "msgtype": "m.text",
        "body": f"【{head}】{asked.text}\n—— {asked.name(asked.person)}",
        "m.mentions": {"room": True},
        ANNOUNCEMENT: True,
    }


COMMAND = Command(
    name="announce",
    aliases=("公告", "通知"),
    usage="text",
    summary="post it for all, and pin it",
    run=run,
    needs=frozenset({Right.ANNOUNCE, Right.OWN}),
    text=Need.REQUIRED,
    power="state",
    in_observed_rooms=False,
)
