"""The store of results: SQLite through SQLAlchemy, private to the user, its schema grown by migrations.

Tables: `calls` (one row per recording and place, its latest state), `analyses` (what was heard, per audio and models),
`scorecards` (one per analysis and scoring key), `verdicts` (one row per scored item, for figures).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import orm

from ..errors import UsageError, os_reason
from ..lang import Text
from ..scoring.features import Features
from .database import cannot_open, create_private, open_engine, store_error
from .hung_up import Party
from .metadata import CallMetadata
from .result import Analysis, CallResult, Judged, ModelsUsed, Status
from .schema import AnalysisRow, CallRow, RunRow, ScorecardRow, VerdictRow


@dataclass(frozen=True)
class Kept:
    """What the store holds of a recording; `judged` is None where it was not judged by this scoring key."""

    analysis: Analysis
    judged: Judged | None
    features: Features


@dataclass(frozen=True)
class Scored:
    """A call as it was judged last, to be judged again.

    Attributes:
        row: its number in the store.
        duration: seconds.
    """

    row: int
    call_id: str
    source: str
    metadata: CallMetadata
    duration: float
    judged: Judged
    features: Features
    analysis: Analysis | None = None


class Store:
    """An open database of results."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Open the database and bring its schema up to date; a new one is made private.

        Raises:
            UsageError: it is not there and is not to be created, or its place cannot be used.
            StoreError: it is damaged, locked, or of a newer version of callqa.
        """
        self.path = path
        if create:
            create_private(path)
        elif not path.is_file():
            raise UsageError(
                "there are no results here yet", "这里还没有评分结果", where=path,
                then=Text("score some first: callqa score PATH", "请先评分：callqa score 路径"),
            )  # fmt: skip
        engine = open_engine(path)
        self._engine = engine
        self._session = orm.sessionmaker(engine, expire_on_commit=False)
        writing = engine.execution_options(writing=True)
        self._writing = orm.sessionmaker(writing, expire_on_commit=False)
        with self._guarded():
            from .migrations import upgrade

            upgrade(writing, path)

    def close(self) -> None:
        self._engine.dispose()

    def find(self, audio_hash: str, analysis_key: str, scoring_key: str) -> Kept | None:
        """What is known of this audio, heard with these models; None where nothing is."""
        with self._guarded(), self._session() as session:
            row = session.scalar(
                sa.select(AnalysisRow).filter_by(audio_hash=audio_hash, key=analysis_key)
            )
            if row is None:
                return None
            card = session.scalar(
                sa.select(ScorecardRow).filter_by(analysis_id=row.id, key=scoring_key)
            )
            try:
                analysis = _adapter(Analysis).validate_json(row.payload)
            except ValidationError:  # written by an earlier version in another form: hear it again
                return None
            return Kept(analysis, _judged_of(card), _features_of(row.features))

    def save(
        self,
        result: CallResult,
        audio_hash: str,
        analysis_key: str,
        scoring_key: str,
        features: Features | None = None,
    ) -> None:
        """Keep a result as its recording's latest, in one transaction."""
        with self._guarded(), self._writing.begin() as session:
            source = os.path.abspath(result.source)  # noqa: PTH100  (links are not followed)
            call = self._call_row(session, source, audio_hash)
            call.call_id, call.source, call.updated_at = result.call_id, source, _now()
            call.error = result.error
            if result.status == "failed" and call.scorecard is not None and not audio_hash:
                return  # a recording out of reach does not undo what was heard in it
            analysis = self._analysis_row(session, result, audio_hash, analysis_key)
            if analysis is not None and features is not None and features.grown:
                analysis.features = features.to_bytes()
            card = None
            if result.judged is not None and analysis is not None:
                session.flush()
                card = self._scorecard_row(
                    session, analysis.id, scoring_key, result.judged, fresh=result.fresh
                )
            facts = result.metadata
            call.audio_hash, call.status, call.duration = audio_hash, result.status, result.duration
            call.agent_id, call.agent, call.agent_group = facts.agent_id, facts.agent, facts.group
            call.customer, call.caller = facts.customer, facts.caller
            call.direction, call.queue = facts.direction, facts.queue
            call.started_at, call.hung_up_by = facts.started_at, facts.hung_up_by
            call.analysis, call.scorecard = analysis, card

    def calls(self, wanted: str | None = None) -> list[CallResult]:
        """All calls with their scorecards, or those of this id or path, oldest first."""
        query = sa.select(CallRow).order_by(CallRow.started_at, CallRow.call_id)
        query = _wanted(query, wanted)
        with self._guarded(), self._session() as session:
            return [_restored(row) for row in session.scalars(query)]

    def scored(
        self, wanted: str | None = None, at_once: int = 200, *, heard: bool = False
    ) -> Iterator[list[Scored]]:
        """The calls that were judged, or those of this id or path, so many at a time; `heard`: with their analyses."""
        last = 0
        while True:
            query = _wanted(sa.select(CallRow), wanted).where(CallRow.id > last)
            query = query.where(CallRow.scorecard_id.is_not(None)).order_by(CallRow.id)
            with self._guarded(), self._session() as session:
                rows = session.scalars(query.limit(at_once).options(*_with_card(heard=heard))).all()
                found = [one for row in rows if (one := _scored(row, heard=heard))]
                last = rows[-1].id if rows else last
            if not rows:
                return
            yield found

    def rejudge(self, calls: Iterable[tuple[Scored, Judged, str]]) -> None:
        """Keep new scorecards (with their keys) as the latest of their calls, in one transaction."""
        with self._guarded(), self._writing.begin() as session:
            for call, judged, key in calls:
                row = session.get_one(CallRow, call.row)
                if row.analysis_id is None:
                    continue
                row.scorecard = self._scorecard_row(
                    session, row.analysis_id, key, judged, fresh=True
                )
                row.updated_at = _now()
                if call.features.grown and row.analysis is not None:
                    row.analysis.features = call.features.to_bytes()

    def scores(self) -> Iterator[ScoredCallRow]:
        """The latest score and verdicts of every call, without their transcripts."""
        calls = sa.select(CallRow).order_by(CallRow.agent_id, CallRow.started_at)
        verdicts = sa.select(VerdictRow).join(
            CallRow, CallRow.scorecard_id == VerdictRow.scorecard_id
        )
        with self._guarded(), self._session() as session:
            by_card: dict[int, dict[str, str]] = {}
            for verdict in session.scalars(verdicts):
                by_card.setdefault(verdict.scorecard_id, {})[verdict.item_id] = verdict.verdict
            light = orm.joinedload(CallRow.scorecard).load_only(ScorecardRow.score)
            for row in session.scalars(calls.options(light)):
                yield ScoredCallRow(
                    row.call_id, row.source, row.status, row.agent_id, row.agent, row.agent_group,
                    row.duration, row.scorecard.score if row.scorecard else None,
                    by_card.get(row.scorecard_id or 0, {}),
                )  # fmt: skip

    def record_run(self, models: ModelsUsed, calls: int, audio: float, wall: float) -> None:
        """Remember how fast a run recognised: seconds of audio, and of wall-clock time."""
        row = RunRow(
            started_at=_now(), asr=models.asr, device=models.device, calls=calls,
            audio_seconds=audio, wall_seconds=wall,
        )  # fmt: skip
        with self._guarded(), self._writing.begin() as session:
            session.add(row)

    def speed(self, models: ModelsUsed) -> float | None:
        """Seconds of audio per second in the last ten runs with these models; None where there were none."""
        query = sa.select(RunRow).filter_by(asr=models.asr, device=models.device)
        with self._guarded(), self._session() as session:
            rows = session.scalars(query.order_by(RunRow.id.desc()).limit(10)).all()
        wall = sum(row.wall_seconds for row in rows)
        return sum(row.audio_seconds for row in rows) / wall if wall else None

    @staticmethod
    def _call_row(session: orm.Session, source: str, audio_hash: str) -> CallRow:
        """The row of the recording at this place, or of the same audio whose place is empty now, or a new one."""
        call = session.scalar(sa.select(CallRow).filter_by(source=source))
        if call is None and audio_hash:
            same = session.scalars(sa.select(CallRow).filter_by(audio_hash=audio_hash))
            call = next((row for row in same if not Path(row.source).exists()), None)
        if call is None:
            call = CallRow(
                source=source, call_id="", audio_hash=audio_hash, status="failed", duration=0.0
            )
            call.created_at = call.updated_at = _now()
            session.add(call)
        return call

    @staticmethod
    def _analysis_row(
        session: orm.Session, result: CallResult, audio_hash: str, key: str
    ) -> AnalysisRow | None:
        if result.analysis is None:
            return None
        row = session.scalar(sa.select(AnalysisRow).filter_by(audio_hash=audio_hash, key=key))
        if row is None or result.recognised:
            payload = _adapter(Analysis).dump_json(result.analysis).decode()
            if row is None:
                row = AnalysisRow(audio_hash=audio_hash, key=key)
                session.add(row)
            else:  # what was judged of the old hearing does not hold for the new one
                old = sa.select(ScorecardRow.id).filter_by(analysis_id=row.id)
                session.execute(
                    sa.update(CallRow)
                    .where(CallRow.scorecard_id.in_(old))
                    .values(scorecard_id=None)
                )
                session.execute(sa.delete(ScorecardRow).filter_by(analysis_id=row.id))
            row.payload, row.created_at = payload, _now()
        return row

    @staticmethod
    def _scorecard_row(
        session: orm.Session, analysis: int, key: str, judged: Judged, *, fresh: bool
    ) -> ScorecardRow:
        row = session.scalar(sa.select(ScorecardRow).filter_by(analysis_id=analysis, key=key))
        if row is not None and not fresh:
            return row
        card = judged.scorecard
        if row is None:
            row = ScorecardRow(analysis_id=analysis, key=key)
            session.add(row)
        row.checklist_id, row.checklist_version = card.checklist, card.version
        row.checklist_hash = card.content_hash
        row.score, row.score_low, row.score_high = card.score, card.low, card.high
        row.passed, row.created_at = card.passed, _now()
        row.payload = _adapter(Judged).dump_json(judged).decode()
        row.verdicts = [
            VerdictRow(
                item_id=i.id, verdict=i.finding.verdict, points=i.points, max_points=i.max_points
            )
            for i in card.items
        ]
        return row

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn the database's errors into StoreError."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise store_error(str(error.orig), self.path) from error
        except OSError as error:
            reason = os_reason(error)
            raise cannot_open(self.path, reason) from error


