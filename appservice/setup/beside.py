"""The servers that start beside Homeroom, and the folder where each finds its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appservice.setup import element, postgres, synapse
from appservice.setup.files import write_secret

GRAFANA: Final = "admin.password"
READ_BY_GROUP: Final = 0o640
"""Grafana's own account is given the group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is asked for; None: that server is not ours to set up."""

    domain: str
    public_url: str
    """Where browsers and phones reach the homeserver, without a slash at the end."""
    synapse: Path | None = None
    postgres: Path | None = None
    element: Path | None = None
    grafana: Path | None = None

    def write_passwords(self, ours: Path) -> list[Path]:
        """
        Write passwords, and what they are checked against; return what is new.

        This comes first: a password is named by what is written afterwards.

        Args:
            ours: The file with the password of Homeroom's database.

        Raises:
            ConfigError: A password is lost that the databases were made with.
        """
        new: list[Path] = []
        if self.grafana is not None:
            new += write_secret(self.grafana / GRAFANA, mode=READ_BY_GROUP)
        if self.postgres is not None and self.synapse is not None:
            theirs = self.synapse / synapse.PASSWORD
            new += postgres.write(self.postgres, {"homeroom": ours, "synapse": theirs})
        return new

    def write(self, registrations: Sequence[Path]) -> list[Path]:
        """Write the configurations that are missing; return what is new."""
        new: list[Path] = []
        if self.synapse is not None:
            new += synapse.write(
                self.synapse,
                domain=self.domain,
                public_url=self.public_url,
                registrations=registrations,
            )
        if self.element is not None:
            new += element.write(
                self.element, domain=self.domain, public_url=self.public_url
            )
        return new
