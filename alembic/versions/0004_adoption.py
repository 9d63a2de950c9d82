"""Adoption: how far the past of a room has been read."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CHANGES = (
    # Once begun, the past is read to its end, however often that breaks off.
    """
    CREATE TABLE adoptions (
        room_id    text PRIMARY KEY,
        start      text NOT NULL,
        is_exact   boolean NOT NULL,
        next       text,
        as_admin   boolean,
        events     bigint NOT NULL DEFAULT 0,
        oldest     timestamptz,
        began_at   timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz
    )
    """,
    # The past is written down from now backwards: see store/records.py.
    """
    CREATE INDEX events_of_past ON events (room_id, seq)
     WHERE source = 'adoption'
    """,
)


def upgrade() -> None:
    """Add what adopting a room with its past needs."""
    for change in CHANGES:
        op.execute(change)


def downgrade() -> None:
    """Records are not thrown away by a downgrade: restore a backup instead."""
    raise NotImplementedError
