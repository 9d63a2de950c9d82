"""Marks and ranks that stand next to names, in English."""

import re
from typing import Final

from appservice.domain.likely_names import ENGLISH
from appservice.domain.marks import MARKED_AT_MOST, Marked

_ORDINAL: Final = (
    r"(?:\d{1,3}(?:st|[nr]d|th)|first|second|third|fourth|fifth|last|bottom|top)"
)
_OF_ROOM: Final = (
    r"(?:in|of|at|on)\ (?:the\ |our\ |his\ |her\ |this\ )?(?:whole\ |entire\ )?"
    r"(?:class|grade|year|form|exam|test|quiz|list|ranking)s?"
)
_UNITS: Final = (
    r"(?!\d|[.:/-]\d|\ ?(?:am|pm|st|[nr]d|th|o'clock|years?|mins?|minutes?|hours?|hrs?|"
    r"books?|pages?|kg|cm|km|rmb|yuan|usd|dollars?|students?|people|persons?|boys?|"
    r"girls?|"
    r"times?|days?|weeks?|months?|votes?|tickets?|copies|seats?|rooms?|laps|goals"
    r"|stars?)"
    r"(?![a-z]))"
)
_MARK: Final = (
    rf"(?:(?P<number>\d{{1,3}}(?:\.\d)?)(?:\ ?/\ ?1[05]0)?{_UNITS}"
    r"(?P<points>\ ?(?:%|points?|marks?|out\ of))?|(?P<grade>[A-DF][+-]?(?![\w'])))"
)
_SUBJECT: Final = (
    r"(?:(?:[Mm]aths?|[Ee]nglish|[Cc]hinese|[Ss]cience|[Pp]hysics|[Hh]istory|[Tt]est"
    r"|[Ee]xam)\ )?"
    r"(?:(?:[Ss]core|[Mm]ark|grade|Grade|[Rr]esult)s?(?:\ is|\ was|\ ?:)?\ )?"
)
_VERB: Final = (
    r"(?:(?:got|scored|has|had|gets|received|with|is|was|earned|achieved)\ )?"
    r"(?:an?\ |only\ |just\ )?"
)
_NAMED: Final = r"(?P<name>[A-Z][a-z]{1,14}(?:\ [A-Z][a-z]{1,14})?)"
_ENTRY: Final = re.compile(
    rf"(?<![A-Za-z]){_NAMED}(?:'s)?[ \t]{{0,8}}[:=,(|–—-]{{0,2}}[ \t]{{0,8}}"
    rf"{_SUBJECT}{_VERB}{_MARK}"
)
_SMALL: Final = re.compile(
    rf"(?<![a-z])(?P<name>{ENGLISH})(?![a-z])[ \t]{{0,8}}[:=,(|-]{{0,2}}[ \t]{{0,8}}"
    rf"{_SUBJECT}{_VERB}{_MARK}"
)
_SINGLE: Final = re.compile(
    rf"(?<![A-Za-z])(?P<name>[A-Z][a-z]{{1,14}}(?:\ [A-Z][a-z]{{1,14}})?|{ENGLISH})"
    r"(?:'s)?\ (?:[a-z]{1,12}\ ){0,4}?(?:"
    r"(?:got|scored|received|earned|gets|score\ (?:is|was)|mark\ (?:is|was))"
    r"\ (?:only\ |just\ |an?\ )?"
    r"\d{1,3}(?:\.\d)?(?:\ ?%|\ ?/\ ?\d{2,3}|\ (?:points?|marks?|out\ of)|"
    r"\ (?:in|on|for)\ (?:the\ |his\ |her\ |this\ |our\ )?(?:\w{1,12}\ )?"
    r"(?:exam|test|quiz|maths?|english|science|chinese|physics|midterm|final))"
    r"|(?:failed|flunked)\ (?:the\ |his\ |her\ |this\ |our\ )?(?:\w{1,12}\ )?"
    r"(?:exam|test|quiz|midterm|final|maths?|english|science|chinese|physics)"
    rf"|(?:is\ |was\ )?ranked\ (?:\w{{1,8}}\ )?{_ORDINAL}"
    rf"|(?:came|comes|is|was|finished|placed|ranks|ranking|coming)\ (?:in\ |at\ |the\ "
    rf"|only\ ){{0,3}}"
    rf"{_ORDINAL}\ (?:place\ )?{_OF_ROOM}"
    rf"|rank\ (?:is|was)\ (?:{_ORDINAL}|\d)|(?:got|gets|received|earned"
    rf"|has)\ (?:full\ marks|a\ perfect\ score)"
    r"|(?:is|was)\ (?:the|our)\ (?:top|bottom|best|worst|weakest)\ (?:student|pupil)"
    r"|(?:\w{1,10}\ )?(?:score|mark|grade|result)\ ?(?::|is|was)\ ?\d{1,3}"
    r"|(?:got|gets|has|had|with|scored)\ the\ (?:lowest|highest|worst|best|top"
    r"|second)\ "
    r"(?:\w{1,10}\ )?(?:score|mark|grade|result)"
    r"|scored\ (?:the\ )?(?:highest|lowest|best|worst))"
)
_LISTED: Final = re.compile(
    r"(?:top|bottom|best|worst)\ (?:\d{1,2}|three|five|ten)\b"
    r"(?:\ (?:students?|pupils?|kids|scores?|results?|in|of|the|our|class|exam"
    r"|test)){0,5}"
    rf"\ ?:\s{{0,3}}(?P<first>{ENGLISH})(?![a-z])"
    rf"|(?:failed|full\ marks?"
    rf"|perfect\ scores?)[^\n:]{{0,20}}:\s{{0,3}}(?P<group>{ENGLISH})(?![a-z])"
    rf"|(?:lowest|highest|best|worst)\ (?:mark|score|grade)(?:\ is|\ was"
    rf"|:)\ (?P<best>{ENGLISH})(?![a-z])"
    r"|(?:no\.?\ ?1"
    r"|number\ one)[:.)\ -]{1,3}(?P<one>[a-z]{2,15})[^\n]{0,20}?(?:no\.?\ ?2"
    r"|number\ two)"
    rf"|(?P<led>{ENGLISH})\ (?:is\ |was\ )?(?:1st|first)\b[^\n]{{0,20}}?(?:2nd"
    rf"|second)\b"
    r"|rank(?:ing|s)?(?:\ list)?[^\n:]{0,20}:\s{0,3}1[.)]\ ?(?P<ranked>[a-z]{2,15})"
    r"|(?:1st|first)[:.)\ -]{1,3}(?P<winner>[a-z]{2,15})[^\n]{0,20}?(?:2nd"
    r"|second)[:.)\ -]{1,3}"
    r"[a-z]{2,15}",
    re.IGNORECASE,
)
_OF_LISTS: Final = (
    *("top ", "bottom ", "best ", "worst ", "failed", "full mark", "perfect score"),
    *("lowest ", "highest ", "no.1", "no. 1", "no 1", "number one", "rank", "1st"),
    "first",
)
"""One of these stands in every such list: the expression itself is slow to say no."""

