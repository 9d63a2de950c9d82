"""``!rules``: the room's rules, as written."""

from appservice.commands.command import Asked, Command, Reply


async def run(asked: Asked) -> Reply:
    """Quote every clause that is kept here, document by document."""
    lines = [asked.say("The rules of “{room}”:", room=asked.room.name)]
    document = ""
    clauses = sorted(
        asked.policy.clauses.values(), key=lambda each: (each.document, each.id)
    )
    said: set[str] = set()
    for clause in clauses:
        text = clause.summary if asked.language == "en" else clause.text
        if clause.document != document:
            document = clause.document
            lines.append(f"《{document}》")
        if text not in said:
            said.add(text)
            lines.append(f"· {text}")
    owners = [asked.name(person) for person in asked.school.owners(asked.room)]
    if owners:
        lines.append(
            asked.say("Responsible for this room: {names}", names="、".join(owners))
        )
    return Reply(text="\n".join(lines), result="answered")


COMMAND = Command(
    name="rules",
    aliases=("群规", "规则"),
    usage="",
    summary="the rules of this room",
    run=run,
    is_discreet=False,
)
