"""
Durations and dates as people write them, in Chinese and English.

What can be read is in the tables. A day without a time means its end (23:59:59), a
weekday the next one from today on, «下周一» the Monday of the next calendar week.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

AT_MOST: Final = timedelta(days=3650)
"""Nothing ends later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time somebody wrote."""

    until: datetime
    """Aware, in the school's zone; a date that is past stays one."""
    text: str
    """What was read."""


# How the text is looked at: one character for one, so that places stay the same. -----

_LOOKED_AT: Final = 120
_PLAIN: Final = {
    **{code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)},
    **{code: chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)},
    **dict(
        zip(
            map(ord, "個時鐘鍾週點後兩禮號為　"), "个时钟钟周点后两礼号为 ", strict=True
        )
    ),
}
_SEPARATORS: Final = " \t\r\n\v\f\u3000\u00a0,，、;；:："

_DIGITS: Final = "零一二三四五六七八九"
_WORDS: Final = (
    *("a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve"),
)
_HAN: Final = (
    "(?:[一二两三四五六七八九]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九])"
)
_SMALL: Final = rf"(?:[0-9]{{1,2}}(?![0-9])|{_HAN})"
_COUNT: Final = (
    rf"(?:[0-9]{{1,9}}(?:\.[0-9]{{1,2}})?|{_HAN}"
    rf"|(?:an|{'|'.join(_WORDS)})(?=\s+(?:[a-z]{{3}}|and\s)))"
)


def _number(written: str) -> float:
    if written[0] in "0123456789":
        return float(written)
    if written.isascii():
        return float(max(_WORDS.index(written.replace("an", "a")), 1))
    plain = written.replace("两", "二").replace("〇", "零")
    tens, ten, ones = plain.rpartition("十")
    return 10 * (_DIGITS.index(tens) if tens else bool(ten)) + (
        _DIGITS.index(ones) if ones else 0
    )


# Durations -------------------------------------------------------------------------

_LENGTHS: Final = {
    timedelta(weeks=1): ("weeks", "week", "wks", "wk", "w", "周", "星期", "礼拜"),
    timedelta(days=1): ("days", "day", "d", "天", "日"),
    timedelta(hours=1): ("hours", "hour", "hrs", "hr", "h", "小时", "钟头"),
    timedelta(minutes=15): ("刻钟",),
    timedelta(minutes=1): ("minutes", "minute", "mins", "min", "m", "分钟", "分"),
}
_UNITS: Final = {word: length for length, words in _LENGTHS.items() for word in words}
_PIECE: Final = re.compile(
    rf"(?:(?P<half>半个?|half\s+(?:an?\s+)?)|(?P<count>{_COUNT})"
    rf"\s*(?P<more>个半|and\s+a\s+half\s|个)?)\s*"
    # 一周五 is no week and a five; 5 may is no five minutes.
    rf"(?P<unit>{'|'.join(_UNITS)})(?![a-z]|(?<=[周期拜])[一二三四五六日天末年])"
    rf"(?P<too>半(?!夜)|\s+and\s+a\s+half(?![a-z]))?",
    re.ASCII,
)
_AND: Final = re.compile(r"\s*(?:and\s+|零|又)?")
_LATER: Final = re.compile(r"\s*(?:之后|以后|后(?!天)|later\b|from\s+now\b)|")


def _duration(text: str, at: int) -> tuple[timedelta, int] | None:
    """Read pieces as long as each has a smaller unit than the one before."""
    total, unit, end = timedelta(), AT_MOST, at
    while (piece := _PIECE.match(text, at)) and _UNITS[piece["unit"]] < unit:
        unit = _UNITS[piece["unit"]]
        count = 0.5 if piece["half"] else _number(piece["count"])
        count += 0.5 * ((piece["more"] or "").strip() not in {"", "个"})
        count += 0.5 * bool(piece["too"])
        if count * unit.total_seconds() > AT_MOST.total_seconds():
            return None
        total += count * unit
        end = piece.end()
        at = _end(_AND, text, end)
    if unit == AT_MOST or total > AT_MOST:
        return None
    return total, _end(_LATER, text, end)


# Days ------------------------------------------------------------------------------

_NEVER: Final = timedelta(0)
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH: Final = "|".join(f"{m[:3]}(?:{m[3:]})?".lower() for m in _MONTHS)
_AHEAD: Final = {
    "today": 0,
    "to": 0,
    "今": 0,
    "tomorrow": 1,
    "明": 1,
    "后": 2,
    "the day after tomorrow": 2,
    "大": 3,
}
"""By the word, of Chinese ones the first character: 今天, 今日, 今晚."""

_Day = tuple[date, timedelta]
"""A day, and how much later the next one is that could be meant if it is past."""


def _ahead(found: re.Match[str], today: date) -> _Day:
    return today + timedelta(
        days=_AHEAD[found[0] if found[0].isascii() else found[0][0]]
    ), _NEVER


