"""${message}"""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One statement per op.execute: asyncpg refuses two."""


def downgrade() -> None:
    """Records are not thrown away by a downgrade: restore a backup instead."""
    raise NotImplementedError
