"""Mean scores and item pass rates per agent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from .store import ScoredCallRow


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
    """One agent's figures; `mean_score` is None where no call of theirs has a score."""

    agent_id: str
    name: str | None
    group: str | None
    calls: int
    seconds: float
    mean_score: float | None
    items: Mapping[str, PassRate]


@dataclass(frozen=True)
class AgentReport:
    """All agents by descending mean score, the items that occur, and the calls of whom nobody knows the agent."""

    agents: tuple[AgentSummary, ...]
    items: tuple[str, ...]
    without_agent: tuple[str, ...]
    failed: int


def summarise(rows: Iterable[ScoredCallRow]) -> AgentReport:
    """Add up the latest result of every call in the store; failed and empty calls have no score."""
    by_agent: dict[str, list[ScoredCallRow]] = {}
    without: list[str] = []
    items: dict[str, None] = {}
    failed = 0
    for row in rows:
        failed += row.status == "failed"
        if row.status != "scored":
            continue
        items |= dict.fromkeys(row.items)
        agent = row.agent_id or row.agent
        if agent:
            by_agent.setdefault(agent, []).append(row)
        else:
            without.append(row.call_id)
    agents = [_summary(agent, calls) for agent, calls in by_agent.items()]
    agents.sort(key=lambda a: (-(a.mean_score if a.mean_score is not None else -1), a.agent_id))
    return AgentReport(tuple(agents), tuple(items), tuple(without), failed)


def _summary(agent: str, calls: list[ScoredCallRow]) -> AgentSummary:
    rates: dict[str, PassRate] = {}
    for items, verdicts in _by_checklist(calls).items():
        for at, item in enumerate(items):
            column = "".join(verdicts)[at :: len(items)]
            passed, failed, unsure = (column.count(letter) for letter in "pfu")
            before = rates.get(item, PassRate(0, 0, 0))
            rates[item] = PassRate(
                before.passed + passed, before.decided + passed + failed, before.unsure + unsure
            )
    scores = [call.score for call in calls if call.score is not None]
    return AgentSummary(
        agent,
        next((call.agent for call in reversed(calls) if call.agent), None),
        next((call.group for call in reversed(calls) if call.group), None),
        len(calls),
        sum(call.duration for call in calls),
        round(fmean(scores), 1) if scores else None,
        rates,
    )


def _by_checklist(calls: list[ScoredCallRow]) -> dict[tuple[str, ...], list[str]]:
    """The verdicts of the calls by the items that they are about."""
    out: dict[tuple[str, ...], list[str]] = {}
    for call in calls:
        if call.items:
            out.setdefault(call.items, []).append(call.verdicts)
    return out
