"""The tables of the store.

`calls` has one row per recording and place, in its latest state. What was heard is in `analyses`, once per audio and
models; what that is worth in `scorecards`, once per checklist and names. Three tables are made of a call's latest
scorecard, so that figures and searches need no payload: `measures`, `events`, and the full-text index `said`
(search.py). `records` are the telephony system's own lines about calls, recorded or not.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Float, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

# The full-text index; its rows have the numbers of calls (search.py).
SAID = "CREATE VIRTUAL TABLE said USING fts5(agent, customer, agent_sound, customer_sound, tokenize='unicode61')"


class Base(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {float: Float(), float | None: Float()}


class AnalysisRow(Base):
    """What was heard in a recording with certain models: the Analysis, packed, and the Features of its texts."""

    __tablename__ = "analyses"
    __table_args__ = (UniqueConstraint("audio_hash", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    audio_hash: Mapped[str]
    key: Mapped[str]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[str]
    features: Mapped[bytes | None] = mapped_column(deferred=True)


class ScorecardRow(Base):
    """An analysis judged by a checklist under certain names; `payload` is the Judged, packed."""

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
    payload: Mapped[bytes] = mapped_column(LargeBinary)
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
    """A recording at a place, in its latest state.

    `source` is the absolute path, of legs that of the first; `named` is the path by whose name the call is known, of
    legs what their names share; `stamp` tells whether its files were changed since; a
    failure of the kind `recording` lies in the file itself. `duplicate_of` is the call of which this is a copy.
    """

    __tablename__ = "calls"
    __table_args__ = (
        Index("calls_by_agent", "agent_id", "started_at"),
        Index("calls_by_start", "started_at"),
        Index("calls_by_audio", "audio_hash"),
        Index("calls_by_scorecard", "scorecard_id"),
        Index("calls_by_analysis", "analysis_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(index=True)
    source: Mapped[str] = mapped_column(unique=True)
    named: Mapped[str | None]
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
    called: Mapped[str | None]
    ring_seconds: Mapped[float | None]
    queue_seconds: Mapped[float | None]
    talk_seconds: Mapped[float | None]
    after_seconds: Mapped[float | None]
    outcome: Mapped[str | None]
    transferred: Mapped[bool | None]
    record_id: Mapped[str | None]
    stamp: Mapped[str | None]
    failure: Mapped[str | None]
    failure_key: Mapped[str | None]
    created_at: Mapped[str]
    updated_at: Mapped[str]
    analysis_id: Mapped[int | None] = mapped_column(ForeignKey("analyses.id"))
    scorecard_id: Mapped[int | None] = mapped_column(ForeignKey("scorecards.id"))
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("calls.id", ondelete="SET NULL"))
    analysis: Mapped[AnalysisRow | None] = relationship()
    scorecard: Mapped[ScorecardRow | None] = relationship()


class ChecklistRow(Base):
    """A version of a checklist by which calls were judged: its items in order, parted by blanks.

    `titles` is JSON: by the item's id its title in English and Chinese.
    """

    __tablename__ = "checklists"
    hash: Mapped[str] = mapped_column(primary_key=True)
    checklist_id: Mapped[str]
    version: Mapped[str]
    items: Mapped[str]
    titles: Mapped[str]


class MeasuresRow(Base):
    """The figures of a call's latest scorecard. `verdicts` has one letter per item of the checklist: p f u n."""

    __tablename__ = "measures"
    call_row: Mapped[int] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    checklist_hash: Mapped[str]
    verdicts: Mapped[str]
    score: Mapped[float | None]
    score_low: Mapped[float | None]
    score_high: Mapped[float | None]
    passed: Mapped[bool | None]
    fatal: Mapped[bool]
    agent_talk_seconds: Mapped[float]
    customer_talk_seconds: Mapped[float]
    hold_seconds: Mapped[float]
    longest_hold_seconds: Mapped[float]
    silence_seconds: Mapped[float]
    overlap_seconds: Mapped[float]
    interruptions: Mapped[int]
    agent_chars_per_minute: Mapped[float | None]
    response_seconds: Mapped[float | None]
    rings: Mapped[int | None]
    rung_seconds: Mapped[float | None]
    transfer_heard: Mapped[bool | None]


class EventRow(Base):
    """A hold or a silence of a call's latest scorecard; seconds from the start of the recording."""

    __tablename__ = "events"
    call_row: Mapped[int] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    start: Mapped[float]
    end: Mapped[float]


class RecordRow(Base):
    """A line of an imported table about a call. `stem` is the last part of the recording's name it gives."""

    __tablename__ = "records"
    __table_args__ = (
        Index("records_by_stem", "stem"),
        Index("records_by_record_id", "record_id"),
        Index("records_by_caller", "caller", "started_at"),
        Index("records_by_start", "started_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    stem: Mapped[str]
    file: Mapped[str]
    line: Mapped[int]
    imported_at: Mapped[str]
    record_id: Mapped[str | None]
    agent_id: Mapped[str | None]
    agent: Mapped[str | None]
    agent_group: Mapped[str | None]
    customer: Mapped[str | None]
    caller: Mapped[str | None]
    called: Mapped[str | None]
    direction: Mapped[str | None]
    queue: Mapped[str | None]
    started_at: Mapped[str | None]
    agent_channel: Mapped[int | None]
    hung_up_by: Mapped[str | None]
    ring_seconds: Mapped[float | None]
    queue_seconds: Mapped[float | None]
    talk_seconds: Mapped[float | None]
    after_seconds: Mapped[float | None]
    outcome: Mapped[str | None]
    transferred: Mapped[bool | None]
    call_row: Mapped[int | None] = mapped_column(
        ForeignKey("calls.id", ondelete="SET NULL"), index=True
    )


class AuditRow(Base):
    """Who did what with the stored data, and when; never what the data said. `hash` is over it and the one before."""

    __tablename__ = "audit"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  (as SQLAlchemy declares it)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str]
    user: Mapped[str]
    action: Mapped[str]
    detail: Mapped[str]
    hash: Mapped[str]


class ClaimRow(Base):
    """Audio that a run is hearing, so that no other one hears it, too."""

    __tablename__ = "claims"
    audio_hash: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]


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
