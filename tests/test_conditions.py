"""How conditions combine, where they look, and near what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.errors import ChecklistError
from callqa.lang import Text
from callqa.scoring.call import ScoredCall
from callqa.scoring.conditions import Condition, Hit, Judgement, Outcome, Truth
from callqa.scoring.conditions.logic import All, Named, Not, Nothing
from callqa.scoring.conditions.logic import Any as AnyOf
from helpers import one_item, outcome, script

NO, MAYBE, YES = Truth
REQUEST = "客户：我想问一下我的快递到哪了。"
NOBODY = script("未知：您好。", "[hold 30]", "未知：再见。")


def truth(condition: str, *lines: str, shared: str = "") -> Truth:
    return outcome(condition, script(*lines), shared).truth


class Fixed(Condition):
    """A condition of which only the truth is of interest."""

    truth: Truth
    at: float = 0.0

    def find(self, judgement: Judgement) -> Outcome:
        return Outcome(self.truth, Text(f"at {self.at:g}", ""), (Hit("agent", self.at, self.at),))

    def label(self) -> Text:
        return Text("fixed", "")


def combined(kind: type[Condition], key: str, truths: Sequence[Truth]) -> Outcome:
    parts = tuple(Fixed(truth=t, at=float(n)) for n, t in enumerate(truths))
    whole = kind.model_construct(**{key: parts[0] if key == "not_" else parts})
    return Judgement(NOBODY, {}, {}).of(whole)


@given(st.lists(st.sampled_from(Truth), min_size=1, max_size=4))
def test_conditions_combine_by_kleenes_tables(truths: list[Truth]) -> None:
    every = YES if set(truths) == {YES} else NO if NO in truths else MAYBE
    some = NO if set(truths) == {NO} else YES if YES in truths else MAYBE
    assert combined(All, "all", truths).truth == every
    assert combined(AnyOf, "any", truths).truth == some
    assert combined(Nothing, "none", truths).truth == some.opposite
    assert combined(Not, "not_", truths[:1]).truth == {NO: YES, MAYBE: MAYBE, YES: NO}[truths[0]]


@given(st.lists(st.sampled_from(Truth), min_size=1, max_size=4))
def test_only_the_parts_that_decide_give_reasons_and_evidence(truths: list[Truth]) -> None:
    whole = combined(All, "all", truths)
    telling = [n for n, t in enumerate(truths) if t == min(truths)]
    assert [hit.start for hit in whole.hits] == telling
    assert whole.reason.en == "; ".join(f"at {n}" for n in telling[:2])
    assert len(whole.parts) == len(truths)


def test_a_condition_is_looked_into_once() -> None:
    class Counted(Fixed):
        def find(self, judgement: Judgement) -> Outcome:
            seen.append(self.at)
            return super().find(judgement)

    seen: list[float] = []
    one = Counted(truth=YES)
    judgement = Judgement(NOBODY, {}, {"one": one})
    twice = All.model_construct(all=(Named(use="one"), one))
    assert judgement.of(twice).truth == YES
    assert seen == [0.0]


def test_a_named_condition_is_that_condition() -> None:
    shared = "conditions:\n  polite: {say: [您好]}\n  rude: {not: {use: polite}}"
    assert truth("{use: polite}", "坐席：您好。", shared=shared) == YES
    assert truth("{use: rude}", "坐席：您好。", shared=shared) == NO
    assert truth("{use: rude}", "坐席：喂。", shared=shared) == YES


def test_named_phrases_are_those_phrases() -> None:
    shared = "phrases:\n  hello: [您好]\n  all: ['@hello', 早上好]"
    assert truth("{say: ['@all']}", "坐席：您好。", shared=shared) == YES
    assert truth("{say: ['@all']}", "坐席：再见。", shared=shared) == NO


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ("call", "一二三四五"),
        ("opening", "一二"),
        ("after_opening", "二三四五"),
        ("ending", "四五"),
        ("{first: 1 turn}", "一"),
        ("{first: 3 句}", "一二三"),
        ("{first: 99 turns}", "一二三四五"),
        ("{last: 2 turns}", "四五"),
        ("{first: 4 s}", "一"),
        ("{last: 5 秒}", "五"),
        ("{last: 8}", "四五"),
        ("{first: 1 min}", "一二三四五"),
        ("{first: 50 %}", "一二三"),
        ("{last: 50 %}", "四五"),
        ("{first: 100 %}", "一二三四五"),
        ("{from: 4 s, to: 8 s}", "二"),
        ("{from: 4 s}", "二三四五"),
        ("{to: 8 s}", "一二"),
        ("{from: 30 %, to: 60 %}", "三"),
    ],
)
def test_a_window_is_a_part_of_the_call(window: str, said: str) -> None:
    """The agent says 一 to 五, 3 s each, with a pause of 1 s; the customer's request comes before 三."""
    words = [f"坐席：第{n}" + "天" * 12 for n in "一二三四五"]
    call = script(*words)
    spoken = [
        replace(u, start=0.5 + 4 * n, end=3.5 + 4 * n)
        for n, u in enumerate(call.transcript.utterances)
    ]
    request = replace(
        spoken[0], role="customer", speaker=1, text="我想问我的快递", start=7.6, end=8.4
    )
    spoken = sorted([*spoken, request], key=lambda u: u.start)
    call = replace(
        call, transcript=replace(call.transcript, utterances=tuple(spoken)), duration=21.0
    )
    found = outcome(f"{{in: {window}, say: [第(一|二|三|四|五)]}}", call)
    assert "".join(hit.text[1] for hit in found.hits) == said


