"""Entities in recognised text: what is found, what is not, and what is the same thing said in two ways."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callqa.scoring.entities import Entity, entities, nearness, same

SPOKEN = "零一二三四五六七八九"

NO_ENTITIES = """
    一下 一个 三天 第一 十分 一点 万一 一起 两位 我等一下 三天内 十分感谢 快一点 便宜一点
    晚一点 早一点 一点点 千万不要 一块去 三四百块 两三千 五六个 十几块 几百块 几千 好几万
    第一百二十条 百分之一百 100% 两三天 三点五 八点五折 一三 一共 一直 三个月 二十四小时
    一分钟 五分钟 三小时 有两点要问 这三点要求 第二点 一号线 二号楼 三号窗口 周末 一周一次
    十三月 三三两两 七七八八 拐弯 山洞 勾选 二十五点 统一 一样 一年 两年 十号台 5G 一次
    三元桥 两块电池
    每周三次 一个星期三次 人民路二十八号 差五分三点 三点差五分 双十一 五一
"""


def told(text: str) -> list[tuple[str, str]]:
    return [(e.kind, e.value) for e in entities(text)]


def only(text: str) -> Entity:
    (entity,) = entities(text)
    return entity


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("我的手机号是幺三八零零幺二三四五六", "phone", "13800123456"),
        ("138零零一二三四五六", "phone", "13800123456"),
        ("一三八，零零幺二，三四五六", "phone", "13800123456"),
        ("一三八。零零幺二。三四五六。对的", "phone", "13800123456"),
        ("一三八嗯零零一二啊，三四五六", "phone", "13800123456"),
        ("１３８ ００１２ ３４５６", "phone", "13800123456"),
        ("+86 138-0012-3456", "phone", "13800123456"),
        ("幺三八洞洞幺二三四五六", "phone", "13800123456"),
        ("幺三八零零幺二三四五拐", "phone", "13800123457"),
        ("一三八四个零一二三四", "phone", "13800001234"),
        ("one three eight zero zero one two three four five six", "phone", "13800123456"),
        ("零二一，六六七七八八九九", "phone", "02166778899"),
        ("010-66778899", "phone", "01066778899"),
        ("六六七七八八九", "phone", "6677889"),
        ("请打四零零，八八八，一二三四", "phone", "4008881234"),
        ("95588", "phone", "95588"),
        ("一零零八六", "phone", "10086"),
        ("幺二三幺五", "phone", "12315"),
        ("卡号后四位是三四五六", "number", "3456"),
        ("后4位3456", "number", "3456"),
        ("1 3 8 0 0", "number", "13800"),
        ("尾号三个八", "number", "888"),
        ("订单号二零二六杠一一二三横杠四五六", "number", "20261123456"),
        ("身份证11010119900101123x", "number", "11010119900101123X"),
        ("我是八零二三号客服", "number", "8023"),
        ("房间三零二，两个人", "number", "302"),
        ("订单123456，3天到", "number", "123456"),
        ("号码我说一下，一三八零", "number", "1380"),
        ("三百个", "number", "300"),
        ("中山路一百二十号", "number", "120"),
        ("二十万公里", "number", "200000"),
        ("双十一，六一八大促", "number", "618"),
        ("一百兆宽带", "number", "100"),
        ("一千二", "amount", "1200"),
        ("一千二百元", "amount", "1200"),
        ("1200块", "amount", "1200"),
        ("1200 元", "amount", "1200"),
        ("1,200.50元", "amount", "1200.5"),
        ("￥99", "amount", "99"),
        ("一千五百块钱", "amount", "1500"),
        ("两万三", "amount", "23000"),
        ("1万2", "amount", "12000"),
        ("1.5万元", "amount", "15000"),
        ("十二点五万", "amount", "125000"),
        ("一亿二千万元", "amount", "120000000"),
        ("一千零五块", "amount", "1005"),
        ("三点五元", "amount", "3.5"),
        ("三块五", "amount", "3.5"),
        ("三块半", "amount", "3.5"),
        ("十二块五毛二", "amount", "12.52"),
        ("十二元五角", "amount", "12.5"),
        ("十块零五分", "amount", "10.05"),
        ("五毛钱", "amount", "0.5"),
        ("一块钱", "amount", "1"),
        ("一九九块", "amount", "199"),
        ("一百多块", "amount", "100"),
        ("贰拾元", "amount", "20"),
        ("两千兩百塊", "amount", "2200"),
        ("十一月二十三日", "date", "--11-23"),
        ("十一月二十三号", "date", "--11-23"),
        ("十一月二十三到货", "date", "--11-23"),
        ("11 月 23 日", "date", "--11-23"),
        ("二零二六年十一月二十三日", "date", "2026-11-23"),
        ("26年11月23号", "date", "2026-11-23"),
        ("2026-11-23", "date", "2026-11-23"),
        ("2026/1/3", "date", "2026-01-03"),
        ("二十五号", "date", "--25"),
        ("25日之前", "date", "--25"),
        ("十一月份", "date", "--11-"),
        ("2026年买的", "date", "2026--"),
        ("下周三", "date", "W3"),
        ("上个礼拜天师傅来过", "date", "W7"),
        ("星期天", "date", "W7"),
        ("15:00", "time", "15:00"),
        ("下午三点", "time", "15:00"),
        ("下午3点", "time", "15:00"),
        ("三点钟", "time", "03:00?"),
        ("8点半", "time", "08:30?"),
        ("两点半", "time", "02:30?"),
        ("早上八点三十分", "time", "08:30"),
        ("八点零五", "time", "08:05?"),
        ("8点 30 分", "time", "08:30?"),
        ("上午十点一刻", "time", "10:15"),
        ("晚上八点", "time", "20:00"),
        ("晚上十二点", "time", "00:00"),
        ("中午十二点", "time", "12:00"),
        ("中午一点", "time", "13:00"),
        ("凌晨两点", "time", "02:00"),
        ("二十点四十", "time", "20:40"),
        ("一点半", "time", "01:30?"),
    ],
)
def test_an_entity_has_one_normal_form(text: str, kind: str, value: str) -> None:
    assert told(text) == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    NO_ENTITIES.split(),
)
def test_what_is_no_entity(text: str) -> None:
    assert told(text) == []


def test_several_entities_of_one_sentence_with_their_places() -> None:
    text = "您十一月二十三号下午三点付的1200元，尾号三四五六，电话１３８ 0012 3456对吗"
    assert [(e.kind, text[e.start : e.end]) for e in entities(text)] == [
        ("date", "十一月二十三号"),
        ("time", "下午三点"),
        ("amount", "1200元"),
        ("number", "三四五六"),
        ("phone", "１３８ 0012 3456"),
    ]


def test_two_mobile_numbers_in_a_row_are_two() -> None:
    text = "一三八零零一二三四五六，一三九零零一二三四五六"
    assert told(text) == [("phone", "13800123456"), ("phone", "13900123456")]


def test_two_weekdays_in_a_row_are_two() -> None:
    assert told("周六周日") == [("date", "W6"), ("date", "W7")]


def test_an_amount_after_a_pause_is_no_part_of_the_number_before() -> None:
    assert told("卡号三四五六，二十块") == [("number", "3456"), ("amount", "20")]
    assert told("一三八零零一二三四五六，下午三点") == [("phone", "13800123456"), ("time", "15:00")]


@pytest.mark.parametrize(
    "ways",
    [
        ("幺三八零零一二三四五六", "138 0012 3456", "一三八，零零一二，三四五六"),
        ("一千二", "一千二百元", "1200块", "一二零零元", "1200"),
        ("8点半", "八点三十分", "8:30"),
        ("三点", "下午三点", "15:00", "十五点"),
        ("十一月二十三号", "二十三号", "2026年11月23日"),
        ("下周三", "周三", "礼拜三", "星期3"),
        ("一三八零零一二三四五六", "后四位3456"),
        ("三块五毛", "3.5元", "3.50元", "三块五", "三块半"),
    ],
)
def test_the_same_thing_in_several_ways(ways: tuple[str, ...]) -> None:
    first, *others = (only(way) for way in ways)
    assert all(same(first, other) and same(other, first) for other in others)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("一三八零零一二三四五六", "后四位3457"),
        ("一三八零零一二三四五六", "尾号四五六"),  # three digits are too few
        ("一千二百元", "一百二十元"),
        ("一千二百元", "卡号四一二零零"),
        ("上午九点", "晚上九点"),
        ("三点", "三点半"),
        ("十一月二十三号", "十二月二十三号"),
        ("十一月二十三号", "十一月"),
        ("二十三号", "十一月"),
        ("下周三", "三号"),
        ("周三", "周四"),
        ("二零二五年十一月二十三日", "2026年11月23日"),
        ("三点", "三号"),
        ("尾号11010119900101123x", "1101元"),
    ],
)
def test_what_is_not_the_same(a: str, b: str) -> None:
    assert not same(only(a), only(b))
    assert not same(only(b), only(a))


def spell(value: int) -> str:
    """A whole number below 10^8 as a Chinese numeral."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        return spell(high) + "万" + (("零" if low < 1000 else "") + spell(low) if low else "")
    out, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        out += ("零" if gap and out and digit else "") + (SPOKEN[digit] + name if digit else "")
        gap = not digit
    return out or "零"


