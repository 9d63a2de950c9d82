"""Names: who bears a false one in a room, and what is done about it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from appservice.domain.actions import (
    Action,
    Call,
    Notice,
    Redact,
    Rename,
    Tell,
    Urgency,
)
from appservice.domain.corrections import REPORT_EVERY, SOON
from appservice.domain.false_names import (
    FalseName,
    is_read_only,
    next_step,
    noticed,
    righted,
)
from appservice.domain.house import REACTING
from appservice.domain.ids import EventId, UserId
from appservice.domain.names import NameBook
from appservice.domain.people import Person, Right
from appservice.domain.policy import Policy
from appservice.domain.room_state import Membership, RoomState
from appservice.matrix.canonical import content_hash
from appservice.services.school import School
from appservice.store import desired
from appservice.store.desired import Standing
from appservice.store.inbox import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something to be done about a name."""

    action: Action
    rule: str
    because: EventId | None = None
    slot: str | None = None
    digest: bytes | None = None
    """What is written there, so that it is neither queued nor recorded twice."""


@dataclass(slots=True, kw_only=True)
class RoomNames:
    """The names of one room, at one look."""

    turn: Turn
    school: School
    policy: Policy
    state: RoomState
    standing: Standing
    fresh: Collection[EventId]
    at: datetime
    look_again: datetime | None = None
    _decisions: list[Decision] = field(default_factory=list)
    _noted: list[FalseName] = field(default_factory=list)
    _forgotten: list[UserId] = field(default_factory=list)
    _renamed: dict[UserId, str] = field(default_factory=dict)

    @property
    def read_only(self) -> frozenset[UserId]:
        """Who may only read until their name is right, whomever we looked at now."""
        return frozenset(
            row.user_id
            for row in self.standing.false_names.values()
            if is_read_only(row, self.policy.names, at=self.at)
            and not self._is_protected(row.user_id)
        )

    def _is_protected(self, user_id: UserId) -> bool:
        """Whether nothing is done to somebody without a person: staff, and owners."""
        author = self.school.author(
            user_id, self.turn.room, self.policy, outranks=False
        )
        return author.is_protected

    async def look(
        self, connection: Any, *, only: Collection[UserId] | None
    ) -> list[Decision]:
        """Look at the names of these members, or all; return what is to be done."""
        book = self.school.book(self.turn.room, self.policy)
        for user_id in self.state.members if only is None else only:
            member = self.state.members.get(user_id)
            if member is not None and member.membership == "join":
                self._look_at(user_id, member, book)
        await self._rename(connection)
        if not self.turn.observes:
            await desired.note_names(
                connection, self.turn.room.room_id, self._noted, self._forgotten
            )
        return self._decisions

    def _look_at(self, user_id: UserId, member: Membership, book: NameBook) -> None:
        if (
            user_id in self.school.accounts
            or user_id in self.school.left_alone
            or self.state.levels.outranks(user_id, self.school.bot)
        ):
            return
        person = self.school.person(user_id)
        name = member.displayname
        if person is None:
            if name and book.resembles_staff(name, person=None):
                self._unmask_stranger(user_id, member)
            return
        if self._is_right(person, name, book):
            self._forget(user_id)
        else:
            self._correct(person, member, book)

    def _is_right(self, person: Person, name: str | None, book: NameBook) -> bool:
        # Asked first: where no template applies, any name but a teacher's is right.
        if name and book.resembles_staff(name, person=person):
            return False
        if book.is_right(person, name):
            return True
        if self.school.has_room_names or person.user_id is None:
            return False
        return name == self.school.profile_name(person.user_id)

    def _forget(self, user_id: UserId) -> None:
        before = self.standing.false_names.get(user_id)
        if before is None:
            return
        row = righted(before, at=self.at)
        if row is None:
            self._forgotten.append(user_id)
        elif row != before:
            self._noted.append(row)
            self.standing.false_names[user_id] = row

    def _correct(self, person: Person, member: Membership, book: NameBook) -> None:
        assert person.user_id is not None
        user_id, name = person.user_id, member.displayname or ""
        under_way = self.standing.corrections.get(_slot(user_id))
        if (
            under_way is not None
            and under_way.status == "waiting"
            and under_way.digest == _digest(member)
        ):
            self._no_later(self.at + SOON)
            return
        is_staffs = bool(name) and book.resembles_staff(name, person=person)
        before = self.standing.false_names.get(user_id)
        step = next_step(
            noticed(before, user_id, at=self.at),
            self.policy.names,
            at=self.at,
            resembles_staff=is_staffs,
            # What nobody can write for them is taken away, once.
            can_put_right=self.school.reaches(user_id) or bool(name),
        )
        if step.row != before:
            self._noted.append(step.row)
            self.standing.false_names[user_id] = step.row
        self._no_later(step.look_again)
        right = next(iter(book.forms(person)), person.name)
        if step.put_right:
            self._put_right(user_id, member, right, is_staffs=is_staffs)
        elif step.remind:
            self._say(user_id, "name_remind", name=right)
        is_muted = step.read_only and not self._is_protected(user_id)
        if is_muted and self.state.levels.of(user_id) != REACTING:
            self._say(user_id, "name_read_only", name=right)

    def _put_right(
        self, user_id: UserId, member: Membership, name: str, *, is_staffs: bool
    ) -> None:
        word = "name_staff" if is_staffs else "name_put_right"
        if self.school.reaches(user_id):
            self._renamed[user_id] = name
        else:
            # Nobody can write it for them; but what they wrote need not be read.
            self._hide(user_id, member)
            word = "name_hidden"
        if word == "name_hidden" or member.event_id in self.fresh:
            # A roster that renames five hundred opens no five hundred rooms.
            self._say(user_id, word, name=name, because=member.event_id)

    def _unmask_stranger(self, user_id: UserId, member: Membership) -> None:
        """Rights and names are only for people of the roster; a mask is for nobody."""
        self._hide(user_id, member)
        if self.turn.observes:
            return
        slot = f"name_stranger|{user_id}"
        before = self.standing.corrections.get(slot)
        if before is not None and self.at - before.last_at < REPORT_EVERY:
            # Or they could have the owner called as often as they like.
            return
        notice = self.school.notice("name_stranger", self.turn.room, user_id=user_id)
        call = Call(right=Right.OWN, notice=notice)
        self._decisions.append(
            Decision(
                action=call,
                rule="name_stranger",
                slot=slot,
                digest=content_hash(user_id),
            )
        )

    def _hide(self, user_id: UserId, member: Membership) -> None:
        notice = Notice(name="name", language=self.policy.language)
        redact = Redact(event_id=member.event_id, notice=notice)
        self._write(user_id, redact, member)

    async def _rename(self, connection: Any) -> None:
        """Write the member events: their own content with another name in it."""
        if not self._renamed:
            return
        written = await desired.contents(
            connection, self.turn.room.room_id, self._renamed
        )
        for user_id, (event_id, raw) in written.items():
            content = {
                **msgspec.json.decode(raw),
                "displayname": self._renamed[user_id],
            }
            is_fresh = event_id in self.fresh
            action = Rename(
                user_id=user_id,
                content=content,
                replaces=event_id,
                urgency=Urgency.STATE if is_fresh else Urgency.BULK,
            )
            member = self.state.members[user_id]
            self._write(user_id, action, member)

    def _write(self, user_id: UserId, action: Action, member: Membership) -> None:
        """Decide on a new member event; of an observed room it is recorded once."""
        slot, digest = _slot(user_id), _digest(member)
        before = self.standing.corrections.get(slot)
        is_recorded = before is not None and before.is_recorded(digest)
        if self.turn.observes and is_recorded:
            return
        because = member.event_id if member.event_id in self.fresh else None
        self._decisions.append(
            Decision(
                action=action, rule="names", because=because, slot=slot, digest=digest
            )
        )

    def _say(
        self, user_id: UserId, rule: str, *, name: str, because: EventId | None = None
    ) -> None:
        if self.turn.observes:
            return
        notice = self.school.notice(rule, self.turn.room, name=name)
        tell = Tell(user_id=user_id, notice=notice)
        self._decisions.append(Decision(action=tell, rule=rule, because=because))

    def _no_later(self, at: datetime | None) -> None:
        if at is not None:
            self.look_again = (
                at if self.look_again is None else min(at, self.look_again)
            )


def _digest(member: Membership) -> bytes:
    """Tell one false name from the next: the member event it stands in."""
    return content_hash(member.event_id)


def _slot(user_id: UserId) -> str:
    return f"m.room.member|{user_id}"
