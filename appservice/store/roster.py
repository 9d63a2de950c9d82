"""The roster as it is in force, and every version that was imported."""

from collections.abc import Sequence
from typing import Any, Final

from appservice.domain.ids import PersonId
from appservice.domain.people import Person, Post, Role

VERSION: Final = "SELECT coalesce(max(version), 0) FROM roster_versions"

KEEP_VERSION: Final = """
    INSERT INTO roster_versions (source, people, content)
    VALUES ($1, $2, $3)
    RETURNING version
"""

CLEAR: Final = "DELETE FROM people"

FILL: Final = """
    INSERT INTO people (
               person_id, name, roles, classes, subjects, pupils, relation, user_id,
               posts, number, language
           )
    SELECT person_id, name, string_to_array(roles, E'\\x1f'),
           string_to_array(classes, E'\\x1f'), string_to_array(subjects, E'\\x1f'),
           string_to_array(pupils, E'\\x1f'), relation, user_id,
           string_to_array(posts, E'\\x1f'), number, language
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
                  $6::text[], $7::text[], $8::text[], $9::text[],
                  $10::text[], $11::text[])
           AS p (person_id, name, roles, classes, subjects, pupils, relation,
                 user_id, posts, number, language)
"""

ALL: Final = """
    SELECT person_id, name, roles, classes, subjects, pupils, relation, user_id, posts,
           number, language
      FROM people
     ORDER BY person_id
"""

# Postgres has no arrays of unequally long arrays, so each list travels as one text.
_SEPARATOR: Final = "\x1f"


async def version(connection: Any) -> int:
    """Number of the roster in force; 0 while there is none."""
    return await connection.fetchval(VERSION)


async def replace(
    connection: Any, people: Sequence[Person], *, source: str, content: bytes
) -> int:
    """
    Put a new roster in the place of the old one; in a transaction of the caller's.

    Args:
        source: Where it came from, such as a file name.
        content: The file as it was read, for looking back.

    Returns:
        Its version.
    """
    await connection.execute(CLEAR)
    columns = list(zip(*map(_row, people), strict=True)) or [()] * 11
    await connection.execute(FILL, *columns)
    return await connection.fetchval(KEEP_VERSION, source, len(people), content)


async def everybody(connection: Any) -> list[Person]:
    """List all people of the roster in force."""
    return [_person(row) for row in await connection.fetch(ALL)]


def _row(person: Person) -> tuple[str | None, ...]:
    return (
        person.id,
        person.name,
        _SEPARATOR.join(sorted(role.value for role in person.roles)),
        _SEPARATOR.join(sorted(person.classes)),
        _SEPARATOR.join(person.subjects),
        _SEPARATOR.join(person.pupils),
        person.relation,
        person.user_id,
        _SEPARATOR.join(sorted(map(str, person.posts))),
        person.number,
        person.language,
    )


def _person(row: Any) -> Person:
    return Person(
        id=PersonId(row["person_id"]),
        name=row["name"],
        roles=frozenset(map(Role, row["roles"])),
        classes=frozenset(row["classes"]),
        subjects=tuple(row["subjects"]),
        pupils=tuple(map(PersonId, row["pupils"])),
        relation=row["relation"],
        user_id=row["user_id"],
        posts=frozenset(map(_post, row["posts"])),
        number=row["number"],
        language=row["language"],
    )


def _post(written: str) -> Post:
    name, _, scope = written.partition(":")
    return Post(name=name, scope=scope or None)
