"""What of a Synapse belongs into a backup, read from its configuration."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from appservice import homeserver_yaml
from appservice.backup import BackupError
from appservice.backup.contents import SYNAPSE, Part, files_below
from appservice.config import with_password

FILE_KEYS: Final = ("log_config",)
"""Besides those that end in ``_path``: files that Synapse cannot start without."""
QUERY: Final = ("sslmode", "sslcert", "sslkey", "sslrootcert", "passfile")


def of_synapse(paths: Sequence[Path]) -> Part:
    """
    Name the configuration, keys, logging and media of a homeserver.

    Args:
        paths: Its ``homeserver.yaml`` first, beside which the rest is looked for, and
            then the other parts.

    Raises:
        BackupError: A file is none of Synapse's, or what it names is not there.
    """
    settings = _read(paths)
    path, *others = homeserver_yaml.files_of(paths)
    if path != paths[0]:
        raise BackupError(
            f"{paths[0]}: is a folder; name homeserver.yaml, and the folder behind it"
        )
    folder = path.resolve().parent
    found = [folder / name for name in _named(settings)]
    found = [each for each in found if each.is_file()]
    default = folder / f"{settings.get('server_name')}.signing.key"
    key = folder / str(settings.get("signing_key_path", default))
    if not key.is_file():
        raise BackupError(
            f"{path}: the signing key {key} is not there, and a homeserver without it "
            "is another one; correct signing_key_path"
        )
    media = folder / str(settings.get("media_store_path", "media_store"))
    stored = files_below(media) if media.exists() else []
    parts = tuple(each.absolute() for each in others)
    return Part(
        name=SYNAPSE, main=path, parts=parts, files=(*parts, *found, key, *stored)
    )


def database_of(paths: Sequence[Path]) -> str:
    """
    Make the URL of a homeserver's database, of whose configuration these are all parts.

    Raises:
        BackupError: It is not PostgreSQL.
    """
    database = _read(paths).get("database")
    if not isinstance(database, dict) or database.get("name") != "psycopg2":
        named = ", ".join(map(str, paths))
        raise BackupError(
            f"{named}: its database is not PostgreSQL (name: psycopg2), and cannot "
            "be saved from here; move to PostgreSQL (synapse_port_db), or copy its "
            "file while Synapse is stopped"
        )
    args = {
        key: str(value)
        for key, value in (database.get("args") or {}).items()
        if value is not None
    }
    name = args.get("dbname", args.get("database", ""))
    query = {key: args[key] for key in ("host", "port", *QUERY) if key in args}
    url = f"postgresql://{quote(args.get('user', ''), safe='')}@/{quote(name, safe='')}"
    url += f"?{urlencode(query, quote_via=quote)}" if query else ""
    return with_password(url, args["password"]) if "password" in args else url


def _named(settings: dict[str, Any]) -> Iterator[str]:
    for key, value in settings.items():
        is_file = key.endswith("_path") or key in FILE_KEYS
        if is_file and isinstance(value, str):
            yield value
    yield from map(str, settings.get("app_service_config_files") or ())


def _read(paths: Sequence[Path]) -> dict[str, Any]:
    try:
        settings = homeserver_yaml.read(paths)
    except homeserver_yaml.NotSynapses as error:
        raise BackupError(f"{error}; name a homeserver.yaml") from None
    if "server_name" not in settings:
        raise BackupError(
            f"{paths[0]}: has no server_name; name a homeserver.yaml, and the other "
            "parts behind it (--synapse conf.d)"
        )
    return settings