_OTHER_WORDS: Final = (
    "january february march april may june july august september october november "
    "december monday tuesday wednesday thursday friday saturday sunday mon tue wed "
    "thu fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec room page "
    "pages unit units lesson lessons class grade chapter section part question "
    "questions exercise exercises number level bus gate building floor table week "
    "day term year period group team book books module task activity test quiz exam "
    "maths math english chinese science history physics chemistry biology geography "
    "art music total average score scores mean max min the an we you he she it they "
    "at by on in from to until about only please today tomorrow boys girls windows "
    "version step line row seat size price zoom meeting code password appendix "
    "figure due over around nearly almost all top get paper route flight train "
    "platform apartment street road avenue highway episode season volume track item "
    "option answer answers problem problems article paragraph sentence words word "
    "spelling reading listening writing speaking homework assignment worksheet "
    "workbook textbook this that these there our my his her your students student "
    "parents parent teacher teachers everyone most some many both covid iphone "
    "android ipad office lab hall library canteen gym pool field court channel "
    "session round set match game half quarter north south east west form stage "
    "phase key type model plan act scene verse psalm rule law pass call dial tel "
    "phone mobile fax ext mr mrs ms miss dr sir madam dear hi hello ok yes no and "
    "or but if so when what who where why how"
)
_NOT_NAMES: Final = frozenset(_OTHER_WORDS.split())


def marked_in_english(text: str, folded: str) -> list[Marked]:
    """
    Find English names with a mark after them.

    Args:
        text: As it was written: capitals tell names from other words.
        folded: The same folded, for common names in small letters.
    """
    names: dict[str, Marked] = {}
    for pattern, searched in ((_ENTRY, text), (_SMALL, folded)):
        for number, match in enumerate(pattern.finditer(searched)):
            if number == MARKED_AT_MOST:
                break
            name = match["name"].lower()
            if _NOT_NAMES.isdisjoint(name.split()):
                names.setdefault(name, _of(match, name))
    return list(names.values())


def said_of_one(text: str) -> re.Match[str] | None:
    """Find a sentence that gives one pupil's mark or rank away."""
    for number, match in enumerate(_SINGLE.finditer(text)):
        if _NOT_NAMES.isdisjoint(match["name"].lower().split()):
            return match
        if number == MARKED_AT_MOST:
            break
    return None


def listed_by_rank(text: str) -> re.Match[str] | None:
    """Find a list of people in the order of their marks."""
    lowered = text.lower()
    if not any(word in lowered for word in _OF_LISTS):
        return None
    for match in _LISTED.finditer(text):
        first = next(filter(None, match.groups())).lower()
        if first not in _NOT_NAMES:
            return match
    return None


def _of(match: re.Match[str], name: str) -> Marked:
    return Marked(
        name=name,
        value=float(match["number"]) if match["number"] else None,
        is_points=match["points"] is not None,
        start=match.start(),
        end=match.end(),
    )
