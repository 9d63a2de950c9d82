"""Files on a real homeserver: fetched, looked into, and judged in the room's order."""

import io
from typing import Any

import nio
import openpyxl
import pytest
import zxingcpp
from PIL import Image

from tests.synapse.member import Member, until
from tests.synapse.school import School

pytestmark = pytest.mark.asyncio(loop_scope="session")


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (("姓名", "数学", "名次"), ("张三", 98, 1), ("李四", 87, 2)):
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _code(text: str) -> bytes:
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    made = io.BytesIO()
    Image.fromarray(barcode.to_image(scale=6)).save(made, "PNG")
    return made.getvalue()


async def _post(
    member: Member, room_id: str, data: bytes, name: str, mimetype: str, **more: Any
) -> str:
    """Upload a file and post it, as a client does."""
    answer, _ = await member.client.upload(
        io.BytesIO(data), content_type=mimetype, filename=name, filesize=len(data)
    )
    assert isinstance(answer, nio.UploadResponse), answer
    sort = "m.image" if mimetype.startswith("image/") else "m.file"
    content = {
        "msgtype": sort,
        "body": name,
        "url": answer.content_uri,
        "info": {"mimetype": mimetype, "size": len(data)},
        **more,
    }
    return await member.send(room_id, "m.room.message", content)


async def _inspected(school: School, event_id: str) -> dict[str, Any]:
    async def found() -> Any:
        rows = await school.fetch(
            "SELECT event_id, source FROM events WHERE event_id = $1",
            f"$inspected:{event_id}",
        )
        return rows[0] if rows else None

    row: dict[str, Any] = await until(found, what="a file to be looked into")
    return row


async def test_a_workbook_with_marks_is_taken_away(school):
    """B3-28: whoever posts it, a teacher included."""
    room_id = await school.room()
    posted = await _post(
        school.wang,
        room_id,
        _workbook(),
        "期中.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )

    [redaction] = await school.hidden(room_id, posted)
    assert "B3-28" in redaction["content"]["reason"]


async def test_a_program_that_poses_as_a_picture_is_taken_away(school):
    room_id = await school.room()
    program = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + b"\0" * 500
    posted = await _post(school.xiaoming, room_id, program, "a.png", "image/png")

    await school.hidden(room_id, posted)


async def test_a_code_that_leads_to_a_group_elsewhere_is_found(school):
    """What a QR code says is judged as if it were written."""
    room_id = await school.room()
    posted = await _post(
        school.xiaoming,
        room_id,
        _code("https://t.me/joinchat/AAAAA"),
        "q.png",
        "image/png",
    )
    await _inspected(school, posted)
    await school.settled(posted)

    [judgement] = await school.fetch(
        "SELECT violations::text AS v FROM judgements WHERE event_id = $1",
        f"$inspected:{posted}",
    )
    assert '"links"' in judgement["v"]


async def test_an_innocent_picture_stands(school):
    room_id = await school.room()
    made = io.BytesIO()
    Image.new("RGB", (400, 300), (20, 90, 40)).save(made, "JPEG")
    posted = await _post(
        school.xiaoming, room_id, made.getvalue(), "春游.jpg", "image/jpeg"
    )
    await _inspected(school, posted)
    await school.settled(posted)

    assert await school.xiaohong.redaction(room_id, posted) is None


async def test_what_somebody_pretends_was_found_is_nothing(school):
    """Our own type, sent by a pupil: it is an event like any other unknown one."""
    room_id = await school.room()
    content = {
        "target": "$x",
        "facts": {"sort": "program", "media_type": "x", "size": 1},
    }
    forged = await school.xiaoming.send(room_id, "homeroom.inspected", content)
    await school.settled(forged)

    assert await school.actions(room_id, "redact") == []


async def test_a_file_the_homeserver_has_not_is_no_offence(school):
    room_id = await school.room()
    content = {"msgtype": "m.image", "body": "a.png", "url": "mxc://school.test/none"}
    posted = await school.xiaoming.send(room_id, "m.room.message", content)
    await _inspected(school, posted)
    await school.settled(posted)

    assert await school.xiaohong.redaction(room_id, posted) is None
