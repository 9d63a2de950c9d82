"""
What we say, in English; ``locales/`` has the same in Chinese.

There without "you": 你 to a pupil would be 您 to a parent.
"""

from collections.abc import Mapping
from typing import Final

RULES: Final[Mapping[str, str]] = {
    "hint": "A small reminder about your message in “{room}” ({link}). It stands; "
    "please mind the rule below.",
    "hold": "Your message in “{room}” has been put away for the moment, until a "
    "member of staff has looked at it. This is not a punishment.",
    "refuse": "Your message in “{room}” has been put away.",
    "look_flag": "Please look at a message in “{room}” ({role}). It has been left "
    "where it is: {link}",
    "look_hold": "A message in “{room}” ({role}) has been put away and waits for your "
    "decision: {link}",
    "stranger": "{user_id} writes in “{room}” and is not in the school’s roster. "
    "Please check who this is; until then the strictest rules apply to them.",
    "breaker_room": "I have put away more than {count} messages in “{room}” within "
    "five minutes and have stopped doing so. I go on recording. Please look at the "
    "room; `homeroom rooms enforce {room_id}` lets me go on.",
    "breaker_school": "I have put away more than {count} messages in the whole school "
    "within five minutes and have stopped doing so everywhere. I go on recording. "
    "`homeroom rooms enforce --school` lets me go on.",
    "abandoned": "I could not put away a message in “{room}”: {link} Please check that "
    "{bot} is in the room and may redact (power level 50 or more), and remove the "
    "message yourself for now.",
    "room_encrypted": "Encryption has been switched on in “{room}”. From now on I can "
    "neither read nor keep what is written there, and it cannot be switched off again: "
    "please open a new room without it.",
    "parked": "I could not make sense of a message in “{room}” and have not judged "
    "it. Please look at it: {link}",
    "greeting": "Hello, this is Homeroom, which helps to keep the school’s rooms by "
    "the school’s rules. I write to you here when something concerns only you.",
    "encrypted": "This room is encrypted, so I cannot read what is written here. I "
    "have invited you to a room where I can; please write to me there.",
    "elsewhere": "I answer in another room: I have invited you there; please write to "
    "me there.",
}
"""About messages, the breaker, and ourselves."""

NAMES: Final[Mapping[str, str]] = {
    "name_put_right": "Your name in “{room}” is “{name}” again: names here are as in "
    "the school’s roster. You need do nothing. If the roster is wrong, please tell the "
    "person in charge of the room.",
    "name_staff": "Your name in “{room}” looked like that of a member of staff, so it "
    "is “{name}” again. If the roster is wrong, please tell the person in charge of "
    "the room.",
    "name_remind": "Names in “{room}” are as in the school’s roster; yours is "
    "“{name}”. To set it, write /myroomnick {name} in the room (Element on a computer "
    "or in a browser), or change your display name in the settings of your app.",
    "name_hidden": "The name you had in “{room}” is not used there, so it has been "
    "taken away; yours is “{name}”. I cannot set it for you: please write /myroomnick "
    "{name} in the room (Element on a computer or in a browser), or change your "
    "display name in the settings of your app.",
    "name_read_only": "In “{room}” you can only read for now, because your name there "
    "is still not “{name}”. As soon as it is, you can write again, without asking "
    "anybody. To set it, write /myroomnick {name} in any message box of that room, or "
    "change your display name in the settings of your app.",
    "name_stranger": "{user_id} is in “{room}” under the name of a member of staff and "
    "is not in the school’s roster. I have taken that name away. Please check who this "
    "is; “!remove {user_id}” removes the account.",
}
"""About names."""

