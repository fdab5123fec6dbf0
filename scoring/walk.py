"""The conditions of a checklist with their places in its file, those inside others included."""

from __future__ import annotations

from collections.abc import Iterator

from .checklist import Checklist
from .conditions import Condition
from .conditions.base import inside
from .conditions.logic import Named
from .item import Item
from .source import Place


def conditions(checklist: Checklist) -> Iterator[tuple[Place, Condition]]:
    """Every condition, outer ones first."""
    for place, condition in checklist.all_conditions():
        yield from inside(place, condition)


def used(checklist: Checklist) -> tuple[frozenset[str], frozenset[str]]:
    """The names of the phrase sets and of the named conditions that items use, through others or not."""
    parts = [used_by(item, checklist) for item in checklist.items]
    return frozenset().union(*(sets for sets, _ in parts)), frozenset().union(
        *(n for _, n in parts)
    )


def used_by(item: Item, checklist: Checklist) -> tuple[frozenset[str], frozenset[str]]:
    """The same of one item."""
    named: set[str] = set()
    sets: set[str] = set()
    waiting = [condition for _, condition in item.conditions()]
    while waiting:
        for _, one in inside((), waiting.pop()):
            sets.update(p[1:] for p in one.patterns() if p.startswith("@"))
            if isinstance(one, Named) and one.use not in named:
                named.add(one.use)
                waiting.append(checklist.conditions[one.use])
    names = list(sets)
    while names:
        inner = {p[1:] for p in checklist.phrases[names.pop()] if p.startswith("@")} - sets
        names += inner
        sets |= inner
    return frozenset(sets), frozenset(named)
