"""The roster in the database: what goes in comes out."""

from appservice.domain.ids import PersonId, UserId
from appservice.domain.people import Person, Post, Role
from appservice.store import roster

PUPIL = Person(
    id=PersonId("s1"),
    name="李小明",
    roles=frozenset({Role.STUDENT}),
    classes=frozenset({"三年级2班", "足球队"}),
    number="20230105",
    language="en",
    user_id=UserId("@xiaoming:school.example"),
)
TEACHER = Person(
    id=PersonId("t1"),
    name="王芳",
    roles=frozenset({Role.TEACHER, Role.GUARDIAN}),
    subjects=("数学", "科学"),
    pupils=(PersonId("s1"),),
    relation="妈妈",
    posts=frozenset(
        {Post(name="class_teacher", scope="三年级2班"), Post(name="principal")}
    ),
)


async def test_everything_said_of_people_is_kept(pool):
    """What the roster leaves open stays open: None is not an empty text."""
    async with pool.acquire() as connection:
        version = await roster.replace(
            connection, [PUPIL, TEACHER], source="roster.csv", content=b"id"
        )

        assert await roster.everybody(connection) == [PUPIL, TEACHER]
        assert await roster.version(connection) == version


async def test_a_new_roster_takes_the_place_of_the_old_one(pool):
    """Who is no longer in it is nobody; an empty one is a roster too."""
    async with pool.acquire() as connection:
        for people in ([PUPIL, TEACHER], [TEACHER], []):
            await roster.replace(connection, people, source="r.csv", content=b"")

            assert await roster.everybody(connection) == people
