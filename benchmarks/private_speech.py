"""Dialogues of service calls in which what is private is marked: a judge of redaction, written as people speak.

How it is marked. A number that belongs to a person (mobile, landline, identity card, bank card, plate) is private, whole
or in pieces, and so are its last digits when they are read back or asked for; fillers and marks between its digits
belong to it. Of an address everything from its district, road or estate on to its last part is one mark; a city alone is
none. A name is private with or without its title, the title itself is not; a surname spelled out (弓长张) is. Private
are not: work, order and parcel numbers, amounts, dates, times, hotlines, models, names of firms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

import private_words as words
from misheard import misheard

Kind = Literal["phone", "id_card", "bank_card", "plate", "address", "name"]
Role = Literal["agent", "customer"]
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Mark:
    """Something private: characters [start, end) of a text."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True)
class Said:
    """What one side says."""

    speaker: Role
    text: str
    private: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Dialogue:
    """A piece of a call, and the names that are known from elsewhere."""

    turns: tuple[Said, ...]
    known_names: tuple[str, ...] = ()


def dialogues(seed: int, count: int) -> list[Dialogue]:
    """So many dialogues, the same for the same seed."""
    chance = Random(seed)
    makers = [make for make, weight in _MAKERS for _ in range(weight)]
    return [chance.choice(makers)(chance) for _ in range(count)]


def misheard_dialogue(one: Dialogue, rate: float, seed: int) -> Dialogue:
    """The dialogue with recognition errors; each mark has what became of its own characters."""
    chance = Random(f"{seed} {rate} {''.join(t.text for t in one.turns)}")
    return replace(one, turns=tuple(_misheard(turn, rate, chance) for turn in one.turns))


def _misheard(turn: Said, rate: float, chance: Random) -> Said:
    text, marks, at = "", list[Mark](), 0
    for mark in turn.private:
        text += misheard(turn.text[at : mark.start], rate, chance)
        private = misheard(turn.text[mark.start : mark.end], rate, chance)
        marks.append(Mark(mark.kind, len(text), len(text) + len(private)))
        text, at = text + private, mark.end
    text += misheard(turn.text[at:], rate, chance)
    return Said(turn.speaker, text, tuple(m for m in marks if m.end > m.start))


def turn(speaker: Role, frame: str, **values: tuple[Kind, str] | str) -> Said:
    """A frame with its fields filled in; those with a kind are marked."""
    text, marks, at = "", list[Mark](), 0
    for found in _FIELD.finditer(frame):
        text += frame[at : found.start()]
        value = values[found[1]]
        if isinstance(value, str):
            text += value
        else:
            marks.append(Mark(value[0], len(text), len(text) + len(value[1])))
            text += value[1]
        at = found.end()
    return Said(speaker, text + frame[at:], tuple(marks))


