"""From which certainty on verdicts are as often right as is wanted, and what it costs to leave the others to people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ..store.opinions import Certain, HeldCard
from .figures import Share

Told = Literal["pass", "fail"]
TOLD: tuple[Told, ...] = ("pass", "fail")
LEAST = (
    20  # verdicts that must remain: the lower bound of 20 of 20 is 0.84, that of 10 of 10 is 0.72
)
REVIEW_MINUTES = 1.5  # to find an item's passage, listen to it and decide: assumed, not measured


@dataclass(frozen=True)
class Key:
    """An item of a checklist."""

    checklist: str
    item: str


@dataclass(frozen=True)
class Tried:
    """A verdict of the machine that a person judged, too."""

    certainty: float
    right: bool


@dataclass(frozen=True)
class Cut:
    """What is found about one verdict of an item.

    Attributes:
        now: how many of the verdicts are right without a threshold.
        least: the smallest threshold from which on they are as often right as is wanted; 0 where all of them are, None
            where none is high enough.
        kept: how many of those that remain are right.
    """

    now: Share
    least: float | None
    kept: Share

    @property
    def few(self) -> bool:
        """Whether too few remain to rely on."""
        return self.kept.whole < LEAST

    @property
    def proposed(self) -> bool:
        """Whether there is a threshold to set."""
        return bool(self.least) and not self.few


def cut(tried: Sequence[Tried], precision: float) -> Cut:
    """The smallest threshold at which the share of right verdicts, of those that remain, reaches the precision."""
    ranked = sorted(tried, key=lambda one: -one.certainty)
    now = Share(sum(one.right for one in ranked), len(ranked))
    if now.value is None or now.value >= precision:
        return Cut(now, 0.0 if ranked else None, now)
    best: tuple[float, Share] | None = None
    right = 0
    for number, one in enumerate(ranked, 1):
        right += one.right
        last = number == len(ranked) or ranked[number].certainty < one.certainty
        if last and right / number >= precision:
            best = one.certainty, Share(right, number)
    return Cut(now, *best) if best else Cut(now, None, Share(0, 0))


@dataclass(frozen=True)
class Cost:
    """What a threshold does to the stored calls.

    Attributes:
        unsure: how many of the item's verdicts of this kind become unsure.
        calls: stored calls of the checklist.
    """

    unsure: Share
    calls: int

    @property
    def per_hundred(self) -> float:
        """Verdicts per 100 calls that become unsure."""
        return 100 * self.unsure.part / self.calls if self.calls else 0.0

    @property
    def minutes(self) -> float:
        """Of a person's work on them."""
        return self.unsure.part * REVIEW_MINUTES


class Stock:
    """The certainties of all stored verdicts, by item and verdict.

    Attributes:
        calls: by checklist. without: calls whose findings are of an earlier version, without certainty.
    """

    def __init__(self, cards: Iterable[HeldCard]) -> None:
        self.calls: dict[str, int] = {}
        self.without = 0
        self._certainties: dict[tuple[Key, str], list[float]] = {}
        for card in cards:
            self.calls[card.checklist] = self.calls.get(card.checklist, 0) + 1
            self.without += any(item.finding.certainty is None for item in card.items)
            for item in card.items:
                key = Key(card.checklist, item.id), told(item.finding)
                self._certainties.setdefault(key, []).append(certainty(item.finding))

    def cost(self, key: Key, verdict: Told, least: float) -> Cost:
        """What a threshold costs."""
        found = self._certainties.get((key, verdict), [])
        return Cost(
            Share(sum(one < least for one in found), len(found)), self.calls.get(key.checklist, 0)
        )


def told(finding: Certain) -> str:
    """What the machine found before the checklist's threshold made it unsure."""
    return finding.doubted or finding.verdict


def certainty(finding: Certain) -> float:
    return 1.0 if finding.certainty is None else finding.certainty


@dataclass(frozen=True)
class Proposal:
    """What is found about one verdict of an item, and what its threshold costs."""

    key: Key
    verdict: Told
    cut: Cut
    cost: Cost


def propose(
    tried: Mapping[tuple[Key, Told], Sequence[Tried]], precision: float, stock: Stock
) -> list[Proposal]:
    """A threshold for each verdict of each item, as far as it can be found."""
    out = []
    for key in dict.fromkeys(key for key, _ in tried):
        for verdict in TOLD:
            if some := tried.get((key, verdict)):
                found = cut(some, precision)
                cost = stock.cost(key, verdict, found.least or 0.0)
                out.append(Proposal(key, verdict, found, cost))
    return out
