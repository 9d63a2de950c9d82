"""
The configuration files of the embedded Synapse.

JSON is YAML, so nothing needs a template: Synapse reads what ``json.dumps`` writes.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from appservice.embedded.postgres import USER
from appservice.synapse_settings import ALONE, AS_A_SCHOOL_SHOULD, new_signing_key

UNLIMITED: Final = {"per_second": 10_000, "burst_count": 10_000}
LIMITS_LIFTED: Final = {
    "rc_message": UNLIMITED,
    "rc_registration": UNLIMITED,
    "rc_admin_redaction": UNLIMITED,
    "rc_login": {
        "address": UNLIMITED,
        "account": UNLIMITED,
        "failed_attempts": UNLIMITED,
    },
    "rc_joins": {"local": UNLIMITED, "remote": UNLIMITED},
    "rc_joins_per_room": UNLIMITED,
    "rc_invites": {
        "per_room": UNLIMITED,
        "per_user": UNLIMITED,
        "per_issuer": UNLIMITED,
    },
    "rc_media_create": UNLIMITED,
    "rc_room_creation": UNLIMITED,
    "rc_reports": UNLIMITED,
    "rc_user_directory": UNLIMITED,
    "rc_profile": UNLIMITED,
}
"""A whole school day passes in a minute."""

LOG_LINE: Final = "%(asctime)s %(name)s %(levelname)s %(message)s"


def write(values: Mapping[str, Any], *, directory: Path) -> Path:
    """
    Write all files Synapse starts from; return the path of ``homeserver.yaml``.

    The signing key is made once and then kept: it is who the server is.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory = directory.resolve()
    key = directory / "signing.key"
    if not key.exists():
        _write_private(key, new_signing_key())
    log_config = directory / "log.yaml"
    _write_private(log_config, json.dumps(_logging(directory / "synapse.log")))
    config = {
        **LIMITS_LIFTED,
        **ALONE,
        **AS_A_SCHOOL_SHOULD,
        **_of_this_one(values),
        "signing_key_path": str(key),
        "log_config": str(log_config),
        "media_store_path": str(directory / "media"),
        "pid_file": str(directory / "synapse.pid"),
        **values["settings"],
    }
    path = directory / "homeserver.yaml"
    _write_private(path, json.dumps(config, indent=1))
    return path


def _of_this_one(values: Mapping[str, Any]) -> dict[str, object]:
    return {
        "server_name": values["server_name"],
        "public_baseurl": values["public_baseurl"],
        "listeners": [
            {
                "port": values["port"],
                "bind_addresses": ["127.0.0.1"],
                "type": "http",
                "resources": [{"names": ["client"]}],
            }
        ],
        "database": {
            "name": "psycopg2",
            "args": {
                "user": USER,
                "dbname": values["database"],
                "host": values["socket_directory"],
                "port": values["database_port"],
                "cp_min": 2,
                "cp_max": 8,
            },
        },
        "app_service_config_files": values["registrations"],
        "registration_shared_secret": values["registration_shared_secret"],
        "macaroon_secret_key": values["registration_shared_secret"],
        "form_secret": values["registration_shared_secret"],
        # Each step doubles the time; 4 is the least bcrypt knows.
        "bcrypt_rounds": 4,
    }


def _logging(file: Path) -> dict[str, object]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "%(asctime)s %(name)s %(levelname)s %(message)s"}
        },
        "handlers": {
            "file": {
                "class": "logging.handlers.RotatingFileHandler",
                "formatter": "line",
                "filename": str(file),
                "maxBytes": 5_000_000,
                "backupCount": 2,
                "encoding": "utf-8",
            }
        },
        "root": {"level": "WARNING", "handlers": ["file"]},
    }


def _write_private(path: Path, text: str) -> None:
    """Write a file only we can read: there are secrets in it."""
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(text)
