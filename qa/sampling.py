"""Which calls a supervisor listens to: some of each agent, evenly over days and hours, and some because of a risk.

A call centre monitors four or five calls of each agent a month. They are drawn as in a Latin square: the month is
parted into as many stretches of days as calls are wanted, the hours of the day likewise, and each stretch of days goes
with another stretch of hours, by chance. The same seed draws the same calls from the same store; an agent's draw does
not depend on the other agents'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random
from typing import Literal

Risk = Literal["fatal", "silence", "complaint"]
Kind = Literal["even", "risk"]


@dataclass(frozen=True)
class Candidate:
    """A call that can be drawn. `agent` is the id, or the name where there is none; `started_at` is ISO 8601."""

    row: int
    call_id: str
    agent: str
    name: str | None
    started_at: str | None
    score: float | None
    risks: tuple[Risk, ...]


@dataclass(frozen=True)
class Pick:
    """Why a call was drawn, and by which seed."""

    kind: Kind
    seed: int


@dataclass(frozen=True)
class Plan:
    """How many calls of each agent: evenly drawn, and besides them such with a risk."""

    each: int
    risky: int


def draw(
    calls: Iterable[Candidate], known: Mapping[int, Pick], plan: Plan, month: str, seed: int
) -> dict[int, Pick]:
    """All picks of a month by the call's row: those that are known, and what is missing for each agent."""
    picks = dict(known)
    ordered = sorted(calls, key=lambda c: (c.agent, c.started_at or "", c.row))
    for agent, group in groupby(ordered, key=lambda c: c.agent):
        own = list(group)
        kinds = [known[c.row].kind for c in own if c.row in known]
        chance = Random(f"{seed} {month} {agent}")  # noqa: S311 # reproducible, not secret
        free = [c for c in own if c.row not in picks]
        for one in even(free, plan.each - kinds.count("even"), chance):
            picks[one.row] = Pick("even", seed)
        risky = [c for c in own if c.row not in picks and c.risks]
        risky.sort(key=lambda c: (-len(c.risks), c.score or 0.0, c.started_at or "", c.row))
        for one in risky[: max(plan.risky - kinds.count("risk"), 0)]:
            picks[one.row] = Pick("risk", seed)
    return picks


def even(calls: Sequence[Candidate], count: int, chance: Random) -> list[Candidate]:
    """So many of an agent's calls (or all), spread over days and hours; in the order of their starts."""
    count = min(count, len(calls))
    if count <= 0:
        return []
    ordered = sorted(calls, key=lambda c: (c.started_at or "", c.row))
    clocks = sorted(ordered, key=lambda c: ((c.started_at or "")[11:], c.row))
    hour = {c.row: at * count // len(clocks) for at, c in enumerate(clocks)}
    wanted = list(range(count))
    chance.shuffle(wanted)
    found = []
    for stretch, at in zip(_stretches(ordered, count), wanted, strict=True):
        nearest = min(abs(hour[c.row] - at) for c in stretch)
        found.append(chance.choice([c for c in stretch if abs(hour[c.row] - at) == nearest]))
    return found


def _stretches(ordered: Sequence[Candidate], count: int) -> list[list[Candidate]]:
    """Parts of equally many days; where there are fewer days than parts, of equally many calls."""
    days = sorted({(c.started_at or "")[:10] for c in ordered})
    if len(days) >= count:
        part = {day: at * count // len(days) for at, day in enumerate(days)}
        numbers = [part[(c.started_at or "")[:10]] for c in ordered]
    else:
        numbers = [at * count // len(ordered) for at in range(len(ordered))]
    parts: list[list[Candidate]] = [[] for _ in range(count)]
    for number, call in zip(numbers, ordered, strict=True):
        parts[number].append(call)
    return parts
