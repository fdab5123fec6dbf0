"""Who hung up (`calls.hung_up_by`), and what is computed of a call's texts (`analyses.features`)."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("calls", sa.Column("hung_up_by", sa.String))
    op.add_column("analyses", sa.Column("features", sa.LargeBinary))
