"""``!rules``: the room's rules, as written."""

from appservice.commands.command import Asked, Command, Reply


async def run(asked: Asked) -> Reply:
    """Quote every clause for this kind of room, in the order of the documents."""
    policy = asked.policy
    lines = [asked.say("The rules of “{room}”:", room=asked.room.name)]
    document = place = ""
    said: set[str] = set()
    for clause in policy.clauses.values():
        is_english = asked.language == "en"
        text = clause.summary if is_english else clause.text
        where = clause.place_en if is_english else clause.place
        if text in said:
            continue
        said.add(text)
        if clause.document != document:
            document, place = clause.document, ""
            lines.append(f"《{document}》")
        lines.append(f"· {text}" if where in ("", place) else f"{where} · {text}")
        place = where
    lines += _about(asked)
    return Reply(text="\n".join(lines), result="answered")


def _about(asked: Asked) -> list[str]:
    """Say whose rules they are, since when, and who answers for the room."""
    source = asked.policy.source
    lines = [
        asked.say(
            "Version {version}, in force since {day}. Issued by {issuer}; questions to "
            "{interpreter}.",
            version=asked.policy.version,
            day=f"{source.effective_from}",
            issuer=source.issuer or "—",
            interpreter=source.interpreter or "—",
        )
    ]
    owners = [asked.name(person) for person in asked.school.owners(asked.room)]
    if owners:
        lines.append(
            asked.say("Responsible for this room: {names}", names="、".join(owners))
        )
    return lines


COMMAND = Command(
    name="rules",
    aliases=("群规", "规则"),
    usage="",
    summary="the rules of this room",
    run=run,
    is_discreet=False,
)
