"""The last answer is remembered."""

from appservice.domain.memo import LastAnswer


def test_the_very_same_question_is_answered_once():
    """Compared is by identity: equal values are not the same."""
    asked: list[str] = []

    def length(text: list[str], _: None) -> int:
        asked.extend(text)
        return len(text)

    memo = LastAnswer(length)
    one, equal = ["a"], ["a"]

    assert (memo(one, None), memo(one, None), memo(equal, None)) == (1, 1, 1)
    assert asked == ["a", "a"]
