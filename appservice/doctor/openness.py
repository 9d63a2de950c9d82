"""Openness: who could see or send something who should not."""

import asyncio
from typing import Final

from appservice.doctor.finding import Finding, note, ok, problem
from appservice.doctor.visit import Visit
from appservice.domain.ids import RoomId
from appservice.matrix.errors import Unavailable
from appservice.matrix.inquiry import Answer, Path

OF_OURS: Final = "homeroom.doctor"
"""Type of the bot's account data: which file it may use to see who gets files."""

PAGES: Final = 20
"""Of the directory, at five hundred rooms each."""

DRAWING: Final = b"Homeroom doctor\n"


async def openness(visit: Visit) -> list[Finding]:
    """Look at files, federation, the directory and what clients are told."""
    found = await asyncio.gather(
        _media(visit), _federation(visit), _directory(visit), _well_known(visit)
    )
    return list(found)


async def _media(visit: Visit) -> Finding:
    """A file must be had by us, and not by somebody who is not logged in."""
    config = await visit.inquiry.ask(
        "GET", "/_matrix/client/v1/media/config", token=visit.road
    )
    ours, theirs = await _fetched(visit, await _known_file(visit))
    if ours is None or theirs is None or not ours.is_good or theirs.is_good:
        # Gone, or posted when other settings held: a new one tells.
        ours, theirs = await _fetched(visit, await _new_file(visit))
    if ours is None or theirs is None:
        remedy = "see Synapse's log; enable_media_repo must not be false"
        return problem("media", f"no file can be posted ({config})", remedy)
    if not ours.is_good:
        text = f"files cannot be fetched ({ours}), so none is looked into"
        return problem("media", text, "let a proxy pass /_matrix/client/v1/media on")
    if theirs.is_good:
        return problem(
            "media",
            "whoever has a file's address gets it without logging in",
            "write enable_authenticated_media: true into homeserver.yaml",
        )
    limit = config.fields.get("m.upload.size")
    at_most = visit.config.media.largest_mb * 2**20
    if isinstance(limit, int) and limit > at_most:
        return note(
            "media",
            f"files of up to {limit // 2**20} MiB may be posted; those over "
            f"{at_most // 2**20} MiB are judged by their sort alone",
            "lower max_upload_size in homeserver.yaml, or raise media.largest_mb",
        )
    return ok("media", "files are for members, and can be looked into")


async def _fetched(
    visit: Visit, media: str | None
) -> tuple[Answer | None, Answer | None]:
    """Fetch a file as we do, and as somebody who is not logged in."""
    if media is None:
        return None, None
    ours, theirs = await asyncio.gather(
        visit.inquiry.ask(
            "GET", f"/_matrix/client/v1/media/download/{media}", token=visit.road
        ),
        visit.inquiry.ask("GET", f"/_matrix/media/v3/download/{media}"),
    )
    return ours, theirs


async def _known_file(visit: Visit) -> str | None:
    """Return "server/id" of a small file of ours that was posted before, if any."""
    kept = Path.v3.user[visit.config.bot].account_data[OF_OURS]
    answer = await visit.inquiry.ask("GET", kept, token=visit.road)
    media = answer.fields.get("media")
    return media.removeprefix("mxc://") if isinstance(media, str) else None


async def _new_file(visit: Visit) -> str | None:
    """Post one, for this time and the next; None: that is impossible."""
    posted = await visit.inquiry.ask(
        "POST", "/_matrix/media/v3/upload", token=visit.road, content=DRAWING
    )
    media = posted.fields.get("content_uri")
    if not isinstance(media, str):
        return None
    kept = Path.v3.user[visit.config.bot].account_data[OF_OURS]
    await visit.inquiry.ask("PUT", kept, token=visit.road, content={"media": media})
    return media.removeprefix("mxc://")


async def _federation(visit: Visit) -> Finding:
    answer = await visit.inquiry.ask("GET", "/_matrix/federation/v1/version")
    is_open = answer.is_good and "server" in answer.fields
    wanted = visit.config.homeserver.federation
    if is_open and not wanted:
        return problem(
            "federation",
            "other servers can talk to this one",
            "take federation out of the listener's resources and write "
            "federation_domain_whitelist: [] into homeserver.yaml; or say that it is "
            "meant: homeserver.federation: true",
        )
    text = "open, as configured" if is_open else f"not answered at {visit.inquiry.url}"
    if wanted and not is_open:
        text = "not answered here; homeserver.federation says that it should be"
        return note("federation", text, "set it to false, or look at the listener")
    return ok("federation", text)


async def _directory(visit: Visit) -> Finding:
    """No room that is kept is listed, and the list is not for the world."""
    path = Path.v3.publicRooms
    for_all, listed = await asyncio.gather(
        visit.inquiry.ask("GET", path, limit="1"), _listed(visit)
    )
    if kept := sorted(set(listed) & set(visit.rooms)):
        return problem(
            "directory",
            f"listed for everybody: {', '.join(kept[:5])}",
            "in Element: Room settings, General, not to be published in the directory",
        )
    if for_all.is_good:
        return problem(
            "directory",
            "anybody may read the list of rooms without logging in",
            "write allow_public_rooms_without_auth: false into homeserver.yaml",
        )
    return ok("directory", "no room that is kept is listed")


async def _listed(visit: Visit) -> list[RoomId]:
    found: list[RoomId] = []
    query = {"limit": "500"}
    for _ in range(PAGES):
        answer = await visit.inquiry.ask(
            "GET", Path.v3.publicRooms, token=visit.road, **query
        )
        chunk = answer.fields.get("chunk")
        found += [
            RoomId(str(each.get("room_id")))
            for each in (chunk if isinstance(chunk, list) else [])
            if isinstance(each, dict)
        ]
        after = answer.fields.get("next_batch")
        if not isinstance(after, str):
            break
        query["since"] = after
    return found


async def _well_known(visit: Visit) -> Finding:
    """Phones find the homeserver by it, and Element learns not to encrypt."""
    domain = f"https://{visit.config.homeserver.domain}"
    public = await _client_well_known(visit, domain)
    # What a proxy passes on, where we cannot ask as phones do.
    answer = public or await _client_well_known(visit, visit.inquiry.url)
    where = domain if public else visit.inquiry.url
    if answer is not None and not _says_plain(answer):
        return problem(
            "well-known",
            f"{where}: Element encrypts new private rooms",
            'put "io.element.e2ee": {"default": false} into it',
        )
    if public is not None:
        return ok("well-known", f"{where}: clients do not encrypt by default")
    alone = "; the homeserver's own would be right" if answer else ""
    return note(
        "well-known",
        f"none at {domain}, as seen from here: without it phones do not find the "
        f"homeserver by its name, and Element encrypts new private rooms{alone}",
        "serve it, with the profile tls or as docs/operating.md says; ask for it from "
        "a phone",
    )


def _says_plain(answer: Answer) -> bool:
    e2ee = answer.fields.get("io.element.e2ee") or answer.fields.get(
        "im.vector.riot.e2ee"
    )
    return isinstance(e2ee, dict) and e2ee.get("default") is False


async def _client_well_known(visit: Visit, base: str) -> Answer | None:
    try:
        answer = await visit.inquiry.ask("GET", ".well-known/matrix/client", at=base)
    except Unavailable:
        return None
    return answer if answer.is_good and answer.is_json else None
