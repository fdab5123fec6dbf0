"""Who is the agent."""

from __future__ import annotations

import pytest

from callqa.transcribe.roles import assign
from callqa.transcribe.transcript import Utterance
from helpers import says

CALL = [
    ("agent", "您好，很高兴为您服务。"),
    ("customer", "你好，我想问一下我的快递到哪了。"),
    ("agent", "请问您贵姓？"),
    ("customer", "我姓王。"),
    ("agent", "请您稍等，我帮您查一下。"),
    ("customer", "好的。"),
]


def utterances(swapped: bool = False) -> list[Utterance]:
    out = [says(role, text, 3.0 * n) for n, (role, text) in enumerate(CALL)]  # type: ignore[arg-type]
    if swapped:
        out = [Utterance(1 - u.speaker, u.role, u.start, u.end, u.text, u.confidence) for u in out]
    return out


@pytest.mark.parametrize("swapped", [False, True])
def test_service_words_tell_the_agent_on_either_channel(swapped: bool) -> None:
    transcript = assign(utterances(swapped), "zh", 2, None)
    assert [u.role for u in transcript.utterances] == [role for role, _ in CALL]
    assert transcript.role_confidence > 0.8


def test_a_given_channel_beats_the_words() -> None:
    transcript = assign(utterances(), "zh", 2, agent=1)
    assert transcript.utterances[0].role == "customer"
    assert transcript.role_confidence == 1.0


def test_a_known_agent_who_never_speaks_makes_nobody_else_the_agent() -> None:
    transcript = assign([says("customer", "您好，有人吗？")], "zh", 2, agent=0)
    assert [u.role for u in transcript.utterances] == ["customer"]


def test_a_customer_who_speaks_first_is_not_taken_for_the_agent() -> None:
    spoken = [says("customer", "喂，你好。", 0), *utterances()[1:]]
    assert assign(spoken, "zh", 2, None).utterances[0].role == "customer"


def test_without_any_sign_the_speakers_stay_unknown() -> None:
    spoken = [says("customer", "嗯。", 3), says("agent", "今天天气不错。", 3)]
    neutral = assign(spoken, "zh", 1, None)
    assert neutral.role_confidence < 0.6
    assert assign([], "zh", 2, None).utterances == ()


def test_overlap_is_known_only_with_a_channel_per_party() -> None:
    assert assign(utterances(), "zh", 2, None).overlap_known
    assert not assign(utterances(), "zh", 1, None).overlap_known
