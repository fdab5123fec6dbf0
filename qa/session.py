"""Puts a run together from settings: checklists per call, models planned, recordings, the batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path

from ..audio.origin import RawFormat
from ..audio.source import open_source
from ..errors import CallqaError, ModelError
from ..models.catalogue import BGE_SMALL_ZH
from ..models.store import ModelStore
from ..observe import Event, Notice, Observer, ignore
from ..scoring.checklist import Checklist, load_checklist
from ..scoring.similarity import SentenceEmbedder
from ..settings import Settings, load_settings
from .batch import Batch
from .judge import Judge
from .lookup import metadata_of
from .metadata import Book, CallMetadata, Headings, check_patterns, read_table
from .period import Period
from .recordings import Recording, find_recordings
from .result import CallResult
from .store import Store
from .store.records import Records
from .toolkit import Planned, Toolkit, announcing, load_toolkit, plan_models

ASSUMED_SPEED = 8.0  # times real time, of two older CPU cores with the model `base`, until a run has been measured


@dataclass
class Session:
    """What one command works with. Checklists and metadata are read once, and errors in them raised at the start."""

    settings: Settings
    observer: Observer = ignore

    def __post_init__(self) -> None:
        check_patterns(self.settings.files.patterns)
        Headings.of(self.settings)
        self._checklists: dict[str, Checklist] = {}
        self._judges: dict[str, Judge] = {}
        choice = self.settings.checklists
        for name in (choice.default, *choice.direction.values(), *choice.queue.values()):
            self._checklist(name)

    def _checklist(self, name: str) -> Checklist:
        if name not in self._checklists:
            self._checklists[name] = load_checklist(name, self.settings.checklists.folder)
        return self._checklists[name]

    def judge_for(self, metadata: CallMetadata) -> Judge:
        """The judge with the checklist of the call's queue or direction."""
        language = self.settings.recognition.language
        return self._judge(
            self.settings.checklists.for_call(metadata.direction, metadata.queue, language)
        )

    def _judge(self, name: str) -> Judge:
        if name not in self._judges:
            checklist = self._checklist(name)
            embedder = self.embedder if checklist.asks_meaning else None
            self._judges[name] = Judge(checklist, self.settings, embedder)
        return self._judges[name]

    def judge_of(self, name: str) -> Judge:
        """The judge with this checklist.

        Raises:
            ChecklistError: there is none of that name, or it is not valid.
        """
        self._checklist(name)
        return self._judge(name)

    @cached_property
    def embedder(self) -> SentenceEmbedder | None:
        """The model for likeness of meaning; None where it cannot be had, which is told."""
        try:
            return self.needed_embedder()
        except ModelError as error:
            self.observer(Notice(str(error)))
            return None

    def needed_embedder(self) -> SentenceEmbedder:
        """The model for likeness of meaning.

        Raises:
            ModelError: it cannot be had.
        """
        return SentenceEmbedder(self.models.path(BGE_SMALL_ZH))

    @cached_property
    def models(self) -> ModelStore:
        return ModelStore(self.settings.models, announcing(self._tell))

    def _tell(self, event: Event) -> None:
        """Tell the observer of the moment: the store of models is older than it."""
        self.observer(event)

    @cached_property
    def planned(self) -> Planned:
        return plan_models(self.settings, self.models)

    def book(self, store: Store | None) -> Book | None:
        """Where the records of calls are looked up: what was imported into the store, else the table of the settings.

        Raises:
            SettingsError: the table cannot be read.
        """
        if store is not None:
            return Records(store.database)
        file = self.settings.files.metadata
        return read_table(file, self.settings) if file else None

    def batch(
        self,
        store: Store | None,
        *,
        again: bool = False,
        audio_only: bool = False,
        retry_failed: bool = False,
        limit: int | None = None,
    ) -> Batch:
        """The batch of this session, its models loaded once; `audio_only` recognises nothing.

        Raises:
            UsageError: the model, the device, the checklist or the metadata cannot be used.
        """

        @cache
        def load() -> Toolkit:
            return load_toolkit(
                self.settings, self.models, self.planned, self._tell, audio_only=audio_only
            )

        used = self.planned.using(audio_only=audio_only)
        return Batch(
            self.settings, self.judge_for, used, load, store, self.book(store), self._tell,
            again, retry_failed, limit,
        )  # fmt: skip

    def begun_in(
        self, period: Period, recordings: Iterable[Recording], book: Book | None
    ) -> Iterator[Recording]:
        """The recordings that began in a period; by the time of the file where nothing is said of it.

        Those that are not there, or whose metadata cannot be read, are kept: they are reported as failed.
        """
        for recording in recordings:
            try:
                started = metadata_of(recording, self.settings, book).started_at
                started = started or _written_at(recording.path)
            except (CallqaError, OSError):
                started = None
            if started is None or period.holds(started):
                yield recording


def _written_at(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime).isoformat(timespec="seconds")


def score_calls(
    paths: Iterable[str | Path],
    settings: Settings | None = None,
    store: Store | None = None,
    raw: str | None = None,
) -> Iterator[CallResult]:
    """Score recordings from Python: files, folders or patterns; each result as soon as it is there.

    Args:
        paths: as on the command line.
        settings: those found from the working folder up where none are given.
        store: where results are kept and looked up; nowhere where none is given.
        raw: what files without a header hold, as `alaw:8000:1`; all of them are taken for such.

    Raises:
        UsageError: paths or settings cannot be used. ModelError: a model is missing and cannot be fetched.
    """
    session = Session(load_settings() if settings is None else settings)
    form = RawFormat.parse(raw) if raw else None
    recordings = find_recordings((str(path) for path in paths), session.settings.files, form)
    yield from session.batch(store).run(recordings)


@dataclass(frozen=True)
class Plan:
    """What a run would have to do, from the recordings' headers."""

    calls: int
    unreadable: int
    seconds: float
    speed: float
    measured: bool

    @property
    def estimate(self) -> float:
        """Seconds that the run will take."""
        return self.seconds / self.speed


def plan(recordings: list[Recording], speed: float | None) -> Plan:
    """Count calls and hours; `speed` is that of earlier runs, None where there were none."""
    total, unreadable = 0.0, 0
    for recording in recordings:
        try:
            source = open_source(recording.origin)
        except CallqaError:
            unreadable += 1
            continue
        total += source.duration or 0.0
        source.close()
    return Plan(len(recordings), unreadable, total, speed or ASSUMED_SPEED, speed is not None)


def file_sizes(recordings: list[Recording]) -> dict[str, int]:
    """Bytes per call id, 0 for what is not there."""

    def size(recording: Recording) -> int:
        try:
            return sum(path.stat().st_size for path in recording.origin.paths)
        except OSError:
            return 0

    return {recording.call_id: size(recording) for recording in recordings}
