"""From what was heard to what it is worth: roles, announced holds, figures, scorecard. No audio, no models: re-scoring
takes milliseconds.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from ..audio.events import MIN_MUSIC_HOLD, CallEvents, find_events
from ..audio.interval import Cover, Interval
from ..audio.turns import by_machine
from ..scoring.call import CallFacts, ScoredCall
from ..scoring.checklist import Checklist
from ..scoring.conditions.base import Tools
from ..scoring.features import Features
from ..scoring.metrics import measure
from ..scoring.phrases import SURE, Slots, phrase_set
from ..scoring.similarity import Embedder
from ..scoring.speech import Speech
from ..settings import Settings
from ..transcribe.roles import Hints, assign
from ..transcribe.transcript import Transcript
from .metadata import CallMetadata
from .result import Analysis, Judged

SCORING_VERSION = 5  # counted up when the same words would now be judged otherwise

# What announces a wait, whoever the recogniser thinks has said it.
_ANNOUNCEMENTS = (
    "稍等", "稍候", "等一下", "等一会", "请等", "(不要|别|请勿)挂(机|断|电话)", "帮您(查|核实|确认)一下",
)  # fmt: skip


@dataclass(frozen=True)
class Judge:
    """Scores analyses with one checklist."""

    checklist: Checklist
    settings: Settings
    embedder: Embedder | None = None

    def slots(self, metadata: CallMetadata) -> Slots:
        """The names of this call: its own agent's where known, else all of the roster's."""
        roster = [entry.name for entry in self.settings.agents if entry.name]
        return {
            "company": self.settings.company.names,
            "agent_name": (metadata.agent,) if metadata.agent else tuple(roster),
            "customer_name": (metadata.customer,) if metadata.customer else (),
        }

    def introductions(self, metadata: CallMetadata) -> tuple[str, ...]:
        """The names with which an agent introduces himself."""
        slots = self.slots(metadata)
        return (*slots["company"], *slots["agent_name"])

    def key(self, metadata: CallMetadata) -> str:
        """What a scorecard depends on besides the analysis: two equal keys give equal scorecards."""
        parts = [
            SCORING_VERSION, self.checklist.content_hash,
            {name: list(values) for name, values in self.slots(metadata).items()},
            asdict(facts_of(metadata)), metadata.agent_channel, metadata.usual_channel,
            self.embedder.name if self.embedder else None,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _hints(self, analysis: Analysis, metadata: CallMetadata) -> Hints:
        return Hints(
            agent=_speaker(metadata.agent_channel, analysis),
            usual=_speaker(metadata.usual_channel, analysis),
            music=_music_side(analysis),
            direction=metadata.direction,
            names=self.introductions(metadata),
        )

    def judge(
        self, analysis: Analysis, metadata: CallMetadata, features: Features | None = None
    ) -> Judged:
        """Score one call; what is computed of its texts is added to `features`."""
        transcript = assign(analysis.utterances, analysis.language, self._hints(analysis, metadata))
        events = find_events(
            _parties(analysis, transcript), analysis.sounds, _announced(transcript)
        )
        return self.judge_heard(transcript, events, analysis.duration, metadata, features)

    def judge_heard(
        self,
        transcript: Transcript,
        events: CallEvents,
        duration: float,
        metadata: CallMetadata,
        features: Features | None = None,
    ) -> Judged:
        """Score a call of which the roles and holds are known."""
        call = self.call(transcript, events, duration, metadata)
        card = self.checklist.score(call, self.tools(features))
        return Judged(transcript, events, measure(call), card)

    def call(
        self, transcript: Transcript, events: CallEvents, duration: float, metadata: CallMetadata
    ) -> ScoredCall:
        """The call as rules see it."""
        return ScoredCall(transcript, events, duration, self.slots(metadata), facts_of(metadata))

    def tools(self, features: Features | None) -> Tools:
        """What the call's texts are prepared with."""
        return Tools(Features() if features is None else features, self.embedder)


def facts_of(metadata: CallMetadata) -> CallFacts:
    """What rules may ask of a call's metadata."""
    return CallFacts(
        metadata.direction, metadata.queue, metadata.agent_id, metadata.group, metadata.caller,
        metadata.started_at, metadata.hung_up_by,
    )  # fmt: skip


def _speaker(channel: int | None, analysis: Analysis) -> int | None:
    """Who speaks on a channel, counted from 1; nobody in particular where the parties share one."""
    return channel - 1 if channel and 1 < analysis.channels >= channel else None


def _music_side(analysis: Analysis) -> int | None:
    """The channel that plays hold music, which the agent's side does, if it is one of several.

    A radio behind a party plays under words; music of a hold plays where nobody speaks.
    """
    if analysis.channels == 1:
        return None
    spoken = Cover([turn.interval for turn in analysis.turns])
    sides = {
        sound.channel
        for sound in analysis.sounds
        if sound.kind == "music" and sound.seconds - spoken.shared(sound) >= MIN_MUSIC_HOLD
    }
    return sides.pop() if len(sides) == 1 else None


def _parties(analysis: Analysis, transcript: Transcript) -> list[Interval]:
    """When the parties speak: the turns that no machine speaks."""
    system = transcript.of("system")
    covers = [
        Cover([Interval(u.start, u.end) for u in system if u.channel == channel])
        for channel in range(analysis.channels)
    ]
    return [t.interval for t in analysis.turns if not by_machine(t, covers[t.channel])]


def _announced(transcript: Transcript) -> list[float]:
    """When somebody ends who has announced a wait."""
    speakers = [u for u in transcript.utterances if u.role in ("agent", "unknown")]
    speech = Speech(speakers, ())
    found = phrase_set(_ANNOUNCEMENTS, ()).find(speech, SURE)
    return [speech.utterance(hit.end - 1).end for hit in found]
