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

from ..errors import StoreError, readable
from ..lang import listed, say
from ..observe import CallFinished, Notice, Observer, ignore, in_turn, timed
from ..scoring.features import Features
from ..settings import Settings
from .content import content_hash, stamp
from .failures import UNCHANGED
from .hear import Finished, Heard, Job, Unheard, hear
from .judge import Judge
from .lookup import LookUp, failed, result_of
from .metadata import Book, CallMetadata, contradictions
from .recordings import Recording
from .result import CallResult, ModelsUsed
from .store import Keys, Store
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
        self._look_up = LookUp(
            batch.settings, batch.judge_for, batch.store, batch.book, claims, batch.observer, self._key,
            batch.again, batch.retry_failed, batch.limit,
        )  # fmt: skip
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
            put_off = self._look_up.postponed
            if not put_off:
                return
            if recordings == put_off:  # nothing has come of the others yet
                time.sleep(OTHERS_SECONDS)
            recordings, self._look_up.postponed = put_off, []
            self._look_up.again = False  # what the other run has heard by now is as good

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
                item = self._look_up(recording, mark)
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

    def _finished(self, item: Heard | Unheard | Finished) -> Finished:
        if isinstance(item, Finished):
            return item
        job = item.job
        if isinstance(item, Unheard):
            return Finished(failed(job.recording, job.metadata, item.error), job.audio_hash)
        audio_hash = job.audio_hash or content_hash(job.recording.origin)
        result, features = result_of(job, item.analysis), Features()
        if result.status == "scored":
            result = self._look_up.judged(result, item.analysis, features)
        return Finished(result, audio_hash, features)

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


def _warned(result: CallResult, recording: Recording) -> CallResult:
    """With warnings of this run's request and metadata, which are not kept: the next ones may be others."""
    heard = result.analysis
    if heard is None:
        return result
    odd = contradictions(result.metadata, heard.duration, heard.channels)
    found = [text for text in (heard.warning, recording.warning, *odd) if text]
    return replace(result, analysis=replace(heard, warning=listed(found) if found else None))
