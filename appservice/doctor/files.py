"""Files: the policies, and what Synapse's own configuration says."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from appservice import homeserver_yaml, policies
from appservice.config import Config
from appservice.doctor.finding import Finding, note, ok, problem
from appservice.doctor.visit import Visit
from appservice.documents import ConfigError
from appservice.in_force import load_policies

OUTAGE: Final = timedelta(days=3)
"""A long weekend: so long the homeserver must keep what was hidden meanwhile."""

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}


def look_at_policies(visit: Visit) -> list[Finding]:
    """See whether the rules can be read, and whether rooms may be kept by them."""
    try:
        kinds = load_policies(visit.config)
    except ConfigError as error:
        return [
            problem("policies", str(each), "correct it; `homeroom check-config` helps")
            for each in error.mistakes
        ]
    today = visit.clock().astimezone(visit.config.zone).date()
    in_use = {room.kind for room, _ in visit.rooms.values()}
    waiting = {
        kind: list(policies.not_ready(policy, today=today))
        for kind, policy in kinds.items()
        if not in_use or kind in in_use
    }
    blocked = {kind: reasons for kind, reasons in waiting.items() if reasons}
    if blocked and (in_use or len(blocked) == len(waiting)):
        return [
            problem("policies", f"{kind}: {reasons[0]}", _remedy(reasons))
            for kind, reasons in sorted(blocked.items())
        ]
    return [ok("policies", f"{len(kinds)} kinds of room")]


def _remedy(reasons: list[str]) -> str:
    if any("retention" in reason for reason in reasons):
        return "set policies.retention_min in the configuration, such as 3y"
    return "correct the policy, or wait for its day"


def look_at_synapse(paths: Sequence[Path], config: Config) -> list[Finding]:
    """
    Read what no homeserver tells: how long it keeps things, and whom it lets in.

    Args:
        paths: Synapse's ``homeserver.yaml`` and other parts; none: it was not named.
    """
    if not paths:
        text = "how long Synapse keeps what is hidden, and who may register"
        return [note("synapse.yaml", text, "name its file: --synapse homeserver.yaml")]
    try:
        settings = homeserver_yaml.read(paths)
    except homeserver_yaml.NotSynapses as error:
        return [problem("synapse.yaml", str(error), "name the right file")]
    found = list(_wrong_with(settings, config))
    named = ", ".join(map(str, paths))
    return found or [ok("synapse.yaml", f"{named}: as a school needs it")]


def _wrong_with(read: Mapping[str, Any], config: Config) -> Iterator[Finding]:
    if "server_name" not in read:
        yield note(
            "synapse.yaml",
            "has no server_name: a part of the configuration, and not all is known",
            "name the other parts behind it, in Synapse's order: --synapse conf.d",
        )
    elif read["server_name"] != config.homeserver.domain:
        yield problem(
            "synapse.yaml",
            f'server_name is "{read.get("server_name")}"',
            f"this is another server's file, or homeserver.domain (\""
            f'{config.homeserver.domain}") is wrong',
        )
    kept = _span(read.get("redaction_retention_period", "7d"))
    if kept is not None and kept < OUTAGE:
        yield problem(
            "synapse.yaml",
            f"redaction_retention_period is {kept.total_seconds() / 3600:g} h",
            "what is hidden while Homeroom is away is lost before a long weekend is "
            "over: write 7d",
        )
    retention = read.get("retention")
    if isinstance(retention, dict) and retention.get("enabled"):
        yield problem(
            "synapse.yaml",
            "retention is enabled: Synapse deletes messages by itself",
            "what is deleted while Homeroom is away is missing in the record; write "
            "enabled: false",
        )
    open_doors = ("enable_registration", "allow_guest_access")
    for key in (key for key in open_doors if read.get(key)):
        yield problem("synapse.yaml", f"{key} is true", "anybody can come in; false")
    encrypts = read.get("encryption_enabled_by_default_for_room_type", "off")
    if encrypts not in ("off", False):
        yield problem(
            "synapse.yaml",
            "encryption_enabled_by_default_for_room_type is not off",
            "Homeroom cannot read what is encrypted: write off, restart Synapse",
        )
    if _federates(read) and not config.homeserver.federation:
        yield problem(
            "synapse.yaml",
            "a listener answers other servers, and nobody is kept out",
            "take federation out of its resources, or write "
            "federation_domain_whitelist: []; if it is meant: "
            "homeserver.federation: true",
        )
    if "server_name" in read and not read.get("app_service_config_files"):
        yield problem(
            "synapse.yaml",
            "app_service_config_files names nothing",
            "name both registrations there, restart Synapse",
        )


def _federates(read: Mapping[str, Any]) -> bool:
    """Whether a listener is for other servers, and any of them may come."""
    listeners = read.get("listeners")
    names = [
        name
        for listener in (listeners if isinstance(listeners, list) else [])
        if isinstance(listener, dict)
        for resource in (listener.get("resources") or [])
        if isinstance(resource, dict)
        for name in (resource.get("names") or [])
    ]
    return "federation" in names and read.get("federation_domain_whitelist") != []


def _span(value: object) -> timedelta | None:
    """Read a duration as Synapse writes it; None: without end, or not readable."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return timedelta(milliseconds=value)
    match = re.fullmatch(r"(\d+)([smhdwy])", str(value))
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]]) if match else None
