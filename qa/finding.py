"""Calls and the passages in them that are looked for: by a phrase, an item, a measure, a collection."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..lang import Text, say
from ..scoring.call import Side
from .passages import Passage, at, longest, of_item, passages
from .render import verdict_word
from .store.collections import collected
from .store.database import Database
from .store.filters import CallFilter
from .store.listing import Found, Order, listed
from .store.search import Hit, named, search

if TYPE_CHECKING:
    from ..scoring.similarity import Vectors


@dataclass(frozen=True)
class Choice:
    """What is looked for.

    Attributes:
        wanted: which calls.
        order: in which they come, where no phrase is looked for.
        limit: of calls.
        by_measure: whether the order's measure is what is looked for.
        phrase, who, alike: words that are said, by whom, and whether what sounds like them counts.
        like: the meaning of a sentence; calls come in the order of their likeness.
    """

    wanted: CallFilter
    order: Order
    limit: int
    by_measure: bool = False
    phrase: str | None = None
    who: Side = "any"
    alike: bool = True
    like: Vectors | None = None


@dataclass(frozen=True)
class FoundCall:
    """A call with the passages that were looked for (none where a verdict has no place), and a remark for people."""

    hit: Hit
    passages: tuple[Passage, ...]
    remark: str = ""


@dataclass(frozen=True)
class Findings:
    """The calls, and whether there are more than were asked for."""

    calls: tuple[FoundCall, ...]
    more: bool


def find(database: Database, choice: Choice) -> Findings:
    """Look for calls.

    Raises:
        UsageError: nothing can be said in the phrase. StoreError: the database cannot be read.
    """
    most = choice.limit + 1  # one more tells whether there are more
    if choice.like is not None:
        found = _like(database, choice.like, choice.wanted, most)
    elif choice.phrase:
        found = _said(database, choice, most)
    else:
        found = _listed(database, choice, most)
    return Findings(tuple(found[: choice.limit]), len(found) > choice.limit)


def of_call(
    database: Database, name: str, start: float | None = None, end: float | None = None
) -> FoundCall:
    """The passage from `start` to `end` of the call of this id or path; all of it where neither is given.

    Raises:
        UsageError: there is no such call, or no such passage in it. StoreError: the database cannot be read.
    """
    hit = named(database, name)
    first, last = start or 0.0, hit.duration if end is None else min(end, hit.duration)
    if first >= last:
        raise UsageError(
            f"{name} has no passage from {first:g} to {last:g} s", f"{name} 中没有 {first:g} 至 {last:g} 秒的片段",
            then=Text(f"it is {hit.duration:.1f} s long", f"该通话长 {hit.duration:.1f} 秒"),
        )  # fmt: skip
    return FoundCall(hit, (at(hit.judged, first, last),))


def _said(database: Database, choice: Choice, most: int) -> list[FoundCall]:
    phrase = choice.phrase or ""
    hits = search(database, phrase, choice.wanted, who=choice.who, alike=choice.alike, limit=most)
    return [
        FoundCall(hit, tuple(passages(hit.judged, hit.duration, phrase, choice.who)))
        for hit in hits
    ]


def _like(database: Database, vector: Vectors, wanted: CallFilter, most: int) -> list[FoundCall]:
    from .store.topics import most_like

    out = []
    for one in most_like(database, vector, wanted, most):
        said = one.hit.judged.transcript.utterances[one.utterance]
        remark = f"  {say('likeness', '相似度')}{say(': ', '：')}{one.likeness:.2f}"
        place = replace(at(one.hit.judged, said.start, said.end), text=said.text)
        out.append(FoundCall(one.hit, (place,), remark))
    return out


def _listed(database: Database, choice: Choice, most: int) -> list[FoundCall]:
    found = listed(database, choice.wanted, choice.order, most)
    kept = collected(database, choice.wanted.collection) if choice.wanted.collection else {}
    return [_with_places(one, choice, kept.get(one.hit.row, ())) for one in found]


def _with_places(one: Found, choice: Choice, kept: tuple[tuple[float, float], ...]) -> FoundCall:
    remark, judged = "", one.hit.judged
    places = [at(judged, start, end) for start, end in kept]
    measure = choice.order.measure
    if choice.by_measure:
        remark = f"  {measure.title}{say(': ', '：')}{one.value:g}"
        places = places or (longest(judged, measure.event) if measure.event else [])
    for item in judged.scorecard.items:
        if item.id == choice.wanted.item:
            verdict = verdict_word(item.verdict)
            remark += f"  {verdict}{say(': ', '：')}{item.reason}"
            places = places or of_item(judged, item.id)
    return FoundCall(one.hit, tuple(places), remark)
