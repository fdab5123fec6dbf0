"""What is wrong with a checklist, and what looks wrong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import regex

from ..lang import Text
from .checklist import Checklist, examine
from .conditions import Condition
from .conditions.base import inside
from .conditions.meaning import Like
from .conditions.words import PATIENCE, Regex, Say
from .covering import anchored, covered, fewest, stray
from .examples import Judging, judged_examples
from .item import Item
from .possible import verdicts
from .source import Place, Problem, Source
from .walk import conditions, used

SHORT = 2  # syllables
STRICT = 0.9  # confidence over which hardly anything else is taken for a phrase
LONG = 1000  # characters of the texts that regular expressions are tried on: longer than anything said at a stretch
_KEYS = {"good": "正例", "bad": "反例"}


def lint(source: Source, judging: Judging | None = None) -> list[Problem]:
    """Every problem of a checklist; where there is none, what looks wrong (Problem.serious tells the two apart).

    Args:
        source: the checklist's text.
        judging: how examples are judged; without it those that need the embedding model are not tried.
    """
    checklist, problems = examine(source)
    if checklist is None or problems:
        return problems
    found = [
        *_unused(checklist), *_short(checklist), *_covered(checklist), *_slow(checklist),
        *_examples(checklist, judging), *_never(checklist), *_unreachable(checklist),
    ]  # fmt: skip
    once = {
        (source.at(p.place), p.text): p for p in found
    }  # YAML's aliases stand in several places
    return sorted(once.values(), key=lambda p: source.at(p.place))


def _warning(place: Place, en: str, zh: str) -> Problem:
    return Problem(place, Text(en, zh), serious=False)


def _unused(checklist: Checklist) -> Iterator[Problem]:
    sets, named = used(checklist)
    for name in checklist.phrases:
        if name not in sets:
            en, zh = f"nothing uses the phrase set {name}", f"短语集 {name} 没有被使用"
            yield _warning(("phrases", name), en, zh)
    for name in checklist.conditions:
        if name not in named:
            en, zh = f"nothing uses the condition {name}", f"条件 {name} 没有被使用"
            yield _warning(("conditions", name), en, zh)


def _short(checklist: Checklist) -> Iterator[Problem]:
    """Short patterns that are looked for in a whole call: there is nearly always something that sounds like them."""
    for place, condition in conditions(checklist):
        if not isinstance(condition, Say) or _narrow(condition):
            continue
        for where, pattern in _written(checklist, (*place, "say"), condition.say):
            if _named(pattern) or anchored(pattern):
                continue
            if (few := fewest(pattern)) <= SHORT:
                yield _warning(
                    where, f"{pattern}: {few} syllables are found in much; add to them, or ^ or $, or a window",
                    f"{pattern}：仅 {few} 个音节，容易误命中；请加长，或加 ^、$，或限定窗口",
                )  # fmt: skip


def _narrow(condition: Say) -> bool:
    """Whether what is looked for must lie near something, sound very alike, or is no more than a hint."""
    near = condition.window != "call" or condition.within is not None or condition.first_words
    return near or condition.weak or condition.sure > STRICT


def _named(pattern: str) -> bool:
    """Whether a name stands in it, which hardly anything else sounds like."""
    return any(f"{{{name}}}" in pattern for name in ("company", "agent_name", "customer_name"))


def _written(
    checklist: Checklist, place: Place, patterns: tuple[str, ...]
) -> Iterator[tuple[Place, str]]:
    """The patterns of a list with their places, those of the sets that it names included."""
    for number, pattern in enumerate(patterns):
        if pattern.startswith("@"):
            name = pattern[1:]
            yield from _written(checklist, ("phrases", name), checklist.phrases[name])
        else:
            yield (*place, number), pattern


def _covered(checklist: Checklist) -> Iterator[Problem]:
    lists = [
        ((*place, key), patterns)
        for place, c in conditions(checklist)
        for key, patterns in _lists(c)
    ]
    lists += [(("phrases", name), patterns) for name, patterns in checklist.phrases.items()]
    for place, patterns in lists:
        written = list(dict(_written(checklist, place, patterns)).items())
        for where, pattern in written:
            if stray(pattern):
                yield _warning(
                    where, f"{pattern}: | means nothing outside of brackets; write (a|b)",
                    f"{pattern}：括号外的 | 不起作用，应写成 (甲|乙)",
                )  # fmt: skip
        for number, other in covered([pattern for _, pattern in written]).items():
            (where, pattern), (_, by) = written[number], written[other]
            if (
                where[:-1] != place
            ):  # a phrase set's own patterns are held against each other in the set
                continue
            yield _warning(
                where, f"{pattern} adds nothing: {by} finds all of it", f"{pattern} 多余：{by} 已包含它",
            )  # fmt: skip


def _lists(condition: Condition) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, field in type(condition).model_fields.items():
        if name in ("say", "without", "beyond"):
            yield field.alias or name, getattr(condition, name) or ()


def _slow(checklist: Checklist) -> Iterator[Problem]:
    for place, condition in conditions(checklist):
        if isinstance(condition, Regex):
            for number, pattern in enumerate(condition.regex):
                if _is_slow(pattern):
                    yield _warning(
                        (*place, "regex", number),
                        f"the regular expression takes over {PATIENCE:g} s for some texts; such calls are unsure",
                        f"该正则表达式对某些文本耗时超过 {PATIENCE:g} 秒，相应通话将为待复核",
                    )  # fmt: skip


def _is_slow(pattern: str) -> bool:
    """Whether a search takes too long in texts that such expressions stumble over: the same, over and over."""
    compiled = regex.compile(pattern, regex.IGNORECASE)
    letters = list(dict.fromkeys(regex.findall(r"[\w\s]", pattern)))[:6]
    probes = [
        *letters,
        *(a + b for a, b in pairwise(letters)),
        "a",
        "好",
        "1",
        " ",
        "，好",
    ]
    try:
        for probe in dict.fromkeys(probes):
            text = probe * (LONG // len(probe))
            compiled.search(text + "\uffff!", timeout=PATIENCE)
            list(compiled.finditer(text, timeout=PATIENCE))
    except TimeoutError:
        return True
    return False


def _examples(checklist: Checklist, judging: Judging | None) -> Iterator[Problem]:
    for number, item in enumerate(checklist.items):
        place: Place = ("items", number)
        missing = [key for key in ("good", "bad") if not getattr(item.examples, key)]
        if missing:
            en, zh = " and ".join(missing), "、".join(_KEYS[key] for key in missing)
            yield _warning((*place, "id"), f"{item.id} has no {en} examples", f"{item.id} 没有{zh}")
        if judging is None and _asks_meaning(item, checklist):
            continue
        for example in judged_examples(checklist, item, judging or checklist.judgement):
            where = (*place, *example.place)
            if example.got is None:
                yield Problem(where, example.reason)
            elif not example.right:
                got, wanted, why = example.got, example.expected, example.reason
                yield _warning(
                    where, f"{item.id}: this example should be {wanted} and is {got}: {why.en}",
                    f"{item.id}：该示例应为 {wanted}，实际为 {got}：{why.zh}",
                )  # fmt: skip


def _asks_meaning(item: Item, checklist: Checklist) -> bool:
    every = [*item.conditions(), *checklist.conditions.items()]
    return any(isinstance(one, Like) for _, c in every for _, one in inside((), c))


def _never(checklist: Checklist) -> Iterator[Problem]:
    for number, item in enumerate(checklist.items):
        possible = verdicts(item, checklist)
        for verdict, en, zh in (("pass", "passed", "通过"), ("fail", "failed", "不通过")):
            if possible is not None and verdict not in possible:
                yield _warning(
                    ("items", number, "id"), f"{item.id} can never be {en}", f"{item.id} 永远不可能{zh}"
                )  # fmt: skip


def _unreachable(checklist: Checklist) -> Iterator[Problem]:
    """The best score of a call, where items that never pass and always apply stand in its way."""
    possible = [(item, verdicts(item, checklist)) for item in checklist.items]
    lost = [item for item, can in possible if can is not None and set(can) == {"fail"}]
    total = sum(item.points for item, can in possible if can is None or can & {"pass", "fail"})
    best = 100 * (1 - sum(item.points for item in lost) / total) if total else 100.0
    best -= sum(item.deduct for item in lost)
    best = min([best, *(item.cap for item in lost if item.cap is not None)])
    best = 0.0 if any(item.fatal for item in lost) else best
    if best < checklist.pass_mark:
        yield _warning(
            ("pass_mark",), f"no call can reach the pass mark: the best score is {best:.1f}",
            f"任何通话都达不到合格线：最高得分为 {best:.1f}",
        )  # fmt: skip
