"""Spans: durations and dates as people write them, and how an end is told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appservice.domain.spans import AT_MOST, say, take

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 9, 15, 0, tzinfo=SHANGHAI)
"""A Wednesday afternoon."""


def minutes(text: str) -> float | None:
    span, _ = take(text, now=NOW)
    return None if span is None else (span.until - NOW) / timedelta(minutes=1)


def until(text: str, *, now: datetime = NOW) -> str | None:
    span, _ = take(text, now=now)
    return None if span is None else f"{span.until:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("2h", 120), ("30m", 30), ("30min", 30), ("1d", 1440), ("1h30m", 90)),
        *(("1h 30 m", 90), ("90 minutes", 90), ("2 hours", 120), ("an hour", 60)),
        *(("half an hour", 30), ("a day", 1440), ("half a day", 720), ("1.5h", 90)),
        *(("an hour and a half", 90), ("one and a half hours", 90), ("two days", 2880)),
        *(("1 hour and 20 minutes", 80), ("1w", 10080), ("a week", 10080)),
        *(("2小时", 120), ("2个小时", 120), ("两小时", 120), ("半小时", 30)),
        *(("半个小时", 30), ("一个半小时", 90), ("1个半小时", 90), ("三十分钟", 30)),
        *(("30分", 30), ("一刻钟", 15), ("三刻钟", 45), ("两天", 2880), ("一天", 1440)),
        *(("两天半", 3600), ("一周", 10080), ("两个星期", 20160), ("半天", 720)),
        *(
            ("1小时30分钟", 90),
            ("一小时二十五分", 85),
            ("九十九分钟", 99),
            ("十分钟", 10),
        ),
        *(("十二分钟", 12), ("２ｈ", 120), ("３０分鐘", 30), ("2 個小時", 120)),
        *(("3天后", 4320), ("三天之后", 4320), ("in 3 days", 4320), ("for 2h", 120)),
        *(("2h later", 120), ("0m", 0), ("半个钟头", 30), ("2H", 120)),
    ],
)
def test_a_duration_is_read(text: str, expected: float):
    """As teachers write them in a hurry."""
    assert minutes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("until 18:00", "2026-09-09 18:00:00"),
        ("till 18：00", "2026-09-09 18:00:00"),
        ("to 6pm", "2026-09-09 18:00:00"),
        ("until 6:30 p.m.", "2026-09-09 18:30:00"),
        ("到18:00", "2026-09-09 18:00:00"),
        ("到 18点", "2026-09-09 18:00:00"),
        ("到6点", "2026-09-10 06:00:00"),
        ("至晚上8点半", "2026-09-09 20:30:00"),
        ("到晚上八点一刻", "2026-09-09 20:15:00"),
        ("到下午3点", "2026-09-10 15:00:00"),
        ("到下午三点十五分为止", "2026-09-09 15:15:00"),
        ("直到晚上12点", "2026-09-10 00:00:00"),
        ("到24:00", "2026-09-10 00:00:00"),
        ("到凌晨12点", "2026-09-10 00:00:00"),
        ("到中午1点", "2026-09-10 13:00:00"),
        ("until noon", "2026-09-10 12:00:00"),
        ("until 12pm", "2026-09-10 12:00:00"),
        ("until 12am", "2026-09-10 00:00:00"),
        ("18:00", "2026-09-09 18:00:00"),
        ("晚上8点 说脏话", "2026-09-09 20:00:00"),
        ("8点前", "2026-09-10 08:00:00"),
        ("今天", "2026-09-09 23:59:59"),
        ("今天14:00", "2026-09-09 14:00:00"),
        ("今晚", "2026-09-09 23:59:59"),
        ("今晚9点", "2026-09-09 21:00:00"),
        ("到今天晚上九点", "2026-09-09 21:00:00"),
        ("tonight", "2026-09-09 23:59:59"),
        ("today at 6pm", "2026-09-09 18:00:00"),
        ("6pm today", "2026-09-09 18:00:00"),
        ("明天", "2026-09-10 23:59:59"),
        ("明早", "2026-09-10 08:00:00"),
        ("明早7点", "2026-09-10 07:00:00"),
        ("明天中午", "2026-09-10 12:00:00"),
        ("明天下午", "2026-09-10 18:00:00"),
        ("明晚", "2026-09-10 23:59:59"),
        ("明晚1点", "2026-09-11 01:00:00"),
        ("明天凌晨", "2026-09-10 06:00:00"),
        ("tomorrow 8am", "2026-09-10 08:00:00"),
        ("tomorrow morning", "2026-09-10 08:00:00"),
        ("后天 8点", "2026-09-11 08:00:00"),
        ("後天", "2026-09-11 23:59:59"),
        ("大后天", "2026-09-12 23:59:59"),
        ("the day after tomorrow", "2026-09-11 23:59:59"),
        ("周五", "2026-09-11 23:59:59"),
        ("到星期五18点", "2026-09-11 18:00:00"),
        ("礼拜天", "2026-09-13 23:59:59"),
        ("周三", "2026-09-09 23:59:59"),
        ("周三 8:00", "2026-09-16 08:00:00"),
        ("周二", "2026-09-15 23:59:59"),
        ("本周二", "2026-09-08 23:59:59"),
        ("下周一", "2026-09-14 23:59:59"),
        ("下下週一上午9点", "2026-09-21 09:00:00"),
        ("Friday 6pm", "2026-09-11 18:00:00"),
        ("until next Fri 6pm", "2026-09-11 18:00:00"),
        ("next Wednesday", "2026-09-16 23:59:59"),
        ("6pm on Friday", "2026-09-11 18:00:00"),
        ("2026-12-01", "2026-12-01 23:59:59"),
        ("2026-12-01 18:00", "2026-12-01 18:00:00"),
        ("2026-12-01T18:00", "2026-12-01 18:00:00"),
        ("2026年12月1日18点", "2026-12-01 18:00:00"),
        ("12月1日", "2026-12-01 23:59:59"),
        ("十二月二十五号 18:00", "2026-12-25 18:00:00"),
        ("12/1", "2026-12-01 23:59:59"),
        ("until 12/1 18:00", "2026-12-01 18:00:00"),
        ("1 December", "2026-12-01 23:59:59"),
        ("December 1st, 2027 at 6pm", "2027-12-01 18:00:00"),
        ("9月1日", "2026-09-01 23:59:59"),
        ("1月5日", "2027-01-05 23:59:59"),
        ("2026-01-05", "2026-01-05 23:59:59"),
    ],
)
def test_a_point_in_time_is_read(text: str, expected: str):
    """A date in the past stays one: who asked for it must be told."""
    assert until(text) == expected


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("2小时 说脏话", "说脏话"),
        ("2小时，说脏话", "说脏话"),
        ("  2h: 李明", "李明"),
        ("2小时说脏话", "说脏话"),
        ("1h 3 times late", "3 times late"),
        ("2小时 一天三次迟到", "一天三次迟到"),
        ("到明天8点 上课\n吵闹", "上课\n吵闹"),
        ("一天\n", ""),
        ("30 分钟；", ""),
        ("2h" + " x" * 30_000, ("x " * 30_000).strip()),
    ],
)
def test_what_comes_after_is_returned(text: str, rest: str):
    """It is the reason, word by word."""
    span, after = take(text, now=NOW)

    assert span is not None
    assert after == rest
    assert text.startswith(span.text) or text.lstrip().startswith(span.text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "李明 2h",
            "说脏话",
            "2",
            "2 horses",
            "h",
            "半夜",
            "中午 睡觉",
            "am I late",
            "noon",
            "8点上课说话",
            "m",
        ),
        *("99999999d", "4000天", "9" * 5000 + "d", "2月30日", "13月1日", "到", "until"),
        *(
            "到25:00",
            "18:60",
            "to be quiet",
            "sun is shining",
            "12/1/2026",
            "a d",
            "may",
        ),
        *("一刻", "三点上课", "5 mice", "until 8", "2029-13-01", "2040-01-01", "24:30"),
    ],
)
def test_what_is_no_span_is_left_alone(text: str):
    """Then it is a reason, and the caller's own span counts."""
    assert take(text, now=NOW) == (None, text)


