"""Who wrote a revision, and when a source last gave something new"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("revisions", sa.Column("author", sa.Text(), nullable=True))
    op.add_column("sources", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
