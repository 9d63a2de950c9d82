"""
The containers, brought up for real (``make compose-check``), in a school's order.

Figures are printed: how large, and how fast.
"""

import asyncio
import io
import json
import time
from statistics import median
from urllib.request import urlopen

import openpyxl
import pytest

from tests.compose.containers import (
    DOMAIN,
    ELEMENT_PORT,
    SERVERS,
    Containers,
    Failed,
    layers_above_base,
)
from tests.compose.school import School

pytestmark = pytest.mark.timeout(900)


def test_a_second_start_changes_nothing(containers: Containers):
    """Secrets that are made anew would lock everybody out."""
    before = containers.written()

    containers.up()

    assert before.count("\n") > 15
    assert containers.written() == before


def test_only_element_and_the_homeserver_can_be_reached(containers: Containers):
    """And from this machine alone."""
    published = {
        (service, port, binding["HostIp"])
        for service in SERVERS
        for port, bindings in containers.inspect(service)["NetworkSettings"][
            "Ports"
        ].items()
        for binding in bindings or ()
    }

    assert published == {
        ("synapse", "8008/tcp", "127.0.0.1"),
        ("element", "80/tcp", "127.0.0.1"),
    }


@pytest.mark.parametrize("service", ["homeroom", "synapse"])
def test_nobody_in_there_may_do_anything(containers: Containers, service: str):
    """No root, no capabilities, nothing to write to but what is meant for it."""
    status = containers.inside(service, "cat", "/proc/1/status")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)

    assert fields["Uid"].split() == ["10001"] * 4
    assert int(fields["CapEff"], 16) == int(fields["CapBnd"], 16) == 0
    assert fields["NoNewPrivs"] == "1"
    for path in ("/usr/x", "/homeroom/x", "/etc/x"):
        with pytest.raises(Failed):
            containers.inside(service, "touch", path)


def test_homeroom_cannot_change_its_own_rules(containers: Containers):
    """Its configuration and the school's policies are read-only to it."""
    with pytest.raises(Failed, match="Read-only"):
        containers.inside("homeroom", "touch", "/data/x")


def test_nobody_sees_a_secret_of_another(containers: Containers):
    """Not in an environment, and not in a volume."""
    secrets = containers.shell(
        "cat /data/*.password /synapse/*.password /synapse/*.secret "
        "/postgres/*.password /grafana/*.password | sed 's/$/\\n/'; "
        "grep -h _token /data/registration-*.yaml | cut -d'\"' -f2"
    )
    words = {word for word in secrets.split() if len(word) > 30}
    assert len(words) >= 4
    for service in SERVERS:
        known = json.dumps(containers.inspect(service))
        assert not any(word in known for word in words), service
    for service, folder in (
        ("synapse", "/data"),
        ("homeroom", "/synapse"),
        ("element", "/data"),
        ("postgres", "/synapse"),
    ):
        assert not containers.inside(
            *(service, "sh", "-c", f"ls -A {folder} 2>/dev/null || true")
        ).strip()


def test_our_layers_are_small(containers: Containers):
    """At most 120 MB over the base, and nothing that builds or installs."""
    size = layers_above_base("homeroom:0.1.0", "python:3.12-slim-bookworm")
    print(f"\nour layers: {size / 1e6:.0f} MB")  # noqa: T201

    assert size <= 120e6
    found = containers.inside("homeroom", "sh", "-c", "ls /opt/homeroom/bin")
    assert "pip" not in found
    containers.inside(
        *("homeroom", "python", "-c"),
        "import zoneinfo; zoneinfo.ZoneInfo('Asia/Shanghai')",
    )


def test_the_gate_could_be_switched_on(containers: Containers):
    """The module that asks before a message is delivered is there, and not in use."""
    containers.inside("synapse", "python", "-c", "import synapse_http_antispam")

    settings = containers.shell("cat /synapse/homeserver.yaml")
    assert "modules:" not in settings


def test_clients_are_told_where_and_how(containers: Containers):
    """Element finds the homeserver; phones are told not to encrypt by default."""
    told = containers.ask("GET", "/.well-known/matrix/client")
    assert told == {
        "m.homeserver": {"base_url": f"{containers.url}/"},
        "io.element.e2ee": {"default": False},
    }
    with urlopen(f"http://127.0.0.1:{ELEMENT_PORT}/config.json") as response:
        element = json.load(response)
    assert element["default_server_config"]["m.homeserver"] == {
        "base_url": containers.url,
        "server_name": DOMAIN,
    }


async def test_what_breaks_a_rule_is_put_away(containers: Containers, school: School):
    """Through all containers, as another client sees it."""
    load = school.load(containers)

    async with load.flowing(pause=0.7):
        await asyncio.sleep(15)

    ms = [round(1000 * seconds) for seconds in load.exposures()]
    print(  # noqa: T201
        f"\n{len(ms)} put away; seen for {median(ms):.0f} ms (median), "
        f"{ms[int(len(ms) * 0.95)]} ms (95 %), {ms[-1]} ms at most"
    )
    assert len(ms) > 10
    assert set(load.redactions.values()) == {1}


def test_the_doctor_finds_nothing_wrong(containers: Containers, school: School):
    """From where Homeroom runs, without a way out and on a disk it only reads."""
    assert school.room_id
    said = containers.inside("homeroom", "homeroom", "doctor", "--json")
    lines = [json.loads(line) for line in said.splitlines()]
    checks = {line["check"] for line in lines}
    assert {"ping", "ephemeral", "encryption", "well-known", "rooms"} <= checks
    assert [line for line in lines if line["status"] == "problem"] == []


def test_a_file_is_looked_into(containers: Containers, school: School):
    """By a process of its own, which must start where nothing can be written."""
    token = school.tokens["wang"]
    book = openpyxl.Workbook()
    for row in (("姓名", "数学", "名次"), ("张三", 98, 1), ("李四", 87, 2)):
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    uploaded = containers.ask(
        "POST",
        "/_matrix/media/v3/upload?filename=marks.xlsx",
        made.getvalue(),
        token=token,
    )
    room = f"/_matrix/client/v3/rooms/{school.room_id}"
    content = {
        "msgtype": "m.file",
        "body": "marks.xlsx",
        "url": uploaded["content_uri"],
    }
    path = f"{room}/send/m.room.message/marks"
    posted = containers.ask("PUT", path, content, token=token)["event_id"]

    for _ in range(60):
        event = containers.ask("GET", f"{room}/event/{posted}", token=token)
        if "redacted_because" in event.get("unsigned", {}):
            break
        time.sleep(0.5)
    assert "B3-28" in event["unsigned"]["redacted_because"]["content"]["reason"]
