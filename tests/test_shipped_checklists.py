"""The checklists that come with callqa: their examples, and calls written by hand, come out as a listener would say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from callqa.audio.events import CallEvents
from callqa.scoring.call import ScoredCall
from callqa.scoring.checklist import Checklist, load_checklist
from callqa.scoring.item import Item
from callqa.scoring.script import ScriptedCall, read_script
from callqa.scoring.source import shipped
from callqa.transcribe.transcript import Transcript
from helpers import says

SCRIPTS = Path(__file__).parent / "data" / "scripts"
CHECKLISTS = {name: load_checklist(name) for name in shipped()}
SLOTS = {
    "zh": {"company": ("云杉电器", "海尔斯科技"), "agent_name": ("李敏",)},
    "en": {"company": ("Northwind Motors",), "agent_name": ("Alice",)},
}
AGREEMENT = 0.95
MANDARIN = ("zh-outbound", "zh-complaint", "zh-callback")


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


@pytest.mark.parametrize("name", [file.stem for file in sorted(SCRIPTS.glob("*.txt"))])
def test_calls_written_by_hand_are_judged_as_a_listener_would(name: str) -> None:
    checklist = CHECKLISTS[name]
    text = (SCRIPTS / f"{name}.txt").read_text("utf-8")
    expected, wrong = 0, []
    for scripted in read_script(text, name, language=checklist.language):
        said = verdicts(checklist, scripted)
        assert set(scripted.expected) <= set(said), scripted.call_id
        for item, verdict in scripted.expected.items():
            expected += 1
            if said[item] != verdict:
                wrong.append(f"{scripted.call_id} {item}: {said[item]}, not {verdict}")
    agreement = 1 - len(wrong) / expected
    print(f"{name}: {agreement:.3f} of {expected}", *wrong, sep="\n")
    assert agreement >= AGREEMENT


@pytest.mark.parametrize("name", CHECKLISTS)
def test_every_item_says_what_it_wants(name: str) -> None:
    checklist = CHECKLISTS[name]
    assert sum(item.points for item in checklist.items) == 100
    for item in checklist.items:
        assert item.asks, item.id
        assert item.rule_book, item.id
        assert item.category != "other", item.id
        assert item.examples.good or item.id == "energy", item.id
        assert item.examples.bad or item.id in ("energy", "speech_rate"), item.id
        assert bool(item.examples.na) or item.applies is None or item.id == "speech_rate", item.id


@pytest.mark.parametrize("name", MANDARIN)
def test_what_two_checklists_share_is_the_same_in_both(name: str) -> None:
    inbound, other = CHECKLISTS["zh-inbound"], CHECKLISTS[name]
    for key, patterns in other.phrases.items():
        assert inbound.phrases.get(key, patterns) == patterns, key
    for key, condition in other.conditions.items():
        assert inbound.conditions.get(key, condition) == condition, key
    for item in other.items:
        original = inbound.item(item.id)
        if original is not None:
            assert (item.passes, item.fails) == (original.passes, original.fails), item.id
            assert item.applies == original.applies or item.id == "anything_else", item.id


def test_the_further_items_are_the_same_wherever_they_are() -> None:
    for name in MANDARIN:
        for item in CHECKLISTS[name].items:
            for other in MANDARIN:
                twin = CHECKLISTS[other].item(item.id)
                if twin is not None and CHECKLISTS["zh-inbound"].item(item.id) is None:
                    assert twin.conditions() == item.conditions(), item.id


def test_the_documentation_tells_every_item_and_its_points() -> None:
    page = (Path(__file__).parents[1] / "docs" / "shipped-checklists.md").read_text("utf-8")
    for name, checklist in CHECKLISTS.items():
        part = page.split(f"## {name}\n")[1].split("\n## ")[0]
        rows = [line.split("|")[1:3] for line in part.splitlines() if line.startswith("| `")]
        assert [row[0].strip(" `") for row in rows] == [item.id for item in checklist.items]
        for (_, points), item in zip(rows, checklist.items, strict=True):
            worth = f"{item.points:g}" if item.points else f"−{item.deduct:g} each"
            assert points.strip().startswith(worth), item.id


def spoken(*, seconds: float, levels: tuple[float | None, ...]) -> ScoredCall:
    """The agent says fifteen syllables at a time, so many seconds long and so loud, and the customer answers."""
    said = []
    for number, level in enumerate(levels):
        start = number * 30.0
        turn = says("agent", "您好这里是云杉电器客服请问您贵", start, start + seconds)
        said += [replace(turn, loudness=level), says("customer", "好。", start + 25)]
    return ScoredCall(Transcript("zh", tuple(said), 1.0), CallEvents((), (), None), 200.0)


@pytest.mark.parametrize("name", MANDARIN)
@pytest.mark.parametrize(
    ("seconds", "expected"), [(2.0, "fail"), (3.5, "pass"), (6.0, "pass"), (8.0, "fail")]
)
def test_speech_is_neither_rushed_nor_slow(name: str, seconds: float, expected: str) -> None:
    call = spoken(seconds=seconds, levels=(-22.0, -20.0))
    assert judged(name, "speech_rate", call) == expected


@pytest.mark.parametrize("name", MANDARIN)
@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((None, None, None), "na"),
        ((-22.0, -20.0, -24.0), "pass"),
        ((-8.0, -9.0, -7.0), "fail"),
        ((-45.0, -44.0, -47.0), "fail"),
        ((-22.0, -22.0, -22.0), "fail"),
        ((-22.0, -22.0), "pass"),
    ],
)
def test_a_voice_is_neither_flat_nor_faint_nor_shouting(
    name: str, levels: tuple[float | None, ...], expected: str
) -> None:
    assert judged(name, "energy", spoken(seconds=4.0, levels=levels)) == expected


def judged(name: str, item: str, call: ScoredCall) -> str:
    card = CHECKLISTS[name].score(call)
    return next(one.finding.verdict for one in card.items if one.id == item)
