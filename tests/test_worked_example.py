"""The page on checklists is true: its examples load, its worked example scores as it says, and no key is missing."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from callqa.qa.turns_file import read_turns
from callqa.scoring.checklist import Checklist, parse
from callqa.scoring.conditions import KINDS
from callqa.scoring.examples import judged_examples
from callqa.scoring.item import Item
from callqa.scoring.script import ScriptedCall, read_script
from callqa.scoring.source import Source

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "checklists.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FRAME: dict[str, Any] = {
    "id": "page", "version": "1", "language": "zh", "title": {"zh": "例", "en": "page"},
    "conditions": {"hold": {"hold": {}}},
}  # fmt: skip


def loaded(block: str) -> Checklist:
    """A checklist as it stands, or a list of items or conditions put into one."""
    data = yaml.safe_load(block)
    if isinstance(data, dict):
        return parse(Source(block, "checklists.md"))
    items = data
    if "id" not in data[0]:
        title = {"zh": "例", "en": "example"}
        items = [
            {"id": f"c{n}", "title": title, "points": 1, "pass": c} for n, c in enumerate(data)
        ]
    return parse(Source(yaml.safe_dump({**FRAME, "items": items}), "checklists.md"))


def worked() -> tuple[Checklist, list[ScriptedCall]]:
    """The checklist and the calls of the worked example."""
    section = PAGE.partition("\n## A worked example\n")[2]
    blocks = dict(re.findall(r"^```(yaml|text)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL))
    return loaded(blocks["yaml"]), read_script(blocks["text"], "checklists.md")


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_examples_of_the_page_load_and_come_out_as_listed(number: int) -> None:
    checklist = loaded(BLOCKS[number])
    for item in checklist.items:
        judged = list(judged_examples(checklist, item, checklist.judgement))
        assert [e.got for e in judged] == [e.expected for e in judged]


def test_the_worked_example_scores_as_the_page_says() -> None:
    checklist, calls = worked()
    found = {c.call_id: checklist.score(c.call).items[0].finding.verdict for c in calls}
    assert found == {c.call_id: c.expected["phone_read_back"] for c in calls}
    assert {"pass", "fail", "unsure", "na"} <= set(found.values())
    assert found["passes"] == "pass"
    assert found["fails"] == found["too_late"] == "fail"


def test_the_worked_example_fails_without_either_half() -> None:
    checklist, calls = worked()
    [script] = [c for c in calls if c.call_id == "passes"]
    assert "请您核对" in "".join(u.text for u in script.call.transcript.utterances)
    for old, new in (("请您核对一下", "谢谢"), ("13800001111，", "")):
        lines = [f"{'坐席' if u.role == 'agent' else '客户'}：{u.text.replace(old, new)}"
                 for u in script.call.transcript.utterances]  # fmt: skip
        [changed] = read_script("\n".join(lines), "changed")
        assert checklist.score(changed.call).items[0].finding.verdict == "fail"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_an_example_and_every_key_is_told(kind: str) -> None:
    conditions = [block for block in BLOCKS if block.startswith("- ") and "- id:" not in block]
    assert any(kind in one for block in conditions for one in yaml.safe_load(block))
    for name, field in KINDS[kind].model_fields.items():
        assert f"`{field.alias or name}`" in PAGE, f"{kind}: {field.alias or name}"


def test_every_key_of_items_and_checklists_is_told() -> None:
    for name, field in Item.model_fields.items():
        assert f"| `{field.alias or name}` |" in PAGE, name
    for name in Checklist.model_fields.keys() - {"content_hash"}:
        assert re.search(rf"^{name}:", BLOCKS[0], re.MULTILINE), name


def test_the_call_in_json_can_be_read(tmp_path: Path) -> None:
    [block] = re.findall(r"^ {4}\{\"call_id\".*?\}\}$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "call.json").write_text(textwrap.dedent(block), "utf-8")
    [call] = read_turns(tmp_path / "call.json")
    assert call.call_id == "20261122-8021"
    assert (call.metadata.direction, call.metadata.agent) == ("inbound", "林悦")
    assert call.expected == {"greeting": "pass", "closing": "fail", "hold_thanks": "na"}
    assert call.transcript.utterances[0].confidence == 0.93
    assert len(call.events.holds) == 1


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_item_of_the_readme_loads_and_scores(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    [block] = re.findall(r"^    - id: .*?(?=^$)", text, re.MULTILINE | re.DOTALL)
    checklist = loaded(textwrap.dedent(block))
    lines = "客户：我要投诉你们。\n坐席：{}"
    for answer, verdict in (("非常抱歉。", "pass"), ("好的。", "fail")):
        [script] = read_script(lines.format(answer), name)
        assert checklist.score(script.call).items[0].finding.verdict == verdict
