"""What is on the page: every figure from the functions that the other commands use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from ...settings import Files
from ..agents import AgentReport, PassRate, rates, summarise
from ..indicators.compute import Value
from ..indicators.stored import StoredCalls
from ..indicators.table import Scope, indicators_of
from ..period import Period
from ..privacy.redact import Redaction
from ..statistics import Mean
from ..store import CallFilter
from ..store.database import Database
from ..store.figures import AgentSums, by_agent, together
from ..store.series import HoldLengths, hold_lengths, score_by_day
from .calls import ShownCall, extremes, shown_call
from .sound import Sounds


@dataclass(frozen=True)
class Wanted:
    """Which calls a report is about, how many are shown, and whether with their sound."""

    period: Period
    agent: str | None = None
    group: str | None = None
    calls: int = 5
    audio: bool = True

    def filter(self, period: Period | None = None) -> CallFilter:
        """The calls of the period, or of another one."""
        period = period or self.period
        return CallFilter(period.since, period.until, self.agent, self.group)


@dataclass(frozen=True)
class Content:
    """All figures of a report; `earlier` is the period that trends compare with."""

    wanted: Wanted
    total: AgentSums
    agents: AgentReport
    earlier: Period | None
    items: Mapping[str, PassRate]
    days: Mapping[str, Mean]
    holds: HoldLengths
    indicators: Sequence[Value]
    worst: Sequence[ShownCall]
    best: Sequence[ShownCall]


def gather(
    database: Database,
    wanted: Wanted,
    files: Files | None = None,
    redaction: Redaction | None = None,
) -> Content | None:
    """Look everything up; None where there is no scored call.

    Raises:
        StoreError: the database cannot be read.
    """
    which, earlier = wanted.filter(), wanted.period.before()
    figures = by_agent(database, which)
    total = together(figures)
    if total is None:
        return None
    before = by_agent(database, wanted.filter(earlier)) if earlier else None
    worst, best = extremes(database, which, wanted.calls, total.score.count)
    sounds = Sounds(files or Files()) if wanted.audio else None
    shown = {
        one.hit.row: shown_call(f"call-{number}", one, sounds, redaction)
        for number, one in enumerate(chain(worst, best), start=1)
    }
    scope = Scope(period=wanted.period, agent=wanted.agent, group=wanted.group)
    table = indicators_of(StoredCalls(database), scope)
    return Content(
        wanted=wanted, total=total, agents=summarise(figures, before), earlier=earlier, items=rates(total),
        days=score_by_day(database, which), holds=hold_lengths(database, which),
        indicators=[value for value in table.total.values.values() if value.value is not None],
        worst=[shown[one.hit.row] for one in worst], best=[shown[one.hit.row] for one in best],
    )  # fmt: skip
