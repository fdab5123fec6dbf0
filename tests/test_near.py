"""What lies near a place in a call: also what lies in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from callqa.scoring.checklist import load_checklist
from callqa.scoring.script import read_script

CHECKLIST = """
id: mine
version: "1"
language: zh
title: {zh: 我的, en: Mine}
items:
  - id: dated
    title: {zh: 时限, en: A time}
    points: 1
    pass: {regex: [三天], near: {say: [给您*答复]}, within: 1 s}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("给您三天内答复。", "pass"),
        ("三天内给您答复。", "pass"),
        ("给您答复，三天内。", "pass"),
        ("给您答复。\n客户：那要等到什么时候？\n坐席：最少三天。", "fail"),
    ],
)
def test_what_lies_inside_a_place_is_near_it(tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(CHECKLIST, "utf-8")
    (scripted,) = read_script(f"坐席：{text}", "call")
    (item,) = load_checklist(str(file)).score(scripted.call).items
    assert item.finding.verdict == expected
