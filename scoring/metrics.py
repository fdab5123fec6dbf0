"""Figures of one call: how long who spoke, waited and was silent. Definitions as in docs/results.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from ..audio.interval import Interval, union
from ..transcribe.transcript import Utterance
from .call import ScoredCall, interruptions, responses
from .pinyin import syllables

INTERRUPTION = 0.6  # seconds of overlap
SPREAD_LEAST = 1.0  # seconds of an utterance, and
SPREAD_MANY = 3  # utterances from which on a spread of loudness says something


@dataclass(frozen=True)
class Metrics:
    """All times in seconds; `response_seconds` is None where the agent never answers the customer.

    `agent_energy_db` is how loud the agent speaks, in dB of full scale, `agent_energy_spread_db` by how many dB that
    varies from utterance to utterance; None where it is not known.
    """

    agent_talk_seconds: float
    customer_talk_seconds: float
    hold_seconds: float
    longest_hold_seconds: float
    silence_seconds: float
    overlap_seconds: float
    interruptions: int
    agent_chars_per_minute: float | None
    response_seconds: float | None
    agent_energy_db: float | None = None
    agent_energy_spread_db: float | None = None


def measure(call: ScoredCall) -> Metrics:
    """Compute a call's figures."""
    agent, customer = _covered(call.agent), _covered(call.customer)
    both = [u for u in call.transcript.utterances if u.role in ("agent", "customer")]
    talk = sum(i.seconds for i in agent) + sum(i.seconds for i in customer)
    overlap = talk - sum(i.seconds for i in _covered(both))
    agent_seconds = sum(i.seconds for i in agent)
    spoken = sum(len(syllables(u.text)) for u in call.agent)
    answers = [interval.seconds for interval in responses(call.transcript, "agent")]
    holds = [hold.seconds for hold in call.events.holds]
    return Metrics(
        agent_talk_seconds=round(agent_seconds, 2),
        customer_talk_seconds=round(sum(i.seconds for i in customer), 2),
        hold_seconds=round(sum(holds), 2),
        longest_hold_seconds=round(max(holds, default=0.0), 2),
        silence_seconds=round(sum(s.seconds for s in call.events.silences), 2),
        overlap_seconds=round(max(0.0, overlap), 2),
        interruptions=len(interruptions(call.transcript, INTERRUPTION)),
        agent_chars_per_minute=round(60 * spoken / agent_seconds, 1) if agent_seconds else None,
        response_seconds=round(fmean(answers), 2) if answers else None,
        agent_energy_db=energy(call.agent),
        agent_energy_spread_db=energy_spread(call.agent),
    )


def energy(utterances: Sequence[Utterance]) -> float | None:
    """The mean loudness in dB, long utterances counting for more."""
    known = [(u.loudness, u.seconds) for u in utterances if u.loudness is not None and u.seconds]
    levels, weights = [level for level, _ in known], [seconds for _, seconds in known]
    return round(fmean(levels, weights), 1) if known else None


def energy_spread(utterances: Sequence[Utterance]) -> float | None:
    """The standard deviation of the loudness in dB; short utterances vary by their vowels alone."""
    known = [u.loudness for u in utterances if u.loudness is not None and u.seconds >= SPREAD_LEAST]
    return round(stdev(known), 1) if len(known) >= SPREAD_MANY else None


def _covered(utterances: Sequence[Utterance]) -> list[Interval]:
    return union([Interval(u.start, u.end) for u in utterances])