_ASK_PHONE = (
    "请问您的手机号是多少？", "方便留一个联系电话吗？", "麻烦您提供一下注册的手机号码。", "请您报一下电话号码。", "您的联系方式是？",
    "那我记一下您的手机号，您说。", "请问来电号码是您本人使用的吗？不是的话请报一个。", "好的，请问预留的手机号是？", "请说一下您的电话，我给您登记。",
)  # fmt: skip
_GIVE_PHONE = (
    "{n}。", "我的手机号是{n}。", "你记一下，{n}。", "{n}，对。", "嗯，{n}", "就打这个{n}吧。", "电话是{n}，随时可以打。", "手机{n}。", "号码{n}，是我爱人的。",
    "好，{n}，你记好了吗？", "留{n}这个号吧。",
)  # fmt: skip
_REPEAT = (
    "好的，跟您核对一下，{n}，对吗？", "{n}，是吧？", "我重复一遍，{n}。", "您的号码是{n}，没错吧？", "好的，{n}，已经登记了。", "确认一下{n}。",
)  # fmt: skip
_FREE_PHONE = (
    "你们可以打我{n}。", "我这个手机{n}一直没收到短信。", "我用{n}注册的账号登录不了。", "回头给我打{n}这个电话。", "我换号了，新号码是{n}。",
    "我老公的电话{n}也可以联系。", "座机是{n}，白天有人。", "加我微信也行，微信就是手机号{n}。", "短信发到{n}就行。", "你查一下{n}这个号码的话费。",
)  # fmt: skip
_ASK_ID = (
    "请提供一下您的身份证号码。",
    "麻烦报一下身份证号，我核实身份。",
    "请问您的证件号码是多少？",
    "办理需要核对身份证，请您说一下。",
    "您的身份证号是？",
)
_GIVE_ID = (
    "{n}。",
    "身份证号是{n}。",
    "好，{n}。",
    "我的身份证{n}，你核对一下。",
    "稍等我看一下，{n}。",
)
_ASK_CARD = (
    "请问您的银行卡号是多少？",
    "退款需要您提供一下卡号。",
    "麻烦报一下收款账号。",
    "请说一下您的储蓄卡卡号。",
    "您绑定的是哪张卡？请报卡号。",
)
_GIVE_CARD = (
    "{n}。",
    "卡号是{n}。",
    "建行的，{n}。",
    "你记一下，{n}，工商银行。",
    "招商银行卡{n}。",
    "账号{n}，开户行是中国银行。",
)
_ASK_PLATE = (
    "请问您的车牌号是多少？",
    "麻烦说一下车牌。",
    "您的车牌号码报一下。",
    "是哪辆车？请提供车牌号。",
)
_GIVE_PLATE = (
    "{n}。",
    "车牌是{n}。",
    "我的车{n}，白色的。",
    "{n}，一辆轿车。",
    "号牌{n}，停在地下车库。",
)
_ASK_ADDRESS = (
    "请问您的地址是？", "麻烦提供一下收货地址。", "您家住在哪里？", "请说一下详细地址，我安排师傅上门。", "寄到哪里呢？", "请问安装地址是哪里？", "您的装机地址报一下。",
)  # fmt: skip
_GIVE_ADDRESS = (
    "{a}。", "地址是{a}。", "我家住在{a}。", "你寄到{a}就行。", "我在{a}。", "送到{a}，我在家。", "嗯，{a}，你记一下。", "就是{a}，好找的。", "麻烦寄{a}。",
)  # fmt: skip
_REPEAT_ADDRESS = (
    "好的，{a}，对吗？",
    "跟您核对一下地址，{a}。",
    "您的地址是{a}，没错吧？",
    "{a}，师傅明天上门。",
)
_FREE_ADDRESS = (
    "我们小区{a}的网络断了。", "上次送到{a}的快递丢了。", "我住{a}，水管漏了。", "{a}这边停电了，什么时候来？", "我搬家了，新地址{a}。", "户籍在{a}。",
)  # fmt: skip
_ASK_NAME = (
    "请问您贵姓？",
    "请问怎么称呼您？",
    "请问您怎么称呼？",
    "方便说一下您的姓名吗？",
    "请问机主姓名是？",
    "您的名字是？",
)
_GIVE_SURNAME = (
    "我姓{s}。",
    "免贵姓{s}。",
    "姓{s}。",
    "{s}。",
    "我姓{s}，你叫我小{s}就行。",
    "叫我{s}先生吧。",
    "敝姓{s}。",
)
_GIVE_NAME = (
    "我叫{f}。",
    "{f}。",
    "我是{f}。",
    "名字是{f}。",
    "{f}，本人。",
    "叫{f}。",
    "户主是{f}。",
    "登记的是{f}的名字。",
    "我的名字叫{f}，用的是我的身份证。",
)
_CALL_BY = (
    "好的，{s}{t}，请问有什么可以帮您？", "{s}{t}您好。", "{s}{t}，您的问题我已经记录了。", "感谢{s}{t}的耐心等待。", "不好意思，{s}{t}，让您久等了。", "那{s}{t}您看这样可以吗？",
    "您好，{s}{t}，我帮您查到了。", "请{s}{t}稍等。",
)  # fmt: skip
_CONFIRM = (
    "请问您是{f}先生吗？",
    "您好，请问是{f}女士吗？",
    "请问是{f}本人吗？",
    "麻烦找一下{f}。",
    "是{f}吗？这里是客服中心。",
    "您是{f}吧？",
)
_PARTY = (
    "收件人写{f}。",
    "联系人{f}。",
    "收货人是{f}。",
    "开户名{f}。",
    "找一下你们那个{f}经理。",
    "之前是{f}给我办的。",
    "车主叫{f}。",
    "帮我查一下{f}的订单。",
)
_AGENT_NAME = (
    "您好，我是客服{f}，很高兴为您服务。",
    "我是您的专属客服{f}。",
    "您好，这里是云山电器，我叫{f}。",
    "我姓{s}，您可以叫我小{s}。",
    "工程师{f}明天联系您。",
)
_ACK = ("嗯。", "对。", "好。", "对对。", "嗯嗯。", "好的。", "是的。", "继续。", "您说。", "哦。")
_TAIL = ("请问手机尾号是多少？", "请说一下卡号后四位。", "身份证后六位是？", "请核对一下尾号。")

