"""The doctor: each of its lines is seen to change when that very thing is broken."""

import asyncio
import contextlib
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import asyncpg
import pytest
import pytest_asyncio
from aiohttp import web
from click.testing import CliRunner
from ruamel.yaml import YAML
from yarl import URL

from appservice.cli import main
from appservice.demo.stage import change, free_port
from appservice.doctor import Finding, Status, examine
from appservice.doctor.files import look_at_synapse
from appservice.embedded.child import end, start
from tests.synapse.member import until
from tests.synapse.school import BOT, School, people_join

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.synapse,
]

SETTINGS: dict[str, object] = {"room_list_publication_rules": [{"action": "allow"}]}

OTHER_TOKEN = "another-token-of-forty-characters-or-more"  # noqa: S105


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(servers_directory: Path) -> AsyncIterator[School]:
    """A school whose things may be broken; Homeroom does not run at first."""
    async with School(
        directory=servers_directory / "doctor", synapse_settings=SETTINGS
    ) as playing:
        await people_join(playing)
        yield playing


@contextlib.contextmanager
def written(path: Path, changes: Mapping[str, Any]):
    """Keep a file changed for a while."""
    before = path.read_bytes()
    change(path, changes)
    try:
        yield
    finally:
        path.write_bytes(before)


async def homeserver_has(
    school: School,
    *,
    road: Mapping[str, Any] | None = None,
    hand: Mapping[str, Any] | None = None,
    settings: Mapping[str, object] | None = None,
) -> None:
    """Let the homeserver have other registrations than we, or other settings."""
    wanted = {"road": road or {}, "hand": hand or {}, "settings": settings or {}}
    if wanted == _AT_THE_HOMESERVER:
        return
    _AT_THE_HOMESERVER.update(wanted)
    stage = school.stage
    with contextlib.ExitStack() as stack:
        for name in ("road", "hand"):
            path = stage.directory / f"registration-{name}.yaml"
            stack.enter_context(written(path, wanted[name]))
        stage.synapse.settings = {**SETTINGS, **wanted["settings"]}
        await stage.synapse.restart()


_AT_THE_HOMESERVER: dict[str, Mapping[str, Any]] = {
    "road": {},
    "hand": {},
    "settings": {},
}
"""What differs there now; a restart takes two seconds, so it is not done unasked."""


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def in_order(request, school) -> None:
    """Begin with a homeserver in order, unless the test will break it anyway."""
    if "broken" not in request.keywords:
        await homeserver_has(school)


async def look(school: School, **more: Any) -> dict[str, list[Finding]]:
    """Call the doctor; return what it found by check."""
    found: dict[str, list[Finding]] = {}
    for finding in await examine(school.stage.config_path, **more):
        assert finding.remedy or finding.status is Status.OK, finding
        found.setdefault(finding.check, []).append(finding)
    return found


def wrong(found: Mapping[str, Sequence[Finding]]) -> set[str]:
    """List the checks with a problem."""
    return {
        check
        for check, findings in found.items()
        if any(finding.status is Status.PROBLEM for finding in findings)
    }


def text(found: Mapping[str, Sequence[Finding]], check: str) -> str:
    """Join what is said about one thing."""
    return " ".join(f"{each.text} → {each.remedy}" for each in found[check])


async def test_where_all_is_well_nothing_is_a_problem(school):
    """Or nobody would look at the lines any more. Homeroom need not run for it."""
    found = await look(school)
    assert wrong(found) == set()
    assert "does not run" in text(found, "service")
    assert "look again while Homeroom runs" in text(found, "ephemeral")
    await school.stage.start_process()
    try:
        began = time.monotonic()
        found = await look(school)
        assert time.monotonic() - began < 3
    finally:
        await school.stage.stop_process()
    assert wrong(found) == set()
    assert "Homeroom runs" in text(found, "service")
    assert found["ephemeral"][0].status is Status.OK
    assert found["ping"][0].status is Status.OK


def run_doctor(school: School, *options: str) -> Any:
    """Call the command as an administrator does."""
    config = ["--config", str(school.stage.config_path)]
    return CliRunner().invoke(main, ["doctor", *options, *config])


async def test_the_command_has_a_line_for_each_and_an_exit_code(school):
    good = await asyncio.to_thread(run_doctor, school)
    assert good.exit_code == 0, good.output
    assert "ok       ping" in good.stdout
    with written(school.stage.config_path, {"policies.retention_min": None}):
        bad = await asyncio.to_thread(run_doctor, school, "--json")
    assert bad.exit_code == 1
    lines = [json.loads(line) for line in bad.stdout.splitlines()]
    found = {line["check"]: line for line in lines}
    assert found["policies"]["status"] == "problem"
    assert "policies.retention_min" in found["policies"]["remedy"]


