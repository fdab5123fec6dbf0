"""What is private is found in every way it is said, and masked; what is not stays."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from private_speech import dialogues, misheard_dialogue
from redaction import Measured
from test_store import result

from callqa.audio.cover import Cover, covered
from callqa.audio.excerpt import Excerpt
from callqa.qa.metadata import CallMetadata
from callqa.qa.privacy.find import find_private
from callqa.qa.privacy.private import Known
from callqa.qa.privacy.redact import Redaction, masked, plain_name, redacted
from callqa.qa.privacy.sound import PAD, covers, heard
from callqa.settings import AgentEntry, Settings
from callqa.transcribe.transcript import Utterance, Word
from helpers import noise, says

ROLES = {"坐": "agent", "客": "customer"}


def talk(*turns: str) -> list[Utterance]:
    """Turns as 坐：… and 客：…"""
    return [
        says("agent" if one[0] == "坐" else "customer", one[2:], 3.0 * n) for n, one in enumerate(turns)
    ]  # fmt: skip


def found(*turns: str, known: Known | None = None) -> list[tuple[str, str]]:
    said = talk(*turns)
    return [
        (one.kind, said[one.utterance].text[one.start : one.end])
        for one in find_private(said, known or Known())
    ]


@pytest.mark.parametrize(
    "number",
    [
        "13800138000", "138 0013 8000", "幺三八零零幺三八零零零", "一三八，零零一三，八零零零", "138零零13八零零零",
        "１３８００１３８０００", "幺三八嗯零零幺三八三个零", "幺三八，那个，零零幺三，八零零零", "138-0013-8000", "洞幺三八零零幺三八零零",
    ],
)  # fmt: skip
@pytest.mark.parametrize("frame", ["我的手机号是{}。", "{}。", "你们打{}这个电话"])
def test_a_mobile_number_in_every_way(number: str, frame: str) -> None:
    assert found(f"客：{frame.format(number)}") == [("phone", number)]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (["坐：请问您的身份证号？", "客：110101199003078888。"], [("id_card", "110101199003078888")]),
        (["客：身份证是一一零一零一一九九零零三零七八八八X。"], [("id_card", "一一零一零一一九九零零三零七八八八X")]),
        (["坐：请说一下卡号。", "客：6222 0212 3456 7890 123。"], [("bank_card", "6222 0212 3456 7890 123")]),
        (["坐：卡号后四位？", "客：四四幺七。"], [("bank_card", "四四幺七")]),
        (["客：座机是零二五，八八三六，一二七零。"], [("phone", "零二五，八八三六，一二七零")]),
        (["客：我的车京A12345停在这里。"], [("plate", "京A12345")]),
        (["坐：车牌号是多少？", "客：粤B，幺二三四五。"], [("plate", "粤B，幺二三四五")]),
        (["客：沪AD12345，绿牌。"], [("plate", "沪AD12345")]),
        (["客：我住在朝阳区建国路88号3号楼2单元1002室。"], [("address", "朝阳区建国路88号3号楼2单元1002室")]),
        (["客：七栋二单元六零一。"], [("address", "七栋二单元六零一")]),
        (["坐：您的地址是？", "客：青松路十八号，三单元五零二。"], [("address", "青松路十八号，三单元五零二")]),
        (["坐：请问您贵姓？", "客：我姓王。", "坐：好的，王先生。"], [("name", "王"), ("name", "王")]),
        (["客：我叫王小明。", "坐：王小明先生您好。"], [("name", "王小明"), ("name", "王小明")]),
        (["坐：请问您怎么称呼？", "客：欧阳倩。"], [("name", "欧阳倩")]),
        (["客：收件人李敏。"], [("name", "李敏")]),
        (["客：我姓张，弓长张。"], [("name", "张"), ("name", "弓长张")]),
        (["坐：请问您是赵磊先生吗？"], [("name", "赵磊")]),
    ],
)  # fmt: skip
def test_each_kind(turns: list[str], expected: list[tuple[str, str]]) -> None:
    assert found(*turns) == expected


def test_a_number_in_pieces_across_turns() -> None:
    pieces = found(
        "坐：请说一下您的手机号。", "客：幺三八。", "坐：幺三八。", "客：零零幺三", "坐：嗯。", "客：八零零零。", "坐：尾号八零零零，对吗？",
    )  # fmt: skip
    assert pieces == [
        ("phone", "幺三八"), ("phone", "幺三八"), ("phone", "零零幺三"), ("phone", "八零零零"), ("phone", "八零零零"),
    ]  # fmt: skip


def test_a_number_that_was_given_is_known_when_its_end_comes_up_later() -> None:
    said = found("客：我的号码13912345678。", "坐：请稍等。", "坐：好的，退款已通知5678这个号。")
    assert said == [("phone", "13912345678"), ("phone", "5678")]


@pytest.mark.parametrize(
    "text",
    [
        "客：我的订单号是202611011234。", "坐：工号8021为您服务。", "客：快递单号七三二一零零八八五五一二。", "坐：一共是一千二百三十五元。", "坐：三月十五号下午两点到。",
        "坐：请拨打10086或者12315。", "坐：热线400 820 8820。", "客：我买的是K312型号。", "客：等了二十分钟了。", "客：我的行李丢了。",
        "坐：很高兴为您服务。", "客：我在北京。", "坐：请问先生您还在吗？", "坐：安装师傅明天上门。", "客：这条路很堵。", "坐：您住哪个小区？",
        "客：二零二六年办的。", "坐：三楼是办公区。", "客：百分之二十五。", "客：你们经理呢？", "客：老师说可以的。", "客：曾经来过。",
    ],
)  # fmt: skip
def test_what_is_not_private_stays(text: str) -> None:
    assert found(text) == []


def test_names_and_numbers_from_metadata_and_settings_are_found_as_they_sound() -> None:
    facts = CallMetadata(customer="司徒静怡", caller="025-88361270", agent="李敏")
    known = Known.of(facts, Settings(agents=(AgentEntry(id="A1", name="白鹭"),)))
    assert found("坐：司徒静宜那边已经办好了。", known=known) == [("name", "司徒静宜")]
    assert found("坐：这事找白路就行。", known=known) == [("name", "白路")]
    assert found("坐：来电八八三六幺二七零已记录。", known=known) == [("phone", "八八三六幺二七零")]


@given(st.lists(st.text(max_size=40), max_size=6))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_searched(texts: list[str]) -> None:
    said = [says("agent" if n % 2 else "customer", t, 2.0 * n) for n, t in enumerate(texts)]
    masks = find_private(said, Known(("王小明",), ("13800138000",)))
    last = (-1, 0)
    for one in masks:
        assert 0 <= one.start < one.end <= len(texts[one.utterance])
        assert (one.utterance, one.start) >= last
        last = (one.utterance, one.end)


@given(st.integers(0, 10**9 - 1), st.sampled_from(["13", "15", "18", "19"]), st.integers(0, 99))
@settings(max_examples=100, deadline=None)
def test_a_masked_number_cannot_be_read_and_masking_twice_changes_nothing(
    rest: int, start: str, seed: int
) -> None:
    from private_words import said as spoken

    number = f"{start}{rest:09}"
    text = f"我的手机号是{spoken(number, Random(seed))}，谢谢。"
    before = [says("customer", text)]
    after = masked(text, find_private(before, Known()))
    assert sum(char in "0123456789零一二三四五六七八九幺０１２３４５６７８９" for char in after) < 4
    assert find_private([says("customer", after)], Known()) == ()


def test_a_generated_set_clean_and_with_errors() -> None:
    """The benchmark's figures on a part of its set, as a floor."""
    for rate, recall, precision in ((0.0, 0.98, 0.95), (0.1, 0.95, 0.95)):
        measured = Measured()
        for one in dialogues(11, 500):
            measured.add(misheard_dialogue(one, rate, 11) if rate else one)
        assert sum(measured.found.values()) / sum(measured.private.values()) >= recall
        assert measured.right / measured.masked >= precision


