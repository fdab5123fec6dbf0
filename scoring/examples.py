"""The examples of items, judged: each should come out as it is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import UsageError
from ..lang import Text
from .call import ScoredCall
from .checklist import Checklist
from .conditions import Judgement
from .item import Item
from .scorecard import Verdict
from .script import read_script
from .source import Place

Judging = Callable[[ScoredCall], Judgement]
# What the company, the agent and the customer are called in examples; patterns with these slots find them.
NAMES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "zh": {"company": ("云杉电器", "云杉"), "agent_name": ("林悦",), "customer_name": ("王芳",)},
    "en": {"company": ("Spruce Appliances",), "agent_name": ("Linda Young",), "customer_name": ("Mary Wood",)},
}  # fmt: skip
_LISTS: tuple[tuple[str, Verdict], ...] = (("good", "pass"), ("bad", "fail"), ("na", "na"))


@dataclass(frozen=True)
class Example:
    """One example: what it should come out as, and what it did; None where it is no script, as `reason` then says."""

    item: Item
    place: Place  # within the item
    text: str
    expected: Verdict
    got: Verdict | None
    reason: Text

    @property
    def right(self) -> bool:
        return self.got == self.expected


def judged_examples(checklist: Checklist, item: Item, judging: Judging) -> Iterator[Example]:
    """The examples of an item."""
    for key, verdict in _LISTS:
        for number, text in enumerate(getattr(item.examples, key)):
            got, reason = _judged(checklist, item, text, judging)
            yield Example(item, ("examples", key, number), text, verdict, got, reason)


def _judged(
    checklist: Checklist, item: Item, text: str, judging: Judging
) -> tuple[Verdict | None, Text]:
    try:
        calls = read_script(text, item.id, language=checklist.language)
    except UsageError as error:
        return None, error.problem
    if len(calls) != 1:
        return None, Text("an example is one call", "一个示例应是一通通话")
    call = replace(calls[0].call, slots=NAMES[checklist.language])
    finding = item.judge(judging(call)).finding
    return finding.verdict, finding.reason
