"""Who publishes a photo is reminded of consent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appservice.domain.events import Place, Text
from appservice.domain.ids import PersonId
from appservice.domain.people import Role
from appservice.domain.pupils import PupilFinder
from appservice.domain.rule import Outcome
from appservice.domain.rules.photo import Settings, check
from tests.builders import context, message, past

PHOTO = message(
    "IMG_1.jpg", msgtype="m.image", media="mxc://x/y", place=Place.FILE_NAME
)
CAPTIONED = replace(
    PHOTO, texts=(*PHOTO.texts, Text(place=Place.CAPTION, value="王小明真棒"))
)
EARLIER = replace(past("x", ago=timedelta(minutes=5)), is_picture=True)


def outcome(event, role: Role = Role.TEACHER, recent=()) -> Outcome:
    pupils = PupilFinder({"王小明": [PersonId("s1")]})
    known = replace(context(role, recent=recent), pupils=pupils)
    found = tuple(check(event, Settings(), known))
    return found[0].outcome if found else Outcome.ALLOW


def test_staff_are_reminded_once_in_a_while():
    assert outcome(PHOTO) is Outcome.HINT
    assert outcome(PHOTO, recent=[EARLIER]) is Outcome.ALLOW


def test_a_named_pupil_is_a_reminder_every_time():
    assert outcome(CAPTIONED, recent=[EARLIER]) is Outcome.HINT


def test_families_answer_for_their_own_photos():
    assert outcome(PHOTO, Role.GUARDIAN) is Outcome.ALLOW
    assert outcome(message("x")) is Outcome.ALLOW


def test_a_photo_is_never_hidden_for_consent():
    with pytest.raises(ValueError, match="never hidden"):
        Settings(outcome=Outcome.HOLD)
