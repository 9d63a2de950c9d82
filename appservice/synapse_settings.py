"""What every Synapse of ours is told, the demo's and a school's, and its identity."""

import base64
import secrets
from typing import Final

ALONE: Final = {
    "federation_domain_whitelist": [],
    "trusted_key_servers": [],
    "suppress_key_server_warning": True,
    "report_stats": False,
    "url_preview_enabled": False,
    "allow_public_rooms_over_federation": False,
}
"""It speaks with nobody."""

AS_A_SCHOOL_SHOULD: Final = {
    "presence": {"enabled": False},
    "enable_registration": False,
    "encryption_enabled_by_default_for_room_type": "off",
    # The originals of what was redacted while we were away.
    "experimental_features": {"msc2815_enabled": True},
    "redaction_retention_period": "7d",
    # A redacted picture is a record; nobody downloads without logging in.
    "enable_authenticated_media": True,
    # Clients ask for it: else Element encrypts private rooms.
    "extra_well_known_client_content": {"io.element.e2ee": {"default": False}},
}


def new_signing_key() -> str:
    """Make a key in the format of signedjson: algorithm, name, unpadded base64."""
    seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return f"ed25519 a_{secrets.token_hex(2)} {seed}\n"
