"""Every statement of the service, against the schema it is written for."""

import importlib
import pkgutil
import re
from types import ModuleType

import asyncpg
import pytest

from appservice import app, store
from appservice.services import bell, moderation

STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|SET|LOCK|CALL)\b")


def statements(module: ModuleType) -> dict[str, str]:
    """Find the upper-case constants of a module that are SQL; ``_X`` is part of one."""
    return {
        f"{module.__name__}.{name}": value
        for name, value in vars(module).items()
        if name.isupper()
        and not name.startswith("_")
        and isinstance(value, str)
        and STATEMENT.match(value)
    }


def _modules() -> list[ModuleType]:
    names = [found.name for found in pkgutil.iter_modules(store.__path__)]
    stored = [importlib.import_module(f"{store.__name__}.{name}") for name in names]
    return [*stored, app, bell, moderation]


STATEMENTS = {
    name: sql for module in _modules() for name, sql in statements(module).items()
}


@pytest.fixture
async def connection(postgres):
    """The template is never written to: preparing only plans."""
    opened = await asyncpg.connect(postgres.url("template_homeroom"))
    yield opened
    await opened.close()


async def test_postgres_understands_every_statement(connection):
    """A misspelt column is found here, and not at a school at night."""
    refused = {}
    for name, sql in STATEMENTS.items():
        try:
            await connection.prepare(sql)
        except asyncpg.PostgresError as error:
            refused[name] = str(error)

    assert refused == {}


def test_the_statements_are_found():
    """A search that finds nothing would prove nothing."""
    assert len(STATEMENTS) >= 45
    assert "appservice.store.inbox.ARRIVE" in STATEMENTS
    assert "appservice.store.outbox.CLAIM" in STATEMENTS


def test_no_statement_reads_columns_it_does_not_name():
    """A column added by a migration must not turn up where nobody expects it."""
    loose = [name for name, sql in STATEMENTS.items() if _selects_all_of_a_table(sql)]

    assert loose == []


def _selects_all_of_a_table(sql: str) -> bool:
    """``SELECT *`` from a row that the statement itself makes is no harm."""
    return any(
        not re.match(r"\s*(unnest|decided|\()", source)
        for source in re.findall(r"SELECT\s+\*\s+FROM\s+([^\n]+)", sql)
    )
