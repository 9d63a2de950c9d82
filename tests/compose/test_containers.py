"""
The containers, brought up for real (``make compose-check``), in a school's order.

Figures are printed: how large, how fast, and what a restart costs.
"""

import asyncio
import contextlib
import io
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.request import urlopen

import openpyxl
import pytest

from tests.compose.containers import (
    AS_INIT,
    DOMAIN,
    ELEMENT_PORT,
    SERVERS,
    WRITTEN,
    Containers,
    Failed,
    layers_above_base,
)
from tests.compose.load import Load

pytestmark = pytest.mark.timeout(900)

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
BOT = f"@homeroom:{DOMAIN}"
CLASS = "三年级2班"
DATABASES = ("homeroom", "synapse")
PUPILS = ("xiaoming", "xiaohong", "xiaogang")
ROSTER = f"""\
id,name,role,classes,subjects,pupils,relation,user_id,posts
s1,小明,student,{CLASS},,,,@xiaoming:{DOMAIN},
s2,小红,student,{CLASS},,,,@xiaohong:{DOMAIN},
s3,小刚,student,{CLASS},,,,@xiaogang:{DOMAIN},
t1,王芳,teacher,{CLASS},语文,,,@wang:{DOMAIN},class_teacher:{CLASS}
"""


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    """Bring everything up as for the first time; take it down with all data."""
    containers = Containers()
    containers.stop_what_is_left()
    try:
        print(f"\nup and ready after {containers.up():.1f} s")  # noqa: T201
        yield containers
    finally:
        containers.down(volumes=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """Accounts by localpart, and the room of a class."""

    tokens: dict[str, str]
    room_id: str

    def load(self, containers: Containers) -> Load:
        return Load(
            url=containers.url,
            room_id=self.room_id,
            tokens=[self.tokens[name] for name in PUPILS],
            watcher=self.tokens["wang"],
        )


@pytest.fixture(scope="module")
def school(containers: Containers) -> School:
    """Do what docs/operating.md says: accounts, roster, a room that is kept."""
    tokens = {
        name: _account(containers, name, is_admin=name == "admin")
        for name in ("admin", "wang", *PUPILS)
    }
    for name in PUPILS:
        # They write faster than anybody can.
        containers.ask(
            "POST",
            f"/_synapse/admin/v1/users/@{name}:{DOMAIN}/override_ratelimit",
            {"messages_per_second": 0, "burst_count": 0},
            token=tokens["admin"],
        )
    _lift_the_breaker(containers)
    said = containers.inside(
        *("homeroom", "homeroom", "roster", "import", "/dev/stdin"), told=ROSTER
    )
    assert "4 people: 4 added" in said
    return School(tokens=tokens, room_id=_room(containers, tokens))


def _account(containers: Containers, name: str, *, is_admin: bool) -> str:
    containers.inside(
        *("synapse", "register_new_matrix_user", "-c", "/synapse/homeserver.yaml"),
        *("-u", name, "-p", PASSWORD, "--admin" if is_admin else "--no-admin"),
        "http://127.0.0.1:8008",
    )
    login = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": name},
        "password": PASSWORD,
    }
    answer = containers.ask("POST", "/_matrix/client/v3/login", login)
    return str(answer["access_token"])


def _lift_the_breaker(containers: Containers) -> None:
    """Change the configuration as docs/operating.md says: out, edit, in, restart."""
    text = containers.inside("homeroom", "cat", "/data/config.yaml")
    changed = text.replace("  room: 30\n", "  room: 10000\n")
    changed = changed.replace("  school: 100\n", "  school: 10000\n")
    assert changed != text
    containers.shell("cat >/data/config.yaml", told=changed)
    containers.compose("restart", "homeroom")
    containers.ready()


def _room(containers: Containers, tokens: dict[str, str]) -> str:
    made = containers.ask(
        "POST",
        "/_matrix/client/v3/createRoom",
        {
            "preset": "private_chat",
            "invite": [BOT, *(f"@{name}:{DOMAIN}" for name in PUPILS)],
            "power_level_content_override": {"users": {BOT: 100}},
        },
        token=tokens["wang"],
    )
    room_id = str(made["room_id"])
    for name in PUPILS:
        path = f"/_matrix/client/v3/join/{room_id}"
        containers.ask("POST", path, {}, token=tokens[name])
    containers.inside(
        *("homeroom", "homeroom", "rooms", "add", room_id, "--enforce"),
        *("--kind", "class_students", "--name", "三年级2班学生群", "--scope", CLASS),
    )
    return room_id


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


