"""What is wrong in a checklist is told with its line and column, in both languages."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa import lang
from callqa.errors import ChecklistError
from callqa.scoring.checklist import examine, parse
from callqa.scoring.source import Source
from helpers import HEAD

ITEM = "  - id: it\n    title: {zh: 它, en: It}\n    points: 5\n    pass: {say: [您好]}\n"
GOOD = f"{HEAD}items:\n{ITEM}"  # the item begins on line 7, its condition stands on line 10


def refused(text: str) -> ChecklistError:
    with pytest.raises(ChecklistError) as error:
        parse(Source(text, "mine.yaml"))
    return error.value


def shared(lines: str, say: str = "您好") -> str:
    return f"{HEAD}{lines}\nitems:\n{ITEM}".replace("您好", say)


def test_what_the_faults_below_are_made_of_is_without_fault() -> None:
    assert parse(Source(GOOD, "mine.yaml")).id == "mine"


@pytest.mark.parametrize(
    ("old", "new", "place", "en", "zh"),
    [
        # unknown and missing keys
        ("id: mine", "id: mine\ncolour: red", "2:", "unknown key: colour", "未知的键：colour"),
        ("points: 5", "point: 5", "9:", "unknown key: point", "未知的键：point"),
        ("say: [您好]", "say: [您好], maybee: 1", "10:", "unknown key: maybee", "未知的键：maybee"),
        ("zh: 它, ", "", "8:", "the key zh is missing", "缺少键 zh"),
        ("version: \"2\"\n", "", "1:1", "the key version is missing", "缺少键 version"),
        # twins
        ("points: 5", "points: 5\n    points: 6", "10:5", "the key points stands twice", "键 points 重复"),
        ("id: mine", "id: mine\nid: yours", "2:1", "the key id stands twice", "键 id 重复"),
        (ITEM, ITEM + ITEM, "11:9", "the item id it occurs twice", "项目 id it 重复"),
        # wrong types
        ("points: 5", "points: many", "9:13", "valid number", "应为数字（现为 'many'）"),
        ("points: 5", "points: -5", "9:13", "greater than or equal to 0", "-5"),
        ("points: 5", "points: .nan", "9:13", "finite number", "数字"),
        ("points: 5", "points: .inf", "9:13", "finite number", "数字"),
        ("points: 5", "points: 5\n    fatal: perhaps", "10:12", "valid boolean", "true 或 false"),
        ("points: 5", "points: 5\n    cap: 101", "10:10", "less than or equal to 100", "101"),
        ("say: [您好]", "say: 您好", "10:", "valid tuple", "应为列表"),
        ("say: [您好]", "say: [[您好]]", "10:18", "valid string", "应为文字"),
        ("language: zh", "language: fr", "3:11", "not one of 'zh', 'en': 'fr'", "只能是 'zh', 'en'，不能是 'fr'"),
        ("title: {zh: 它, en: It}", "title: It", "8:12", "valid dictionary", "应为键值"),
        ("id: it", "id: It!", "7:9", "match pattern", "It!"),
        ("items:", "items: []\nx:", "6:", "nothing is given here", "内容为空"),
        # conditions
        ("say: [您好]", "sya: [您好]", "10:", "no condition: sya; did you mean say?", "sya；是否指 say？"),
        ("say: [您好]", "xyz: [您好]", "10:", "no condition: xyz; there are: all, any", "没有这种条件：xyz；可用：all"),
        ("say: [您好]", "say: [您好], hold: {}", "10:", "two conditions in one: say, hold", "两种：say, hold"),
        ("{say: [您好]}", "您好", "10:11", "not a condition: '您好'", "不是条件：'您好'"),
        ("{say: [您好]}", "{}", "10:", "no condition: {}", "没有这种条件：{}"),
        ("{say: [您好]}", "{all: []}", "10:", "nothing is given here", "内容为空"),
        ("{say: [您好]}", "{all: [{say: [您好]}, {not: {sya: 1}}]}", "10:", "no condition: sya", "sya"),
        ("{say: [您好]}", "{use: nobody}", "10:", "no condition nobody; there are: -", "没有名为 nobody 的条件"),
        ("    pass: {say: [您好]}\n", "", "7:5", "an item needs a condition", ""),
        ("points: 5", "points: 5\n    deduct: 5", "7:5", "either points or deduct", ""),
        ("points: 5", "points: 0", "7:5", "either points or deduct", ""),
        ("points: 5", "points: 5\n    at_most: 5", "7:5", "at_most belongs to deduct", ""),
        # phrases
        ("您好", "", "10:", "nothing is given here", "内容为空"),
        ("您好", "'您好', ''", "10:24", "nothing to say in: ''", ""),
        ("您好", "'*'", "10:18", "nothing to say in: '*'", ""),
        ("您好", "'，'", "10:18", "nothing to say", ""),
        ("您好", "'(您好'", "10:18", "unpaired bracket", ""),
        ("您好", f"'{'(一|二)' * 9}'", "10:18", "more than 400 readings", ""),
        ("您好", "'{nick}您好'", "10:", "unknown slot {nick} in {nick}您好", "未知的占位 {nick}"),
        ("您好", "'@hello'", "10:", "no phrase set hello; there are: -", "没有名为 hello 的短语集"),
        ("您好", "'@'", "10:18", "name of a phrase set is missing", ""),
        # windows and regular expressions
        ("say:", "in: {first: 0 s}, say:", "10:", "impossible amount", ""),
        ("say:", "in: nowhere, say:", "10:16", "not one of 'call', 'opening'", "只能是 'call'"),
        ("say: [您好]", "regex: ['(您好']", "10:20", "not a regular expression", ""),
        # YAML
        ("pass: {", "pass: {{", "11:1", "not valid YAML", "YAML 语法错误"),
        ("    points: 5", "\tpoints: 5", "9:1", "not valid YAML", "YAML 语法错误"),
        ("您好", "*nobody", "10:18", "not valid YAML", "YAML 语法错误"),
        ("您好", "!!python/object/apply:os.system [true]", "10:18", "not valid YAML", "YAML 语法错误"),
    ],
)  # fmt: skip
def test_a_fault_is_told_where_it_stands(old: str, new: str, place: str, en: str, zh: str) -> None:
    assert old in GOOD
    error = refused(GOOD.replace(old, new))
    assert (error.where or "").startswith(f"mine.yaml:{place}"), error.where
    assert en in error.problem.en
    assert zh in error.problem.zh


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        ("phrases: {a: ['@a']}", 6, "circular reference: a -> a"),
        ("phrases:\n  z: [好]\n  a: ['@b', '@z']\n  b: ['@c']\n  c: ['@a']", 8, "circular reference: a -> b -> c -> a"),
        ("conditions: {a: {use: a}}", 6, "circular reference: a -> a"),
        ("conditions:\n  a: {not: {use: b}}\n  b: {say: [好], before: {use: a}}", 7, "circular reference: a -> b -> a"),
        ("conditions:\n  a: {say: [好], not_after: {all: [{use: a}]}}", 7, "circular reference: a -> a"),
        ("conditions: {a: {use: b}}", 6, "there is no condition b; there are: a"),
        ("phrases: {a: ['@b']}", 6, "there is no phrase set b; there are: a"),
        ("phrases: {A: [好]}", 6, "match pattern"),
        ("phrases: {a: []}", 6, "nothing is given here"),
        ("phrases: {a: ['{who}好']}", 6, "unknown slot {who}"),
        ("phrases:\n  a: [好]\n  b: [好]\n  a: [坏]", 9, "the key a stands twice"),
    ],
)  # fmt: skip
def test_what_items_share_is_looked_at_even_if_nothing_uses_it(
    lines: str, line: int, message: str
) -> None:
    error = refused(shared(lines))
    assert message in error.problem.en
    assert (error.where or "").startswith(f"mine.yaml:{line}:")


def test_sharing_is_no_circle() -> None:
    lines = "phrases: {a: ['@b', '@c'], b: ['@c'], c: [好]}\n"
    lines += "conditions: {a: {use: b}, b: {all: [{use: c}, {use: c}]}, c: {rings: {}}}"
    assert parse(Source(shared(lines), "mine.yaml")).id == "mine"


def test_all_faults_can_be_told_at_once() -> None:
    text = GOOD.replace("points: 5", "point: 5").replace("language: zh", "language: fr")
    _, problems = examine(Source(text, "mine.yaml"))
    assert {p.text.en for p in problems} >= {"unknown key: point", "not one of 'zh', 'en': 'fr'"}


def test_messages_are_in_the_users_language(monkeypatch: pytest.MonkeyPatch) -> None:
    text = GOOD.replace("points:", "point:")
    assert re.match(r"mine\.yaml:9:\d+: unknown key: point; see", str(refused(text)))
    monkeypatch.setattr(lang, "_chosen", "zh")
    assert re.match(r"mine\.yaml:9:\d+: 未知的键：point；参见", str(refused(text)))


LEAVES = st.sampled_from(
    [
        "您好",
        "(您|你)好",
        "@a",
        "{company}",
        "3 s",
        "opening",
        "",
        None,
        True,
        3,
        -1,
        0.5,
        "a",
        float("nan"),
    ]
)
KEYS = st.sampled_from(
    [
        "say",
        "all",
        "any",
        "not",
        "use",
        "hold",
        "over",
        "in",
        "first",
        "before",
        "who",
        "regex",
        "like",
        "a",
        "id",
        1,
    ]
)
RULES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


@settings(deadline=None)
@given(RULES)
def test_any_rule_is_taken_or_refused_with_its_place(rule: object) -> None:
    written = yaml.safe_dump(rule, allow_unicode=True, default_flow_style=True, width=10**6)
    text = GOOD.replace("{say: [您好]}", written.removesuffix("...\n").strip())
    source = Source(text, "mine.yaml")
    _, problems = examine(source)
    for problem in problems:
        assert re.match(r"mine\.yaml:\d+:\d+: .", str(source.error(problem)))
        assert problem.text.zh
