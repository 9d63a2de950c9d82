"""Reviews: what was put away is asked about, and what a person decides is done."""

import json
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

import pytest

from appservice.domain.house import Reviews
from appservice.domain.ids import ClauseId, KindName, PersonId, RoomId, UserId
from appservice.domain.lexicon import Lexicon, WordList
from appservice.domain.people import Person, Post, Right, Role
from appservice.domain.rooms import Mode, Room, RoomClass
from appservice.domain.rule import ActiveRule, Outcome
from appservice.domain.rules import complaint
from appservice.matrix.client import MARK
from appservice.services.reminding import overdue, take_away
from appservice.store import outbox, rooms, roster
from tests.road import BAD, BOT, KIND, PEOPLE, PUPIL, TEACHER, Road, raw
from tests.services.furnished import POLICY, decided, kept, member, settle

DIRECT = RoomId("!direct")
REVIEWS = RoomId("!reviews")
HEAD = UserId("@head:school.test")
SECOND = UserId("@zhao:school.test")

WITH_HEAD = replace(
    POLICY,
    rights=MappingProxyType({**POLICY.rights, "year_head": frozenset({Right.OVERSEE})}),
)


@pytest.fixture
async def road(pool):
    road = await kept(pool)
    road.school.policies = {KIND: WITH_HEAD}
    await staffed(road)
    return road


async def staffed(road: Road) -> None:
    """Add a second class teacher, a year head, and the service rooms."""
    head = Person(
        id=PersonId("t8"),
        name="周敏",
        roles=frozenset({Role.TEACHER}),
        user_id=HEAD,
        posts=frozenset({Post(name="year_head", scope="三年级2班")}),
    )
    second = replace(
        next(p for p in PEOPLE if p.user_id == TEACHER),
        id=PersonId("t9"),
        name="赵老师",
        user_id=SECOND,
    )
    async with road.pool.acquire() as connection, connection.transaction():
        people = [*PEOPLE, head, second]
        await roster.replace(connection, people, source="test", content=b"")
        for room_id, kind, scope, user_id in (
            (DIRECT, "direct", None, TEACHER),
            (RoomId("!direct-pupil"), "direct", None, PUPIL),
            (REVIEWS, "review", "三年级2班", None),
        ):
            service = Room(
                room_id=room_id,
                room_class=RoomClass.SERVICE,
                kind=KindName(kind),
                scope=scope,
                mode=Mode.ENFORCE,
            )
            await rooms.add(connection, service, direct_with=user_id)
        await road.school.load_rooms(connection)
        await road.school.load_people(connection)
    await settle(road)


async def hold(road: Road, body: str = f"你是{BAD}") -> str:
    """Let a pupil write something that is put away."""
    await road.take(raw(body, event_id="$bad"))
    await road.judge()
    return "$bad"


async def post_card(road: Road) -> str:
    """Let the homeserver have the card, as if it had been sent."""
    [row] = await road.fetch("SELECT id FROM actions WHERE kind = 'ask'")
    content = {"msgtype": "m.notice", "body": "…", MARK: str(row["id"])}
    await road.take(raw(content=content, sender=BOT, room_id=REVIEWS, event_id="$card"))
    await road.judge()
    return "$card"


async def write(
    road: Road, body: str, sender: str = TEACHER, room_id: str = DIRECT
) -> str:
    await road.take(raw(body, sender=sender, room_id=room_id))
    await road.judge()
    answers = [
        each["notice"]["values"]["text"]
        for each in await decided(road, "tell")
        if each["user_id"] == sender and each["notice"]["name"] == "answer"
    ]
    return answers[-1] if answers else ""


async def react(
    road: Road, key: str, sender: str = TEACHER, target: str = "$card"
) -> None:
    about = {"rel_type": "m.annotation", "event_id": target, "key": key}
    await road.take(
        raw(
            type_="m.reaction",
            content={"m.relates_to": about},
            sender=sender,
            room_id=REVIEWS,
        )
    )
    await road.judge()


async def choice(road: Road) -> tuple[str | None, str | None]:
    [row] = await road.fetch("SELECT choice, decided_by FROM questions")
    return row["choice"], row["decided_by"]


async def told(road: Road, user_id: str) -> list[str]:
    return [
        each["notice"]["name"]
        for each in await decided(road, "tell")
        if each["user_id"] == user_id
    ]


async def test_a_card_says_everything_but_what_was_written(road):
    """Review rooms are on telephones, and in the homeserver's database."""
    await hold(road)

    [card] = await decided(road, "ask")
    values = card["notice"]["values"]
    assert (values["rule"], values["role"], values["room"]) == (
        "abuse",
        "student",
        "三年级2班",
    )
    assert card["choices"] == ["✅", "❌"]
    assert card["notice"]["quotes"][0]["clause"] == "B3-14"
    [row] = await road.fetch("SELECT body FROM actions WHERE kind = 'ask'")
    assert BAD not in row["body"]
    assert PUPIL not in row["body"]


