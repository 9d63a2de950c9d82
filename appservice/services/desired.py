"""
Desired: a room is compared with what it should be, and what differs is put right.

What it should be is computed (``domain.desired``), never saved. Here is decided what
becomes of a difference: now, later, or a person (``domain.corrections``,
``domain.false_names``).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import msgspec

from appservice.domain import corrections
from appservice.domain.actions import Action, Call, SetState, Tell
from appservice.domain.desired import (
    REPLACEMENT,
    TOMBSTONE,
    Difference,
    Effects,
    differences,
)
from appservice.domain.house import MustAccept
from appservice.domain.ids import EventId, UserId
from appservice.domain.people import Right
from appservice.domain.policy import Policy
from appservice.domain.room_state import RoomState
from appservice.matrix.canonical import canonical, content_hash
from appservice.services.acceptance import please_accept, still_to_accept
from appservice.services.choices import keep_choices
from appservice.services.names import RoomNames
from appservice.services.school import School
from appservice.services.scope import EVERYTHING, Scope
from appservice.services.troubles import looks_closed, troubles
from appservice.store import acceptances, desired, notices, timers
from appservice.store.desired import Standing
from appservice.store.inbox import Turn
from appservice.store.outbox import Decided

QUIET: Final = timedelta(minutes=10)
"""Nobody is told twice within this time how a thing is done here."""


@dataclass(slots=True)
class Found:
    """What is to be done, and when to look again."""

    decided: list[Decided] = field(default_factory=list)
    look_again: datetime | None = None

    def no_later(self, *times: datetime | None) -> None:
        """Look again at the first of these times."""
        known = [at for at in (self.look_again, *times) if at is not None]
        self.look_again = min(known, default=None)


async def look(
    connection: Any,
    turn: Turn,
    school: School,
    state: RoomState,
    *,
    at: datetime,
    scope: Scope = EVERYTHING,
) -> Found:
    """
    Compare a room with what it should be; in the caller's transaction and turn.

    Returns:
        Rows for the outbox (of an observed room: not marked so yet).
    """
    policy = school.policy_of(turn.room.kind)
    if policy is None or turn.room.successor is not None:
        return Found()
    if state.content("m.room.create") is None:
        # Never read whole: what is missing would look like a difference.
        return Found()
    standing = await desired.standing(connection, turn.room.room_id)
    looking = _Looking(
        turn=turn,
        school=school,
        policy=policy,
        state=state,
        standing=standing,
        scope=scope,
        at=at,
    )
    if looking.is_there:
        await keep_choices(
            connection, turn, school, policy, state, standing, types=scope.types
        )
        await looking.names(connection)
        await looking.acceptance(connection)
        looking.settings()
        await looking.follow(connection)
    looking.report()
    await looking.leave_unsaid(connection)
    await looking.note(connection)
    return looking.found


@dataclass(slots=True, kw_only=True)
class _Looking:
    """One look at one room."""

    turn: Turn
    school: School
    policy: Policy
    state: RoomState
    standing: Standing
    scope: Scope
    at: datetime
    found: Found = field(default_factory=Found)
    _corrections: list[tuple[str, bytes, Any, bool]] = field(default_factory=list)
    _read_only: frozenset[UserId] = frozenset()

    @property
    def is_there(self) -> bool:
        """Whether we are in the room; from outside, nothing can be put right."""
        member = self.state.members.get(self.school.bot)
        return member is not None and member.membership == "join"

    def _may_stand(self, type_: str) -> bool:
        """Whether what was written by hand is kept: at most our mark is put to it."""
        written = canonical(self.state.content(type_) or {})
        return self.standing.kept.get(type_) == written

    async def names(self, connection: Any) -> None:
        """See to the members' names."""
        names = RoomNames(
            turn=self.turn,
            school=self.school,
            policy=self.policy,
            state=self.state,
            standing=self.standing,
            fresh=self.scope.fresh,
            at=self.at,
        )
        for decision in await names.look(connection, only=self.scope.names):
            row = self._decide(decision.action, decision.rule, because=decision.because)
            if decision.slot is not None and decision.digest is not None:
                self._corrections.append((decision.slot, decision.digest, row.id, True))
        self._read_only = names.read_only
        self.found.no_later(names.look_again)

    async def acceptance(self, connection: Any) -> None:
        """Ask who has not accepted the rules yet, once."""
        room, policy = self.turn.room, self.policy
        missing = await still_to_accept(
            connection, self.school, policy, room, self.state
        )
        if policy.acceptance.must_accept is MustAccept.READ_ONLY_UNTIL:
            self._read_only |= missing
        if not missing or self.turn.observes:
            return
        for user_id in await acceptances.ask(
            connection, policy.kind, policy.version, missing
        ):
            tell = please_accept(self.school, policy, room, user_id)
            # Apart for each version: what was said lately is left unsaid.
            self._decide(tell, f"accept {policy.version}")

    def settings(self) -> None:
        """Put right what differs, unless that was done too often already."""
        self.found.no_later(
            *self.standing.mutes.values(), *self.standing.switches.values()
        )
        effects = Effects(
            muted=frozenset(self.standing.mutes) | self._read_only,
            quiet="quiet" in self.standing.switches,
            kept={
                type_: msgspec.json.decode(content)
                for type_, content in self.standing.kept.items()
            },
            left_alone=self.school.left_alone,
        )
        for difference in differences(
            self.state,
            room=self.turn.room,
            policy=self.policy,
            people=self.school.people,
            service=self.school.service,
            effects=effects,
            only=self.scope.types,
        ):
            self._put_right(difference)

    def _put_right(self, difference: Difference) -> None:
        action = SetState(
            type=difference.type,
            state_key="",
            content=difference.content,
            replaces=difference.replaces,
        )
        slot, digest = f"{difference.type}|", content_hash(difference.content)
        before = self.standing.corrections.get(slot)
        sender = self.state.sender(difference.type)
        # To write the same again where it stands were a quarrel with ourselves.
        is_ours = self.scope.is_commanded or (
            sender in self.school.accounts
            and not (before is not None and before.digest == digest)
        )
        wait = corrections.wait(
            before,
            digest,
            at=self.at,
            observes=self.turn.observes,
            is_ours=is_ours,
        )
        if wait is None:
            return
        if wait:
            self.found.no_later(self.at + wait)
            return
        is_fresh = difference.replaces in self.scope.fresh
        because = difference.replaces if is_fresh else None
        row = self._decide(action, difference.aspect, because=because)
        self._corrections.append((slot, digest, row.id, not is_ours))
        if is_fresh and sender is not None and not self._may_stand(difference.type):
            self._tell(sender, f"put_back_{difference.aspect}", because=because)
        if is_ours or before is None:
            return
        if before.times + 1 == corrections.AT_MOST:
            self._call("quarrel", "quarrel", what=difference.aspect)

    async def follow(self, connection: Any) -> None:
        """Go on in the room that took this one's place, if it may have done so."""
        tombstone = self.state.content(TOMBSTONE) or {}
        if not tombstone.get(REPLACEMENT):
            return
        is_ours = self.state.sender(TOMBSTONE) in self.school.accounts
        if is_ours or self.standing.kept.get(TOMBSTONE) == canonical(tombstone):
            await timers.hurry(connection, "follow", self.turn.room.room_id)

    def report(self) -> None:
        """Call a person where we cannot do our work, or nobody is responsible."""
        for name, values in troubles(
            self.turn.room, self.school, self.state, is_there=self.is_there
        ):
            self._report(name, values)
        if self.is_there and looks_closed(self.state, self.standing.kept):
            event_id = self.state.event_id(TOMBSTONE) or ""
            self._report("looks_closed", {"event_id": event_id}, every=None)

    def _report(
        self,
        name: str,
        values: dict[str, str],
        *,
        every: timedelta | None = corrections.REPORT_EVERY,
    ) -> None:
        """Say it once in a while (None: once), or when it is something else."""
        digest = content_hash(values)
        before = self.standing.corrections.get(name)
        if before is not None and before.digest == digest:
            is_new = before.status == "observed" and not self.turn.observes
            is_over = every is not None and self.at - before.last_at >= every
            if not is_new and not is_over:
                return
        row = self._call(name, name, bot=self.school.bot, **values)
        self._corrections.append((name, digest, row.id, True))

    def _decide(
        self, action: Action, rule: str, *, because: EventId | None = None
    ) -> Decided:
        row = Decided(
            id=uuid4(),
            room_id=self.turn.room.room_id,
            action=action,
            rule=rule,
            because=because,
        )
        self.found.decided.append(row)
        return row

    def _tell(self, user_id: UserId, name: str, *, because: EventId | None) -> None:
        if self.school.person(user_id) is not None:
            notice = self.school.notice(name, self.turn.room)
            tell = Tell(user_id=user_id, notice=notice)
            self._decide(tell, name, because=because)

    def _call(self, name: str, rule: str, **values: str) -> Decided:
        notice = self.school.notice(name, self.turn.room, **values)
        return self._decide(Call(right=Right.OWN, notice=notice), rule)

    async def leave_unsaid(self, connection: Any) -> None:
        """Take away what the same people were told a short while ago."""
        said = [row for row in self.found.decided if isinstance(row.action, Tell)]
        if not said:
            return
        told = await notices.told_since(connection, self.turn.room.room_id, QUIET)
        lately = {(user_id, rule) for kind, user_id, rule in told if kind == "tell"}
        self.found.decided = [
            row
            for row in self.found.decided
            if not isinstance(row.action, Tell)
            or (row.action.user_id, row.rule) not in lately
        ]

    async def note(self, connection: Any) -> None:
        """Note what is put right, and when to look again."""
        room_id = self.turn.room.room_id
        await desired.correct(
            connection, room_id, self._corrections, window=corrections.WINDOW
        )
        if self.found.look_again is not None:
            await timers.no_later(
                connection, "desired", room_id, than=self.found.look_again
            )