@pytest.mark.parametrize(
    ("window", "message"),
    [
        ("{}", "either first, last, or from and to"),
        ("{first: 3 s, last: 3 s}", "either first, last, or from and to"),
        ("{first: 3 s, to: 9 s}", "either first, last, or from and to"),
        ("{from: 9 s, to: 3 s}", "impossible window: from 9 s to 3 s"),
        ("{from: 9 s, to: 9 s}", "impossible window"),
        ("{from: 9 s, to: 10 %}", "different units"),
        ("{from: 1 turn, to: 3 turns}", "take seconds or per cent"),
        ("{first: 0 s}", "impossible amount: 0 s"),
        ("{first: 101 %}", "impossible amount: 101 %"),
        ("{first: -3 s}", "not an amount"),
        ("{first: 3 weeks}", "not an amount"),
        ("{first: .inf}", "not an amount"),
        ("{first: 2.5 turns}", "impossible amount"),
        ("{firts: 3 s}", "unknown key: firts"),
        ("openning", "not one of .*'opening'"),
        ("[opening]", "mine.yaml:11:"),
        ("", "mine.yaml:11:"),
    ],
)
def test_an_impossible_window_is_refused(window: str, message: str) -> None:
    with pytest.raises(ChecklistError, match=message) as error:
        one_item(f"points: 5\npass: {{in: {window}, say: [您好]}}")
    assert error.value.where is not None
    assert error.value.where.startswith("mine.yaml:11:")


@pytest.mark.parametrize(
    "window", ["opening", "after_opening", "ending", "{first: 1 turn}", "{last: 9 %}"]
)
@pytest.mark.parametrize("lines", [(REQUEST,), ("[rings 3]",), ("[hold 30]",)])
def test_a_call_without_an_agent_has_no_windows_of_one(window: str, lines: tuple[str, ...]) -> None:
    found = outcome(f"{{in: {window}, say: [您好]}}", script(*lines))
    assert found.truth == MAYBE  # nobody knows who the agent is


