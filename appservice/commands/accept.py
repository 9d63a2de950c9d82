"""``!accept``: the rules and the privacy notice are accepted, or for one's child."""

from appservice.commands.command import Asked, Command, Need, Reply
from appservice.domain.house import MustAccept
from appservice.domain.ids import KindName
from appservice.domain.people import Person
from appservice.store import acceptances


async def run(asked: Asked) -> Reply:
    """Put it on record, with the version, for every kind of room they are in."""
    if asked.text:
        return await _for_child(asked)
    kinds = {
        room.kind
        for room in asked.school.rooms_of(asked.person)
        if (policy := asked.school.policy_of(room.kind)) is not None
        and policy.acceptance.must_accept is not MustAccept.NO
        and policy.role_of(asked.person) in policy.roles
    }
    if not kinds:
        return asked.refuse("Nothing is to be accepted in your rooms.")
    for kind in sorted(kinds):
        await _accept(asked, kind)
    return Reply(
        text=asked.say("Thank you. It is on record that you accept the rules."),
        result="done",
        look=True,
    )


async def _for_child(asked: Asked) -> Reply:
    """Consent for a child under 14 (个人信息保护法 31; B3 has the pupils' rooms)."""
    child = _child(asked)
    if child is None:
        return asked.refuse(
            "Please write the name of your own child as it is in the school’s roster, "
            "or nothing to accept the rules yourself. Nothing was done."
        )
    kinds = [
        kind
        for kind, policy in asked.school.policies.items()
        if policy.acceptance.guardian_consent
    ]
    for kind in kinds or [asked.room.kind]:
        await _accept(asked, kind, child=child)
    return Reply(
        text=asked.say(
            "Thank you. It is on record that you consent for {name}; “!withdraw "
            "{name}” takes it back at any time.",
            name=child.name,
        ),
        result="done",
        look=True,
    )


def _child(asked: Asked) -> Person | None:
    children = [
        child
        for each in asked.person.pupils
        if (child := asked.school.of_id(each)) is not None
    ]
    return next((each for each in children if each.name == asked.text.strip()), None)


async def _accept(asked: Asked, kind: KindName, *, child: Person | None = None) -> None:
    policy = asked.school.policy_of(kind)
    assert policy is not None
    await acceptances.accept(
        asked.connection,
        kind,
        policy.version,
        asked.sender,
        event_id=asked.event_id,
        for_person=child.id if child else None,
    )


COMMAND = Command(
    name="accept",
    aliases=("同意群规", "同意"),
    usage="[child]",
    summary="accept the rules, or consent for your child",
    run=run,
    text=Need.OPTIONAL,
    is_for_all_rooms=True,
)
