"""The homeserver: whether it is there, is Synapse, and knows our registrations."""

import re
from typing import Final

from appservice.doctor.finding import Finding, note, ok, problem
from appservice.doctor.visit import Visit
from appservice.matrix.errors import Unavailable
from appservice.matrix.inquiry import Path, SynapseAdminPath
from appservice.matrix.registration import Registration

OLDEST: Final = (1, 157)
"""Of Synapse: below, ephemeral events and the modules are other ones."""

_VERSION: Final = re.compile(r"(?:Synapse/)?(\d+)\.(\d+)")


async def reach(visit: Visit) -> Finding:
    """Ask the one question that any homeserver answers to anybody."""
    url = visit.config.homeserver.url
    try:
        answer = await visit.inquiry.ask("GET", "/_matrix/client/versions")
    except Unavailable as failure:
        remedy = "start the homeserver, or correct homeserver.url"
        return problem("homeserver", str(failure), remedy)
    if not answer.is_json or "versions" not in answer.fields:
        sort = "a JSON object" if answer.is_json else "something that is not JSON"
        return problem(
            "homeserver",
            f"{url} answered {answer.status} with {sort}: this is no Matrix homeserver",
            "write the address of Synapse itself into homeserver.url, not that of a "
            "website or of Element",
        )
    return ok("homeserver", f"{url} answers")


async def version(visit: Visit) -> Finding:
    """See whether it is a Synapse that is new enough."""
    answer = await visit.inquiry.ask("GET", SynapseAdminPath.v1.server_version)
    said = str(answer.fields.get("server_version") or answer.server)
    match = _VERSION.match(said)
    if match is None:
        return note(
            "version",
            f"nothing says which homeserver this is (answered {answer.status})",
            "let a proxy in between pass /_synapse/admin/v1/server_version on",
        )
    if (int(match[1]), int(match[2])) < OLDEST:
        remedy = f"upgrade Synapse to {'.'.join(map(str, OLDEST))} or later"
        return problem("version", f"Synapse {said}", remedy)
    return ok("version", f"Synapse {said.removeprefix('Synapse/')}")


async def tokens(visit: Visit) -> list[Finding]:
    """See whether the homeserver knows both tokens, and as whose."""
    found = [await _token(visit, "road", visit.registrations.road)]
    hand = visit.registrations.hand
    if hand is None:
        text = "registrations.hand is null: names are asked for, never written"
        found.append(ok("hand", text))
    else:
        found.append(await _token(visit, "hand", hand))
    return found


async def _token(visit: Visit, name: str, registration: Registration) -> Finding:
    answer = await visit.inquiry.ask(
        "GET", Path.v3.account.whoami, token=registration.as_token
    )
    domain = visit.config.homeserver.domain
    expected = f"@{registration.sender_localpart}:{domain}"
    if not answer.is_good:
        return problem(
            name,
            f"the homeserver does not know the token of {registration.id} ({answer})",
            "name this registration in app_service_config_files, restart Synapse; if "
            "it is named, its copy there has other tokens",
        )
    user_id = str(answer.fields.get("user_id"))
    if user_id == expected:
        return ok(name, f"{registration.id} is loaded, as {user_id}")
    if user_id.partition(":")[2] != domain:
        return problem(
            name,
            f'the homeserver is "{user_id.partition(":")[2]}", not "{domain}"',
            "correct homeserver.domain and the expressions in both registrations "
            "(`homeroom init` writes them), or homeserver.url",
        )
    remedy = "give the homeserver the very file that Homeroom reads, restart it"
    return problem(name, f"{registration.id} is loaded as {user_id}", remedy)


async def administration(visit: Visit) -> list[Finding]:
    """See what we may as an administrator, and what is missing without."""
    bot = visit.config.bot
    answer = await visit.inquiry.ask(
        "GET", SynapseAdminPath.v1.users[bot].admin, token=visit.admin
    )
    visit.is_admin = answer.is_good
    has_mas = (await visit.inquiry.ask("GET", Path.v1.auth_metadata)).is_good
    if answer.is_good:
        whose = "the token of admin_token_file" if visit.admin_token else bot
        return [ok("admin", f"{whose} may administer"), *await _covered(visit)]
    if visit.admin_token is not None:
        remedy = "write the token of an administrator into homeserver.admin_token_file"
        return [problem("admin", f"the admin token is refused ({answer})", remedy)]
    missing = "locked names, `rooms adopt` without an invitation, purging"
    if has_mas:
        remedy = (
            "under the Matrix Authentication Service no registration can be an "
            "administrator: issue a token with urn:synapse:admin:* and write it into "
            "homeserver.admin_token_file, if you need these"
        )
        return [note("admin", f"no; not possible without: {missing}", remedy)]
    remedy = f"only if you need these: make {bot} an administrator (docs/operating.md)"
    return [note("admin", f"no; not possible without: {missing}", remedy)]


async def _covered(visit: Visit) -> list[Finding]:
    """A stolen token of the hand must not be the key to the homeserver."""
    hand = visit.registrations.hand
    if hand is None:
        return []
    answer = await visit.inquiry.ask(
        "GET", SynapseAdminPath.v2.users, token=visit.admin, admins="true", limit="100"
    )
    listed = answer.fields.get("users")
    names = [
        str(user.get("name"))
        for user in (listed if isinstance(listed, list) else [])
        if isinstance(user, dict) and user.get("admin")
    ]
    inside = [name for name in names if hand.covers(name)]
    if inside:
        return [
            problem(
                "hand",
                f"the hand can act as administrators: {', '.join(inside[:5])}",
                "leave them out of its expression (`homeroom init --administrator` "
                "writes one), restart Synapse",
            )
        ]
    return []
