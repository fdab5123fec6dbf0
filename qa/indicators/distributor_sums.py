"""What is added up of the distributor's rows, and which calls may stand in for columns that it does not have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .distributor import DistributorRow
from .figures import CallFigures, CallRecord

# What calls give where a row has one side of an indicator but not the other: answered calls, connected seconds,
# or calls offered.
_STAND_INS = {
    "after_call_work": "calls",
    "calls_per_hour": "calls",
    "occupancy": "seconds",
    "cost_per_call": "calls",
    "busy_rate": "offered",
    "queued": "offered",
}


@dataclass(frozen=True)
class Share:
    """One row's part of an indicator: what is above the line and below it.

    `incomplete`: calls have to give the rest.
    """

    indicator: str
    above: float
    below: float
    incomplete: bool = False


def shares(row: DistributorRow) -> list[Share]:
    """All that a row says about indicators."""
    has = row.figures
    out = []

    def fraction(indicator: str, above: str, below: str, factor: float = 1.0) -> None:
        if above in has and below in has:
            out.append(Share(indicator, has[above] * factor, has[below]))

    def over_calls(indicator: str, above: str) -> None:
        if above in has:
            calls = has.get("calls")
            out.append(Share(indicator, has[above], calls or 0.0, calls is None))

    over_calls("after_call_work", "after")
    over_calls("cost_per_call", "cost")
    fraction("queue_time", "queue", "queued")
    fraction("adherence", "logged_in", "scheduled", 100)
    fraction("attendance", "present", "planned", 100)
    if "logged_in" in has:
        calls = has.get("calls")
        out.append(
            Share(
                "calls_per_hour", calls or 0.0, has["logged_in"] / 3600.0, incomplete=calls is None
            )
        )
    if "idle" in has:
        talk = has.get("talk")
        busy = 0.0 if talk is None else talk + has.get("hold", 0.0)
        out.append(Share("occupancy", busy, busy + has["idle"], incomplete=talk is None))
    for indicator, column in (("busy_rate", "blocked"), ("queued", "queued")):
        if column in has:
            offered = has.get("offered")
            below = has.get("blocked", 0.0) if offered is None else offered
            out.append(Share(indicator, has[column], below, incomplete=offered is None))
    return out


@dataclass
class DistributorSums:
    """The rows of one group added up; sums of parts add up to those of the whole.

    Attributes:
        above, below: of each indicator's fraction, the stand-ins of calls not yet among them.
        incomplete: the indicators that need stand-ins.
        offered, blocked: where a row has them.
        leavers: of the rows that have them; staff: by time, since heads of two days are the same heads.
    """

    rows: int = 0
    above: dict[str, float] = field(default_factory=dict)
    below: dict[str, float] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)
    offered: float | None = None
    blocked: float | None = None
    leavers: float | None = None
    staff: dict[str | None, float] = field(default_factory=dict)

    def add(self, row: DistributorRow) -> None:
        """Add a row."""
        self.rows += 1
        for share in shares(row):
            _into(self.above, share.indicator, share.above)
            _into(self.below, share.indicator, share.below)
            if share.incomplete:
                self.incomplete.add(share.indicator)
        self.offered = _plus(self.offered, row.figures.get("offered"))
        self.blocked = _plus(self.blocked, row.figures.get("blocked"))
        if "leavers" in row.figures and "staff" in row.figures:
            self.leavers = _plus(self.leavers, row.figures["leavers"])
            self.staff[row.time] = self.staff.get(row.time, 0.0) + row.figures["staff"]

    def __add__(self, other: DistributorSums) -> DistributorSums:
        """The sums of both; neither is changed."""
        out = DistributorSums(
            self.rows + other.rows, dict(self.above), dict(self.below), self.incomplete | other.incomplete,
            _plus(self.offered, other.offered), _plus(self.blocked, other.blocked),
            _plus(self.leavers, other.leavers), dict(self.staff),
        )  # fmt: skip
        for mine, theirs in ((out.above, other.above), (out.below, other.below)):
            for name, number in theirs.items():
                _into(mine, name, number)
        for time, heads in other.staff.items():
            out.staff[time] = out.staff.get(time, 0.0) + heads
        return out


class Coverage:
    """Which calls may stand in for which indicators: those of the agents and times that the rows are about.

    Without that, the idle seconds of one agent would be set against the calls of all.
    """

    def __init__(self, rows: Iterable[DistributorRow]) -> None:
        self._spots: dict[tuple[str, str | None, str | None], set[str]] = {}
        self._known: dict[tuple[str | None, ...], tuple[tuple[str, str], ...]] = {}
        for row in rows:
            kind, who = "all", row.agent_id or row.agent
            if who:
                kind = "agent"
            elif row.group:
                kind, who = "group", row.group
            for share in shares(row):
                if share.incomplete:
                    self._spots.setdefault((kind, who, row.time), set()).add(share.indicator)

    def __bool__(self) -> bool:
        return bool(self._spots)

    def of(self, call: CallFigures | CallRecord, day: str | None) -> tuple[tuple[str, str], ...]:
        """The indicators that a call stands in for, each with what it gives."""
        key = (call.agent_id, call.agent, call.group, day)
        if key not in self._known:
            whose = [("agent", call.agent_id), ("agent", call.agent), ("group", call.group)]
            times = {None, day, day and day[:7]}
            found: set[str] = set()
            for kind, who in [*(pair for pair in whose if pair[1]), ("all", None)]:
                for time in times:
                    found |= self._spots.get((kind, who, time), set())
            self._known[key] = tuple((name, _STAND_INS[name]) for name in sorted(found))
        return self._known[key]


def _plus(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _into(totals: dict[str, float], name: str, number: float) -> None:
    totals[name] = totals.get(name, 0.0) + number
