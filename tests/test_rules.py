"""The rules that checklists are made of: what passes, fails, does not apply, and is for a person to decide."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callqa.audio.events import CallEvents
from callqa.scoring.call import ScoredCall
from callqa.scoring.rules import (
    AddressByName,
    AroundHold,
    HoldLimit,
    NeverSaid,
    NoInterruption,
    RingLimit,
    Rule,
    Said,
)
from callqa.transcribe.transcript import UNHEARD, Transcript, Utterance
from helpers import conversation, says

REQUEST = "C 我想问一下我的快递到哪了。"
GREETING = Said(window="opening", any=("您好", "为您服务"), never=("^喂$", "我听得见"))
FORBIDDEN = NeverSaid(any=("我(也|)不知道",), opening=("^喂$",), after_hold=("^我查了一下",))
BEFORE = AroundHold(side="before", any=("稍等", "请不要挂机"))
AFTER = AroundHold(side="after", any=("让您久等", "抱歉"))
BY_NAME = AddressByName(
    asked=("您贵姓", "是*(先生|女士)吗"),
    given=("我姓{surname}",),
    address=("{surname}(先生|女士)", "{customer}"),
    form_of_address=("(先生|女士)",),
)


def verdict(rule: Rule, *lines: str, rings: int | None = None) -> str:
    return rule.judge(conversation(*lines, rings=rings)).verdict


def overlapping(*utterances: Utterance) -> ScoredCall:
    transcript = Transcript("zh", utterances, 1.0)
    return ScoredCall(transcript, CallEvents((), (), None), 60.0)


@pytest.mark.parametrize("rule", [GREETING, FORBIDDEN, BEFORE, AFTER, NoInterruption(), BY_NAME])
def test_what_the_agent_must_do_is_unsure_where_nobody_knows_who_that_is(rule: Rule) -> None:
    assert verdict(rule, "? 您好。", "HOLD 30", "? 我不知道。") == "unsure"


@pytest.mark.parametrize("rule", [GREETING, FORBIDDEN, BEFORE, AFTER, BY_NAME])
@pytest.mark.parametrize(("confidence", "believed"), [(0.69, False), (0.7, True)])
def test_nothing_is_concluded_from_a_text_that_the_recogniser_does_not_believe(
    rule: Rule, confidence: float, believed: bool
) -> None:
    lines = ["A 您好。", "C 我姓王，我想问一下。", "A 我不知道。", "HOLD 30", "A 我查了一下。"]
    call = conversation(*lines)
    doubted = [replace(u, confidence=confidence) for u in call.transcript.utterances]
    call = replace(call, transcript=replace(call.transcript, utterances=tuple(doubted)))
    finding = rule.judge(call)
    assert (finding.verdict == "unsure") is not believed
    assert ("0.69" in finding.reason.en) is not believed
    assert HoldLimit(seconds=20).judge(call).verdict == "fail"  # a hold is heard, not read


def test_the_confidence_of_a_call_is_that_of_its_text_and_not_of_machines() -> None:
    call = conversation("A 您好您好您好。", "C 好。")
    long, short = call.transcript.utterances
    said = (
        replace(long, confidence=0.9),
        replace(short, confidence=0.1),
        replace(long, role="system", confidence=0.0),
    )
    call = replace(call, transcript=replace(call.transcript, utterances=said))
    assert call.confidence == round((7 * 0.9 + 2 * 0.1) / 9, 3)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["A 您好。", REQUEST], "pass"),
        (["A 云杉电器。", REQUEST], "fail"),
        (["A 您好，我听得见。", REQUEST], "fail"),
        (["A 喂。", "A 很高兴为您服务。", REQUEST], "fail"),
        (["C 喂。", "A 您好。", REQUEST], "pass"),
        (["A 嗯。", "C 喂，您好。", REQUEST], "fail"),
        (["A 嗯。", REQUEST, "A 您好。"], "fail"),
    ],
)
def test_said_looks_at_the_agents_words_in_its_window(lines: list[str], expected: str) -> None:
    assert verdict(GREETING, *lines) == expected


def test_said_is_unsure_of_what_sounds_only_roughly_so() -> None:
    rule = Said(any=("感谢您的来电",))
    assert verdict(rule, "A 感谢您的耐心。") == "unsure"
    assert verdict(rule, "A 感谢您的来店。") == "pass"


def test_said_shows_where() -> None:
    finding = GREETING.judge(conversation("A 嗯，您好。", REQUEST))
    assert [(e.speaker, e.start, e.text) for e in finding.evidence] == [
        ("agent", 1.0, "嗯，您好。")
    ]
    assert "嗯，您好。" in str(finding.reason)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["A 您好。", REQUEST, "A 我帮您查一下。"], "pass"),
        (["A 您好。", REQUEST, "A 这个我不知道。"], "fail"),
        (["A 您好。", REQUEST, "C 我不知道。"], "pass"),
        (["A 喂。", REQUEST], "fail"),
        (["C 喂。", "A 您好。", REQUEST], "pass"),
        (["A 您好。", REQUEST, "A 喂。"], "pass"),
        (["A 稍等。", "HOLD 30", "A 我查了一下。"], "fail"),
        (["A 稍等。", "HOLD 30", "C 我查了一下。", "A 好。"], "pass"),
        (["A 稍等。", "HOLD 30", "A 久等了。", "A 我查了一下。"], "pass"),
        (["A 您好。", REQUEST, "A 这我真不知道。"], "unsure"),
        (["A 您好。", REQUEST, "A 我知道。"], "pass"),
    ],
)
def test_never_said_counts_only_the_agents_words_at_their_place(
    lines: list[str], expected: str
) -> None:
    assert verdict(FORBIDDEN, *lines) == expected


@pytest.mark.parametrize(
    ("rule", "lines", "expected"),
    [
        (BEFORE, ["A 请稍等。", "HOLD 30"], "pass"),
        (BEFORE, ["A 请稍等。", "C 好的。", "HOLD 30"], "pass"),
        (BEFORE, ["A 请稍等。", "C 那退款什么时候到账？", "HOLD 30"], "fail"),
        (BEFORE, ["A 您好。", "C 请稍等。", "HOLD 30"], "fail"),
        (BEFORE, ["A 请稍等。", "HOLD 30", "A 好。", "C 退款什么时候到账？", "HOLD 30"], "fail"),
        (BEFORE, ["A 请稍等。", "HOLD 30", "A 好。", "A 再稍等。", "HOLD 30"], "pass"),
        (BEFORE, ["A 请稍等。"], "na"),
        (AFTER, ["A 让您久等了。"], "na"),
        (AFTER, ["HOLD 30", "A 让您久等了。"], "pass"),
        (AFTER, ["HOLD 30", "A 喂。", "A 让您久等了。"], "pass"),
        (AFTER, ["HOLD 30", "A 喂。", "C 我在。", "A 让您久等了。"], "fail"),
        (AFTER, ["HOLD 30", "C 抱歉。", "A 查到了。"], "fail"),
        (AFTER, ["A 请稍等。", "HOLD 30", "C 喂，还在吗？"], "fail"),
        (AFTER, ["HOLD 30", "A 抱歉。", "C 好。", "HOLD 30", "A 抱歉。"], "pass"),
        (AFTER, ["HOLD 30", "A 抱歉。", "C 好。", "HOLD 30", "A 查到了。"], "fail"),
    ],
)
def test_every_hold_has_its_words(rule: Rule, lines: list[str], expected: str) -> None:
    assert verdict(rule, *lines) == expected


def test_a_hold_without_its_words_is_shown() -> None:
    call = conversation("A 请稍等。", "HOLD 30", "A 好。", "C 退款什么时候到账？", "HOLD 40")
    assert (call.events.holds[1].start, call.events.holds[1].end) == (39.0, 79.0)
    evidence = BEFORE.judge(call).evidence[0]
    assert (evidence.speaker, evidence.start, evidence.end) == ("system", 39.0, 79.0)


@pytest.mark.parametrize("speaker", ["A", "?"])
@pytest.mark.parametrize(
    ("holds", "expected"),
    [([], "na"), ([60], "pass"), ([61], "fail"), ([20, 60], "pass"), ([20, 61, 30], "fail")],
)
def test_no_hold_is_too_long_whoever_speaks(holds: list[int], expected: str, speaker: str) -> None:
    assert verdict(HoldLimit(), f"{speaker} 您好。", *(f"HOLD {s}" for s in holds)) == expected


@pytest.mark.parametrize("speaker", ["A", "?"])
@pytest.mark.parametrize(
    ("rings", "expected"), [(None, "na"), (1, "pass"), (3, "pass"), (4, "fail")]
)
def test_rings_are_counted_whoever_speaks(rings: int | None, expected: str, speaker: str) -> None:
    assert verdict(RingLimit(), f"{speaker} 您好。", rings=rings) == expected


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("您先听我说。", 4.0, 8.0, "fail"),
        ("您先听我说。", 5.7, 8.0, "pass"),
        ("您先听我说。", 0.5, 3.0, "pass"),
        ("嗯嗯。", 4.0, 5.5, "pass"),
        ("OK", 4.0, 5.5, "pass"),
        (UNHEARD, 4.0, 4.7, "pass"),
        (UNHEARD, 4.0, 4.9, "fail"),
    ],
)
def test_an_interruption_begins_in_the_customers_words_and_goes_on_over_them(
    text: str, start: float, end: float, expected: str
) -> None:
    spoken = [says("customer", "我的冰箱坏了。", 2, 6), says("agent", text, start, end)]
    assert NoInterruption().judge(overlapping(*spoken)).verdict == expected


def test_who_says_nothing_cannot_be_talked_over() -> None:
    assert NoInterruption().judge(overlapping(says("agent", "您好。", 2, 6))).verdict == "na"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["A 您好。", REQUEST], "na"),
        (["A 好的，先生。"], "na"),
        (["A 您贵姓？", "C 我姓王。", "A 王先生您好。"], "pass"),
        (["A 您贵姓？", "C 我姓王。", "A 我帮您查一下。"], "fail"),
        (["A 您贵姓？", "C 我姓王。", "A 好的，先生。"], "unsure"),
        (["C 我姓李，东西坏了。", "A 李女士，给您添麻烦了。"], "pass"),
        (["C 我姓李，东西坏了。", "A 给您添麻烦了。"], "fail"),
        (["A 您是王先生吗？", "C 是的。", "A 我帮您查一下。"], "fail"),
        (["A 您是王先生吗？", "C 是的。", "A 王先生，您稍等。"], "pass"),
        (["A 王先生您好。"], "pass"),
        (["A 您好。", "A 张三，您好。"], "pass"),
    ],
)
def test_a_name_that_came_up_is_used(lines: list[str], expected: str) -> None:
    call = conversation(*lines, slots={"customer": ("张三",)})
    assert BY_NAME.judge(call).verdict == expected


def test_a_name_may_be_used_in_the_very_first_words() -> None:
    assert BY_NAME.judge(overlapping(says("agent", "王先生您好。", 0.0))).verdict == "pass"
