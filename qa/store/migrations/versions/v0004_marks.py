"""Calls that were drawn for monitoring, collected as examples, and sorted by topic."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "samples",
        *_text("month", primary_key=True),
        _call(primary_key=True),
        *_text("kind", "reasons"),
        sa.Column("seed", sa.Integer, nullable=False),
        *_text("at", "user"),
    )
    op.create_index("samples_by_call", "samples", ["call_row"])
    op.create_table(
        "collected",
        sa.Column("id", sa.Integer, primary_key=True),
        *_text("collection"),
        _call(),
        sa.Column("start", sa.Float, nullable=False),
        sa.Column("end", sa.Float, nullable=False),
        *_text("at", "user"),
        sa.UniqueConstraint("collection", "call_row", "start", "end"),
    )
    op.create_index("collected_by_call", "collected", ["call_row"])
    op.create_table(
        "topics",
        _call(primary_key=True),
        *_text("kind", primary_key=True),
        *_text("value"),
        sa.Column("likeness", sa.Float),
        *_text("by", "at"),
    )
    op.create_index("topics_by_value", "topics", ["kind", "value"])
    op.create_table(
        "vectors",
        _call(primary_key=True),
        *_text("key"),
        sa.Column("utterances", sa.String, nullable=False),
        sa.Column("vectors", sa.LargeBinary, nullable=False),
    )


def _call(*, primary_key: bool = False) -> sa.Column[int]:
    owner = sa.ForeignKey("calls.id", ondelete="CASCADE")
    return sa.Column("call_row", sa.Integer, owner, primary_key=primary_key, nullable=False)


def _text(*names: str, primary_key: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, primary_key=primary_key, nullable=False) for name in names]
