"""
A database into a dump and back, by PostgreSQL's own programs.

The password goes by the environment, never on a command line, where everybody on the
machine could read it. What the programs complain of is shown without it.
"""

import contextlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from appservice.backup import BackupError, Progress
from appservice.backup.programs import Programs

MIB: Final = 2**20
KNOWN: Final = {
    *("host", "port", "user", "dbname", "passfile", "sslmode", "sslcert", "sslkey"),
    *("sslrootcert", "sslcrl", "target_session_attrs", "krbsrvname"),
}
"""What libpq takes in a URL; asyncpg takes more."""

EMPTY: Final = """
DO $$
DECLARE
    what record;
BEGIN
    FOR what IN
        SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                            WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS sort, relname
          FROM pg_class AS c
         WHERE relnamespace = 'public'::regnamespace
           AND relkind IN ('r', 'p', 'v', 'm', 'S')
           AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e')
         ORDER BY relkind = 'S', relispartition
    LOOP
        EXECUTE format('DROP %s IF EXISTS public.%I CASCADE', what.sort, what.relname);
    END LOOP;
    FOR what IN
        SELECT oid::regprocedure::text AS name FROM pg_proc AS p
         WHERE pronamespace = 'public'::regnamespace AND prokind <> 'a'
           AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
    LOOP
        EXECUTE 'DROP ROUTINE IF EXISTS ' || what.name || ' CASCADE';
    END LOOP;
END $$;
"""
"""Not DROP SCHEMA: that one may belong to somebody else, with extensions in it."""

