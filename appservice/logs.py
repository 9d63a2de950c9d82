"""Logs: a constant sentence and fields. Never what somebody wrote, never a name."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

_USUAL: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

QUIET: Final = ("aiohttp.access", "asyncio", "alembic", "mau")
"""Libraries that would log requests, and with them what is in their addresses."""


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return what was given as ``extra``."""
    return {k: v for k, v in vars(record).items() if k not in _USUAL}


class Lines(logging.Formatter):
    """One line for people: time, level, sentence, fields."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, tz=UTC).strftime("%H:%M:%S")
        rest = " ".join(f"{k}={v}" for k, v in fields(record).items())
        line = f"{time} {record.levelname.lower():7} {record.getMessage()}  {rest}"
        return line.rstrip() + _trace(record)


class Json(logging.Formatter):
    """One JSON object for machines."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            "logger": record.name,
            **{k: str(v) for k, v in fields(record).items()},
        }
        if record.exc_info:
            entry["trace"] = _trace(record)
        return json.dumps(entry, ensure_ascii=False)


def _trace(record: logging.LogRecord) -> str:
    """
    Where it happened, without the error's own words.

    A database or a parser likes to quote the value it refuses, and that is a message.
    """
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    kind, _, trace = record.exc_info
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return f"\n  {kind.__name__}\n  " + "\n  ".join(frames[-12:])


def set_up(*, level: str = "info", as_json: bool = False) -> None:
    """Write logs to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if as_json else Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
