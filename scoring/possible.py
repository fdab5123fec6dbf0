"""Which verdicts an item can come to at all, whatever is said in a call.

Every condition that is not made of others may hold or not; figures (rings, length, rate …) are tried with numbers
below, between and above their limits, since two limits of one figure depend on each other. A condition near another's
hits holds only where the other does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from .checklist import Checklist
from .conditions import Condition
from .conditions.base import inside
from .conditions.clocks import Decibels
from .conditions.figures import Duration, Figure
from .conditions.logic import All, Any, Named, Not, Nothing
from .conditions.placed import Placed
from .item import Item
from .scorecard import Verdict

MOST = 5000  # combinations that are tried
World = Mapping[str, bool]  # for each simple condition, by its text, whether it holds


def verdicts(item: Item, checklist: Checklist) -> frozenset[Verdict] | None:
    """The verdicts that are possible, `unsure` left out; None where there are too many combinations to try."""
    simple: dict[str, Condition] = {}
    for _, condition in item.conditions():
        simple |= _simple(condition, checklist)
    choices = _choices(simple)
    total = 1
    for choice in choices:
        total *= len(choice)
        if total > MOST:
            return None
    found: set[Verdict] = set()
    for parts in product(*choices):
        world = {key: holds for part in parts for key, holds in part.items()}
        if all(_consistent(c, world, checklist) for c in simple.values()):
            found.add(_verdict(item, world, checklist))
    return frozenset(found)


def _simple(condition: Condition, checklist: Checklist) -> dict[str, Condition]:
    out: dict[str, Condition] = {}
    for _, one in inside((), condition):
        if isinstance(one, Named):
            out |= _simple(checklist.conditions[one.use], checklist)
        elif not isinstance(one, All | Any | Nothing | Not):
            out[_key(one)] = one
    return out


def _key(condition: Condition) -> str:
    return f"{type(condition).__name__}{condition.model_dump_json()}"


def _choices(simple: Mapping[str, Condition]) -> list[list[dict[str, bool]]]:
    """What may hold together: of each figure all conditions at once, of the rest each by itself."""
    figures: dict[str, dict[str, Figure]] = {}
    out: list[list[dict[str, bool]]] = []
    for key, condition in simple.items():
        if isinstance(condition, Figure):
            where = f"{type(condition).__name__} {getattr(condition, 'who', '')} {getattr(condition, 'window', '')}"
            figures.setdefault(where, {})[key] = condition
        else:
            out.append([{key: True}, {key: False}])
    for group in figures.values():
        states = [
            {k: f.limits.take(number) for k, f in group.items()} for number in _numbers(group)
        ]
        if not all(isinstance(f, Duration) for f in group.values()):
            states.append(dict.fromkeys(group, False))  # the figure is not known
        out.append([dict(s) for s in dict.fromkeys(tuple(state.items()) for state in states)])
    return out


def _numbers(group: Mapping[str, Figure]) -> Iterator[float]:
    """Numbers at, below and above all limits."""
    limits: list[Decibels] = [figure.limits for figure in group.values()]
    edges = sorted({e for one in limits for e in (one.over, one.under) if e is not None})
    lowest = -1e9 if any(e < 0 for e in edges) else 0.0
    yield lowest
    for number, edge in enumerate(edges):
        yield edge
        yield (edge + edges[number + 1]) / 2 if number + 1 < len(edges) else edge + 1


def _consistent(condition: Condition, world: World, checklist: Checklist) -> bool:
    """Whether what holds near another's hits does so only where there are any."""
    if not isinstance(condition, Placed) or not world[_key(condition)]:
        return True
    anchors = (condition.before, condition.after, condition.near)
    return all(_holds(anchor, world, checklist) for anchor in anchors if anchor is not None)


def _holds(condition: Condition, world: World, checklist: Checklist) -> bool:
    if isinstance(condition, Named):
        return _holds(checklist.conditions[condition.use], world, checklist)
    if isinstance(condition, Not):
        return not _holds(condition.not_, world, checklist)
    if isinstance(condition, All):
        return all(_holds(part, world, checklist) for part in condition.all)
    if isinstance(condition, Any):
        return any(_holds(part, world, checklist) for part in condition.any)
    if isinstance(condition, Nothing):
        return not any(_holds(part, world, checklist) for part in condition.none)
    return world[_key(condition)]


def _verdict(item: Item, world: World, checklist: Checklist) -> Verdict:
    """As Item.judge decides it where nothing is in doubt."""
    if item.applies is not None and not _holds(item.applies, world, checklist):
        return "na"
    if item.fails is not None and _holds(item.fails, world, checklist):
        return "fail"
    if item.passes is not None and not _holds(item.passes, world, checklist):
        return "fail"
    return "pass"