async def test_no_secret_is_ever_said(school):
    done = await asyncio.to_thread(run_doctor, school, "--json")
    for name in ("road", "hand"):
        path = school.stage.directory / f"registration-{name}.yaml"
        fields = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        for key in ("as_token", "hs_token"):
            assert fields[key] not in done.output


async def test_a_broken_configuration_is_all_that_is_looked_at(school):
    with written(school.stage.config_path, {"listen.port": 0}):
        found = await look(school)
    assert wrong(found) == {"configuration"}
    assert "listen.port" in text(found, "configuration")
    path = school.stage.config_path
    before = path.read_bytes()
    path.write_bytes(before[: before.index(b"registrations:")])
    try:
        found = await look(school)
    finally:
        path.write_bytes(before)
    assert wrong(found) == {"configuration"}


async def test_broken_policies_are_named(school, tmp_path):
    (tmp_path / "class_students.yaml").write_text("nonsense: 1\n", encoding="utf-8")
    with written(school.stage.config_path, {"policies.directory": str(tmp_path)}):
        found = await look(school)
    assert wrong(found) == {"policies"}
    assert "class_students.yaml:1: nonsense" in text(found, "policies")


# The database, the disk, the clocks --------------------------------------------------


async def test_a_database_that_is_away(school):
    url = f"postgresql://homeroom:hush@127.0.0.1:{free_port()}/homeroom"
    with written(school.stage.config_path, {"database.url": url}):
        found = await look(school)
    assert wrong(found) == {"database"}
    assert "hush" not in str(found)
    assert "database.url" in text(found, "database")


@pytest.mark.parametrize(
    ("revision", "remedy"),
    [("9999", "run the newer version"), ("0001", "homeroom db upgrade")],
)
async def test_a_database_of_another_schema(school, revision, remedy):
    [(before,)] = await school.fetch("SELECT version_num FROM alembic_version")
    sql = "UPDATE alembic_version SET version_num = $1"
    await school.fetch(sql, revision)
    try:
        found = await look(school)
    finally:
        await school.fetch(sql, before)
    assert wrong(found) == {"schema"}
    assert remedy in text(found, "schema")


async def test_a_database_that_cannot_hold_every_text(school):
    """A pupil's emoji would stop the road."""
    url = school.stage.url
    control = await asyncpg.connect(school.stage.postgres.url())
    await control.execute(
        "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' "
        "TEMPLATE template0"
    )
    other = school.stage.postgres.url("latin")
    assert other != url
    with written(school.stage.config_path, {"database.url": other}):
        found = await look(school)
    await control.execute("DROP DATABASE latin WITH (FORCE)")
    await control.close()
    assert "UTF8" in text(found, "database")
    assert "database" in wrong(found)


async def test_a_school_without_a_roster(school):
    await school.fetch("ALTER TABLE people RENAME TO nobody")
    await school.fetch("CREATE TABLE people (LIKE nobody)")
    try:
        found = await look(school)
    finally:
        await school.fetch("DROP TABLE people")
        await school.fetch("ALTER TABLE nobody RENAME TO people")
    assert wrong(found) == {"roster"}


async def test_a_disk_that_is_nearly_full(school):
    found = await look(school, least_free=2**60)
    assert wrong(found) == {"disk"}


async def test_clocks_that_differ(school):
    found = await look(
        school, clock=lambda: datetime.now(tz=UTC) - timedelta(minutes=2)
    )
    assert wrong(found) == {"clock"}
    assert [each.status for each in found["clock"]] == [Status.PROBLEM] * 2


# The homeserver ----------------------------------------------------------------------


async def test_a_homeserver_that_is_away(school):
    url = f"http://127.0.0.1:{free_port()}"
    with written(school.stage.config_path, {"homeserver.url": url}):
        found = await look(school)
    assert wrong(found) == {"homeserver"}
    assert url in text(found, "homeserver")


@contextlib.asynccontextmanager
async def answering(body: str, content_type: str) -> AsyncIterator[str]:
    """Answer everything alike; yield where."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=body, content_type=content_type)

    async with listening(answer) as url:
        yield url


@contextlib.asynccontextmanager
async def listening(answer: Any) -> AsyncIterator[str]:
    """Answer everything; yield where."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<!doctype html><title>Element</title>", "text/html"),
        ("<html>", "application/json"),
        ("[]", "application/json"),
        ('{"hello": 1}', "application/json"),
        ("", "application/json"),
    ],
)
async def test_a_website_in_the_homeservers_place(school, body, content_type):
    async with answering(body, content_type) as url:
        with written(school.stage.config_path, {"homeserver.url": url}):
            found = await look(school)
    assert wrong(found) == {"homeserver"}
    assert "homeserver.url" in text(found, "homeserver")


