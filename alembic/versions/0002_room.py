"""The room: what is desired of it, what was put right, what people asked for."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CHANGES = (
    # A pupil's number, and the language somebody is written to in.
    "ALTER TABLE people ADD COLUMN number text",
    "ALTER TABLE people ADD COLUMN language text",
    # What people chose themselves, which no import of the roster takes back.
    """
    CREATE TABLE languages (
        user_id    text PRIMARY KEY,
        language   text NOT NULL CHECK (language IN ('zh_Hans', 'en'))
    )
    """,
    # The room that took the place of this one.
    "ALTER TABLE rooms ADD COLUMN successor text",
    # When the whole state was read last: an event that came before is in it already.
    "ALTER TABLE turns ADD COLUMN state_at timestamptz",
    # The state key an action wrote, and the event that led to it where no rule did.
    "ALTER TABLE actions ADD COLUMN slot text",
    "ALTER TABLE actions ADD COLUMN because text",
    "ALTER TABLE actions DROP CONSTRAINT actions_status_check",
    """
    ALTER TABLE actions ADD CONSTRAINT actions_status_check CHECK
        (status IN ('waiting', 'done', 'abandoned', 'observed', 'outdated'))
    """,
    # The settings of a room that people with the right chose by hand.
    """
    CREATE TABLE kept_state (
        room_id    text NOT NULL REFERENCES rooms ON DELETE CASCADE,
        type       text NOT NULL,
        content    bytea NOT NULL,
        event_id   text,
        by_user    text,
        kept_at    timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (room_id, type)
    )
    """,
    # What was put right last, state key by state key, and how often lately.
    """
    CREATE TABLE corrections (
        room_id    text NOT NULL REFERENCES rooms ON DELETE CASCADE,
        slot       text NOT NULL,
        digest     bytea NOT NULL,
        action     uuid NOT NULL,
        times      integer NOT NULL DEFAULT 1,
        since      timestamptz NOT NULL DEFAULT now(),
        last_at    timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (room_id, slot)
    )
    """,
    # Members whose name is not, or was lately not, what it should be.
    """
    CREATE TABLE false_names (
        room_id    text NOT NULL REFERENCES rooms ON DELETE CASCADE,
        user_id    text NOT NULL,
        is_false   boolean NOT NULL,
        since      timestamptz NOT NULL,
        last_at    timestamptz NOT NULL,
        put_right  timestamptz[] NOT NULL DEFAULT '{}',
        reminded_at timestamptz,
        PRIMARY KEY (room_id, user_id)
    )
    """,
    """
    CREATE TABLE mutes (
        id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        room_id    text NOT NULL REFERENCES rooms ON DELETE CASCADE,
        user_id    text NOT NULL,
        until      timestamptz NOT NULL,
        by_user    text NOT NULL,
        because    text NOT NULL,
        reason     text,
        muted_at   timestamptz NOT NULL DEFAULT now(),
        ended_at   timestamptz,
        ended_by   text
    )
    """,
    """
    CREATE UNIQUE INDEX mutes_running ON mutes (room_id, user_id)
     WHERE ended_at IS NULL
    """,
    """
    CREATE TABLE switches (
        room_id    text NOT NULL REFERENCES rooms ON DELETE CASCADE,
        name       text NOT NULL,
        until      timestamptz,
        by_user    text NOT NULL,
        because    text NOT NULL,
        switched_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (room_id, name)
    )
    """,
    # Every command and what came of it. What was written is in events.
    """
    CREATE TABLE commands (
        event_id   text PRIMARY KEY,
        written_in text NOT NULL,
        room_id    text,
        sender     text NOT NULL,
        name       text NOT NULL,
        subject    text,
        result     text NOT NULL CHECK (result IN ('done', 'refused', 'answered')),
        answer     text NOT NULL,
        commanded_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX commands_of_room ON commands (room_id, commanded_at)",
    "CREATE INDEX commands_on_subject ON commands (subject, commanded_at)",
    """
    CREATE TABLE announcements (
        action     uuid PRIMARY KEY,
        room_id    text NOT NULL REFERENCES rooms ON DELETE CASCADE,
        event_id   text UNIQUE,
        by_user    text NOT NULL,
        because    text NOT NULL,
        announced_at timestamptz NOT NULL DEFAULT now(),
        unpinned_at timestamptz,
        unpinned_by text
    )
    """,
    "CREATE INDEX announcements_of_room ON announcements (room_id, announced_at)",
)


def upgrade() -> None:
    """Add; nothing of what is there is rewritten."""
    for statement in CHANGES:
        op.execute(statement)


def downgrade() -> None:
    """Records are not thrown away by a downgrade: restore a backup instead."""
    raise NotImplementedError
