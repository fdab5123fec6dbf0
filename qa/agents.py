"""Mean scores and item pass rates per agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..lang import Text
from .statistics import Mean, Trend, trend
from .store.figures import AgentFigures, AgentSums


@dataclass(frozen=True)
class PassRate:
    """How often an item was passed, of the calls in which it was decided; `unsure` calls are not among those."""

    passed: int
    decided: int
    unsure: int

    @property
    def rate(self) -> float | None:
        return self.passed / self.decided if self.decided else None


@dataclass(frozen=True)
class AgentSummary:
    """One agent's figures; `mean_score` is None where no call of theirs has a score.

    `trend` says how the score went since the period before; None where that cannot be told. `figures` are means by
    the indicator's id. `unsure` is the share of verdicts that a person has to decide. `span` is the day, the Monday
    of the week, or the month that the figures are of, where they are of one.
    """

    agent_id: str
    name: str | None
    group: str | None
    calls: int
    seconds: float
    mean_score: float | None
    interval: tuple[float, float] | None
    trend: Trend | None
    fatal: int
    figures: Mapping[str, Mean]
    items: Mapping[str, PassRate]
    span: str | None = None

    @property
    def unsure(self) -> float | None:
        decided = sum(rate.decided for rate in self.items.values())
        unsure = sum(rate.unsure for rate in self.items.values())
        return unsure / (decided + unsure) if decided + unsure else None


@dataclass(frozen=True)
class AgentReport:
    """All agents by descending mean score, the items that occur with their titles, and what belongs to no agent.

    `without_agent` is how many calls nobody knows the agent of, `some` names the first of them.
    """

    agents: tuple[AgentSummary, ...]
    items: tuple[str, ...]
    titles: Mapping[str, Text]
    without_agent: int
    some: tuple[str, ...]
    failed: int


def summarise(figures: AgentFigures, before: AgentFigures | None = None) -> AgentReport:
    """Make means and rates of the sums, and trends since those of a period before; only scored calls count."""
    earlier = {one.agent: one.score for one in before.sums} if before else {}
    agents = [
        _summary(one, one.agent, figures, earlier.get(one.agent, Mean()))
        for one in figures.sums
        if one.agent is not None
    ]
    agents.sort(key=lambda a: (-(a.mean_score if a.mean_score is not None else -1), a.agent_id))
    items = dict.fromkeys(item for a in figures.sums for some in a.verdicts for item in some)
    nobody = sum(one.calls for one in figures.sums if one.agent is None)
    return AgentReport(
        tuple(agents), tuple(items), figures.titles, nobody, figures.without_agent, figures.failed
    )


def over_time(figures: AgentFigures) -> list[AgentSummary]:
    """Each agent's spans in their order, with trends since the span before it that has calls."""
    found: list[AgentSummary] = []
    known = [one for one in figures.sums if one.agent is not None and one.span is not None]
    before: AgentSums | None = None
    for one in sorted(known, key=lambda s: (s.agent or "", s.span or "")):
        same = before is not None and before.agent == one.agent
        score = before.score if before is not None and same else Mean()
        found.append(_summary(one, one.agent or "", figures, score))
        before = one
    return found


def _summary(sums: AgentSums, agent: str, figures: AgentFigures, before: Mean) -> AgentSummary:
    mean = None if sums.score.value is None else round(sums.score.value, 1)
    return AgentSummary(
        agent, figures.names.get(agent), figures.groups.get(agent), sums.calls, sums.seconds, mean,
        sums.score.interval(0.0, 100.0), trend(before, sums.score), sums.fatal, sums.figures, rates(sums),
        sums.span,
    )  # fmt: skip


def rates(sums: AgentSums) -> dict[str, PassRate]:
    """How often each item was passed."""
    found: dict[str, PassRate] = {}
    for items, verdicts in sums.verdicts.items():
        for at, item in enumerate(items):
            column = verdicts[at :: len(items)]
            passed, failed, unsure = (column.count(letter) for letter in "pfu")
            before = found.get(item, PassRate(0, 0, 0))
            found[item] = PassRate(
                before.passed + passed,
                before.decided + passed + failed,
                before.unsure + unsure,
            )
    return found
