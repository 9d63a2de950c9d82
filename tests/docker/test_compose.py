"""``docker-compose.yml`` and what belongs to it, as far as files can tell."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

PROJECT = Path(__file__).parents[2]
FILE = PROJECT / "docker-compose.yml"
COMPOSE: dict[str, Any] = YAML(typ="safe", pure=True).load(FILE)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("init", "migrate", "homeroom")
ENV = (PROJECT / "docker" / "env.example").read_text("utf-8")

each_service = pytest.mark.parametrize("name", SERVICES)


def default(text: str) -> str:
    """Put defaults in the place of variables."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def found(pattern: str, file: Path) -> list[str]:
    """Return what a pattern finds, line by line."""
    return re.findall(pattern, file.read_text("utf-8"), re.MULTILINE)


def published() -> dict[str, list[str]]:
    return {
        name: [default(port) for port in service["ports"]]
        for name, service in SERVICES.items()
        if "ports" in service
    }


def test_only_caddy_is_reached_from_outside():
    """And only if it is asked for; the others are published to this machine."""
    everywhere = {
        name
        for name, ports in published().items()
        if not all(port.startswith("127.0.0.1:") for port in ports)
    }

    assert everywhere == {"caddy"}
    assert SERVICES["caddy"]["profiles"] == ["tls"]


def test_only_element_and_the_homeserver_are_published_by_default():
    """The port where transactions and metrics come in is nobody else's business."""
    usual = {name for name in published() if "profiles" not in SERVICES[name]}

    assert usual == {"element", "synapse"}


@each_service
def test_no_service_has_more_rights_than_it_needs(name: str):
    """Those that are given back have their reason beside them."""
    service = SERVICES[name]
    needed = {
        "postgres": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"},
        "element": {"CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID"},
        "caddy": {"NET_BIND_SERVICE"},
    }

    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service.get("cap_add", [])) == needed.get(name, set())
    assert "privileged" not in service


@pytest.mark.parametrize("name", [*OURS, "synapse"])
def test_what_is_ours_writes_only_to_its_volumes(name: str):
    """Nobody who gets in can leave something behind."""
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["user"] == "10001:10001"


@pytest.mark.parametrize("name", ["migrate", "homeroom"])
def test_homeroom_only_reads_its_files(name: str):
    """Whoever got into it could else give themselves rights by a policy."""
    assert SERVICES[name]["volumes"] == ["data:/data:ro"]


@each_service
def test_every_image_is_pinned(name: str):
    """A name without a tag is another image each week."""
    image = default(SERVICES[name]["image"])

    assert re.fullmatch(r"[\w./-]+:v?\d+[\w.-]*", image)


def test_our_image_has_our_version():
    """After a release, ``up --build`` makes a new image and keeps the old one."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]

    assert SERVICES["homeroom"]["image"] == f"homeroom:{project['version']}"


@each_service
def test_a_build_is_pinned_to_what_its_file_says(name: str):
    """Else ``docker build`` and ``docker compose build`` make two things."""
    build = SERVICES[name].get("build")
    if build is None:
        return
    dockerfile = PROJECT / build["context"] / "Dockerfile"
    written = re.search(
        r"^ARG BASE=(\S+)$", dockerfile.read_text("utf-8"), re.MULTILINE
    )
    assert written
    assert default(build["args"]["BASE"]) == written[1]


@each_service
def test_no_secret_is_in_an_environment(name: str):
    """Whoever may look at containers reads it; a file's name says nothing."""
    for key, value in SERVICES[name].get("environment", {}).items():
        is_secret = re.search("PASSWORD|SECRET|TOKEN|KEY", key)
        assert not is_secret or (key.endswith("_FILE") and value.startswith("/"))


