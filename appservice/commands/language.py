"""``!language``: which language one is written to in."""

from typing import Final

from appservice.commands.command import Asked, Command, Need, Reply
from appservice.matrix.render import translate
from appservice.store import languages

LANGUAGES: Final = {
    "en": "en",
    "english": "en",
    "英文": "en",
    "英语": "en",
    "zh": "zh_Hans",
    "zh_hans": "zh_Hans",
    "chinese": "zh_Hans",
    "中文": "zh_Hans",
    "汉语": "zh_Hans",
}
CHOSEN: Final = "I write to you in English from now on."


async def run(asked: Asked) -> Reply:
    """Write to somebody in the language they ask for; no roster takes that back."""
    language = LANGUAGES.get(asked.text.strip().lower())
    if language is None:
        return asked.refuse("Please write “!language en” or “!language zh”.")
    await languages.choose(asked.connection, asked.sender, language)
    asked.school.choose_language(asked.sender, language)
    return Reply(text=translate(CHOSEN, language), result="done")


COMMAND = Command(
    name="language",
    aliases=("语言",),
    usage="en | zh",
    summary="which language I write to you in",
    run=run,
    text=Need.REQUIRED,
    is_discreet=False,
)
