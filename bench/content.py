"""Content: how fast messages are looked through, and what a large word list takes."""

import asyncio
import dataclasses
import gc
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psutil

from appservice import lexicons, policies
from appservice.domain.decide import decide
from appservice.domain.events import Message, Place, Text
from appservice.domain.ids import EventId, KindName, RoomId, UserId
from appservice.domain.lexicon import Lexicon, WordList
from appservice.domain.people import Author, Role
from appservice.domain.policy import Policy
from appservice.domain.rule import Context, Outcome
from appservice.lexicons.ordinary import messages
from bench import Figure, Options, absolute

WORDS: Final = 60_000
LARGEST: Final = 64 * 1024
"""Bytes of an event."""

_KIND: Final = KindName("class_students")
_PUPIL: Final = UserId("@pupil:school.example")
_CONTEXT: Final = Context(author=Author(user_id=_PUPIL, role=Role.STUDENT))
_SENT_AT: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_ROOM: Final = RoomId("!class:school.example")

_UNITS: Final = {
    "one Han character": "傻",
    "one letter and spaces": "a ",
    "digits": "1",
    "digits pulled apart": "1-3 ",
    "one word": "傻逼",
    "a word pulled apart": "傻 逼 ",
    "a word line by line": "傻\n逼\n",
    "spelled out": "f.u.c.k.",
    "leet": "sh1t b!7ch ",
    "masked": "f**k ",
    "pinyin": "shabi ",
    "marks": "a" + "\u0301\u0315\u0489" * 20,
    "ligatures": "\ufdfa",
    "keycaps": "6\ufe0f\u20e3",
    "readings": "傻(sha)",
    "brackets": "((((",
    "quotation marks": "《",
    "emoji": "🐎",
    "split characters": "弓虽女干",
    "names and numbers": "王小明 98\n",
    "line ends": "\n",
    "almost a pattern": "请帮忙给我家孩子点",
    "almost an advert": "加微信:",
    "forbidden": "严禁发红包,",
    "everything": "傻a1🐎(sha)逼\n",
}


def synthetic(count: int = WORDS) -> list[str]:
    """Make words of two to five common characters, always the same ones."""
    chance = random.Random(20260302)  # noqa: S311 - the same words every time
    common = [
        bytes((high, low)).decode("gb2312")
        for high in range(0xB0, 0xD7)
        for low in range(0xA1, 0xFA)
    ]
    words: set[str] = set()
    while len(words) < count:
        length = chance.choice((2, 3, 3, 4, 4, 5))
        words.add("".join(chance.choices(common, k=length)))
    return sorted(words)


def large_policy() -> Policy:
    """Load the pupils' policy with a school's list of 60,000 words."""
    with tempfile.TemporaryDirectory() as directory:
        lines = "\n".join(synthetic())
        (Path(directory) / "abuse.txt").write_text(lines, encoding="utf-8")
        return policies.load_all(lexicons=Path(directory))[_KIND]


def _message(body: str, number: int = 0) -> Message:
    return Message(
        event_id=EventId(f"${number}"),
        room_id=_ROOM,
        sender=_PUPIL,
        sent_at=_SENT_AT,
        texts=(Text(place=Place.BODY, value=body),),
    )


_ENDS: Final = (
    *("", "。", "！", "～", "谢谢", "谢谢老师", "收到", "好的", "辛苦了", "哈哈", "呢"),
    *("吧", "哦", "啊", "[微笑]", "🌹", "麻烦了", "明白", "大家好", "请知悉", "thanks"),
)


def _different(count: int) -> list[Message]:
    """Vary the ends of ordinary messages, so that none was seen before."""
    ordinary = messages()
    found = []
    for number in range(count):
        which, turn = number % len(ordinary), number // len(ordinary)
        first, second = turn % len(_ENDS), turn // len(_ENDS) % len(_ENDS)
        body = f"{ordinary[which]}{_ENDS[first]}{_ENDS[second]}"
        found.append(_message(body, number))
    return found


async def throughput(options: Options) -> list[Figure]:
    """
    All rules of the pupils' rooms over ordinary messages, on one core.

    Ordinary are those in which nothing is found: of sixty thousand words made by chance
    some sound like what people say, which is for a person and no longer ordinary.
    """
    policy = large_policy()
    events = [
        event
        for event in _different(20_000 if options.full else 5_000)
        if decide(event, policy, _CONTEXT).outcome is Outcome.ALLOW
    ]
    figures = []
    for name, judge in (
        ("content-throughput", policy),
        ("content-lexicon", _words_only(policy)),
    ):
        rate = max(_rate(events, judge) for _ in range(3))
        figures.append(absolute(name, rate, unit="msg/s", at_least=10_000))
    return figures