def test_an_hour_is_an_hour_when_clocks_change():
    """A school in Berlin; the night of 25 October has one more."""
    berlin = ZoneInfo("Europe/Berlin")
    evening = datetime(2026, 10, 24, 20, 0, tzinfo=berlin)
    span, _ = take("1d", now=evening)

    assert span is not None
    assert span.until.astimezone(UTC) - evening.astimezone(UTC) == timedelta(days=1)
    assert span.until.hour == 19


@given(
    st.text()
    | st.text("0123456789一二两十半个小时分钟天周月日到下:：/-. hdmwpan", max_size=20)
)
@example("\ud800" * 200)
@example("٣小时")
@example("²h")
def test_any_text_is_read_or_left(text: str):
    """Nothing is lost: what was read and what comes after are parts of the text."""
    span, rest = take(text, now=NOW)

    assert text.endswith(rest)
    if span is None:
        assert rest == text
    else:
        assert span.text in text
        assert span.until - NOW <= AT_MOST


@given(
    st.integers(0, 5_000_000), st.sampled_from(["m", " min", "分钟", "分", " minutes"])
)
def test_minutes_are_exactly_minutes(count: int, unit: str):
    """However many: what is more than ten years is no span."""
    expected = count if timedelta(minutes=count) <= AT_MOST else None

    assert minutes(f"{count}{unit}") == expected