@pytest.mark.parametrize(
    ("version", "status"), [("1.156.0", "problem"), ("Dendrite", "note")]
)
async def test_a_homeserver_that_is_too_old_or_another(school, version, status):
    body = json.dumps({"versions": ["v1.11"], "server_version": version})
    async with answering(body, "application/json") as url:
        with written(school.stage.config_path, {"homeserver.url": url}):
            found = await look(school)
    assert found["version"][0].status.value == status


async def test_another_domain_than_the_homeservers(school):
    files = {
        "homeserver.domain": "other.example",
    }
    with contextlib.ExitStack() as stack:
        stack.enter_context(written(school.stage.config_path, files))
        for name in ("road", "hand"):
            path = school.stage.directory / f"registration-{name}.yaml"
            before = path.read_text(encoding="utf-8")
            stack.callback(path.write_text, before, encoding="utf-8")
            path.write_text(before.replace(r"school\.test", r"other\.example"))
        found = await look(school)
    assert "road" in wrong(found)
    assert 'is "school.test", not "other.example"' in text(found, "road")
    assert "homeserver.domain" in text(found, "road")


@pytest.mark.broken
async def test_registrations_the_homeserver_does_not_know(school):
    await homeserver_has(school, road={"as_token": OTHER_TOKEN})
    found = await look(school)
    assert wrong(found) == {"road"}
    assert "app_service_config_files" in text(found, "road")


@pytest.mark.broken
async def test_a_hand_it_does_not_know_and_receipts_it_does_not_send(school):
    await homeserver_has(
        school, road={"receive_ephemeral": False}, hand={"as_token": OTHER_TOKEN}
    )
    await school.stage.start_process()
    try:
        found = await look(school)
    finally:
        await school.stage.stop_process()
    assert wrong(found) == {"hand", "ephemeral"}
    assert "receive_ephemeral: true" in text(found, "ephemeral")


@pytest.mark.broken
async def test_another_token_of_the_homeservers_and_names_in_profiles(school):
    """Its calls are refused by whoever answers, the service or the doctor."""
    await homeserver_has(
        school,
        road={"hs_token": OTHER_TOKEN},
        settings={"allow_per_room_profiles": False},
    )
    found = await look(school)
    assert wrong(found) == {"ping"}
    assert "hs_token" in text(found, "ping")
    assert "one in the profile" in text(found, "names")


@pytest.mark.broken
async def test_an_address_where_nobody_is(school):
    url = f"http://127.0.0.1:{free_port()}"
    await homeserver_has(school, road={"url": url})
    found = await look(school)
    assert wrong(found) == {"ping"}
    assert "cannot reach" in text(found, "ping")


BAD_SETTINGS: dict[str, object] = {
    "encryption_enabled_by_default_for_room_type": "all",
    "experimental_features": {},
    "enable_authenticated_media": False,
    "enable_set_displayname": False,
    "allow_public_rooms_without_auth": True,
    "extra_well_known_client_content": {},
    "redaction_retention_period": "1d",
    "enable_registration": True,
    "enable_registration_without_verification": True,
    "retention": {"enabled": True},
}


@pytest.mark.broken
async def test_settings_no_school_should_have(school):
    """All of what Synapse's own file says, and what can be seen from outside."""
    port = school.stage.synapse.port
    resources = [{"names": ["client", "federation"]}]
    listener = {"port": port, "bind_addresses": ["127.0.0.1"], "type": "http"}
    settings = {**BAD_SETTINGS, "listeners": [{**listener, "resources": resources}]}
    await homeserver_has(school, settings=settings)
    path = school.stage.synapse.directory / "homeserver.yaml"
    found = await look(school, synapse=[path])
    with written(school.stage.config_path, {"homeserver.federation": True}):
        meant = await look(school)
    assert wrong(found) == {
        *("encryption", "media", "names", "directory", "federation"),
        *("well-known", "synapse.yaml"),
    }
    assert "federation" not in wrong(meant)
    assert "msc2815_enabled" in text(found, "originals")
    said = text(found, "synapse.yaml")
    for words in (
        *("redaction_retention_period is 24 h", "retention is enabled"),
        *("enable_registration", "encryption_enabled_by_default"),
    ):
        assert words in said


