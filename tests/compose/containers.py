"""The containers of ``docker-compose.yml``, in a project of their own."""

import contextlib
import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

PROJECT: Final = Path(__file__).parents[2]
NAME: Final = "homeroom-check"
DOMAIN: Final = "school.test"
SYNAPSE_PORT: Final = 28008
ELEMENT_PORT: Final = 28080
SETTINGS: Final = {
    "COMPOSE_PROJECT_NAME": NAME,
    "COMPOSE_PROFILES": "",
    "DOMAIN": DOMAIN,
    "RETENTION_MIN": "3y",
    "ADMINISTRATOR": "admin",
    "HOMESERVER_URL": f"http://127.0.0.1:{SYNAPSE_PORT}",
    "SYNAPSE_PORT": str(SYNAPSE_PORT),
    "ELEMENT_PORT": str(ELEMENT_PORT),
}
SERVERS: Final = ("postgres", "synapse", "homeroom", "element")
WRITTEN: Final = "data synapse postgres element grafana"
"""The folders "init" writes to, as it sees them."""
AS_INIT: Final = ("run", "--rm", "-T", "--no-deps")


class Failed(Exception):
    """A command ended with another code than 0; the message is what it said."""


def _compose() -> tuple[str, ...]:
    """Return the command there is; none of its words is an option."""
    try:
        _run(["docker", "compose", "version"])
    except Failed:
        assert shutil.which("docker-compose"), "there is no docker compose"
        return ("docker-compose",)
    return ("docker", "compose")


def _run(words: list[str], told: str | None = None) -> str:
    done = subprocess.run(  # noqa: S603 - our own words
        words,
        cwd=PROJECT,
        env={**os.environ, **SETTINGS},
        input=told if told is not None else "",
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode:
        raise Failed(f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


@dataclass(kw_only=True)
class Containers:
    """All that ``docker compose up -d`` brings up."""

    compose_command: tuple[str, ...] = field(default_factory=_compose)
    url: str = f"http://127.0.0.1:{SYNAPSE_PORT}"

    def save(self, path: Path, *words: str) -> None:
        """Run a command of compose with its output into a file."""
        with path.open("wb") as file:
            self._run_with(words, stdout=file)

    def load(self, path: Path, *words: str) -> None:
        """Run a command of compose with its input from a file."""
        with path.open("rb") as file:
            self._run_with(words, stdin=file)

    def _run_with(self, words: tuple[str, ...], **files: Any) -> None:
        subprocess.run(  # noqa: S603 - our own words
            [*self.compose_command, *words],
            cwd=PROJECT,
            env={**os.environ, **SETTINGS},
            stderr=subprocess.PIPE,
            check=True,
            timeout=600,
            **files,
        )

    def compose(self, *words: str, told: str | None = None) -> str:
        """
        Run a command of compose; return its standard output.

        Raises:
            Failed: It ended with another code than 0.
        """
        return _run([*self.compose_command, *words], told)

    def up(self) -> float:
        """Bring everything up; return after how many seconds it was ready."""
        began = time.monotonic()
        self.compose("up", "-d")
        self.ready()
        return time.monotonic() - began

    def down(self, *, volumes: bool) -> None:
        """Take everything down; with the volumes, the data go too."""
        more = ["--volumes"] if volumes else []
        self.compose("down", "--timeout=30", "--remove-orphans", *more)

    def ready(self, *, at_most: float = 180) -> None:
        """Return when Homeroom says that what is written now is judged."""
        end = time.monotonic() + at_most
        ask = "from urllib.request import urlopen; urlopen('http://127.0.0.1:29331/ready')"
        while True:
            try:
                self.inside("homeroom", "python", "-c", ask)
            except Failed:
                assert time.monotonic() < end, self.compose("logs", "--tail=30")
                time.sleep(0.5)
            else:
                return

    def inside(self, service: str, *words: str, told: str | None = None) -> str:
        """Run a command in a container that runs."""
        return self.compose("exec", "-T", service, *words, told=told)

    def shell(self, script: str, *, told: str | None = None) -> str:
        """Run a script where "init" runs: all it has written is there."""
        return self.compose(
            *AS_INIT, "--entrypoint=sh", "init", "-c", script, told=told
        )

    def written(self) -> str:
        """Return a checksum of each file that "init" has written."""
        return self.shell(
            f"cd / && find {WRITTEN} -type f ! -path '*/media/*' "
            "-exec sha256sum {} + | sort -k2"
        )

    def inspect(self, service: str) -> dict[str, Any]:
        """Return what the engine knows of a container that runs."""
        (container,) = self.compose("ps", "-q", service).split()
        (found,) = json.loads(_run(["docker", "inspect", container]))
        assert isinstance(found, dict)
        return found

    def ask(
        self, method: str, path: str, content: Any = None, *, token: str | None = None
    ) -> dict[str, Any]:
        """Ask the homeserver where it is published; bytes are sent as they are."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        data = content
        if content is not None and not isinstance(content, bytes):
            data = json.dumps(content).encode()
        request = Request(  # noqa: S310 - ours
            self.url + path, data=data, headers=headers, method=method
        )
        try:
            with urlopen(request, timeout=30) as response:  # noqa: S310 - ours
                answer = json.load(response)
        except HTTPError as error:
            raise Failed(f"{method} {path}: {error.read().decode()}") from error
        assert isinstance(answer, dict)
        return answer

    def stop_what_is_left(self) -> None:
        """Take down what an earlier check has left behind."""
        with contextlib.suppress(Failed):
            self.down(volumes=True)


def layers_above_base(image: str, base: str) -> int:
    """Return the bytes an image has beyond the one it is built on."""
    asked = ["docker", "image", "inspect", "--format={{.Size}}", image, base]
    ours, theirs = map(int, _run(asked).split())
    return ours - theirs