_HARMLESS: tuple[str, ...] = (
    "请问有什么可以帮您？", "好的，请您稍等。", "感谢您的来电，祝您生活愉快，再见。", "我的订单号是{d12}。", "订单编号{d10}，麻烦查一下。", "快递单号{d13}，三天没动了。",
    "运单号是SF{d12}。", "工号{d4}为您服务。", "我的工号是{d4}。", "您好，工号{d5}，请问有什么可以帮您？", "一共是{yuan}元。", "上个月扣了我{yuan}块钱。", "账单显示{yuan}元，其中流量{d2}元。",
    "{month}月{day}号下的单。", "大概{month}月{day}日能到。", "二零二{y}年办的卡。", "202{y}年{month}月开始的。", "早上{hour}点到下午{hour}点都有人。", "客服热线是10086。", "您可以拨打12315投诉。",
    "我刚打了95588，没人接。", "请拨打400{d7}咨询。", "我们的服务热线四零零八八二零零零零。", "我等了二十分钟了。", "打了三四次电话都占线。", "我要投诉你们。", "这个型号是K{d3}。",
    "我买的是华为P{d2}。", "冰箱型号BCD-{d3}。", "故障代码E{d2}。", "我在北京。", "上海分公司会联系您。", "你们在杭州有门店吗？", "这条路很堵。", "他们都说没问题。", "我的行李丢了。",
    "高兴为您服务。", "天气黄色预警。", "你们王牌产品是什么？", "这个价格比京东贵。", "百分之{d2}的折扣。", "保修期是{d2}个月。", "流量还剩{d3}兆。", "套餐是{d3}元包{d2}G。", "第{d2}次了。", "我要找你们经理。",
    "请问先生您还在吗？", "这位女士您别着急。", "老师说要等通知。", "楼下有人。", "三楼是办公区。", "电梯到十二楼。", "一号店的活动。", "两路人马。", "我一路走过来的。", "你们的小区宽带什么时候能装？",
    "验证码我没收到。", "积分有{d4}分。", "余额{yuan}元。", "好的，那我帮您登记一下。", "请问还有其他可以帮您的吗？", "我想问一下退款什么时候到账。", "三到五个工作日到账。", "二十四小时内给您回复。", "编号{d8}的工单已经提交。",
    "工单号{d10}。", "会员等级是五级。", "票号{d8}，帮我退一下。", "合同编号{d9}。", "设备序列号{d10}。", "不用了，谢谢。", "请您稍等，我为您查询。", "我姓什么不重要。", "您贵姓都没问就挂了。", "孩子上初一了。",
    "千万别再打给我了。", "一万多块钱呢。", "白天没空，晚上可以。", "方便的话尽快处理。", "金额不对。", "马上就到。", "安装师傅还没来。", "高峰期比较慢。", "武汉的仓库发货。", "江苏的客户可以享受。",
    "我们公司在国贸附近。", "您的包裹到了天河区的网点。", "浦东那边下雨。", "周六周日休息。", "时间大概是{hour}点半。", "从一号到十五号。", "二十五度。", "重量三百五十克。", "尺寸是{d2}乘{d2}。",
)  # fmt: skip


