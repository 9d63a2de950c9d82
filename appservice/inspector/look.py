"""Bytes of a file into what is known of it."""

import hashlib
import re
from dataclasses import replace
from typing import Final

from appservice.domain.files import FileFacts, FileSort, Problem
from appservice.inspector import archives, pictures, sheets
from appservice.inspector.sorts import (
    OLE,
    RUNNABLE,
    ZIP,
    extension,
    is_disguised,
    sort_of,
    text_of,
)

_ACTIVE_PDF: Final = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile)\b")
_ACTIVE_SVG: Final = re.compile(
    rb"<script|\son\w+\s*=|javascript:|<foreignObject|<!ENTITY", re.IGNORECASE
)


def look(data: bytes, *, name: str = "", declared: str = "") -> FileFacts:
    """
    Look into a file. Never raises for what is in it.

    Args:
        name: What the message calls it.
        declared: The media type the message declares.
    """
    sort, media_type = sort_of(data)
    facts = FileFacts(
        sort=sort,
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    facts = _inside(facts, data, name)
    if extension(name) in RUNNABLE and facts.sort in (FileSort.TEXT, FileSort.UNKNOWN):
        # A script is text, and a program of a sort we do not know still one.
        facts = replace(facts, sort=FileSort.PROGRAM)
    problems = set(facts.problems)
    if is_disguised(facts.sort, name, declared):
        problems.add(Problem.DISGUISED)
    return replace(facts, problems=frozenset(problems))


def _inside(facts: FileFacts, data: bytes, name: str) -> FileFacts:
    match facts.sort:
        case FileSort.IMAGE:
            seen = pictures.look_at_picture(data, facts.media_type)
            return replace(facts, problems=seen.problems, codes=seen.codes)
        case FileSort.VECTOR_IMAGE:
            return _flag(facts, Problem.SCRIPTED, is_so=bool(_ACTIVE_SVG.search(data)))
        case FileSort.PDF:
            facts = _flag(facts, Problem.ENCRYPTED, is_so=b"/Encrypt" in data)
            active = bool(_ACTIVE_PDF.search(data))
            return _flag(facts, Problem.SCRIPTED, is_so=active)
        case FileSort.TEXT:
            return _of_text(facts, data, name)
        case FileSort.ARCHIVE | FileSort.DOCUMENT:
            return _of_container(facts, data)
        case _:
            return facts


def _flag(facts: FileFacts, problem: Problem, *, is_so: bool) -> FileFacts:
    return replace(facts, problems=facts.problems | {problem}) if is_so else facts


def _of_text(facts: FileFacts, data: bytes, name: str) -> FileFacts:
    words = (text_of(data[: 4 * sheets.WORDS_AT_MOST]) or "")[: sheets.WORDS_AT_MOST]
    table = sheets.table_of_text(words)
    is_sheet = extension(name) == "csv" and bool(table)
    return replace(
        facts,
        sort=FileSort.SPREADSHEET if is_sheet else facts.sort,
        words="" if table else words,
        tables=(table,) if table else (),
    )


def _of_container(facts: FileFacts, data: bytes) -> FileFacts:
    if data.startswith(ZIP):
        container = archives.look_into_zip(data)
    elif data.startswith(OLE):
        container = archives.look_into_ole(data)
    else:
        container = archives.look_into_archive(data, facts.media_type)
    facts = replace(
        facts,
        sort=container.sort,
        media_type=container.media_type,
        problems=container.problems,
        members=container.members,
    )
    if archives.runs(container.members):
        facts = _flag(facts, Problem.SCRIPTED, is_so=True)
    if not container.is_openable or not data.startswith(ZIP):
        return facts
    return _of_office(facts, data)


def _of_office(facts: FileFacts, data: bytes) -> FileFacts:
    try:
        if facts.sort is FileSort.SPREADSHEET:
            return replace(facts, tables=sheets.tables_of_xlsx(data))
        if facts.sort is FileSort.DOCUMENT:
            words, tables = sheets.words_of_docx(data)
            return replace(facts, words=words, tables=tables)
    except ValueError:
        # Of a sort that is not read here (ods, presentations), or broken inside.
        return facts
    return facts
