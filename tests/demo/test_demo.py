"""The demo as a newcomer runs it: a command that plays a day, and leaves nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.places import folder_for_all

ROOT = Path(__file__).parents[2]
PATIENCE = 120

pytestmark = pytest.mark.synapse


@pytest.fixture
def directory() -> Iterator[Path]:
    """Return a place in a folder that every account may enter."""
    with folder_for_all() as path:
        yield path / "demo"


def start(directory: Path, *arguments: str) -> subprocess.Popen[bytes]:
    with directory.with_suffix(".out").open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - our own program
            [
                *(sys.executable, "-m", "appservice", "demo"),
                *("--directory", str(directory), *arguments),
            ],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def said(directory: Path) -> str:
    return directory.with_suffix(".out").read_text(encoding="utf-8")


def when(
    is_so: Callable[[], object], demo: subprocess.Popen[bytes], directory: Path
) -> None:
    """Wait for something to be so while the demo runs."""
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert demo.poll() is None, said(directory)
        assert time.monotonic() < until, said(directory)
        time.sleep(0.05)


def running_in(directory: Path) -> list[psutil.Process]:
    """List the servers whose command line names the demo's folder."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(str(directory) in part for part in process.info["cmdline"] or ())
    ]


def end(demo: subprocess.Popen[bytes], signum: int) -> int:
    """Stop the demo by a signal; all it had started is gone after that."""
    started = psutil.Process(demo.pid).children(recursive=True)
    demo.send_signal(signum)
    code = demo.wait(PATIENCE)
    assert started
    assert not [process for process in started if is_alive(process)]
    return code


def is_alive(process: psutil.Process) -> bool:
    """Whether a process runs; one whose parent never asks how it ended does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_a_school_day_goes_well(directory: Path):
    """Every step does what it claims, and nothing is left running."""
    demo = start(directory, "--once")
    code = demo.wait(PATIENCE)

    assert code == 0, said(directory)
    assert "✗" not in said(directory)
    assert not running_in(directory)
    _is_for_scripts(directory / "demo.json")


def _is_for_scripts(path: Path) -> None:
    """Who writes scripts relies on these keys and no others."""
    assert path.stat().st_mode & 0o777 == 0o600
    fields = json.loads(path.read_text(encoding="utf-8"))
    assert fields.keys() == {"homeserver", "users", "rooms"}
    assert fields["homeserver"].startswith("http://127.0.0.1:")
    assert len(fields["users"]) >= 14
    for user in fields["users"]:
        assert user.keys() == {"user_id", "password", "name", "role"}
    roles = {user["role"] for user in fields["users"]}
    assert roles == {"student", "guardian", "teacher", "staff", "guest"}
    for room in fields["rooms"]:
        assert room.keys() == {"room_id", "kind", "name"}
    kinds = {room["kind"] for room in fields["rooms"]}
    assert kinds >= {"class_students", "class_parents_primary", "teacher_work"}


def test_ctrl_c_in_the_middle_of_the_day_stops_everything(directory: Path):
    """130, as after any command that was interrupted."""
    demo = start(directory)
    when(lambda: " 2/" in said(directory), demo, directory)
    another = subprocess.run(  # noqa: S603 - our own program
        [*(sys.executable, "-m", "appservice", "demo"), "--directory", directory],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert another.returncode == 1
    assert f"another demo runs here (process {demo.pid})" in another.stderr
    assert end(demo, signal.SIGINT) == 130
    assert not running_in(directory)


def test_it_can_be_stopped_while_it_starts(directory: Path):
    """Whatever was starting is gone too."""
    demo = start(directory, "--once")
    when((directory / "postgres").exists, demo, directory)
    when(psutil.Process(demo.pid).children, demo, directory)

    assert end(demo, signal.SIGTERM) == 130
    assert not running_in(directory)
    assert "Traceback" not in said(directory)
