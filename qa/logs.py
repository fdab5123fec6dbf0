"""The log of a run: a line per recording, for people or as JSON; never a word of what was said."""

from __future__ import annotations

import json
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from ..errors import UsageError, os_reason
from ..lang import Text
from ..observe import Event, Notice
from ..settings import private_file
from .result import CallResult

MOST_BYTES = 20_000_000  # then a new file is begun
KEPT_FILES = 9
JSON_SUFFIXES = frozenset((".json", ".jsonl", ".ndjson"))


class RunLog:
    """Writes what happens in a run to a file: lines for people, JSON where the file's name ends in .json or .jsonl.

    It is an observer of the run for notices; results are added.
    """

    def __init__(self, path: Path) -> None:
        """Open the file; what is in it stays.

        Raises:
            UsageError: it cannot be written.
        """
        self._logger = logging.Logger("callqa.run")  # noqa: LOG001  (of this run alone)
        try:
            private_file(path)
            handler = _Handler(path, maxBytes=MOST_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
        except OSError as error:
            reason = os_reason(error)
            raise UsageError(
                f"cannot write the log: {reason.en}", f"无法写入日志：{reason.zh}", where=path,
                then=Text("choose another file with --log", "请用 --log 指定其他文件"),
            ) from error  # fmt: skip
        handler.setFormatter(_Json() if path.suffix.lower() in JSON_SUFFIXES else _Lines())
        self._logger.addHandler(handler)
        self._handler = handler

    def __call__(self, event: Event) -> None:
        if isinstance(event, Notice):
            self._write(logging.WARNING, "notice", text=event.text)

    def started(self, recordings: int) -> None:
        self._write(logging.INFO, "started", recordings=recordings)

    def add(self, result: CallResult) -> None:
        """Write down what became of a recording."""
        card = result.judged.scorecard if result.judged else None
        facts: dict[str, Any] = {
            "call": result.call_id,
            "status": result.status,
            "score": card.score if card else None,
            "agent": result.metadata.agent_id,
            "audio_seconds": round(result.duration, 1) if result.analysis else None,
            "known": (not result.recognised and not result.fresh) or None,
            "failure": result.failure,
            "error": result.error,
            "unkept": result.unkept,
        }
        level = logging.ERROR if result.error or result.unkept else logging.INFO
        self._write(level, "call", **{k: v for k, v in facts.items() if v is not None})

    def ended(self, summary: str) -> None:
        self._write(logging.INFO, "ended", summary=summary)

    def close(self) -> None:
        self._handler.close()

    def _write(self, level: int, event: str, **facts: Any) -> None:
        self._logger.log(level, event, extra={"facts": facts})


class _Handler(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Nothing: a log that cannot be written must not end the run."""


class _Lines(logging.Formatter):
    default_time_format = "%Y-%m-%dT%H:%M:%S"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's name)
        facts: dict[str, Any] = record.__dict__["facts"]
        told = " ".join(f"{name}={_quoted(value)}" for name, value in facts.items())
        return f"{super().formatMessage(record)} {told}".rstrip()


class _Json(logging.Formatter):
    default_time_format = "%Y-%m-%dT%H:%M:%S"

    def format(self, record: logging.LogRecord) -> str:
        head = {
            "time": self.formatTime(record),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        return json.dumps(head | record.__dict__["facts"], ensure_ascii=False)


def _quoted(value: object) -> str:
    text = str(value)
    return (
        json.dumps(text, ensure_ascii=False)
        if not text or any(c in text for c in ' ="\n')
        else text
    )