def harmless(chance: Random, speaker: Role | None = None) -> Said:
    """Something with nothing private in it; half of it with numbers that tempt."""
    frame = chance.choice(_HARMLESS)
    values = {f"d{n}": _spoken(words.digits(chance, n), chance) for n in range(2, 14)}
    values |= {
        "yuan": words.count(chance.randint(2, 2999), chance), "month": words.count(chance.randint(1, 12), chance),
        "day": words.count(chance.randint(1, 28), chance), "hour": words.count(chance.randint(1, 12), chance),
        "y": chance.choice("三四五"),
    }  # fmt: skip
    return turn(speaker or chance.choice(("agent", "customer")), frame, **values)


def _spoken(number: str, chance: Random) -> str:
    return number if chance.random() < 0.6 else words.said(number, chance)


def _number(
    kind: Kind, make: Callable[[Random], str], ask: tuple[str, ...], give: tuple[str, ...]
) -> Callable[[Random], Dialogue]:
    """A number that is asked for, given whole or in pieces, and read back whole, in its last digits, or not."""

    def dialogue(chance: Random) -> Dialogue:
        number = make(chance)
        turns = [turn("agent", chance.choice(ask))]
        if chance.random() < 0.4:
            turns += _pieces(kind, number, chance)
        else:
            turns.append(
                turn("customer", chance.choice(give), n=(kind, words.said(number, chance)))
            )
        back = chance.random()
        if back < 0.35:
            turns.append(
                turn("agent", chance.choice(_REPEAT), n=(kind, words.said(number, chance)))
            )
            turns.append(turn("customer", chance.choice(_ACK)))
        elif back < 0.5:
            last = words.said(number[-4:], chance, (4,))
            turns.append(turn("agent", "尾号{n}，对吗？", n=(kind, last)))
        turns += [harmless(chance) for _ in range(chance.randint(0, 2))]
        return Dialogue(tuple(turns))

    return dialogue


def _pieces(kind: Kind, number: str, chance: Random) -> Iterator[Said]:
    """The customer gives a few digits at a time; the agent repeats them, or only listens."""
    sizes = {11: (3, 4, 4), 18: (6, 4, 4, 4)}.get(len(number), (4, 4, 4, 4, 4))
    style = chance.random()
    at = 0
    for size in sizes:
        piece = number[at : at + size]
        at += size
        if not piece:
            return
        spoken = words.said(piece, chance, (size,))
        end = chance.choice(("。", "，", "", "。"))
        yield turn("customer", "{n}" + end, n=(kind, spoken))
        if style < 0.55:
            frame = chance.choice(("{n}。", "{n}，嗯。", "{n}，您继续。", "嗯，{n}。", "{n}"))
            yield turn("agent", frame, n=(kind, words.said(piece, chance, (size,))))
        else:
            yield turn("agent", chance.choice(_ACK))


def _free(
    kind: Kind, make: Callable[[Random], str], frames: tuple[str, ...]
) -> Callable[[Random], Dialogue]:
    def dialogue(chance: Random) -> Dialogue:
        one = turn("customer", chance.choice(frames), n=(kind, words.said(make(chance), chance)))
        return Dialogue(
            (
                *(harmless(chance) for _ in range(chance.randint(0, 1))),
                one,
                harmless(chance, "agent"),
            )
        )

    return dialogue


def _tails(chance: Random) -> Dialogue:
    ask = chance.choice(_TAIL)
    kind: Kind = "id_card" if "身份" in ask else "bank_card" if "卡号" in ask else "phone"
    piece = words.said(words.digits(chance, 6 if "六" in ask else 4), chance, (6,))
    return Dialogue(
        (turn("agent", ask), turn("customer", "{n}。", n=(kind, piece)), harmless(chance))
    )


def _corrected(chance: Random) -> Dialogue:
    number = words.mobile(chance)
    wrong = number[:-1] + chance.choice("0123456789")
    return Dialogue((
        turn("agent", chance.choice(_ASK_PHONE)),
        turn("customer", chance.choice(_GIVE_PHONE), n=("phone", words.said(number, chance))),
        turn("agent", "{n}，对吗？", n=("phone", words.said(wrong, chance))),
        turn("customer", "不对，后面是{n}。", n=("phone", words.said(number[-4:], chance, (4,)))),
        turn("agent", "好的，{n}。", n=("phone", words.said(number, chance))),
    ))  # fmt: skip


