"""When two messages say the same, for the rule on flooding."""

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import Final

from appservice.domain.events import Message, Place
from appservice.domain.memo import LastAnswer
from appservice.domain.text.folding import fold

_BETWEEN_WORDS: Final = re.compile(
    r"[\s!-/:-@\[-`{-~\u00a1-\u00bf\u2010-\u205e\u3001-\u3003\u3008-\u301f]+"
)
_TEXTUAL: Final = frozenset({"m.text", "m.notice", "m.emote"})
_BESIDES: Final = frozenset({Place.CAPTION, Place.POLL})


def likeness(message: Message) -> str:
    """Digest a message, or recall the digest of the one asked about last."""
    return _digest(message, None)


def _digested(message: Message, _: None) -> str:
    """
    Digest a message into a few characters, equal for messages that say the same.

    Compared are the sort of message, the words that are shown, folded and without
    spaces and punctuation, and the file; not the file's name, which many cameras
    and programs never change.
    """
    sort = "m.text" if message.msgtype in _TEXTUAL else message.msgtype
    words = compact("\n".join(_shown(message)))
    alike = "\0".join((sort, words, message.media or ""))
    return hashlib.blake2b(alike.encode(errors="replace"), digest_size=12).hexdigest()


_digest: Final = LastAnswer(_digested)


@lru_cache(maxsize=32)
def compact(text: str) -> str:
    """Fold a text and leave out spaces and punctuation, unless it is nothing else."""
    folded = fold(text)
    return _BETWEEN_WORDS.sub("", folded) or "".join(folded.split())


def exactly(message: Message) -> str:
    """Digest a message so that only the very same words and file are equal."""
    words = unicodedata.normalize("NFC", "\n".join(_shown(message)))
    alike = "\0".join((" ".join(words.split()), message.media or ""))
    return hashlib.blake2b(alike.encode(errors="replace"), digest_size=12).hexdigest()


def _shown(message: Message) -> list[str]:
    """Choose the texts a client shows: the formatted one where there is one."""
    places = {text.place for text in message.texts}
    main = Place.FORMATTED if Place.FORMATTED in places else Place.BODY
    shown = [
        text.value
        for text in message.texts
        if text.place is main or text.place in _BESIDES
    ]
    if shown or message.media is not None:
        return shown
    return [text.value for text in message.texts]
