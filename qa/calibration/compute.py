"""The machine's verdicts against people's, and people's against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from ...lang import Text
from ...scoring.agreement import Pair
from ...scoring.scorecard import Decision, Scorecard, ScoredItem, Verdict, decided
from ..store.opinions import Certain, Opinion
from .figures import Match, ScoreMatch, match, match_scores
from .human import Score
from .thresholds import TOLD, Key, Told, Tried, certainty, told

Cards = Mapping[int, Scorecard]


@dataclass(frozen=True)
class Raters:
    """Two who judged the same items; `other` is None where it is the machine."""

    one: str
    other: str | None
    match: Match


@dataclass(frozen=True)
class Calibration:
    """How well the machine agrees with people, and people with each other.

    Attributes:
        calls: with a person's verdict.
        titles, items, total: the machine against the verdicts that count.
        raters: each person against the machine and against every other who judged the same.
        scores: None where no call has a person's score.
    """

    calls: int
    titles: Mapping[Key, Text]
    items: Mapping[Key, Match]
    total: Match
    raters: tuple[Raters, ...]
    scores: ScoreMatch | None


@dataclass(frozen=True)
class Judgements:
    """What people said of the stored calls, and these calls' scorecards as the machine made them.

    What was said of a call or an item that no scorecard has counts for nothing.
    """

    said: Sequence[Opinion]
    scores: Sequence[Score]
    cards: Cards

    def pairs(self) -> Iterator[tuple[Opinion, Key, ScoredItem]]:
        """Every person's verdict with the machine's item."""
        items = {row: {i.id: i for i in card.items} for row, card in self.cards.items()}
        for one in self.said:
            item = items.get(one.call, {}).get(one.item)
            if item is not None:
                yield one, Key(self.cards[one.call].checklist, one.item), item


def calibrate(given: Judgements) -> Calibration:
    """Compare."""
    by_item: dict[Key, list[Pair]] = {}
    titles: dict[Key, Text] = {}
    calls: set[int] = set()
    for one, key, item in _ordered(given):
        calls.add(one.call)
        titles[key] = item.title
        by_item.setdefault(key, []).append((one.verdict, item.finding.verdict))
    total = match([pair for pairs in by_item.values() for pair in pairs])
    scores = list(score_pairs(given))
    return Calibration(
        len(calls), titles, {key: match(pairs) for key, pairs in by_item.items()}, total,
        tuple(_raters(given)), match_scores(scores) if scores else None,
    )  # fmt: skip


def _ordered(given: Judgements) -> list[tuple[Opinion, Key, ScoredItem]]:
    """The verdicts that count, in the order of the checklists' items."""
    place: dict[Key, int] = {}
    for card in given.cards.values():
        for number, item in enumerate(card.items):
            place[Key(card.checklist, item.id)] = number
    counting = (one for one in given.pairs() if one[0].counts)
    return sorted(counting, key=lambda one: (one[1].checklist, place[one[1]]))


def _raters(given: Judgements) -> Iterator[Raters]:
    """Each person against the machine; then the pairs of people, those with the most in common first."""
    said: dict[str, dict[tuple[int, str], Verdict]] = defaultdict(dict)
    machine: dict[str, list[Pair]] = defaultdict(list)
    for one, _, item in given.pairs():
        said[one.reviewer][one.call, one.item] = one.verdict
        machine[one.reviewer].append((one.verdict, item.finding.verdict))
    for name in sorted(machine):
        yield Raters(name, None, match(machine[name]))
    both = []
    for one_name, other_name in combinations(sorted(said), 2):
        mine, theirs = said[one_name], said[other_name]
        pairs: list[Pair] = [(mine[key], theirs[key]) for key in mine if key in theirs]
        if pairs:
            both.append(Raters(one_name, other_name, match(pairs)))
    yield from sorted(both, key=lambda raters: -raters.match.pairs)


def score_pairs(given: Judgements) -> Iterator[tuple[float, float]]:
    """A person's score and the machine's of each call that has both.

    The person's is that of the table, of several people their mean; else what the verdicts that count make of the
    scorecard, where they cover all that the machine decided.
    """
    written: dict[int, list[float]] = defaultdict(list)
    for score in given.scores:
        written[score.call].append(score.score)
    decisions: dict[int, dict[str, Decision]] = defaultdict(dict)
    for one in given.said:
        if one.counts:
            decisions[one.call][one.item] = Decision(one.verdict, one.reviewer, "")
    for row, card in given.cards.items():
        if row in written:
            person: float | None = sum(written[row]) / len(written[row])
        else:
            person = _person_score(card, decisions.get(row, {}))
        if person is not None and card.score is not None:
            yield person, card.score


def _person_score(card: Scorecard, made: Mapping[str, Decision]) -> float | None:
    """What a person's verdicts make of a scorecard; None where they leave out what the machine decided."""
    told_items = {item.id for item in card.items if item.finding.verdict in TOLD}
    return decided(card, made).score if made and told_items <= set(made) else None


def tried(given: Judgements) -> dict[tuple[Key, Told], list[Tried]]:
    """The machine's verdicts that a person judged, too, by item and verdict; those that were doubted, too."""
    out: dict[tuple[Key, Told], list[Tried]] = {}
    for one, key, item in _ordered(given):
        found = Certain(item.finding.verdict, item.finding.certainty, item.finding.doubted)
        for verdict in TOLD:
            if told(found) == verdict:
                right = one.verdict == verdict
                out.setdefault((key, verdict), []).append(Tried(certainty(found), right))
    return out
