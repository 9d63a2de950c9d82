"""A school in the containers: accounts, a roster, and the room of a class."""

import json
from dataclasses import dataclass

from tests.compose.containers import DOMAIN, Containers
from tests.compose.load import Load

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
BOT = f"@homeroom:{DOMAIN}"
CLASS = "三年级2班"
PUPILS = ("xiaoming", "xiaohong", "xiaogang")
ROSTER = f"""\
id,name,role,classes,subjects,pupils,relation,user_id,posts
s1,小明,student,{CLASS},,,,@xiaoming:{DOMAIN},
s2,小红,student,{CLASS},,,,@xiaohong:{DOMAIN},
s3,小刚,student,{CLASS},,,,@xiaogang:{DOMAIN},
t1,王芳,teacher,{CLASS},语文,,,@wang:{DOMAIN},class_teacher:{CLASS}
"""


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

    def recorded(self, containers: Containers) -> set[str]:
        """Return the ids of all events that are on record."""
        said = containers.inside(
            *("homeroom", "homeroom", "records", "export", "--room", self.room_id)
        )
        lines = map(json.loads, said.splitlines())
        return {line["event_id"] for line in lines if line["kind"] == "event"}


def found(containers: Containers) -> School:
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
        *("homeroom", "homeroom", "rooms", "adopt", room_id, "--enforce", "--yes"),
        *("--kind", "class_students", "--name", "三年级2班学生群", "--scope", CLASS),
    )
    return room_id
