"""Which recording a record is about: by its name, by the telephony system's id in it, by number and time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from ...errors import readable
from .facts import CallMetadata, Record

_TOKENS = re.compile(r"[0-9A-Za-z]+(?:\.[0-9]+)?")
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
    """What may be the telephony system's id in a recording's name: 1700000000.123, and long runs without a dot."""
    found = [token for token in _TOKENS.findall(stem) if len(token) >= _LEAST_ID]
    return list(dict.fromkeys([*found, *(token.split(".")[0] for token in found)]))


def spellings(recording: Path) -> list[str]:
    """The names by which a record may mean a recording: the ends of its path, with or without its extension.

    The longest come first: a record that agrees with more of the path means it more certainly.
    """
    whole = recording.absolute()
    ends = (*name_ends(whole.as_posix()), *name_ends(whole.with_suffix("").as_posix()))
    return [readable(end) for end in ends]


@dataclass(frozen=True)
class MetadataTable:
    """Records by the ends of the names that they give; None where an end stands for several."""

    rows: Mapping[str, CallMetadata | None]

    @classmethod
    def of_rows(cls, records: Iterable[Record]) -> Self:
        """Index records by the path or name that each gives its recording, and by their ids."""
        out: dict[str, CallMetadata | None] = {}
        for record in records:
            ends = name_ends(record.name) or [record.facts.record_id or ""]
            for end in ends:
                out[end] = None if end in out and out[end] != record.facts else record.facts
        return cls(out)

    def of(self, recording: Path, _known: CallMetadata | None = None) -> CallMetadata:
        """The facts of the row that agrees with most of the recording's path, or with an id in its name."""
        for name in (*spellings(recording), *ids_in(readable(recording.stem))):
            if (facts := self.rows.get(name)) is not None:
                return facts
        return CallMetadata()


def common_end(one: str, other: str) -> int:
    """How many parts of two paths are the same, counted from the end; their extensions may differ or be left out."""
    a, b = ([p for p in re.split(r"[\\/]", path) if p] for path in (one, other))
    if not a or not b or without_suffix(a[-1]) != without_suffix(b[-1]):
        return 0
    count = 1
    while count < min(len(a), len(b)) and a[-1 - count] == b[-1 - count]:
        count += 1
    return count
