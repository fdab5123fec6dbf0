"""From what was heard to events: machines are no parties, announced waits are holds; and what the result says of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from callqa.audio.events import Hold
from callqa.audio.sounds import Sound
from callqa.audio.turns import SYSTEM, Turn
from callqa.qa.judge import Judge
from callqa.qa.metadata import CallMetadata
from callqa.qa.result import Analysis, CallResult, Judged, ModelsUsed, to_json
from callqa.scoring.checklist import load_checklist
from callqa.settings import Settings
from callqa.transcribe.roles import CONFIDENT
from callqa.transcribe.transcript import Utterance

JUDGE = Judge(load_checklist("zh-inbound"), Settings())
MODELS = ModelsUsed("base", "cascade", "channels", "cpu", "int8")
Line = tuple[int, float, float, str]


def analysis(*lines: Line, sounds: tuple[Sound, ...] = (), mono: bool = False) -> Analysis:
    """Who says what and when; "" is a turn without words. Without `mono`, a party's channel is its number."""
    return Analysis(
        duration=max(end for _, _, end, _ in lines) + 1.0,
        channels=1 if mono else 2,
        codec="",
        language="zh",
        utterances=tuple(
            Utterance(
                who,
                "system" if who == SYSTEM else "unknown",
                start,
                end,
                text,
                0.9,
                channel=0 if mono or who == SYSTEM else who,
            )
            for who, start, end, text in lines
            if text
        ),
        turns=tuple(
            Turn(who, start, end, 0 if mono or who == SYSTEM else who)
            for who, start, end, _ in lines
        ),
        sounds=sounds,
        models=MODELS,
    )


def judged(heard: Analysis) -> Judged:
    return JUDGE.judge(heard, CallMetadata())


HELLO: Line = (0, 1.0, 4.0, "您好，很高兴为您服务，请问有什么可以帮您？")
ASKS: Line = (1, 4.5, 8.0, "你好，我想问一下我的快递到哪了。")
THANKS: Line = (0, 23.0, 26.0, "感谢您的耐心等待，您的快递明天就到。")


@pytest.mark.parametrize("mono", [False, True])
@pytest.mark.parametrize(
    ("said", "hold"),
    [
        ("好的，请您稍等，我帮您查一下。", True),
        ("请不要挂机。", True),
        ("您的快递是昨天发出的。", False),
    ],
)
def test_an_announced_wait_of_12_seconds_is_a_hold(said: str, hold: bool, mono: bool) -> None:
    events = judged(analysis(HELLO, ASKS, (0, 8.5, 11.0, said), THANKS, mono=mono)).events
    assert events.holds == ((Hold(11.0, 23.0, "silence"),) if hold else ())
    assert len(events.silences) == (not hold)


def test_a_customer_announces_no_hold() -> None:
    lines = (
        HELLO,
        ASKS,
        (0, 8.2, 9.0, "请问您贵姓？"),
        (1, 9.2, 11.0, "稍等，我找一下单号。"),
        THANKS,
    )
    events = judged(analysis(*lines)).events
    assert events.holds == ()
    assert len(events.silences) == 1


def test_turns_without_words_are_speech_too() -> None:
    """Somebody speaks in the wait, though nothing was recognised."""
    lines = (HELLO, ASKS, (0, 8.5, 11.0, "请您稍等。"), (1, 16.0, 17.0, ""), THANKS)
    assert judged(analysis(*lines)).events.holds == ()


def test_what_machines_say_does_not_break_a_hold() -> None:
    music = (Sound(11.5, 22.5, "music", 0),)
    lines = (
        HELLO,
        ASKS,
        (0, 8.5, 11.0, "请您稍等。"),
        (SYSTEM, 15.0, 18.0, "您的来电对我们很重要。"),
        THANKS,
    )
    out = judged(analysis(*lines, sounds=music))
    assert [(h.kind, h.start, h.end) for h in out.events.holds] == [("music", 11.5, 22.5)]
    assert [u.role for u in out.transcript.utterances] == [
        "agent", "customer", "agent", "system", "agent",
    ]  # fmt: skip


def test_a_song_without_words_does_not_break_a_hold() -> None:
    music = (Sound(11.5, 22.5, "music", 0),)
    lines = (HELLO, ASKS, (0, 8.5, 11.0, "请您稍等。"), (SYSTEM, 15.0, 18.0, ""), THANKS)
    assert len(judged(analysis(*lines, sounds=music)).events.holds) == 1


def test_a_menu_before_the_answer_is_no_party_and_the_rings_behind_it_count() -> None:
    menu: Line = (0, 1.0, 9.0, "欢迎致电云杉电器，人工服务请按零。")
    rings = tuple(Sound(10.0 + 5 * n, 11.0 + 5 * n, "ring", 0) for n in range(2))
    late = [(who, start + 20, end + 20, text) for who, start, end, text in (HELLO, ASKS)]
    out = judged(analysis(menu, *late, sounds=rings))
    assert [u.role for u in out.transcript.utterances] == ["system", "agent", "customer"]
    assert out.events.rings is not None
    assert out.events.rings.count == 2
    assert (out.events.holds, out.events.silences) == ((), ())


