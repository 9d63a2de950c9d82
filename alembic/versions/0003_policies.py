"""Policies: questions to people, acceptance, permits, files looked into."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHANGES = (
    # The one way to ask a person. json and not jsonb: see 0001.
    """
    CREATE TABLE questions (
        id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind       text NOT NULL,
        room_id    text NOT NULL,
        subject    text,
        event_id   text,
        judgement  bigint REFERENCES judgements,
        body       json NOT NULL,
        asked_at   timestamptz NOT NULL DEFAULT now(),
        due_at     timestamptz,
        choice     text,
        decided_by text,
        decided_at timestamptz
    )
    """,
    "CREATE INDEX questions_open ON questions (room_id) WHERE choice IS NULL",
    "CREATE INDEX questions_of_event ON questions (event_id)",
    # Everybody's first answer stands; the reason is for the record.
    """
    CREATE TABLE answers (
        question   bigint NOT NULL REFERENCES questions ON DELETE CASCADE,
        by_user    text NOT NULL,
        choice     text NOT NULL,
        rights     text[] NOT NULL,
        posts      text[] NOT NULL,
        reason     text,
        event_id   text,
        at         timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (question, by_user)
    )
    """,
    # Which message of ours asks which question.
    """
    CREATE INDEX cards ON actions (result)
     WHERE kind = 'ask'
    """,
    # One-time leave for one text of one member (A43).
    """
    CREATE TABLE permits (
        question   bigint PRIMARY KEY REFERENCES questions ON DELETE CASCADE,
        room_id    text NOT NULL,
        user_id    text NOT NULL,
        likeness   text NOT NULL,
        expires_at timestamptz NOT NULL,
        used_by    text
    )
    """,
    "CREATE INDEX permits_open ON permits (room_id, user_id) WHERE used_by IS NULL",
    # Who was asked to accept what, in which version, for whom, and did. Never deleted,
    # only withdrawn.
    """
    CREATE TABLE acceptances (
        id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        what       text NOT NULL CHECK (what IN ('rules', 'consent')),
        kind       text NOT NULL,
        version    text NOT NULL,
        by_user    text NOT NULL,
        for_person text,
        event_id   text,
        asked_at   timestamptz NOT NULL DEFAULT now(),
        accepted_at timestamptz,
        withdrawn_at timestamptz
    )
    """,
    """
    CREATE UNIQUE INDEX acceptances_once
        ON acceptances (what, kind, version, by_user, coalesce(for_person, ''))
    """,
    # A policy as it was read, so that a case can be told by the rules of its time.
    """
    CREATE TABLE policy_versions (
        digest     bytea PRIMARY KEY,
        kind       text NOT NULL,
        version    text NOT NULL,
        effective_from date NOT NULL,
        content    json NOT NULL,
        read_at    timestamptz NOT NULL DEFAULT now()
    )
    """,
    # Files that wait to be looked into.
    """
    CREATE TABLE inspections (
        event_id   text PRIMARY KEY,
        room_id    text NOT NULL,
        sender     text NOT NULL,
        media      text NOT NULL,
        declared   json NOT NULL,
        attempts   smallint NOT NULL DEFAULT 0,
        due_at     timestamptz NOT NULL DEFAULT now(),
        claimed_until timestamptz
    ) WITH (fillfactor = 70)
    """,
    "CREATE INDEX inspections_due ON inspections (due_at)",
    # The running count of messages to look at: each has a card of its own now.
    "DELETE FROM timers WHERE kind = 'look'",
)


def upgrade() -> None:
    """Add what the policies ask for."""
    for statement in CHANGES:
        op.execute(statement)


def downgrade() -> None:
    """Records are not thrown away by a downgrade: restore a backup instead."""
    raise NotImplementedError
