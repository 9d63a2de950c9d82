"""
The configuration: one YAML file into one frozen value, or an error that says why not.

What each key does is in ``config.example.yaml``; a test keeps the two the same.
Nothing here connects to anything: whether the homeserver answers is for ``doctor``.
"""

from appservice.config.reading import Examined, examine, load, registrations
from appservice.config.secret_files import admin_token, database_url, with_password
from appservice.config.settings import Accounts, Config, Homeserver
from appservice.config.values import (
    ADDRESS,
    LOCALPART,
    homeserver_mistakes,
    is_folder,
)

__all__ = [
    "ADDRESS",
    "LOCALPART",
    "Accounts",
    "Config",
    "Examined",
    "Homeserver",
    "admin_token",
    "database_url",
    "examine",
    "homeserver_mistakes",
    "is_folder",
    "load",
    "registrations",
    "with_password",
]