CALL = (
    "坐席：请稍等。",
    "客户：好的。",
    "[hold 30]",
    "坐席：久等了。",
    "坐席：查到了。",
    REQUEST,
    "坐席：明天到。",
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{say: [稍等], before: {hold: {}}}", YES),
        ("{say: [久等], before: {hold: {}}}", NO),
        ("{say: [久等], after: {hold: {}}}", YES),
        ("{say: [稍等], after: {hold: {}}}", NO),
        ("{say: [稍等], near: {hold: {}}}", YES),
        ("{say: [久等], near: {hold: {}}}", YES),
        ("{say: [稍等], before: {hold: {over: 60}}}", NO),
        ("{say: [明天], after: {hold: {}}, within: 3 s}", NO),
        ("{say: [明天], after: {hold: {}}, within: 60 s}", YES),
        ("{say: [明天], after: {hold: {}}, within: 2 turns}", NO),
        ("{say: [明天], after: {hold: {}}, within: 3 turns}", YES),
        ("{say: [明天], after: {hold: {}}, within: 1 %}", NO),
        ("{say: [明天], after: {hold: {}}, within: 90 %}", YES),
        ("{say: [稍等], before: {hold: {}}, within: 1 turn}", YES),
        ("{say: [稍等], before: {hold: {}}, unbroken: true}", YES),
        ("{say: [查到], after: {hold: {}}, unbroken: true}", YES),
        ("{say: [明天], after: {hold: {}}, unbroken: true}", NO),
        ("{say: [稍等], before: {say: [快递], who: customer}, unbroken: true}", YES),
        ("{say: [明天], after: {say: [快递], who: customer}, within: 1 turn}", YES),
        ("{say: [查到], after: {say: [快递], who: customer}}", NO),
        ("{say: [快递], who: customer, after: {say: [查到]}}", YES),
        ("{say: [久等], after: {hold: {}}, first_words: true}", YES),
        ("{say: [查到], after: {hold: {}}, first_words: true}", NO),
        ("{say: [等了], after: {hold: {}}, first_words: true}", NO),
        ("{say: [稍等], first_words: true}", NO),
        ("{say: [请稍等], first_words: true}", YES),
        ("{say: [查到], first_words: true}", NO),
        ("{say: [明天], not_after: {say: [快递], who: customer}}", NO),
        ("{say: [明天], not_after: {say: [您好], who: customer}}", YES),
        ("{say: [查到], not_after: {hold: {}}, not_within: 1 s}", YES),
        ("{say: [查到], not_after: {hold: {}}}", NO),
        ("{say: [等]}", YES),
        ("{say: [等], times: 2}", YES),
        ("{say: [等], times: 3}", NO),
        ("{say: [等], weak: true}", MAYBE),
        ("{say: [查到], after: {say: [稍等], weak: true}}", MAYBE),
        ("{say: [明天], who: customer}", NO),
        ("{say: [好的], who: any}", YES),
    ],
)
def test_a_place_lies_so_to_another(condition: str, expected: Truth) -> None:
    assert truth(condition, *CALL) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("坐席：稍等。", "[hold 30]"), YES),
        (("坐席：稍等。", "[hold 30]", "坐席：好。", REQUEST, "[hold 30]"), NO),
        (
            ("坐席：稍等。", "[hold 30]", "坐席：再等一下。", REQUEST, "坐席：稍等。", "[hold 30]"),
            YES,
        ),
        (("坐席：您好。",), NO),
    ],
)
def test_with_each_every_place_needs_its_own(lines: tuple[str, ...], expected: Truth) -> None:
    condition = "{say: [稍等], before: {hold: {}}, within: 10 s, each: true}"
    found = outcome(condition, script(*lines))
    assert found.truth == expected
    if len(lines) == 5 and expected == NO:
        assert [hit.start > 30 for hit in found.looked] == [True]  # the hold that has none


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (
            "{say: [您好], before: {hold: {}}, after: {hold: {}}}",
            "only one of before, after and near",
        ),
        ("{say: [您好], within: 3 s}", "belong to before, after or near"),
        ("{say: [您好], each: true}", "belong to before, after or near"),
        ("{say: [您好], unbroken: true}", "belong to before, after or near"),
        ("{say: [您好], times: 0}", "greater than or equal to 1"),
        ("{say: [您好], who: nobody}", "not one of"),
        ("{say: [您好], maybe: 0.9, sure: 0.8}", "maybe .* is above sure"),
    ],
)
def test_a_placed_condition_must_make_sense(condition: str, message: str) -> None:
    with pytest.raises(ChecklistError, match=message):
        one_item(f"pass: {condition}")


@pytest.mark.parametrize(
    "condition",
    [
        "{say: [您好]}",
        "{regex: [您好]}",
        "{beyond: [您好]}",
        "{talk_share: {over: 5}}",
        "{interrupt: {over: 1}}",
    ],
)
def test_nothing_is_concluded_where_nobody_knows_who_the_agent_is(condition: str) -> None:
    found = outcome(condition, NOBODY)
    assert found.truth == MAYBE
    assert found.reason.en == "it is not known which speaker is the agent"
    assert outcome("{hold: {over: 20}}", NOBODY).truth == YES
    assert outcome("{say: [您好], who: any}", NOBODY).truth == YES


@pytest.mark.parametrize(("confidence", "believed"), [(0.69, False), (0.7, True)])
def test_nothing_is_concluded_from_a_text_that_the_recogniser_does_not_believe(
    confidence: float, believed: bool
) -> None:
    call = doubted(script("坐席：您好。", "[hold 30]", "坐席：再见。"), confidence)
    for condition in ("{say: [您好], maybe: 0.6}", "{regex: [您好]}", "{say: [没有], maybe: 0.6}"):
        found = outcome(condition, call)
        assert (found.truth == MAYBE and "0.69" in found.reason.en) is not believed
    assert outcome("{hold: {over: 20}}", call).truth == YES  # a hold is heard, not read


def doubted(call: ScoredCall, confidence: float) -> ScoredCall:
    said = tuple(replace(u, confidence=confidence) for u in call.transcript.utterances)
    return replace(call, transcript=replace(call.transcript, utterances=said))
