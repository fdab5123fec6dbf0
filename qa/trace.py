"""A run as a trace file that Perfetto and Chrome show: who worked on what at which time.

https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU (Trace Event Format): complete events
(`X`) for stages and waits, counters (`C`) for queues, asynchronous events (`b`, `e`) for calls; times in microseconds.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

from ..errors import CallqaError, StoreError, UsageError, os_reason
from ..lang import Text
from ..observe import CallFinished, CallStarted, Event, QueueSeen, StageTimed, Waited

_encoded = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":")
).encode  # made once: it is costly


class TraceFile:
    """An observer that writes every event as it comes; to be told one at a time.

    After a write fails (a full disk, say) nothing more is written; `error` says why.
    """

    def __init__(self, path: Path, started: float) -> None:
        """Open the file; times count from `started` (`time.perf_counter`).

        Raises:
            UsageError: it cannot be written.
        """
        self._path = path
        self._started = started
        self._threads: dict[str, int] = {}
        self._calls: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._pid = os.getpid()
        self.error: CallqaError | None = None
        try:
            self._file = path.open("w", encoding="utf-8", newline="\n")
        except OSError as error:
            reason = os_reason(error)
            raise UsageError(
                f"cannot write the trace: {reason.en}", f"无法写入跟踪文件：{reason.zh}", where=path,
                then=Text("choose another file with --trace", "请用 --trace 指定其他文件"),
            ) from error  # fmt: skip
        self._text('{"displayTimeUnit":"ms","traceEvents":[\n')
        self._first = True
        self._write("M", "process_name", 0, args={"name": "callqa"})
        self._thread(threading.main_thread().name)

    def __call__(self, event: Event) -> None:
        if isinstance(event, StageTimed):
            call = self._quoted(event.call)
            args = f'"call":{call},"audio":{event.audio:.3f},"cpu":{event.cpu:.6f}'
            self._slice(event.stage, "stage", event, args)
        elif isinstance(event, Waited):
            name = f"{event.who} waits: {event.queue}"
            queue = self._quoted(event.queue)
            self._slice(name, "wait", event, f'"queue":{queue},"who":"{event.who}"')
        elif isinstance(event, QueueSeen):
            at = self._since(event.at)
            self._write("C", f"queue {event.queue}", at, args={"items": event.length})
        elif isinstance(event, CallStarted):
            self._calls[event.call] = len(self._calls) + 1
            self._call("b", event, {})
        elif isinstance(event, CallFinished) and event.call in self._calls:
            self._call("e", event, {"status": event.status, "audio": round(event.seconds, 3)})

    def close(self) -> None:
        """End the file, so that it is whole."""
        self._text("\n]}\n")
        try:
            self._file.close()
        except OSError as error:
            self._fail(error)

    def _slice(self, name: str, kind: str, event: StageTimed | Waited, args: str) -> None:
        """Most of the events: put together by hand, which takes a third of the time."""
        thread, at = self._thread(event.thread), (event.started - self._started) * 1e6
        self._text(
            f',\n{{"ph":"X","name":{self._quoted(name)},"ts":{at:.1f},"pid":{self._pid},"cat":"{kind}",'
            f'"dur":{event.wall * 1e6:.1f},"tid":{thread},"args":{{{args}}}}}'
        )

    def _quoted(self, name: str) -> str:
        """A name as JSON; the same ones come again and again."""
        if name not in self._names:
            self._names[name] = _encoded(name)
        return self._names[name]

    def _call(self, phase: str, event: CallStarted | CallFinished, args: dict[str, object]) -> None:
        at, number = self._since(event.at), self._calls[event.call]
        self._write(phase, event.call, at, cat="call", id=number, tid=1, args=args)

    def _thread(self, name: str) -> int:
        """The number of a thread; its name is written when it is seen first."""
        if name not in self._threads:
            number = self._threads[name] = len(self._threads) + 1
            self._write("M", "thread_name", 0, tid=number, args={"name": name})
            self._write("M", "thread_sort_index", 0, tid=number, args={"sort_index": number})
        return self._threads[name]

    def _since(self, moment: float) -> float:
        return round((moment - self._started) * 1e6, 1)

    def _write(self, phase: str, name: str, at: float, **more: object) -> None:
        fields = {"ph": phase, "name": name, "ts": at, "pid": self._pid, **more}
        before, self._first = "" if self._first else ",\n", False
        self._text(before + _encoded(fields))

    def _text(self, text: str) -> None:
        if self.error:
            return
        try:
            self._file.write(text)
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        if self.error is None:
            reason = os_reason(error)
            self.error = StoreError(
                f"the trace could not be written to the end: {reason.en}",
                f"跟踪文件未能写完：{reason.zh}",
                where=self._path,
            )
