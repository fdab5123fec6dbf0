"""Scores stored calls anew with the checklists as they are now, without recognition, and tells what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ..lang import Text
from ..scoring.scorecard import Scorecard, Verdict
from .judge import Judge
from .metadata import CallMetadata
from .result import CallResult, Judged
from .store import Scored, Store


@dataclass(frozen=True)
class Rescored:
    """A call with its scorecards, of before and now."""

    call: Scored
    judged: Judged

    @property
    def before(self) -> Scorecard:
        return self.call.judged.scorecard

    @property
    def now(self) -> Scorecard:
        return self.judged.scorecard

    @property
    def moved(self) -> list[tuple[str, Verdict | None, Verdict | None]]:
        """Items whose verdict is another: id, before, now; None where the checklist had, or has, no such item."""
        before = {item.id: item.finding.verdict for item in self.before.items}
        now = {item.id: item.finding.verdict for item in self.now.items}
        return [
            (item, before.get(item), now.get(item))
            for item in dict.fromkeys([*before, *now])
            if before.get(item) != now.get(item)
        ]

    @property
    def changed(self) -> bool:
        """Whether anything that counts is another."""
        return bool(self.moved) or self.before.score != self.now.score

    @property
    def result(self) -> CallResult:
        """The call as a result."""
        call = self.call
        return CallResult(
            call.call_id, call.source, "scored", call.metadata, analysis=call.analysis,
            judged=self.judged, recognised=False,
        )  # fmt: skip


@dataclass
class Changes:
    """What a re-scoring changed, added up.

    Attributes:
        moves: how often an item went from one verdict to another.
        titles: of the items.
        before, now: the sums of the scores of calls that have one both times.
    """

    calls: int = 0
    changed: int = 0
    moves: Counter[tuple[str, Verdict | None, Verdict | None]] = field(default_factory=Counter)
    titles: dict[str, Text] = field(default_factory=dict)
    compared: int = 0
    before: float = 0.0
    now: float = 0.0

    def add(self, one: Rescored) -> None:
        """Count a call in."""
        self.calls += 1
        self.changed += one.changed
        self.moves.update(one.moved)
        for item in (*one.before.items, *one.now.items):
            self.titles[item.id] = item.title
        if one.before.score is not None and one.now.score is not None:
            self.compared += 1
            self.before += one.before.score
            self.now += one.now.score


def rescore(
    store: Store,
    judge_for: Callable[[CallMetadata], Judge],
    wanted: str | None = None,
    *,
    keep: bool = True,
    heard: bool = False,
    rows: Sequence[int] | None = None,
) -> Iterator[Rescored]:
    """Judge the stored calls by their transcripts, roles, holds and metadata as they were kept.

    Args:
        store: where they are, and where their new scorecards go if `keep`.
        judge_for: the judge with the checklist that suits a call.
        wanted: a call's id or path; all where it is None.
        keep: whether the new scorecards become the latest.
        rows: only these rows of the store.
        heard: whether the results have what was heard, too.

    Raises:
        StoreError: the store cannot be read or written.
    """
    for calls in store.scored(wanted, heard=heard, rows=rows):
        done: list[tuple[Rescored, str]] = []
        for call in calls:
            judge = judge_for(call.metadata)
            old = call.judged
            judged = judge.judge_heard(
                old.transcript, old.events, call.duration, call.metadata, call.features
            )
            done.append((Rescored(call, judged), judge.key(call.metadata)))
        if keep:
            store.rejudge((one.call, one.judged, key) for one, key in done)
        yield from (one for one, _ in done)