def _words_only(policy: Policy) -> Policy:
    """Keep one rule on words: the others ask what this one has found out."""
    rules = tuple(each for each in policy.rules if each.rule.name == "abuse")
    return dataclasses.replace(policy, rules=rules)


def _rate(events: list[Message], policy: Policy) -> float:
    gc.collect()
    started = time.process_time()
    for event in events:
        decide(event, policy, _CONTEXT)
    return len(events) / (time.process_time() - started)


async def worst(options: Options) -> list[Figure]:
    """The worst 64 KiB of all rules; and how it grows from a sixteenth of it."""
    policy = large_policy()
    times: dict[str, float] = {}
    for name, unit in _texts():
        times[name] = _longest(policy, _filled(unit, LARGEST), options)
        print(f"  {name:24} {times[name]:7.1f} ms", file=sys.stderr)  # noqa: T201
    name, slowest = max(times.items(), key=lambda item: item[1])
    unit = dict(_texts())[name]
    small = _longest(policy, _filled(unit, LARGEST // 16), options)
    return [
        absolute("content-worst", slowest, unit="ms", at_most=60),
        absolute("content-worst-growth", slowest / small / 16, unit="x", at_most=1.5),
    ]


def _texts() -> Iterator[tuple[str, str]]:
    yield from _UNITS.items()
    shipped = lexicons.read(lexicons.SHIPPED)
    chance = random.Random(3)  # noqa: S311 - the same text every time
    words = [word for each in shipped for word in each.words]
    yield "all words", "".join(chance.choices(words, k=8_000))
    patterns = "".join(each.text for lists in shipped for each in lists.patterns)
    han = [c for c in patterns if "\u4e00" <= c <= "\u9fff"]
    yield "pieces of patterns", "".join(chance.choices(han, k=LARGEST // 3))
    yield "an ordinary day", "".join(messages())


def _filled(unit: str, size: int) -> str:
    repeated = unit * (size // len(unit.encode()) + 1)
    return repeated.encode()[:size].decode(errors="ignore")


def _longest(policy: Policy, text: str, options: Options) -> float:
    """Measure in milliseconds, the best of a few: others use the machine too."""
    times = []
    for number in range(5 if options.full else 3):
        event = _message(f"{text[:-4]}{number}")
        started = time.process_time()
        decide(event, policy, _CONTEXT)
        times.append(time.process_time() - started)
    return min(times) * 1000


async def memory(_: Options) -> list[Figure]:
    """What 60,000 words take, in a process of their own."""
    measured = await _in_child()
    return [
        absolute("content-memory", measured["megabytes"], unit="MB", at_most=60),
    ]


async def reload(_: Options) -> list[Figure]:
    """How long 60,000 words take to be compiled beside our own."""
    measured = await _in_child()
    return [absolute("content-reload", measured["seconds"], unit="s", at_most=1)]


async def _in_child() -> Mapping[str, float]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.content", stdout=asyncio.subprocess.PIPE
    )
    output, _ = await child.communicate()
    measured: dict[str, float] = json.loads(output)
    return measured


def _measured() -> dict[str, float]:
    large = WordList(name="abuse", words=tuple(synthetic()))
    ours = lexicons.read(lexicons.SHIPPED)
    # What is there once, whatever the list: tables, our own words.
    small = Lexicon(ours)
    small.hits(messages()[0])
    gc.collect()
    before = psutil.Process().memory_info().rss
    started = time.process_time()
    lexicon = Lexicon((*ours, large))
    seconds = time.process_time() - started
    gc.collect()
    after = psutil.Process().memory_info().rss
    assert lexicon.hits(large.words[0])
    return {"megabytes": (after - before) / 1e6, "seconds": seconds}


BENCHES: Final[Mapping[str, Any]] = {
    "content-throughput": throughput,
    "content-worst": worst,
    "content-memory": memory,
    "content-reload": reload,
}


if __name__ == "__main__":
    print(json.dumps(_measured()))  # noqa: T201 - read by the parent
