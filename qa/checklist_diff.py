"""What differs between two checklists, told by item."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..lang import Text
from ..scoring.checklist import Checklist
from ..scoring.item import Item
from ..scoring.walk import used_by

Kind = Literal["added", "removed", "changed"]
_AMOUNT = {"number", "unit"}
_UNITS = {"seconds": "s", "turns": "turns", "percent": "%"}


@dataclass(frozen=True)
class Change:
    """What became of an item, of a shared part, or of the checklist itself.

    Attributes:
        what: its id; a phrase set as `@name`.
        lines: what was changed in it.
    """

    kind: Kind
    what: Text
    lines: tuple[Text, ...] = ()


def diff(old: Checklist, new: Checklist) -> list[Change]:
    """The changes from one checklist to another; none where they judge alike and are told alike."""
    out = list(_head(old, new))
    shared: set[str] = set()
    for mark, attribute, noun in (
        ("@", "phrases", Text("phrase set ", "短语集 ")),
        ("", "conditions", Text("condition ", "条件 ")),
    ):
        before, after = (_plain(getattr(one, attribute)) for one in (old, new))
        changes = list(_parts(before, after, noun + mark))
        out += [change for _, change in changes]
        shared |= {mark + name for name, _ in changes}
    before, after = ({item.id: _plain(item) for item in one.items} for one in (old, new))
    known = {item.id: item for item in new.items}
    told = dict(_parts(before, after, Text("", "")))
    for item in (*new.items, *old.items):
        through = _through(known.get(item.id), new, shared)
        change = told.pop(item.id, None)
        if change is None and through and item in new.items:
            change = Change("changed", Text(item.id, item.id))
        if change is not None and change.kind == "changed":
            change = Change("changed", change.what, (*change.lines, *through))
        if change is not None:
            out.append(change)
            known.pop(item.id, None)
    return out


def _head(old: Checklist, new: Checklist) -> Iterator[Change]:
    before, after = (_plain(one) for one in (old, new))
    orders = [
        [i.id for i in one.items if other.item(i.id)] for one, other in ((old, new), (new, old))
    ]
    for part in (before, after):
        for key in ("phrases", "conditions", "items", "content_hash"):
            part.pop(key, None)
    lines = list(_differences(before, after))
    if orders[0] != orders[1]:
        lines.append(Text("the items stand in another order", "项目的顺序不同"))
    if lines:
        yield Change("changed", Text("checklist", "评分表"), tuple(lines))


def _parts(
    old: Mapping[str, Any], new: Mapping[str, Any], noun: Text
) -> Iterator[tuple[str, Change]]:
    """What became of each of some named parts."""
    for name in (*new, *(name for name in old if name not in new)):
        what = noun + name
        if name not in old:
            yield name, Change("added", what)
        elif name not in new:
            yield name, Change("removed", what)
        elif old[name] != new[name]:
            yield name, Change("changed", what, tuple(_differences(old[name], new[name])))


def _through(item: Item | None, checklist: Checklist, shared: set[str]) -> list[Text]:
    """The changed phrase sets and conditions that an item uses."""
    if item is None:
        return []
    sets, named = used_by(item, checklist)
    names = sorted({f"@{name}" for name in sets} & shared | (set(named) & shared))
    if not names:
        return []
    return [Text(f"through {', '.join(names)}", f"因 {'、'.join(names)} 改变")]


def _differences(old: Any, new: Any, path: str = "") -> Iterator[Text]:
    """One line for each value that differs; of lists of texts what was added and removed."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in (*new, *(key for key in old if key not in new)):
            yield from _differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) == len(new) and not _plain_texts([*old, *new]):
            for number, (one, other) in enumerate(zip(old, new, strict=True), 1):
                yield from _differences(one, other, f"{path}[{number}]")
            return
        gone, come = ([x for x in a if x not in b] for a, b in ((old, new), (new, old)))
        at = Text(f"{path}: ", f"{path}：") if path else Text("", "")
        yield from (at + f"- {_shown(x)}" for x in gone)
        yield from (at + f"+ {_shown(x)}" for x in come)
        if not gone and not come:
            yield Text(f"{at.en}in another order", f"{at.zh}顺序不同")
    else:
        yield Text(f"{path}: ", f"{path}：") + f"{_shown(old)} -> {_shown(new)}"


def _plain_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:g}"
    return "-" if value is None else json.dumps(value, ensure_ascii=False)


def _plain(model: Any) -> Any:
    """A model as it would be written, without what is at its default."""
    if isinstance(model, Mapping):
        return {name: _plain(value) for name, value in model.items()}
    if isinstance(model, tuple):
        return list(model)
    whole, given = (
        model.model_dump(mode="json", by_alias=True, exclude_defaults=short)
        for short in (False, True)
    )
    if isinstance(model, Item | Checklist):  # points: 0 -> 10 says more than points: - -> 10
        given = {k: v for k, v in whole.items() if not isinstance(v, dict | list)} | given
    return _amounts(given)


def _amounts(value: Any) -> Any:
    """Amounts in words, as 25 s."""
    if isinstance(value, list):
        return [_amounts(one) for one in value]
    if isinstance(value, dict):
        if set(value) == _AMOUNT:
            return f"{value['number']:g} {_UNITS[value['unit']]}"
        return {key: _amounts(one) for key, one in value.items()}
    return value
