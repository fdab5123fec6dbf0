"""Asterisk's call records, `Master.csv`: a file without headings, a row per channel, one or more rows per call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from ...errors import SettingsError
from ...lang import Text
from ...settings import Settings
from .facts import CallMetadata, Outcome, Problem, Record
from .headings import Headings, outcome_of
from .moments import Zones, parsed, zone
from .tables import Line, read_lines

_NAMES = ("master.csv", "cdr.csv")  # with an ending, perhaps: Master.csv.1, Master.csv-20261120
_NEEDED = ("start", "disposition")  # columns without which a row says nothing
_LEAST_COLUMNS = 12
_EXTENSION = re.compile(
    r"[A-Za-z0-9_]+/(\d{2,})(?=[@\-;/]|$)"
)  # PJSIP/8021-000001a2, Local/8021@from-queue-1;1
_INTERNAL = re.compile(r"\d{2,5}")  # an extension where the roster names none
_RECORDING = re.compile(
    r"(?:audio:)?(\S+\.(?:wav49|wav|gsm|mp3|ogg|g722|ulaw|alaw|sln))\b", re.IGNORECASE
)
_RECORDERS = ("MixMonitor", "Monitor")  # applications whose data begin with the recording's name
_ORDER: tuple[Outcome, ...] = (
    "answered",
    "busy",
    "failed",
    "abandoned",
)  # of a call's rows the first counts


def is_cdr(file: Path, settings: Settings) -> bool:
    """Whether a file is one: no headings, and times where the columns of the settings have them."""
    name = file.name.lower()
    named = name.startswith(_NAMES)
    if not named and file.suffix.lower() != ".csv":
        return False
    lines = read_lines(file, settings.metadata.encoding)
    first = next((x for x in lines if isinstance(x, Line) and any(x.cells)), None)
    if first is None or len(first.cells) < _LEAST_COLUMNS:
        return False
    if Headings.of(settings).known(first.cells) > 1:
        return False
    row = _Row.of(first, settings)
    return named or (row.start is not None and row.end is not None)


def read_cdr(file: Path, settings: Settings) -> Iterator[Record | Problem]:
    """One record per call, in the order in which calls are met first, after the rows that cannot be used.

    Raises:
        SettingsError: the file, its columns, or a time zone of the settings, cannot be used.
    """
    _check(settings)
    calls: dict[str, list[_Row]] = {}
    for line in read_lines(file, settings.metadata.encoding):
        if isinstance(line, Problem):
            yield line
        elif any(line.cells):
            row = _Row.of(line, settings)
            if row.start is None or not (row.id or row["src"] or row["dst"]):
                text = Text(
                    "no start, or neither id nor number", "缺少开始时间，或既无通话 ID 也无号码"
                )
                yield Problem(line.number, text)
            else:
                calls.setdefault(row.call, []).append(row)
    for rows in calls.values():
        yield _Call(rows, settings).record


def _check(settings: Settings) -> None:
    missing = [name for name in _NEEDED if name not in settings.metadata.cdr_columns]
    if missing:
        raise SettingsError(
            f"metadata.cdr_columns: there is no {missing[0]}",
            f"metadata.cdr_columns：缺少 {missing[0]} 列",
            then=Text("name all columns in their order", "请按顺序写出所有列"),
        )
    for name in (settings.metadata.cdr_timezone, settings.files.timezone):
        if name:
            zone(name)


@dataclass(frozen=True)
class _Row:
    """A row by the names of its columns; times are the centre's."""

    line: int
    cells: Mapping[str, str]
    zones: Zones

    @classmethod
    def of(cls, line: Line, settings: Settings) -> _Row:
        zones = Zones(settings.metadata.cdr_timezone, settings.files.timezone)
        cells = dict(zip(settings.metadata.cdr_columns, line.cells, strict=False))
        return cls(line.number, cells, zones)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def id(self) -> str:
        return self["uniqueid"]

    @property
    def call(self) -> str:
        """What the rows of one call share; where nothing does, each row is a call."""
        return self["linkedid"] or self.id or f"line {self.line}"

    @cached_property
    def start(self) -> datetime | None:
        return self._time("start")

    @cached_property
    def answer(self) -> datetime | None:
        return self._time("answer")

    @cached_property
    def end(self) -> datetime | None:
        return self._time("end")

    def _time(self, column: str) -> datetime | None:
        found = parsed(self[column])
        try:
            return self.zones.local(found) if found else None
        except OverflowError:  # of the year 1 or 9999
            return None

    @property
    def outcome(self) -> Outcome | None:
        return outcome_of(self["disposition"])

    @property
    def talk(self) -> float:
        return float(self["billsec"]) if re.fullmatch(r"\d+(\.\d+)?", self["billsec"]) else 0.0