NEWER_SETTING: Final = b"SET transaction_timeout = 0;\n"
"""pg_restore 17 writes it for every server, and one of 16 refuses it."""
CODE: Final = re.compile(r"ERROR:\s+([0-9A-Z]{5})")
MEANINGS: Final = {
    "42501": "the database's user may not do this: make it the owner of the database",
    "53100": "the disk of the database is full",
    "55P03": "somebody else uses a table",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A database as PostgreSQL's programs are told of it."""

    url: str
    """Without a password."""
    password: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str) -> "Target":
        """Take the password out of a URL, and what libpq does not know."""
        parts = urlsplit(url)
        access, _, servers = parts.netloc.rpartition("@")
        user, _, password = access.partition(":")
        given = dict(parse_qsl(parts.query))
        if "database" in given:
            given.setdefault("dbname", given.pop("database"))
        kept = {key: value for key, value in given.items() if key in KNOWN}
        text = f"postgresql://{f'{user}@' if user else ''}{servers}{parts.path}"
        if kept:
            text += f"?{urlencode(kept, quote_via=quote)}"
        secret = unquote(password) or given.get("password")
        return cls(url=text, password=secret)

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs of ours, and the password."""
        ours = {
            key: value
            for key, value in os.environ.items()
            if key.startswith("PG") or key in ("HOME", "PATH", "TMPDIR")
        }
        secret = {} if self.password is None else {"PGPASSWORD": self.password}
        return {**ours, "LC_ALL": "C", **secret}

    def blotted(self, text: str) -> str:
        """Take the password out of what a program said."""
        return text.replace(self.password, "…") if self.password else text


def dump(
    target: Target, into: Path, programs: Programs, *, size: int, progress: Progress
) -> None:
    """
    Write all of a database as it is at this moment; it may go on changing.

    Args:
        size: Bytes of the database, about as many as there will be at most.

    Raises:
        BackupError: It cannot be read.
        OSError: It cannot be written.
    """
    command = [programs.path("pg_dump"), "--format=custom", "--no-password"]
    command += ["--no-owner", "--no-privileges", f"--dbname={target.url}"]
    with tempfile.TemporaryFile() as said, into.open("wb") as file:
        child = _start(command, target, stdout=subprocess.PIPE, stderr=said)
        assert child.stdout is not None
        try:
            pieces = _pieces(child.stdout)
            for piece in progress(pieces, "MiB dumped", size // MIB + 1):
                file.write(piece)
            file.flush()
        except BaseException:
            child.kill()
            raise
        finally:
            child.stdout.close()
            code = child.wait()
        if code != 0:
            raise BackupError(f"pg_dump failed: {_error(said, target)}")


def restore(
    target: Target, dumped: Path, programs: Programs, *, size: int, progress: Progress
) -> None:
    """
    Put a dump in the place of all that a database holds, in one transaction.

    Whatever fails on the way, the dump itself included, leaves the database as it was.

    Args:
        size: Bytes that the database had, about as many as will be written.

    Raises:
        BackupError: It failed. Of psql only the code of the error is told: the rest
            quotes what stands in the tables.
    """
    read = [programs.path("pg_restore"), "--file=-", "--no-owner", "--no-privileges"]
    read += ["--no-comments", "--exit-on-error", str(dumped)]
    write = [programs.path("psql"), "--no-psqlrc", "--quiet", "--no-password"]
    write += ["--set=ON_ERROR_STOP=1", "--set=VERBOSITY=sqlstate", "--output=/dev/null"]
    write += [f"--dbname={target.url}"]
    with tempfile.TemporaryFile() as broken, tempfile.TemporaryFile() as refused:
        reader = _start(read, target, stdout=subprocess.PIPE, stderr=broken)
        writer = _start(write, target, stdin=subprocess.PIPE, stderr=refused)
        assert reader.stdout is not None
        assert writer.stdin is not None
        try:
            is_whole = _pass_on(reader, writer, size=size, progress=progress)
        finally:
            for child in (reader, writer):
                if child.poll() is None:
                    child.kill()
            reader.stdout.close()
            with contextlib.suppress(OSError):
                writer.stdin.close()
            codes = reader.wait(), writer.wait()
        if is_whole and codes == (0, 0):
            return
        if writer.returncode not in (0, -9):
            raise BackupError(f"the database was not restored: {_code(refused)}")
        what = _error(broken, target)
        raise BackupError(f"the dump cannot be read, and nothing was changed: {what}")


def _pass_on(
    reader: subprocess.Popen[bytes],
    writer: subprocess.Popen[bytes],
    *,
    size: int,
    progress: Progress,
) -> bool:
    """
    Feed psql with what pg_restore writes; True where all of it is committed.

    The commit is written when pg_restore has ended well, not before: at the end of its
    input psql would commit half a dump.
    """
    assert reader.stdout is not None
    assert writer.stdin is not None
    try:
        writer.stdin.write(b"BEGIN;\nSET LOCAL lock_timeout = '10s';\n")
        writer.stdin.write(EMPTY.encode())
        is_first = True
        pieces = _pieces(reader.stdout)
        for piece in progress(pieces, "MiB restored", size // MIB + 1):
            text = piece.replace(NEWER_SETTING, b"", 1) if is_first else piece
            is_first = False
            writer.stdin.write(text)
        if reader.wait() != 0:
            return False
        writer.stdin.write(b"\nCOMMIT;\n")
        writer.stdin.close()
    except BrokenPipeError:
        writer.wait()  # it has refused something and says what
        return False
    return writer.wait() == 0


def _start(
    command: list[str],
    target: Target,
    *,
    stderr: IO[bytes],
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - programs we found, no shell
        command,
        env=target.environment,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
    )


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(MIB):
        yield piece


def _error(said: IO[bytes], target: Target) -> str:
    """Quote the line that says what is wrong; the others are details."""
    said.seek(0)
    lines = said.read(64 * 1024).decode("utf-8", "replace").strip().splitlines()
    wrong = [line for line in lines if "error:" in line] or lines[-1:]
    return target.blotted(wrong[0]) if wrong else "it did not say why"


def _code(said: IO[bytes]) -> str:
    said.seek(0)
    text = said.read(64 * 1024).decode("utf-8", "replace")
    found = CODE.search(text)
    if found is None:
        return "psql cannot connect, or was ended from outside"
    meaning = MEANINGS.get(found[1], "see “PostgreSQL Error Codes”")
    return f"PostgreSQL refused it with {found[1]} ({meaning}); nothing was changed"
