"""The progress bar: an observer of the path that shows recordings done, speed and time left."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from ..lang import say
from ..observe import AudioRead, CallFinished, CallStarted, Event, Fetching, Notice


class ProgressBar:
    """Shows the run on a terminal; on anything else only notices and downloads are told, a line each.

    Args:
        weights: bytes per call id; the share of bytes done gives the time left.
    """

    def __init__(self, console: Console, weights: dict[str, int] | None = None) -> None:
        self._console = console
        self._weights = dict(weights or {})
        self._total = sum(self._weights.values()) or 1
        self._done = 0
        self._known = 0  # bytes of calls that needed no hearing
        self._begun: set[str] = set()
        self._calls = 0
        self._heard = 0.0
        self._started: float | None = None
        self._told: set[str] = set()
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.fields[note]}"),
            console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._task: TaskID | None = None
        self._download: TaskID | None = None

    def expect(self, weights: dict[str, int]) -> None:
        """Further recordings: bytes per call id."""
        self._weights |= weights
        self._total = sum(self._weights.values()) or 1

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        if isinstance(event, Notice):
            self._console.print(event.text, markup=False)
        elif isinstance(event, Fetching):
            self._fetching(event)
        elif isinstance(event, AudioRead):
            self._started = self._started or time.perf_counter()
            self._heard += event.seconds
        elif isinstance(event, CallStarted):
            self._begun.add(event.call)
        elif isinstance(event, CallFinished):
            self._calls += 1
            size = self._weights.get(event.call, 0)
            self._done += size
            self._known += 0 if event.call in self._begun else size
            self._show()

    def _show(self) -> None:
        if self._task is None:
            self._task = self._progress.add_task("", total=self._total, note="")
        elapsed = time.perf_counter() - self._started if self._started else 0.0
        note = ""
        heard = self._done - self._known
        if elapsed > 0 and heard:
            left = elapsed * (self._total - self._done) / heard
            speed = self._heard / elapsed
            note = say(
                f"{speed:.1f} x real time, {left / 60:.0f} min left",
                f"{speed:.1f} 倍实时，剩余约 {left / 60:.0f} 分钟",
            )
        calls = f"{self._calls}/{len(self._weights)}"
        self._progress.update(
            self._task, completed=self._done, total=self._total, description=calls, note=note
        )

    def _fetching(self, event: Fetching) -> None:
        key = f"{event.model} {event.source}"
        if key not in self._told:
            self._told.add(key)
            line = say(
                f"fetching model {event.model} from {event.source}",
                f"正在获取模型 {event.model}，来源：{event.source}",
            )
            self._console.print(line, markup=False)
        if event.total is None:
            return
        if self._download is None or event.done == 0:
            self._download = self._progress.add_task(event.model, total=event.total, note="")
        note = f"{event.done / 1e6:.0f}/{event.total / 1e6:.0f} MB"
        self._progress.update(self._download, completed=event.done, total=event.total, note=note)
        if event.done >= event.total:
            self._progress.remove_task(self._download)
            self._download = None
