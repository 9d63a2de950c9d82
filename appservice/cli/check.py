"""``homeroom check``: judge lines without a homeserver or a database."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from appservice import policies as shipped
from appservice.cli import lines_of
from appservice.domain import roster as rosters
from appservice.domain.decide import Verdict, decide
from appservice.domain.events import RoomEvent
from appservice.domain.history import History
from appservice.domain.ids import EventId, KindName, RoomId, UserId
from appservice.domain.people import Author, Person, Role
from appservice.domain.policy import Policy
from appservice.domain.pupils import PupilFinder, of_people
from appservice.domain.rule import Context, Evidence, Outcome, Violation
from appservice.domain.spelling import nearest
from appservice.matrix.decode import clean, decode_json
from appservice.matrix.parse import parse, sent_at_of

T = TypeVar("T")

_ROOM: Final = RoomId("!check:localhost")
_FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)
_BETWEEN_LINES: Final = timedelta(seconds=1)
_LATEST: Final = sent_at_of(sys.maxsize) - _BETWEEN_LINES
_ROLES: Final = {role.value: role for role in Role}
_ABOUT_THE_LINE: Final = {
    *("sender", "sender_role", "kind", "origin_server_ts"),
    *("class", "file", "context"),
}
_SCHOOLS_CLOCK: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
_OUTCOMES: Final = {
    Outcome.ALLOW: "通过",
    Outcome.HINT: "提醒",
    Outcome.FLAG: "请人看",
    Outcome.HOLD: "暂扣待审",
    Outcome.REFUSE: "不予发布",
}


@click.command()
@click.option(
    "--kind",
    default="class_students",
    show_default=True,
    help="The room kind whose policy judges.",
)
@click.option(
    "--role",
    default=Role.STUDENT.value,
    show_default=True,
    help="The role of whoever sent a line that names nobody.",
)
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file that knows the roles and posts of senders.",
)
@click.option(
    "--policies",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The directory of the school's own policies.",
)
@click.option(
    "--lexicons",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The directory of the school's own word lists.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON to a terminal, too.")
@click.pass_context
def check(
    ctx: click.Context,
    *,
    kind: str,
    role: str,
    roster: Path | None,
    policies: Path | None,
    lexicons: Path | None,
    as_json: bool,
) -> None:
    """
    Judge each line of standard input, and write one line for each.

    A line is a message's text, or a JSON object: {"body": …}, or an event with type,
    content, sender, sender_role, kind and origin_server_ts. "class" says whose room it
    is; "file" what was found in a file, such as {"sort": "spreadsheet", "tables": …};
    "context" what else is known, such as {"copies_elsewhere": 2}. The lines are the
    history of one room; one without a time comes a second after the one before. One
    that names something there is not is judged as if it did not; then the exit code
    is 2.
    """
    known = shipped.load_all(policies, lexicons=lexicons)
    people = rosters.read(roster.read_bytes(), name=str(roster)) if roster else ()
    room = _Room(
        policies=known,
        policy=_choose("--kind", kind, known),
        role=_choose("--role", role, _ROLES),
        people={each.user_id: each for each in people if each.user_id},
        everybody=people,
        has_roster=roster is not None,
    )
    write: Callable[[int, Verdict], str] = _for_people
    if as_json or not _is_terminal():
        write = _as_json
    for number, raw in enumerate(_lines(), start=1):
        # One line, one write: somebody may be waiting for it.
        click.echo(write(number, room.judge(number, raw)))
    if room.mistakes:
        ctx.exit(2)


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _lines() -> Iterator[bytes]:
    for line in sys.stdin.buffer:
        yield line.removesuffix(b"\n").removesuffix(b"\r")


def _choose(what: str, name: str, known: Mapping[Any, T]) -> T:
    if name not in known:
        raise click.UsageError(f'{what}: there is no "{name}"; {nearest(name, known)}')
    return known[name]


@dataclass(slots=True, kw_only=True)
class _Room:
    """The room whose history the lines are."""

    policies: Mapping[KindName, Policy]
    policy: Policy
    role: Role
    people: Mapping[UserId, Person]
    everybody: tuple[Person, ...]
    has_roster: bool
    finders: dict[str | None, PupilFinder] = field(default_factory=dict)
    """By class; made when a line first needs one."""
    history: History = field(default_factory=History)
    now: datetime = _FIRST - _BETWEEN_LINES
    """When the line before was sent."""
    mistakes: int = 0
    """Lines that named a kind or a role there is not."""

    def judge(self, number: int, raw: bytes) -> Verdict:
        """Judge a line, and remember it for the lines to come."""
        self.now = min(self.now, _LATEST) + _BETWEEN_LINES
        if not raw.strip():
            return Verdict(outcome=Outcome.ALLOW)
        line = _read(raw)
        if _is_number(line.get("origin_server_ts")):
            self.now = sent_at_of(line["origin_server_ts"])
        policy = self._policy(number, line)
        author = self._author(number, line, policy)
        event = self._event(number, line, author)
        known = self._context(number, line, author)
        verdict = decide(event, policy, self.history.context_for(event, author, known))
        self.history.add(event, author, verdict.categories)
        return verdict

    def _policy(self, number: int, line: dict[str, Any]) -> Policy:
        chosen = self._named(f"line {number}, kind", line.get("kind"), self.policies)
        return self.policy if chosen is None else chosen

    def _named(self, what: str, name: object, known: Mapping[Any, T]) -> T | None:
        """Find what a line names; None: nothing, or a mistake that is told."""
        if not isinstance(name, str):
            return None
        if name not in known:
            hint = nearest(name, known)
            self._complain(f'{what}: there is no "{clean(name)}"; {hint}')
            return None
        return known[name]

    def _author(self, number: int, line: dict[str, Any], policy: Policy) -> Author:
        """Say who sent a line: as it says itself, else the roster, else ``--role``."""
        sender = line.get("sender")
        named = self._named(
            f"line {number}, sender_role", line.get("sender_role"), _ROLES
        )
        person = self.people.get(UserId(sender)) if isinstance(sender, str) else None
        is_known = not (self.has_roster and isinstance(sender, str) and person is None)
        if named is not None:
            role = named
        elif person is not None:
            role = policy.role_of(person)
        else:
            role = self.role if is_known else Role.GUEST
        # Who is not named is one person a role: a teacher's notice stands between.
        user_id = clean(sender) if isinstance(sender, str) else f"@{role.value}:check"
        return Author(
            user_id=UserId(user_id),
            role=role,
            rights=policy.rights_of(person, scope=None),
            is_known=is_known,
            works_here=person is not None and person.is_staff,
        )

    def _event(self, number: int, line: dict[str, Any], author: Author) -> RoomEvent:
        if "file" in line:
            found = lines_of.inspected(line["file"])
            if found is not None:
                return replace(
                    found,
                    event_id=EventId(f"$line-{number}"),
                    room_id=_ROOM,
                    sender=author.user_id,
                    sent_at=self.now,
                )
            self._complain(f"line {number}, file: is not what is found in a file")
        return parse(
            {"event_id": f"$line-{number}", **line, "sender": author.user_id},
            room_id=_ROOM,
            sent_at=self.now,
        )

    def _context(self, number: int, line: dict[str, Any], author: Author) -> Context:
        """Say what is known besides the history."""
        person = self.people.get(author.user_id)
        given = lines_of.known(line.get("context"))
        if given is None:
            self._complain(f"line {number}, context: is not known of a room")
        is_timed = _is_number(line.get("origin_server_ts"))
        return Context(
            author=author,
            pupils=self._pupils(line.get("class"), person),
            own_pupils=lines_of.own_pupils(person),
            at=self.now.astimezone(_SCHOOLS_CLOCK) if is_timed else None,
            **(given or {}),
        )

    def _pupils(self, class_: object, person: Person | None) -> PupilFinder:
        """Find the roster's pupils; by their given names those of the room's class."""
        scope = class_ if isinstance(class_, str) else None
        if scope is None and person is not None and len(person.classes) == 1:
            (scope,) = person.classes
        if scope not in self.finders:
            self.finders[scope] = of_people(self.everybody, scope=scope)
        return self.finders[scope]

    def _complain(self, text: str) -> None:
        self.mistakes += 1
        click.echo(text, err=True)


def _read(raw: bytes) -> dict[str, Any]:
    """Make an event's fields of a line, which may be JSON or what somebody wrote."""
    value = _json(raw)
    if not isinstance(value, dict):
        body = raw.decode("utf-8-sig", "replace")
        return _message({"msgtype": "m.text", "body": body})
    if "content" in value or "type" in value:
        return {"type": "m.room.message", "content": {}, **value}
    content = {name: value[name] for name in value.keys() - _ABOUT_THE_LINE}
    return {**value, **_message({"msgtype": "m.text", **content})}