def test_a_call_is_masked_wherever_it_is_quoted() -> None:
    made = result()
    assert made.judged
    utterances = (
        says("agent", "您好，请问您贵姓？", 1.0), says("customer", "我姓钱。", 4.0),
        says("agent", "钱女士，您的手机号13800138000对吗？", 8.0),
    )  # fmt: skip
    judged = replace(made.judged, transcript=replace(made.judged.transcript, utterances=utterances))
    item = judged.scorecard.items[0]
    reason = replace(
        item.finding.reason, zh="坐席已说：「钱女士，您的手机号13800138000对吗？」「我姓钱。」"
    )
    finding = replace(item.finding, reason=reason)
    card = replace(judged.scorecard, items=(replace(item, finding=finding),))
    done = redacted(replace(judged, scorecard=card), Known())
    texts = [u.text for u in done.judged.transcript.utterances]
    assert texts == ["您好，请问您贵姓？", "我姓[name]。", "[name]女士，您的手机号[phone]对吗？"]
    assert (
        done.judged.scorecard.items[0].finding.reason.zh
        == "坐席已说：「[name]女士，您的手机号[phone]对吗？」「我姓[name]。」"
    )
    assert not any(u.words for u in done.judged.transcript.utterances[1:])


def test_metadata_and_file_names_are_masked_and_counted() -> None:
    made = result("20261101_13800138000_A1", "rec/20261101_13800138000_A1.wav")
    redaction = Redaction(Settings())
    clean = redaction.result(made)
    assert clean.call_id == "20261101_138******00_A1"
    assert "13800138000" not in clean.source
    assert clean.metadata.customer == "[name]"
    assert redaction.counts["name"] >= 1
    assert plain_name("A2001_20261013_152010") == "A2001_20261013_152010"


