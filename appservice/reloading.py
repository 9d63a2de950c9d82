"""
Reloading: changed policies and word lists take effect without a restart.

All of them at once, or none: a mistake leaves what was in force, and is said in the log
with file, line and remedy. Judging goes on meanwhile.
"""

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from appservice.config import Config
from appservice.documents import ConfigError
from appservice.in_force import NotReady, keep_versions, load_policies, require_ready
from appservice.services.school import School
from appservice.store import timers

log = logging.getLogger(__name__)

EVERY: Final = 3.0
"""Seconds between two looks at the files."""

Fingerprint = tuple[tuple[str, int, int], ...]


class Reloading:
    """Looks at the school's own files, and takes over what has changed."""

    def __init__(self, config: Config, pool: Any, school: School) -> None:
        self._config = config
        self._pool = pool
        self._school = school
        self._seen = self._fingerprint()
        self._waits_on: date | None = None
        """The day on which files were not in force yet; None: none waits."""

    async def look(self) -> bool:
        """Take over changed files; True where something was."""
        found = await asyncio.to_thread(self._fingerprint)
        today = datetime.now(tz=UTC).date()
        if (found, today) == (self._seen, self._waits_on or today):
            return False
        self._waits_on = None
        done = await self._take_over(today)
        # Not before: what a database that was away kept us from is tried again.
        self._seen = found
        return done

    async def seconds_to_next(self) -> float | None:
        """Say in how many seconds to look again."""
        return EVERY

    async def _take_over(self, today: date) -> bool:
        try:
            # Beside the loop: sixty thousand words take most of a second.
            loaded = await asyncio.to_thread(load_policies, self._config)
            wanted = {room.kind for room in self._school.managed}
            require_ready(loaded, wanted)
        except (ConfigError, NotReady) as error:
            if isinstance(error, NotReady):
                # Perhaps its day comes: then the same files are looked at again.
                self._waits_on = today
            log.error(  # noqa: TRY400 - the files are at fault, not the program
                "policies not reloaded: those in force stay",
                extra={"mistakes": str(error)},
            )
            return False
        async with self._pool.acquire() as connection, connection.transaction():
            names = await keep_versions(connection, loaded)
            await timers.hurry(connection, "desired")
        self._school.adopt(loaded, names)
        log.info("policies reloaded", extra={"kinds": len(loaded)})
        return True

    def _fingerprint(self) -> Fingerprint:
        """Sum up the files by name, size and time of change."""
        return tuple(
            (str(path), stat.st_size, stat.st_mtime_ns)
            for path in sorted(self._files())
            if (stat := path.stat())
        )

    def _files(self) -> Iterator[Path]:
        for folder in (
            self._config.policies.directory,
            self._config.lexicons.directory,
        ):
            if folder is not None and folder.is_dir():
                yield from (path for path in folder.iterdir() if path.is_file())
