"""Which recording a record is about: by its name, by the telephony system's id in it, by number and time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, Self

from ...errors import readable
from .facts import CallMetadata, Record

_TOKENS = re.compile(r"[0-9A-Za-z]+(?:\.[0-9]+)?")
_UUID = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z])"
)
_SYSTEM_ID = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]+-\d{9,}\.\d+(?![0-9A-Za-z])")
NEAR = timedelta(seconds=5)  # between the start in a recording's name and in its record
_LEAST_ID = 6  # characters: a shorter run of letters and digits is no id that tells calls apart


class Book(Protocol):
    """Where records are looked up."""

    def of(self, recording: Path, known: CallMetadata | None = None) -> CallMetadata:
        """What the record of a recording says; nothing where there is none, or more than one.

        Args:
            recording: its path.
            known: what its name says.
        """
        ...


def name_ends(path: str) -> list[str]:
    """a/b/c.wav, b/c.wav, c.wav"""
    parts = [part for part in re.split(r"[\\/]", path) if part]
    return ["/".join(parts[n:]) for n in range(len(parts))]


def last_part(name: str) -> str:
    """What a recording is called in its folder, without its extension: c of a/b/c.wav."""
    last = (name_ends(name) or [""])[-1]
    return without_suffix(last)


def without_suffix(name: str) -> str:
    """A name without the extension of a file; one that ends in digits (1700000000.12) is an id's."""
    stem, _, ending = name.rpartition(".")
    return name if not stem or ending.isdecimal() else stem


def ids_in(stem: str) -> list[str]:
    """What may be the telephony system's id in a recording's name, the longest first.

    1700000000.123, with the name of a system before it (pbx1-1700000000.123), a UUID, other long runs without a
    dot, and the whole name.
    """
    tokens = [token for token in _TOKENS.findall(stem) if len(token) >= _LEAST_ID]
    found = [*_UUID.findall(stem), *_SYSTEM_ID.findall(stem), *tokens]
    found += [token.split(".")[0] for token in tokens]
    return list(dict.fromkeys([stem, *found] if len(stem) >= _LEAST_ID else found))


def spellings(recording: Path) -> list[str]:
    """The names by which a record may mean a recording: the ends of its path, with or without its extension.

    The longest come first: a record that agrees with more of the path means it more certainly.
    """
    whole = recording.absolute()
    ends = (*name_ends(whole.as_posix()), *name_ends(whole.with_suffix("").as_posix()))
    return [readable(end) for end in ends]


@dataclass(frozen=True)
class MetadataTable:
    """Records held in memory.

    Attributes:
        rows: by the ends of the names that they give, or their ids; None where an end stands for several.
        numbers: those without a name, with their start, by each number that they give.
    """

    rows: Mapping[str, CallMetadata | None]
    numbers: Mapping[str, Sequence[tuple[datetime, CallMetadata]]] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, records: Iterable[Record]) -> Self:
        """Index records by the path or name that each gives its recording, by their ids, and by number."""
        rows: dict[str, CallMetadata | None] = {}
        numbers: dict[str, list[tuple[datetime, CallMetadata]]] = {}
        for record in records:
            facts, ends = record.facts, name_ends(record.name)
            if not ends:
                ends = [facts.record_id] if facts.record_id else []
                start = _moment(facts.started_at)
                for number in {facts.caller, facts.called} if start else ():
                    if start and number:
                        numbers.setdefault(number, []).append((start, facts))
            for end in ends:
                rows[end] = None if end in rows and rows[end] != facts else facts
        return cls(rows, numbers)

    def of(self, recording: Path, known: CallMetadata | None = None) -> CallMetadata:
        """The facts of the row that agrees with most of the recording's path, has an id in its name, or its number."""
        for name in (*spellings(recording), *ids_in(readable(recording.stem))):
            if (facts := self.rows.get(name)) is not None:
                return facts
        return self._by_number(known) if known else CallMetadata()

    def _by_number(self, known: CallMetadata) -> CallMetadata:
        """The one row with a number of the recording, and its start."""
        start = _moment(known.started_at)
        if start is None:
            return CallMetadata()
        numbers = [number for number in (known.caller, known.called) if number]
        near = {
            facts
            for number in numbers
            for at, facts in self.numbers.get(number, ())
            if abs(at - start) <= NEAR
        }
        return near.pop() if len(near) == 1 else CallMetadata()


def _moment(written: str | None) -> datetime | None:
    """A start with its time, without its zone."""
    try:
        found = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return found.replace(tzinfo=None) if ":" in (written or "") else None


def common_end(one: str, other: str) -> int:
    """How many parts of two paths are the same, counted from the end; their extensions may differ or be left out."""
    a, b = ([p for p in re.split(r"[\\/]", path) if p] for path in (one, other))
    if not a or not b or without_suffix(a[-1]) != without_suffix(b[-1]):
        return 0
    count = 1
    while count < min(len(a), len(b)) and a[-1 - count] == b[-1 - count]:
        count += 1
    return count
