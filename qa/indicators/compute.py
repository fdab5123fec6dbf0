"""The indicators' figures from what was added up. What is not known gives no figure, never zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .catalogue import BY_ID
from .distributor_sums import DistributorSums
from .indicator import Indicator
from .sums import Sums


@dataclass(frozen=True)
class Value:
    """One figure; `value` is None where the data do not give it, and so are the parts of its fraction.

    `count` is the number of calls that it rests on, 0 for what the distributor's export alone gives.
    Of percentages the numerator is already times 100.
    """

    indicator: Indicator
    value: float | None = None
    count: int = 0
    numerator: float | None = None
    denominator: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is no value or no target."""
        return self.indicator.met(self.value)


@dataclass(frozen=True)
class Basis:
    """What a group's figures are computed from.

    Attributes:
        unanswered_known: whether the calls that nobody answered are known to be among these sums. Callers who give up
            in the queue have no agent, so that an agent's own calls alone would make an abandon rate of zero.
        single: the group is one call.
    """

    calls: Sums
    distributor: DistributorSums
    unanswered_known: bool = True
    single: bool = False

    @property
    def offered(self) -> float | None:
        """Blocked + abandoned + answered; the distributor knows better than the records who was blocked."""
        sums = self.calls
        if not self.unanswered_known or not sums.answered + sums.abandoned + sums.busy:
            return None
        blocked = self.distributor.blocked
        return sums.answered + sums.abandoned + (sums.busy if blocked is None else blocked)


_Fraction = tuple[float, float, int] | None  # above the line, below it, calls behind


class Values(Mapping[str, Value]):
    """Every indicator of a group, by id; each is computed when somebody wants it."""

    def __init__(self, basis: Basis) -> None:
        self._basis = basis

    def __getitem__(self, indicator: str) -> Value:
        return _value(BY_ID[indicator], self._basis)

    def __iter__(self) -> Iterator[str]:
        return iter(BY_ID)

    def __len__(self) -> int:
        return len(BY_ID)


def _value(indicator: Indicator, basis: Basis) -> Value:
    if basis.single and not indicator.per_call:
        return Value(indicator)
    fraction = _FORMULAS[indicator.id](basis)
    if fraction is None or not fraction[1]:
        return Value(indicator)
    above, below, count = fraction
    return Value(indicator, above / below, count, above, below)


def _mean(total: str, count: str) -> Callable[[Basis], _Fraction]:
    """A mean over the calls of which it is known."""

    def of(basis: Basis) -> _Fraction:
        number: int = getattr(basis.calls, count)
        return float(getattr(basis.calls, total)), float(number), number

    return of


def _rate(part: str, whole: str) -> Callable[[Basis], _Fraction]:
    """A share of calls in per cent."""

    def of(basis: Basis) -> _Fraction:
        number: int = getattr(basis.calls, whole)
        return 100.0 * getattr(basis.calls, part), float(number), number

    return of


def _exported(indicator: str, factor: float = 1.0) -> Callable[[Basis], _Fraction]:
    """What the distributor's rows give, with the calls that stand in for what they lack."""

    def of(basis: Basis) -> _Fraction:
        sums = basis.distributor
        if indicator not in sums.above:
            return None
        above, below = sums.above[indicator], sums.below[indicator]
        standing = basis.calls.covered.get(indicator, 0.0)
        if indicator in sums.incomplete:
            if not standing:
                return None  # idle seconds without any call are no occupancy of zero
            above += standing if indicator in ("calls_per_hour", "occupancy") else 0.0
            below += standing if indicator != "calls_per_hour" else 0.0
        if indicator == "queued" and above > below:
            return None  # export and records are not about the same calls
        count = 0 if indicator == "occupancy" else int(standing)
        return above * factor, below, count

    return of


def _first(*ways: Callable[[Basis], _Fraction]) -> Callable[[Basis], _Fraction]:
    """The first of several ways that gives a figure."""

    def of(basis: Basis) -> _Fraction:
        for way in ways:
            found = way(basis)
            if found and found[1]:
                return found
        return None

    return of


