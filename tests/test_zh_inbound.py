"""The shipped checklist zh-inbound: what people would say of each item, in wordings of agents and of recognisers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callqa.audio.events import CallEvents
from callqa.scoring.call import ScoredCall
from callqa.scoring.checklist import load_checklist
from callqa.scoring.phrases import PhraseSet, expand
from callqa.scoring.speech import Speech
from callqa.transcribe.transcript import Transcript
from helpers import as_said, conversation, says

CHECKLIST = load_checklist("zh-inbound")
SLOTS = {"company": ("云杉电器", "云杉"), "agent_name": ("李敏",), "customer_name": ()}
ASKS = "C 我想问一下我的快递到哪了。"
# Where the words to judge stand in a call.
FIRST = ("A {}", ASKS)
LATER = ("A 您好，云杉电器。", ASKS, "A {}")
BEFORE = ("A 您好。", ASKS, "A {}", "C 好的。", "HOLD 30", "A 让您久等了。")
AFTER = ("A 您好。", ASKS, "A 请稍等。", "C 好的。", "HOLD 30", "A {}", "C 好的。", "A 再见。")
LAST = ("A 您好。", ASKS, "A 明天到。", "A {}")
NAMED = ("A 您好。", ASKS, "A 请问您贵姓？", "C 我姓王。", "A {}")
GIVEN = ("A 您好。", "C {}", "A 好的，我帮您查一下。")
CUSTOMER = ("A 您好。", ASKS, "C {}", "A 请您稍等。", "A 再见。")

# Item, verdict, place, and the wordings, which blanks part.
TABLE = [
    ("greeting", "pass", FIRST, """
        您好，这里是海尔斯科技，请问有什么可以帮您？ 您好，很高兴为您服务。 您好，您需要什么帮助？
        您好，请讲。 早上好，云杉电器。 中午好，云杉电器。 新年好。 欢迎致电云杉电器。
        请问有什么我可以帮您的吗？ 请问有什么能够帮到您的？ 您好，请为有什么可以帮您？ 请为有什么可以帮您。
        您号，云杉电器。"""),
    ("greeting", "fail", FIRST, """
        喂。 喂，讲。 讲。 说话。 我听得见。 什么事？ 云杉电器。 您说。 您好，我听得见。 您说一下您的地址。"""),
    ("self_intro", "pass", FIRST, """
        您好，融创物业！ 您好，这里是海尔斯科技售后部。 您好，我是客服李敏。 您好，工号8021为您服务。
        您好，云山电器。 您好，我姓李。 您好，李敏为您服务。 您好，这里是客户服务中心。
        您好，我是8021号话务员。 您好，我们这里是海尔斯科技。"""),
    ("self_intro", "fail", FIRST, """
        您好，很高兴为您服务。 您好，请问有什么可以帮您？ 您好。 喂，你好。 您好，请讲。 您好，我听得见。
        这里是哪里？"""),
    ("name_confirmation", "pass", LATER, """
        请问您贵姓？ 请问您贵信？ 先生贵姓？ 请问怎么称呼您？ 请问该如何称呼您呢？ 您是王先生吗？
        请问是您本人吗？ 请问您是李女士，对吗？ 方便告诉我您的姓名吗？ 麻烦您说一下您的姓名。
        收货人的姓名是什么？ 您姓什么？"""),
    ("name_confirmation", "fail", LATER, """
        您的订单号是多少？ 请问您的电话是多少？ 好的，先生。 您是说冰箱坏了吗？ 我帮您查一下。
        这个产品叫什么名称？"""),
    ("name_confirmation", "fail", CUSTOMER, "请问您贵姓？ 您怎么称呼？"),
    ("address_by_name", "pass", NAMED, """
        王先生您好。 好的，王女士。 王小姐，您的订单号是多少？ 好的王总。 汪先生您好。"""),
    ("address_by_name", "unsure", NAMED, "好的这先生您稍等。"),
    ("address_by_name", "fail", NAMED, """
        好的，我帮您查一下。 您的订单号是多少？ 我姓李。 先生您好。 好的，女士，我帮您查一下。"""),
    ("address_by_name", "fail", GIVEN, "我姓王，我的冰箱坏了。 免贵姓陈。"),
    ("address_by_name", "na", GIVEN, "我的冰箱坏了。 我想找一位姓王的师傅。"),
    ("address_by_name", "na", LATER, "好的，先生，我帮您查一下。 分成三份给您寄过去。"),
    ("hold_permission", "pass", BEFORE, """
        请您不要挂机，稍等一下可以吗？ 您的问题需要向主管咨询，请您稍等。 请稍等。 我帮您查一下，请稍候。
        麻烦您等一下。 我去核实一下，您别挂电话。 我帮您转到技术部，请不要挂断。 请稍灯。
        需要跟仓库核实，您看可以吗？"""),
    ("hold_permission", "fail", BEFORE, """
        好的。 嗯。 您的地址是哪里？ 我不知道。 我问一下吧。 这个商品需要三百元。"""),
    ("hold_permission", "na", LATER, "好的。 请稍等。"),
    ("hold_thanks", "pass", AFTER, """
        很抱歉让您久等了。 感谢您的耐心等待。 让您九等了。 久等了，先生。 不好意思，查到了。 谢谢您的等候。
        对不起，系统有点慢。"""),
    ("hold_thanks", "fail", AFTER, """
        我查了一下，明天到。 喂。 您记一下号码。 我告诉您，明天到。 查到了，明天送到。 感谢您的来电。
        您再等等。"""),
    ("hold_thanks", "na", LATER, "让您久等了。"),
    ("forbidden_phrases", "fail", FIRST, "喂。 讲。 说话。 喂，讲。"),
    ("forbidden_phrases", "fail", AFTER, "我查了一下，明天到。 我告诉您，明天到。 您记一下号码。 喂。"),
    ("forbidden_phrases", "fail", LATER, """
        我听得见。 您说话呀。 您说什么？ 什么？ 多少？ 我不知道。 我问一下吧。 您听见没有？ 您说什么呀？
        和我讲就可以了。 喂喂喂。 我不是正在给您查吗？ 您等会不行呀？ 等会儿，我这就给您转过去。
        不在，他忙着呢，您待会再找他吧。 您的意思我不懂。 您到底让我们怎么办？ 我听不懂。
        您会不会讲普通话呀？ 这是设计原因，我无能为力。 我们无法解决。 不可能，您的要求我们做不到。
        您说的不可能。 这个我们办不到。 您得给我们处理时间呀。 我们处理也得有个过程吧。
        我不知道，您找售后部吧。 您有多大的事还用找领导。 我们公司所有产品都这样，没办法解决。
        就这样吧，我挂了。 那个我也不知道。 你找别的部门问吧。 这个没法解决。 那不可能。 不归我们管。
        你急什么？ 你要的我们做不到。"""),
    ("forbidden_phrases", "pass", LATER, """
        您说一下您的地址。 好的，请讲。 您说什么时候方便？ 请问您要多少台？ 这个我们办得到。
        我知道，您放心。 您的意思我明白。 由于线路问题我没有听清楚，您能再重复一遍吗？
        您好，请问您听见我讲话吗？ 我们可以解决这个问题。 我帮您问一下主管。 我们处理需要三个工作日。
        师傅现在不在，晚点给您回电。 请您不要挂机。"""),
    ("forbidden_phrases", "pass", FIRST, "您好，请讲。 好的，请讲。"),
    ("forbidden_phrases", "pass", CUSTOMER, "我不知道。 说话。 喂喂喂。 我听不懂。 就这样吧我挂了。 什么？"),
    ("anything_else", "pass", LATER, """
        请问还有其他可以帮您的吗？ 请问还有什么可以帮到您？ 您还有别的问题吗？ 还需要其他帮助吗？
        还有什么需要帮忙的？ 您看还有没有其他问题？ 还有什么不清楚的吗？ 除此之外，还有什么能为您做的吗？
        海有其他可以帮您的吗？"""),
    ("anything_else", "fail", LATER, """
        好的，再见。 还有两天到货。 还有一个问题需要跟您核实。 其他部门需要核实。"""),
    ("anything_else", "fail", CUSTOMER, "请问还有其他可以帮您的吗？"),
    ("closing", "pass", LAST, """
        感谢您的来电，再见。 今后有什么需要请随时与我们联系。 祝您生活愉快。 祝您节日愉快，再见。
        谢谢您的支持，再见。 谢谢，再见。 感谢您的来店。 不打扰您了，再见。 祝您身体健康。
        有需要随时联系我们。 谢谢您的理解与配合。"""),
    ("closing", "fail", LAST, """
        再见。 好的，再见。 拜拜。 就这样吧，我挂了。 我先挂了。 好的。 不客气，再见。 那就这样吧。"""),
    ("closing", "fail", CUSTOMER, "感谢您的来电，再见。 祝您生活愉快。"),
    # found wrong once
    ("greeting", "fail", FIRST, "好的，请讲。 好。"),
    ("self_intro", "pass", FIRST, "您好，我的工号是8021。 8021为您服务。 您好，这里是李敏。"),
    ("self_intro", "fail", FIRST, "您好，请问您要咨询哪家银行？"),
    ("name_confirmation", "pass", LATER, "您叫什么名字？ 请问您是机主本人吗？"),
    ("name_confirmation", "fail", LATER, "您说一下您的地址。 那是哪位先生您记得吗？"),
    ("address_by_name", "na", GIVEN, "我行李丢了。 我信你们一次。 我先挂了。"),
    ("hold_permission", "pass", BEFORE, "您稍微等我一会儿。 请您在线等候一下好吗？ 我给您查一下。"),
    ("hold_thanks", "pass", AFTER, "辛苦您等了这么久。 麻烦您等了。"),
    ("forbidden_phrases", "fail", LATER, "这个问题我们解决不了。 这个我办不了。"),
    ("forbidden_phrases", "pass", LATER, "请您到时候大声说话。 这是什么型号的？ 不知道您什么时候方便？"),
    ("forbidden_phrases", "pass", AFTER, "让您久等了，我查了一下，明天到。"),
    ("closing", "fail", LAST, "感谢您的耐心等待。"),
    ("closing", "pass", LAST, """
        感谢您对我们工作的支持。 谢谢您，拜拜。 祝您旅途平安。 谢谢您选择云杉电器。 欢迎您下次来电。"""),
]  # fmt: skip


def verdict(item: str, *lines: str, rings: int | None = None) -> str:
    return judged(item, conversation(*lines, rings=rings, slots=SLOTS))


def judged(item: str, call: ScoredCall) -> str:
    wanted = CHECKLIST.item(item)
    assert wanted is not None
    return wanted.judge(CHECKLIST.judgement(call)).finding.verdict


@pytest.mark.parametrize(
    ("item", "expected", "place", "words"),
    [
        pytest.param(
            *(item, expected, place, words),
            id=f"{item}-{expected}-{words}",
        )
        for item, expected, place, wordings in TABLE
        for words in wordings.split()
    ],
)
def test_an_item_is_judged_as_a_person_would(
    item: str, expected: str, place: tuple[str, ...], words: str
) -> None:
    assert verdict(item, *(line.format(words) for line in place)) == expected


@pytest.mark.parametrize(
    ("rings", "expected"), [(None, "na"), (2, "pass"), (3, "pass"), (4, "fail")]
)
def test_calls_are_answered_within_three_rings(rings: int | None, expected: str) -> None:
    assert verdict("answered_in_time", "A 您好。", ASKS, rings=rings) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(0, "na"), (60, "pass"), (61, "fail")])
def test_holds_last_a_minute_at_most(seconds: int, expected: str) -> None:
    hold = [f"HOLD {seconds}"] if seconds else []
    assert verdict("hold_time", "A 请稍等。", *hold, "A 让您久等了。") == expected


@pytest.mark.parametrize(
    ("words", "start", "expected"),
    [("您先听我说。", 4.0, "fail"), ("您先听我说。", 6.2, "pass"), ("嗯嗯。", 4.0, "pass")],
)
def test_the_customer_is_not_talked_over(words: str, start: float, expected: str) -> None:
    said = (says("customer", "我的冰箱坏了。", 2, 6), says("agent", words, start))
    transcript = Transcript("zh", said, 1.0)
    call = ScoredCall(transcript, CallEvents((), (), None), 20.0)
    assert judged("no_interruption", call) == expected


def test_a_model_call_passes_every_item() -> None:
    call = conversation(
        "A 您好，这里是云杉电器，请问有什么可以帮您？", ASKS, "A 请问您贵姓？", "C 我姓王。",
        "A 王先生，我帮您查一下，请稍等。", "C 好的。", "HOLD 40", "A 让您久等了，明天送到。", "C 好。",
        "A 请问还有其他可以帮您的吗？", "C 没有了。", "A 感谢您的来电，祝您生活愉快，再见。",
        rings=2, slots=SLOTS,
    )  # fmt: skip
    card = CHECKLIST.score(call)
    assert {i.id: i.finding.verdict for i in card.items} == dict.fromkeys(
        (item.id for item in CHECKLIST.items), "pass"
    )
    assert (card.score, card.passed, len(card.items)) == (100.0, True, 12)


def all_patterns() -> list[str]:
    """Every pattern of the checklist's phrases and conditions."""
    inner = [c for _, outer in CHECKLIST.all_conditions() for c in (outer, *outer.inner())]
    written = [p for patterns in CHECKLIST.phrases.values() for p in patterns]
    written += [p for condition in inner for p in condition.patterns()]
    return sorted({p for p in written if not p.startswith("@")})


@pytest.mark.parametrize("pattern", all_patterns())
def test_every_pattern_is_heard_where_it_is_said(pattern: str) -> None:
    slots = SLOTS | {"customer_name": ("王芳",)}
    phrase = PhraseSet([pattern], slots)
    for reading in expand(pattern, slots):
        spoken = as_said(reading)
        found = phrase.find(Speech([replace(says("agent", spoken), confidence=1.0)], ()))
        assert any(f.confidence == pytest.approx(1.0) for f in found), spoken
