"""Notices in words. The words stand in ``locales/``; English is the source."""

import gettext
import io
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from appservice.domain.actions import Notice, Quote
from appservice.matrix.sentences import LABELS, REASONS, SENTENCES

LOCALES: Final = Path(__file__).parents[1] / "locales"

REASON_AT_MOST: Final = 200

HIDDEN: Final = (
    "Put away for now under {clause}. The sender has been told why in private."
)
HIDDEN_BARE: Final = "Put away together with the message that it changes."

WORDS: Final = frozenset({"role", "what", "needs"})
"""Values that are words of ours, several of them with commas between."""

WAYS_OUT: Final[Mapping[str, str]] = {
    "flooding": "The first two copies stand; only the repetitions were put away. If "
    "somebody must see it, mention that person instead.",
    "features": "Places and voice messages are not for everybody here; please write it "
    "in words.",
    "ranking": "Please tell results in private: to each pupil and their parents and "
    "to nobody else.",
    "pupil_negative": "Please talk about it in private with the class teacher or the "
    "parents.",
    "privacy": "Please pass personal details on in private, to whoever needs them.",
    "hold": "If you think this is a mistake, please tell the person in charge of the "
    "room.",
    "refuse": "You can word it differently and send it again.",
}

CLAUSE: Final = "The rule: “{text}” ({clause})."


def message(notice: Notice) -> dict[str, Any]:
    """Write a notice as the content of an ``m.room.message``, all in plain text."""
    say = _translator(notice.language)
    room = notice.values.get("room") or (notice.room_id or "")
    values = {"link": link(notice), "room_id": notice.room_id or "", **notice.values}
    if "rule" in values:
        values["rule"] = say(label(values["rule"]))
    for key in WORDS & values.keys():
        # Words of ours, and not what somebody wrote.
        values[key] = "、".join(map(say, values[key].split(",")))
    lines = [say(SENTENCES[notice.name]).format_map({**values, "room": room})]
    lines += [_quote(quote, notice.language, say) for quote in notice.quotes]
    way_out = _way_out(notice)
    if way_out:
        lines.append(say(way_out))
    return {"msgtype": "m.notice", "body": "\n".join(lines)}


def reason(notice: Notice) -> str:
    """Write what everybody reads beside a redacted message: the clause, no detail."""
    say = _translator(notice.language)
    if notice.name in REASONS:
        return say(REASONS[notice.name])
    if not notice.quotes:
        return say(HIDDEN_BARE)
    quote = notice.quotes[0]
    written = say(HIDDEN).format(clause=cited(quote, notice.language))
    return written[:REASON_AT_MOST]


def label(rule: str) -> str:
    """Say in English what a rule is about; ``translate`` has the same in Chinese."""
    return LABELS.get(rule, rule)


def translate(text: str, language: str) -> str:
    """Put an English sentence into a language, if it has it; values stay open."""
    return _translator(language)(text)


def link(notice: Notice) -> str:
    """Point to the event for any client (Matrix spec, appendices: matrix.to)."""
    if notice.room_id is None or notice.event_id is None:
        return ""
    return f"https://matrix.to/#/{notice.room_id}/{notice.event_id}"


def cited(quote: Quote, language: str) -> str:
    """Say which clause it is and where it stands; its number finds it anywhere."""
    if language == "en":
        place = f", {quote.place_en}" if quote.place_en else ""
        return f"{quote.document}{place} ({quote.clause})"
    return f"《{quote.document}》{quote.place}（{quote.clause}）"


def _way_out(notice: Notice) -> str | None:
    if notice.name not in ("hold", "refuse"):
        return None
    return WAYS_OUT.get(notice.values.get("rule", ""), WAYS_OUT[notice.name])


def _quote(quote: Quote, language: str, say: Callable[[str], str]) -> str:
    text = quote.summary if language == "en" else quote.text
    return say(CLAUSE).format(text=text, clause=cited(quote, language))


@cache
def _translator(language: str) -> Callable[[str], str]:
    """Read a catalogue from its source, so that there is no compiled file to forget."""
    path = LOCALES / language / "LC_MESSAGES" / "homeroom.po"
    if not path.exists():
        return gettext.NullTranslations().gettext
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(path.read_bytes()), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled).gettext