async def test_synapses_own_file_is_read(school, tmp_path):
    """One that is somebody else's, or none at all, is a problem and no crash."""
    path = school.stage.synapse.directory / "homeserver.yaml"
    found = await look(school, synapse=[path])
    assert found["synapse.yaml"][0].status is Status.OK
    config, other = school.stage.config(), tmp_path / "homeserver.yaml"
    other.write_text("server_name: other.example\n", encoding="utf-8")
    said = str(look_at_synapse([other], config))
    assert "other.example" in said
    assert "app_service_config_files" in said
    for content in (b"- a\n", b"a: [\n", b"", b"\xff", b"\0"):
        other.write_bytes(content)
        [finding] = look_at_synapse([other], config)
        assert finding.status is Status.PROBLEM
    other.unlink()
    [finding] = look_at_synapse([other], config)
    assert finding.status is Status.PROBLEM


async def test_a_homeserver_in_many_files_is_read_as_one(school, tmp_path):
    """Debian's package says in conf.d what the server is called."""
    config, main = school.stage.config(), tmp_path / "homeserver.yaml"
    main.write_text("app_service_config_files: [a]\n", encoding="utf-8")
    parts = tmp_path / "conf.d"
    parts.mkdir()
    name = f"server_name: {config.homeserver.domain}\n"
    (parts / "server_name.yaml").write_text(name, encoding="utf-8")

    [alone] = look_at_synapse([main], config)
    [both] = look_at_synapse([main, parts], config)

    assert (alone.status, "--synapse conf.d" in alone.remedy) == (Status.NOTE, True)
    assert both.status is Status.OK


@contextlib.asynccontextmanager
async def between(
    school: School, answers: Mapping[str, tuple[int, Any]]
) -> AsyncIterator[None]:
    """
    Stand between us and the homeserver, as a proxy does.

    Args:
        answers: By the beginning of a path: what is said there in its place.
    """
    async with aiohttp.ClientSession(school.stage.synapse.url) as session:

        async def answer(request: web.Request) -> web.Response:
            for path, (status, content) in answers.items():
                if request.raw_path.startswith(path):
                    return web.json_response(content, status=status)
            kept = {"Authorization", "Content-Type"} & request.headers.keys()
            async with session.request(
                request.method,
                URL(request.raw_path, encoded=True),
                data=await request.read(),
                headers={name: request.headers[name] for name in kept},
            ) as response:
                return web.Response(
                    body=await response.read(),
                    status=response.status,
                    content_type=response.content_type,
                )

        async with listening(answer) as url:
            with written(school.stage.config_path, {"homeserver.url": url}):
                yield


REFUSED = (403, {"errcode": "M_FORBIDDEN", "error": "no"})


@pytest.mark.parametrize(
    ("path", "check", "words"),
    [
        ("/_matrix/client/v3/createRoom", "rooms", "no room can be made"),
        ("/_matrix/media/v3/upload", "media", "no file can be posted"),
        ("/_matrix/client/v1/media/download", "media", "cannot be fetched"),
        ("/_matrix/client/v1/appservice", "ping", "does not call us"),
    ],
)
async def test_what_a_proxy_does_not_pass_on(school, path, check, words):
    if check == "media":
        # Else the file of an earlier visit is known.
        kept = "/_matrix/client/v3/user"
        answers = {path: REFUSED, f"{kept}/{quote(BOT, safe='')}": REFUSED}
    else:
        answers = {path: REFUSED}
    if path.endswith("download"):
        answers = {path: REFUSED}
    async with between(school, answers):
        found = await look(school)
    assert check in wrong(found)
    assert words in text(found, check)


async def test_under_mas_no_registration_administers(school):
    """That is no fault, but who needs it must know what it takes."""
    answers = {
        "/_matrix/client/v1/auth_metadata": (200, {"issuer": "https://auth.example/"}),
        "/_synapse/admin/v1/users": REFUSED,
    }
    async with between(school, answers):
        found = await look(school)
    assert wrong(found) == set()
    assert "urn:synapse:admin" in text(found, "admin")


@pytest.mark.parametrize(
    "answer",
    [
        (200, []),
        (200, {"capabilities": 7}),
        (200, {"capabilities": {"m.set_displayname": 7}}),
        (500, {}),
        (429, {"error": 7}),
    ],
)
async def test_an_answer_of_any_kind_is_no_crash(school, answer):
    async with between(school, {"/_matrix/client/v3/capabilities": answer}):
        found = await look(school)
    assert "names" in found


# Our port, people and rooms ----------------------------------------------------------


async def test_something_else_at_our_port(school):
    async with answering("hello", "text/plain") as url:
        port = int(url.rpartition(":")[2])
        road = school.stage.directory / "registration-road.yaml"
        with (
            written(school.stage.config_path, {"listen.port": port}),
            written(road, {"url": url}),
        ):
            found = await look(school)
    assert "something else answers" in text(found, "service")
    assert "service" in wrong(found)


