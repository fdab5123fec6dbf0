"""From what was heard to what it is worth: roles, announced holds, figures, scorecard. No audio, no models: re-scoring
takes milliseconds.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from ..audio.events import find_events
from ..audio.interval import Cover, Interval
from ..audio.turns import by_machine
from ..scoring.call import ScoredCall
from ..scoring.checklist import Checklist
from ..scoring.metrics import measure
from ..scoring.phrases import Slots, hits
from ..settings import Settings
from ..transcribe.roles import assign
from ..transcribe.transcript import Transcript
from .metadata import CallMetadata
from .result import Analysis, Judged

SCORING_VERSION = 3  # counted up when the same words would now be judged otherwise

# What announces a wait, whoever the recogniser thinks has said it.
_ANNOUNCEMENTS = (
    "稍等", "稍候", "等一下", "等一会", "请等", "(不要|别|请勿)挂(机|断|电话)", "帮您(查|核实|确认)一下",
)  # fmt: skip


@dataclass(frozen=True)
class Judge:
    """Scores analyses with one checklist."""

    checklist: Checklist
    settings: Settings

    def slots(self, metadata: CallMetadata) -> Slots:
        """The names of this call: its own agent's where known, else all of the roster's."""
        roster = [entry.name for entry in self.settings.agents if entry.name]
        return {
            "company": self.settings.company.names,
            "agent": (metadata.agent,) if metadata.agent else tuple(roster),
            "customer": (metadata.customer,) if metadata.customer else (),
        }

    def key(self, metadata: CallMetadata) -> str:
        """What a scorecard depends on besides the analysis: two equal keys give equal scorecards."""
        parts = [
            SCORING_VERSION, self.checklist.content_hash,
            {name: list(values) for name, values in self.slots(metadata).items()}, asdict(metadata),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def judge(self, analysis: Analysis, metadata: CallMetadata) -> Judged:
        """Score one call."""
        transcript = assign(
            analysis.utterances, analysis.language, analysis.channels, _agent(analysis, metadata)
        )
        events = find_events(
            _parties(analysis, transcript), analysis.sounds, _announced(transcript)
        )
        call = ScoredCall(transcript, events, analysis.duration, self.slots(metadata))
        return Judged(transcript, events, measure(call), self.checklist.score(call))


def _agent(analysis: Analysis, metadata: CallMetadata) -> int | None:
    """The speaker number of the agent where settings or metadata name the channel; a mono recording has none."""
    channel = metadata.agent_channel
    return channel - 1 if channel and 1 < analysis.channels >= channel else None


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
    return [hit.utterance.end for hit in hits(_ANNOUNCEMENTS, speakers, {}) if hit.sure]
