"""A database of an earlier version, with a school's life in it, is brought here."""

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from appservice.domain.ids import EventId, RoomId
from appservice.domain.rooms import Mode
from appservice.services.bell import Tower
from appservice.services.breaker import Breaker
from appservice.services.intake import Intake
from appservice.services.moderation import Moderation
from appservice.services.school import School
from appservice.store import records, rooms, roster, schema
from appservice.store.pool import open_pool
from tests.road import BAD, BOT, KEEPER, KIND, PUPIL, ROOM, policy, raw

TABLES_OF_0001 = (
    *("rooms", "turns", "watermarks", "school", "roster_versions", "people"),
    *("strangers", "seen", "events", "inbox", "parked", "room_state", "edits"),
    *("redactions", "originals", "judgements", "actions", "outbox", "passes"),
    "timers",
)

# One of everything, as the first version wrote it; the last message was not judged yet.
LIFE = """
    INSERT INTO rooms (room_id, class, kind, name, scope, mode)
    VALUES ('!class', 'managed', 'class_students', '三年级2班', '三年级2班', 'enforce');
    INSERT INTO rooms (room_id, class, kind, direct_with)
    VALUES ('!direct', 'service', 'direct', '@xiaoming:school.test');
    INSERT INTO turns (room_id, judged_seq) VALUES ('!class', 1), ('!direct', 0);
    INSERT INTO watermarks (room_id, event_id) VALUES ('!class', '$old');
    INSERT INTO roster_versions (source, people, content) VALUES ('a.csv', 2, 'x');
    INSERT INTO people (person_id, name, roles, classes, subjects, pupils, user_id,
                        posts)
    VALUES ('s1', '小明', '{student}', '{三年级2班}', '{}', '{}',
            '@xiaoming:school.test', '{}'),
           ('t1', '王芳', '{teacher}', '{三年级2班}', '{语文}', '{}',
            '@wang:school.test', '{class_teacher:三年级2班}');
    INSERT INTO strangers (room_id, user_id) VALUES ('!class', '@who:school.test');
    INSERT INTO seen (event_id, received_at, retention)
    VALUES ('$old', now(), 'managed'), ('$bad', now(), 'managed');
    INSERT INTO events (seq, received_at, retention, event_id, room_id, sender, type,
                        sent_at, source, raw)
    SELECT seq, received_at, retention, event_id, '!class', '@xiaoming:school.test',
           'm.room.message', received_at, 'road',
           convert_to(format('{"event_id": "%s", "room_id": "!class", "sender": '
                '"@xiaoming:school.test", "type": "m.room.message", "content": '
                '{"msgtype": "m.text", "body": "%s"}}', event_id, $$WORD$$), 'UTF8')
      FROM seen;
    INSERT INTO inbox (room_id, seq, received_at, retention)
    SELECT '!class', seq, received_at, retention FROM seen WHERE event_id = '$bad';
    INSERT INTO parked (room_id, because, raw) VALUES ('!class', 'x', 'y');
    INSERT INTO room_state (room_id, type, state_key, event_id, sender, content)
    VALUES ('!class', 'm.room.topic', '', '$topic', '@wang:school.test', '{}');
    INSERT INTO edits (target, event_id, room_id) VALUES ('$old', '$edit', '!class');
    INSERT INTO redactions (event_id, target, room_id, sender, at)
    VALUES ('$r', '$old', '!class', '@homeroom:school.test', now());
    INSERT INTO originals (event_id, room_id, because) VALUES ('$o', '!class', 'x');
    INSERT INTO judgements (event_id, room_id, sender, role, policy, outcome,
                            violations)
    VALUES ('$old', '!class', '@xiaoming:school.test', 'student', 'x 1', 'hold', '[]');
    INSERT INTO actions (id, judgement, room_id, kind, subject, body, rule, status)
    SELECT '00000000-0000-0000-0000-000000000001', id, '!class', 'redact', '$old',
           '{"act": "redact", "event_id": "$old", "notice": {"name": "hidden"}}',
           'banned_words', 'waiting'
      FROM judgements;
    INSERT INTO outbox (id, room_id, urgency, judgement)
    SELECT id, room_id, 0, judgement FROM actions;
    INSERT INTO passes (action, room_id, sender, type, content, expires_at)
    VALUES ('00000000-0000-0000-0000-000000000002', '!class', '@xiaoming:school.test',
            'm.room.message', 'x', now() + interval '1 day');
    INSERT INTO timers (due_at, kind, subject) VALUES (now(), 'look', '!class');
"""

TABLES_OF_0002 = (
    *("languages", "kept_state", "corrections", "false_names", "mutes", "switches"),
    *("commands", "announcements"),
)

# What the second version added, one of each.
LIFE_OF_0002 = """
    INSERT INTO languages VALUES ('@xiaoming:school.test', 'en');
    INSERT INTO kept_state (room_id, type, content) VALUES ('!class', 'm.room.topic',
                                                            '{}');
    INSERT INTO corrections (room_id, slot, digest, action)
    VALUES ('!class', 'm.room.topic|', 'x', '00000000-0000-0000-0000-000000000001');
    INSERT INTO false_names (room_id, user_id, is_false, since, last_at)
    VALUES ('!class', '@xiaoming:school.test', true, now(), now());
    INSERT INTO mutes (room_id, user_id, until, by_user, because)
    VALUES ('!class', '@xiaoming:school.test', now() + interval '1 day',
            '@wang:school.test', '$mute');
    INSERT INTO switches (room_id, name, by_user, because)
    VALUES ('!class', 'quiet', '@wang:school.test', '$quiet');
    INSERT INTO commands (event_id, written_in, sender, name, result, answer)
    VALUES ('$mute', '!class', '@wang:school.test', 'mute', 'done', '好');
    INSERT INTO announcements (action, room_id, by_user, because)
    VALUES ('00000000-0000-0000-0000-000000000003', '!class', '@wang:school.test',
            '$announce');
    INSERT INTO timers (due_at, kind, subject) VALUES (now(), 'desired', '!class');
"""

