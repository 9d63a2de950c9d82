"""Files of messages: what clients show is what is looked into."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.matrix.media import NAME_AT_MOST, attachment_of, picture_of
from tests.matrix.test_parse import json_values

URL = "mxc://school.test/abc"
OTHER = "mxc://school.test/other"

KEYS = ("url", "file", "body", "filename", "info", "msgtype", "formatted_body")
VALUES = json_values | st.sampled_from([URL, "m.image", {"url": URL}, {"mimetype": 3}])


@pytest.mark.parametrize(
    "content",
    [
        {"msgtype": "m.file", "body": "a.pdf", "url": URL},
        {"body": "a", "file": {"url": URL}},
        {"body": "a", "url": "https://elsewhere.test/x", "file": {"url": URL}},
        {"body": "a", "formatted_body": f'<img src="{URL}">'},
        {
            "body": "* a",
            "url": OTHER,
            "m.new_content": {"body": "a", "url": URL},
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$x"},
        },
        # No edit: clients show what stands outside.
        {"body": "a", "url": URL, "m.new_content": {"url": OTHER}},
    ],
)
def test_a_file_is_found_wherever_clients_look(content):
    found = attachment_of(content)
    assert found is not None
    assert found.media == URL


@pytest.mark.parametrize(
    "url",
    [None, 7, "", "mxc://", "mxc://a", "mxc://a/b/c", "http://a/b", "mxc://ü/b"],
)
def test_what_is_no_address_is_no_file(url):
    assert attachment_of({"body": "a", "url": url}) is None


def test_an_encrypted_file_says_so():
    found = attachment_of({"body": "a", "file": {"url": URL}})
    assert found is not None
    assert found.is_locked


def test_only_pictures_are_shown_again():
    picture = {"msgtype": "m.image", "body": "p.png", "url": URL}
    assert picture_of(picture)["url"] == URL
    assert picture_of({**picture, "msgtype": "m.file"}) == {}
    assert picture_of({"msgtype": "m.image", "file": {"url": URL}}) == {}


@given(json_values | st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, VALUES)))
def test_any_json_may_come(content):
    found = attachment_of(content)
    assert found is None or len(found.name) <= NAME_AT_MOST
    assert set(picture_of(content)) <= {"msgtype", "url", "filename"}
