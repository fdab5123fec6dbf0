"""The checklists that come with callqa: their own examples, and calls written by hand, come out as a listener would say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from callqa.scoring.checklist import Checklist, load_checklist
from callqa.scoring.item import Item
from callqa.scoring.script import ScriptedCall, read_script
from callqa.scoring.source import shipped

SCRIPTS = Path(__file__).parent / "data" / "scripts"
CHECKLISTS = {name: load_checklist(name) for name in shipped()}
SLOTS = {
    "zh": {"company": ("云杉电器", "海尔斯科技"), "agent_name": ("李敏",)},
    "en": {"company": ("Northwind Motors",), "agent_name": ("Alice",)},
}
AGREEMENT = 0.95


def verdicts(checklist: Checklist, scripted: ScriptedCall) -> dict[str, str]:
    call = replace(scripted.call, slots=SLOTS[checklist.language])
    return {item.id: item.finding.verdict for item in checklist.score(call).items}


def examples() -> Iterator[tuple[Checklist, Item, str, str]]:
    """Every example: the checklist, the item, the verdict it stands for and the text."""
    for checklist in CHECKLISTS.values():
        for item in checklist.items:
            for verdict, texts in (
                ("pass", item.examples.good),
                ("fail", item.examples.bad),
                ("na", item.examples.na),
            ):
                for text in texts:
                    yield checklist, item, verdict, text


@pytest.mark.parametrize(
    ("checklist", "item", "expected", "text"),
    [
        pytest.param(*example, id=f"{example[0].id}-{example[1].id}-{example[2]}-{number}")
        for number, example in enumerate(examples())
    ],
)
def test_an_example_comes_out_as_what_it_is_an_example_of(
    checklist: Checklist, item: Item, expected: str, text: str
) -> None:
    (scripted,) = read_script(text, item.id, language=checklist.language)
    assert verdicts(checklist, scripted)[item.id] == expected