def _json(raw: bytes) -> object:
    if not raw.lstrip(b"\xef\xbb\xbf \t\r").startswith(b"{"):
        return None
    try:
        return decode_json(raw)
    except ValueError:
        return None


def _message(content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "m.room.message", "content": content}


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _as_json(number: int, verdict: Verdict) -> str:
    """Write ASCII only: no terminal, pipe or reader of lines can spoil it."""
    return json.dumps(
        {
            "line": number,
            "outcome": verdict.outcome.value,
            "violations": [
                {
                    "rule": each.rule,
                    "category": each.category.value,
                    "clauses": list(each.clauses),
                    "severity": each.severity.value,
                    "step": each.step.value if each.step else None,
                    "evidence": _evidence(each.evidence),
                }
                for each in verdict.violations
            ],
        }
    )


def _evidence(evidence: Evidence) -> dict[str, Any]:
    """Give all four, whether there or not; the window is in seconds."""
    window = evidence.window
    return {
        "found": evidence.found,
        "place": evidence.place,
        "count": evidence.count,
        "window": window.total_seconds() if window is not None else None,
    }


def _for_people(number: int, verdict: Verdict) -> str:
    outcome = f"{_OUTCOMES[verdict.outcome]} {verdict.outcome.value}"
    reasons = "; ".join(map(_reason, verdict.violations))
    return f"{number}: {outcome}" + (f" – {reasons}" if reasons else "")


def _reason(violation: Violation) -> str:
    found = violation.evidence.found
    if found is None:
        found = f"{violation.evidence.count}×"
    shown = "".join(c if c.isprintable() else "·" for c in found)
    return f"{violation.category.value}「{shown}」({', '.join(violation.clauses)})"