@pytest.mark.parametrize("how", ["tap", "command", "reply"])
async def test_what_is_released_stands_again_in_its_senders_name(road, how):
    """With a pass, so that what we post for them is not judged once more."""
    await hold(road)
    await post_card(road)
    if how == "tap":
        await react(road, "✅")
    elif how == "command":
        await write(road, "!放行 1 是课文里的话")
    else:
        reply = {"m.in_reply_to": {"event_id": "$card"}}
        content = {"msgtype": "m.text", "body": "!release", "m.relates_to": reply}
        await road.take(raw(content=content, sender=TEACHER, room_id=REVIEWS))
        await road.judge()

    assert await choice(road) == ("release", TEACHER)
    [again] = await decided(road, "send_as")
    assert (again["user_id"], again["content"]["body"]) == (PUPIL, f"你是{BAD}")
    assert (await told(road, PUPIL))[-1] == "released"
    await road.take(raw(f"你是{BAD}", event_id="$again"))
    await road.judge()
    assert "$again" not in [e["event_id"] for e in await decided(road, "redact")]


async def test_where_we_cannot_speak_for_them_we_quote(road):
    """Of a member whose account is elsewhere, or who has left."""
    await hold(road)
    await road.take(member(PUPIL, membership="leave"))
    await road.judge()
    await write(road, "!release 1")

    assert await decided(road, "send_as") == []
    [quoted] = await decided(road, "send")
    assert quoted["content"]["body"] == f"小明（经老师审核放行）：\n你是{BAD}"


async def test_what_is_upheld_stays_away_and_its_sender_is_told(road):
    await hold(road)
    answer = await write(road, "!维持 1")

    assert await choice(road) == ("uphold", TEACHER)
    assert await decided(road, "send_as") == []
    last = (await decided(road, "tell"))[-2]
    assert (last["user_id"], last["notice"]["name"]) == (PUPIL, "upheld")
    assert last["notice"]["quotes"][0]["clause"] == "B3-14"
    assert "继续收起" in answer


async def test_the_first_decision_stands_and_the_second_is_told(road):
    await hold(road)
    await post_card(road)
    await react(road, "❌")
    answer = await write(road, "!放行 1", sender=SECOND, room_id=REVIEWS)

    assert await choice(road) == ("uphold", TEACHER)
    assert await decided(road, "send_as") == []
    assert "王老师" in answer


async def test_the_card_shows_what_was_decided(road):
    """The other reviewers see it where they were asked."""
    await hold(road)
    await post_card(road)
    await react(road, "✅️", sender=SECOND)

    [edit] = [e for e in await decided(road, "send") if "m.relates_to" in e["content"]]
    assert edit["content"]["m.relates_to"]["event_id"] == "$card"
    assert "赵老师" in edit["content"]["m.new_content"]["body"]


@pytest.mark.parametrize("sender", [PUPIL, HEAD, BOT])
async def test_others_decide_nothing(road, sender):
    """Not whose matter it is, not a deputy before the time, and not we ourselves."""
    await hold(road)
    await post_card(road)
    await react(road, "✅", sender=sender)
    await write(road, "!release 1", sender=sender, room_id=REVIEWS)

    assert await choice(road) == (None, None)
    assert await decided(road, "send_as") == []


async def test_a_deputy_is_called_when_it_is_overdue_and_decides(road):
    await hold(road)
    async with road.pool.acquire() as connection:
        await connection.execute("UPDATE questions SET due_at = now() - interval '1 s'")
    again = await overdue(road.pool, road.school, 1)

    assert again == timedelta(days=1)
    assert "question_waits" in await told(road, HEAD)
    assert "question_waits" not in await told(road, PUPIL)
    await write(road, "!uphold 1", sender=HEAD, room_id=REVIEWS)
    assert await choice(road) == ("uphold", HEAD)
    assert await overdue(road.pool, road.school, 1) is None


async def test_what_was_flagged_is_put_away_by_a_person_only(road):
    """Staff write something: it stands until somebody above them decides."""
    await road.take(raw(BAD, sender=HEAD, event_id="$bad"))
    await road.judge()
    assert await decided(road, "redact") == []
    await write(road, "!收起 1")

    [redact] = await decided(road, "redact")
    assert redact["event_id"] == "$bad"
    # What all read beside it is the clause, as if the service had hidden it.
    assert redact["notice"]["quotes"][0]["clause"] == "B3-14"
    assert (await told(road, HEAD))[-1] == "hidden_by_person"


async def test_nobody_puts_away_what_one_of_their_height_wrote(road):
    await road.take(raw(BAD, sender=SECOND, event_id="$bad"))
    await road.judge()
    answer = await write(road, "!收起 1")

    assert await decided(road, "redact") == []
    assert await choice(road) == (None, None)
    assert "什么也没有做" in answer


