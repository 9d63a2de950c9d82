"""What the doctor has in hand while looking around."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from appservice.config import Config
from appservice.domain.ids import RoomId
from appservice.domain.people import Person
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import Room
from appservice.matrix.inquiry import Inquiry
from appservice.matrix.registration import Registrations

LEAST_FREE: Final = 2 * 2**30
"""Bytes. A full disk stops PostgreSQL, and with it the road."""


@dataclass(slots=True, kw_only=True)
class Visit:
    """The school's files, whom to ask, and what was found out on the way."""

    config: Config
    registrations: Registrations
    admin_token: str | None
    """None: the bot must be an administrator itself."""
    inquiry: Inquiry
    clock: Callable[[], datetime]
    least_free: int = LEAST_FREE
    people: list[Person] = field(default_factory=list)
    rooms: dict[RoomId, tuple[Room, RoomState]] = field(default_factory=dict)
    """The managed ones in use, and of their state what our work there depends on."""
    is_running: bool = False
    """Whether Homeroom answers at its port."""
    heard: set[str] = field(default_factory=set)
    """The pings that reached the doctor, while Homeroom does not run."""
    is_admin: bool = False
    """Whether ``admin`` may administer."""

    @property
    def road(self) -> str:
        """The token of the service's own accounts."""
        return self.registrations.road.as_token

    @property
    def admin(self) -> str:
        """The token for what only administrators may."""
        return self.admin_token or self.road

    @property
    def own_address(self) -> str:
        """Where Homeroom answers, asked from this machine."""
        host, port = self.config.listen.host, self.config.listen.port
        here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read
        return f"http://{f'[{here}]' if ':' in here.strip('[]') else here}:{port}"
