"""``!withdraw``: a consent given for one's child is taken back."""

from appservice.commands.command import Asked, Command, Need, Reply
from appservice.domain.actions import Call
from appservice.domain.people import Person, Right
from appservice.store import acceptances


async def run(asked: Asked) -> Reply:
    """Take it back, on record; the school is to be talked to about what follows."""
    children = {
        child.name: child
        for each in asked.person.pupils
        if (child := asked.school.of_id(each)) is not None
    }
    child = children.get(asked.text.strip())
    if child is None or not await acceptances.withdraw(
        asked.connection, asked.sender, child.id
    ):
        return asked.refuse(
            "There is no consent of yours for “{name}”.", name=asked.text
        )
    return Reply(
        text=asked.say(
            "Your consent for {name} is taken back; it is on record. The class teacher "
            "will talk to you about what follows.",
            name=child.name,
        ),
        result="done",
        rows=(asked.row(_call(asked, child), "consent"),),
    )


def _call(asked: Asked, child: Person) -> Call:
    """Tell whoever is in charge: what follows is theirs to see to."""
    values = {"name": child.name, "by": asked.person.name}
    notice = asked.school.notice("consent_withdrawn", asked.room, **values)
    return Call(right=Right.OWN, notice=notice)


COMMAND = Command(
    name="withdraw",
    aliases=("撤回同意",),
    usage="child",
    summary="take back a consent given for your child",
    run=run,
    text=Need.REQUIRED,
    is_for_all_rooms=True,
)