SETTINGS: Final[Mapping[str, str]] = {
    "put_back_levels": "The permissions in “{room}” follow from the school’s roster "
    "and rules, so I have put your change back. Who shall have another right needs "
    "another post in the roster; “!mute” and “!quiet” keep somebody or everybody from "
    "writing for a while.",
    "put_back_name": "The name of “{room}” is fixed by the school’s rules, so I have "
    "put your change back.",
    "put_back_topic": "The topic of “{room}” is for those in charge of it, and says "
    "that it is an official room; I have put your change back.",
    "put_back_avatar": "The picture of “{room}” is for those in charge of it, so I "
    "have put your change back.",
    "put_back_pins": "In “{room}” those who may announce decide what is pinned, so I "
    "have put your change back. With that right, “!announce” pins and “!unpin” unpins.",
    "put_back_join_rule": "Who may come into “{room}” follows from the school’s rules, "
    "so I have put your change back.",
    "put_back_history": "What newcomers can read in “{room}” follows from the school’s "
    "rules, so I have put your change back.",
    "put_back_guests": "“{room}” is not open to guests by the school’s rules, so I "
    "have put your change back.",
    "put_back_aliases": "The address of “{room}” follows from the school’s rules, so I "
    "have put your change back.",
    "put_back_tombstone": "“{room}” is replaced by the school only, so I have taken "
    "your notice of a new room back. `homeroom rooms upgrade` does it.",
    "looks_closed": "In “{room}” there is a notice of a new room that leads nowhere. "
    "It cannot be taken out any more, and some apps (Element) show the room as closed "
    "because of it: members may be unable to write there. `homeroom rooms upgrade "
    "{room_id}` helps: everybody comes along into a new room. Please ask the school’s "
    "IT for it.",
    "quarrel": "Something in “{room}” ({what}) was changed and put back again and "
    "again. I stop for an hour; please find out who changes it and why.",
    "powerless": "I can no longer do my work in “{room}” (missing: {needs}). Who can "
    "undo this: {who}. In Element: Room settings → Roles & Permissions, and there the "
    "level of {bot} to 100; if I am not in the room, invite {bot} again (after lifting "
    "a ban: Room settings → People).",
    "no_owner": "Nobody in the roster is in charge of “{room}” any more. Please see to "
    "it that somebody holds the post, and import the roster again.",
    "cannot": "I could not do something in “{room}” ({what}): the homeserver refuses. "
    "Please check that {bot} is in the room and stands at level 100.",
    "upgraded": "“{room}” has moved to a new room, and I keep it there. If somebody is "
    "missing, please invite them.",
    "not_followed": "“{room}” has been replaced by another room, and I could not "
    "follow: {why}. Please invite {bot} there and tell the school’s IT.",
}
"""About rooms that are not as they should be."""

COMMANDS: Final[Mapping[str, str]] = {
    "answer": "{text}",
    "warned": "{by} asks you to mind the rules of “{room}”: {reason}\nOnly you can "
    "read this. If you see it otherwise, please talk to {by}.",
    "warned_bare": "{by} asks you to mind the rules of “{room}” (“!rules” shows "
    "them).\nOnly you can read this. If you see it otherwise, please talk to {by}.",
    "muted": "In “{room}” you can only read until {until}, and still react to "
    "messages. {by} has decided this: {reason}\nIt ends by itself. If you see it "
    "otherwise, please talk to {by}.",
    "muted_bare": "In “{room}” you can only read until {until}, and still react to "
    "messages. {by} has decided this.\nIt ends by itself. If you see it otherwise, "
    "please talk to {by}.",
    "cooled_down": "In “{room}” voices have been raised, so you can only read there "
    "until {until}; you can still react to messages. It ends by "
    "itself. If something is on your mind, please talk to the class teacher.",
    "unmuted": "You can write in “{room}” again; {by} has decided this.",
    "removed_because": "{by} has removed you from “{room}”: {reason}\nIf you see it "
    "otherwise, please talk to {by}.",
    "removed_bare": "{by} has removed you from “{room}”.\nIf you see it otherwise, "
    "please talk to {by}.",
}
"""What others hear of a command."""

REVIEWS: Final[Mapping[str, str]] = {
    "card_hold": "No. {id}: a message in “{room}” ({role}, {at}) has been put away "
    "and waits for a decision: {rule}. {link}\n✅ lets it stand again, ❌ keeps it "
    "put away (or “!release {id}”, “!uphold {id}”). “!show {id}” shows you alone "
    "what it says.",
    "card_flag": "No. {id}: please look at a message in “{room}” ({role}, {at}), "
    "which has been left where it is: {rule}. {link}\n✅ leaves it, ❌ puts it away "
    "(or “!release {id}”, “!uphold {id}”). “!show {id}” shows you alone what it "
    "says.",
    "card_complaint": "No. {id}: please look at a message in “{room}” ({role}, "
    "{at}), which has been left where it is: {rule}. {link}\n💬 it is a complaint "
    "and is to be answered, ❌ it is an attack and is put away, ✅ neither (or "
    "“!complaint {id}”, “!uphold {id}”, “!release {id}”). “!show {id}” shows you "
    "alone what it says.",
    "card_permit": "No. {id}: a member of “{room}” ({role}) asks to post something "
    "once.\n✅ permits it, ❌ does not (or “!release {id}”, “!uphold {id}”). “!show "
    "{id}” shows you alone what it says.",
    "card_was_release": "No. {id} (“{room}”): ✅ may stand. {who}, {when}",
    "card_was_uphold": "No. {id} (“{room}”): ❌ put away, or not permitted. {who}, "
    "{when}",
    "card_was_complaint": "No. {id} (“{room}”): 💬 a complaint, to be answered. "
    "{who}, {when}",
    "review_greeting": "Here I ask those who review the messages of a class to "
    "decide. What was written is not shown here: “!show” and the number shows it to "
    "you alone. A tap on ✅ or ❌ is enough; the first decision stands.",
    "question_waits": "No. {id} in “{room}” ({rule}, {at}) still waits for a "
    "decision. “!show {id}” shows what it says; then “!release {id}” or “!uphold "
    "{id}”.",
    "shown": "No. {id}, {who} in “{room}”:\n{text}",
    "shown_in_part": "No. {id}, {who} in “{room}”, the first {count} of {all} "
    "characters:\n{text}",
    "shown_nothing": "No. {id}, {who} in “{room}”: there is no text in it. {link}",
    "released": "Your message in “{room}” has been looked at by staff and stands in "
    "the room again. Thank you for your patience.",
    "released_not_posted": "Your message in “{room}” has been looked at by staff and "
    "may stand. I could not post it again for you: please send it once more if it "
    "still matters.",
    "upheld": "Your message in “{room}” has been looked at by staff and stays put "
    "away. This is not a punishment. If you see it otherwise, please talk to the "
    "person in charge of the room.",
    "hidden_by_person": "Your message in “{room}” has been looked at by staff and "
    "put away. If you see it otherwise, please talk to the person in charge of the "
    "room.",
    "is_complaint": "What you wrote in “{room}” has been read as a complaint. It "
    "stands, and the school will answer it.",
    "released_quote": "{name} (looked at by staff):\n{text}",
    "permit_granted": "You may post it in “{room}” once, exactly as you sent it to "
    "me, within {days} days.",
    "permit_refused": "The person in charge of “{room}” asks you not to post it there.",
}
"""About what people are asked to decide."""

