"""The tables of the store."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Float, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {float: Float(), float | None: Float()}


class AnalysisRow(Base):
    """What was heard in a recording with certain models: the Analysis as JSON, and the Features of its texts."""

    __tablename__ = "analyses"
    __table_args__ = (UniqueConstraint("audio_hash", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    audio_hash: Mapped[str]
    key: Mapped[str]
    payload: Mapped[str] = mapped_column(Text)
    created_at: Mapped[str]
    features: Mapped[bytes | None] = mapped_column(deferred=True)


class ScorecardRow(Base):
    """An analysis judged by a checklist under certain names; `payload` is the Judged as JSON."""

    __tablename__ = "scorecards"
    __table_args__ = (UniqueConstraint("analysis_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    analysis_id: Mapped[int] = mapped_column(ForeignKey("analyses.id", ondelete="CASCADE"))
    key: Mapped[str]
    checklist_id: Mapped[str]
    checklist_version: Mapped[str]
    checklist_hash: Mapped[str]
    score: Mapped[float | None]
    score_low: Mapped[float | None]
    score_high: Mapped[float | None]
    passed: Mapped[bool | None]
    payload: Mapped[str] = mapped_column(Text)
    created_at: Mapped[str]
    verdicts: Mapped[list[VerdictRow]] = relationship(cascade="all, delete-orphan")


class VerdictRow(Base):
    """One item of a scorecard."""

    __tablename__ = "verdicts"
    scorecard_id: Mapped[int] = mapped_column(
        ForeignKey("scorecards.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str]
    points: Mapped[float]
    max_points: Mapped[float]


class CallRow(Base):
    """A recording at a place, in its latest state. `source` is the absolute path."""

    __tablename__ = "calls"
    __table_args__ = (Index("calls_by_agent", "agent_id", "started_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(index=True)
    source: Mapped[str] = mapped_column(unique=True)
    audio_hash: Mapped[str]
    status: Mapped[str]
    error: Mapped[str | None]
    duration: Mapped[float]
    agent_id: Mapped[str | None]
    agent: Mapped[str | None]
    agent_group: Mapped[str | None]
    customer: Mapped[str | None]
    caller: Mapped[str | None]
    direction: Mapped[str | None]
    queue: Mapped[str | None]
    started_at: Mapped[str | None]
    hung_up_by: Mapped[str | None]
    created_at: Mapped[str]
    updated_at: Mapped[str]
    analysis_id: Mapped[int | None] = mapped_column(ForeignKey("analyses.id"))
    scorecard_id: Mapped[int | None] = mapped_column(ForeignKey("scorecards.id"))
    analysis: Mapped[AnalysisRow | None] = relationship()
    scorecard: Mapped[ScorecardRow | None] = relationship()


class RunRow(Base):
    """One batch run: how much audio it recognised in which time, for estimates of the next."""

    __tablename__ = "runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[str]
    asr: Mapped[str]
    device: Mapped[str]
    calls: Mapped[int]
    audio_seconds: Mapped[float]
    wall_seconds: Mapped[float]