@given(st.integers(1, 99_999_999))
def test_every_amount_is_read_as_it_is_spelt(value: int) -> None:
    assert told(spell(value) + "元") == [("amount", str(value))]


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_written_amounts_keep_their_value(yuan: int, cents: int) -> None:
    entity = only(f"付了{yuan}.{cents:02}元")
    assert entity.kind == "amount"
    assert Decimal(entity.value) == Decimal(yuan) + Decimal(cents) / 100


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.lists(st.sampled_from(["", "", "，", " ", "、", "嗯", ", "]), min_size=11, max_size=11),
    st.lists(st.sampled_from(["arabic", "spoken", "wide"]), min_size=11, max_size=11),
)
def test_a_mobile_number_is_known_however_it_is_said(
    digits: str, pauses: list[str], ways: list[str]
) -> None:
    said = ""
    for digit, pause, way in zip(digits, pauses, ways, strict=True):
        spoken = "幺" if digit == "1" else SPOKEN[int(digit)]
        said += {"arabic": digit, "spoken": spoken, "wide": chr(ord(digit) + 0xFEE0)}[way] + pause
    text = f"我的电话是{said}谢谢"
    entity = only(text)
    assert (entity.kind, entity.value) == ("phone", digits)
    assert same(entity, only(digits))
    assert same(entity, only(f"尾号{digits[-4:]}"))
    assert entity.start == 5


