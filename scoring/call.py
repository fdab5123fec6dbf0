"""A call as the checks see it: who said what in which part of it, and its holds, rings and silences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal

from ..audio.events import CallEvents
from ..audio.interval import Interval
from ..transcribe.transcript import UNHEARD, Transcript, Utterance
from .pinyin import syllables
from .speech import Speech

REQUEST = 6  # syllables of a customer's first utterance that is more than an answer to the ringing
SHORT_ANSWER = 4  # syllables of an utterance that only acknowledges
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
LONGEST_RESPONSE = 10.0  # seconds; a later answer is a new topic or a hold, not a response
LONG_BACKCHANNEL = 0.8  # seconds; 嗯 and 好的好的 are shorter

Side = Literal["agent", "customer", "any"]
SIDES: tuple[Side, ...] = ("agent", "customer")


@dataclass(frozen=True)
class CallFacts:
    """What is known of a call from elsewhere than its audio; None where it is not known.

    Attributes:
        started_at: ISO 8601.
        hung_up_by: `agent` or `customer`.
    """

    direction: str | None = None
    queue: str | None = None
    agent_id: str | None = None
    group: str | None = None
    caller: str | None = None
    started_at: str | None = None
    hung_up_by: str | None = None


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
    facts: CallFacts = field(default_factory=CallFacts)

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

    @cached_property
    def talk(self) -> Interval:
        """From the first word to the last."""
        said = [u for u in self.transcript.utterances if u.role != "system"]
        if not said:
            return Interval(0.0, self.duration)
        return Interval(min(u.start for u in said), max(u.end for u in said))

    def said_by(self, who: Side) -> tuple[Utterance, ...]:
        """The utterances of the agent, the customer, or both."""
        if who == "any":
            return tuple(u for u in self.transcript.utterances if u.role != "system")
        return self.agent if who == "agent" else self.customer

    def speech(self, who: Side) -> Speech:
        """The same as one run of syllables."""
        return self._speeches[who]

    @cached_property
    def _speeches(self) -> dict[Side, Speech]:
        real = {side: [u for u in self.said_by(side) if not is_short(u)] for side in SIDES}
        return {
            "agent": Speech(self.agent, real["customer"]),
            "customer": Speech(self.customer, real["agent"]),
            "any": Speech(self.said_by("any"), self.said_by("any")),
        }


def is_short(utterance: Utterance) -> bool:
    """Whether it is no more than an acknowledgement."""
    return len(syllables(utterance.text)) <= SHORT_ANSWER


@dataclass(frozen=True)
class Interruption:
    """One party talks over the other: who interrupts, who is interrupted, and the seconds of overlap."""

    by: Utterance
    over: Utterance
    overlap: float


def interruptions(
    transcript: Transcript, least: float, by: Literal["agent", "customer"] = "agent"
) -> list[Interruption]:
    """Utterances that begin inside the other party's and overlap it by `least` seconds; back-channels are none."""
    out = []
    for ours in transcript.of(by):
        if _is_backchannel(ours):
            continue
        for theirs in transcript.of("customer" if by == "agent" else "agent"):
            overlap = min(ours.end, theirs.end) - ours.start
            if theirs.start < ours.start and overlap >= least:
                out.append(Interruption(ours, theirs, round(overlap, 2)))
                break
    return out


def responses(transcript: Transcript, by: Literal["agent", "customer"]) -> list[Interval]:
    """From the end of the other party's utterance to one of `by` that follows directly; of length 0 if it overlaps."""
    parties = [u for u in transcript.utterances if u.role in ("agent", "customer")]
    return [
        Interval(min(before.end, after.start), after.start)
        for before, after in pairwise(sorted(parties, key=lambda u: u.start))
        if after.role == by != before.role and after.start - before.end < LONGEST_RESPONSE
    ]


def _is_backchannel(utterance: Utterance) -> bool:
    """Whether it says no more than: I am listening. Of what could not be made out only the length tells."""
    if utterance.text == UNHEARD:
        return utterance.seconds < LONG_BACKCHANNEL
    said = [s.char for s in syllables(utterance.text)]
    return len(said) <= BACKCHANNEL and BACKCHANNEL_WORDS.issuperset(said)
