"""The school as it is configured, for the service and for commands."""

from collections.abc import Mapping

from appservice.config import Config
from appservice.domain.ids import KindName, UserId
from appservice.domain.policy import Policy
from appservice.matrix.registration import Registration
from appservice.services.school import School


def school_of(
    config: Config, kinds: Mapping[KindName, Policy], *, hand: Registration | None
) -> School:
    """
    Make the school as it is configured; its rooms and people are not loaded yet.

    Args:
        hand: Whom it covers, we may act as; None: nothing is done as a member.
    """
    return School(
        policies=kinds,
        bot=UserId(config.bot),
        keeper=UserId(config.keeper),
        language=config.language,
        reaches=hand.covers if hand else _nobody,
        left_alone=frozenset(map(UserId, config.accounts.others)),
        zone=config.zone,
    )


def _nobody(_user_id: str) -> bool:
    return False
