"""What differs between two checklists, and how well one agrees with a listener."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from callqa.errors import UsageError
from callqa.qa.checklist_diff import Change, diff
from callqa.qa.checklist_test import chosen, try_calls, try_examples
from callqa.qa.turns_file import find_turns, read_turns
from callqa.scoring.checklist import Checklist, load_checklist, parse
from callqa.scoring.source import Source

TEXT = """
id: mine
version: "1"
language: zh
title: {zh: 我的, en: Mine}
phrases:
  hello: [您好, 早上好]
  polite: ["@hello", 请问]
conditions:
  waits: {hold: {over: 5}}
items:
- id: greeting
  title: {zh: 问候, en: Greeting}
  points: 10
  pass: {say: ["@polite"], in: opening}
  examples: {good: [坐席：您好。, 坐席：再见。], bad: [坐席：喂。]}
- id: sorry
  title: {zh: 致歉, en: Sorry}
  points: 5
  applies: {use: waits}
  pass: {say: [抱歉, 久等了], after: {use: waits}, within: 15 s}
- id: quick
  title: {zh: 迅速, en: Quick}
  points: 5
  fail: {any: [{silence: {over: 5}}, {duration: {over: 600}}]}
"""


def checklist(*changes: tuple[str, str]) -> Checklist:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return parse(Source(text, "f"))


def told(*changes: tuple[str, str]) -> list[tuple[str, str, list[str]]]:
    found = diff(checklist(), checklist(*changes))
    return [(c.kind, c.what.en, [line.en for line in c.lines]) for c in found]


def test_equal_checklists_do_not_differ_however_they_are_written() -> None:
    assert told() == []
    given = ("\nitems", "\n# a comment\npass_mark: 80\nitems")
    assert told(("15 s", "15"), given, ("{over: 5}", "{over: 5.0}")) == []
    shipped = load_checklist("zh-inbound")
    assert diff(shipped, shipped) == []


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ([("points: 10", "points: 12")], [("changed", "greeting", ["points: 10 -> 12"])]),
        ([("points: 10", "deduct: 2")], [("changed", "greeting", ["points: 10 -> 0", "deduct: 0 -> 2"])]),
        ([("  points: 10", "  points: 10\n  category: business")],
         [("changed", "greeting", ["category: other -> business"])]),
        ([("  points: 10", "  points: 10\n  cap: 60")], [("changed", "greeting", ["cap: - -> 60"])]),
        ([("in: opening", "in: ending")], [("changed", "greeting", ["pass.in: opening -> ending"])]),
        ([("within: 15 s", "within: 2 turns")], [("changed", "sorry", ["pass.within: 15 s -> 2 turns"])]),
        ([("[抱歉, 久等了]", "[抱歉, 让您久等]")],
         [("changed", "sorry", ["pass.say: - 久等了", "pass.say: + 让您久等"])]),
        ([("[抱歉, 久等了]", "[久等了, 抱歉]")], [("changed", "sorry", ["pass.say: in another order"])]),
        ([("{duration: {over: 600}}", "{duration: {over: 500}}")],
         [("changed", "quick", ["fail.any[2].duration.over: 600 -> 500"])]),
        ([(", {duration: {over: 600}}", "")],
         [("changed", "quick", ['fail.any: - {"duration": {"over": 600.0}}'])]),
        ([("[您好, 早上好]", "[您好]")],
         [("changed", "phrase set @hello", ["- 早上好"]), ("changed", "greeting", ["through @hello"])]),
        ([("{over: 5}", "{over: 9}")],
         [("changed", "condition waits", ["hold.over: 5 -> 9"]), ("changed", "sorry", ["through waits"])]),
        ([("id: quick", "id: fast")], [("added", "fast", []), ("removed", "quick", [])]),
        ([('version: "1"', 'version: "2"\npass_mark: 70')],
         [("changed", "checklist", ["version: 1 -> 2", "pass_mark: 80 -> 70"])]),
        ([("  hello:", "  spare: [喂]\n  hello:")], [("added", "phrase set @spare", [])]),
        ([("id: greeting", "id: x"), ("id: sorry", "id: greeting"), ("id: x", "id: sorry")], None),
    ],
)  # fmt: skip
def test_what_differs_is_told_by_item(
    changes: list[tuple[str, str]], wanted: list[tuple[str, str, list[str]]] | None
) -> None:
    found = told(*changes)
    if wanted is None:
        assert {what for _, what, _ in found} == {"checklist", "greeting", "sorry"}
        assert found[0][2] == ["the items stand in another order"]
    else:
        assert found == wanted


def test_the_way_back_is_told_the_other_way_round() -> None:
    old, new = checklist(), checklist(("id: quick", "id: fast"))
    there, back = diff(old, new), diff(new, old)
    turned = {"added": "removed", "removed": "added"}
    assert {(turned[c.kind], c.what) for c in there} == {(c.kind, c.what) for c in back}
    assert all(isinstance(change, Change) for change in back)


def test_examples_are_tried() -> None:
    made = checklist()
    report = try_examples(made, made.items, made.judgement)
    assert (report.overall.n, report.calls) == (3, 0)
    (case,) = report.disagreements
    assert (case.call, case.item, case.expected, case.got) == ("good 2", "greeting", "pass", "fail")
    assert list(report.by_item) == ["greeting"]
    broken = checklist(("坐席：喂。", "喂"))
    with pytest.raises(UsageError, match="greeting: bad 1: not a line"):
        try_examples(broken, broken.items, broken.judgement)


def test_calls_are_tried_by_the_items_that_were_judged(tmp_path: Path) -> None:
    made = checklist()
    script = "## a\nexpect: greeting=pass quick=pass\n坐席：您好。\n## b\nexpect: greeting=pass sorry=na\n坐席：喂。\n"
    (tmp_path / "x.txt").write_text(script, "utf-8")
    label = {
        "turns": [{"speaker": "agent", "start": 0, "end": 1, "text": "您好"}],
        "truth": {"greeting": True, "unknown_item": False},
        "duration": 700,
    }
    (tmp_path / "y.json").write_text(json.dumps(label), "utf-8")
    calls = find_turns([str(tmp_path)])
    report = try_calls(made, made.items, calls, made.judgement, lambda _: {})
    assert (report.calls, report.overall.n) == (3, 5)
    assert [(c.call, c.item) for c in report.disagreements] == [("b", "greeting")]
    assert report.by_item["greeting"].agreement == pytest.approx(2 / 3)
    one = try_calls(made, chosen(made, "quick"), calls, made.judgement, lambda _: {})
    assert list(one.by_item) == ["quick"]
    with pytest.raises(UsageError, match="no item nobody; there are: greeting, sorry, quick"):
        chosen(made, "nobody")
    (tmp_path / "y.json").write_text(json.dumps(label | {"truth": {}}), "utf-8")
    with pytest.raises(UsageError, match="no listener's verdict"):
        try_calls(made, made.items, read_turns(tmp_path / "y.json"), made.judgement, lambda _: {})
