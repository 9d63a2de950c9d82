"""Files that should not be opened."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appservice.domain.events import Inspected, Place, Text
from appservice.domain.files import FileFacts, FileSort, Problem
from appservice.domain.ids import EventId
from appservice.domain.people import Role
from appservice.domain.rule import Outcome
from appservice.domain.rules.attachments import PROBLEMS, Settings, check
from tests.builders import NOON, ROOM, XIAOMING, context, message, past, texts

USUAL = Settings()


def inspected(sort: FileSort = FileSort.DOCUMENT, *problems: Problem, **more):
    return Inspected(
        event_id=EventId("$found"),
        room_id=ROOM,
        sender=XIAOMING,
        sent_at=NOON,
        target=EventId("$file"),
        facts=FileFacts(
            sort=sort,
            media_type="x/y",
            size=9,
            problems=frozenset(problems),
            **more,
        ),
    )


def named(name: str, caption: str | None = None):
    event = message(name, msgtype="m.file", media="mxc://x/y", place=Place.FILE_NAME)
    if caption is None:
        return event
    return replace(
        event, texts=(*event.texts, Text(place=Place.CAPTION, value=caption))
    )


def outcome(event, role: Role = Role.STUDENT, settings: Settings = USUAL) -> Outcome:
    found = tuple(check(event, settings, context(role)))
    return found[0].outcome if found else Outcome.ALLOW


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_has_an_outcome(problem: Problem):
    assert outcome(inspected(FileSort.DOCUMENT, problem)) is PROBLEMS[problem.value]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (inspected(), Outcome.ALLOW),
        (inspected(FileSort.PROGRAM), Outcome.HOLD),
        (inspected(FileSort.VECTOR_IMAGE), Outcome.HOLD),
        (inspected(FileSort.ARCHIVE, members=("a.txt", "b.exe")), Outcome.HOLD),
        (inspected(FileSort.ARCHIVE, members=("a.txt",)), Outcome.ALLOW),
        (inspected(FileSort.PROGRAM, Problem.UNFETCHED), Outcome.ALLOW),
        (named("作业.pdf.exe"), Outcome.HOLD),
        (named("作业.PDF .scr"), Outcome.HOLD),
        (named("game.apk"), Outcome.HOLD),
        (named("\u202efdp.exe.doc"), Outcome.HOLD),
        (named("作业.v2.pdf"), Outcome.ALLOW),
        (named("week.3.docx"), Outcome.ALLOW),
    ],
)
def test_what_can_be_run_is_held_and_what_nobody_saw_is_not(event, expected):
    """Never accuse anybody of a file that could not be fetched."""
    assert outcome(event) is expected


def test_staff_are_trusted_except_with_viruses():
    infected = inspected(FileSort.DOCUMENT, Problem.INFECTED)

    assert outcome(inspected(FileSort.PROGRAM), Role.TEACHER) is Outcome.FLAG
    assert outcome(inspected(FileSort.VECTOR_IMAGE), Role.TEACHER) is Outcome.ALLOW
    assert outcome(infected, Role.TEACHER) is Outcome.REFUSE


@pytest.mark.parametrize(
    ("caption", "expected"),
    [(None, Outcome.HINT), ("请看", Outcome.HINT), ("见附件", Outcome.ALLOW)],
)
def test_a_teacher_names_the_file_in_the_words(caption, expected):
    """A28; a pupil need not."""
    assert outcome(named("春游安排.docx", caption), Role.TEACHER) is expected
    assert outcome(named("春游安排.docx", caption)) is Outcome.ALLOW


def test_a_file_may_be_named_in_the_message_before():
    before = past("春游安排如下", ago=timedelta(minutes=1))
    known = context(Role.TEACHER, recent=[before])

    assert not tuple(check(named("春游安排.docx"), USUAL, known))


def test_a_policy_sets_outcomes_by_problem():
    settings = Settings(outcomes={"encrypted": Outcome.HOLD})
    encrypted = inspected(FileSort.PDF, Problem.ENCRYPTED)

    assert outcome(encrypted, settings=settings) is Outcome.HOLD
    with pytest.raises(ValueError, match='did you mean "infected"'):
        Settings(outcomes={"infekted": Outcome.HOLD})


def test_a_message_without_a_file_is_none_of_its_business():
    assert outcome(replace(message("a.exe"), texts=texts("a.exe"))) is Outcome.ALLOW
