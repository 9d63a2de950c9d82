"""Files: what they are by content, and that nothing in them harms us."""

import io
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from appservice.domain.files import FileFacts, FileSort, Problem
from appservice.inspector.look import look

EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\0" * 300


def picture(sort: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (200, 10, 10)).save(made, sort)
    return made.getvalue()


def code(text: str, *, size: tuple[int, int] | None = None) -> Image.Image:
    """Draw a QR code; ``size``: somewhere in a larger picture."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    drawn = Image.fromarray(barcode.to_image(scale=6)).convert("L")
    if size is None:
        return drawn
    page = Image.new("L", size, 255)
    page.paste(drawn, (size[0] // 2, size[1] // 3))
    return page


def saved(image: Image.Image, sort: str = "PNG", **more) -> bytes:
    made = io.BytesIO()
    image.save(made, sort, **more)
    return made.getvalue()


def workbook(*rows: tuple[Any, ...], hidden: bool = False) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    if hidden:
        book.create_sheet("说明")
        sheet.sheet_state = "hidden"
    for row in rows:
        sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def zipped(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "sort"),
    [
        (picture("PNG"), FileSort.IMAGE),
        (picture("JPEG"), FileSort.IMAGE),
        (picture("WEBP"), FileSort.IMAGE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", FileSort.VECTOR_IMAGE),
        (b"%PDF-1.7\n", FileSort.PDF),
        (workbook(("a", 1)), FileSort.SPREADSHEET),
        (zipped(**{"a.txt": b"x"}), FileSort.ARCHIVE),
        (b"Rar!\x1a\x07\x01\x00", FileSort.ARCHIVE),
        (EXE, FileSort.PROGRAM),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 99, FileSort.PROGRAM),
        (b"#!/bin/sh\necho", FileSort.PROGRAM),
        (zipped(**{"AndroidManifest.xml": b"x"}), FileSort.PROGRAM),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 99, FileSort.VIDEO),
        (b"OggS\0\x02" + b"\0" * 60, FileSort.AUDIO),
        ("今天的作业".encode(), FileSort.TEXT),
        ("今天的作业".encode("gb18030"), FileSort.TEXT),
        (b"", FileSort.EMPTY),
        (bytes(range(256)), FileSort.UNKNOWN),
    ],
)
def test_a_file_is_what_is_in_it(data, sort):
    """Whatever it is called."""
    assert look(data, name="photo").sort is sort


@pytest.mark.parametrize(
    ("data", "name", "declared"),
    [
        (EXE, "成绩单.xlsx", ""),
        (EXE, "photo.jpg", "image/jpeg"),
        (zipped(**{"a.txt": b"x"}), "photo.png", "image/png"),
        (b"<html><script>", "photo.gif", ""),
        (b"<svg xmlns='x'></svg>", "photo.jpg", "image/jpeg"),
    ],
)
def test_a_name_that_says_something_else_is_a_disguise(data, name, declared):
    assert Problem.DISGUISED in look(data, name=name, declared=declared).problems


@pytest.mark.parametrize(
    ("data", "name", "declared"),
    [
        (picture("JPEG"), "photo.png", "image/png"),
        (picture("PNG"), "image", "image/jpeg"),
        ("姓名,电话\n甲,1\n".encode(), "名单.csv", "text/csv"),
        ("笔记".encode(), "笔记.md", "text/markdown"),
        (workbook(("a",)), "名单.xlsx", "application/octet-stream"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0" + b"\0" * 99, "录音.m4a", "audio/mp4"),
    ],
)
def test_an_honest_file_is_none(data, name, declared):
    """Telephones call a jpeg a png, and every sheet something else."""
    assert Problem.DISGUISED not in look(data, name=name, declared=declared).problems


@pytest.mark.parametrize("name", ["作业.bat", "a.vbs", "x.scr", "y.js "])
def test_a_script_is_a_program(name):
    assert look(b"echo hello\r\n", name=name).sort is FileSort.PROGRAM


def test_a_code_in_a_picture_is_read():
    assert look(saved(code("https://t.me/joinchat/abc"))).codes == (
        "https://t.me/joinchat/abc",
    )


def test_a_code_in_a_corner_of_a_photo_is_read():
    page = code("weixin://dl/chat?x", size=(3000, 4000))

    assert look(saved(page, "JPEG", quality=80)).codes == ("weixin://dl/chat?x",)


def test_a_code_in_a_later_frame_is_read():
    blank = Image.new("L", code("x" * 30).size, 255)
    made = io.BytesIO()
    blank.save(made, "GIF", save_all=True, append_images=[blank, blank, code("x" * 30)])

    assert look(made.getvalue()).codes == ("x" * 30,)


def test_a_picture_that_declares_too_much_is_not_decoded():
    """50,000 × 50,000 pixels in 60 bytes would take ten gigabytes."""
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    data = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + b"\0\0\0\0IDAT\x35\xaf\x06\x1e"
        + b"\0\0\0\0IEND\xae\x42\x60\x82"
    )

    assert look(data).problems == {Problem.HUGE_IMAGE}


def test_a_truncated_picture_is_broken():
    data = saved(Image.effect_noise((300, 300), 80), "PNG")

    assert look(data[: len(data) // 2]).problems == {Problem.BROKEN}


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='x'><script>alert(1)</script></svg>",
        b"<svg xmlns='x' onload='x()'></svg>",
        b"%PDF-1.7 /OpenAction << /S /JavaScript /JS (x) >>",
        zipped(**{"[Content_Types].xml": b"", "xl__vbaProject.bin": b"x"}),
        zipped(**{"作业.exe": b"MZ"}),
    ],
)
def test_what_would_act_is_named(data):
    assert Problem.SCRIPTED in look(data).problems


def test_a_sheet_is_read_as_it_is_shown():
    data = workbook(("姓名", "数学", "名次"), ("张三", 98.0, 1), ("李四", 87.5, 2))

    (table,) = look(data, name="成绩.xlsx").tables
    assert table == (
        ("姓名", "数学", "名次"),
        ("张三", "98", "1"),
        ("李四", "87.5", "2"),
    )


def test_a_hidden_sheet_is_read_as_well():
    assert look(workbook(("张三", 98), hidden=True)).tables == ((("张三", "98"),),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("divider", [",", "\t", ";"])
def test_a_csv_is_a_table_in_every_encoding(encoding, divider):
    lines = [divider.join(row) for row in (("姓名", "分数"), ("张三", "98"))]

    facts = look("\r\n".join(lines).encode(encoding), name="a.csv")

    assert facts.sort is FileSort.SPREADSHEET
    assert facts.tables == ((("姓名", "分数"), ("张三", "98")),)


def test_a_bomb_is_not_unpacked():
    """Ten thousand times its size, in one member or in many."""
    data = zipped(**{"a.txt": b"\0" * (300 * 2**20)})

    facts = look(data)
    assert Problem.BOMB in facts.problems
    assert facts.tables == ()


def test_a_workbook_that_is_a_bomb_is_not_opened():
    data = zipped(
        **{"[Content_Types].xml": b"x", "xl__sheet1.xml": b" " * (250 * 2**20)}
    )

    facts = look(data, name="成绩.xlsx")
    assert (facts.sort, Problem.BOMB in facts.problems) == (FileSort.SPREADSHEET, True)


def test_a_locked_file_is_named():
    """A zip's own flag, and the container of a locked workbook."""
    data = bytearray(zipped(**{"a.txt": b"secret"}))
    at = data.index(b"PK\x01\x02") + 8
    data[at] |= 1
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
    ole += "EncryptedPackage".encode("utf-16-le")

    assert Problem.ENCRYPTED in look(bytes(data)).problems
    assert Problem.ENCRYPTED in look(ole, name="成绩.xlsx").problems


STARTS = st.sampled_from(
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"%PDF-",
        b"<svg ",
        b"RIFF\0\0\0\0WEBP",
    ]
)


@given(STARTS, st.binary(max_size=400), st.text(max_size=20), st.text(max_size=20))
def test_no_file_makes_the_inspector_fail(start, rest, name, declared):
    """Any bytes under any name."""
    facts = look(start + rest, name=name, declared=declared)

    assert facts.size == len(start + rest)
    assert msgspec.json.decode(msgspec.json.encode(facts), type=FileFacts) == facts


def test_it_runs_as_a_process_of_its_own(tmp_path: Path):
    """With limits set before anything is read."""
    path = tmp_path / "file"
    path.write_bytes(saved(code("https://example.org")))

    ended = subprocess.run(
        [sys.executable, "-m", "appservice.inspector"],
        input=msgspec.json.encode({"path": str(path), "name": "a.png"}),
        capture_output=True,
        check=True,
        timeout=20,
    )

    facts = msgspec.json.decode(ended.stdout, type=FileFacts)
    assert facts.codes == ("https://example.org",)
