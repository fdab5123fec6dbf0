"""The first schema: calls, analyses, scorecards, verdicts, runs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "analyses",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("audio_hash", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.UniqueConstraint("audio_hash", "key"),
    )
    op.create_table(
        "scorecards",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "analysis_id",
            sa.Integer,
            sa.ForeignKey("analyses.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("checklist_id", sa.String, nullable=False),
        sa.Column("checklist_version", sa.String, nullable=False),
        sa.Column("checklist_hash", sa.String, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("score_low", sa.Float),
        sa.Column("score_high", sa.Float),
        sa.Column("passed", sa.Boolean),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.UniqueConstraint("analysis_id", "key"),
    )
    op.create_table(
        "verdicts",
        sa.Column(
            "scorecard_id",
            sa.Integer,
            sa.ForeignKey("scorecards.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("item_id", sa.String, primary_key=True),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("max_points", sa.Float, nullable=False),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_id", sa.String, nullable=False, index=True),
        sa.Column("source", sa.String, nullable=False, unique=True),
        sa.Column("audio_hash", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("error", sa.String),
        sa.Column("duration", sa.Float, nullable=False),
        sa.Column("agent_id", sa.String),
        sa.Column("agent", sa.String),
        sa.Column("agent_group", sa.String),
        sa.Column("customer", sa.String),
        sa.Column("caller", sa.String),
        sa.Column("direction", sa.String),
        sa.Column("queue", sa.String),
        sa.Column("started_at", sa.String),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("updated_at", sa.String, nullable=False),
        sa.Column("analysis_id", sa.Integer, sa.ForeignKey("analyses.id")),
        sa.Column("scorecard_id", sa.Integer, sa.ForeignKey("scorecards.id")),
    )
    op.create_index("calls_by_agent", "calls", ["agent_id", "started_at"])
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("started_at", sa.String, nullable=False),
        sa.Column("asr", sa.String, nullable=False),
        sa.Column("device", sa.String, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("audio_seconds", sa.Float, nullable=False),
        sa.Column("wall_seconds", sa.Float, nullable=False),
    )
