"""Rules that look for the words of a list: one list or two, one file each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from appservice.domain.events import RoomEvent
from appservice.domain.lexicon import Lexicon
from appservice.domain.measure import Measure
from appservice.domain.reading import hits
from appservice.domain.rule import (
    Category,
    Context,
    Evidence,
    Outcome,
    Rule,
    Violation,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordSettings(Measure):
    """What a word of the list leads to."""

    lexicon: Lexicon = field(default_factory=Lexicon, metadata={"injected": True})
    """Put here by whoever loads the policy; no file can hold it."""

    def measure_of(self, list_name: str) -> Measure:  # noqa: ARG002 (for subclasses)
        """Say what a word of this list leads to."""
        return self


def word_rule(
    category: Category,
    settings: type[WordSettings],
    *,
    lists: tuple[str, ...] = (),
    has_permits: bool = False,
    tells_author: bool = False,
    is_concern: bool = False,
) -> Rule:
    """
    Make the rule that is named after a category and looks for its words.

    Args:
        category: Of what is found; its list has the same name.
        settings: The class of the rule's settings.
        lists: The word lists, gravest first, where they are others.
        has_permits: Whether the owner may let a text through once (A43).
        tells_author: Whether the author is told even where a word only flags.
        is_concern: Whether the words are a cry for help and no offence.
    """
    wanted = lists or (category.value,)

    def check(
        event: RoomEvent, settings: WordSettings, context: Context
    ) -> Iterable[Violation]:
        found = hits(event, settings.lexicon)
        if not found or (has_permits and context.permit):
            return ()
        for name in wanted:
            if name in found:
                hit, text = found[name]
                # It may be two innocent words side by side: a person looks first.
                violation = settings.measure_of(name).broken(
                    category,
                    Evidence(found=hit.found, place=text.place.value),
                    at_most=Outcome.REFUSE if hit.is_sure else Outcome.FLAG,
                    tells_author=tells_author,
                    is_concern=is_concern,
                )
                return (violation,)
        return ()

    checked: Callable[[RoomEvent, Any, Context], Iterable[Violation]] = check
    return Rule(
        name=category.value, settings=settings, check=checked, lists=frozenset(wanted)
    )