async def test_a_second_homeroom_with_the_same_tokens(school):
    """The homeserver calls the one; the other must not believe itself in order."""
    await school.stage.start_process()
    log = school.stage.directory / "second.log"
    second = free_port()
    copy = school.stage.directory / "second.yaml"
    copy.write_bytes(school.stage.config_path.read_bytes())
    road = school.stage.directory / "second-road.yaml"
    road.write_bytes((school.stage.directory / "registration-road.yaml").read_bytes())
    change(road, {"url": f"http://127.0.0.1:{second}"})
    change(copy, {"listen.port": second, "registrations.road": str(road)})
    try:
        findings = await examine(copy)
        found = {each.check: each for each in findings}
        assert found["ping"].status is Status.PROBLEM, found["ping"].text
        assert "same tokens" in found["ping"].remedy, found["ping"].text
        argv = [sys.executable, "-m", "appservice", "run", "--config", copy]
        process = start(argv, log=log, at_our_death=signal.SIGKILL)

        async def complains() -> bool:
            return "another Homeroom with the same tokens" in log.read_text()

        try:
            await until(complains, what="the second one to notice")
            findings = await examine(copy)
        finally:
            await end(process, signal.SIGTERM, patience=timedelta(seconds=10))
    finally:
        await school.stage.stop_process()
    found = {each.check: each for each in findings}
    assert found["service"].status is Status.PROBLEM
    assert "not ready" in found["service"].text


async def test_members_whom_the_hand_does_not_reach(school):
    """A pupil among the administrators' names, or a hand for fewer people."""
    path = school.stage.directory / "registration-hand.yaml"
    pattern = r"^@(?!(?:homeroom|homeroom_keeper|homeroom_hand|admin|xiaoming):).+"
    yaml = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    users = [{**yaml["namespaces"]["users"][0], "regex": pattern + r":school\.test$"}]
    with written(path, {"namespaces.users": users}):
        found = await look(school)
    assert wrong(found) == {"members"}
    assert "@xiaoming:school.test" in text(found, "members")


async def test_a_hand_that_reaches_an_administrator(school):
    """Seen only by an administrator: the homeserver tells nobody else who they are."""
    synapse = school.stage.synapse
    admin = await synapse.register("boss", "a very long password", admin=True)
    token = school.stage.directory / "admin-token"
    token.write_text(admin.access_token + "\n", encoding="utf-8")
    token.chmod(0o600)
    changes = {"homeserver.admin_token_file": str(token)}
    with written(school.stage.config_path, changes):
        found = await look(school)
        assert wrong(found) == {"hand"}
        assert "@boss:school.test" in text(found, "hand")
        assert "may administer" in text(found, "admin")
        token.write_text("no token of theirs", encoding="utf-8")
        found = await look(school)
    assert wrong(found) == {"admin"}
    assert "admin_token_file" in text(found, "admin")


async def test_rooms_where_we_cannot_work(school):
    """Put out, too low, encrypted, listed for everybody."""
    await school.start()
    try:
        rooms = [
            await school.adopted(by="fang", members=("xiaoming",), level=150)
            for _ in range(4)
        ]
        for room_id in rooms:
            await school.keep(room_id)
        await school.settled()
        out, low, locked, listed = rooms
        fang = school.fang

        async def do(method: str, path: str, content: Any) -> None:
            status, answer = await fang.ask(method, path, content)
            assert status == 200, answer

        await do("POST", f"/rooms/{quote(out)}/kick", {"user_id": BOT})
        levels = await fang.state(low, "m.room.power_levels")
        levels["users"][BOT] = 0
        await do("PUT", f"/rooms/{quote(low)}/state/m.room.power_levels/", levels)
        encryption = {"algorithm": "m.megolm.v1.aes-sha2"}
        await do("PUT", f"/rooms/{quote(locked)}/state/m.room.encryption/", encryption)
        await school.settled()
    finally:
        await school.stop()
    # Now that nobody puts it right.
    public = {"join_rule": "public"}
    await do("PUT", f"/rooms/{quote(listed)}/state/m.room.join_rules/", public)
    await do("PUT", f"/directory/list/room/{quote(listed)}", {"visibility": "public"})
    found = await look(school)
    assert wrong(found) == {"rooms", "directory"}
    said = text(found, "rooms")
    assert f"{out}: we are not in it" in said
    assert f"{low}: our level is too low" in said
    assert f"{locked}: is encrypted" in said
    assert listed in text(found, "directory")
