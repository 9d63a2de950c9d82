"""
Views of a text, so that rules see through disguise.

- *folded*: width, case, script and invisible characters made plain (``folding``);
- *squeezed*: what was pulled apart put together again (``squeezing``);
- *likeness*: equal for messages that say the same (``likeness``).
"""

from appservice.domain.text.folding import LONGEST, fold, span_before_folding
from appservice.domain.text.likeness import compact, likeness
from appservice.domain.text.squeezing import is_word_character, places, squeeze

__all__ = [
    "LONGEST",
    "compact",
    "fold",
    "is_word_character",
    "likeness",
    "places",
    "span_before_folding",
    "squeeze",
]
