"""Contents of events in one form, so that equal ones are equal bytes."""

import hashlib

import msgspec


def canonical(content: object) -> bytes:
    """Write JSON with its keys in order (Matrix spec, appendices: Canonical JSON)."""
    return msgspec.json.encode(content, order="sorted")


def content_hash(content: object) -> bytes:
    """SHA-256 of an event's content: what a pass is bound to."""
    return hashlib.sha256(canonical(content)).digest()