@dataclass(frozen=True)
class ScoredCallRow:
    """A call as the agents' figures need it."""

    call_id: str
    source: str
    status: str
    agent_id: str | None
    agent: str | None
    group: str | None
    duration: float
    score: float | None
    verdicts: dict[str, str]


def _with_card(*, heard: bool) -> list[Any]:
    """What is loaded of a call that is to be judged again."""
    analysis = orm.joinedload(CallRow.analysis).options(
        orm.undefer(AnalysisRow.features),
        orm.undefer(AnalysisRow.payload) if heard else orm.defer(AnalysisRow.payload),
    )
    return [orm.joinedload(CallRow.scorecard), analysis]


def _wanted(query: sa.Select[Any], wanted: str | None) -> sa.Select[Any]:
    """The calls of this id or path only."""
    if wanted is None:
        return query
    path = os.path.abspath(wanted)  # noqa: PTH100
    return query.where((CallRow.call_id == wanted) | (CallRow.source == path))


def _metadata_of(row: CallRow) -> CallMetadata:
    return CallMetadata(
        row.agent_id, row.agent, row.agent_group, row.customer, row.caller, row.direction, row.queue,
        row.started_at, hung_up_by=_adapter(Party | None).validate_python(row.hung_up_by),
    )  # fmt: skip


def _judged_of(card: ScorecardRow | None) -> Judged | None:
    """None, too, of what an earlier version wrote in another form: it is judged again."""
    if card is None:
        return None
    try:
        judged: Judged = _adapter(Judged).validate_json(card.payload)
    except ValidationError:
        return None
    return judged


def _features_of(raw: bytes | None) -> Features:
    try:
        return Features.from_bytes(raw) if raw else Features()
    except ValueError:
        return Features()


def _scored(row: CallRow, *, heard: bool) -> Scored | None:
    judged = _judged_of(row.scorecard)
    if judged is None or row.analysis is None:
        return None
    features = _features_of(row.analysis.features)
    analysis = _adapter(Analysis).validate_json(row.analysis.payload) if heard else None
    return Scored(
        row.id, row.call_id, row.source, _metadata_of(row), row.duration, judged, features, analysis
    )


def _restored(row: CallRow) -> CallResult:
    analysis = _adapter(Analysis).validate_json(row.analysis.payload) if row.analysis else None
    status = _adapter(Status).validate_python(row.status)
    return CallResult(
        row.call_id, row.source, status, _metadata_of(row), row.error, analysis,
        _judged_of(row.scorecard), recognised=False, fresh=False,
    )  # fmt: skip


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
