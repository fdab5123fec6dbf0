"""Checklists as files, and the arithmetic of the score."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callqa import lang
from callqa.errors import ChecklistError
from callqa.scoring.checklist import load_checklist, shipped
from callqa.scoring.scorecard import Finding, Scorecard, ScoredItem, Verdict, add_up
from helpers import conversation

HEAD = 'id: mine\nversion: "2"\nlanguage: zh\ntitle: {zh: 我的, en: Mine}\npass_mark: 60\nitems:\n'
ITEM = "  - {{id: {id}, title: {{zh: 问候, en: Hello}}, points: {points}, rule: {rule}, with: {options}}}\n"
TITLE = lang.Text("Hello", "问候")


def item(
    name: str = "hello", points: float = 10, rule: str = "said", options: str = "{any: [您好]}"
) -> str:
    return ITEM.format(id=name, points=points, rule=rule, options=options)


def written(folder: Path, text: str, name: str = "mine") -> str:
    file = folder / f"{name}.yaml"
    file.write_text(text, "utf-8")
    return str(file)


def test_the_shipped_checklist_loads() -> None:
    assert "zh-inbound" in shipped()
    checklist = load_checklist("zh-inbound")
    assert (checklist.id, checklist.language, len(checklist.items)) == ("zh-inbound", "zh", 12)
    assert sum(i.points for i in checklist.items) == 100
    assert len(checklist.content_hash) == 64


def test_a_file_is_loaded_and_scores_calls(tmp_path: Path) -> None:
    checklist = load_checklist(
        written(tmp_path, HEAD + item() + item("bye", 5, options="{any: [再见]}"))
    )
    card = checklist.score(conversation("A 您好。"))
    assert (card.checklist, card.version, card.content_hash) == (
        "mine",
        "2",
        checklist.content_hash,
    )
    assert [(i.id, i.title, i.points) for i in card.items] == [
        ("hello", TITLE, 10),
        ("bye", TITLE, 0),
    ]
    assert (card.score, card.passed) == (66.7, True)


def test_a_name_is_looked_for_in_the_folder_before_what_is_shipped(tmp_path: Path) -> None:
    written(tmp_path, HEAD + item(), "zh-inbound")
    assert load_checklist("zh-inbound", tmp_path).id == "mine"
    assert load_checklist("zh-inbound", tmp_path / "nowhere").id == "zh-inbound"
    assert load_checklist("zh-inbound").id == "zh-inbound"


def test_the_hash_is_that_of_the_content(tmp_path: Path) -> None:
    one = load_checklist(written(tmp_path, HEAD + item(), "one"))
    same = load_checklist(written(tmp_path, HEAD + item(), "same"))
    other = load_checklist(written(tmp_path, HEAD + item(points=11), "other"))
    assert one.content_hash == same.content_hash != other.content_hash


@pytest.mark.parametrize("name", ["nobody", "nobody.yaml"])
def test_an_unknown_name_is_told_what_there_is(name: str) -> None:
    with pytest.raises(ChecklistError, match=rf"no checklist {name}; take one of .*zh-inbound"):
        load_checklist(name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "  - {id: a\n  - b", r"mine\.yaml:8:\d+: not valid YAML"),
        (HEAD + "\t- a\n", r"mine\.yaml:7:1: not valid YAML"),
        (HEAD + item(rule="sayd"), r"items\.hello: .*unknown rule 'sayd'; there are: .*\bsaid\b"),
        (HEAD + item(options="{any: ['(您好']}"), r"items\.hello\.any\.0: .*unpaired bracket"),
        (HEAD + item(options="{any: ['*']}"), r"items\.hello\.any\.0: .*nothing to say"),
        (HEAD + item(options="{any: [您好], some: 1}"), r"items\.hello\.some: "),
        (HEAD + item(options="{any: 您好}"), r"items\.hello\.any: "),
        (HEAD + item() + item("bye").replace("points", "point"), r"items\.bye\.points: .*required"),
        (HEAD + item(points=0), r"items\.hello\.points: .*greater than 0"),
        (HEAD + item("Hello"), r"items\.Hello\.id: "),
        (HEAD + item() + item("bye") + item(), r"occur twice: hello"),
        ("colour: red\n" + HEAD + item(), r"colour: "),
        (HEAD, r"items: "),
        ("- a\n", r"mine\.yaml: .*dictionary"),
        (HEAD + item(rule="[said]"), r"items\.hello: "),
    ],
)
def test_a_wrong_checklist_is_told_where_it_is_wrong(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ChecklistError, match=message):
        load_checklist(written(tmp_path, text))


def test_a_checklist_in_gbk_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_bytes((HEAD + item()).encode("gbk"))
    with pytest.raises(ChecklistError, match=r"mine\.yaml: .*not UTF-8"):
        load_checklist("mine", tmp_path)


def judged(verdict: Verdict, points: float = 10, fatal: bool = False) -> ScoredItem:
    return ScoredItem("item", TITLE, Finding(verdict, TITLE), points, fatal)


def added(items: list[ScoredItem], pass_mark: float = 80) -> Scorecard:
    return add_up("mine", "1", "", items, pass_mark)


@pytest.mark.parametrize(
    ("items", "score", "low", "high", "passed"),
    [
        ([judged("pass"), judged("fail", 30)], 25.0, 25.0, 25.0, False),
        ([judged("pass", 80), judged("fail", 20)], 80.0, 80.0, 80.0, True),
        ([judged("pass"), judged("na", 90)], 100.0, 100.0, 100.0, True),
        ([judged("pass", 60), judged("fail", 20), judged("unsure", 20)], 75.0, 60.0, 80.0, None),
        ([judged("pass", 90), judged("unsure")], 100.0, 90.0, 100.0, True),
        ([judged("fail", 90), judged("unsure")], 0.0, 0.0, 10.0, False),
        ([judged("pass", 90), judged("fail", 10, fatal=True)], 0.0, 0.0, 0.0, False),
        ([judged("pass", 90), judged("unsure", 10, fatal=True)], 100.0, 0.0, 100.0, None),
        ([judged("pass", 90), judged("na", 10, fatal=True)], 100.0, 100.0, 100.0, True),
        ([judged("pass", 1), judged("fail", 2)], 33.3, 33.3, 33.3, False),
        ([judged("na")], None, None, None, None),
        ([], None, None, None, None),
    ],
)
def test_points_are_added_up(
    items: list[ScoredItem],
    score: float | None,
    low: float | None,
    high: float | None,
    passed: bool | None,
) -> None:
    card = added(items)
    assert (card.score, card.low, card.high, card.passed) == (score, low, high, passed)


verdicts = st.sampled_from(["pass", "fail", "na", "unsure"])
ordinary = st.builds(judged, verdicts, st.floats(0.5, 50))
any_items = st.lists(st.builds(judged, verdicts, st.floats(0.5, 50), st.booleans()), max_size=12)


@example(
    [
        *(judged("pass", points) for points in (1.0, 39.0)),
        *(judged("fail", points) for points in (1.125, 1.625, 1.875, 1.875, 9.625, 49.5)),
    ],
    "pass",
    43.21875,
)
@given(st.lists(ordinary, max_size=12), st.sampled_from(["pass", "fail"]), st.floats(0, 100))
def test_the_score_lies_between_its_bounds(
    items: list[ScoredItem], decided: Verdict, mark: float
) -> None:
    card = added([*items, judged(decided)], mark)
    assert card.low is not None
    assert card.score is not None
    assert card.high is not None
    assert 0 <= card.low <= card.score <= card.high <= 100
    sides = {True: card.low >= mark, False: card.high < mark, None: card.low < mark <= card.high}
    assert [passed for passed, fits in sides.items() if fits] == [card.passed]


@given(any_items, st.floats(0, 100))
def test_what_does_not_apply_never_matters(items: list[ScoredItem], mark: float) -> None:
    without = [i for i in items if i.finding.verdict != "na"]
    assert replace(added(items, mark), items=()) == replace(added(without, mark), items=())
