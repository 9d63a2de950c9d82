"""
Views of a text, so that rules see through disguise.

- *folded*: width, case, script and invisible characters made plain (``folding``);
- *squeezed*: what was pulled apart put together again (``squeezing``);
- *respelled*, *heard*, *plainest* …: all ways to look at a text (``views``);
- *likeness*: equal for messages that say the same (``likeness``).
"""

from appservice.domain.text.common import COMMON
from appservice.domain.text.folding import (
    LONGEST,
    fold,
    fold_lines,
    span_before_folding,
)
from appservice.domain.text.hearing import IS_HEARD, hear
from appservice.domain.text.likeness import compact, exactly, likeness
from appservice.domain.text.spellings import spellings
from appservice.domain.text.squeezing import is_word_character, places, squeeze
from appservice.domain.text.views import View, Views

__all__ = [
    "COMMON",
    "IS_HEARD",
    "LONGEST",
    "View",
    "Views",
    "compact",
    "exactly",
    "fold",
    "fold_lines",
    "hear",
    "is_word_character",
    "likeness",
    "places",
    "span_before_folding",
    "spellings",
    "squeeze",
]