class _Call:
    """The rows of one call."""

    def __init__(self, rows: list[_Row], settings: Settings) -> None:
        self._rows = sorted(rows, key=lambda row: row.start or datetime.max)
        self._settings = settings
        self._first = self._rows[0]
        answered = [row for row in self._rows if row.outcome == "answered"]
        direction = self._direction
        # a menu or a queue answers, too: where an agent did, that is the answer
        self._taken = [row for row in answered if self._agent(row, direction)] or answered
        self._answered = max(self._taken, key=lambda row: row.talk) if self._taken else None

    @property
    def record(self) -> Record:
        start, row = self._first.start, self._answered
        outcomes = {one.outcome for one in self._rows}
        direction, waited = self._direction, self._waited
        facts = CallMetadata(
            agent_id=self._agent(row, direction) if row else None,
            caller=self._first["src"] or None,
            called=self._first["dst"] or None,
            direction=direction,
            queue=self._queue,
            started_at=start.isoformat() if start else None,
            ring_seconds=waited,
            queue_seconds=waited if self._queue else None,
            talk_seconds=row.talk if row else None,
            outcome=next((one for one in _ORDER if one in outcomes), None),
            transferred=len(self._agents(direction)) > 1 if row else None,
            record_id=self._first.id or None,
        )
        return Record(self._recording, facts, self._first.line)

    @property
    def _waited(self) -> float | None:
        """Seconds from the first start to the answer, or to the end of a call that nobody answered."""
        answers = [row.answer for row in self._taken if row.answer]
        ends = [row.end for row in self._rows if row.end]
        until = min(answers, default=None) if self._taken else max(ends, default=None)
        if until is None or self._first.start is None:
            return None
        return max(0.0, (until - self._first.start).total_seconds())

    @property
    def _direction(self) -> str | None:
        """By the dialplan's context, else by which side is one of ours."""
        said = self._settings.metadata.contexts.get(self._first["dcontext"])
        if said:
            return said
        ours = [self._ours(self._first[column]) for column in ("src", "dst")]
        dialled = any(
            self._ours(number) for row in self._rows for number in _extensions(row["dstchannel"])
        )
        if ours[0] and not ours[1]:
            return "outbound"
        return "inbound" if not ours[0] and (ours[1] or dialled) else None

    def _ours(self, number: str) -> bool:
        """Whether a number is an agent's."""
        roster = self._settings.agents
        if roster:
            return any(number and number in (entry.id, entry.extension) for entry in roster)
        return _INTERNAL.fullmatch(number) is not None

    def _agent(self, row: _Row, direction: str | None) -> str | None:
        """Who answered, or who called out: the roster's id of the extension, else the extension."""
        column = "channel" if direction == "outbound" else "dstchannel"
        found = [number for number in _extensions(row[column]) if self._ours(number)]
        if not found:
            return None
        entries = (e.id for e in self._settings.agents if found[0] in (e.id, e.extension))
        return next(entries, found[0])

    def _agents(self, direction: str | None) -> set[str]:
        rows = [row for row in self._rows if row.outcome == "answered" and row.talk > 0]
        return {agent for row in rows if (agent := self._agent(row, direction))}

    @property
    def _queue(self) -> str | None:
        queues = [row["lastdata"].split(",")[0] for row in self._rows if row["lastapp"] == "Queue"]
        return next((queue for queue in queues if queue), None)

    @property
    def _recording(self) -> str:
        """The recording's name: what the user field says, a column of its own, or the application that records.

        Other cells may have the names of sounds that were played, which many calls share.
        """
        for row in self._rows:
            recorder = row["lastdata"] if row["lastapp"] in _RECORDERS else ""
            for cell in (row["userfield"], row["recordingfile"], recorder):
                if found := _RECORDING.search(cell):
                    return found[1]
        return ""


def _extensions(channel: str) -> list[str]:
    return _EXTENSION.findall(channel)
