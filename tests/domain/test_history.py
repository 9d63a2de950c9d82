"""The recent messages of a room: bounded, and only what rules compare with."""

from datetime import timedelta

from appservice.domain.events import Place
from appservice.domain.history import History
from appservice.domain.ids import EventId
from appservice.domain.people import Role
from appservice.domain.rule import Category, Context
from tests.builders import NOON, author, message, reacted


def test_messages_are_remembered_in_order():
    """Each judged message is known when the next is judged."""
    history = History()
    history.add(message("一", event_id="$1"), author(Role.TEACHER))
    history.add(reacted("👍"), author())
    history.add(message("二", event_id="$2"), author())

    recent = history.context_for(message("三"), author()).recent

    assert [past.event_id for past in recent] == ["$1", "$2"]
    assert [past.from_staff for past in recent] == [True, False]


def test_no_more_than_so_many_are_remembered():
    """A busy room costs no more than a quiet one."""
    history = History(at_most=3)
    for number in range(5):
        history.add(message(event_id=f"${number}"), author())

    assert [past.event_id for past in history.recent] == ["$2", "$3", "$4"]


def test_what_is_older_than_the_window_is_left_out():
    """The window is measured by the messages' own time."""
    history = History(window=timedelta(minutes=10))
    history.add(message("一"), author())
    later = message("二", sent_at=NOON + timedelta(minutes=10))

    assert history.context_for(later, author()).recent == ()


def test_what_else_is_known_is_kept():
    """Hidden events and edits come from the store."""
    hidden = frozenset({EventId("$x")})
    base = Context(author=author(), hidden=hidden)

    known = History().context_for(message(), author(Role.TEACHER), base)

    assert known.hidden == hidden
    assert known.author.role is Role.TEACHER


def test_the_first_words_of_a_message_are_kept_folded():
    """For words split over messages; not a whole essay."""
    history = History()
    history.add(message("傻" * 300), author())
    history.add(message("ＡＢ", place=Place.CAPTION), author())

    long, short = history.context_for(message("三"), author()).recent

    assert len(long.words) == 200
    assert short.words == "ab"


def test_what_rules_found_is_remembered():
    """A quarrel is made of what each of its messages was."""
    history = History()
    history.add(message("一"), author(), [Category.ABUSE])

    (past,) = history.context_for(message("二"), author()).recent

    assert past.categories == {Category.ABUSE}


def test_reactions_are_known_when_a_reaction_is_judged():
    """Nothing else is compared with them."""
    history = History()
    history.add(reacted("离题"), author())

    (mark,) = history.context_for(reacted("离题"), author()).marks

    assert (mark.target, mark.key) == ("$message", "离题")
    assert history.context_for(message(), author()).marks == ()