async def test_what_is_shown_is_on_record_and_taken_away(road):
    await hold(road)
    answer = await write(road, "!查看 1")
    [show] = await road.fetch("SELECT id FROM actions WHERE kind = 'show'")

    assert "15 分钟" in answer
    [record] = await road.fetch("SELECT sender, result FROM commands")
    assert (record["sender"], record["result"]) == (TEACHER, "done")
    timer = await road.fetch("SELECT subject FROM timers WHERE kind = 'take_away'")
    assert [row["subject"] for row in timer] == [str(show["id"])]
    assert await take_away(road.pool, show["id"]) is not None
    await done(road, show["id"], "$shown")
    assert await take_away(road.pool, show["id"]) is None
    redact = (await decided(road, "redact"))[-1]
    assert redact["event_id"] == "$shown"


async def done(road: Road, action: UUID, event_id: str) -> None:
    async with road.pool.acquire() as connection:
        await outbox.finish(connection, [action], status="done", result=event_id)


@pytest.mark.parametrize("sender", [PUPIL, HEAD])
async def test_nothing_is_shown_to_others(road, sender):
    await hold(road)
    await write(road, "!show 1", sender=sender, room_id=REVIEWS)

    assert await decided(road, "show") == []


@pytest.mark.parametrize("written", ["!show", "!show 99", "!release", "!放行 九"])
async def test_a_number_that_is_missing_or_wrong_is_asked_for(road, written):
    await hold(road)
    answer = await write(road, written)

    assert "· 1 三年级2班" in answer
    assert await choice(road) == (None, None)


async def test_where_we_only_observe_nobody_is_asked(pool):
    road = await kept(pool, mode=Mode.OBSERVE)
    await hold(road)

    assert await road.fetch("SELECT * FROM questions") == []
    [row] = await road.fetch("SELECT kind, status FROM actions WHERE kind = 'call'")
    assert row["status"] == "observed"


async def test_a_permitted_text_is_posted_once(road):
    """A43: bound to the text, for one message, of whoever asked."""
    road.school.policies = {
        KIND: replace(WITH_HEAD, reviews=Reviews(permits=True), rules=())
    }
    await write(road, "!申请发布 二手课桌转让", sender=PUPIL, room_id="!direct-pupil")
    [ask] = await decided(road, "ask")
    assert "课桌" not in json.dumps(ask, ensure_ascii=False, default=str)
    await write(road, "!准许 1")

    assert (await told(road, PUPIL))[-1] == "permit_granted"
    for number in range(2):
        await road.take(raw("二手课桌转让", event_id=f"$ad{number}"))
        await road.judge()
    [permit] = await road.fetch("SELECT used_by FROM permits")
    assert permit["used_by"] == "$ad0"


async def test_where_nothing_is_permitted_nobody_is_asked(road):
    """X13: never in the rooms of parents and pupils."""
    answer = await write(
        road, "!permit 二手课桌", sender=PUPIL, room_id="!direct-pupil"
    )

    assert "不接受" in answer
    assert await road.fetch("SELECT * FROM questions") == []


async def test_whose_own_message_it_is_decides_nothing_and_deputies_are_asked_at_once(
    road,
):
    """The only reviewers are concerned: nobody waits a day for nothing."""
    async with road.pool.acquire() as connection, connection.transaction():
        people = [p for p in road.school.people.values() if p.user_id != SECOND]
        await roster.replace(connection, people, source="test", content=b"")
        await road.school.load_people(connection)
    await road.take(raw(BAD, sender=TEACHER, event_id="$bad"))
    await road.judge()

    [question] = await road.fetch("SELECT due_at <= now() AS due FROM questions")
    assert question["due"]
    assert await overdue(road.pool, road.school, 1) == timedelta(days=1)
    assert "question_waits" in await told(road, HEAD)
    assert "什么也没有做" in await write(road, "!放行 1")
    await write(road, "!放行 1", sender=HEAD, room_id=REVIEWS)
    assert await choice(road) == ("release", HEAD)


async def test_a_complaint_is_no_attack_and_stays(road):
    """X21: whoever decides must say which it is; as a complaint it is answered."""
    lexicon = Lexicon([WordList(name="complaint", words=("黑心食堂",))])
    rule = ActiveRule(
        rule=complaint.RULE,
        settings=complaint.Settings(
            lexicon=lexicon, outcome=Outcome.FLAG, clauses=(ClauseId("B3-14"),)
        ),
    )
    road.school.policies = {KIND: replace(WITH_HEAD, rules=(rule,))}
    await road.take(raw("黑心食堂，孩子吃坏肚子", event_id="$said"))
    await road.judge()
    [card] = await decided(road, "ask")
    assert (card["notice"]["name"], card["choices"]) == (
        "card_complaint",
        ["✅", "❌", "💬"],
    )
    await post_card(road)
    await react(road, "💬")

    assert await choice(road) == ("complaint", TEACHER)
    assert await decided(road, "redact") == []
    assert (await told(road, PUPIL))[-1] == "is_complaint"