TABLES_OF_0003 = (
    *("questions", "answers", "permits", "acceptances", "policy_versions"),
    "inspections",
)

# What the third version added, one of each.
LIFE_OF_0003 = """
    DELETE FROM timers WHERE kind = 'look';
    INSERT INTO questions (kind, room_id, subject, event_id, judgement, body)
    SELECT 'review', '!class', '@xiaoming:school.test', '$old', id, '{}'
      FROM judgements;
    INSERT INTO answers (question, by_user, choice, rights, posts)
    SELECT id, '@wang:school.test', 'uphold', '{review}', '{}' FROM questions;
    INSERT INTO permits (question, room_id, user_id, likeness, expires_at)
    SELECT id, '!class', '@xiaoming:school.test', 'x', now() FROM questions;
    INSERT INTO acceptances (what, kind, version, by_user)
    VALUES ('rules', 'class_students', '1', '@xiaoming:school.test');
    INSERT INTO policy_versions (digest, kind, version, effective_from, content)
    VALUES ('x', 'class_students', '1', '2026-09-01', '{}');
    INSERT INTO inspections (event_id, room_id, sender, media, declared)
    VALUES ('$file', '!class', '@xiaoming:school.test', 'mxc://a/b', '{}');
"""

LIVES = {
    "0001": (LIFE, TABLES_OF_0001),
    "0002": (LIFE + LIFE_OF_0002, TABLES_OF_0001 + TABLES_OF_0002),
    "0003": (
        LIFE + LIFE_OF_0002 + LIFE_OF_0003,
        TABLES_OF_0001 + TABLES_OF_0002 + TABLES_OF_0003,
    ),
}

# The first version's count of messages to look at: each has a card of its own now.
COUNT = "SELECT count(*) FROM {}"
DROPPED = "SELECT count(*) FROM timers WHERE kind = 'look'"


async def counts(connection: asyncpg.Connection, tables) -> dict[str, int]:
    return {table: await connection.fetchval(COUNT.format(table)) for table in tables}


@pytest.fixture(params=LIVES)
def version(request):
    """Name an earlier revision."""
    return request.param


@pytest.fixture
async def lived_in(postgres, version):
    """Return the URL of a database of that revision with one of everything in it."""
    name = "test_migration"
    control = await asyncpg.connect(postgres.url())
    try:
        await control.execute(f"DROP DATABASE IF EXISTS {name}")
        await postgres.create_database(name)
        await schema.upgrade(postgres.url(name), to=version)
        connection = await asyncpg.connect(postgres.url(name))
        await connection.execute(LIVES[version][0].replace("$$WORD$$", f"'{BAD}'"))
        await connection.close()
        yield postgres.url(name)
        await control.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await control.close()


async def test_nothing_of_a_lived_in_database_is_lost(lived_in, version):
    """But for a timer whose kind there is no more."""
    tables = LIVES[version][1]
    connection = await asyncpg.connect(lived_in)
    before = await counts(connection, tables)
    before["timers"] -= await connection.fetchval(DROPPED)
    assert all(count for table, count in before.items() if table != "timers"), before

    await schema.upgrade(lived_in)

    assert await schema.revision_of(connection) == schema.newest()
    assert await counts(connection, tables) == before
    assert await connection.fetchval(DROPPED) == 0
    await connection.close()


async def test_the_road_goes_on_where_it_was(lived_in, version):
    """What waited in the inbox is judged, what waited in the outbox is still there."""
    await schema.upgrade(lived_in)
    pool = await open_pool(lived_in)
    school = School(policies={KIND: policy()}, bot=BOT, keeper=KEEPER)
    async with pool.acquire() as connection:
        await school.load_rooms(connection)
        await school.load_people(connection)
        room = school.rooms[RoomId("!class")]
        person = school.person(PUPIL)
    tower = Tower(pool)
    await Intake(pool, school, tower).take_events(
        [raw("早", room_id=ROOM)], source="road"
    )
    judged = await Moderation(pool, school, tower, Breaker()).judge_next()

    async with pool.acquire() as connection:
        rows = await connection.fetch(
            "SELECT subject, status FROM actions WHERE kind = 'redact' ORDER BY seq"
        )
        original = await records.raw(connection, EventId("$bad"), ROOM)
        people = await roster.everybody(connection)
        known = await rooms.all_rooms(connection)
    await tower.close()
    pool.terminate()
    assert judged == 2
    assert [tuple(row) for row in rows] == [("$old", "waiting"), ("$bad", "waiting")]
    assert original is not None
    assert BAD in original.decode()
    assert room.mode is Mode.ENFORCE
    assert room.successor is None
    assert person is not None
    assert (person.number, person.language) == (
        None,
        None if version == "0001" else "en",
    )
    assert {len(people), len(known)} == {2}


def test_the_newest_revision_is_alembics_head():
    """Ours is read from the files' names, which is sooner done."""
    config = Config(toml_file=schema.PROJECT / "pyproject.toml")
    config.set_main_option("script_location", str(schema.PROJECT / "alembic"))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.newest()
