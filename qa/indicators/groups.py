"""By what calls can be grouped, and the keys of a call and of a distributor's row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Self

from ...errors import UsageError
from ...lang import Text
from .distributor import DistributorRow
from .figures import CallFigures, CallRecord
from .sums import agent_key

Dimension = Literal["agent", "group", "day", "week", "month", "call"]
Key = tuple[str | None, ...]

DIMENSIONS: dict[Dimension, Text] = {
    "agent": Text("agent", "坐席"),
    "group": Text("group", "组别"),
    "day": Text("day", "日期"),
    "week": Text("week from", "周（起始日）"),
    "month": Text("month", "月份"),
    "call": Text("call", "通话"),
}
_WHO = ("agent", "group")
_WHEN = ("day", "week", "month")


@dataclass(frozen=True)
class Stamp:
    """The day, the Monday of the week and the month of a moment."""

    day: str
    week: str
    month: str


class Calendar:
    """Tells the stamps of starts; remembers days, since many calls share one."""

    def __init__(self) -> None:
        self._days: dict[str, Stamp | None] = {}

    def of(self, started_at: str | None) -> Stamp | None:
        """None where the day is not known."""
        if not started_at:
            return None
        day = started_at[:10]
        try:
            return self._days[day]
        except KeyError:
            self._days[day] = stamp = _stamp(day)
            return stamp


def _stamp(day: str) -> Stamp | None:
    try:
        known = date.fromisoformat(day)
    except ValueError:
        return None
    if str(known) != day:  # 2026-W45-1 is a day, too, but of another form
        return None
    try:
        monday = known - timedelta(days=known.weekday())
    except OverflowError:  # the first week of all
        return None
    return Stamp(day, str(monday), day[:7])


@dataclass(frozen=True)
class Grouping:
    """By whom, and by what time; neither is one group of all calls."""

    by: tuple[Dimension, ...] = ()

    @classmethod
    def of(cls, names: Sequence[str]) -> Self:
        """One of the dimensions, or an agent or a group with a time: `agent`, `month`, `agent,month`; `all` is none.

        Raises:
            UsageError: a name is not known, or the two do not go together.
        """
        found: list[Dimension] = []
        for name in names:
            wanted = name.strip().lower()
            known: list[Dimension] = [d for d in DIMENSIONS if wanted in (d, DIMENSIONS[d].zh)]
            if not known and wanted not in ("all", "全部", ""):
                raise UsageError(
                    f"calls cannot be grouped by {name!r}", f"不能按 {name!r} 分组",
                    then=Text("by all, " + ", ".join(DIMENSIONS), "可用：all、" + "、".join(DIMENSIONS)),
                )  # fmt: skip
            found += known
        who, when = [d for d in found if d in _WHO], [d for d in found if d in _WHEN]
        if len(who) > 1 or len(when) > 1 or ("call" in found and len(found) > 1):
            raise UsageError(
                "calls are grouped by one of agent and group, and one of day, week and month",
                "只能按坐席或组别之一，以及日、周、月之一分组",
                then=Text("for instance --by agent,month", "例如 --by agent,month"),
            )
        return cls((*who, *when, *(d for d in found if d == "call")))

    @property
    def who(self) -> Dimension | None:
        return next((d for d in self.by if d in _WHO), None)

    @property
    def single(self) -> bool:
        """Whether every group is one call."""
        return "call" in self.by

    def key(self, call: CallFigures | CallRecord, stamp: Stamp | None) -> Key:
        """The group of a call; None in it is not known."""
        return tuple(_part(dimension, call, stamp) for dimension in self.by)

    def key_of_row(
        self, row: DistributorRow, agent: str | None, group: str | None, calendar: Calendar
    ) -> Key | None:
        """The group of a distributor's row, its agent and group being known; None if it is in no single one."""
        out: list[str | None] = []
        for dimension in self.by:
            if dimension in _WHO:
                part = agent if dimension == "agent" else group
            elif dimension == "month":
                part = row.time and row.time[:7]
            else:
                stamp = calendar.of(row.time)
                part = getattr(stamp, dimension) if stamp and dimension != "call" else None
            if part is None:
                return None
            out.append(part)
        return tuple(out)


def _part(dimension: Dimension, call: CallFigures | CallRecord, stamp: Stamp | None) -> str | None:
    if dimension == "agent":
        return agent_key(call)
    if dimension == "group":
        return call.group or None
    if dimension == "call":
        return call.call_id if isinstance(call, CallFigures) else call.record_id
    if stamp is None:
        return None
    return stamp.day if dimension == "day" else getattr(stamp, dimension)
