"""Connections that are given back."""


async def test_a_connection_with_an_open_transaction_is_not_given_to_the_next(pool):
    """What the next one writes would never be committed."""
    async with pool.acquire() as connection:
        await connection.execute("BEGIN")
        await connection.execute("INSERT INTO strangers VALUES ('!a', '@a')")
    await pool.execute("INSERT INTO strangers VALUES ('!b', '@b')")

    rows = await pool.fetch("SELECT room_id FROM strangers")
    assert [row["room_id"] for row in rows] == ["!b"]
    async with pool.acquire() as one, pool.acquire() as another:
        for connection in (one, another):
            assert not connection.is_in_transaction()
