"""Rumour cues: the author is asked for the source (A04, A40; B1-21)."""

from dataclasses import dataclass

from appservice.domain.ids import ClauseId
from appservice.domain.rule import Category, Outcome, Step
from appservice.domain.word_rule import WordSettings, word_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WordSettings):
    """A person looks; whether it is true no program can say."""

    outcome: Outcome = Outcome.FLAG
    step: Step | None = None
    clauses: tuple[ClauseId, ...] = (ClauseId("A04"), ClauseId("A40"))


RULE = word_rule(Category.RUMOUR, Settings, tells_author=True)