WELCOME: Final[Mapping[str, str]] = {
    "please_accept": "Welcome to “{room}”. It goes by 《{document}》: “!rules” shows "
    "them all. What is kept of you here, and why: {privacy}\nPlease answer “accept” "
    "here if you accept them.",
    "please_accept_first": "Welcome to “{room}”. It goes by 《{document}》: “!rules” "
    "shows them all. What is kept of you here, and why: {privacy}\nPlease answer "
    "“accept” here if you accept them; until then you can read there and react to "
    "messages.",
    "consent_withdrawn": "{by} has taken back the consent for {name} (“{room}”). It is "
    "on record; please talk to the family about what follows.",
    "digest": "A reminder of what “{room}” goes by, from "
    "《{document}》:\n{clauses}\n“!rules” shows all of it. Thank you for keeping the "
    "room pleasant. — {signed}",
}
"""About the rules, to those who come and to all."""

LABELS: Final[Mapping[str, str]] = {
    "abuse": "an insult or a personal attack",
    "vulgar": "coarse words",
    "pornography": "pornography",
    "violence": "violence or terror",
    "cult": "a cult",
    "gambling": "gambling",
    "politics": "politics",
    "religion": "religion",
    "advertising": "advertising or selling",
    "red_packet": "a red packet",
    "vote": "asking for votes",
    "like_collecting": "collecting likes",
    "fundraising": "raising money",
    "incitement": "incitement",
    "self_harm": "a cry for help: please see at once whether somebody needs you",
    "rumour": "something unconfirmed",
    "showing_off": "showing off",
    "confidential": "something confidential",
    "complaint": "criticism of the school or of staff",
    "pupil_negative": "something negative about a pupil",
    "ranking": "marks or ranks of pupils",
    "privacy": "private details",
    "links": "a link",
    "attachments": "a file",
    "hidden_text": "hidden text",
    "split_words": "words split over several messages",
    "mass_mentions": "mentioning many people",
    "copy": "the same in several rooms",
    "quarrel": "a quarrel",
    "too_long": "a long message",
    "chat": "talk that does not belong here",
    "off_topic": "off topic, as members say",
    "quiet_hours": "the quiet hours",
    "homework": "homework",
    "photo": "photos of pupils",
    "flooding": "the same again and again",
    "features": "a place or a voice message",
}
"""What a rule is about, for those who decide."""

SENTENCES: Final[Mapping[str, str]] = {
    **RULES,
    **NAMES,
    **SETTINGS,
    **COMMANDS,
    **REVIEWS,
    **WELCOME,
}
"""By the name of the notice."""

REASONS: Final[Mapping[str, str]] = {
    "name": "This name is not used here; the member has been told why in private.",
    "command": "A request to Homeroom, answered in private.",
    "removed": "Removed by the person in charge of the room.",
    "shown": "Shown for a while only.",
    "reviewer": "Reviews here no more, as the school’s roster says.",
}
"""What everybody reads beside something taken away that broke no rule of conduct."""

THINGS: Final = (
    *("redact", "levels", "state", "membership", "names", "remove", "announce"),
    *("name", "topic", "avatar", "pins", "join_rule", "history", "guests"),
    *("aliases", "tombstone", "settings"),
)
"""Words of ours that stand in a notice as ``{what}`` or ``{needs}``."""
