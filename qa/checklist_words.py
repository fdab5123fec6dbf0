"""The conditions of an item in words, for people who do not read YAML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..lang import Text
from ..scoring.checklist import Checklist
from ..scoring.conditions import Condition
from ..scoring.conditions.logic import Named
from ..scoring.conditions.placed import PLACES, Placed
from ..scoring.conditions.windows import told
from ..scoring.item import Item

PARTS = {
    "applies": Text("applies if", "适用条件"),
    "pass": Text("passes if", "通过条件"),
    "fail": Text("fails if", "不通过条件"),
}
# Lists of a condition, and how many of them its label shows already.
_LISTS = {
    "say": (Text("phrases", "短语"), 3),
    "beyond": (Text("phrases", "短语"), 0),
    "like": (Text("sentences", "例句"), 2),
    "without": (Text("but not", "排除"), 0),
    "unlike": (Text("but not", "排除"), 0),
}


@dataclass(frozen=True)
class Branch:
    """A line, and what stands under it."""

    text: Text
    under: tuple[Branch, ...] = ()


def branches(item: Item, checklist: Checklist) -> Iterator[Branch]:
    """When the item applies, is passed and is failed; what is shared is told where it comes first."""
    words = _Words(checklist)
    for key, condition in item.conditions():
        yield Branch(PARTS[key], (words.branch(condition),))
    if least := item.unsure_below.pass_:
        en, zh = (
            f"a pass is unsure below the certainty {least:g}",
            f"“通过”的把握低于 {least:g} 时转待复核",
        )
        yield Branch(Text(en, zh))
    if least := item.unsure_below.fail:
        en, zh = (
            f"a fail is unsure below the certainty {least:g}",
            f"“不通过”的把握低于 {least:g} 时转待复核",
        )
        yield Branch(Text(en, zh))


class _Words:
    """Tells conditions; remembers which phrase sets and named conditions it told."""

    def __init__(self, checklist: Checklist) -> None:
        self._checklist = checklist
        self._told: set[str] = set()

    def _first(self, name: str) -> bool:
        new = name not in self._told
        self._told.add(name)
        return new

    def branch(self, condition: Condition) -> Branch:
        text = condition.label()
        if isinstance(condition, Named):
            new = self._first(condition.use)
            under = [self.branch(self._checklist.conditions[condition.use])] if new else []
        elif isinstance(condition, Placed):
            text = _list([text, *_how(condition)])
            under = [*self._lists(condition), *self._near(condition)]
        else:
            under = [self.branch(part) for part in condition.inner()]
        return Branch(text, tuple(under))

    def _lists(self, condition: Condition) -> Iterator[Branch]:
        for name, (noun, shown) in _LISTS.items():
            given = getattr(condition, name, None)
            if not isinstance(given, tuple):
                continue
            sets = [p for p in given if p.startswith("@") and name != "like"]
            under = tuple(branch for one in sets for branch in self._set(one))
            if len(given) > shown:
                yield Branch(_joined(noun, given), under)
            else:
                yield from under

    def _set(self, name: str) -> Iterator[Branch]:
        """A phrase set, and those that it is made of."""
        if self._first(name):
            patterns = self._checklist.phrases[name[1:]]
            inner = tuple(b for p in patterns if p.startswith("@") for b in self._set(p))
            yield Branch(_joined(Text(name, name), patterns), inner)

    def _near(self, condition: Placed) -> Iterator[Branch]:
        """What it must lie near, and what it must not follow."""
        for place in ("before", "after", "near"):
            other = getattr(condition, place)
            if other is not None:
                yield Branch(_nearness(condition, PLACES[place]), (self.branch(other),))
        if condition.not_after is not None:
            within = condition.not_within
            text = Text(f"but not within {within} after", f"但不在其后 {within} 内")
            yield Branch(text, (self.branch(condition.not_after),))


def _joined(noun: Text, texts: Sequence[str]) -> Text:
    return Text(f"{noun.en}: {' / '.join(texts)}", f"{noun.zh}：{' / '.join(texts)}")


def _nearness(condition: Placed, where: Text) -> Text:
    parts = [Text(f"{where.en} each", f"每次{where.zh}") if condition.each else where]
    if condition.within:
        parts.append(Text(f"within {condition.within}", f"{condition.within} 内"))
    if condition.unbroken:
        parts.append(Text("the other side saying nothing between", "期间对方没有说话"))
    return _list(parts)


def _how(condition: Placed) -> Iterator[Text]:
    """Where it looks, and how strictly."""
    if condition.window != "call":
        yield told(condition.window)
    if condition.times > 1:
        yield Text(f"{condition.times} times at least", f"至少 {condition.times} 次")
    if condition.first_words:
        yield Text("with the first words", "作为开头的话")
    if condition.weak:
        yield Text("only as a hint", "仅作提示")
    fields = type(condition).model_fields
    for name, title in (
        ("sure", Text("sure from", "确认阈值")),
        ("maybe", Text("unsure from", "待复核阈值")),
    ):
        value = getattr(condition, name, None)
        if value is not None and value != fields[name].default:
            yield Text(f"{title.en} {value:g}", f"{title.zh} {value:g}")


def _list(parts: Sequence[Text]) -> Text:
    return Text(", ".join(part.en for part in parts), "，".join(part.zh for part in parts))
