"""What each kind of condition finds in a call, but for phrases (test_phrases.py) and meaning."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callqa.audio.events import CallEvents, Hold, Rings
from callqa.audio.interval import Interval
from callqa.errors import ChecklistError
from callqa.scoring.call import CallFacts, ScoredCall
from callqa.scoring.conditions import Truth
from callqa.transcribe.transcript import UNHEARD, Transcript, Utterance
from helpers import one_item, outcome, says, script

NO, MAYBE, YES = Truth
EMPTY = CallEvents((), (), None)


def call(
    *said: Utterance, events: CallEvents = EMPTY, facts: CallFacts | None = None
) -> ScoredCall:
    return ScoredCall(Transcript("zh", said, 1.0), events, 60.0, facts=facts or CallFacts())


HELLO = says("agent", "您好。", 0.0)
EVENTS = CallEvents(
    (Hold(10, 40, "music"), Hold(45, 57, "silence")), (Interval(3, 7), Interval(41, 45)), Rings(3, 15)
)  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "expected", "seconds"),
    [
        ("{hold: {}}", YES, [30, 12]),
        ("{hold: {over: 20}}", YES, [30]),
        ("{hold: {over: 30}}", NO, []),
        ("{hold: {under: 20}}", YES, [12]),
        ("{hold: {over: 20, under: 25}}", NO, []),
        ("{hold: {}, kind: silence}", YES, [12]),
        ("{hold: {}, kind: tone}", NO, []),
        ("{hold: {}, times: 2}", YES, [30, 12]),
        ("{hold: {}, times: 3}", NO, []),
        ("{hold: {}, in: {first: 40 s}}", YES, [30]),
        ("{silence: {}}", YES, [4, 4]),
        ("{silence: {over: 4}}", NO, []),
        ("{silence: {over: 3}, not_after: {hold: {}}}", YES, [4]),
        ("{rings: {}}", YES, []),
        ("{rings: {over: 3}}", NO, []),
        ("{rings: {over: 2}}", YES, []),
        ("{rings: {under: 3}}", NO, []),
        ("{duration: {over: 59}}", YES, []),
        ("{duration: {over: 60}}", NO, []),
    ],
)
def test_clocks_run_between_their_limits(
    condition: str, expected: Truth, seconds: list[int]
) -> None:
    found = outcome(condition, call(HELLO, events=EVENTS))
    assert found.truth == expected
    assert [hit.end - hit.start for hit in found.hits] == seconds


@pytest.mark.parametrize(
    "condition",
    [
        "{hold: {}}", "{silence: {}}", "{rings: {}}", "{response: {}}", "{interrupt: {}}",
        "{speech_rate: {}, who: customer}",
        "{energy: {}}", "{energy_spread: {}}", "{metadata: {queue: a}}", "{metadata: {holiday: true}}", "{repeat: 1}",
    ],
)  # fmt: skip
def test_what_is_not_there_does_not_hold(condition: str) -> None:
    assert outcome(condition, call(HELLO)).truth == NO


def test_the_longest_wait_is_told_where_none_is_too_long() -> None:
    found = outcome("{hold: {over: 60}}", call(HELLO, events=EVENTS))
    assert found.reason.en == "the longest hold is 30.0 s"
    assert found.reason.zh == "最长等待 30.0 秒"
    assert [(hit.start, hit.end) for hit in found.looked] == [(10, 40)]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("{hold: {over: 60, under: 60}}", "nothing is over 60 and under 60"),
        ("{hold: {over: 61, under: 60}}", "nothing is over 61 and under 60"),
        ("{hold: {over: -1}}", "greater than or equal to 0"),
        ("{hold: {above: 1}}", "unknown key: above"),
        ("{hold: 60}", "valid dictionary"),
        ("{hold: {over: long}}", "valid number"),
        ("{hold: {}, kind: jazz}", "not one of 'music', 'tone', 'silence': 'jazz'"),
        ("{energy: {over: -10, under: -20}}", "nothing is over -10 and under -20"),
        ("{metadata: {}}", "say what is wanted: direction, queue"),
        ("{metadata: {hung_up_by: nobody}}", "not one of 'agent', 'customer'"),
        ("{metadata: {colour: red}}", "unknown key: colour"),
        ("{metadata: {queue: 7}}", "valid string"),
        ("{repeat: 0}", "greater than or equal to 1"),
        ("{regex: ['(a']}", "not a regular expression: missing \\)"),
        ("{regex: []}", "nothing is given here"),
        ("{regex: ['']}", "nothing is given here"),
    ],
)
def test_impossible_limits_are_refused(condition: str, message: str) -> None:
    with pytest.raises(ChecklistError, match=message):
        one_item(f"pass: {condition}")


ASKS = says("customer", "我的冰箱坏了。", 2, 6)


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("您先听我说。", 4.0, 8.0, YES),
        ("您先听我说。", 5.3, 8.0, YES),
        ("您先听我说。", 5.7, 8.0, NO),
        ("您先听我说。", 0.5, 3.0, NO),
        ("嗯嗯。", 4.0, 5.5, NO),
        ("OK", 4.0, 5.5, NO),
        (UNHEARD, 4.0, 4.7, NO),
        (UNHEARD, 4.0, 4.9, YES),
    ],
)
def test_an_interruption_begins_in_the_others_words_and_goes_on_over_them(
    text: str, start: float, end: float, expected: Truth
) -> None:
    heard = call(ASKS, says("agent", text, start, end))
    found = outcome("{interrupt: {over: 0.6}}", heard)
    assert found.truth == expected
    assert [(h.start, h.end) for h in found.hits] == ([(start, min(end, 6.0))] if expected else [])
    assert outcome("{interrupt: {over: 0.6}, who: customer}", heard).truth == (
        YES if start < 2 else NO
    )


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{response: {over: 2}}", YES),
        ("{response: {over: 3}}", NO),
        ("{response: {under: 3}}", NO),
        ("{response: {over: 0.5}, who: customer}", YES),
        ("{response: {over: 1}, who: customer}", NO),
    ],
)
def test_a_response_is_the_time_to_the_answer(condition: str, expected: Truth) -> None:
    said = [HELLO, says("customer", "我的冰箱坏了。", 3, 6), says("agent", "我查一下。", 9, 12)]
    assert outcome(condition, call(*said)).truth == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{talk_share: {over: 39}}", YES),
        ("{talk_share: {over: 40}}", NO),
        ("{talk_share: {over: 59}, who: customer}", YES),
        ("{talk_share: {over: 0}, who: customer, in: {first: 3 s}}", NO),
        ("{speech_rate: {over: 119}}", YES),
        ("{speech_rate: {over: 120}}", NO),
        ("{speech_rate: {over: 59}, in: {first: 3 s}}", YES),
        ("{speech_rate: {over: 60}, in: {first: 3 s}}", NO),
        ("{energy: {over: -25, under: -20}}", YES),
        ("{energy: {over: -20}}", NO),
        ("{energy_spread: {under: 5}}", NO),
    ],
)
def test_figures_of_a_side(condition: str, expected: Truth) -> None:
    said = [
        replace(HELLO, loudness=-20.0),  # 2 syllables in 2 s
        says("customer", "我的冰箱坏了，怎么办？", 4, 10),
        replace(says("agent", "我帮您查一下。", 12, 14), loudness=-24.0),  # 6 in 2 s
    ]
    assert outcome(condition, call(*said)).truth == expected


KNOWN = CallFacts(
    direction="inbound", queue="售后", hung_up_by="agent", started_at="2026-10-01T09:00:00"
)


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        ("{metadata: {direction: inbound}}", KNOWN, YES),
        ("{metadata: {direction: [callback, inbound]}}", KNOWN, YES),
        ("{metadata: {direction: outbound}}", KNOWN, NO),
        ("{metadata: {direction: inbound, queue: 售前}}", KNOWN, NO),
        ("{metadata: {direction: inbound, queue: 售后, hung_up_by: agent}}", KNOWN, YES),
        ("{metadata: {holiday: true}}", KNOWN, YES),
        ("{metadata: {holiday: false}}", KNOWN, NO),
        ("{metadata: {holiday: true}}", replace(KNOWN, started_at="2026-11-24"), NO),
        ("{metadata: {holiday: false}}", replace(KNOWN, started_at="2026-11-24"), YES),
        ("{metadata: {group: a}}", KNOWN, NO),
        ("{metadata: {group: a}, if_missing: unsure}", KNOWN, MAYBE),
        ("{metadata: {group: a, direction: outbound}, if_missing: unsure}", KNOWN, NO),
        ("{metadata: {group: a, direction: inbound}, if_missing: unsure}", KNOWN, MAYBE),
        ("{metadata: {holiday: false}, if_missing: unsure}", CallFacts(), MAYBE),
        ("{metadata: {holiday: false}}", CallFacts(), NO),
        ("{metadata: {holiday: false}}", CallFacts(started_at="yesterday"), NO),
        ("{not: {metadata: {group: a}, if_missing: unsure}}", CallFacts(), MAYBE),
    ],
)
def test_metadata_say_so_or_are_missing(condition: str, facts: CallFacts, expected: Truth) -> None:
    assert outcome(condition, call(HELLO, facts=facts)).truth == expected


@pytest.mark.parametrize(
    ("pattern", "text", "hits"),
    [
        ("工号\\s*\\d+", "工号 8021，工号 8022", ["工号 8021", "工号 8022"]),
        ("^工号", "您好，工号8021", []),
        ("bye", "Bye Bye", ["Bye", "Bye"]),
        ("(?<!不)知道", "不知道", []),
        ("\\p{Han}{3}", "ok您好吗", ["您好吗"]),
    ],
)
def test_a_regular_expression_goes_by_the_letters(pattern: str, text: str, hits: list[str]) -> None:
    found = outcome(f"{{regex: ['{pattern}']}}", call(says("agent", text)))
    assert [hit.text for hit in found.hits] == hits
    assert (
        outcome(f"{{regex: ['{pattern}'], who: customer}}", call(says("agent", text))).truth == NO
    )


@pytest.mark.parametrize("pattern", ["(a|aa)+$", "(a+)+b"])
def test_a_regular_expression_that_takes_for_ever_is_given_up(pattern: str) -> None:
    slow = call(*(says("agent", "a" * 5000 + "!", 2.0 * n) for n in range(20)))
    found = outcome(f"{{regex: ['{pattern}x']}}", slow)
    assert found.truth == MAYBE
    assert "takes too long" in found.reason.en
    assert "超时" in found.reason.zh


REPEATED = (
    "坐席：您的快递明天就会送到。",
    "客户：什么？",
    "坐席：您的快递明天就会送到啊。",
    "坐席：好的。",
    "坐席：好的。",
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{repeat: 1}", YES),
        ("{repeat: 2}", NO),
        ("{repeat: 1, who: customer}", NO),
        ("{repeat: 1, least: 12}", NO),
        ("{repeat: 1, least: 2, times: 2}", YES),
        ("{repeat: 1, in: {first: 1 turn}}", NO),
    ],
)
def test_who_says_a_sentence_again_repeats(condition: str, expected: Truth) -> None:
    assert outcome(condition, script(*REPEATED)).truth == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("您好，云杉电器。", YES),
        ("您好，您好。", NO),
        ("您好云杉电器。", YES),
        ("您好，云杉。", NO),
        ("您好，请问云杉电器吗", NO),
        ("请问您好，云杉电器", YES),
        ("", NO),
    ],
)
def test_beyond_is_what_is_left_over(text: str, expected: Truth) -> None:
    assert outcome("{beyond: [您好], except: [请问]}", call(says("agent", text))).truth == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("不可能。", YES), ("不可能让您白跑。", NO), ("不可能让您白跑，不可能。", YES)],
)
def test_what_takes_the_meaning_from_a_phrase_takes_it_there_only(
    text: str, expected: Truth
) -> None:
    condition = "{say: [不可能], except: [不可能让您]}"
    assert outcome(condition, call(says("agent", text))).truth == expected


def test_a_phrase_whose_names_are_not_known_is_for_a_person() -> None:
    found = outcome("{say: ['{company}为您服务']}", call(HELLO))
    assert found.truth == MAYBE
    assert "{company}为您服务 are not known" in found.reason.en
    named = replace(call(HELLO), slots={"company": ("云杉电器",)})
    assert outcome("{say: ['{company}为您服务']}", named).truth == NO


def test_between_sure_and_maybe_a_person_looks() -> None:
    heard = call(says("agent", "感谢您的耐心。"))
    assert outcome("{say: [感谢您的来电]}", heard).truth == MAYBE
    assert outcome("{say: [感谢您的来电], maybe: 0.81}", heard).truth == NO
    assert outcome("{say: [感谢您的来电], sure: 0.76}", heard).truth == YES
