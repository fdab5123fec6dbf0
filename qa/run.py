"""One command's run: rounds of recordings through a batch, and the results to whoever wants them."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from types import FrameType

from .batch import Batch
from .jsonlines import JsonLines
from .logs import RunLog
from .recordings import Recording
from .render import ResultRows
from .result import CallResult
from .tally import Tally
from .watch import Watcher


@dataclass
class Outlets:
    """Where the results of a run go: a row each on the terminal, the counts, a file, a log."""

    rows: ResultRows
    lines: JsonLines | None = None
    log: RunLog | None = None
    tally: Tally = field(default_factory=Tally)

    def add(self, result: CallResult) -> None:
        """Pass a result on."""
        if self.lines:
            self.lines.add(result)
        if self.log:
            self.log.add(result)
        self.rows.add(result)
        self.tally.add(result)

    def close(self) -> None:
        """End the files. Errors of the file of results are in `lines.error`."""
        if self.lines:
            self.lines.close()
        if self.log:
            self.log.close()


def run_rounds(
    batch: Batch, rounds: Iterable[list[Recording]], outlets: Outlets, *, endless: bool = False
) -> None:
    """Score every round; Ctrl-C, or being asked to end, ends the run with what is finished kept.

    That is how an `endless` run is meant to end.
    """
    tally, asked = outlets.tally, 0
    try:
        with _interruptible():
            for recordings in rounds:
                asked += len(recordings)
                with closing(batch.run(recordings)) as results:
                    for result in results:
                        outlets.add(result)
                tally.left = asked - tally.total
    except KeyboardInterrupt:
        tally.interrupted = not endless
    tally.left = asked - tally.total


def watched(watcher: Watcher, interval: float) -> Iterator[list[Recording]]:
    """Rounds of recordings as they become complete, until somebody ends it."""
    while True:
        ready = watcher.ready()
        if ready:
            yield ready
        else:
            time.sleep(interval)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Being asked to end, as services are, is like Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
