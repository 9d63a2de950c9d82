"""Acceptance: members accept the rules and the privacy notice on joining (A10, A65)."""

from typing import Any

from appservice.domain.actions import Tell, Urgency
from appservice.domain.house import MustAccept
from appservice.domain.ids import UserId
from appservice.domain.policy import Policy
from appservice.domain.room_state import RoomState
from appservice.domain.rooms import Room
from appservice.services.school import School
from appservice.store import acceptances


def who_must(
    school: School, policy: Policy, room: Room, state: RoomState
) -> set[UserId]:
    """List the members who are asked: of the roster, and not of the staff."""
    if policy.acceptance.must_accept is MustAccept.NO:
        return set()
    return {
        user_id
        for user_id, member in state.members.items()
        if member.membership == "join"
        and (person := school.person(user_id)) is not None
        and not person.is_staff
        and policy.role_of(person) in policy.roles
        and not school.author(user_id, room, policy, outranks=False).is_protected
    }


async def still_to_accept(
    connection: Any, school: School, policy: Policy, room: Room, state: RoomState
) -> frozenset[UserId]:
    """List who is in a room and has not accepted its rules as they are now."""
    members = who_must(school, policy, room, state)
    if not members:
        return frozenset()
    return await acceptances.missing(connection, policy.kind, policy.version, members)


def please_accept(school: School, policy: Policy, room: Room, to: UserId) -> Tell:
    """Ask somebody, with all that they accept: what is kept of them, too."""
    person = school.person(to)
    language = (person.language if person else None) or policy.language
    acceptance = policy.acceptance
    privacy = (
        acceptance.privacy_notice_en if language == "en" else acceptance.privacy_notice
    )
    name = "please_accept"
    if acceptance.must_accept is MustAccept.READ_ONLY_UNTIL:
        name = "please_accept_first"
    notice = school.notice(
        name, room, document=policy.source.document, privacy=privacy or "—"
    )
    # A whole school is asked at once: nobody's review waits for that.
    return Tell(user_id=to, notice=notice, urgency=Urgency.BULK)
