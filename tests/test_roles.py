"""Who is the agent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callqa.audio.turns import SYSTEM
from callqa.transcribe.roles import CONFIDENT, Hints, assign
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
    transcript = assign(utterances(swapped), "zh", Hints())
    assert [u.role for u in transcript.utterances] == [role for role, _ in CALL]
    assert transcript.role_confidence > 0.8


def test_a_given_channel_beats_the_words() -> None:
    transcript = assign(utterances(), "zh", Hints(agent=1))
    assert transcript.utterances[0].role == "customer"
    assert transcript.role_confidence == 1.0


def test_a_known_agent_who_never_speaks_makes_nobody_else_the_agent() -> None:
    transcript = assign([says("customer", "您好，有人吗？")], "zh", Hints(agent=0))
    assert [u.role for u in transcript.utterances] == ["customer"]


def test_a_customer_who_speaks_first_is_not_taken_for_the_agent() -> None:
    spoken = [says("customer", "喂，你好。", 0), *utterances()[1:]]
    assert assign(spoken, "zh", Hints()).utterances[0].role == "customer"


def test_without_any_sign_the_speakers_stay_unknown() -> None:
    spoken = [says("customer", "嗯。", 3), says("agent", "今天天气不错。", 3)]
    neutral = assign(spoken, "zh", Hints())
    assert neutral.role_confidence < CONFIDENT
    assert {u.role for u in neutral.utterances} == {"unknown"}
    assert assign([], "zh", Hints()).utterances == ()


WEAK = [says("customer", "嗯，今天天气不错。", 3), says("agent", "是啊。", 6)]


@pytest.mark.parametrize("agent", [0, 1])
@pytest.mark.parametrize("hint", ["agent", "usual", "music"])
def test_where_words_say_nothing_the_hints_decide(hint: str, agent: int) -> None:
    hints = Hints(direction="outbound" if agent == WEAK[1].speaker else None, **{hint: agent})  # type: ignore[arg-type]
    heard = assign(WEAK, "zh", hints)
    assert [u.role == "agent" for u in heard.utterances] == [u.speaker == agent for u in WEAK]
    assert not heard.swapped


def test_who_names_himself_is_the_agent() -> None:
    spoken = [says("agent", "你好，我是李敏。", 1), says("customer", "哦，你好。", 4)]
    assert assign(spoken, "zh", Hints()).role_confidence < CONFIDENT
    named = assign(spoken, "zh", Hints(names=("李敏",)))
    assert [u.role for u in named.utterances] == ["agent", "customer"]


def test_clear_words_beat_the_usual_channel_and_that_is_told() -> None:
    usual = assign(utterances(swapped=True), "zh", Hints(usual=0))
    assert [u.role for u in usual.utterances] == [role for role, _ in CALL]
    assert usual.swapped
    assert not assign(utterances(), "zh", Hints(usual=0)).swapped
    assert not assign(utterances(swapped=True), "zh", Hints(agent=1, usual=0)).swapped


def test_who_answers_an_outbound_call_is_the_customer() -> None:
    spoken = [says("customer", "喂。", 1), says("agent", "您好，请问是王先生吗？", 3)]
    inbound, outbound = (assign(spoken, "zh", Hints(direction=d)) for d in ("inbound", "outbound"))
    assert outbound.role_confidence > inbound.role_confidence


BEFORE = [(0, "您好，很高兴为您服务。"), (1, "我想问一下婚宴。"), (0, "请稍等，我帮您转接。")]


def test_who_takes_over_from_the_agent_is_an_agent_too() -> None:
    later = [(2, "让您久等了。"), (1, "多少钱一桌？"), (2, "每桌两千八。"), (1, "好的。")]
    roles = talked(*BEFORE, *later)
    assert roles == [*["agent", "customer", "agent"], *["agent", "customer"] * 2]


def test_who_joins_the_customer_is_a_customer_too() -> None:
    later = [(2, "喂，我是他爱人，我想问一下多少钱。"), (0, "您好，每桌两千八。"), (1, "好的。")]
    assert talked(*BEFORE, *later)[3:] == ["customer", "agent", "customer"]


def talked(*lines: tuple[int, str]) -> list[str]:
    """The roles of what speakers 0 and 1 say, one utterance every three seconds."""
    said = [
        Utterance(who, "unknown", 3.0 * n, 3.0 * n + 2, text, 0.9)
        for n, (who, text) in enumerate(lines)
    ]
    return [u.role for u in assign(said, "zh", Hints()).utterances]


HELLO, ASKS = (0, "您好，很高兴为您服务。"), (1, "你好，我想问一下我的快递到哪了。")


def test_the_system_keeps_its_role_and_counts_for_nobody() -> None:
    machine = Utterance(SYSTEM, "system", 0.0, 2.0, "您好，很高兴为您服务，请您稍等。", 0.9)
    later = [replace(u, start=u.start + 5, end=u.end + 5) for u in utterances()]
    transcript = assign([machine, *later], "zh", Hints())
    assert [u.role for u in transcript.utterances] == ["system", *(role for role, _ in CALL)]
    assert assign([machine], "zh", Hints()).utterances[0].role == "system"
    assert assign([machine, *later], "zh", Hints(agent=1)).utterances[0].role == "system"


def test_a_machine_with_the_words_of_an_agent_is_not_the_agent() -> None:
    words = "您好，很高兴为您服务，请问有什么可以帮您？请您稍等，感谢您的来电。"
    said = [(SYSTEM, "system", words), (0, "unknown", "请问您贵姓？"), (1, "unknown", "我姓王。")]
    spoken = [
        Utterance(w, r, 3.0 * n, 3.0 * n + 2, text, 0.9) for n, (w, r, text) in enumerate(said)
    ]  # type: ignore[arg-type]
    roles = [u.role for u in assign(spoken, "zh", Hints()).utterances]
    assert roles == ["system", "agent", "customer"]


@pytest.mark.parametrize(
    "menu",
    [
        "欢迎致电云杉电器，人工服务请按零。",
        "查询订单请按1，报修请按2。",
        "为保证服务质量，您的通话将被录音。",
        "坐席正忙，请耐心等待。",
        "正在为您转接人工，请稍候。",
        "您前面还有三位客户。",
        "Press 1 for sales, this call may be recorded.",
    ],
)
@pytest.mark.parametrize("speaker", [0, 1])
def test_a_menu_before_the_answer_is_the_system(menu: str, speaker: int) -> None:
    assert talked((speaker, menu), HELLO, ASKS) == ["system", "agent", "customer"]


@pytest.mark.parametrize(
    "box",
    [
        "您好，您拨打的电话暂时无法接通。",
        "您所拨打的号码是空号。",
        "您拨叫的用户正在通话中。",
        "请在滴声后留言。",
        "The person you are calling is not available.",
        "Please leave a message after the tone.",
    ],
)
def test_a_voice_box_is_the_system_wherever_it_speaks(box: str) -> None:
    assert talked(HELLO, (1, box))[1] == "system"
    assert talked((1, box)) == ["system"]


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (0, "请稍等，正在为您转接。"),
        (0, "好的，我帮您转接人工客服，请您稍等。"),
        (0, "请按照说明书上的步骤操作。"),
        (0, "稍后会有满意度调查，满意请按一。"),
        (0, "请放心，我们的通话会被录音。"),
        (1, "我可以留言吗？"),
        (1, "请问怎么给他留言？"),
        (1, "我按了一键没有反应。"),
        (1, "你们的客服一直正忙。"),
        (1, "我要转接人工客服。"),
    ],
)
def test_people_in_mid_call_are_no_machines(who: int, said: str) -> None:
    roles = talked(HELLO, ASKS, (who, said), (1, "好的，谢谢你。"))
    assert roles == ["agent", "customer", ["agent", "customer"][who], "customer"]


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (1, "我之前拨打的客服电话一直无人接听。"),
        (1, "我拨打的那个电话说是空号。"),
        (0, "您拨打的维修部现在不在上班时间。"),
        (0, "请您在提示音之后给他留言。"),
    ],
)
def test_people_who_speak_of_voice_boxes_are_none(who: int, said: str) -> None:
    roles = talked(HELLO, ASKS, (who, said), (1, "好的，谢谢你。"))
    assert roles[2] == ["agent", "customer"][who]


@pytest.mark.parametrize(
    "opening",
    [
        "您好，云杉电器客服孙浩为您服务，本次通话将被录音，请问有什么可以帮您？",
        pytest.param(
            "您好，我是客服李敏，提醒您本次通话可能被录音。",
        ),
    ],
)
def test_an_agent_who_gives_notice_of_the_recording_is_no_machine(opening: str) -> None:
    assert talked((0, opening), ASKS, (0, "请问您贵姓？")) == ["agent", "customer", "agent"]
