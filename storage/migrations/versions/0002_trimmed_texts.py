"""Texts of revisions may be let go"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("revisions", sa.Column("trimmed", sa.Boolean(), nullable=False, server_default=sa.false()))
