"""Scores many recordings: what was scored before is taken from the store, the rest streams through the whole path.

A recording that fails, fails alone; results come in the order of the recordings, each as soon as it is there. What
another run on the same store is hearing comes at the end, from the store.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from itertools import chain

from ..errors import CallqaError, StoreError, internal, readable
from ..lang import listed, say
from ..observe import CallFinished, Notice, Observer, ignore, in_turn, timed
from ..scoring.features import Features
from ..settings import Settings
from .content import content_hash, stamp
from .failures import UNCHANGED, failure_of
from .hear import Finished, Heard, Job, Unheard, hear
from .judge import Judge
from .metadata import Book, CallMetadata, contradictions, gather, of_pipe
from .recordings import Recording
from .result import Analysis, CallResult, Failure, ModelsUsed, Status
from .store import Kept, Keys, Place, Store
from .store.claims import Claims
from .toolkit import Toolkit

ANALYSIS_VERSION = 7  # counted up when the same audio and models would now be heard otherwise
OTHERS_SECONDS = 1.0  # how long to wait before looking again for what another run is hearing
MOST_UNKEPT = 3  # results in a row that cannot be kept; then the run ends, for it would be in vain


@dataclass(frozen=True)
class Batch:
    """One run. Its observer is told one event at a time, whatever thread it comes from.

    Attributes:
        judge_for: the judge with the checklist that suits a call.
        planned: the models that recognition would use; what others heard does not count as known.
        load: called when the first recording needs recognition, never if all are known.
        again: recognise and score even what is known.
        retry_failed: try even files that could not be read before and are still the same.
        limit: of recordings that are heard; further ones that are not known are left out. None: all.
    """

    settings: Settings
    judge_for: Callable[[CallMetadata], Judge]
    planned: ModelsUsed
    load: Callable[[], Toolkit]
    store: Store | None = None
    book: Book | None = None
    observer: Observer = ignore
    again: bool = False
    retry_failed: bool = False
    limit: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "observer", in_turn(self.observer))

    @property
    def analysis_key(self) -> str:
        """What an analysis depends on besides the audio."""
        language = self.settings.recognition.language
        used = self.planned
        parts = (ANALYSIS_VERSION, used.asr, used.vad, used.diarizer, language)
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def run(self, recordings: Iterable[Recording]) -> Generator[CallResult, None, None]:
        """Yield one result per recording; each is in the store when it is yielded, or says why not.

        They come in order, but for those that another run has under way.

        Raises:
            UsageError, ModelError: the models cannot be had, so that nothing can be recognised.
        """
        with ExitStack() as stack:
            claims = stack.enter_context(Claims(self.store.database)) if self.store else None
            yield from _Run(self, claims).results(recordings)


class _Run:
    """One pass of a batch over its recordings, and further ones for those that others are hearing."""

    def __init__(self, batch: Batch, claims: Claims | None) -> None:
        self._batch = batch
        self._store = batch.store
        self._observer = batch.observer
        self._claims = claims
        self._key = batch.analysis_key
        self._again = batch.again
        self._jobs = 0
        self._postponed: list[Recording] = []
        self._asked = deque[tuple[Recording, str | None]]()  # results come in their order

    def results(self, recordings: Iterable[Recording]) -> Iterator[CallResult]:
        unkept = 0
        while True:
            with closing(self._heard(self._looked_up(recordings))) as heard:
                for done in heard:
                    recording, mark = self._asked.popleft()
                    result = self._keep(done, recording, mark)
                    yield _warned(result, recording)
                    unkept = unkept + 1 if result.unkept else 0
                    if unkept == MOST_UNKEPT:
                        self._give_up()
                        return
            if not self._postponed:
                return
            waited = recordings == self._postponed
            recordings, self._postponed = self._postponed, []
            self._again = False  # what the other run has heard by now is as good
            if waited:
                time.sleep(OTHERS_SECONDS)

    def _give_up(self) -> None:
        text = say(
            "the run ends here: nothing more can be kept; what is kept is complete, and another run goes on from there",
            "运行到此结束：后续结果已无法保存；已保存的结果完整，重新运行可继续",
        )
        self._observer(Notice(text))

    def _looked_up(self, recordings: Iterable[Recording]) -> Iterator[Finished | Job]:
        for recording in recordings:
            with timed(self._observer, "look up", recording.call_id):
                mark = stamp(recording.origin)
                item = self._known_or_job(recording, mark)
            if item is not None:
                self._asked.append((recording, mark))
                yield item

    def _heard(self, looked_up: Iterator[Finished | Job]) -> Generator[Finished, None, None]:
        for item in looked_up:
            if isinstance(item, Job):
                rest = hear(chain([item], looked_up), self._batch.load(), self._observer)
                with closing(rest):
                    yield from map(self._finished, rest)
            else:
                yield item

    def _known_or_job(self, recording: Recording, mark: str | None) -> Finished | Job | None:
        """What the store knows of a recording, re-scored if the checklist changed; else the job of hearing it.

        None where another run is at it, and of what is beyond the limit.
        """
        metadata = CallMetadata()
        try:
            metadata = metadata_of(recording, self._batch.settings, self._batch.book)
        except CallqaError as error:
            return _failed(recording, metadata, error, "", metadata_at_fault=True)
        try:
            place = self._place(recording, mark)
            if place and self._fails_again(place):
                return _failed_before(recording, metadata, place)
            audio_hash = place.audio_hash if place else self._hash(recording)
            judge = self._batch.judge_for(metadata)
            known = None
            if self._store and audio_hash and not self._again:
                known = self._store.find(audio_hash, self._key, judge.key(metadata))
        except CallqaError as error:
            return _failed(recording, metadata, error, "")
        job = self._job(recording, metadata, audio_hash)
        return self._from_store(job, known) if known else self._taken(job)

    def _place(self, recording: Recording, mark: str | None) -> Place | None:
        """What is known of the files at this place, if they are still those that were read."""
        if self._store is None or mark is None or self._again:
            return None
        place = self._store.place(recording.source)
        return place if place and place.stamp == mark and place.audio_hash else None

    def _fails_again(self, place: Place) -> bool:
        return (
            place.failure == "damaged"
            and place.failure_key == UNCHANGED
            and not self._batch.retry_failed
        )

    def _hash(self, recording: Recording) -> str:
        """Of what comes through a pipe it is known too late to look it up."""
        with timed(self._observer, "hash", recording.call_id):
            return "" if recording.origin.pipe else content_hash(recording.origin)

    def _taken(self, job: Job) -> Job | None:
        """The job, if it is ours to do."""
        limit = self._batch.limit
        if limit is not None and self._jobs >= limit:
            return None
        try:
            if self._claims and job.audio_hash and not self._claims.take(job.audio_hash, self._key):
                self._postponed.append(job.recording)
                return None
        except StoreError:  # told when the result cannot be kept
            pass
        self._jobs += 1
        return job

    def _job(self, recording: Recording, metadata: CallMetadata, audio_hash: str) -> Job:
        wanted, company = self._batch.settings.recognition, self._batch.settings.company
        names = (
            *company.names,
            *((metadata.agent,) if metadata.agent else ()),
            *((metadata.customer,) if metadata.customer else ()),
            *wanted.vocabulary,
        )
        language = None if wanted.language == "auto" else wanted.language
        return Job(recording, metadata, audio_hash, language, tuple(dict.fromkeys(names)))

    def _from_store(self, job: Job, known: Kept) -> Finished:
        result = _result(job, known.analysis)
        if result.status == "scored":
            result = (
                replace(result, judged=known.judged)
                if known.judged
                else self._judged(result, known.analysis, known.features)
            )
        fresh = known.judged is None and result.status == "scored"
        result = replace(result, recognised=False, fresh=fresh)
        return Finished(result, job.audio_hash, known.features)

    def _finished(self, item: Heard | Unheard | Finished) -> Finished:
        if isinstance(item, Finished):
            return item
        job = item.job
        if isinstance(item, Unheard):
            return _failed(job.recording, job.metadata, item.error, job.audio_hash)
        audio_hash = job.audio_hash or content_hash(job.recording.origin)
        result = _result(job, item.analysis)
        features = Features()
        if result.status == "scored":
            result = self._judged(result, item.analysis, features)
        return Finished(result, audio_hash, features)

    def _judged(self, result: CallResult, analysis: Analysis, features: Features) -> CallResult:
        try:
            with timed(self._observer, "score", result.call_id, result.duration):
                judge = self._batch.judge_for(result.metadata)
                judged = judge.judge(analysis, result.metadata, features)
        except Exception as error:  # a fault of ours in one call must not cost the others
            why = str(internal(error, result.source))
            return replace(result, status="failed", error=why, failure="internal")
        return replace(result, judged=judged)

    def _keep(self, done: Finished, recording: Recording, mark: str | None) -> CallResult:
        result = done.result
        if self._store:
            judge = self._batch.judge_for(result.metadata)
            scoring = judge.key(result.metadata)
            keys = Keys(
                done.audio_hash, self._key, scoring, mark, UNCHANGED, readable(str(recording.named))
            )
            try:
                with timed(self._observer, "keep", result.call_id, result.duration):
                    self._store.save(result, keys, done.features)
                    if self._claims:
                        self._claims.release(done.audio_hash, self._key)
            except StoreError as error:  # the result still goes to whoever asked for it
                result = replace(result, unkept=str(error))
        self._observer(CallFinished(result.call_id, result.status, result.duration))
        return result


def metadata_of(recording: Recording, settings: Settings, book: Book | None) -> CallMetadata:
    """Everything known of a recording besides its audio.

    Raises:
        RecordingError: its sidecar cannot be read.
    """
    if recording.origin.pipe:
        return of_pipe(settings)
    legs = recording.origin.paths if len(recording.origin.paths) > 1 else ()
    return gather(recording.named, settings, book, legs, recording.agent_channel)


def _result(job: Job, analysis: Analysis) -> CallResult:
    status: Status = "scored" if analysis.utterances else "empty"
    return CallResult(
        job.recording.call_id, job.recording.source, status, job.metadata, analysis=analysis
    )


def _failed(
    recording: Recording,
    metadata: CallMetadata,
    error: CallqaError,
    audio_hash: str,
    *,
    metadata_at_fault: bool = False,
) -> Finished:
    failure: Failure = "metadata" if metadata_at_fault else failure_of(error)
    result = CallResult(
        recording.call_id, recording.source, "failed", metadata, error=str(error), failure=failure
    )
    return Finished(result, audio_hash)


def _failed_before(recording: Recording, metadata: CallMetadata, place: Place) -> Finished:
    """What could not be read, and is still the same."""
    result = CallResult(
        recording.call_id, recording.source, "failed", metadata, error=place.error,
        failure=place.failure, recognised=False, fresh=False,
    )  # fmt: skip
    return Finished(result, place.audio_hash)


def _warned(result: CallResult, recording: Recording) -> CallResult:
    """With warnings of this run's request and metadata, which are not kept: the next ones may be others."""
    heard = result.analysis
    if heard is None:
        return result
    odd = contradictions(result.metadata, heard.duration, heard.channels)
    found = [text for text in (heard.warning, recording.warning, *odd) if text]
    return replace(result, analysis=replace(heard, warning=listed(found) if found else None))
