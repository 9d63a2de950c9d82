"""Who may import whom, and what the core must not touch (docs: ``appservice``)."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "appservice"
SOURCES = sorted(ROOT.rglob("*.py"))

DOCUMENTS = {"documents", "document_trees", "drafts", "mistakes", "scalars"}
"""Reading what people write in YAML; ``documents`` knows the words of the domain."""

MAY_IMPORT = {
    "domain": set(),
    "store": {"domain"},
    "documents": {"domain", "mistakes", "scalars"},
    "document_trees": {"documents"},
    "drafts": {"documents", "mistakes"},
    "mistakes": set(),
    "scalars": set(),
    "logs": set(),
    "metrics": set(),
    "lexicons": {"domain", *DOCUMENTS},
    "policies": {"domain", "lexicons", *DOCUMENTS},
    "matrix": {"domain", *DOCUMENTS},
    "config": {"matrix", *DOCUMENTS},
    "synapse_settings": set(),
    "setup": {"mistakes", "synapse_settings"},
    "embedded": {"synapse_settings"},
    "services": {"domain", "store", "matrix", "metrics"},
    "commands": {"domain", "store", "matrix", "metrics", "services"},
    "web": {"store", "services", "metrics"},
    "database": {"config", "embedded", "store"},
    "homeserver": {"config", "matrix"},
    "backup": {
        *("config", "database", "domain", "embedded", "homeserver_yaml", "store"),
    },
    "inspector": {"domain"},
    "in_force": {"config", "policies", "domain", "store"},
    "configured": {"config", "domain", "matrix", "services"},
    "homeserver_yaml": set(),
    "coverage": {"domain", "policies", *DOCUMENTS},
    "reloading": {"config", "documents", "in_force", "services", "store"},
    "app": {
        *("config", "policies", "domain", "store", "matrix", "services", "commands"),
        *("web", "database", "metrics", "logs", "in_force", "configured"),
        *("reloading",),
    },
    "doctor": {
        *("config", "policies", "domain", "store", "matrix", "database", "embedded"),
        *("in_force", "homeserver_yaml", "web", *DOCUMENTS),
    },
    "cli": {
        *("app", "config", "policies", "lexicons", "domain", "store", "matrix"),
        *("services", "logs", "demo", "database", "embedded", "in_force"),
        *("backup", "configured", "coverage", "doctor", "homeserver", "setup"),
        *DOCUMENTS,
    },
    "demo": {
        *("app", "cli", "config", "policies", "domain", "store", "matrix"),
        *("services", "embedded", "logs", *DOCUMENTS),
    },
    "__main__": {"cli"},
    "__init__": set(),
}

CORE_MAY_IMPORT = {"msgspec", "ahocorasick_rs", "opencc", "re2"}
"""Besides the standard library: values, two tables of words, and safe patterns."""

IMPURE_MODULES = {
    *("asyncio", "http", "logging", "os", "random", "secrets", "shutil", "socket"),
    *("sqlite3", "subprocess", "tempfile", "threading", "time", "urllib"),
}

IMPURE_CALLS = {
    *("open", "input", "print", "now", "utcnow", "today", "time", "uuid4", "urandom"),
    *("read_text", "read_bytes", "write_text", "write_bytes"),
}


def _layer(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def _imported(path: Path) -> Iterator[str]:
    """Name every module a file imports, ``from appservice import x`` included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            if node.module == "appservice":
                yield from (f"appservice.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=_id)
def test_an_import_only_points_left(path):
    """``store`` and ``matrix`` do not know each other; nobody knows who builds them."""
    layer = _layer(path)
    ours = {
        name.split(".")[1]
        for name in _imported(path)
        if name.startswith("appservice.") and name.split(".")[1] != layer
    }

    assert ours <= MAY_IMPORT[layer]


def test_every_layer_has_its_rule():
    """A new folder says where it stands."""
    assert {_layer(path) for path in SOURCES} <= set(MAY_IMPORT)


def test_only_the_store_and_the_embedded_servers_speak_to_postgres():
    """Elsewhere asyncpg is imported for the names of its errors, and to connect."""
    importers = {_layer(path) for path in SOURCES if "asyncpg" in set(_imported(path))}

    others = {"embedded", "services", "web", "cli", "demo", "doctor"}
    assert importers <= {"store", *others}
    assert "domain" not in importers
    assert "matrix" not in importers


def test_only_matrix_knows_mautrix():
    """Its defaults lose events (matrix-facts 1.4), so there is one place to look."""
    importers = {
        _layer(path)
        for path in SOURCES
        if any(name.partition(".")[0] == "mautrix" for name in _imported(path))
    }

    assert importers == {"matrix"}


CORE = [path for path in SOURCES if _layer(path) == "domain"]


@pytest.mark.parametrize("path", CORE, ids=_id)
def test_the_core_depends_on_nothing_that_changes(path):
    """A verdict is a function of event, policy and context, and can be repeated."""
    outside = {name.partition(".")[0] for name in _imported(path)} - {"appservice"}

    assert outside <= (sys.stdlib_module_names | CORE_MAY_IMPORT)
    assert not outside & IMPURE_MODULES


@pytest.mark.parametrize("path", CORE, ids=_id)
def test_the_core_touches_no_file_clock_or_dice(path):
    """``domain/`` takes the time, never asks for it."""
    called = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name):
                called.add(function.id)
            elif isinstance(function, ast.Attribute):
                called.add(function.attr)

    assert not called & IMPURE_CALLS


@pytest.mark.parametrize("path", SOURCES, ids=_id)
def test_a_module_can_be_read_at_one_go(path):
    """Blank lines are not counted: they make it shorter to read, not longer."""
    lines = path.read_text(encoding="utf-8").splitlines()

    assert sum(1 for line in lines if line.strip()) < 300
