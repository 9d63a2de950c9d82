"""
The pure core: what happens in a room, what the rules say of it, what follows.

Nothing here does I/O, asks the time, draws random numbers or knows a library of the
outside (mautrix, asyncpg). The words, used alike in every layer:

- *event*, *sender*, *room*, *redact*: as in the Matrix specification.
- *rule*: one check of conduct, one file in ``rules/``.
- *policy*: all rules of a room kind with their settings, its roles and rights.
- *violation*: one rule broken by one event. *verdict*: all that follows for one event.
- *outcome*: allow, hint, flag, hold, refuse (see ``rule.Outcome``).
- *action*: one thing to do on the homeserver.
- *hide*: redact with the original kept; *hold*: hide until a person decides.
- *role*: what someone is; *post*: an office held; *right*: what they may do in a room.
- *judge*: decide on an event. *carry out*: perform an action.
- *park*: set an event aside. *abandon*: give up an action.
"""
