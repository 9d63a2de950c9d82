"""``!who``: who somebody is here, and who is responsible."""

from typing import Final

from appservice.commands.command import Asked, Command, Need, Reply
from appservice.domain.ids import UserId
from appservice.domain.people import Person, Right, Role
from appservice.domain.room_state import Membership
from appservice.services.acceptance import still_to_accept
from appservice.store import acceptances

ROLES: Final = {
    Role.STAFF: "staff",
    Role.TEACHER: "teacher",
    Role.GUARDIAN: "guardian",
    Role.STUDENT: "student",
    Role.GUEST: "guest",
}
NAMES_AT_MOST: Final = 30


async def run(asked: Asked) -> Reply:
    """Tell of one person, or of the room."""
    if asked.who_id is not None and not _may_be_told(asked, asked.who_id):
        return asked.refuse(
            "I know nobody here as “{name}”. Nothing was done.", name=asked.who_id
        )
    if asked.who is not None:
        return _about(asked, asked.who)
    if asked.who_id is not None:
        return asked.answer("Not in the roster: {names}", names=asked.who_id)
    owners = asked.school.owners(asked.room)
    lines = [
        asked.say(
            "“{room}”: {count} members. Responsible: {names}",
            room=asked.room.name,
            count=str(len(_members(asked))),
            names="、".join(map(asked.name, owners)) or "—",
        )
    ]
    if asked.person.is_staff:
        lines += [*_for_staff(asked), *await _not_accepted(asked)]
    return Reply(text="\n".join(lines), result="answered")


def _may_be_told(asked: Asked, user_id: UserId) -> bool:
    """Members hear only of who is here: else ids would give everybody's names away."""
    return asked.person.is_staff or user_id in asked.state.members


def _members(asked: Asked) -> dict[UserId, Membership]:
    return {
        user_id: member
        for user_id, member in asked.state.members.items()
        if member.membership == "join" and user_id not in asked.school.accounts
    }


def _for_staff(asked: Asked) -> list[str]:
    """Whose name is false, and whom the roster does not know."""
    false, unknown = [], []
    for user_id, member in _members(asked).items():
        person = asked.person_of(user_id)
        if person is None:
            unknown.append(user_id)
        elif not asked.book.is_right(person, member.displayname):
            false.append(asked.name(person))
    lines = []
    if false:
        names = "、".join(false[:NAMES_AT_MOST])
        lines.append(asked.say("Under another name: {names}", names=names))
    if unknown:
        names = ", ".join(unknown[:NAMES_AT_MOST])
        lines.append(asked.say("Not in the roster: {names}", names=names))
    return lines


async def _not_accepted(asked: Asked) -> list[str]:
    """Who has not accepted the rules, and for which pupils nobody has consented."""
    missing = await still_to_accept(
        asked.connection, asked.school, asked.policy, asked.room, asked.state
    )
    lines = []
    if missing:
        people = [asked.school.name(each, asked.room) for each in sorted(missing)]
        names = "、".join(people[:NAMES_AT_MOST])
        lines.append(asked.say("The rules not accepted yet: {names}", names=names))
    if asked.policy.acceptance.guardian_consent:
        pupils = {
            person.id: asked.name(person)
            for user_id in _members(asked)
            if (person := asked.person_of(user_id)) and Role.STUDENT in person.roles
        }
        without = await acceptances.without_consent(
            asked.connection, asked.policy.kind, pupils
        )
        if without:
            names = "、".join(
                [pupils[each] for each in sorted(without)][:NAMES_AT_MOST]
            )
            lines.append(asked.say("No guardian’s consent yet: {names}", names=names))
    return lines


def _about(asked: Asked, person: Person) -> Reply:
    """Name, and what they are here; nothing that is not known in the room anyhow."""
    role = asked.policy.role_of(person)
    rights = asked.policy.rights_of(person, scope=asked.room.scope)
    text = asked.say(
        "{name}: {role}", name=asked.name(person), role=asked.say(ROLES[role])
    )
    if Right.OWN in rights:
        text += asked.say(", responsible for this room")
    if asked.person.is_staff and person.user_id is not None:
        text += f" ({person.user_id})"
    return Reply(text=text, result="answered")


COMMAND = Command(
    name="who",
    aliases=("谁", "是谁"),
    usage="[person]",
    summary="who somebody is here, or who is responsible",
    run=run,
    person=Need.OPTIONAL,
)
