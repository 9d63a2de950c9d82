"""The embedded Synapse, for real; a client that is not ours talks to it."""

from pathlib import Path

import nio
import psutil
import pytest

from appservice.embedded.child import EmbeddedError
from appservice.embedded.postgres import Postgres
from appservice.embedded.synapse import Synapse

pytestmark = pytest.mark.synapse

PASSWORD = "correct horse"  # noqa: S105


async def test_it_starts_serves_a_client_and_leaves_nothing(
    postgres: Postgres, tmp_path: Path
):
    """One whole life: start, register, log in, speak, restart, stop."""
    server = Synapse(directory=tmp_path, postgres=postgres, database="synapse_life")
    async with server:
        account = await server.register("anna", PASSWORD, displayname="Anna")
        client = nio.AsyncClient(server.url, account.user_id)
        logged_in = await client.login(PASSWORD)
        room = await client.room_create(name="Class 7-3")
        await server.restart()
        name = await client.get_displayname()
        joined = await client.joined_rooms()
        await client.close()
        pid = server.pid

    assert isinstance(logged_in, nio.LoginResponse)
    assert isinstance(name, nio.ProfileGetDisplayNameResponse)
    assert name.displayname == "Anna"
    assert joined.rooms == [room.room_id]
    assert pid is not None
    assert not psutil.pid_exists(pid)


async def test_what_it_knew_survives_a_kill(postgres: Postgres, tmp_path: Path):
    """Fault tests kill it; the accounts are still there, on the same port."""
    server = Synapse(directory=tmp_path, postgres=postgres, database="synapse_kill")
    async with server:
        before, url = await server.register("ben", PASSWORD), server.url
        await server.kill()
        await server.start()
        after = await server.register("ben", PASSWORD)

        assert after.user_id == before.user_id
        assert server.url == url


async def test_a_wrong_setting_is_said_and_nothing_keeps_running(
    postgres: Postgres, tmp_path: Path
):
    """The error quotes what Synapse said."""
    server = Synapse(
        directory=tmp_path,
        postgres=postgres,
        database="synapse_wrong",
        settings={"redaction_retention_period": "a while"},
    )

    with pytest.raises(EmbeddedError, match=r"redaction_retention_period|a while"):
        await server.start()

    assert server.pid is None


async def test_registering_twice_needs_the_same_password(synapse: Synapse):
    """An existing account is logged in, never taken over."""
    await synapse.register("carla", PASSWORD)

    with pytest.raises(EmbeddedError, match=r"@carla:school\.test.*403 M_FORBIDDEN"):
        await synapse.register("carla", "another")


async def test_an_administrator_may_use_the_admin_api(synapse: Synapse):
    """The demo's office promotes the service with it."""
    account = await synapse.register("office", PASSWORD, admin=True)

    client = nio.AsyncClient(synapse.url, account.user_id)
    response = await client.send(
        "GET",
        "/_synapse/admin/v2/users",
        headers={"Authorization": f"Bearer {account.access_token}"},
    )
    await client.close()

    assert response.status == 200


def test_secrets_are_not_in_what_is_printed(synapse: Synapse):
    """A log line with a Synapse in it must not open it."""
    assert synapse._secret not in repr(synapse)  # noqa: SLF001


def test_its_files_are_private(synapse: Synapse):
    """They hold the signing key and the secret that registers administrators."""
    for name in ("homeserver.yaml", "signing.key"):
        assert (synapse.directory / name).stat().st_mode & 0o077 == 0
