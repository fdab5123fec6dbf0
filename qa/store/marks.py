"""The tables of what calls are marked with: drawn for monitoring, collected, sorted by topic, reviewed by people."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .schema import Base


class SampleRow(Base):
    """A call that was drawn for a month (2026-11). `kind` is even or risk; `reasons` are its risks, by blanks."""

    __tablename__ = "samples"
    __table_args__ = (Index("samples_by_call", "call_row"),)
    month: Mapped[str] = mapped_column(primary_key=True)
    call_row: Mapped[int] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str]
    reasons: Mapped[str]
    seed: Mapped[int]
    at: Mapped[str]
    user: Mapped[str]


class CollectedRow(Base):
    """A passage in a collection, in seconds of its recording."""

    __tablename__ = "collected"
    __table_args__ = (
        UniqueConstraint("collection", "call_row", "start", "end"),
        Index("collected_by_call", "call_row"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str]
    call_row: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    start: Mapped[float]
    end: Mapped[float]
    at: Mapped[str]
    user: Mapped[str]


class TopicRow(Base):
    """What a call is about. `kind` is complaint or reason; `by` is machine, or the person who decided."""

    __tablename__ = "topics"
    __table_args__ = (Index("topics_by_value", "kind", "value"),)
    call_row: Mapped[int] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    likeness: Mapped[float | None]
    by: Mapped[str]
    at: Mapped[str]


class VectorRow(Base):
    """The meaning of some of a customer's utterances: their numbers, and a vector of 8-bit numbers for each.

    `key` tells the scorecard and the model that they are of.
    """

    __tablename__ = "vectors"
    call_row: Mapped[int] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str]
    utterances: Mapped[str]
    vectors: Mapped[bytes] = mapped_column(LargeBinary)


class ReviewRow(Base):
    """What a person decided about an item of a call; the machine's verdict stays beside it.

    `round` is first, second (blind, decides nothing) or appeal; `machine` the machine's verdict then, by the checklist
    of `checklist_id` and `version`; `user` who sat at the machine; `in_force` the one that counts for the item.
    """

    __tablename__ = "reviews"
    __table_args__ = (Index("reviews_in_force", "in_force", "item_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_row: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[str]
    verdict: Mapped[str]
    reviewer: Mapped[str]
    reason: Mapped[str | None]
    created_at: Mapped[str]
    round: Mapped[str]
    machine: Mapped[str | None]
    checklist_id: Mapped[str]
    version: Mapped[str]
    user: Mapped[str]
    in_force: Mapped[bool]


class AppealRow(Base):
    """An agent's objection to an item of a call, and its answer, which is final.

    `contested` is the verdict in force when it was opened, `card` the scorecard that it was opened on.
    """

    __tablename__ = "appeals"
    __table_args__ = (Index("appeals_by_call", "call_row", "item_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_row: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    item_id: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[str]
    reason: Mapped[str]
    contested: Mapped[str]
    card: Mapped[str]
    answer: Mapped[str | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[str | None]
    answer_reason: Mapped[str | None]


class LeaseRow(Base):
    """A call that a reviewer was given, so that nobody else is given it until then."""

    __tablename__ = "leases"
    call_row: Mapped[int] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    reviewer: Mapped[str]
    until: Mapped[str]
