"""Confidential matters in a room for many (A69; B2-10)."""

from dataclasses import dataclass

from appservice.domain.ids import ClauseId
from appservice.domain.rule import Category, Outcome, Step
from appservice.domain.word_rule import WordSettings, word_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """A person looks, and the author is told where such talk belongs."""

    outcome: Outcome = Outcome.FLAG
    step: Step | None = None
    clauses: tuple[ClauseId, ...] = (ClauseId("A69"),)


RULE = word_rule(Category.CONFIDENTIAL, Settings, tells_author=True)
