"""A batch: the waiting events of one room on their way to a verdict."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec

from appservice import metrics
from appservice.domain.actions import Action, Call, Notice, Recover, Redact, Tell
from appservice.domain.decide import Verdict, decide
from appservice.domain.events import Inspected, RoomEvent
from appservice.domain.ids import EventId, UserId
from appservice.domain.people import Author, Right
from appservice.domain.policy import Policy
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import RoomClass
from appservice.domain.rule import CoolDown
from appservice.matrix import found, parse
from appservice.matrix.canonical import content_hash
from appservice.services.asking import Commands, Heard, may_ask
from appservice.services.folds import Folds
from appservice.services.known import Known
from appservice.services.memory import Memory
from appservice.services.school import School
from appservice.services.sources import INSPECTION, file_of
from appservice.store import desired, events, passes
from appservice.store.inbox import Turn, Waiting
from appservice.store.inspections import Wanted
from appservice.store.outbox import Decided

log = logging.getLogger(__name__)


class Batch:
    """Gathers, asks ``decide`` event by event, and collects what is to be written."""

    def __init__(self, *, turn: Turn, school: School, memory: Memory) -> None:
        self.room = turn.room
        self.folds = Folds(turn, memory, school.accounts)
        self.judgements: list[tuple[str, str, str, str, str]] = []
        self.decided: list[Decided] = []
        self.cool_downs: list[tuple[EventId, CoolDown]] = []
        self.files: list[Wanted] = []
        """Files that must be looked into."""
        self._school = school
        self._memory = memory
        self.by_command: list[Decided] = []
        self.known = Known(turn, school, memory)
        self._turn = turn
        self._has_roster = turn.roster_version > 0
        self._observing = turn.observes
        self._policy: Policy | None = school.policy_of(turn.room.kind)
        self._read: list[tuple[Waiting, dict[str, Any], RoomEvent]] = []
        self._actions: list[tuple[EventId | None, Action, str | None]] = []
        self._allowed: set[EventId] = set()
        self._hiding: set[EventId] = set()
        self._strangers: set[UserId] = set()
        self._authors: dict[tuple[UserId, bool], Author] = {}
        self._now = datetime.now(tz=UTC)

    @property
    def sent(self) -> dict[EventId, tuple[UserId, datetime]]:
        """By whom and when the events of this batch were sent."""
        return {
            event.target if isinstance(event, Inspected) else row.event_id: (
                row.sender,
                row.sent_at,
            )
            for row, _, event in self._read
        }

    @property
    def policy_name(self) -> str:
        """Kind and version of the policy in force."""
        version = self._policy.version if self._policy else "none"
        kind = self.room.kind
        return self._school.versions.get(kind, f"{kind} {version}")

    # Reading ----------------------------------------------------------------------

    def read(self, waiting: Sequence[Waiting]) -> None:
        """Parse the events and fold what they change."""
        for row in waiting:
            content = parse.decode(row.raw)
            fields = content if isinstance(content, dict) else {}
            event = self._parsed(row, fields)
            self._read.append((row, fields, event))
            self.folds.fold(row, fields, event)
            if row.sender not in self._school.accounts and _was_redacted(fields):
                self._actions.append((None, Recover(event_id=row.event_id), None))

    def _parsed(self, row: Waiting, fields: dict[str, Any]) -> RoomEvent:
        room_id = self.room.room_id
        if row.source == INSPECTION:
            return found.inspected(
                fields,
                event_id=row.event_id,
                room_id=room_id,
                sender=row.sender,
                sent_at=row.sent_at,
            )
        file = file_of(row, fields)
        if file is not None and self._is_of_others(row):
            self.files.append(file)
        return parse.parse(
            {**fields, "room_id": room_id, "event_id": row.event_id},
            sent_at=row.sent_at,
        )

    def _is_of_others(self, row: Waiting) -> bool:
        is_managed = self.room.room_class is RoomClass.MANAGED
        return is_managed and row.sender not in self._school.accounts

    # Gathering --------------------------------------------------------------------

    async def gather(self, connection: Any) -> None:
        """Look up what the events refer to, and use up passes."""
        senders = {row.sender for row, _, _ in self._read}
        read = [(row, event) for row, _, event in self._read]
        holders = await self.known.gather(connection, read, edits=self.folds.edits)
        for row, fields, _ in self._read:
            if row.sender in holders:
                await self._use_pass(connection, row, fields)
        # What a person released was looked into before.
        self.files = [f for f in self.files if f.event_id not in self._allowed]
        if self._has_roster and not self._observing:
            await self._meet_strangers(connection, senders)

    async def _use_pass(
        self, connection: Any, row: Waiting, fields: dict[str, Any]
    ) -> None:
        action = await passes.use(
            connection,
            room_id=self.room.room_id,
            sender=row.sender,
            type_=row.type,
            state_key=row.state_key,
            content=content_hash(fields.get("content")),
            event_id=row.event_id,
        )
        if action is not None:
            self._allowed.add(row.event_id)
            self.folds.echoes.append((action, row.event_id))

    async def _meet_strangers(self, connection: Any, senders: set[UserId]) -> None:
        for user_id in senders - self._memory.strangers - self._school.accounts:
            if self._school.person(user_id) is not None:
                continue
            self._memory.strangers.add(user_id)
            if await events.is_new_stranger(connection, self.room.room_id, user_id):
                self._strangers.add(user_id)

    # Obeying ----------------------------------------------------------------------

    async def obey(self, connection: Any, commands: Commands) -> bool:
        """Do what people asked for; True where the room must be looked at for it."""
        look = False
        in_private = self.room.room_class is RoomClass.SERVICE
        for row, fields, event in self._read:
            if row.sender in self._school.accounts or not may_ask(
                event, fields, in_private=in_private
            ):
                continue
            heard = Heard(
                turn=self._turn,
                row=row,
                fields=fields,
                event=event,
                at=self._now,
                state=None if in_private else await self.room_state(connection),
            )
            answered = await commands.answer(connection, heard)
            if answered is not None:
                self.by_command += answered.decided
                # What a command takes out of the room is not taken out twice.
                self._hiding |= {
                    each.action.event_id
                    for each in answered.decided
                    if isinstance(each.action, Redact)
                }
                look = look or answered.look
                if answered.is_command:
                    self._allowed.add(row.event_id)
        return look

    async def room_state(self, connection: Any) -> RoomState:
        """Recall the room's state; what this batch changes is folded into it."""
        memory = self._memory
        if memory.state is None:
            rows = await desired.state(connection, self.room.room_id)
            memory.state = RoomState.read(rows)
            for type_, key, event_id, sender, raw in self.folds.state:
                memory.state.fold(type_, key, event_id, sender, raw)
        return memory.state

    # Deciding ---------------------------------------------------------------------

    def decide(self) -> None:
        """Judge the events in their order."""
        if self._policy is None:
            log.error("no policy for this kind", extra={"kind": self.room.kind})
            return
        for user_id in sorted(self._strangers):
            self._report_stranger(user_id, self._policy)
        for row, _, event in self._read:
            if row.type == "m.room.encryption" and row.state_key is not None:
                self._call("room_encrypted", self._policy)
            if row.sender in self._school.accounts:
                continue
            if row.event_id not in self._allowed:
                self._judge(row, event, self._policy)

    def _judge(self, row: Waiting, event: RoomEvent, policy: Policy) -> None:
        author = self._author(row.sender, policy)
        context = self.known.context(row, event, author, now=self._now)
        verdict = decide(event, policy, context)
        self._memory.history.add(event, author, verdict.categories)
        self.known.note(event, context)
        metrics.JUDGED.labels(verdict.outcome.value).inc()
        violations = (*verdict.violations, *verdict.observed)
        if violations:
            self.judgements.append(
                (
                    row.event_id,
                    row.sender,
                    author.role.value,
                    verdict.outcome.value,
                    msgspec.json.encode(violations).decode(),
                )
            )
        self.cool_downs += [
            (row.event_id, violation.cool_down)
            for violation in verdict.violations
            if violation.cool_down is not None
            # Yesterday's quarrel, found after an outage, silences nobody today.
            and self._now - row.sent_at < violation.cool_down.duration
        ]
        self._follow(row.event_id, verdict)

    def _author(self, user_id: UserId, policy: Policy) -> Author:
        """Say what somebody is here; a member's level may change within a batch."""
        outranks = self._memory.levels.outranks(user_id, self._school.bot)
        key = (user_id, outranks)
        if key not in self._authors:
            self._authors[key] = self._school.author(
                user_id, self.room, policy, outranks=outranks
            )
        return self._authors[key]

    def _follow(self, event_id: EventId, verdict: Verdict) -> None:
        """Note what is to be done, and what must not be said again soon."""
        gravest = verdict.violations[0] if verdict.violations else None
        rule = gravest.rule if gravest else None
        for action in verdict.actions:
            if isinstance(action, Redact):
                if action.event_id in self._hiding:
                    # An edit, by its own verdict and by that of its original.
                    continue
                self._hiding.add(action.event_id)
            # Where we only observe, nobody is told anything.
            if isinstance(action, Tell) and not self._observing:
                for violation in verdict.violations:
                    told = ("tell", action.user_id, violation.rule)
                    self._memory.told[told] = self._now
            self._actions.append((event_id, self._named(action), rule))
        if verdict.outcome.hides:
            self._memory.hidden.add(event_id)

    def _named(self, action: Action) -> Action:
        """Put the room's name into what is said in private."""
        if isinstance(action, Tell | Call):
            values = {**action.notice.values, "room": self.room.name}
            named = msgspec.structs.replace(action.notice, values=values)
            return msgspec.structs.replace(action, notice=named)
        return action

    def _report_stranger(self, user_id: UserId, policy: Policy) -> None:
        metrics.STRANGERS.inc()
        log.warning(
            "somebody is not in the roster",
            extra={"room_id": self.room.room_id, "user_id": user_id},
        )
        self._call("stranger", policy, user_id=user_id)

    def _call(self, name: str, policy: Policy, **values: str) -> None:
        """Tell whoever owns the room about something that is no message."""
        notice = Notice(
            name=name,
            language=policy.language,
            room_id=self.room.room_id,
            values=values,
        )
        call = self._named(Call(right=Right.OWN, notice=notice))
        self._actions.append((None, call, name))

    def rows(self, numbers: dict[str, int]) -> list[Decided]:
        """
        List what is to be done, in its order.

        Args:
            numbers: Of the judgements just written, by event id.
        """
        clauses = {
            event_id: _clauses(written) for event_id, *_, written in self.judgements
        }
        return [
            Decided(
                id=uuid4(),
                room_id=self.room.room_id,
                action=action,
                judgement=numbers.get(event_id or ""),
                rule=rule,
                clauses=clauses.get(event_id or "", ()),
            )
            for event_id, action, rule in self._actions
        ]


def _clauses(violations: str) -> tuple[str, ...]:
    cited = [c for v in msgspec.json.decode(violations) for c in v["clauses"]]
    return tuple(dict.fromkeys(cited))


def _was_redacted(fields: dict[str, Any]) -> bool:
    """Whether an event reached us already emptied."""
    unsigned = fields.get("unsigned")
    return isinstance(unsigned, dict) and "redacted_because" in unsigned
