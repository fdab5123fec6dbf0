"""How certain a verdict is, and what becomes of one that is less certain than the checklist asks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.errors import ChecklistError
from callqa.scoring.call import ScoredCall
from callqa.scoring.scorecard import Finding
from helpers import conversation, one_item

TEXT = 0.9  # of the utterances that helpers make


def call(*lines: str, text: float = TEXT) -> ScoredCall:
    made = conversation(*lines)
    said = tuple(replace(u, confidence=text) for u in made.transcript.utterances)
    return replace(made, transcript=replace(made.transcript, utterances=said))


def doubtful(*lines: str) -> ScoredCall:
    """A call of which the recogniser is sure, but for 久等了."""
    made = call(*lines, text=1.0)
    said = tuple(
        replace(u, confidence=0.6) if u.text == "久等了" else u for u in made.transcript.utterances
    )
    return replace(made, transcript=replace(made.transcript, utterances=said))


SAID = call("A 您好请问您贵姓", "C 我要投诉", "HOLD 70", "A 久等了")
PERFECT = call("A 您好请问您贵姓", "C 我要投诉", "HOLD 70", "A 久等了", text=1.0)


def finding(rules: str, of: ScoredCall = SAID) -> Finding:
    return one_item(rules).score(of).items[0].finding


def likeness(phrase: str, of: ScoredCall = SAID) -> float:
    """Of the best hit of a phrase."""
    checklist = one_item(f"pass: {{say: [{phrase}], sure: 0.5, maybe: 0.5, who: any}}")
    passes = checklist.explain(checklist.items[0], of).passes
    assert passes is not None
    return max(hit.confidence for hit in passes.hits)


def test_a_phrase_is_as_certain_as_its_best_hit() -> None:
    assert finding("pass: {say: [您好, 请问您贵信]}").certainty == likeness("您好")
    assert finding("pass: {say: [请问您贵姓]}", PERFECT).certainty == 1.0
    assert finding("fail: {say: [久等了]}").certainty == likeness("久等了") < 1


def test_words_that_are_missing_are_as_certain_as_the_text() -> None:
    for text in (0.72, 0.9, 1.0):
        of = call("A 您好", "C 我要投诉", text=text)
        assert finding("pass: {say: [再见了感谢来电]}", of).certainty == text
        assert finding("fail: {say: [再见了感谢来电]}", of).certainty == text


@pytest.mark.parametrize(
    "rules",
    [
        "pass: {hold: {over: 60}}", "pass: {hold: {over: 80}}", "fail: {silence: {over: 5}}",
        "pass: {duration: {over: 1}}",
        "pass: {metadata: {direction: inbound}}", "pass: {rings: {under: 3}}",
        "applies: {hold: {over: 90}}\npass: {say: [您好]}",
    ],
)  # fmt: skip
def test_clocks_holds_and_metadata_are_certain(rules: str) -> None:
    assert finding(rules).certainty == 1.0


HELLO, THANKS, NONE = "{say: [您好]}", "{say: [久等了]}", "{say: [感谢来电再见]}"


@pytest.mark.parametrize(
    ("condition", "parts"),
    [
        (f"{{all: [{HELLO}, {THANKS}]}}", min),  # both are needed
        (f"{{any: [{HELLO}, {THANKS}]}}", max),  # one is enough
        (f"{{none: [{HELLO}, {THANKS}]}}", max),
        (f"{{not: {{all: [{HELLO}, {THANKS}]}}}}", min),
    ],
)
def test_parts_are_needed_or_enough(condition: str, parts: type[min]) -> None:  # type: ignore[valid-type]
    of = doubtful("A 您好", "C 嗯我想问一下", "A 久等了")
    assert likeness("您好", of) > likeness("久等了", of) > 0.82
    assert finding(f"pass: {condition}", of).certainty == parts(
        [likeness("您好", of), likeness("久等了", of)]
    )  # type: ignore[operator]


def test_a_condition_is_no_more_certain_than_what_it_must_lie_near() -> None:
    of = doubtful("A 您好", "C 嗯我想问一下", "A 久等了", "A 您好")
    assert finding(f"pass: {{say: [您好], after: {THANKS}}}", of).certainty == likeness(
        "久等了", of
    )
    assert likeness("久等了", of) < likeness("您好", of)
    assert finding("pass: {say: [久等了], after: {hold: {}}}").certainty == likeness("久等了")
    nothing = (
        "pass: {say: [久等了], after: {hold: {over: 90}}}"  # no hold to be after: no words decide
    )
    assert (finding(nothing).verdict, finding(nothing).certainty) == ("fail", 1.0)


@given(st.floats(0.7, 1.0), st.floats(0, 1))
def test_a_verdict_below_the_threshold_is_left_to_a_person(text: float, least: float) -> None:
    of = call("A 您好", "C 我要投诉", text=text)
    free = finding("pass: {say: [感谢来电再见]}", of)
    held = finding(f"pass: {{say: [感谢来电再见]}}\nunsure_below: {{fail: {least:.17f}}}", of)
    assert (free.verdict, free.doubted) == ("fail", None)
    assert held.certainty == free.certainty == round(of.confidence, 3)
    if free.certainty < float(f"{least:.17f}"):
        assert (held.verdict, held.doubted) == ("unsure", "fail")
        assert f"perhaps fail, but the certainty {free.certainty:.3g} is below" in held.reason.en
        assert held.reason.zh.startswith("可能不通过")
        assert held.reason.en.endswith(free.reason.en)
    else:
        assert held == free


def test_each_verdict_has_a_threshold_of_its_own() -> None:
    rules = "pass: {say: [您好]}\nunsure_below: {fail: 1}"
    assert finding(rules).verdict == "pass"
    assert finding(rules.replace("fail: 1", "pass: 1")).doubted == "pass"
    assert finding("applies: {hold: {over: 90}}\n" + rules).verdict == "na"


@pytest.mark.parametrize(
    "wrong", ["{fail: 1.1}", "{fail: -0.1}", "{na: 0.5}", "{fail: .nan}", "0.8"]
)
def test_thresholds_that_cannot_be(wrong: str) -> None:
    with pytest.raises(ChecklistError, match=r"mine\.yaml"):
        one_item(f"pass: {{say: [您好]}}\nunsure_below: {wrong}")


def test_a_doubted_failure_still_bounds_the_score() -> None:
    """Failed twice but doubted: the low end of the range is the score without the doubt."""
    rules = "deduct: 2\nfail: {say: [不知道]}"
    of = call("A 您好", "C 我要投诉", "A 我不知道", "C 什么", "A 我不知道")
    failed = one_item(rules).score(of)
    doubted = one_item(rules + "\nunsure_below: {fail: 1}").score(of)
    assert (failed.items[0].finding.times, failed.score) == (2, 96.0)
    assert doubted.items[0].verdict == "unsure"
    assert (doubted.low, doubted.high) == (96.0, 100.0)