def _plates(chance: Random) -> Dialogue:
    number = words.plate(chance)
    turns = [
        turn("agent", chance.choice(_ASK_PLATE)),
        turn("customer", chance.choice(_GIVE_PLATE), n=("plate", number)),
    ]
    if chance.random() < 0.5:
        turns.append(turn("agent", "好的，{n}，请问是哪里的停车场？", n=("plate", number)))
    return Dialogue((*turns, harmless(chance)))


def _addresses(chance: Random) -> Dialogue:
    place = words.address(chance)
    if chance.random() < 0.35:
        one = turn("customer", chance.choice(_FREE_ADDRESS), a=("address", place))
        return Dialogue((one, harmless(chance, "agent")))
    turns = [
        turn("agent", chance.choice(_ASK_ADDRESS)),
        turn("customer", chance.choice(_GIVE_ADDRESS), a=("address", place)),
    ]
    if chance.random() < 0.4:
        turns.append(turn("agent", chance.choice(_REPEAT_ADDRESS), a=("address", place)))
    return Dialogue((*turns, *(harmless(chance) for _ in range(chance.randint(0, 2)))))


def _names(chance: Random) -> Dialogue:
    surname, given = words.name(chance)
    title = chance.choice(words.TITLES)
    s: tuple[Kind, str] = ("name", surname)
    f: tuple[Kind, str] = ("name", surname + given)
    ask = turn("agent", chance.choice(_ASK_NAME))
    if chance.random() < 0.5:
        answer = turn("customer", chance.choice(_GIVE_SURNAME), s=s)
        if surname in words.SPELLED and chance.random() < 0.4:
            answer = turn("customer", "我姓{s}，{p}。", s=s, p=("name", words.SPELLED[surname][0]))
    else:
        answer = turn("customer", chance.choice(_GIVE_NAME), f=f)
    return Dialogue(
        (ask, answer, turn("agent", chance.choice(_CALL_BY), s=s, t=title), harmless(chance))
    )


def _other_names(chance: Random) -> Dialogue:
    surname, given = words.name(chance)
    full = surname + given
    f: tuple[Kind, str] = ("name", full)
    pick = chance.random()
    if pick < 0.3:
        ack = turn("customer", chance.choice(("是我，你说。", "对，我是。", "嗯，哪位？")))
        return Dialogue((turn("agent", chance.choice(_CONFIRM), f=f), ack, harmless(chance)))
    if pick < 0.6:
        return Dialogue(
            (harmless(chance), turn("customer", chance.choice(_PARTY), f=f), harmless(chance))
        )
    if pick < 0.8:
        opening = turn("agent", chance.choice(_AGENT_NAME), f=f, s=("name", surname))
        return Dialogue((opening, harmless(chance, "customer")))
    frames = (
        "{f}先生，这边为您核实一下。",
        "是不是{f}给你们打过电话？",
        "{f}女士的业务办好了。",
        "我替{f}问一下。",
        "好的，{f}，我知道了。",
    )
    return Dialogue(
        (turn("agent", chance.choice(frames), f=f), harmless(chance)), known_names=(full,)
    )


def _chat(chance: Random) -> Dialogue:
    return Dialogue(tuple(harmless(chance) for _ in range(chance.randint(2, 4))))


_MAKERS: tuple[tuple[Callable[[Random], Dialogue], int], ...] = (
    (_number("phone", words.mobile, _ASK_PHONE, _GIVE_PHONE), 5),
    (_number("phone", words.landline, _ASK_PHONE, _GIVE_PHONE), 1),
    (_number("id_card", words.id_card, _ASK_ID, _GIVE_ID), 3),
    (_number("bank_card", words.bank_card, _ASK_CARD, _GIVE_CARD), 3),
    (_free("phone", words.mobile, _FREE_PHONE), 3),
    (_tails, 1),
    (_corrected, 1),
    (_plates, 2),
    (_addresses, 5),
    (_names, 4),
    (_other_names, 4),
    (_chat, 6),
)
