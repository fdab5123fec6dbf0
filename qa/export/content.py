"""What is exported: which calls, and the figures about them as the other commands compute them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..agents import AgentReport, PassRate, rates, summarise
from ..indicators.groups import Grouping
from ..indicators.stored import StoredCalls
from ..indicators.table import IndicatorTable, Scope, indicators_of
from ..period import Period
from ..privacy.redact import Redaction
from ..result import CallResult
from ..store import CallFilter, Store
from ..store.figures import AgentFigures, by_agent, together
from .columns import Column, call_columns


@dataclass(frozen=True)
class Content:
    """The stored calls of a period, an agent, a group."""

    store: Store
    period: Period
    agent: str | None = None
    group: str | None = None
    redaction: Redaction | None = None

    @cached_property
    def report(self) -> AgentReport:
        return summarise(self._figures)

    @cached_property
    def items(self) -> Mapping[str, PassRate]:
        """All items that occur, with how often they were passed."""
        everything = together(self._figures)
        return rates(everything) if everything else {}

    def title(self, item: str) -> str:
        return str(self._figures.titles.get(item, item))

    @property
    def columns(self) -> list[Column]:
        return call_columns(tuple(self.items), self._figures.titles)

    def calls(self, *, whole: bool = False) -> Iterator[CallResult]:
        """One after the other, as the store has them; `whole` with what was said in them."""
        hide = self.redaction and (self.redaction.result if whole else self.redaction.outline)
        found = self.store.results(self._wanted)
        return map(hide, found) if hide else found

    def indicators(self) -> IndicatorTable:
        scope = Scope(Grouping.of(["all"]), self.period, self.agent, self.group)
        return indicators_of(StoredCalls(self.store.database), scope, None)

    @property
    def empty(self) -> bool:
        """Whether there is no call at all."""
        return next(self.store.results(self._wanted), None) is None

    @cached_property
    def _figures(self) -> AgentFigures:
        return by_agent(self.store.database, self._wanted)

    @property
    def _wanted(self) -> CallFilter:
        return CallFilter(self.period.since, self.period.until, self.agent, self.group)
