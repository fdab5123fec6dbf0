"""Two recordings whose names say that they are the legs of one call."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..lang import Text
from .metadata import decoded, sidecar_of

Endings = Sequence[tuple[str, str]]

_AGENTS = frozenset(("agent", "坐席", "座席", "客服"))
_CUSTOMERS = frozenset(("caller", "customer", "client", "客户", "主叫"))
_BETWEEN = " -_.~"  # what parts the shared name from its ending


@dataclass(frozen=True)
class Leg:
    """A file whose name ends as a leg's.

    Attributes:
        shared: the name without the ending, as both legs have it.
        number: 0 for the first leg, 1 for the second.
        other: the name of the other leg's file.
        pattern: the pair of endings.
    """

    shared: str
    number: int
    other: str
    pattern: tuple[str, str]


def as_leg(name: str, suffix: str, endings: Endings) -> Iterable[Leg]:
    """The ways to understand a name (without its suffix) as that of a leg."""
    for pair in endings:
        for number, ending in enumerate(pair):
            if ending and name.lower().endswith(ending.lower()):
                stem = name[: len(name) - len(ending)]
                shared = stem.rstrip(_BETWEEN)
                if shared:
                    other = stem + _in_case_of(name[len(stem) :], pair[1 - number]) + suffix
                    yield Leg(shared, number, other, pair)


def _in_case_of(written: str, ending: str) -> str:
    """The other ending, in capitals where this one is."""
    return ending.upper() if written.isupper() else ending


def find_pair(
    path: Path, endings: Endings, there: Callable[[Path], Path | None]
) -> tuple[Leg, Path] | None:
    """How `path` is a leg, and the file of the other one, which `there` finds by its name."""
    for leg in as_leg(path.stem, path.suffix, endings):
        other = there(path.with_name(leg.other))
        if other:
            return leg, other
    return None


def agent_channel(pattern: tuple[str, str]) -> int | None:
    """The channel of the agent where the endings say it, 1 for the first leg; in and out, rx and tx do not."""
    words = [ending.strip(_BETWEEN).lower() for ending in pattern]
    if words[0] in _AGENTS or words[1] in _CUSTOMERS:
        return 1
    return 2 if words[1] in _AGENTS or words[0] in _CUSTOMERS else None


def missing(name: str) -> Text:
    """The warning for a leg that is alone while others have their pair."""
    return Text(f"the other leg {name} is missing", f"缺少另一路录音 {name}")


def offsets(legs: Sequence[Path]) -> tuple[float, ...]:
    """Seconds by which each leg begins after the first, as their sidecars say: `offset`, or `started_at` to fractions.

    What cannot be read counts for nothing here; it is an error where the metadata are gathered.
    """
    given = [_sidecar(leg) for leg in legs]
    stated = [_seconds(raw.get("offset")) for raw in given]
    if any(value is not None for value in stated):
        return tuple(value or 0.0 for value in stated)
    written = [str(raw.get("started_at") or "") for raw in given]
    try:
        moments = [datetime.fromisoformat(text.strip()) for text in written]
        starts = [(moment - moments[0]).total_seconds() for moment in moments]
    except (ValueError, TypeError, IndexError):  # TypeError: one with a time zone, one without
        return ()
    if not any("." in text or "," in text for text in written):
        return ()  # whole seconds are too coarse to set words side by side
    return tuple(start - min(starts) for start in starts)


def _sidecar(leg: Path) -> dict[str, object]:
    try:
        raw = json.loads(decoded(sidecar_of(leg).read_bytes()))
    except (OSError, ValueError, RecursionError):
        return {}
    return raw if isinstance(raw, dict) else {}


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
