"""The result of one call, and its form in JSON (docs/results.md)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ..audio.events import CallEvents
from ..audio.sounds import Sound
from ..audio.turns import Turn
from ..lang import Text, listed
from ..scoring.metrics import Metrics
from ..scoring.scorecard import Scorecard, ScoredItem
from ..transcribe.transcript import Transcript, Utterance
from .metadata import CallMetadata

SWAPPED = Text(
    "the agent is not on the usual channel: the words say so",
    "坐席不在通常的声道上（依据通话内容判断）",
)

Status = Literal["scored", "failed", "empty"]
Failure = Literal["missing", "access", "damaged", "metadata", "recognition", "internal"]


@dataclass(frozen=True)
class ModelsUsed:
    """Which models heard a call."""

    asr: str
    vad: str
    diarizer: str
    device: str
    compute_type: str


@dataclass(frozen=True)
class Analysis:
    """What was heard in a recording, before anyone judges it: the same as long as audio and models are.

    The utterances have speaker numbers but no roles; holds are not yet known,
    since announcements of them are words.
    """

    duration: float
    channels: int
    codec: str
    language: str
    utterances: tuple[Utterance, ...]
    turns: tuple[Turn, ...]
    sounds: tuple[Sound, ...]
    models: ModelsUsed
    warning: Text | None = None


@dataclass(frozen=True)
class Judged:
    """An analysis with roles, final events, figures and scorecard."""

    transcript: Transcript
    events: CallEvents
    metrics: Metrics
    scorecard: Scorecard


@dataclass(frozen=True)
class CallResult:
    """Everything that a run says about one recording.

    `recognised` and `fresh` are False where the recognition or the whole result of an earlier run was taken over;
    `unkept` says why the store could not take the result; `failure` what kind of thing went wrong.
    """

    call_id: str
    source: str
    status: Status
    metadata: CallMetadata = field(default_factory=CallMetadata)
    error: str | None = None
    analysis: Analysis | None = None
    judged: Judged | None = None
    recognised: bool = True
    fresh: bool = True
    unkept: str | None = None
    failure: Failure | None = None

    @property
    def duration(self) -> float:
        return self.analysis.duration if self.analysis else 0.0

    @property
    def warning(self) -> Text | None:
        """What a person should know about the recording, or how it was heard."""
        swapped = SWAPPED if self.judged and self.judged.transcript.swapped else None
        found = [text for text in (self.analysis and self.analysis.warning, swapped) if text]
        return listed(found) if found else None


def to_json(result: CallResult) -> dict[str, Any]:
    """The result in the form of docs/results.md; times rounded to 10 ms."""
    analysis, judged = result.analysis, result.judged
    out: dict[str, Any] = {
        "call_id": result.call_id,
        "source": result.source,
        "status": result.status,
        "error": result.error,
        "failure": result.failure,
        "duration": round(analysis.duration, 2) if analysis else None,
        "language": analysis.language if analysis else None,
        "agent_id": result.metadata.agent_id,
        "agent": result.metadata.agent,
        "group": result.metadata.group,
        "customer": result.metadata.customer,
        "direction": result.metadata.direction,
        "queue": result.metadata.queue,
        "started_at": result.metadata.started_at,
        "hung_up_by": result.metadata.hung_up_by,
        "warning": str(result.warning) if result.warning else None,
        "models": asdict(analysis.models) if analysis else None,
    }
    card = judged.scorecard if judged and result.status == "scored" else None
    return out | _scorecard(card) | _heard(judged) | {"events": _events(analysis, judged)}


def _scorecard(card: Scorecard | None) -> dict[str, Any]:
    if card is None:
        empty = dict.fromkeys(("checklist", "score", "score_low", "score_high", "passed"))
        return empty | {"items": []}
    return {
        "checklist": {
            "id": card.checklist,
            "version": card.version,
            "hash": card.content_hash[:12],
        },
        "score": card.score,
        "score_low": card.low,
        "score_high": card.high,
        "passed": card.passed,
        "items": [
            {
                "id": item.id,
                "title": str(item.title),
                "verdict": item.verdict,
                "points": item.points,
                "max_points": item.max_points,
                "fatal": item.fatal,
                "certainty": item.finding.certainty,
                "reason": str(item.reason),
                "evidence": [_rounded(asdict(e)) for e in item.finding.evidence],
                **_decision(item),
            }
            for item in card.items
        ],
    }


def _decision(item: ScoredItem) -> dict[str, Any]:
    """A person's decision, and what the machine had found; nothing where there is none."""
    if item.decision is None:
        return {}
    review = {k: v for k, v in asdict(item.decision).items() if k != "verdict"}
    return {"machine_verdict": item.finding.verdict, "review": review}


def _heard(judged: Judged | None) -> dict[str, Any]:
    if judged is None:
        absent = dict.fromkeys(("role_confidence", "rings", "metrics"))
        return absent | {"turns": [], "holds": [], "silences": []}
    return {
        "turns": [
            {
                "speaker": u.role,
                "start": round(u.start, 2),
                "end": round(u.end, 2),
                "text": u.text,
                "confidence": u.confidence,
            }
            for u in judged.transcript.utterances
        ],
        "role_confidence": judged.transcript.role_confidence,
        "holds": [_rounded(asdict(hold)) for hold in judged.events.holds],
        "silences": [_rounded(asdict(silence)) for silence in judged.events.silences],
        "rings": asdict(judged.events.rings) if judged.events.rings else None,
        "metrics": asdict(judged.metrics),
    }


def _events(analysis: Analysis | None, judged: Judged | None) -> list[dict[str, Any]]:
    """Everything that sounded besides the parties; channels are counted from 1, as in the settings."""
    if analysis is None:
        return []
    sounds: list[dict[str, Any]] = [
        {"kind": s.kind, "channel": s.channel + 1, "start": s.start, "end": s.end}
        for s in analysis.sounds
    ]
    announced: list[dict[str, Any]] = [
        {"kind": "announcement", "channel": u.channel + 1, "start": u.start, "end": u.end}
        for u in (judged.transcript.of("system") if judged else ())
    ]
    return [_rounded(e) for e in sorted(sounds + announced, key=lambda e: e["start"])]


def _rounded(raw: dict[str, Any]) -> dict[str, Any]:
    return {k: round(v, 2) if isinstance(v, float) else v for k, v in raw.items()}
