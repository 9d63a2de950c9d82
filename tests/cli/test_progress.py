"""Long work tells how far it has come, short work does not."""

from itertools import count

import pytest

from appservice.cli.progress import counting, track


def test_short_work_is_silent(capsys: pytest.CaptureFixture[str]):
    """Two seconds need no telling."""
    done = list(track(range(100), label="events", total=100, clock=lambda: 0.0))

    assert done == list(range(100))
    assert capsys.readouterr().err == ""


def test_long_work_says_a_line_now_and_then(capsys: pytest.CaptureFixture[str]):
    """A log gets a line after two seconds and then every ten."""
    seconds = count()

    done = list(
        track(range(15), label="events", total=15, clock=lambda: float(next(seconds)))
    )

    assert done == list(range(15))
    assert capsys.readouterr().err == "events: 1 of 15\nevents: 11 of 15\n"


def test_a_terminal_gets_a_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """A bar that goes away when the work is done."""
    monkeypatch.setattr("appservice.cli.progress.SILENT", 0)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)

    assert list(track(range(3), label="events", total=3)) == [0, 1, 2]
    assert "events" in capsys.readouterr().err


def test_what_has_no_known_end_is_counted(capsys: pytest.CaptureFixture[str]):
    """A log hears how many are done and where the work is, now and then."""
    now = [0.0]
    with counting("events", clock=lambda: now[0]) as count_to:
        for at, done in ((1.0, 100), (2.0, 200), (11.0, 300), (12.0, 400)):
            now[0] = at
            count_to(done, "back to 2024-09-01" if done < 400 else "")

    assert capsys.readouterr().err == ("events: 200 back to 2024-09-01\nevents: 400\n")


def test_a_terminal_counts_in_its_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """The last number stays."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)

    with counting("events") as count_to:
        count_to(1000, "back to 2024-09-02")
        count_to(1700, "back to 2024-09-01")

    assert "1700" in capsys.readouterr().err
