"""Digests: the rules in short, posted for all from time to time (B1-52)."""

from typing import Any, Final

from appservice.domain.actions import Notice, Send
from appservice.domain.policy import Mode, Policy
from appservice.domain.rooms import Room
from appservice.matrix import render
from appservice.services.school import School

CLAUSES_AT_MOST: Final = 8

KEPT: Final = frozenset({Mode.HOLD, Mode.AUTO, Mode.REVIEW})


def digest(school: School, room: Room, policy: Policy) -> Send:
    """Write the clauses that rules keep, in the name of whom the policy says."""
    is_english = policy.language == "en"
    cited = {
        name
        for active in policy.rules
        for name in getattr(active.settings, "clauses", ())
    }
    lines = [
        clause.summary if is_english else clause.text
        for name, clause in policy.clauses.items()
        if name in cited and KEPT & clause.modes
    ]
    listed = [f"· {line}" for line in dict.fromkeys(lines)][:CLAUSES_AT_MOST]
    signed = policy.digest.signed_en if is_english else policy.digest.signed
    notice: Notice = school.notice(
        "digest",
        room,
        document=policy.source.document,
        clauses="\n".join(listed),
        signed=signed or "Homeroom",
    )
    content: dict[str, Any] = render.message(notice)
    return Send(type="m.room.message", content={**content, "msgtype": "m.text"})
