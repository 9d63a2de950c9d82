"""
The levels that acts in a room need, as its policy wants them.

Who has which level is ``desired.py``'s to say, what of it a homeserver accepts
``power_levels.py``'s.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from appservice.domain.house import OUT_OF_REACH, REACTING, Holder
from appservice.domain.policy import Policy
from appservice.domain.power_levels import POWER_LEVELS, Rows

_FEATURES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "calls": (
            "m.call.invite",
            "m.call",
            "m.call.member",
            "org.matrix.msc3401.call",
            "org.matrix.msc3401.call.member",
            "m.rtc.member",
            "m.rtc.slot",
            "org.matrix.msc4143.rtc.member",
            "org.matrix.msc4143.rtc.slot",
            # These make every telephone ring.
            "m.rtc.notification",
            "org.matrix.msc4075.rtc.notification",
            "org.matrix.msc4075.call.notify",
            "io.element.video.member",
        ),
        "polls": ("m.poll.start", "org.matrix.msc3381.poll.start"),
        "stickers": ("m.sticker",),
        "widgets": ("m.widget", "im.vector.modular.widgets"),
        "live_location": (
            "m.beacon_info",
            "org.matrix.msc3672.beacon_info",
            "m.beacon",
            "org.matrix.msc3672.beacon",
        ),
    }
)
"""The types of event behind each of a policy's features."""

_SPOKEN: Final = ("m.room.message", "m.room.encrypted")
_ANSWERS: Final = ("m.poll.response", "org.matrix.msc3381.poll.response")
_NOBODYS: Final = (
    POWER_LEVELS,
    # In an encrypted room nothing could be judged.
    "m.room.encryption",
    "m.room.server_acl",
    "m.room.join_rules",
    "m.room.history_visibility",
    "m.room.guest_access",
    "m.space.child",
    "m.space.parent",
)

_TOMBSTONE_REACH: Final = 150
"""What a tombstone needs by default in rooms that creators stand above (MSC4289)."""


def rows(policy: Policy, *, quiet: bool, has_creators: bool) -> Rows:
    """
    Compute the levels that acts in a room need.

    Args:
        quiet: Whether only those who may announce may speak.
        has_creators: Whether the room's version puts creators above every level.
    """
    settings, levels = policy.settings, policy.levels
    speaking = levels.required(Holder.ANNOUNCE) if quiet else 0
    return Rows(
        users_default=0,
        events_default=speaking,
        state_default=OUT_OF_REACH,
        invite=levels.required(settings.invite),
        kick=levels.required(settings.remove),
        ban=levels.required(settings.remove),
        redact=levels.required(settings.hide),
        notifications={"room": levels.required(settings.mention_room)},
        events={
            **dict.fromkeys(_SPOKEN, speaking),
            # Acknowledging and taking back stay possible for everybody.
            "m.reaction": REACTING,
            "m.room.redaction": REACTING,
            **dict.fromkeys(_ANSWERS, 0),
            **dict.fromkeys(_NOBODYS, OUT_OF_REACH),
            **_of_features(policy, speaking),
            **_of_settings(policy, speaking, has_creators=has_creators),
        },
    )


def _of_features(policy: Policy, speaking: int) -> dict[str, int]:
    return {
        type_: max(policy.levels.required(getattr(policy.features, name)), speaking)
        for name, types in _FEATURES.items()
        for type_ in types
    }


def _of_settings(
    policy: Policy, speaking: int, *, has_creators: bool
) -> dict[str, int]:
    settings, required = policy.settings, policy.levels.required
    replacing = required(settings.upgrade)
    if has_creators and settings.upgrade is Holder.NOBODY:
        replacing = _TOMBSTONE_REACH
    return {
        "m.room.name": max(required(settings.name), speaking),
        "m.room.topic": max(required(settings.topic), speaking),
        "m.room.avatar": max(required(settings.avatar), speaking),
        "m.room.pinned_events": max(required(settings.pins), speaking),
        "m.room.canonical_alias": max(required(settings.aliases), speaking),
        "m.room.tombstone": max(replacing, speaking),
    }
