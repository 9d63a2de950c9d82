"""Homeservers where names are not the room's: in the profile only, or locked."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.synapse.cast import PEOPLE, RIGHT_NAMES
from tests.synapse.kinds import KIND
from tests.synapse.member import until
from tests.synapse.school import BOT, School

pytestmark = pytest.mark.asyncio(loop_scope="session")


@contextlib.asynccontextmanager
async def _stage(directory: Path, **settings: object) -> AsyncIterator[School]:
    """Start a Synapse with other settings, where two of the class are."""
    school = School(directory=directory, synapse_settings=settings)
    async with school:
        await school.register("fang", RIGHT_NAMES["fang"])
        await school.register("xiaoming", "孙悟空")
        await school.import_roster(PEOPLE)
        root = await school.stage.synapse.register("root", "correct", admin=True)
        await school.start()
        await school.fang.client.send(
            "PUT",
            f"/_synapse/admin/v1/users/{quote(BOT)}/admin",
            '{"admin": true}',
            {"Authorization": f"Bearer {root.access_token}"},
        )
        yield school


async def _is_right(school: School, room_id: str) -> bool:
    member = await school.fang.member(room_id, school.xiaoming.user_id)
    return bool(member.get("displayname") == "小明同学")


@pytest.mark.parametrize(
    "switch", ["enable_set_displayname", "allow_per_room_profiles"]
)
async def test_a_false_name_is_put_right_where_rooms_have_no_names(
    servers_directory, switch
):
    """Through the admin API, or in the profile; once, and not again and again."""
    async with _stage(servers_directory / switch, **{switch: False}) as school:
        room_id = await school.room(kind=KIND, members=("fang", "xiaoming"))
        await until(lambda: _is_right(school, room_id), what="the right name")
        await school.settled()

        path = f"/profile/{quote(school.xiaoming.user_id)}/displayname"
        _, profile = await school.xiaoming.ask("GET", path)
        assert profile["displayname"] == "小明同学"
        await school.stop()
        await school.start()
        event_id = await school.xiaoming.say(room_id, "大家好")
        await school.settled(event_id)
        renames = await school.actions(room_id, "rename")
        assert [row["status"] for row in renames] == ["done"]
