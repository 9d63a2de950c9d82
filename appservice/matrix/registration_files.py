"""The two registrations from their files, with all mistakes at once."""

from dataclasses import dataclass
from pathlib import Path

from appservice.drafts import Draft
from appservice.matrix.registration import Registration, Registrations, Side
from appservice.matrix.registration_checks import as_hand, as_road, beside, in_itself
from appservice.mistakes import ConfigError, Mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """Both as far as they could be read, and what is wrong with them."""

    road: Registration | None
    hand: Registration | None
    mistakes: tuple[Mistake, ...]


def load_registration(path: Path) -> Registration:
    """
    Read one registration file.

    Raises:
        ConfigError: With all that is wrong in it. Tokens are never quoted.
    """
    return _draft(path).finish()


def load_registrations(
    road_path: Path, hand_path: Path | None, *, side: Side
) -> Registrations:
    """
    Read both registration files.

    Args:
        road_path: The file with the service's own accounts.
        hand_path: The file with the members; None if it is not installed.
        side: What they must fit.

    Raises:
        ConfigError: They are wrong, or do not fit each other or the configuration.
    """
    examined = examine(road_path, hand_path, side=side)
    if examined.mistakes:
        raise ConfigError(examined.mistakes)
    assert examined.road is not None
    return Registrations(road=examined.road, hand=examined.hand)


def examine(road_path: Path | None, hand_path: Path | None, *, side: Side) -> Examined:
    """Read what can be read of both files (None: not named), and say what is wrong."""
    unreadable: list[Mistake] = []
    drafts: list[Draft[Registration] | None] = []
    for path in (road_path, hand_path):
        try:
            drafts.append(None if path is None else _draft(path))
        except ConfigError as error:
            unreadable += error.mistakes
            drafts.append(None)
    road, hand = drafts
    if road is not None:
        road.complain(as_road(road.value, side))
    if hand is not None:
        hand.complain(as_hand(hand.value, side))
        if road is not None and road_path is not None:
            hand.complain(beside(hand.value, road.value, road_path))
    told = [
        mistake for draft in drafts if draft is not None for mistake in draft.mistakes
    ]
    return Examined(
        road=None if road is None else road.value,
        hand=None if hand is None else hand.value,
        mistakes=(*unreadable, *told),
    )


def _draft(path: Path) -> Draft[Registration]:
    draft = Draft(path, Registration)
    draft.complain(in_itself(draft.value))
    return draft
