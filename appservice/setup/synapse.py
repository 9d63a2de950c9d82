"""
The configuration of a school's own Synapse: the template, filled in once.

No secret stands in ``homeserver.yaml``: each has a file of its own, so that it can be
shown to whoever helps. Delete it to have it written anew; the secrets stay.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from appservice.setup.files import (
    fill,
    read_secret,
    template,
    write_again,
    write_new,
    write_secret,
)
from appservice.synapse_settings import new_signing_key

TEMPLATE: Final = "docker/synapse/homeserver.yaml"
LOGGING: Final = "docker/synapse/log.yaml"
WHERE: Final = "/synapse/"
"""Where the template's files are."""
SECRETS: Final = ("registration.secret", "macaroon.secret", "form.secret")
PASSWORD: Final = "database.password"  # noqa: S105 - a file's name
PASSFILE: Final = "database.pgpass"


def write(
    directory: Path,
    *,
    domain: str,
    public_url: str,
    registrations: Sequence[Path],
) -> list[Path]:
    """
    Write all that Synapse starts from and that is missing; return what is new.

    The registrations are Homeroom's own, copied; at each call the copies are made the
    same again, so that a token changed there need not be changed here.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory = directory.resolve()
    new: list[Path] = []
    for name in (*SECRETS, PASSWORD):
        new += write_secret(directory / name)
    texts = {
        "signing.key": new_signing_key(),
        "log.yaml": template(LOGGING),
        # Synapse's driver reads it itself (libpq's passfile).
        PASSFILE: f"*:*:synapse:synapse:{read_secret(directory / PASSWORD)}\n",
        "homeserver.yaml": _settings(directory, domain=domain, public_url=public_url),
    }
    for name, text in texts.items():
        if write_new(directory / name, text):
            new.append(directory / name)
    for path in registrations:
        if write_again(directory / path.name, path.read_text(encoding="utf-8")):
            new.append(directory / path.name)
    return new


def _settings(directory: Path, *, domain: str, public_url: str) -> str:
    text = fill(template(TEMPLATE), "server_name", "school.example", domain)
    text = fill(text, "public_baseurl", "http://127.0.0.1:8008/", f"{public_url}/")
    return text.replace(WHERE, f"{directory}/")
