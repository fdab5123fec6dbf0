"""A call as the checks see it: who said what in which part of it, and its holds, rings and silences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..audio.events import CallEvents, Hold
from ..transcribe.transcript import UNHEARD, Transcript, Utterance
from .pinyin import syllables

REQUEST = 6  # syllables of a customer's first utterance that is more than an answer to the ringing
SHORT_ANSWER = 4  # syllables of an utterance that only acknowledges
BEFORE_HOLD = 25.0  # seconds before a hold in which it is announced
AFTER_HOLD = 15.0  # seconds after a hold in which the wait is thanked for
ENDING_SECONDS = 20.0
# An utterance of up to this many syllables, all of them of these, only says: I am listening.
BACKCHANNEL = 6
BACKCHANNEL_WORDS = frozenset("嗯对好的是哦噢啊行哎唉") | {
    "明",
    "白",
    "ok",
    "okay",
    "yes",
    "yeah",
    "mhm",
}
LONG_BACKCHANNEL = 0.8  # seconds; 嗯 and 好的好的 are shorter


@dataclass(frozen=True)
class ScoredCall:
    """What is scored.

    Attributes:
        duration: seconds.
        slots: the names that patterns may ask for: company, agent, customer.
    """

    transcript: Transcript
    events: CallEvents
    duration: float
    slots: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def agent(self) -> tuple[Utterance, ...]:
        return self.transcript.of("agent")

    @cached_property
    def customer(self) -> tuple[Utterance, ...]:
        return self.transcript.of("customer")

    @property
    def roles_known(self) -> bool:
        return bool(self.agent)

    @cached_property
    def confidence(self) -> float:
        """How sure the recogniser is of what the parties say, 0 to 1; long utterances count for more."""
        said = [*self.agent, *self.customer, *self.transcript.of("unknown")]
        said = [u for u in said if u.text != UNHEARD]
        weights = [len(u.text) for u in said]
        total = sum(weights)
        weighed = sum(u.confidence * weight for u, weight in zip(said, weights, strict=True))
        return round(weighed / total, 3) if total else 1.0

    @cached_property
    def opening(self) -> tuple[Utterance, ...]:
        """The agent's utterances up to the customer's request; at least the agent's first."""
        request = next((u for u in self.customer if len(syllables(u.text)) >= REQUEST), None)
        end = request.start if request else self.duration
        before = tuple(u for u in self.agent if u.start < end)[:3]
        return before or self.agent[:1]

    @cached_property
    def ending(self) -> tuple[Utterance, ...]:
        """The agent's last two utterances of the last 20 seconds of talk; at least the last one."""
        if not self.agent:
            return ()
        last = max(u.end for u in self.transcript.utterances)
        tail = tuple(u for u in self.agent if u.end > last - ENDING_SECONDS)
        return tail[-2:] or self.agent[-1:]

    @cached_property
    def after_opening(self) -> tuple[Utterance, ...]:
        """The agent's utterances but the very first."""
        return tuple(u for u in self.agent if u not in self.opening[:1])

    def before(self, hold: Hold) -> tuple[Utterance, ...]:
        """What the agent said last before a hold, with nothing but acknowledgements of the customer in between."""
        near = [
            u
            for u in self.transcript.utterances
            if hold.start - BEFORE_HOLD < u.end <= hold.start + 1.5 and u.start < hold.start
        ]
        out: list[Utterance] = []
        for utterance in reversed(near):
            if utterance.role == "agent":
                out.append(utterance)
            elif len(syllables(utterance.text)) > SHORT_ANSWER:
                break
        return tuple(reversed(out))

    def after(self, hold: Hold) -> tuple[Utterance, ...]:
        """What the agent said first after a hold, and second if the customer said nothing in between."""
        later = [u for u in self.transcript.utterances if u.start >= hold.end - 1.5]
        ours = [
            n for n, u in enumerate(later) if u.role == "agent" and u.start < hold.end + AFTER_HOLD
        ]
        if not ours:
            return ()
        second = ours[0] + 1
        return tuple(later[n] for n in ours[:2] if n <= second)


@dataclass(frozen=True)
class Interruption:
    """The agent talks over the customer: both utterances, and the seconds of overlap."""

    agent: Utterance
    customer: Utterance
    overlap: float


def interruptions(transcript: Transcript, least: float) -> list[Interruption]:
    """Agent utterances that begin inside a customer's and overlap it by `least` seconds; back-channels are none."""
    out = []
    for ours in transcript.of("agent"):
        if _is_backchannel(ours):
            continue
        for theirs in transcript.of("customer"):
            overlap = min(ours.end, theirs.end) - ours.start
            if theirs.start < ours.start and overlap >= least:
                out.append(Interruption(ours, theirs, round(overlap, 2)))
                break
    return out


def _is_backchannel(utterance: Utterance) -> bool:
    """Whether it says no more than: I am listening. Of what could not be made out only the length tells."""
    if utterance.text == UNHEARD:
        return utterance.seconds < LONG_BACKCHANNEL
    said = [s.char for s in syllables(utterance.text)]
    return len(said) <= BACKCHANNEL and BACKCHANNEL_WORDS.issuperset(said)
