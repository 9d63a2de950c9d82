"""
What a PostgreSQL reads before its first start: roles, databases, and no password.

It is told what the passwords are checked against (SCRAM-SHA-256, RFC 5802); the
passwords themselves stand only where those are who log in with them.
"""

import base64
import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Final

from appservice.mistakes import ConfigError, Mistake
from appservice.setup.files import READ_BY_ALL, read_secret, write_new, write_secret

SCRIPT: Final = "databases.sql"
SUPERUSER: Final = "superuser.password"
ITERATIONS: Final = 4096
"""PostgreSQL's own choice; what is stretched here has 256 bits already."""

DATABASE: Final = """\
CREATE ROLE {name} LOGIN PASSWORD '{verifier}';
CREATE DATABASE {name} OWNER {name};
REVOKE ALL ON DATABASE {name} FROM PUBLIC;
"""


def write(directory: Path, files: dict[str, Path]) -> list[Path]:
    """
    Write the script of a first start, and the superuser's password.

    Args:
        directory: The image's ``/docker-entrypoint-initdb.d``.
        files: By role, the file with its password; made where it is missing.

    Returns:
        What is new.

    Raises:
        ConfigError: The databases were made with passwords that are lost.
    """
    script = directory / SCRIPT
    lost = [path for path in files.values() if script.exists() and not path.exists()]
    if lost:
        text = (
            f'"{lost[0]}" is missing, but the databases were made with the password '
            "in it; bring it back from the backup"
        )
        raise ConfigError([Mistake(file=str(script), line=None, key="", text=text)])
    directory.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for path in (directory / SUPERUSER, *files.values()):
        written += write_secret(path)
    texts = [
        DATABASE.format(name=role, verifier=verifier(read_secret(path)))
        for role, path in files.items()
    ]
    # The server's own account runs it.
    if write_new(script, "\n".join(texts), mode=READ_BY_ALL):
        written.append(script)
    return written


def verifier(password: str, *, salt: bytes | None = None) -> str:
    """Say what PostgreSQL keeps in the place of an ASCII password (``pg_authid``)."""
    salt = salt or secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, ITERATIONS)
    client = hmac.digest(salted, b"Client Key", "sha256")
    stored = hashlib.sha256(client).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    texts = [base64.b64encode(each).decode() for each in (salt, stored, server)]
    return "SCRAM-SHA-256${}:{}${}:{}".format(ITERATIONS, *texts)