@pytest.mark.parametrize("how", ["restart", "kill"])
@pytest.mark.parametrize("service", SERVERS)
async def test_a_restart_loses_nothing(
    containers: Containers, school: School, service: str, how: str
):
    """While pupils write: all of it is on record, and what is bad is put away once."""
    load = school.load(containers)

    async with load.flowing():
        await asyncio.to_thread(containers.compose, how, service)
        await asyncio.to_thread(containers.compose, "up", "-d", "--no-deps", service)
        await asyncio.to_thread(containers.ready)
        await asyncio.sleep(2)

    recorded = await asyncio.to_thread(_recorded, containers, school.room_id)
    lost = (load.bad | load.fine) - recorded
    print(  # noqa: T201
        f"\n{how} {service}: {len(load.bad | load.fine)} written, {len(lost)} lost, "
        f"{len(load.bad)} of {len(load.bad)} put away, seen for at most "
        f"{load.exposures()[-1]:.1f} s; a writer waited {load.longest_wait:.1f} s"
    )
    assert not lost
    assert {load.redactions[each] for each in load.bad} <= {0, 1}


def _recorded(containers: Containers, room_id: str) -> set[str]:
    said = containers.inside(
        *("homeroom", "homeroom", "records", "export", "--room", room_id)
    )
    lines = map(json.loads, said.splitlines())
    return {line["event_id"] for line in lines if line["kind"] == "event"}


def test_no_log_has_a_word_or_a_name(containers: Containers, school: School):
    """After all that was written and restarted; these are children."""
    logs = containers.compose("logs", "--no-color")

    assert school.room_id in logs
    for word in ("发红包", "怎么做", "小明", "王芳", PASSWORD, *school.tokens.values()):
        assert word not in logs


async def test_what_was_there_is_there_after_down_and_up(
    containers: Containers, school: School
):
    """Configuration, accounts, messages and records are in the volumes."""
    files, recorded = containers.written(), _recorded(containers, school.room_id)

    containers.down(volumes=False)
    print(f"\nup again after {containers.up():.1f} s")  # noqa: T201

    assert containers.written() == files
    assert _recorded(containers, school.room_id) >= recorded
    answer = containers.ask(
        "GET", "/_matrix/client/v3/joined_rooms", token=school.tokens["wang"]
    )
    assert school.room_id in answer["joined_rooms"]
    load = school.load(containers)
    async with load.flowing():
        await asyncio.sleep(3)
    assert load.bad


def test_a_backup_is_enough_to_begin_anew(
    containers: Containers, school: School, tmp_path: Path
):
    """As docs/operating.md says, on a machine that has nothing."""
    files, recorded = containers.written(), _recorded(containers, school.room_id)
    tar = (*AS_INIT, "--entrypoint=tar", "init", "-C", "/")
    psql = ("exec", "-T", "postgres")
    for name in DATABASES:
        dump = (*psql, "pg_dump", "-U", "postgres", "-Fc", name)
        containers.save(tmp_path / f"{name}.dump", *dump)
    containers.save(tmp_path / "files.tar", *tar, "-cf", "-", *WRITTEN.split())

    containers.down(volumes=True)
    containers.load(tmp_path / "files.tar", *tar, "-xf", "-")
    containers.compose("up", "-d", "postgres")
    _wait_for_postgres(containers)
    for name in DATABASES:
        restore = (*psql, "pg_restore", "-U", "postgres", "-d", name)
        containers.load(tmp_path / f"{name}.dump", *restore)
    containers.up()

    assert containers.written() == files
    assert _recorded(containers, school.room_id) >= recorded
    answer = containers.ask(
        "GET", "/_matrix/client/v3/joined_rooms", token=school.tokens["wang"]
    )
    assert school.room_id in answer["joined_rooms"]


def _wait_for_postgres(containers: Containers) -> None:
    ask = ("pg_isready", "--host=127.0.0.1", "--username=postgres")
    for _ in range(60):
        with contextlib.suppress(Failed):
            containers.inside("postgres", *ask)
            return
        time.sleep(1)
    raise AssertionError("PostgreSQL does not answer")