def test_a_customer_who_talks_into_an_announcement_is_a_party() -> None:
    lines = (
        HELLO, ASKS, (0, 8.5, 11.0, "请您稍等。"), (SYSTEM, 12.0, 22.0, "您的来电对我们很重要，请不要挂断。"),
        (1, 14.0, 18.0, "怎么又是音乐，我等了半天了。"), THANKS,
    )  # fmt: skip
    events = judged(analysis(*lines)).events
    assert all(hold.end <= 14.0 or hold.start >= 18.0 for hold in (*events.holds, *events.silences))


def test_a_voice_box_is_a_machine_on_its_own_channel() -> None:
    """The agent has called out and says something while the customer's voice box speaks."""
    box: Line = (1, 5.0, 9.0, "您好，您拨打的电话暂时无法接通，请在滴声后留言。")
    waits, leaves = (0, 6.0, 8.0, "喂，您好。"), (0, 14.0, 20.0, "叶女士您好，您订的书已经到货了。")
    heard = analysis(box, waits, leaves)
    out = judged(heard)
    assert next(u.role for u in out.transcript.utterances) == "system"
    assert [(s.start, s.end) for s in out.events.silences] == [
        (8.0, 14.0)
    ]  # from the agent's words
    (event,) = in_json(heard)["events"]  # type: ignore[misc]
    assert event == {"kind": "announcement", "channel": 2, "start": 5.0, "end": 9.0}


SOUNDS = (
    Sound(0.5, 1.501, "ring", 0), Sound(12.0, 20.0, "music", 1), Sound(30.004, 30.1, "dtmf", 1),
)  # fmt: skip


def in_json(heard: Analysis | None, *, scored: bool = True) -> dict[str, object]:
    result = CallResult("call", "call.wav", "scored" if scored else "failed", analysis=heard)
    result = replace(result, judged=judged(heard) if heard else None)
    return json.loads(json.dumps(to_json(result)))  # type: ignore[no-any-return]


def test_the_result_lists_every_sound_with_its_channel_from_1() -> None:
    lines = (HELLO, ASKS, (SYSTEM, 21.0, 25.5, "请继续等待。"), THANKS)
    assert in_json(analysis(*lines, sounds=SOUNDS))["events"] == [
        {"kind": "ring", "channel": 1, "start": 0.5, "end": 1.5},
        {"kind": "music", "channel": 2, "start": 12.0, "end": 20.0},
        {"kind": "announcement", "channel": 1, "start": 21.0, "end": 25.5},
        {"kind": "dtmf", "channel": 2, "start": 30.0, "end": 30.1},
    ]


def test_a_menu_is_an_announcement_in_the_events() -> None:
    menu: Line = (0, 0.0, 0.9, "人工服务请按零。")
    raw = in_json(analysis(menu, HELLO, ASKS, THANKS))
    assert raw["turns"][0]["speaker"] == "system"  # type: ignore[index]
    assert [e["kind"] for e in raw["events"]] == ["announcement"]  # type: ignore[attr-defined]


def test_where_nothing_was_heard_there_are_no_events() -> None:
    assert in_json(None, scored=False)["events"] == []
    assert in_json(analysis(HELLO, ASKS))["events"] == []


def test_turns_of_machines_are_in_the_result_as_the_system() -> None:
    raw = in_json(analysis((SYSTEM, 0.0, 0.9, "您好。"), HELLO, ASKS))
    assert [t["speaker"] for t in raw["turns"]] == ["system", "agent", "customer"]  # type: ignore[attr-defined]


SWAP = (
    (1, 1.0, 4.0, HELLO[3]), (0, 4.5, 8.0, ASKS[3]), (1, 9.0, 10.0, "请问您贵姓？"), (0, 11.0, 12.0, "我姓王。"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("known", "agent", "warned"),
    [
        (CallMetadata(), 1, False),
        (CallMetadata(usual_channel=2), 1, False),
        (CallMetadata(usual_channel=1), 1, True),
        (CallMetadata(usual_channel=3), 1, False),
        (CallMetadata(agent_channel=1), 0, False),
    ],
)
def test_a_swapped_layout_is_found_and_told(known: CallMetadata, agent: int, warned: bool) -> None:
    heard = analysis(*SWAP)
    told = JUDGE.judge(heard, known)
    assert {u.speaker for u in told.transcript.of("agent")} == {agent}
    result = CallResult("x", "x.wav", "scored", known, analysis=heard, judged=told)
    assert (to_json(result)["warning"] is not None) == warned


@pytest.mark.parametrize("channel", [0, 1])
def test_the_side_that_plays_hold_music_is_the_agents(channel: int) -> None:
    """Neither says anything that only one of the two would say."""
    lines = (
        (0, 1.0, 3.0, "嗯，那个单子。"),
        (1, 4.0, 6.0, "对，就是它。"),
        (0, 40.0, 42.0, "嗯，好。"),
    )
    radio = Sound(0.0, 42.0, "music", 1 - channel)
    held = analysis(*lines, sounds=(Sound(6.5, 39.0, "music", channel),))
    told = JUDGE.judge(held, CallMetadata(direction="outbound" if channel else None))
    assert {u.channel for u in told.transcript.of("agent")} == {channel}
    both = analysis(*lines, sounds=(*held.sounds, radio))
    assert JUDGE.judge(both, CallMetadata()).transcript.role_confidence < CONFIDENT
