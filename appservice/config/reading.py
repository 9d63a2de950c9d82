"""One YAML file into one frozen value, with the registrations it names."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from appservice.config.contradictions import contradictions, is_same
from appservice.config.settings import Config, RegistrationFiles
from appservice.config.values import value_mistakes
from appservice.drafts import Draft
from appservice.matrix import registration_files
from appservice.matrix.registration import Registrations, Side
from appservice.mistakes import ConfigError, Mistake

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A configuration as far as it could be read, and what is wrong with it."""

    config: Config
    """With defaults in the place of what is wrong."""
    mistakes: tuple[Mistake, ...]
    """In the file, in the order of its lines, and in the registrations."""


def load(path: Path) -> Config:
    """
    Read the configuration and the registrations it names.

    Returns:
        The configuration with absolute paths: in the file they are relative to it.

    Raises:
        ConfigError: With all that is impossible or contradicts itself.
    """
    examined = examine(path)
    if examined.mistakes:
        raise ConfigError(examined.mistakes)
    return examined.config


def examine(path: Path, *, folder: Path | None = None) -> Examined:
    """
    Read the configuration as far as it goes, and the registrations it names.

    Args:
        path: The file.
        folder: What paths in it are relative to; None: to where it lies.

    Raises:
        ConfigError: There is no such file, or it is not YAML.
    """
    if _is_missing(path):
        text = "there is no such file; `homeroom init` writes one, `--config` names it"
        raise ConfigError([Mistake(file=str(path), line=None, key="", text=text)])
    draft = Draft(path, Config)
    config = _from_where_it_lies(draft.value, folder or path.resolve().parent)
    draft.complain(value_mistakes(config))
    draft.complain(contradictions(config))
    road, hand = config.registrations.road, config.registrations.hand
    beside = registration_files.examine(
        road if draft.is_sound("registrations.road") else None,
        # One file in both places is one mistake, not ten.
        None if hand is None or is_same(road, hand) else hand,
        side=_side(config, draft),
    )
    return Examined(config=config, mistakes=(*draft.mistakes, *beside.mistakes))


def registrations(config: Config) -> Registrations:
    """
    Read the registrations, whose tokens are no part of the configuration.

    Raises:
        ConfigError: With all that is wrong with them.
    """
    road, hand = config.registrations.road, config.registrations.hand
    return registration_files.load_registrations(road, hand, side=_side(config))


def _side(config: Config, draft: Draft[Config] | None = None) -> Side:
    """Say what the registrations must fit, as far as it is sound."""

    def sound(key: str, value: T) -> T | None:
        return value if draft is None or draft.is_sound(key) else None

    return Side(
        domain=sound("homeserver.domain", config.homeserver.domain),
        bot=sound("accounts.bot", config.accounts.bot),
        keeper=sound("accounts.keeper", config.accounts.keeper),
        others=config.accounts.others,
        host=sound("listen.host", config.listen.host),
        port=sound("listen.port", config.listen.port),
    )


def _is_missing(path: Path) -> bool:
    try:
        return not path.exists() and not path.is_symlink()
    except (OSError, ValueError):
        return False  # something is there, and reading says what is wrong with it


def _from_where_it_lies(config: Config, folder: Path) -> Config:
    """Make every path absolute: a service is not started where its files are."""

    def found(path: Path | None) -> Path | None:
        return None if path is None else folder / path

    return dataclasses.replace(
        config,
        homeserver=dataclasses.replace(
            config.homeserver,
            url=config.homeserver.url.rstrip("/"),
            admin_token_file=found(config.homeserver.admin_token_file),
        ),
        database=dataclasses.replace(
            config.database,
            password_file=found(config.database.password_file),
            directory=folder / config.database.directory,
        ),
        registrations=RegistrationFiles(
            road=folder / config.registrations.road,
            hand=found(config.registrations.hand),
        ),
        policies=dataclasses.replace(
            config.policies, directory=found(config.policies.directory)
        ),
        media=dataclasses.replace(config.media, clamd=found(config.media.clamd)),
        lexicons=dataclasses.replace(
            config.lexicons, directory=found(config.lexicons.directory)
        ),
    )
