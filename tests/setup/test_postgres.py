"""What PostgreSQL is told of a password."""

import base64

import asyncpg

from appservice.embedded.postgres import Postgres
from appservice.setup.postgres import DATABASE, verifier

KEPT = "SELECT rolpassword FROM pg_authid WHERE rolname = $1"


async def test_the_verifier_is_the_one_postgres_would_make(postgres: Postgres):
    """Else nobody could log in, and only the first start in containers would tell."""
    connection = await asyncpg.connect(postgres.url())
    try:
        await connection.execute("CREATE ROLE plain LOGIN PASSWORD 'correct-horse_9'")
        made = await connection.fetchval(KEPT, "plain")
        salt = base64.b64decode(made.split("$")[1].split(":")[1])

        assert verifier("correct-horse_9", salt=salt) == made
    finally:
        await connection.execute("DROP ROLE IF EXISTS plain")
        await connection.close()


async def test_a_verifier_is_taken_as_it_is(postgres: Postgres):
    """PostgreSQL takes what it cannot read as a verifier for a plain password."""
    told = verifier("correct-horse_9")
    connection = await asyncpg.connect(postgres.url())
    try:
        for statement in DATABASE.format(name="setup_test", verifier=told).split(";\n"):
            if statement:
                await connection.execute(statement)

        assert await connection.fetchval(KEPT, "setup_test") == told
    finally:
        await connection.execute("DROP DATABASE IF EXISTS setup_test")
        await connection.execute("DROP ROLE IF EXISTS setup_test")
        await connection.close()
