"""Checklists as files: found, loaded, hashed, shared between items."""

from __future__ import annotations

from pathlib import Path

import pytest

from callqa import lang
from callqa.errors import ChecklistError
from callqa.scoring.checklist import load_checklist
from callqa.scoring.conditions import KINDS
from callqa.scoring.source import shipped
from helpers import HEAD, one_item, script

ITEM = (
    "  - {{id: {id}, title: {{zh: 问候, en: Hello}}, points: {points}, pass: {{say: [{say}]}}}}\n"
)


def item(name: str = "hello", points: float = 10, say: str = "您好") -> str:
    return ITEM.format(id=name, points=points, say=say)


def written(folder: Path, items: str, name: str = "mine") -> str:
    file = folder / f"{name}.yaml"
    file.write_text(f"{HEAD}items:\n{items}", "utf-8")
    return str(file)


def test_the_default_checklist_is_shipped() -> None:
    assert "zh-inbound" in shipped()
    checklist = load_checklist("zh-inbound")
    assert (checklist.id, checklist.language, len(checklist.items)) == ("zh-inbound", "zh", 12)
    assert sum(i.points for i in checklist.items) == 100
    assert len(checklist.content_hash) == 64


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_checklist_is_complete(name: str) -> None:
    checklist = load_checklist(name)
    assert checklist.id == name
    for one in checklist.items:
        assert one.asks, one.id
        assert one.rule_book, one.id
        assert one.category != "other", one.id
        assert any((one.examples.good, one.examples.bad, one.examples.na)), one.id


def test_a_file_is_loaded_and_scores_calls(tmp_path: Path) -> None:
    checklist = load_checklist(written(tmp_path, item() + item("bye", 5, "再见")))
    card = checklist.score(script("坐席：您好。"))
    assert (card.checklist, card.version) == ("mine", "2")
    assert card.content_hash == checklist.content_hash
    assert [(i.id, i.title, i.points) for i in card.items] == [
        ("hello", lang.Text("Hello", "问候"), 10),
        ("bye", lang.Text("Hello", "问候"), 0),
    ]
    assert (card.score, card.passed) == (66.7, True)


def test_a_name_is_looked_for_in_the_folder_before_what_is_shipped(tmp_path: Path) -> None:
    written(tmp_path, item(), "zh-inbound")
    assert load_checklist("zh-inbound", tmp_path).id == "mine"
    assert load_checklist("zh-inbound", tmp_path / "nowhere").id == "zh-inbound"
    assert load_checklist("zh-inbound").id == "zh-inbound"


def test_the_hash_is_that_of_the_content(tmp_path: Path) -> None:
    one = load_checklist(written(tmp_path, item(), "one"))
    same = load_checklist(written(tmp_path, item(), "same"))
    other = load_checklist(written(tmp_path, item(points=11), "other"))
    assert one.content_hash == same.content_hash != other.content_hash


@pytest.mark.parametrize("name", ["nobody", "nobody.yaml"])
def test_an_unknown_name_is_told_what_there_is(name: str) -> None:
    with pytest.raises(ChecklistError, match=rf"no checklist {name}; take one of .*zh-inbound"):
        load_checklist(name)


def test_a_file_that_is_no_text_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_bytes(f"{HEAD}items:\n{item()}".encode("gbk"))
    with pytest.raises(ChecklistError, match=r"mine\.yaml: .*not UTF-8"):
        load_checklist("mine", tmp_path)
    (tmp_path / "mine.yaml").write_bytes(b"\xef\xbb\xbf" + f"{HEAD}items:\n{item()}".encode())
    assert load_checklist("mine", tmp_path).id == "mine"


def test_every_kind_of_condition_can_stand_in_a_checklist() -> None:
    rules = {
        "all": "[{rings: {}}]", "any": "[{rings: {}}]", "none": "[{rings: {}}]", "not": "{rings: {}}", "use": "c",
        "say": "[您好]", "beyond": "[您好]", "regex": "[a]", "like": "[今天天气很好]", "repeat": "1",
        "mention": "phone", "read_back": "[phone, amount]", "metadata": "{queue: a}",
    }  # fmt: skip
    shared = "conditions: {c: {rings: {}}}"
    for kind in KINDS:
        checklist = one_item(f"pass: {{{kind}: {rules.get(kind, '{}')}}}", shared)
        for call in (script("坐席：您好。", "客户：好。"), script("[rings 1]\n未知：您好。")):
            found = checklist.explain(checklist.items[0], call)
            assert found.passes is not None
            assert found.passes.label.en, kind
            assert found.passes.label.zh, kind
            assert found.passes.reason.en, kind
            assert found.passes.reason.zh, kind