@given(
    st.lists(st.integers(0, 3000), min_size=2, max_size=2).map(sorted),
    st.sampled_from(["m", "h", "d", "小时", "个半小时", "天", "刻钟"]),
)
def test_more_is_never_sooner(counts: list[int], unit: str):
    """Somebody muted for longer is not heard earlier."""
    less, more = (minutes(f"{count}{unit}") for count in counts)

    assert less is not None
    assert more is not None
    assert less <= more


@given(st.integers(1, 99))
def test_chinese_numerals_mean_what_digits_mean(count: int):
    """From one to ninety-nine."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(count, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{digits[tens]}十"

    assert minutes(f"{ten}{digits[ones] if ones else ''}分钟") == count


@pytest.mark.parametrize(
    ("written", "chinese", "english"),
    [
        ("18:00", "今天 18:00", "today 18:00"),
        ("明天8:00", "明天 08:00", "tomorrow 08:00"),
        ("12月1日18:00", "12月1日 18:00", "1 December 18:00"),
        ("2027-01-05 18:00", "2027年1月5日 18:00", "5 January 2027 18:00"),
        ("9月1日 8:00", "9月1日 08:00", "1 September 08:00"),
        ("今天", "今天 23:59", "today 23:59"),
    ],
)
def test_an_end_is_told_in_words(written: str, chinese: str, english: str):
    """In the school's zone, whatever zone it was kept in."""
    span, _ = take(written, now=NOW)

    assert span is not None
    kept = span.until.astimezone(UTC)
    assert say(kept, now=NOW, language="zh_Hans") == chinese
    assert say(kept, now=NOW, language="en") == english


@given(
    st.timedeltas(timedelta(minutes=1), timedelta(days=3600)),
    st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1)),  # noqa: DTZ001 - below
    st.sampled_from(["zh_Hans", "en"]),
)
@example(timedelta(minutes=1), datetime(2026, 12, 31, 23, 59), "en")  # noqa: DTZ001
def test_what_is_told_can_be_read(ahead: timedelta, now: datetime, language: str):
    """Who copies an end from an answer means that end."""
    now = now.replace(tzinfo=SHANGHAI, second=0, microsecond=0)
    end = (now + ahead).replace(second=0, microsecond=0)
    told = say(end, now=now, language=language)

    assert until(told, now=now) == f"{end:%Y-%m-%d %H:%M:00}"


@pytest.mark.parametrize(
    "text", ["到" * 65_536, " " * 65_536, "1h" * 32_768, "半个" * 9000]
)
def test_a_long_text_is_read_at_once(text: str, processor_time: Callable[[], float]):
    """The time read is at the start."""
    began = processor_time()

    take(text, now=NOW)
    assert processor_time() - began < 0.05