@each_service
def test_it_waits_for_what_can_say_that_it_is_ready(name: str):
    """Waiting for the health of something that has none never ends."""
    for other, how in SERVICES[name].get("depends_on", {}).items():
        if how["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        if how["condition"] == "service_completed_successfully":
            assert "restart" not in SERVICES[other]


def test_only_the_front_has_a_way_out():
    """The database and Homeroom reach nothing but each other and the homeserver."""
    inner = {
        name for name, network in COMPOSE["networks"].items() if network.get("internal")
    }

    assert inner == {"database", "inside"}
    for name in ("postgres", "migrate", "homeroom", "prometheus"):
        assert set(SERVICES[name]["networks"]) <= inner
    assert SERVICES["init"]["network_mode"] == "none"


def test_nobody_mounts_the_secrets_of_another():
    """Each volume is one service's, and that of whoever fills it."""
    seen_by: dict[str, set[str]] = {}
    for name, service in SERVICES.items():
        for volume in service["volumes"]:
            seen_by.setdefault(volume.split(":")[0], set()).add(name)

    assert seen_by["data"] == {"init", "migrate", "homeroom"}
    assert seen_by["synapse"] == {"init", "synapse"}
    assert seen_by["postgres-init"] == {"init", "postgres"}
    assert seen_by["grafana-password"] == {"init", "grafana"}
    assert {name for name in seen_by if not name.startswith(".")} == set(
        COMPOSE["volumes"]
    )


def test_every_variable_is_explained():
    """What can be set stands in docker/env.example, and nothing else does."""
    used = set(re.findall(r"\$\{(\w+)", FILE.read_text("utf-8")))
    explained = set(re.findall(r"^#?([A-Z_]+)=", ENV, re.MULTILINE))
    of_compose = {"COMPOSE_PROFILES", "COMPOSE_PROJECT_NAME"}

    assert used == explained - of_compose


def test_the_explained_defaults_are_the_defaults():
    """A copy of docker/env.example changes nothing but the school's own."""
    text = FILE.read_text("utf-8")
    for key, value in re.findall(r"^#?([A-Z_]+)=(.+)$", ENV, re.MULTILINE):
        for written in re.findall(rf"\$\{{{key}:-([^}}]*)\}}", text):
            assert value in {written, "https://matrix.school.example"}


def test_every_file_that_is_mounted_is_there():
    """Docker makes an empty folder in the place of one that is not."""
    for service in SERVICES.values():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            assert not source.startswith(".") or (PROJECT / source).exists()


def test_all_that_is_copied_reaches_the_builder():
    """What .dockerignore leaves out cannot be copied."""
    let_in = found(r"^!(\S+)$", PROJECT / ".dockerignore")
    lines = found(r"^COPY (?!--from)(.*)$", PROJECT / "Dockerfile")
    copied = [source for line in lines for source in line.split()[:-1]]

    assert set(copied) == set(let_in)
    assert all((PROJECT / source).exists() for source in copied)


def test_the_proxy_passes_on_what_clients_need_and_no_more():
    """Synapse's administration has no business on the internet."""
    text = (PROJECT / "docker" / "Caddyfile").read_text("utf-8")
    (paths,) = re.findall(r"@clients path (.*)", text)

    assert set(paths.split()) == {
        "/_matrix/client/*",
        "/_matrix/media/*",
        "/_synapse/client/*",
        "/.well-known/matrix/client",
    }
    assert text.count("reverse_proxy synapse:8008") == 2
    assert text.count("{") == text.count("}")
    assert re.findall(r"^(\S+) \{$", text, re.MULTILINE) == [
        "{$DOMAIN}",
        "matrix.{$DOMAIN}",
        "chat.{$DOMAIN}",
    ]


def test_element_talks_to_nobody_but_the_school():
    """No integrations, identity server or statistics; what is unset is Element's."""
    config = json.loads((PROJECT / "docker/element/config.json").read_text("utf-8"))

    for key in ("ui_url", "rest_url", "widgets_urls"):
        assert config[f"integrations_{key}"] is None
    assert set(config["default_server_config"]) == {"m.homeserver"}
    assert not {"posthog", "piwik", "sentry", "bug_report_endpoint_url"} & set(config)
    assert config["room_directory"]["servers"] == []
    assert config["disable_guests"] is True
