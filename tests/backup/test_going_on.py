"""The service on a restored database, with a real homeserver that has gone on."""

from pathlib import Path

import pytest

from appservice.store.pool import open_pool
from tests.backup.place import run_beside
from tests.synapse.school import BAD, School, people_join

pytestmark = pytest.mark.synapse


async def test_the_service_starts_on_what_was_restored_and_catches_up(
    tmp_path: Path, servers_directory: Path
):
    """What was said since the backup is fetched, judged, and on record again."""
    file = tmp_path / "school.tar.gz"
    async with School(directory=servers_directory / "restored") as school:
        await people_join(school)
        await school.start()
        room_id = await school.room()
        before = await school.xiaoming.say(room_id, BAD)
        await school.hidden(room_id, before)
        await school.settled(before)
        where = ("--config", school.stage.config_path)

        saved = await run_beside("backup", file, *where)

        assert saved.exit_code == 0, saved.output
        since = await school.xiaoming.say(room_id, f"后来的{BAD}")
        await school.hidden(room_id, since)
        robbed = await run_beside("restore", file, *where, "--database-only")
        assert "a service runs on this database" in robbed.stderr
        await school.stop()
        unseen = await school.xiaoming.say(room_id, f"没人看见的{BAD}")
        fine = await school.xiaohong.say(room_id, "别这样")
        options = ("--database-only", "--replace")
        restored = await run_beside("restore", file, *where, *options)
        assert restored.exit_code == 0, restored.output
        school.pool.terminate()
        school.pool = await open_pool(school.stage.url, size=3)
        await school.start()

        await school.hidden(room_id, unseen)
        await school.settled(since, unseen, fine)
        assert await school.wang.redaction(room_id, fine) is None
        kept = "SELECT event_id FROM events WHERE event_id = ANY($1::text[])"
        events = [before, since, unseen, fine]
        assert {row[0] for row in await school.fetch(kept, events)} == set(events)
        last = await school.xiaoming.say(room_id, f"最后的{BAD}")
        await school.hidden(room_id, last)
