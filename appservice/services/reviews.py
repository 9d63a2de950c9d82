"""
Reviews: what was hidden or flagged is put before a person.

Here the question is asked; what follows from an answer is in ``decisions.py``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from appservice.domain.actions import Ask, Call, Notice
from appservice.domain.ids import EventId, RoomId, UserId
from appservice.domain.people import Right
from appservice.domain.rooms import Room
from appservice.services.school import School
from appservice.store import questions, records, timers
from appservice.store.inbox import Turn
from appservice.store.outbox import Decided
from appservice.store.questions import Matter, New

KIND: Final = "review"

ROOM_KIND: Final = "review"
"""The kind of the service rooms in which reviewers are asked."""

DUE: Final = timedelta(days=1)
"""Where no policy says when those who oversee may decide as well."""

DEPUTIES: Final = (Right.OVERSEE.value, Right.OWN.value)

RELEASE: Final = "release"
UPHOLD: Final = "uphold"
COMPLAINT: Final = "complaint"
"""It is a complaint, not an attack: it stands, and is to be answered (X21)."""

MARKS: Final[Mapping[str, str]] = {RELEASE: "✅", UPHOLD: "❌", COMPLAINT: "💬"}
"""The reactions that answer, by choice."""

_ALIKE: Final = {mark: choice for choice, mark in MARKS.items()} | {
    "✔": RELEASE,
    "☑": RELEASE,
    "👍": RELEASE,
    "✖": UPHOLD,
    "👎": UPHOLD,
}
_SHADES: Final = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


def choice_of(key: str) -> str | None:
    """Read a reaction; None: it answers nothing."""
    return _ALIKE.get(key.strip().rstrip(_SHADES))


def room_of_reviews(school: School, room: Room) -> RoomId | None:
    """Find where the reviews of a managed room are asked; None: there is none yet."""
    for each in school.rooms.values():
        if each.kind == ROOM_KIND and each.scope == room.scope:
            return each.room_id
    return None


async def ask(
    connection: Any,
    school: School,
    turn: Turn,
    rows: Sequence[Decided],
    sent: Mapping[EventId, tuple[UserId, datetime]],
) -> list[Decided]:
    """
    Make a question of each row that asks staff to look; the others stay as they are.

    In the transaction that judges: what is put away and asked about is both or neither.

    Args:
        sent: By whom and when the events of the batch were sent.
    """
    room = turn.room
    looks = {row.id: n for row in rows if (n := _looks(row)) is not None}
    about = [n.event_id for n in looks.values() if n.event_id]
    known = await questions.asked_about(connection, room.room_id, about)
    left: list[Decided] = []
    wanted: list[tuple[Decided, Notice, New]] = []
    for row in rows:
        notice = looks.get(row.id)
        if notice is None or notice.event_id is None:
            left.append(row)
            continue
        # Once for each message, whatever more is found in it: one word decides.
        if notice.event_id in known:
            continue
        known.add(notice.event_id)
        left.append(row)
        by, at = sent.get(notice.event_id, (None, None))
        if by is None:
            # Of an earlier message: one that members say does not belong here.
            by = await records.sender_of(connection, notice.event_id, room.room_id)
        local = at.astimezone(school.zone) if at is not None else None
        new = _new(school, room, row, notice, by=by, at=local)
        wanted.append((row, notice, new))
    if not wanted:
        return left
    numbers = await questions.ask(
        connection, room.room_id, [new for _, _, new in wanted]
    )
    cards: dict[Any, Decided] = {}
    for (row, notice, new), number in zip(wanted, numbers, strict=True):
        cards[row.id] = replace(row, action=card(notice, new.matter, number))
        await timers.set_(
            connection, "question", str(number), wait=new.wait or timedelta()
        )
    return [cards.get(row.id, row) for row in left]


def _looks(row: Decided) -> Notice | None:
    """Return what is to be looked at, if a row asks for that and will be done."""
    if row.observed or not isinstance(row.action, Call):
        return None
    notice = row.action.notice
    return notice if notice.name in ("look_hold", "look_flag") else None


def _new(
    school: School,
    room: Room,
    row: Decided,
    notice: Notice,
    *,
    by: UserId | None,
    at: datetime | None,
) -> New:
    policy = school.policy_of(room.kind)
    due = policy.reviews.due if policy else DUE
    concerned = {by} if by is not None else set()
    can_decide = school.holding(room, Right.REVIEW) - concerned
    choices: tuple[str, ...] = (RELEASE, UPHOLD)
    if row.rule == COMPLAINT:
        choices = (RELEASE, UPHOLD, COMPLAINT)
    return New(
        kind=KIND,
        matter=Matter(
            choices=choices,
            rights=(Right.REVIEW.value,),
            deputy_rights=DEPUTIES,
            concerned=tuple(sorted(concerned)),
            quotes=notice.quotes,
            details={
                **notice.values,
                "outcome": notice.name.removeprefix("look_"),
                "rule": row.rule or "",
                "room": room.name,
                "at": f"{at:%m-%d %H:%M}" if at is not None else "—",
            },
        ),
        subject=by,
        event_id=notice.event_id,
        judgement=row.judgement,
        # Where nobody else reviews here, the deputies are asked at once.
        wait=due if can_decide else timedelta(),
    )


def card(old: Notice, matter: Matter, number: int) -> Ask:
    """
    Make the card of a question.

    Args:
        old: In which language, and about which event of which room.
    """
    name = f"card_{matter.details['outcome']}"
    if COMPLAINT in matter.choices:
        name = "card_complaint"
    notice = Notice(
        name=name,
        language=old.language,
        room_id=old.room_id,
        event_id=old.event_id,
        quotes=matter.quotes,
        values={**matter.details, "id": str(number)},
    )
    marks = tuple(MARKS[choice] for choice in matter.choices)
    return Ask(question=number, notice=notice, choices=marks)
