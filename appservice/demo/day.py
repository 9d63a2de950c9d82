"""
A school day in steps. Each does something as people do, and checks what it claims.

Times are from when another client sees a message to when it sees the redaction.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Final

from appservice.demo import talk
from appservice.demo.opening import School
from appservice.demo.people import Failed, Member
from appservice.domain.ids import EventId, RoomId

PATIENCE: Final = 15.0
"""Seconds a step may take; most take a fraction of one."""

OUTCOME: Final = "SELECT outcome FROM judgements WHERE event_id = $1"
IS_JUDGED: Final = """
    SELECT EXISTS (SELECT FROM seen WHERE event_id = $1)
       AND NOT EXISTS (SELECT FROM seen JOIN inbox USING (seq) WHERE event_id = $1)
"""


class NotSo(Exception):
    """A step does not do what it claims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a step has to tell."""

    times: Sequence[float] = ()
    """Milliseconds, put in the place of ``{ms}`` in its sentences."""
    notes: Sequence[str] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    """Other words for its sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command came to."""

    event_id: EventId
    """The command."""
    word: str
    """What its author was told."""


Play = Callable[[School], Awaitable[Told]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens, and what it shows."""

    zh: str
    en: str
    play: Play


STEPS: Final[list[Step]] = []
"""The parts of the day fill it, each in its order, when they are imported."""


def step(zh: str, en: str) -> Callable[[Play], Play]:
    """Add a function to the day."""

    def add(play: Play) -> Play:
        STEPS.append(Step(zh=zh, en=en, play=play))
        return play

    return add


def steps_of(part: ModuleType) -> list[Step]:
    """List the steps of one part of the day, in their order."""
    return [each for each in STEPS if each.play.__module__ == part.__name__]


async def play_day(school: School, parts: Iterable[ModuleType]) -> bool:
    """Play all steps and tell of them; return whether all claims held."""
    await asyncio.gather(*(school[name].watch() for name in ("wangxiaoyu", "wangfang")))
    steps = [each for part in parts for each in steps_of(part)]
    fine = []
    for number, each in enumerate(steps, start=1):
        fine.append(await _play(f"{number:>2}/{len(steps)}", each, school))
    return all(fine)


async def _play(number: str, each: Step, school: School) -> bool:
    told, trouble = Told(), ""
    try:
        async with asyncio.timeout(PATIENCE):
            told = await each.play(school)
    except TimeoutError as error:
        trouble = f"nothing came within {PATIENCE:.0f} s ({_place(error)})"
    except (NotSo, Failed) as error:
        trouble = str(error)
    words = {"ms": talk.milliseconds(told.times) if told.times else "…"}
    values = {**words, **told.values}
    talk.step(
        number,
        is_fine=not trouble,
        zh=each.zh.format_map(_Rest(values)),
        en=each.en.format_map(_Rest(values)),
    )
    talk.notes(_complaint(trouble, school) if trouble else told.notes)
    return not trouble


def _place(error: TimeoutError) -> str:
    """Say which line of a step was waiting."""
    cause = error.__cause__ or error
    waiting = traceback.extract_tb(cause.__traceback__)
    frames = [f"{Path(each.filename).stem}:{each.lineno}" for each in waiting[1:3]]
    return ", ".join(frames)


def _complaint(trouble: str, school: School) -> list[str]:
    log = school.stage.directory / "homeroom.log"
    return [f"没有做到 · not so: {trouble}", f"详见 · see {log}"]


class _Rest(dict[str, object]):
    """Values for a sentence; what a failed step did not find out is left open."""

    def __missing__(self, key: str) -> str:
        return "…"


def claim(is_so: object, otherwise: str) -> None:
    """
    Hold a step to what it says.

    Raises:
        NotSo: With ``otherwise``.
    """
    if not is_so:
        raise NotSo(otherwise)


async def refused(attempt: Awaitable[object], otherwise: str) -> None:
    """
    Try what the homeserver must not let somebody do.

    Raises:
        NotSo: With ``otherwise``: it did.
    """
    try:
        await attempt
    except Failed as failure:
        if "M_FORBIDDEN" in str(failure):
            return
        raise
    raise NotSo(otherwise)


async def vanishes(school: School, witness: Member, event_id: EventId) -> float:
    """Wait until ``witness`` sees an event redacted; return how long they saw it."""
    await witness.until(lambda: event_id in witness.gone)
    gone = witness.gone[event_id]
    # Where both came in one answer, nobody saw it.
    shown = 1000 * (gone - witness.seen.get(event_id, gone))
    school.exposures.append(shown)
    return shown


async def outcome(school: School, event_id: EventId) -> str:
    """Wait until an event is judged; return the verdict on record."""
    while not await school.ask(IS_JUDGED, event_id):  # noqa: ASYNC110 - polled
        await asyncio.sleep(0.02)
    return str(await school.ask(OUTCOME, event_id) or "allow")


async def told_in_private(member: Member, *, about: str, after: int = 0) -> str:
    """Wait for a private word of Homeroom's with something in it; return it."""
    await member.watch()
    await member.until(lambda: any(about in word for word in member.words[after:]))
    return next(word for word in member.words[after:] if about in word)


async def ask(member: Member, room_id: RoomId, text: str, *, about: str) -> Answer:
    """Write a command; wait for the private answer that has something in it."""
    await member.watch()
    after = len(member.words)
    event_id = await member.say(room_id, text)
    word = await told_in_private(member, about=about, after=after)
    return Answer(event_id=event_id, word=word)
