"""The verdict of an item: from what applies, passes and fails it; its reason and its evidence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.lang import Text
from callqa.scoring.conditions import Outcome, Truth
from callqa.scoring.item import _decide
from callqa.scoring.scorecard import Finding, Verdict
from helpers import one_item, script

NO, MAYBE, YES = Truth
TRUTHS = st.none() | st.sampled_from(Truth)
CALL = script(
    "坐席：您好。",
    "客户：我的快递到哪了？",
    "坐席：请稍等。",
    "[hold 70]",
    "坐席：我不知道。",
    "坐席：我真的不知道。",
)
# Conditions of each truth in that call: the first two with what was said, the last without.
THAT = {YES: "{say: [您好]}", MAYBE: "{say: [您好], weak: true}", NO: "{say: [感谢来电]}"}


def finding(rules: str) -> Finding:
    return one_item(rules).score(CALL).items[0].finding


def decided(applies: Truth | None, passes: Truth | None, fails: Truth | None) -> Verdict:
    given = {"applies": applies, "pass": passes, "fail": fails}
    rules = [f"{key}: {THAT[truth]}" for key, truth in given.items() if truth is not None]
    return finding("\n".join(rules)).verdict


@pytest.mark.parametrize(
    ("passes", "fails", "expected"),
    [
        (YES, None, "pass"), (MAYBE, None, "unsure"), (NO, None, "fail"),
        (None, YES, "fail"), (None, MAYBE, "unsure"), (None, NO, "pass"),
        (YES, NO, "pass"), (YES, YES, "fail"), (YES, MAYBE, "unsure"),
        (NO, NO, "fail"), (NO, YES, "fail"), (NO, MAYBE, "fail"),
        (MAYBE, NO, "unsure"), (MAYBE, YES, "fail"), (MAYBE, MAYBE, "unsure"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("applies", [None, *Truth])
def test_a_verdict_follows_from_the_conditions(
    applies: Truth | None, passes: Truth | None, fails: Truth | None, expected: Verdict
) -> None:
    if applies == NO:
        expected = "na"
    if applies == MAYBE:
        expected = "unsure"
    assert decided(applies, passes, fails) == expected


def of(truth: Truth | None) -> Outcome | None:
    return None if truth is None else Outcome(truth, Text("", ""))


@given(st.sampled_from([MAYBE, YES]) | st.none(), TRUTHS, TRUTHS)
def test_what_may_be_either_way_is_unsure_and_nothing_else_is(
    applies: Truth | None, passes: Truth | None, fails: Truth | None
) -> None:
    """An unsure item is one that is judged differently if its doubts are settled one way or the other."""

    def settled(truth: Truth | None) -> list[Truth | None]:
        return [NO, YES] if truth == MAYBE else [truth]

    verdicts = {
        "na" if a == NO else _decide(of(a), of(p), of(f))[0]
        for a in settled(applies) for p in settled(passes) for f in settled(fails)
    }  # fmt: skip
    verdict = _decide(of(applies), of(passes), of(fails))[0]
    assert (verdict == "unsure") == (len(verdicts) > 1)
    assert verdict == "unsure" or verdicts == {verdict}


def test_the_reason_and_the_evidence_are_those_of_the_condition_that_decided() -> None:
    found = finding("pass: {say: [您好]}\nfail: {say: [我不知道]}")
    assert found.verdict == "fail"
    assert found.reason == Text("the agent says: 「我不知道。」", "坐席已说：「我不知道。」")
    assert [(e.speaker, e.text) for e in found.evidence] == [("agent", "我不知道。")]
    (evidence,) = found.evidence
    assert (evidence.start, evidence.end) == (CALL.agent[2].start, CALL.agent[2].end)


def test_a_reason_of_the_checklist_is_followed_by_what_was_said() -> None:
    own = "reasons: {fail: {zh: 使用禁语：, en: 'Forbidden: '}, pass: {zh: 好, en: Fine}}"
    found = finding(f"fail: {{say: [我不知道, 我真的不知道]}}\n{own}")
    assert found.reason == Text(
        "Forbidden: 「我不知道。」「我真的不知道。」", "使用禁语：「我不知道。」「我真的不知道。」"
    )
    assert finding(f"fail: {{say: [没空]}}\n{own}").reason == Text("Fine", "好")
    assert finding(f"pass: {{say: [没空]}}\n{own}").reason == Text("Forbidden: ", "使用禁语：")


def test_evidence_of_clocks_is_their_time() -> None:
    found = finding("fail: {hold: {over: 60}}")
    (hold,) = CALL.events.holds
    assert [(e.speaker, e.start, e.end, e.text) for e in found.evidence] == [
        ("system", hold.start, hold.end, "")
    ]
    assert "1 x hold over 60 s, the longest 70.0 s" in found.reason.en


def test_what_is_missing_shows_where_it_should_have_been() -> None:
    assert [e.text for e in finding("pass: {in: opening, say: [感谢来电]}").evidence] == ["您好。"]
    assert finding("pass: {say: [感谢来电]}").evidence == ()
    (hold,) = CALL.events.holds
    found = finding("pass: {say: [稍等], after: {hold: {}}}")
    assert [(e.start, e.end) for e in found.evidence] == [(hold.start, hold.end)]


def test_evidence_is_no_more_than_a_person_will_look_at_and_nothing_twice() -> None:
    assert len(finding("fail: {regex: ['.']}").evidence) == 3
    assert [e.text for e in finding("fail: {regex: ['您', '好']}").evidence] == ["您好。"]


@pytest.mark.parametrize(
    ("rules", "times"),
    [
        ("fail: {say: [我不知道, 我真的不知道]}", 2),
        ("fail: {say: [我不知道, 我真的不知道], times: 2}", 2),
        ("fail: {say: [没空]}", 1),
        ("pass: {say: [没空]}", 1),
        ("fail: {duration: {over: 10}}", 1),
    ],
)
def test_each_place_that_fails_an_item_counts(rules: str, times: int) -> None:
    assert finding(rules).times == times


def test_an_item_that_does_not_apply_tells_why_and_looks_no_further() -> None:
    checklist = one_item("applies: {rings: {}}\nfail: {rings: {over: 3}}")
    found = checklist.explain(checklist.items[0], CALL)
    assert (found.finding.verdict, found.passes, found.fails) == ("na", None, None)
    assert found.finding.reason.en == "rings before the answer: not known"


def test_an_explanation_tells_what_nearly_matched() -> None:
    checklist = one_item("pass: {say: [请稍候]}")
    found = checklist.explain(checklist.items[0], CALL).passes
    assert found is not None
    assert [hit.text for hit in found.near] == ["请稍等"]
    assert all(not hit.sure and hit.confidence < 0.9 for hit in found.near)


def test_where_nothing_can_be_told_the_reason_says_why_whatever_the_checklist_says() -> None:
    rules = (
        "fail: {say: [我不知道]}\nreasons: {unsure: {zh: 疑似禁语：, en: 'Perhaps forbidden: '}}"
    )
    (nobody,) = one_item(rules).score(script("未知：我不知道。")).items
    assert nobody.finding.reason.en == "it is not known which speaker is the agent"
    (perhaps,) = one_item(rules.replace("]}", "], weak: true}", 1)).score(CALL).items
    assert perhaps.finding.reason.en.startswith("Perhaps forbidden: 「我不知道。」")
