"""Questions: what people are asked to decide, and what they answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from appservice.domain.actions import Quote
from appservice.domain.ids import EventId, RoomId, UserId
from appservice.domain.people import Right
from appservice.domain.questions import Answer, Answerer, Askee, Needs, Question

ASK: Final = """
    INSERT INTO questions (kind, room_id, subject, event_id, judgement, body, due_at)
    SELECT q.kind, $1, q.subject, q.event_id, q.judgement, q.body::json,
           now() + q.wait
      FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[],
                  $7::interval[]) WITH ORDINALITY
           AS q (kind, subject, event_id, judgement, body, wait, place)
     ORDER BY place
    RETURNING id
"""

# Whoever answers waits for whoever is answering: the first decision stands.
FIND: Final = """
    SELECT id, kind, room_id, subject, event_id, judgement, body, asked_at, due_at,
           choice, decided_by, decided_at
      FROM questions
     WHERE id = $1
       FOR UPDATE
"""

ANSWERS: Final = """
    SELECT by_user, choice, rights, posts, at
      FROM answers
     WHERE question = $1
     ORDER BY at, by_user
"""

CARD: Final = """
    SELECT subject::bigint
      FROM actions
     WHERE kind = 'ask'
       AND result = $1
"""

CARDS_OF: Final = """
    SELECT result
      FROM actions
     WHERE kind = 'ask'
       AND subject = $1
       AND status = 'done'
"""

ANSWER: Final = """
    INSERT INTO answers (
               question, by_user, choice, rights, posts, reason, event_id, at
           )
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT DO NOTHING
"""

DECIDE: Final = """
    UPDATE questions
       SET choice = $2,
           decided_by = $3,
           decided_at = now()
     WHERE id = $1
       AND choice IS NULL
"""

AGE: Final = "SELECT now() - asked_at FROM questions WHERE id = $1"

ROOM_OF: Final = "SELECT room_id FROM questions WHERE id = $1"

OPEN: Final = """
    SELECT id, body
      FROM questions
     WHERE room_id = $1
       AND choice IS NULL
     ORDER BY id
"""

ASKED_ABOUT: Final = """
    SELECT event_id
      FROM questions
     WHERE room_id = $1
       AND event_id = ANY ($2::text[])
"""


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """What a question is about, beside its columns; kept as JSON."""

    choices: tuple[str, ...]
    rights: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    all_of: bool = False
    deputy_rights: tuple[str, ...] = ()
    concerned: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    """The clauses as they stood when it was asked."""
    details: dict[str, str] = {}
    """What the card says: rule, role, when it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """A question to be asked."""

    kind: str
    matter: Matter
    subject: UserId | None = None
    """Whose matter it is."""
    event_id: EventId | None = None
    judgement: int | None = None
    wait: timedelta | None = None
    """Until deputies may answer as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as it stands."""

    id: int
    kind: str
    room_id: RoomId
    subject: UserId | None
    event_id: EventId | None
    judgement: int | None
    matter: Matter
    asked_at: datetime
    question: Question
    choice: str | None
    decided_by: UserId | None


async def ask(connection: Any, room_id: RoomId, rows: Sequence[New]) -> list[int]:
    """Ask; return the questions' numbers in the order of ``rows``."""
    columns = zip(
        *(
            (
                row.kind,
                row.subject,
                row.event_id,
                row.judgement,
                msgspec.json.encode(row.matter).decode(),
                row.wait,
            )
            for row in rows
        ),
        strict=True,
    )
    asked = await connection.fetch(ASK, room_id, *map(list, columns))
    # Numbers are given in the order of the rows.
    return sorted(row["id"] for row in asked)


async def find(connection: Any, id_: int) -> Asked | None:
    """Read a question and keep others from answering it meanwhile; None: none such."""
    row = await connection.fetchrow(FIND, id_)
    if row is None:
        return None
    matter = msgspec.json.decode(row["body"], type=Matter)
    answers = await connection.fetch(ANSWERS, id_)
    return Asked(
        id=id_,
        kind=row["kind"],
        room_id=RoomId(row["room_id"]),
        subject=row["subject"],
        event_id=row["event_id"],
        judgement=row["judgement"],
        matter=matter,
        asked_at=row["asked_at"],
        question=_question(matter, row["due_at"], answers),
        choice=row["choice"],
        decided_by=row["decided_by"],
    )


def _question(
    matter: Matter, due_at: datetime | None, answers: Sequence[Any]
) -> Question:
    return Question(
        choices=matter.choices,
        askees=(
            *(Askee(right=Right(each)) for each in matter.rights),
            *(Askee(post=each) for each in matter.posts),
            *(Askee(user_id=UserId(each)) for each in matter.people),
        ),
        needs=Needs.ALL_OF if matter.all_of else Needs.ANY_OF,
        deputies=tuple(Askee(right=Right(each)) for each in matter.deputy_rights),
        concerned=frozenset(map(UserId, matter.concerned)),
        due_at=due_at,
        answers=tuple(
            Answer(
                who=Answerer(
                    user_id=UserId(row["by_user"]),
                    rights=frozenset(map(Right, row["rights"])),
                    posts=frozenset(row["posts"]),
                ),
                choice=row["choice"],
                at=row["at"],
            )
            for row in answers
        ),
    )


async def age(connection: Any, id_: int) -> timedelta:
    """Say how long a question has been waiting."""
    waited: timedelta = await connection.fetchval(AGE, id_)
    return waited


async def of_card(connection: Any, event_id: EventId) -> int | None:
    """Say which question a message of ours asks; None: none."""
    number: int | None = await connection.fetchval(CARD, event_id)
    return number


async def cards_of(connection: Any, id_: int) -> list[EventId]:
    """List the messages that ask a question."""
    rows = await connection.fetch(CARDS_OF, str(id_))
    return [EventId(row["result"]) for row in rows]


async def answered(
    connection: Any,
    id_: int,
    answer: Answer,
    *,
    reason: str | None,
    event_id: EventId | None,
    decides: bool,
) -> None:
    """Put an answer on record, and the decision where it decides."""
    who = answer.who
    await connection.execute(
        ANSWER,
        id_,
        who.user_id,
        answer.choice,
        sorted(right.value for right in who.rights),
        sorted(who.posts),
        reason,
        event_id,
        answer.at,
    )
    if decides:
        await connection.execute(DECIDE, id_, answer.choice, who.user_id)


async def open_in(connection: Any, room_id: RoomId) -> list[tuple[int, Matter]]:
    """List the questions about a room that are still open, oldest first."""
    return [
        (row["id"], msgspec.json.decode(row["body"], type=Matter))
        for row in await connection.fetch(OPEN, room_id)
    ]


async def room_of(connection: Any, id_: int) -> RoomId | None:
    """Say which room a question is about; None: there is no such question."""
    room_id: RoomId | None = await connection.fetchval(ROOM_OF, id_)
    return room_id


async def asked_about(
    connection: Any, room_id: RoomId, event_ids: Sequence[EventId]
) -> set[EventId]:
    """List about which of these events somebody was asked, decided or not."""
    if not event_ids:
        return set()
    rows = await connection.fetch(ASKED_ABOUT, room_id, list(event_ids))
    return {EventId(row["event_id"]) for row in rows}
