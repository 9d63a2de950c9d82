"""Languages: what people asked to be written to in."""

from typing import Any, Final

from appservice.domain.ids import UserId

CHOOSE: Final = """
    INSERT INTO languages (user_id, language)
    VALUES ($1, $2)
        ON CONFLICT (user_id) DO UPDATE
       SET language = excluded.language
"""

CHOSEN: Final = "SELECT user_id, language FROM languages"


async def choose(connection: Any, user_id: UserId, language: str) -> None:
    """Write to somebody in a language from now on."""
    await connection.execute(CHOOSE, user_id, language)


async def chosen(connection: Any) -> dict[UserId, str]:
    """Say who chose which language."""
    return {r["user_id"]: r["language"] for r in await connection.fetch(CHOSEN)}
