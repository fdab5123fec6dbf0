"""What the store holds of a call, and by what it is found."""

from __future__ import annotations

from dataclasses import dataclass

from ...scoring.features import Features
from ..metadata import CallMetadata
from ..result import Analysis, Failure, Judged


@dataclass(frozen=True)
class Kept:
    """What the store holds of a recording; `judged` is None where it was not judged by this scoring key."""

    analysis: Analysis
    judged: Judged | None
    features: Features


@dataclass(frozen=True)
class Place:
    """What the store knows of a recording by its path.

    Attributes:
        stamp: sizes and times of its files when they were read; None where that is not known.
        failure, failure_key: why it failed, and what would have to change for another outcome.
    """

    audio_hash: str
    stamp: str | None
    failure: Failure | None
    failure_key: str | None
    error: str | None


@dataclass(frozen=True)
class Scored:
    """A call as it was judged last, to be judged again.

    Attributes:
        row: its number in the store.
        duration: seconds.
    """

    row: int
    call_id: str
    source: str
    metadata: CallMetadata
    duration: float
    judged: Judged
    features: Features
    analysis: Analysis | None = None


@dataclass(frozen=True)
class Keys:
    """What a result is found by again: its audio, how it was heard and judged, and its files as they were.

    Attributes:
        failure: with what a failure is kept; another one tries again.
        named: the path by whose name records find the call; of legs what their names share.
    """

    audio: str
    analysis: str
    scoring: str
    stamp: str | None = None
    failure: str | None = None
    named: str | None = None
