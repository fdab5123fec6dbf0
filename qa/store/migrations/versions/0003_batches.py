"""Batches, metadata, search: packed payloads, and the tables that figures and searches are made from."""

import zlib
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TEXTS = ("record_id", "agent_id", "agent", "agent_group", "customer", "caller", "called", "direction", "queue",
          "started_at", "hung_up_by", "outcome")  # fmt: skip
_SECONDS = ("ring_seconds", "queue_seconds", "talk_seconds", "after_seconds")


def upgrade() -> None:
    _calls()
    for table in ("analyses", "scorecards"):
        _pack(table)
    _of_scorecards()
    _records()
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, primary_key=True),
        _call(nullable=False, primary_key=False, index=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("item_id", "verdict", "reviewer")
        ),
        sa.Column("reason", sa.String),
        sa.Column("created_at", sa.String, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("at", "user", "action", "detail")
        ),
    )
    op.create_table(
        "claims",
        sa.Column("audio_hash", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
    )
    op.execute(
        "CREATE VIRTUAL TABLE said USING fts5(agent, customer, agent_sound, customer_sound, tokenize='unicode61')"
    )


def _call(**more: Any) -> sa.Column[int]:
    options = {"primary_key": True} | more
    return sa.Column(
        "call_row", sa.Integer, sa.ForeignKey("calls.id", ondelete="CASCADE"), **options
    )


def _calls() -> None:
    known = ("agent_id", "agent", "agent_group", "customer", "caller", "direction", "queue", "started_at",
             "hung_up_by")  # fmt: skip
    for name in _TEXTS:
        if name not in known:
            op.add_column("calls", sa.Column(name, sa.String))
    for name in _SECONDS:
        op.add_column("calls", sa.Column(name, sa.Float))
    op.add_column("calls", sa.Column("transferred", sa.Boolean))
    for name in ("named", "stamp", "failure", "failure_key"):
        op.add_column("calls", sa.Column(name, sa.String))
    op.execute(
        "ALTER TABLE calls ADD COLUMN duplicate_of INTEGER REFERENCES calls (id) ON DELETE SET NULL"
    )
    op.create_index("calls_by_start", "calls", ["started_at"])
    op.create_index("calls_by_audio", "calls", ["audio_hash"])
    op.create_index("calls_by_scorecard", "calls", ["scorecard_id"])
    op.create_index("calls_by_analysis", "calls", ["analysis_id"])


def _pack(name: str) -> None:
    """Move the payloads, JSON until now, into a column of packed ones."""
    connection = op.get_bind()
    op.add_column(
        name, sa.Column("packed", sa.LargeBinary, nullable=False, server_default=sa.text("x''"))
    )
    table = sa.table(name, *(sa.column(column) for column in ("id", "payload", "packed")))
    for row in connection.execute(sa.select(table.c.id)).scalars().all():
        this = table.c.id == row
        payload = connection.execute(sa.select(table.c.payload).where(this)).scalar_one()
        packed = zlib.compress(payload.encode())
        connection.execute(sa.update(table).where(this).values(packed=packed))
    op.execute(f"ALTER TABLE {name} DROP COLUMN payload")
    op.execute(f"ALTER TABLE {name} RENAME COLUMN packed TO payload")


def _of_scorecards() -> None:
    op.create_table(
        "checklists",
        sa.Column("hash", sa.String, primary_key=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("checklist_id", "version", "items", "titles")
        ),
    )
    op.create_table(
        "measures",
        _call(),
        sa.Column("checklist_hash", sa.String, nullable=False),
        sa.Column("verdicts", sa.String, nullable=False),
        *(sa.Column(name, sa.Float) for name in ("score", "score_low", "score_high")),
        sa.Column("passed", sa.Boolean),
        sa.Column("fatal", sa.Boolean, nullable=False),
        *(
            sa.Column(name, sa.Float, nullable=False)
            for name in ("agent_talk_seconds", "customer_talk_seconds", "hold_seconds", "longest_hold_seconds",
                         "silence_seconds", "overlap_seconds")
        ),
        sa.Column("interruptions", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Float) for name in ("agent_chars_per_minute", "response_seconds")),
        sa.Column("rings", sa.Integer),
        sa.Column("rung_seconds", sa.Float),
        sa.Column("transfer_heard", sa.Boolean),
    )  # fmt: skip
    op.create_table(
        "events",
        _call(),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("start", sa.Float, nullable=False),
        sa.Column("end", sa.Float, nullable=False),
    )
    op.create_index("verdicts_by_item", "verdicts", ["item_id", "verdict"])


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("identity", sa.String, nullable=False, unique=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("name", "stem", "file")),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("imported_at", sa.String, nullable=False),
        *(sa.Column(name, sa.String) for name in _TEXTS),
        *(sa.Column(name, sa.Float) for name in _SECONDS),
        sa.Column("transferred", sa.Boolean),
        sa.Column("agent_channel", sa.Integer),
        sa.Column(
            "call_row", sa.Integer, sa.ForeignKey("calls.id", ondelete="SET NULL"), index=True
        ),
    )
    op.create_index("records_by_stem", "records", ["stem"])
    op.create_index("records_by_record_id", "records", ["record_id"])
    op.create_index("records_by_caller", "records", ["caller", "started_at"])
    op.create_index("records_by_start", "records", ["started_at"])