def _weekday(found: re.Match[str], today: date) -> _Day:
    wanted = timedelta(days="一二三四五六日".index(found["day"].replace("天", "日")))
    this_week = today - timedelta(days=today.weekday())
    if found["week"]:
        return this_week + wanted + timedelta(weeks=found["week"].count("下")), _NEVER
    this = this_week + wanted
    return this if this >= today else this + timedelta(weeks=1), timedelta(weeks=1)


def _english_weekday(found: re.Match[str], today: date) -> _Day:
    days = (_WEEKDAYS.index(found["day"][:3]) - today.weekday()) % 7
    if found["next"] and not days:
        days = 7
    return today + timedelta(days=days), timedelta(weeks=1)


def _date(found: re.Match[str], today: date) -> _Day:
    month = found["month"]
    number = (
        [m[:3].lower() for m in _MONTHS].index(month[:3]) + 1
        if month.isalpha() and month.isascii()
        else int(_number(month))
    )
    day = date(int(found["year"] or today.year), number, int(_number(found["day"])))
    # In December, 1月5日 is in the next year; a week ago is a mistake to be told.
    if not found["year"] and today - day > timedelta(days=183):
        day = day.replace(year=day.year + 1)
    return day, _NEVER


_RELATIVE: Final = (
    r"(?:today|tomorrow|the day after tomorrow)(?![a-z])|to(?=night(?![a-z]))"
    r"|大?后天|[今明后][天日]|[今明](?=[早晚晨夜])"
)
_OF_WEEK: Final = r"(?P<week>下+|[这本])?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])"
_ENGLISH_OF_WEEK: Final = (
    r"(?:on\s+|this\s+|(?P<next>next\s+))?"
    r"(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?![a-z])"
)
_SHORT_OF_WEEK: Final = (
    r"(?:on\s+|this\s+|(?P<next>next\s+))"  # else «sun is shining» were a day
    r"(?P<day>mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)(?![a-z])"
)
_FULL_DATE: Final = (
    rf"(?P<year>20[0-9]{{2}})(?P<by>[-/.年])\s*(?P<month>{_SMALL})"
    rf"(?:(?P=by)|月)\s*(?P<day>{_SMALL})[日号]?"
)
_NTH: Final = r"(?P<day>[0-9]{1,2})(?:st|[nr]d|th)?"
_YEAR: Final = r"(?![a-z0-9])(?:,?\s+(?P<year>20[0-9]{2})(?![0-9]))?"

_DAYS: Final[tuple[tuple[str, Callable[[re.Match[str], date], _Day]], ...]] = (
    (_RELATIVE, _ahead),
    (_OF_WEEK, _weekday),
    (_ENGLISH_OF_WEEK, _english_weekday),
    (_SHORT_OF_WEEK, _english_weekday),
    (_FULL_DATE, _date),
    (rf"(?P<year>)(?P<month>{_SMALL})月\s*(?P<day>{_SMALL})[日号]?", _date),
    (rf"(?P<year>)(?P<month>{_SMALL})/(?P<day>{_SMALL})(?![/.个小天])", _date),
    (rf"(?:on\s+)?{_NTH}\s+(?:of\s+)?(?P<month>{_MONTH}){_YEAR}", _date),
    (rf"(?:on\s+)?(?P<month>{_MONTH})\s+{_NTH}{_YEAR}", _date),
)
_DAY_PATTERNS: Final = tuple((re.compile(p, re.ASCII), read) for p, read in _DAYS)


def _day(text: str, at: int, today: date) -> tuple[_Day, int] | None:
    for pattern, read in _DAY_PATTERNS:
        if found := pattern.match(text, at):
            try:
                return read(found, today), found.end()
            except ValueError:  # 2月30日
                return None
    return None


END_OF_DAY: Final = timedelta(hours=23, minutes=59, seconds=59)
_PARTS: Final = {
    **dict.fromkeys(("凌晨", "am", "a.m"), "small hours"),
    **dict.fromkeys(("清晨", "早晨", "早上", "早", "晨", "上午", "morning"), "morning"),
    **dict.fromkeys(("中午", "正午", "noon"), "noon"),
    **dict.fromkeys(("下午", "傍晚", "afternoon", "pm", "p.m"), "afternoon"),
    **dict.fromkeys(("晚上", "夜里", "夜晚", "半夜", "午夜", "晚", "夜"), "night"),
    **dict.fromkeys(("evening", "night", "midnight"), "night"),
}
_MEANT: Final = {
    "small hours": timedelta(hours=6),
    "morning": timedelta(hours=8),
    "noon": timedelta(hours=12),
    "afternoon": timedelta(hours=18),
    "night": END_OF_DAY,
}
"""What a part of a day without an hour ends with, or, of a morning, begins with."""

