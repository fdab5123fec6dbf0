"""Calls without what is private in them: texts masked by kind, and what their audio is to be covered with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ...audio.cover import Cover
from ...lang import Text, say
from ...scoring.scorecard import Evidence, ScoredItem
from ...settings import Settings
from ...transcribe.transcript import Utterance
from ..finding import FoundCall
from ..metadata import CallMetadata
from ..passages import Passage
from ..result import CallResult, Judged
from ..store.search import Hit
from .find import find_private
from .private import KINDS, Known, Private, PrivateKind, kind_word
from .sound import covers

_IN_NAMES = re.compile(
    r"(?<!\d)(1[3-9]\d)\d{6}(\d{2})(?!\d)|(?<!\d)(\d{3})\d{12,13}[\dXx](\d{0,2})(?!\d)"
)


@dataclass(frozen=True)
class Redacted:
    """A call without what is private; `covers` are for its audio."""

    judged: Judged
    found: tuple[Private, ...]
    covers: tuple[Cover, ...]
    replaced: tuple[tuple[str, str], ...]  # texts of the call with what stands for them

    def text(self, text: str) -> str:
        """A text about the call, which may quote it, with the same masks."""
        for old, new in self.replaced:
            text = text.replace(old, new)
        return text


def mask(kind: PrivateKind) -> str:
    """What stands in the place of something private."""
    return f"[{kind_word(kind)}]"


def masked(text: str, found: Iterable[Private]) -> str:
    """A text with masks in the places of what is private in it."""
    out, at = "", 0
    for one in found:
        out += text[at : one.start] + mask(one.kind)
        at = one.end
    return out + text[at:]


def redacted(judged: Judged, known: Known) -> Redacted:
    """The call with masks in its transcript and its scorecard."""
    before = judged.transcript.utterances
    found = find_private(before, known)
    if not found:
        return Redacted(judged, (), (), ())
    by_utterance = {
        n: [one for one in found if one.utterance == n] for n in {f.utterance for f in found}
    }
    after = tuple(
        replace(u, text=masked(u.text, by_utterance[n]), words=()) if n in by_utterance else u
        for n, u in enumerate(before)
    )
    bare = Redacted(judged, found, covers(before, found), tuple(_replaced(before, after, found)))
    card = judged.scorecard
    items = tuple(_item(item, bare) for item in card.items)
    transcript = replace(judged.transcript, utterances=after)
    clean = replace(judged, transcript=transcript, scorecard=replace(card, items=items))
    return replace(bare, judged=clean)


def _replaced(
    before: Sequence[Utterance], after: Sequence[Utterance], found: Sequence[Private]
) -> Iterable[tuple[str, str]]:
    """Whole utterances first, for reasons quote them; then what was masked, with enough around it to be known by."""
    whole = {u.text: v.text for u, v in zip(before, after, strict=True) if u.text != v.text}
    yield from sorted(whole.items(), key=lambda pair: -len(pair[0]))
    parts: dict[str, str] = {}
    for one in found:
        text = before[one.utterance].text
        words = text[one.start : one.end]
        around = text[one.end : one.end + 2] if len(words) < 2 else ""
        if len(words + around) >= 2:
            parts[words + around] = mask(one.kind) + around
    yield from sorted(parts.items(), key=lambda pair: -len(pair[0]))


def _item(item: ScoredItem, bare: Redacted) -> ScoredItem:
    finding = item.finding
    reason = Text(bare.text(finding.reason.en), bare.text(finding.reason.zh))
    evidence = tuple(_evidence(one, bare) for one in finding.evidence)
    decision = item.decision and replace(item.decision, reason=bare.text(item.decision.reason))
    return replace(
        item, finding=replace(finding, reason=reason, evidence=evidence), decision=decision
    )


def _evidence(one: Evidence, bare: Redacted) -> Evidence:
    return replace(one, text=bare.text(one.text))


def plain_name(name: str) -> str:
    """A call's id or a file's name in which no telephone or identity number can be read: 138******00."""
    return _IN_NAMES.sub(lambda m: f"{m[1] or m[3]}******{m[2] or m[4] or ''}", name)


class Redaction:
    """Takes what is private out of what is about to leave the store, and counts it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.counts: Counter[PrivateKind] = Counter()
        self.covers: dict[int, tuple[Cover, ...]] = {}

    def judged(self, judged: Judged, facts: CallMetadata) -> Redacted:
        """A call's transcript and scorecard."""
        done = redacted(judged, Known.of(facts, self._settings))
        self.counts.update(one.kind for one in done.found)
        return done

    def hit(self, hit: Hit) -> Hit:
        """A call that was found; what its audio is to be covered with is kept in `covers` by its row."""
        return self._hit(hit)[0]

    def _hit(self, hit: Hit) -> tuple[Hit, Redacted]:
        done = self.judged(hit.judged, hit.metadata)
        self.covers[hit.row] = done.covers
        return replace(
            hit, judged=done.judged, call_id=plain_name(hit.call_id), metadata=self.facts(hit.metadata)
        ), done  # fmt: skip

    def found(self, one: FoundCall) -> FoundCall:
        """A call with the passages that were looked for."""
        hit, done = self._hit(one.hit)
        clean = dict(
            zip(one.hit.judged.transcript.utterances, hit.judged.transcript.utterances, strict=True)
        )
        passages = tuple(
            Passage(p.start, p.end, done.text(p.text), tuple(clean.get(u, u) for u in p.utterances))
            for p in one.passages
        )
        return replace(one, hit=hit, passages=passages, remark=done.text(one.remark))

    def result(self, result: CallResult) -> CallResult:
        """A call's result, whole."""
        clean = self.outline(result)
        if result.judged is None:
            return clean
        analysis = result.analysis and replace(result.analysis, utterances=())
        return replace(
            clean, judged=self.judged(result.judged, result.metadata).judged, analysis=analysis
        )

    def outline(self, result: CallResult) -> CallResult:
        """A result of which only names, numbers and figures are shown; nothing that was said in it."""
        return replace(
            result, call_id=plain_name(result.call_id), source=plain_name(result.source),
            error=result.error and plain_name(result.error), metadata=self.facts(result.metadata),
        )  # fmt: skip

    def facts(self, facts: CallMetadata) -> CallMetadata:
        """A call's metadata without the customer's name and the numbers."""
        hidden = replace(
            facts,
            customer=facts.customer and mask("name"),
            caller=facts.caller and mask("phone"),
            called=facts.called and mask("phone"),
        )
        self.counts["name"] += facts.customer is not None
        self.counts["phone"] += (facts.caller is not None) + (facts.called is not None)
        return hidden

    def summary(self) -> str:
        """How much was masked, for people."""
        total = sum(self.counts.values())
        kinds = [f"{kind_word(kind)} {self.counts[kind]}" for kind in KINDS if self.counts[kind]]
        listed = say(", ", "、").join(kinds)
        if not total:
            return say("nothing private was found", "未发现需遮盖的信息")
        return say(f"masked: {total} ({listed})", f"已遮盖 {total} 处（{listed}）")
