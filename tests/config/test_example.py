"""What the example and the documents say of a key is what the code does."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from appservice.config import values
from appservice.config.secret_files import PASSWORD_VARIABLE, TOKEN_VARIABLE
from appservice.config.settings import Config
from appservice.config.values import span

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "config.example.yaml").read_text(encoding="utf-8").splitlines()

BOUNDS: Final = {
    "listen.port": f"{values.PORTS[0]} to {values.PORTS[-1]}",
    "breaker.room": f"messages in one room, at least {values.BREAKER_AT_LEAST}",
    "breaker.school": "messages in all rooms together, at least as many",
    "breaker.window": (
        f"{span(values.WINDOW_AT_LEAST)} to {span(values.WINDOW_AT_MOST)}"
    ),
    "media.largest_mb": f"mebibytes, 1 to {values.LARGEST_MB}",
    "reconcile.every": (
        f"{span(values.RECONCILE_AT_LEAST)} to {span(values.RECONCILE_AT_MOST)}"
    ),
    "service_rooms.keep": f"at least {span(values.SERVICE_ROOMS_AT_LEAST)}",
    "policies.retention_min": f"at least {span(values.RETENTION_AT_LEAST)}",
}
"""Unit and bounds as the comment must name them, from what the code refuses."""


@dataclasses.dataclass(frozen=True)
class Setting:
    key: str
    type: Any
    default: Any
    """``MISSING`` where there is none."""


def settings(section: Any = Config, above: str = "") -> Iterator[Setting]:
    for field in dataclasses.fields(section):
        key = f"{above}{field.name}"
        if dataclasses.is_dataclass(field.type):
            yield from settings(field.type, f"{key}.")
        else:
            yield Setting(key=key, type=field.type, default=field.default)


ALL = list(settings())
KEYS = {setting.key for setting in ALL}
SECTIONS = {key.partition(".")[0] for key in KEYS if "." in key}


def comments() -> dict[str, str]:
    """Collect what stands above each key, by its path."""
    found: dict[str, str] = {}
    section, above = "", []
    for line in EXAMPLE:
        name, colon, value = line.partition(":")
        if line.lstrip().startswith("#"):
            above.append(line.strip(" #"))
        elif colon:
            inside = line.startswith(" ")
            key = f"{section}.{name.strip()}" if inside else name
            found[key] = " ".join(above)
            section, above = (section if inside or value.strip() else name), []
        else:
            above = []
    return found


COMMENTS = comments()


def written(default: Any) -> str:
    """Write a default as YAML has it."""
    words = {None: "null", True: "true", False: "false", (): "[]"}
    if isinstance(default, timedelta):
        return span(default)
    return words.get(default, str(default)) if default != 1 else "1"


@pytest.mark.parametrize("setting", ALL, ids=lambda setting: setting.key)
def test_the_default_is_the_codes(setting: Setting):
    """In English and in Chinese."""
    comment = COMMENTS[setting.key]
    if setting.default is dataclasses.MISSING:
        assert re.search(r"No default\..*必填", comment)
        return
    default = re.escape(written(setting.default))

    assert re.search(rf"Default {default}[.:](?= |$)", comment)
    assert re.search(rf"默认 {default}(：|$| |）)", comment)


@pytest.mark.parametrize("setting", ALL, ids=lambda setting: setting.key)
def test_numbers_and_durations_have_a_unit_and_bounds(setting: Setting):
    """Those that the code holds them to."""
    is_measured = setting.type in (int, timedelta, timedelta | None)

    assert is_measured == (setting.key in BOUNDS)
    if is_measured:
        assert BOUNDS[setting.key] in COMMENTS[setting.key].lower()


def test_every_key_says_what_it_does():
    """More than its default."""
    for key in KEYS:
        said = re.sub(r"(No default|Default \S+)\.?", "", COMMENTS[key])
        assert len(said) > 20, key


@pytest.mark.parametrize(
    "path",
    [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))],
    ids=lambda path: path.name,
)
def test_documents_name_no_key_that_is_not_there(path: Path):
    """Also variables of the environment."""
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(rf"`((?:{'|'.join(SECTIONS)})\.[a-z_]+)\b", text))
    named = {name for name in named if not name.endswith((".yaml", ".py"))}

    assert named <= KEYS
    assert set(re.findall(r"HOMEROOM_[A-Z_]+", text)) <= {
        PASSWORD_VARIABLE,
        TOKEN_VARIABLE,
        "HOMEROOM_DATABASE_URL",
    }


def test_the_variables_are_in_the_example():
    """It is the documentation."""
    assert PASSWORD_VARIABLE in COMMENTS["database.password_file"]
    assert TOKEN_VARIABLE in COMMENTS["homeserver.admin_token_file"]