_PART: Final = "|".join(each for each in _PARTS if each[-1] != "m")
_CLOCK: Final = re.compile(
    rf"(?P<part>(?:{_PART})(?![a-z]))?\s*"
    rf"(?:(?P<hour>{_SMALL})(?P<mark>:(?P<minute>[0-9]{{2}})(?![0-9])"
    rf"|\s*[点时](?:(?P<quarters>半|[一三]刻)|(?P<minutes>{_SMALL})分?|整|钟)?)?"
    r"(?:\s*(?P<half>[ap]\.?m)\.?(?![a-z]))?)?",
    re.ASCII,
)
_QUARTERS: Final = {"半": 30, "一刻": 15, "三刻": 45}


def _clock(text: str, at: int) -> tuple[timedelta, int] | None:
    """Read a time of day, as what has gone since midnight."""
    found = _CLOCK.match(text, at)
    if found is None or not (found["part"] or found["mark"] or found["half"]):
        return None
    part = _PARTS.get(found["half"] or found["part"] or "")
    if found["hour"] is None:
        return _MEANT[part or "night"], found.end()
    minute = found["minute"] or found["minutes"] or "0"
    minutes = _QUARTERS.get(found["quarters"] or "") or int(_number(minute))
    since = timedelta(hours=_hour(int(_number(found["hour"])), part), minutes=minutes)
    if minutes > 59 or _number(found["hour"]) + minutes / 60 > 24:
        return None
    return since, found.end()


def _hour(hour: int, part: str | None) -> int:
    """Count from midnight; what is later than 24 belongs to the night after."""
    match part:
        case "small hours" if hour == 12:
            return 0
        case "noon" if hour < 6:
            return hour + 12
        case "afternoon" if hour < 12:
            return hour + 12
        case "night" if hour < 5:
            return hour + 24
        case "night" if hour <= 12:
            return hour + 12
        case _:
            return hour


# All together ----------------------------------------------------------------------

_UNTIL: Final = re.compile(
    r"(?:(?:for|in|until|till?|to|by)(?![a-z])|直到|截至|截止到?|到|至)\s*|", re.ASCII
)
_BETWEEN: Final = re.compile(r"\s*(?:的|,|t(?=[0-9])|(?:at|on)(?![a-z]))?\s*", re.ASCII)
_THEN: Final = re.compile(r"\s*(?:之前|以前|前|为止|止)|")
_ALONE: Final = re.compile(r"(?<=[0-9m点时半刻分整钟.])(?![^\s,.;:!?，。、；：！？])")


def take(text: str, *, now: datetime) -> tuple[Span | None, str]:
    """
    Read a span at the start of a text.

    Args:
        now: Aware, in the school's zone; what is read is in it too.

    Returns:
        What was read, or None, and the text after it without separators; all of the
        text where nothing was read. A time without a day is the next such time.
    """
    written = text.lstrip(_SEPARATORS)
    plain = written[:_LOOKED_AT].translate(_PLAIN)
    at = _end(_UNTIL, plain, 0)
    found = _after(plain, at, now) or _point(plain, at, now)
    if found is None or found[0] - now > AT_MOST:
        return None, text
    until, end = found
    span = Span(until=until, text=written[:end])
    return span, written[end:].lstrip(_SEPARATORS)


def _after(text: str, at: int, now: datetime) -> tuple[datetime, int] | None:
    read = _duration(text, at)
    if read is None:
        return None
    # An hour is an hour, also when clocks are changed.
    return (now.astimezone(UTC) + read[0]).astimezone(now.tzinfo), read[1]


def _point(text: str, at: int, now: datetime) -> tuple[datetime, int] | None:
    day, end = _day(text, at, now.date()) or (None, at)
    clock = _clock(text, _end(_BETWEEN, text, end) if day else at)
    if clock is None and day is None:
        return None
    since, end = clock or (END_OF_DAY, end)
    if day is None:  # 6pm on Friday
        day, end = _day(text, _end(_BETWEEN, text, end), now.date()) or (None, end)
    end, last = _end(_THEN, text, end), end
    if day is None and at == 0 and end == last and not _ALONE.match(text, end):
        return None  # «8点上课说话» is a reason and no end
    first, later = day or (now.date(), timedelta(days=1))
    until = datetime.combine(first, time.min, tzinfo=now.tzinfo) + since
    return until if until > now else until + later, end


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()


def say(until: datetime, *, now: datetime, language: str) -> str:
    """
    Tell an end: 「今天 18:00」, "tomorrow 08:00", "1 December 18:00".

    Args:
        now: Aware, in the school's zone; the end is told in it.
        language: ``en``, or else Chinese.
    """
    end = until.astimezone(now.tzinfo)
    is_english = language == "en"
    ahead = (end.date() - now.date()).days
    if ahead in (0, 1):
        day = (("今天", "today"), ("明天", "tomorrow"))[ahead][is_english]
    elif is_english:
        year = "" if end.year == now.year else f" {end.year}"
        day = f"{end.day} {_MONTHS[end.month - 1]}{year}"
    else:
        year = "" if end.year == now.year else f"{end.year}年"
        day = f"{year}{end.month}月{end.day}日"
    return f"{day} {end:%H:%M}"
