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

LOCALES: Final = Path(__file__).parents[1] / "locales"

REASON_AT_MOST: Final = 200

HIDDEN: Final = (
    "Put away for now under {clause}. The sender has been told why in private."
)
HIDDEN_BARE: Final = "Put away for now. The sender has been told why in private."

SENTENCES: Final[Mapping[str, str]] = {
    # In Chinese without "you": 你 to a pupil would be 您 to a parent.
    "hint": "A small reminder about your message in “{room}” ({link}). It stands; "
    "please mind the rule below.",
    "hold": "Your message in “{room}” has been put away for the moment, until a "
    "member of staff has looked at it. This is not a punishment.",
    "refuse": "Your message in “{room}” has been put away.",
    "look_flag": "Please look at a message in “{room}” ({role}). It has been left "
    "where it is: {link}",
    "look_hold": "A message in “{room}” ({role}) has been put away and waits for your "
    "decision: {link}",
    "look_more": "Since I last wrote, {count} more messages in “{room}” need a look.",
    "stranger": "{user_id} writes in “{room}” and is not in the school’s roster. "
    "Please check who this is; until then the strictest rules apply to them.",
    "breaker_room": "I have put away more than {count} messages in “{room}” within "
    "five minutes and have stopped doing so. I go on recording. Please look at the "
    "room; `homeroom rooms enforce {room_id}` lets me go on.",
    "breaker_school": "I have put away more than {count} messages in the whole school "
    "within five minutes and have stopped doing so everywhere. I go on recording. "
    "`homeroom rooms enforce --school` lets me go on.",
    "abandoned": "I could not put away a message in “{room}”: {link} Please check that "
    "{bot} is in the room and may redact (power level 50 or more), and remove the "
    "message yourself for now.",
    "room_encrypted": "Encryption has been switched on in “{room}”. From now on I can "
    "neither read nor keep what is written there, and it cannot be switched off again: "
    "please open a new room without it.",
    "parked": "I could not make sense of a message in “{room}” and have not judged "
    "it. Please look at it: {link}",
    "greeting": "Hello, this is Homeroom, which helps to keep the school’s rooms by "
    "the school’s rules. I write to you here when something concerns only you.",
    "encrypted": "This room is encrypted, so I cannot read what is written here. I "
    "have invited you to a room where I can; please write to me there.",
    "elsewhere": "I answer in another room: I have invited you there; please write to "
    "me there.",
}

WAYS_OUT: Final[Mapping[str, str]] = {
    "flooding": "The first two copies stand; only the repetitions were put away. If "
    "somebody must see it, mention that person instead.",
    "hold": "If you think this is a mistake, please tell the person in charge of the "
    "room.",
    "refuse": "You can word it differently and send it again.",
}

CLAUSE: Final = "The rule: “{text}” ({document}, {clause})."


def message(notice: Notice) -> dict[str, Any]:
    """Write a notice as the content of an ``m.room.message``, all in plain text."""
    say = _translator(notice.language)
    room = notice.values.get("room") or (notice.room_id or "")
    values = {"link": link(notice), "room_id": notice.room_id or "", **notice.values}
    if "role" in values:
        values["role"] = say(values["role"])
    lines = [say(SENTENCES[notice.name]).format_map({**values, "room": room})]
    lines += [_quote(quote, notice.language, say) for quote in notice.quotes]
    way_out = _way_out(notice)
    if way_out:
        lines.append(say(way_out))
    return {"msgtype": "m.notice", "body": "\n".join(lines)}


def reason(notice: Notice) -> str:
    """Write what everybody reads beside a redacted message: the clause, no detail."""
    say = _translator(notice.language)
    if not notice.quotes:
        return say(HIDDEN_BARE)
    quote = notice.quotes[0]
    clause = (
        f"{quote.document}, {quote.clause}"
        if notice.language == "en"
        else f"《{quote.document}》{quote.clause}"
    )
    written = say(HIDDEN).format(clause=clause)
    return written[:REASON_AT_MOST]


def link(notice: Notice) -> str:
    """Point to the event for any client (Matrix spec, appendices: matrix.to)."""
    if notice.room_id is None or notice.event_id is None:
        return ""
    return f"https://matrix.to/#/{notice.room_id}/{notice.event_id}"


def _way_out(notice: Notice) -> str | None:
    if notice.name not in ("hold", "refuse"):
        return None
    return WAYS_OUT.get(notice.values.get("rule", ""), WAYS_OUT[notice.name])


def _quote(quote: Quote, language: str, say: Callable[[str], str]) -> str:
    text = quote.summary if language == "en" else quote.text
    return say(CLAUSE).format(text=text, document=quote.document, clause=quote.clause)


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
