"""The written form: Simplified, punctuated, and nothing that nobody said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.transcribe.text import chinese, is_loop, is_phantom, written
from callqa.transcribe.transcript import Word


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("請問您貴姓", "请问您贵姓。"),
        ("您好,请问有什么可以帮您?", "您好，请问有什么可以帮您？"),
        ("您好, 很高兴为您服务.", "您好，很高兴为您服务。"),
        ("型号是3508,", "型号是3508。"),
        ("请问怎么称呼您Ｇ", "请问怎么称呼您G。"),
        ("这样可以吗", "这样可以吗？"),
        ("，您好", "您好。"),
        ("OK 好的", "OK好的。"),
        ("价格是 3.5 元", "价格是3.5元。"),
        ("", ""),
    ],
)
def test_chinese_is_simplified_and_punctuated(raw: str, expected: str) -> None:
    assert chinese(raw) == expected


@given(st.text("您好请问,.?!，。 a1", max_size=30))
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    once = chinese(text)
    assert chinese(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "字幕由Amara.org社区提供",
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "請不吝點贊訂閱轉發打賞支持明鏡與點點欄目",
        "谢谢观看",
        "感谢大家的观看，下次再见",
        "中文字幕志愿者 李宗盛",
        "以下是普通话的客服通话，请用简体中文和标点。",
        "Thanks for watching!",
        "。，",
        "",
    ],
)
def test_phantom_sentences_are_known(text: str) -> None:
    assert is_phantom(text)


@pytest.mark.parametrize(
    "text",
    [
        "好的，感谢您的来电，祝您生活愉快，我们下次再见。",
        "下次再见。",
        "再见。",
        "感谢您的来电，再见。",
        "谢谢。",
        "我想订阅你们的杂志。",
        "李敏。",
        "这里是云杉电器。",
        "视频看不了。",
    ],
)
def test_what_people_say_is_no_phantom(text: str) -> None:
    assert not is_phantom(text, ["云杉电器", "李敏"])


def test_a_list_of_the_primed_names_is_a_phantom() -> None:
    assert is_phantom("云杉电器、李敏、孙浩", ["云杉电器", "李敏", "孙浩"])


@pytest.mark.parametrize("text", ["好的" * 20, "一一一一一一一一", "我想要，" * 10])
def test_a_stuck_decoder_is_noticed(text: str) -> None:
    assert is_loop(text)


@pytest.mark.parametrize(
    "text",
    [
        "好的好的好的。",
        "对对对对对。",
        "喂喂喂",
        "幺三八零零零零零零一二三，麻烦您记一下。",
        "对对对，是的。",
    ],
)
def test_repetition_that_people_say_is_no_loop(text: str) -> None:
    assert not is_loop(text)


def test_phrases_of_the_recogniser_are_parted_by_a_comma() -> None:
    words = [Word(text, 0, 1, 0.9) for text in ("您好", "请问", "贵姓")]
    assert written(words, [0, 1], "zh") == "您好，请问贵姓。"


def test_english_keeps_its_blanks() -> None:
    words = [Word(text, 0, 1, 0.9) for text in (" Thank", " you  for", " calling.")]
    assert written(words, [0], "en") == "Thank you for calling."
