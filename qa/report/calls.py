"""The best and the worst calls as the page shows them: what failed, what was said, where to listen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from ...lang import Text, say
from ...scoring.scorecard import Evidence, ScoredItem, Verdict
from ..privacy.redact import Redaction
from ..render import clock, speaker_name, verdict_word
from ..store import CallFilter
from ..store.database import Database
from ..store.listing import Found, Order, listed
from .sound import Sounds
from .timeline import Mark, timeline

_SHOWN: tuple[Verdict, ...] = ("fail", "unsure", "pass")


@dataclass(frozen=True)
class Place:
    """A passage to jump to: seconds, the same as a clock, and the words."""

    at: float
    clock: str
    text: str


@dataclass(frozen=True)
class ShownItem:
    """An item with its verdict (also in words), the reason, and where it shows."""

    title: str
    verdict: Verdict
    word: str
    fatal: bool
    reason: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Line:
    """A line of the transcript; `role` names the colour, `end` is in seconds."""

    place: Place
    end: float
    role: str
    speaker: str


@dataclass(frozen=True)
class ShownCall:
    """A call of the page. `sound` is a data URI; where it is None, `note` says why, if there is anything to say."""

    name: str
    row: int
    call_id: str
    score: str
    agent: str
    started: str
    length: str
    checklist: str
    items: tuple[ShownItem, ...]
    lines: tuple[Line, ...]
    drawing: Markup
    sound: str | None
    note: str

    def judged(self, verdict: Verdict) -> tuple[ShownItem, ...]:
        return tuple(item for item in self.items if item.verdict == verdict)


def extremes(
    database: Database, wanted: CallFilter, most: int, scored: int
) -> tuple[list[Found], list[Found]]:
    """The worst and the best calls, at most so many of each; no call is both, and of few the worst come first.

    Args:
        database: where the calls are.
        wanted: which calls.
        most: of each.
        scored: how many of the calls have a score.
    """
    low, high = min(most, (scored + 1) // 2), min(most, scored // 2)
    worst = listed(database, wanted, Order.of("score", most=False), low)
    taken = {one.hit.row for one in worst}
    best = listed(
        database, wanted, Order.of("score", most=True), low + high
    )  # equal scores: some are taken
    return worst, [one for one in best if one.hit.row not in taken][:high]


def shown_call(
    name: str, found: Found, sounds: Sounds | None, redaction: Redaction | None = None
) -> ShownCall:
    """One call; without `sounds` it has no player."""
    hit = redaction.hit(found.hit) if redaction else found.hit
    judged = hit.judged
    items = [i for v in _SHOWN for i in judged.scorecard.items if i.verdict == v]
    laid = redaction.covers[hit.row] if redaction else ()
    sound = sounds.uri(hit.source, hit.duration, laid) if sounds else None
    return ShownCall(
        name=name, row=hit.row, call_id=hit.call_id,
        score="–" if hit.score is None else f"{hit.score:g}",
        agent=" ".join(part for part in (hit.agent_id, hit.agent) if part),
        started=(hit.started_at or "").replace("T", " "),
        length=clock(hit.duration),
        checklist=f"{judged.scorecard.checklist} v{judged.scorecard.version}",
        items=tuple(_item(item) for item in items),
        lines=tuple(
            Line(Place(u.start, clock(u.start), u.text), u.end, u.role, speaker_name(u))
            for u in judged.transcript.utterances
        ),
        drawing=timeline(f"{name}-line", judged, hit.duration, _marks(items)),
        sound=sound if isinstance(sound, str) else None,
        note=str(sound) if isinstance(sound, Text) else "",
    )  # fmt: skip


def _item(item: ScoredItem) -> ShownItem:
    finding = item.finding
    return ShownItem(
        str(item.title), item.verdict, verdict_word(item.verdict), item.fatal, str(item.reason),
        tuple(Place(e.start, clock(e.start), e.text) for e in finding.evidence),
    )  # fmt: skip


def _marks(items: Sequence[ScoredItem]) -> list[Mark]:
    """A mark for each moment with evidence, in the colour of the worst verdict there; that one is drawn last."""
    found: dict[float, Mark] = {}
    for item in items:  # the worst come first
        for one in item.finding.evidence:
            known, tip = found.get(one.start), _tip(item, one)
            found[one.start] = (
                replace(known, tip=f"{known.tip}\n{tip}")
                if known
                else Mark(one.start, item.verdict, tip)
            )
    return list(reversed(found.values()))


def _tip(item: ScoredItem, evidence: Evidence) -> str:
    verdict = verdict_word(item.verdict)
    said = f"{say(': ', '：')}{evidence.text}" if evidence.text else ""
    return f"{clock(evidence.start)} {item.title} · {verdict}{said}"
