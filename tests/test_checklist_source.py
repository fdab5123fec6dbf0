"""Checklist files that mean harm, or are none: always one clear message."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.errors import ChecklistError
from callqa.scoring.checklist import examine
from callqa.scoring.lint import lint
from callqa.scoring.source import Source, read

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LAUGHS, r"f:\d+:\d+: more than 50000 values"),
        (LAUGHS.replace("[", "{<<: [").replace("]", "]}"), "more than 50000 values"),
        ("a: &a [*a]", r"f:1:4: an alias lies inside its own anchor"),
        ("[" * 5000, "nested too deeply"),
        ("- " * 5000 + "a", "nested too deeply"),
        ("{" * 500 + "a: 1" + "}" * 500, "nested too deeply|a key is a single word"),
        ("{[a, b]: 1}", r"f:1:2: a key is a single word"),
        ("? {a: 1}\n: 2", "a key is a single word"),
        ("a: 2026-13-45", "not valid YAML"),
        ("a: !!int x", "not valid YAML"),
        ("a: !!int ''", "not valid YAML"),
        ("a: !!bool x", "not valid YAML"),
        ("a: !!binary ü", "not valid YAML"),
        ("a: " + "9" * 5000, "not valid YAML"),
        ("a: !!python/object:os.system x", "not valid YAML"),
        ("a: \x00", "not valid YAML"),
        ("a: 1\na: 2", r"f:2:1: the key a stands twice"),
        ("--- a\n--- b", "not valid YAML"),
    ],
)  # fmt: skip
def test_what_is_no_checklist_is_told_so(text: str, message: str) -> None:
    with pytest.raises(ChecklistError, match=message):
        Source(text, "f")


@pytest.mark.parametrize(
    "text", ["", "~", "5", "[]", "{}", "a: b", "items: {}", "items: [1, [], {}]"]
)
def test_what_has_no_form_has_problems(text: str) -> None:
    checklist, problems = examine(Source(text, "f"))
    assert checklist is None
    assert problems


def test_many_faults_are_all_told() -> None:
    items = "".join(f"- {{id: A{n}}}\n" for n in range(3000))
    source = Source(f"items:\n{items}", "f")
    problems = lint(source)
    assert len(problems) >= 6000
    assert {source.at(p.place)[0] for p in problems} >= set(range(2, 3002))


SHIPPED = read("zh-inbound", None).text
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80) | st.text("[]{}:&*-,ab<'\"\n !?|>%@", max_size=60))
def test_any_text_is_examined_or_refused(text: str) -> None:
    try:
        source = Source(text, "f")
    except ChecklistError:
        return
    for problem in lint(source):
        assert str(source.error(problem)).startswith("f:")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_checklist_with_one_wrong_line_is_examined_or_refused(data: st.DataObject) -> None:
    lines = SHIPPED.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    key = lines[number].partition(":")[0]
    other = data.draw(
        scalars | st.sampled_from(["[]", "{}", "{say: 5}", "[{}]", "{any: [5]}", "&x", "*x"])
    )
    lines[number] = data.draw(st.sampled_from([f"{key}: {other}", "", f"{lines[number]} {other}"]))
    try:
        source = Source("\n".join(lines), "f")
    except ChecklistError:
        return
    _, problems = examine(source)
    for problem in problems:
        assert str(source.error(problem)).startswith("f:")


def test_what_is_misspelt_is_guessed_from_the_strange_key_alone() -> None:
    text = "items: [{id: a, title: {zh: 甲, en: A}, points: 1, pass: {in: opening, within: 5 s, saay: [x]}}]"
    _, problems = examine(Source(text, "f"))
    assert any("in, within, saay; did you mean say?" in problem.text.en for problem in problems)