def _monitored(basis: Basis) -> _Fraction:
    sums = basis.calls
    return float(sums.monitored), float(len(sums.agent_months)), sums.monitored


def _handle(basis: Basis) -> _Fraction:
    """From the means of its two parts, where no record has the after-call work of its call."""
    sums, work = basis.calls, _exported("after_call_work")(basis)
    if basis.single or not sums.talked or not work or not work[1]:
        return None
    mean = sums.talk_seconds / sums.talked + work[0] / work[1]
    return mean * sums.talked, float(sums.talked), sums.talked


def _service(basis: Basis) -> _Fraction:
    """Answered calls whose wait is not known are taken to have waited like the others."""
    sums, offered = basis.calls, basis.offered
    if offered is None or (sums.answered and not sums.timed):
        return None
    prompt = sums.prompt * sums.answered / sums.timed if sums.timed else 0.0
    return 100.0 * prompt, offered, round(offered)


def _abandoned(basis: Basis) -> _Fraction:
    sums, offered = basis.calls, basis.offered
    if offered is None:
        return None
    short = sums.short_abandoned
    return 100.0 * (sums.abandoned - short), offered - short, round(offered) - short


def _abandon_time(basis: Basis) -> _Fraction:
    sums = basis.calls
    if not basis.unanswered_known:
        return None
    return sums.abandon_seconds, float(sums.abandon_timed), sums.abandon_timed


def _answered(basis: Basis) -> _Fraction:
    offered = basis.offered
    return None if offered is None else (100.0 * basis.calls.answered, offered, round(offered))


def _offered(basis: Basis) -> _Fraction:
    offered = basis.offered
    if offered is None:
        offered = basis.distributor.offered
    return None if offered is None else (offered, 1.0, round(offered))


def _busy(basis: Basis) -> _Fraction:
    """Many systems keep no record of callers whom they turned away: that there is none does not say there were none."""
    busy, offered = basis.calls.busy, basis.offered
    if not busy or offered is None or basis.distributor.blocked is not None:
        return None
    return 100.0 * busy, offered, round(offered)


def _queued(basis: Basis) -> _Fraction:
    sums = basis.calls
    if not basis.unanswered_known:
        return None
    return 100.0 * sums.queue_placed, float(sums.queue_known), sums.queue_known


def _turnover(basis: Basis) -> _Fraction:
    leavers, staff = basis.distributor.leavers, basis.distributor.staff
    if leavers is None or not staff:
        return None
    return 100.0 * leavers, sum(staff.values()) / len(staff), 0


_FORMULAS: Mapping[str, Callable[[Basis], _Fraction]] = {
    "monitoring_score": _mean("score", "scored"),
    "monitored_calls": _monitored,
    "talk_time": _mean("talk_seconds", "talked"),
    "handle_time": _first(_mean("handle_seconds", "handled"), _handle),
    "after_call_work": _first(_mean("after_seconds", "after"), _exported("after_call_work")),
    "hold_time": _mean("hold_seconds", "held"),
    "rings": _mean("rings", "rung"),
    "speed_of_answer": _mean("wait_seconds", "waited"),
    "queue_time": _first(_mean("queue_seconds", "queued"), _exported("queue_time")),
    "service_level": _service,
    "abandon_rate": _abandoned,
    "abandon_time": _abandon_time,
    "first_call_resolution": _rate("resolved", "judged"),
    "transfer_rate": _rate("transferred", "transfer_known"),
    "answered": _answered,
    "busy_rate": _first(_busy, _exported("busy_rate", 100)),
    "queued": _first(_queued, _exported("queued", 100)),
    "calls_per_hour": _exported("calls_per_hour"),
    "occupancy": _exported("occupancy", 100),
    "adherence": _exported("adherence"),
    "attendance": _exported("attendance"),
    "turnover": _turnover,
    "cost_per_call": _exported("cost_per_call"),
    "calls_offered": _offered,
    "longest_hold": _mean("longest_hold_seconds", "held"),
    "silence": _mean("silence_seconds", "silent"),
    "interruptions": _mean("interruptions", "interruption_known"),
    "response_time": _mean("response_seconds", "responded"),
    "speech_rate": _mean("chars_per_minute", "paced"),
}