@given(st.integers(1, 12), st.integers(1, 31))
def test_every_day_is_read_in_both_writings(month: int, day: int) -> None:
    spoken = spell(month).replace("一十", "十"), spell(day).replace("一十", "十")
    assert told(f"{spoken[0]}月{spoken[1]}号") == [("date", f"--{month:02}-{day:02}")]
    assert told(f"{month}月{day}日") == [("date", f"--{month:02}-{day:02}")]
    assert told(f"{spoken[1]}号") == [("date", f"--{day:02}")]


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_time_is_read_in_both_writings(hour: int, minute: int) -> None:
    spoken = [spell(value) for value in (hour, minute)]
    said = spoken[0].removeprefix("一") if 10 <= hour < 20 else spoken[0]
    minutes = ("零" if 0 < minute < 10 else "") + (
        spoken[1].removeprefix("一") if minute > 9 and minute < 20 else spoken[1]
    )
    wanted = f"{hour:02}:{minute:02}"
    heard = only(f"{said}点{minutes}分")
    assert heard.value.strip("?") == wanted
    assert same(heard, only(f"{hour}:{minute:02}"))


BITS = [
    *"0123456789零一二三四五六七八九十百千万亿两幺半点元块毛分年月日号周个第，。 洞拐勾x：",
    "下午",
    "three",
    "横杠",
    "一下",
    "㈠",
    "½",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(BITS), max_size=25).map("".join)))
@example("9" * 6000 + "元")
@example("零" * 5000)
@example("二零二六年" * 500)
def test_any_text_gives_entities_in_order_within_it(text: str) -> None:
    found = entities(text)
    end = 0
    for entity in found:
        assert end <= entity.start < entity.end <= len(text)
        assert entity.value
        assert same(entity, entity)
        end = entity.end
    assert all(same(a, b) == same(b, a) for a in found[:10] for b in found[:10])


def test_nearness_is_one_less_the_share_of_wrong_digits() -> None:
    assert nearness("13800123456", "13800123456") == 1
    assert nearness("3456", "3457") == 0.75
    assert nearness("3456", "345") == 0.75
    assert nearness("12", "") == 0
    assert nearness("", "") == 1


@given(st.text("0123456789", max_size=12), st.text("0123456789", max_size=12))
def test_nearness_does_not_mind_the_order(a: str, b: str) -> None:
    assert nearness(a, b) == nearness(b, a)
    assert (nearness(a, b) == 1) == (a == b)
