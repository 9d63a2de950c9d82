"""The road: what comes in, what is decided, what goes out."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    # Rooms and people ----------------------------------------------------------------
    """
    CREATE TABLE rooms (
        room_id    text PRIMARY KEY,
        class      text NOT NULL CHECK (class IN ('managed', 'service')),
        kind       text NOT NULL,
        name       text NOT NULL DEFAULT '',
        scope      text,
        mode       text NOT NULL DEFAULT 'observe'
                   CHECK (mode IN ('observe', 'enforce')),
        mode_because text,
        mode_since timestamptz NOT NULL DEFAULT '-infinity',
        direct_with text,
        added_at   timestamptz NOT NULL DEFAULT now()
    )
    """,
    # One direct room per person; a second one opened by a race is refused here.
    "CREATE UNIQUE INDEX rooms_direct_with ON rooms (direct_with)",
    # The lock and the place of each room on the road. Apart from rooms, so that judging
    # never waits for someone who changes a room's settings.
    """
    CREATE TABLE turns (
        room_id    text PRIMARY KEY REFERENCES rooms ON DELETE CASCADE,
        judged_seq bigint NOT NULL DEFAULT 0,
        state_reads bigint NOT NULL DEFAULT 0
    ) WITH (fillfactor = 50)
    """,
    # Up to here a room is known without a gap. Never purged.
    """
    CREATE TABLE watermarks (
        room_id    text PRIMARY KEY,
        event_id   text,
        set_at     timestamptz NOT NULL DEFAULT now(),
        walked_at  timestamptz
    )
    """,
    # One row: the breaker of the whole school.
    """
    CREATE TABLE school (
        only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        mode       text NOT NULL DEFAULT 'enforce'
                   CHECK (mode IN ('observe', 'enforce')),
        mode_because text,
        since      timestamptz NOT NULL DEFAULT '-infinity'
    )
    """,
    "INSERT INTO school DEFAULT VALUES",
    """
    CREATE TABLE roster_versions (
        version    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        imported_at timestamptz NOT NULL DEFAULT now(),
        source     text NOT NULL,
        people     integer NOT NULL,
        content    bytea NOT NULL
    )
    """,
    """
    CREATE TABLE people (
        person_id  text PRIMARY KEY,
        name       text NOT NULL,
        roles      text[] NOT NULL,
        classes    text[] NOT NULL,
        subjects   text[] NOT NULL,
        pupils     text[] NOT NULL,
        relation   text,
        user_id    text UNIQUE,
        posts      text[] NOT NULL
    )
    """,
    # Whom the roster does not know, and who was told of it.
    """
    CREATE TABLE strangers (
        room_id    text NOT NULL,
        user_id    text NOT NULL,
        first_seen timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (room_id, user_id)
    )
    """,
    # What comes in -------------------------------------------------------------------
    # For "once". Unpartitioned, because uniqueness knows no months.
    """
    CREATE TABLE seen (
        event_id   text PRIMARY KEY,
        seq        bigint GENERATED ALWAYS AS IDENTITY,
        received_at timestamptz NOT NULL,
        retention  text NOT NULL
    )
    """,
    # Insert-only. By our clock: a sender chooses origin_server_ts.
    """
    CREATE TABLE events (
        seq        bigint NOT NULL,
        received_at timestamptz NOT NULL,
        retention  text NOT NULL,
        event_id   text NOT NULL,
        room_id    text NOT NULL,
        sender     text NOT NULL,
        type       text NOT NULL,
        state_key  text,
        sent_at    timestamptz NOT NULL,
        source     text NOT NULL,
        raw        bytea NOT NULL,
        PRIMARY KEY (seq, received_at, retention)
    ) PARTITION BY LIST (retention)
    """,
    # With the time, so that what is too old for a question is not fetched to see that.
    "CREATE INDEX events_of_room ON events (room_id, seq, received_at)",
    """
    CREATE TABLE events_managed PARTITION OF events FOR VALUES IN ('managed')
        PARTITION BY RANGE (received_at)
    """,
    """
    CREATE TABLE events_service PARTITION OF events FOR VALUES IN ('service')
        PARTITION BY RANGE (received_at)
    """,
    # Nothing is refused because a month was not prepared; make_partition finds it here.
    "CREATE TABLE events_managed_rest PARTITION OF events_managed DEFAULT",
    "CREATE TABLE events_service_rest PARTITION OF events_service DEFAULT",
    # Postgres refuses a month whose rows lie in the default partition already, so they
    # are moved. Who reads all of it, perhaps a backup, holds us up for seconds only.
    """
    CREATE FUNCTION make_partition(class text, month date) RETURNS void
    LANGUAGE plpgsql
    SET lock_timeout = '5s' AS $$
    DECLARE
        whole text := 'events_' || class;
        rest text := whole || '_rest';
        part text := whole || to_char(month, '_YYYYMM');
        since text := to_char(month, 'YYYY-MM-DD" 00:00:00+00"');
        until text := to_char(month + interval '1 month', 'YYYY-MM-DD" 00:00:00+00"');
    BEGIN
        IF to_regclass(part) IS NOT NULL THEN
            RETURN;
        END IF;
        -- Nothing may come in between the move and the attachment.
        EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', rest);
        IF to_regclass(part) IS NOT NULL THEN
            RETURN;
        END IF;
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS)', part, whole);
        EXECUTE format(
            'WITH moved AS ('
            '    DELETE FROM %I WHERE received_at >= %L AND received_at < %L '
            '    RETURNING *'
            ') INSERT INTO %I SELECT * FROM moved',
            rest, since, until, part
        );
        EXECUTE format(
            'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            whole, part, since, until
        );
    END $$
    """,
    # Service rooms are no record: their months go whole.
    """
    CREATE FUNCTION drop_service_partitions(before timestamptz) RETURNS integer
    LANGUAGE plpgsql AS $$
    DECLARE
        old text;
        dropped integer := 0;
    BEGIN
        FOR old IN
            SELECT c.relname
              FROM pg_inherits AS i
              JOIN pg_class AS c ON c.oid = i.inhrelid
             WHERE i.inhparent = 'events_service'::regclass
               AND c.relname ~ '_[0-9]{6}$'
               AND to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month'
                   <= before
        LOOP
            EXECUTE format('DROP TABLE %I', old);
            dropped := dropped + 1;
        END LOOP;
        RETURN dropped;
    END $$
    """,
    # The queue. Narrow, because every row is written once and deleted once.
    """
    CREATE TABLE inbox (
        room_id    text NOT NULL,
        seq        bigint NOT NULL,
        received_at timestamptz NOT NULL,
        retention  text NOT NULL,
        tries      smallint NOT NULL DEFAULT 0,
        PRIMARY KEY (room_id, seq)
    )
    """,
    # What could not be stored as an event, or not be judged.
    """
    CREATE TABLE parked (
        id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        digest     bytea UNIQUE,
        seq        bigint,
        room_id    text,
        because    text NOT NULL,
        raw        bytea,
        parked_at  timestamptz NOT NULL DEFAULT now()
    )
    """,
    # What is folded from events: caches, not records ---------------------------------
    """
    CREATE TABLE room_state (
        room_id    text NOT NULL,
        type       text NOT NULL,
        state_key  text NOT NULL,
        event_id   text NOT NULL,
        sender     text NOT NULL,
        content    bytea NOT NULL,
        PRIMARY KEY (room_id, type, state_key)
    )
    """,
    """
    CREATE TABLE edits (
        target     text NOT NULL,
        event_id   text NOT NULL,
        room_id    text NOT NULL,
        PRIMARY KEY (target, event_id)
    )
    """,
    """
    CREATE TABLE redactions (
        event_id   text PRIMARY KEY,
        target     text,
        room_id    text NOT NULL,
        sender     text NOT NULL,
        reason     text,
        at         timestamptz NOT NULL
    )
    """,
    "CREATE INDEX redactions_of_target ON redactions (target)",
    # Originals of events that reached us already redacted. raw NULL: not recovered.
    """
    CREATE TABLE originals (
        event_id   text PRIMARY KEY,
        room_id    text NOT NULL,
        raw        bytea,
        because    text NOT NULL,
        at         timestamptz NOT NULL DEFAULT now()
    )
    """,
    # What is decided -----------------------------------------------------------------
    # json and not jsonb: evidence may hold \u0000, which jsonb refuses.
    """
    CREATE TABLE judgements (
        id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        event_id   text NOT NULL,
        room_id    text NOT NULL,
        sender     text NOT NULL,
        role       text NOT NULL,
        policy     text NOT NULL,
        outcome    text NOT NULL,
        violations json NOT NULL,
        judged_at  timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX judgements_of_room ON judgements (room_id, judged_at)",
    "CREATE INDEX judgements_of_event ON judgements (event_id)",
    # Every act of ours, for as long as the record is kept.
    """
    CREATE TABLE actions (
        id         uuid PRIMARY KEY,
        seq        bigint GENERATED ALWAYS AS IDENTITY,
        judgement  bigint REFERENCES judgements,
        room_id    text NOT NULL,
        kind       text NOT NULL,
        subject    text,
        body       json NOT NULL,
        rule       text,
        clauses    text[] NOT NULL DEFAULT '{}',
        status     text NOT NULL CHECK
                   (status IN ('waiting', 'done', 'abandoned', 'observed')),
        decided_at timestamptz NOT NULL DEFAULT now(),
        ended_at   timestamptz,
        result     text
    )
    """,
    "CREATE INDEX actions_of_room ON actions (room_id, decided_at, seq)",
    "CREATE INDEX actions_on_subject ON actions (subject, kind)",
    "CREATE INDEX hides ON actions (decided_at) WHERE kind = 'redact'",
    # What goes out -------------------------------------------------------------------
    """
    CREATE TABLE outbox (
        seq        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id         uuid NOT NULL UNIQUE,
        room_id    text NOT NULL,
        urgency    smallint NOT NULL,
        judgement  bigint,
        slot       text,
        attempts   smallint NOT NULL DEFAULT 0,
        written_at timestamptz NOT NULL DEFAULT now(),
        due_at     timestamptz NOT NULL DEFAULT now(),
        attempted_at timestamptz,
        claimed_until timestamptz
    ) WITH (fillfactor = 70)
    """,
    "CREATE INDEX outbox_due ON outbox (urgency, due_at, seq)",
    """
    CREATE INDEX outbox_of_judgement ON outbox (judgement)
     WHERE judgement IS NOT NULL
    """,
    "CREATE INDEX outbox_of_slot ON outbox (room_id, slot) WHERE slot IS NOT NULL",
    # One-time leave for one event that we send as a member.
    """
    CREATE TABLE passes (
        id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        action     uuid NOT NULL UNIQUE,
        room_id    text NOT NULL,
        sender     text NOT NULL,
        type       text NOT NULL,
        state_key  text,
        content    bytea NOT NULL,
        issued_at  timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        used_by    text
    )
    """,
    "CREATE INDEX passes_open ON passes (room_id, sender) WHERE used_by IS NULL",
    """
    CREATE TABLE timers (
        id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        due_at     timestamptz NOT NULL,
        kind       text NOT NULL,
        subject    text NOT NULL DEFAULT '',
        claimed_until timestamptz,
        UNIQUE (kind, subject)
    )
    """,
    "CREATE INDEX timers_due ON timers (due_at)",
)


def upgrade() -> None:
    """Make everything; partitions of this month and the next come with it."""
    for statement in TABLES:
        op.execute(statement)
    for room_class in ("managed", "service"):
        for months in (0, 1, 2):
            op.execute(
                f"SELECT make_partition('{room_class}', (date_trunc('month', now() "
                f"AT TIME ZONE 'UTC') + interval '{months} months')::date)"
            )


def downgrade() -> None:
    """Records are not thrown away by a downgrade: restore a backup instead."""
    raise NotImplementedError
