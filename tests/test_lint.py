"""What lint finds suspicious in checklists."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.scoring.call import ScoredCall
from callqa.scoring.checklist import parse
from callqa.scoring.covering import covered, fewest
from callqa.scoring.lint import lint
from callqa.scoring.phrases import phrase_set
from callqa.scoring.possible import verdicts
from callqa.scoring.source import Source
from callqa.scoring.speech import Speech
from helpers import conversation, says

HEAD = "id: mine\nversion: '1'\nlanguage: zh\ntitle: {zh: 我的, en: Mine}\n"
EXAMPLES = "examples: {good: [坐席：您好呀], bad: [坐席：什么事]}"
PASS = "pass: {say: [您好呀]}"


def item(
    condition: str = PASS, name: str = "hello", examples: str = EXAMPLES, worth: str = "points: 10"
) -> str:
    return f"- {{id: {name}, title: {{zh: 问候, en: Hello}}, {worth}, {condition}, {examples}}}\n"


def checklist(*items: str, head: str = "") -> Source:
    return Source(f"{HEAD}{head}items:\n{''.join(items)}", "f")


def found(source: Source) -> list[str]:
    return [f"{source.at(p.place)[0]}: {p.text.en}" for p in lint(source)]


def test_a_sound_checklist_has_no_warnings() -> None:
    assert found(checklist(item())) == []


def test_problems_come_alone_and_all_of_them() -> None:
    source = checklist(item("pass: {sey: [您好]}"), item("pass: {say: ['(']}, colour: 1"))
    problems = lint(source)
    assert [p.serious for p in problems] == [True] * len(problems)
    assert {source.at(p.place)[0] for p in problems} == {6, 7}
    assert len(problems) == 3


@pytest.mark.parametrize(
    ("source", "warning"),
    [
        (checklist(item(), head="phrases: {spare: [再见了您]}\n"), "5: nothing uses the phrase set spare"),
        (checklist(item(), head="conditions: {spare: {hold: {}}}\n"), "5: nothing uses the condition spare"),
        (checklist(item(examples="examples: {good: [坐席：您好呀]}")), "6: hello has no bad examples"),
        (checklist(item(examples="examples: {}")), "6: hello has no good and bad examples"),
        (checklist(item("pass: {say: [您好呀, 贵姓]}")), "6: 贵姓: 2 syllables are found in much"),
        (checklist(item("pass: {say: [您好呀, '(请|)您(是|)']}")), "6: (请|)您(是|): 1 syllables"),
        (checklist(item("pass: {say: [您好呀, '@a']}"), head="phrases: {a: [贵姓]}\n"), "5: 贵姓: 2 syllables"),
        (checklist(item("pass: {say: [您好呀, 哎您好呀]}")), "6: 哎您好呀 adds nothing: 您好呀 finds all of it"),
        (checklist(item("pass: {say: [您好呀, 你好呀]}")), "6: 你好呀 adds nothing: 您好呀"),
        (checklist(item("pass: {say: ['@a', 您好呀]}"), head="phrases: {a: [您好呀]}\n"), "7: 您好呀 adds nothing"),
        (checklist(item("pass: {say: [您好呀, 早上好|晚上好]}")), "6: 早上好|晚上好: | means nothing"),
        (checklist(item("pass: {regex: ['(a+)+$', 您好呀]}")), "6: the regular expression takes over 0.2 s"),
        (checklist(item(examples="examples: {good: [坐席：什么事], bad: [坐席：您好呀]}")),
         "6: hello: this example should be pass and is fail"),
        (checklist(item("applies: {hold: {}}, pass: {not: {hold: {}}}")), "6: hello can never be passed"),
        (checklist(item("applies: {hold: {}}, pass: {hold: {}}")), "6: hello can never be failed"),
        (checklist(item("fail: {any: [{rings: {over: 2}}, {not: {rings: {over: 2}}}]}")), "hello can never be passed"),
        (checklist(item("fail: {all: [{duration: {over: 60}}, {duration: {under: 30}}]}")), "6: hello can never be f"),
        (checklist(item("fail: {any: [{duration: {over: 60}}, {duration: {under: 61}}]}")), "6: hello can never be p"),
        (checklist(item(), item("fail: {not: {all: [{hold: {}}, {not: {hold: {}}}]}}", "bad")),
         "no call can reach the pass mark: the best score is 50.0"),
        (checklist(item(), item("fail: {duration: {}}", "bad", worth="deduct: 30")), "the best score is 70.0"),
    ],
)  # fmt: skip
def test_what_looks_wrong_is_told_with_its_line(source: Source, warning: str) -> None:
    lines = found(source)
    assert any(line.startswith(warning) or f": {warning}" in line for line in lines), lines
    assert all(not problem.serious for problem in lint(source))


@pytest.mark.parametrize(
    "condition",
    [
        "pass: {say: [您好呀, ^贵姓]}",
        "pass: {any: [{say: [贵姓], in: opening}, {say: [您好呀]}]}",
        "pass: {say: [您好呀, '{agent_name}']}",
        "pass: {say: [您好呀, 您好*呀您]}",
        "pass: {say: [您好呀, 您好]}, reasons: {fail: {zh: 无, en: none}}, cap: 50",
        "pass: {regex: [您好呀, '^(喂|嗯)+$']}",
    ],
)
def test_what_is_in_order_is_not_told(condition: str) -> None:
    lines = [
        line for line in found(checklist(item(condition))) if "好" not in line.partition("adds")[0]
    ]
    assert lines == []


def test_an_example_that_is_no_script_is_a_problem() -> None:
    source = checklist(
        item(examples="examples: {good: [您好呀], bad: ['坐席：喂\n\n## b\n\n坐席：喂']}")
    )
    problems = lint(source)
    assert [p.serious for p in problems] == [True, True]


def test_shared_aliases_are_told_once() -> None:
    source = checklist("- &a {id: a, title: {zh: 问, en: Q}, points: 1, pass: &p {say: [贵姓]}}\n"
                       "- {id: b, title: {zh: 问, en: Q}, points: 1, pass: *p}\n")  # fmt: skip
    assert len([line for line in found(source) if "贵姓" in line]) == 1


CONDITIONS = [
    "{hold: {}}",
    "{silence: {}}",
    "{rings: {over: 3}}",
    "{rings: {under: 6}}",
    "{duration: {over: 20}}",
]
simple = st.sampled_from(CONDITIONS)
nested = st.recursive(
    simple,
    lambda inner: st.builds(lambda c: f"{{not: {c}}}", inner)
    | st.builds(
        lambda k, c: f"{{{k}: [{', '.join(c)}]}}",
        st.sampled_from(["all", "any", "none"]), st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)  # fmt: skip
calls = st.lists(st.sampled_from(["A 您好", "C 你好", "HOLD 30", "A 再见"]), min_size=1, max_size=8)


@settings(max_examples=150, deadline=None)
@given(nested, nested, calls, st.none() | st.integers(1, 8))
def test_no_call_comes_to_a_verdict_that_is_told_to_be_impossible(
    applies: str, fails: str, lines: list[str], rings: int | None
) -> None:
    made = parse(checklist(item(f"applies: {applies}, fail: {fails}")))
    call: ScoredCall = conversation(*lines, rings=rings)
    possible = verdicts(made.items[0], made)
    assert possible is not None
    assert made.score(call).items[0].finding.verdict in {*possible, "unsure"}


@pytest.mark.parametrize(
    ("patterns", "wanted"),
    [
        (["您好", "您好呀"], {1: 0}),
        (["您好呀", "您好"], {0: 1}),
        (["您好", "你好"], {1: 0}),
        (["^您好", "您好"], {0: 1}),
        (["^您好", "^您好呀", "您好$", "^您好$"], {1: 0, 3: 0}),
        (["有什么*帮", "有什么可以帮您", "有什么(能|可以)*帮(到|)"], {1: 0}),
        (["(请问|)贵姓", "请问贵姓", "贵姓"], {1: 0, 2: 0}),
        (["我是{agent_name}", "您好我是{agent_name}", "我是{company}"], {1: 0}),
        (["{surname}先生", "{surname}女士"], {}),
        (["hello there", "oh hello there"], {1: 0}),
    ],
)
def test_patterns_that_others_cover(patterns: list[str], wanted: dict[int, int]) -> None:
    assert covered(patterns) == wanted


def test_the_shortest_reading() -> None:
    written = ("贵姓", "(请问|)贵姓", "^喂$", "您*等", "{agent_name}", "{surname}总")
    assert [fewest(pattern) for pattern in written] == [2, 2, 1, 2, 2, 2]


pieces = st.sampled_from(["您好", "请问", "(请问|)", "(可以|能)", "*", "帮您", "贵姓", "再见"])
joined = st.lists(pieces, min_size=1, max_size=4).map("".join)
patterns = joined.filter(lambda pattern: bool(pattern.strip("*")) and fewest(pattern) > 0)


@settings(max_examples=150, deadline=None)
@given(patterns, patterns)
def test_what_is_covered_is_found_by_what_covers_it(one: str, other: str) -> None:
    if covered([one, other]).get(1) != 0 or "**" in one + other:
        return
    said = other.replace("*", "那个").replace("(请问|)", "请问").replace("(可以|能)", "能")
    speech = Speech([says("agent", said)], [])
    assert phrase_set((one,), ()).find(speech), (one, said)