def words(*said: tuple[str, float, float], channel: int = 0) -> Utterance:
    text = "".join(word for word, _, _ in said)
    spoken = tuple(Word(w, a, b, 0.9) for w, a, b in said)
    return Utterance(0, "customer", said[0][1], said[-1][2], text, 0.9, spoken, channel)


def test_private_words_are_covered_by_their_times() -> None:
    one = words(("我的", 1.0, 1.5), ("号码是", 1.5, 2.2), ("138", 2.2, 3.0), ("0013", 3.0, 4.0), ("8000", 4.0, 5.0), ("谢谢", 5.4, 6.0))  # fmt: skip
    private = find_private([one], Known())[0]
    assert heard(one, private.start, private.end) == pytest.approx((2.2 - PAD, 5.0 + PAD))
    bare = replace(one, words=())
    assert heard(bare, private.start, private.end) == (1.0 - PAD, 6.0 + PAD)
    other = replace(
        one, text="我的号码是一三八零零一三八零零零，谢谢"
    )  # written otherwise than it was recognised
    private = find_private([other], Known())[0]
    start, end = heard(other, private.start, private.end)
    assert start <= 2.2
    assert end >= 5.0


def test_the_other_channel_is_silenced_only_while_nobody_speaks_there() -> None:
    customer = words(("13800138000", 2.0, 4.0), channel=1)
    agent = Utterance(1, "agent", 3.0, 3.5, "好的", 0.9, (), 0)
    laid = covers([customer, agent], find_private([customer, agent], Known()))
    tones = [(c.channel, c.start, c.end) for c in laid if c.tone]
    assert tones == [(1, 2.0 - PAD, 4.0 + PAD)]
    assert [(c.channel, c.start, c.end) for c in laid if not c.tone] == [
        (0, 2.0 - PAD, 3.0), (0, 3.5, 4.0 + PAD),
    ]  # fmt: skip


def test_a_tone_takes_the_place_of_what_was_said() -> None:
    sound = np.stack([noise(4.0, level=0.2, seed=1), noise(4.0, level=0.2, seed=2)], axis=1)
    one = Excerpt(10.0, 8000, sound)
    done = covered(one, [Cover(1, 11.0, 12.0), Cover(0, 11.5, 12.5, tone=False), Cover(1, 20.0, 21.0)])  # fmt: skip
    assert np.array_equal(done.samples[:8000], sound[:8000])
    assert np.array_equal(done.samples[20_000:], sound[20_000:])
    assert np.array_equal(done.samples[8000:12_000, 0], sound[8000:12_000, 0])
    assert not done.samples[12_000:20_000, 0].any()
    spectrum = np.abs(np.fft.rfft(done.samples[8000:16_000, 1]))
    assert spectrum.argmax() == 1000
    other = done.samples[8000:16_000, 1]
    assert abs(np.corrcoef(other, sound[8000:16_000, 1])[0, 1]) < 0.05
    assert np.array_equal(one.samples, sound)  # the excerpt itself is as it was


def test_a_recording_that_was_mixed_down_gets_the_tone_and_no_silence() -> None:
    one = Excerpt(0.0, 8000, noise(2.0, level=0.2)[:, None])
    done = covered(one, [Cover(1, 0.5, 1.0), Cover(1, 1.2, 1.5, tone=False)])
    assert not np.array_equal(done.samples[4000:8000], one.samples[4000:8000])
    assert np.array_equal(done.samples[9600:], one.samples[9600:])
