"""
Homeroom: an application service that keeps a school's rooms by the school's rules.

The layers, innermost first; an import may only point left
(``tests/test_architecture.py`` keeps it true):

    domain ◄ store, matrix ◄ services ◄ commands, web, cli ◄ app

The road of an event: ``web/transactions`` stores it (``services/intake``) and only
then answers the homeserver; ``services/moderation`` claims a room with waiting events,
parses them (``matrix/parse``), asks ``domain.decide`` and writes verdict, records and
outbox in one database transaction; ``services/enforcement`` carries the outbox out.
"""
