"""What is added up of calls for the indicators; the sums of parts add up to those of the whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Self

from .catalogue import RING_CYCLE_SECONDS, SERVICE_SECONDS, SHORT_ABANDON_SECONDS
from .figures import CallFigures, CallOutcome, CallRecord

# Whatever else a system writes for a direction, or nothing at all, is taken for inbound.
_NOT_INBOUND = frozenset(("outbound", "callback", "internal"))
_UNANSWERED = frozenset(("abandoned", "busy"))


@dataclass(slots=True)
class Sums:
    """Counts, and totals in seconds, points or characters per minute; what was not known is in neither.

    Attributes:
        scored, score: calls with a score.
        talked, talk_seconds: recorded calls that were answered, without their holds.
        handled, handle_seconds: those of them whose after-call work is known, with it.
        after, after_seconds: answered calls whose after-call work is known.
        held, hold_seconds, longest_hold_seconds: calls with a hold.
        rung, rings: answered inbound calls whose ringing is known.
        waited, wait_seconds: answered inbound calls whose wait is known.
        queued, queue_seconds: inbound calls that queued.
        answered, abandoned, busy: inbound calls by what their record says.
        timed, prompt: answered ones whose wait is known, and those within the time of the service level.
        abandon_timed, abandon_seconds, short_abandoned: abandoned ones whose wait is known, and those that were short.
        queue_known, queue_placed: offered ones of which it is known whether they queued, and those that did.
        unanswered_agent, unanswered_group: calls that nobody answered, but whose record names an agent, or a group.
        transfer_known, transferred: answered inbound calls.
        judged, resolved: of first-call resolution (repeats.py).
        monitored, agent_months: scored calls of a known agent and month, and the months in which an agent has calls.
        covered: for an indicator that needs a column that the distributor's export does not have, what the calls give
            instead (distributor.py).
    """

    calls: int = 0
    scored: int = 0
    score: float = 0.0
    talked: int = 0
    talk_seconds: float = 0.0
    handled: int = 0
    handle_seconds: float = 0.0
    after: int = 0
    after_seconds: float = 0.0
    held: int = 0
    hold_seconds: float = 0.0
    longest_hold_seconds: float = 0.0
    rung: int = 0
    rings: float = 0.0
    waited: int = 0
    wait_seconds: float = 0.0
    queued: int = 0
    queue_seconds: float = 0.0
    answered: int = 0
    abandoned: int = 0
    busy: int = 0
    timed: int = 0
    prompt: int = 0
    abandon_timed: int = 0
    abandon_seconds: float = 0.0
    short_abandoned: int = 0
    queue_known: int = 0
    queue_placed: int = 0
    unanswered_agent: int = 0
    unanswered_group: int = 0
    transfer_known: int = 0
    transferred: int = 0
    judged: int = 0
    resolved: int = 0
    monitored: int = 0
    silent: int = 0
    silence_seconds: float = 0.0
    interruption_known: int = 0
    interruptions: int = 0
    responded: int = 0
    response_seconds: float = 0.0
    paced: int = 0
    chars_per_minute: float = 0.0
    agent_months: set[tuple[str, str]] = field(default_factory=set)
    covered: dict[str, float] = field(default_factory=dict)

    def __add__(self, other: Sums) -> Sums:
        """The sums of both; neither is changed."""
        out = Sums()
        out += self
        out += other
        return out

    def __iadd__(self, other: Sums) -> Self:
        for name in _NUMBERS:
            if number := getattr(other, name):
                setattr(self, name, getattr(self, name) + number)
        self.agent_months |= other.agent_months
        for name, number in other.covered.items():
            self.covered[name] = self.covered.get(name, 0.0) + number
        return self

    def add_call(self, call: CallFigures) -> None:
        """Add a recorded call."""
        self.calls += 1
        if call.score is not None:
            self.scored += 1
            self.score += call.score
        taken = call.outcome is None or call.outcome == "answered"
        if taken:
            self._add_conversation(call)
            if call.after_seconds is not None:
                self._add_after(call)
        if is_inbound(call):
            if taken and call.rings is not None:
                self.rung += 1
                self.rings += call.rings
            self._add_arrival(
                call, call.outcome if call.has_record else None,
                taken=taken, ring=call.rings is None,
            )  # fmt: skip

    def add_record(self, record: CallRecord) -> None:
        """Add a call that is known from its record alone."""
        self.calls += 1
        taken = record.outcome == "answered"
        if taken and record.after_seconds is not None:
            self.after += 1
            self.after_seconds += record.after_seconds
        if is_inbound(record):
            self._add_arrival(record, record.outcome, taken=taken, ring=True)

    def cover(self, call: CallFigures | CallRecord, indicators: Iterable[tuple[str, str]]) -> None:
        """Add what a call gives to indicators of the distributor's export: pairs of indicator and quantity."""
        for indicator, quantity in indicators:
            number = _quantity(call, quantity)
            if number:
                self.covered[indicator] = self.covered.get(indicator, 0.0) + number

    def _add_conversation(self, call: CallFigures) -> None:
        hold = call.hold_seconds
        if hold:
            self.held += 1
            self.hold_seconds += hold
            self.longest_hold_seconds += call.longest_hold_seconds or 0.0
        if hold is not None and call.connected_seconds is not None:
            self.talked += 1
            self.talk_seconds += max(call.connected_seconds - hold, 0.0)
        if call.silence_seconds is not None:
            self.silent += 1
            self.silence_seconds += call.silence_seconds
        if call.interruptions is not None:
            self.interruption_known += 1
            self.interruptions += call.interruptions
        if call.response_seconds is not None:
            self.responded += 1
            self.response_seconds += call.response_seconds
        if call.agent_chars_per_minute is not None:
            self.paced += 1
            self.chars_per_minute += call.agent_chars_per_minute

    def _add_after(self, call: CallFigures) -> None:
        after, connected, hold = (
            call.after_seconds or 0.0,
            call.connected_seconds,
            call.hold_seconds,
        )
        self.after += 1
        self.after_seconds += after
        if connected is not None and hold is not None:
            self.handled += 1
            self.handle_seconds += max(connected - hold, 0.0) + after

    def _add_arrival(
        self,
        call: CallFigures | CallRecord,
        outcome: CallOutcome | None,
        *,
        taken: bool,
        ring: bool,
    ) -> None:
        """How an inbound call came in; `ring` where its rings are to be told from its ring seconds."""
        queue = call.queue_seconds
        wait = queue or call.ring_seconds  # who did not queue waited while it rang
        if wait is None:
            wait = queue
        if queue:
            self.queued += 1
            self.queue_seconds += queue
        if taken:
            self._add_taken(call, wait, ring=ring)
        if outcome == "answered":
            self.answered += 1
            if wait is not None:
                self.timed += 1
                self.prompt += wait <= SERVICE_SECONDS
        elif outcome in _UNANSWERED:
            self._add_unanswered(call, wait)
        else:
            return
        if queue is not None:
            self.queue_known += 1
            self.queue_placed += queue > 0

    def _add_taken(self, call: CallFigures | CallRecord, wait: float | None, *, ring: bool) -> None:
        if wait is not None:
            self.waited += 1
            self.wait_seconds += wait
        if ring and call.ring_seconds is not None:
            self.rung += 1
            self.rings += call.ring_seconds / RING_CYCLE_SECONDS
        if call.transferred is not None:
            self.transfer_known += 1
            self.transferred += call.transferred

    def _add_unanswered(self, call: CallFigures | CallRecord, wait: float | None) -> None:
        self.unanswered_agent += agent_key(call) is not None
        self.unanswered_group += call.group is not None
        if call.outcome == "busy":
            self.busy += 1
            return
        self.abandoned += 1
        if wait is not None:
            self.abandon_timed += 1
            self.abandon_seconds += wait
            self.short_abandoned += wait <= SHORT_ABANDON_SECONDS


_NUMBERS = tuple(f.name for f in fields(Sums) if f.name not in ("agent_months", "covered"))


def is_inbound(call: CallFigures | CallRecord) -> bool:
    """Whether the customer called, as far as anybody knows."""
    return call.direction not in _NOT_INBOUND


def is_taken(call: CallFigures | CallRecord) -> bool:
    """Whether an agent and a caller were connected: a recording says so, unless its record knows better."""
    if call.outcome is None:
        return isinstance(call, CallFigures)
    return call.outcome == "answered"


def agent_key(call: CallFigures | CallRecord) -> str | None:
    """What an agent goes by: the id, else the name."""
    return call.agent_id or call.agent or None


def _quantity(call: CallFigures | CallRecord, quantity: str) -> float:
    """`calls`, `seconds` (connected) or `offered` of one call."""
    if quantity == "offered":
        known = isinstance(call, CallRecord) or call.has_record
        return float(known and is_inbound(call) and call.outcome in ("answered", "abandoned"))
    if not is_taken(call):
        return 0.0
    if quantity == "calls":
        return 1.0
    seconds = call.connected_seconds if isinstance(call, CallFigures) else call.talk_seconds
    return seconds or 0.0
