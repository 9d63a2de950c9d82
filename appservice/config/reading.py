"""One YAML file into one frozen value, with the registrations it names."""

import dataclasses
from pathlib import Path

from appservice import documents
from appservice.config.settings import Config, RegistrationFiles
from appservice.config.values import value_mistakes
from appservice.documents import ConfigError, Mistake
from appservice.lines import Lines
from appservice.matrix.registration import Registrations, load_registrations


def load(path: Path) -> Config:
    """
    Read the configuration and the registrations it names.

    Returns:
        The configuration with absolute paths: in the file they are relative to it.

    Raises:
        ConfigError: With all that is impossible or contradicts itself.
    """
    if not path.exists():
        text = "there is no such file; `homeroom init` writes one, `--config` names it"
        raise ConfigError([Mistake(file=str(path), line=None, key="", text=text)])
    config = documents.load(path, Config)
    config = _from_where_it_lies(config, path.resolve().parent)
    lines = Lines(path)
    mistakes = [lines.mistake(key, text) for key, text in value_mistakes(config)]
    try:
        registrations(config)
    except ConfigError as error:
        mistakes += error.mistakes
    if mistakes:
        raise ConfigError(mistakes)
    return config


def registrations(config: Config) -> Registrations:
    """
    Read the registrations, whose tokens are no part of the configuration.

    Raises:
        ConfigError: With all that is wrong with them.
    """
    return load_registrations(
        config.registrations.road,
        config.registrations.hand,
        domain=config.homeserver.domain,
        bot=config.accounts.bot,
        keeper=config.accounts.keeper,
    )


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
