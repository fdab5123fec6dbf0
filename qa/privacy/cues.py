"""Words that tell what a number, a name or a place beside them is; known by their sound, for they are misheard, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ...scoring.alike import alike
from ...scoring.pinyin import Syllable, syllables

Cue = Literal["phone", "id_card", "bank_card", "tail", "plate", "address", "name", "harmless"]

_WORDS: Mapping[Cue, str] = {
    "phone": (
        "手机 电话 座机 固话 联系方式 短信 打我 打给我 拨打我 微信 来电号码 本机 号码 留个号 换号 新号 分机 打这个 "
        "联系号"
    ),
    "id_card": "身份证 证件号 证件号码 身份号码",
    "bank_card": "卡号 银行卡 账号 储蓄卡 信用卡 收款账户 工商银行 建设银行 招商银行 农业银行 中国银行 开户行 建行 工行 农行 哪张卡",
    "tail": "尾号 后四位 后六位 后三位 末四位 最后四位 最后几位 后几位 后面是",
    "plate": "车牌 号牌 牌照 哪辆车 我的车",
    "address": ("地址 住在 家住 收货 寄到 送到 麻烦寄 哪里 装机 户籍 搬家 搬到 住址"),
    "name": "贵姓 怎么称呼 如何称呼 称呼您 姓名 名字 叫什么",
    "harmless": (
        "订单 单号 运单 快递单 工单 工号 编号 合同 票号 序列号 型号 验证码 积分 余额 热线 客服电话 故障代码 流量 客服热线 拨打四零零 "
        "可以拨打 请拨打 业务编码 金额 一共是 扣了 邮编 包裹号 取件码 流水号 会员号"
    ),
}


@dataclass(frozen=True)
class Heard:
    """A cue in a text: characters [start, end)."""

    cue: Cue
    start: int
    end: int


@cache
def _sequences() -> dict[str, list[tuple[tuple[str, ...], Cue]]]:
    """The words by their first sound."""
    out: dict[str, list[tuple[tuple[str, ...], Cue]]] = {}
    for cue, written in _WORDS.items():
        for word in written.split():
            sounds = tuple(alike(s) for s in syllables(word))
            out.setdefault(sounds[0], []).append((sounds, cue))
    return out


def cues(text: str, said: Sequence[Syllable] | None = None) -> tuple[Heard, ...]:
    """The cues of a text, in its order; of those that overlap the longest."""
    said = syllables(text) if said is None else said
    sounds = [alike(s) for s in said]
    found: list[Heard] = []
    for at, first in enumerate(sounds):
        best: Heard | None = None
        for sequence, cue in _sequences().get(first, ()):
            end = at + len(sequence)
            if tuple(sounds[at:end]) == sequence:
                heard = Heard(cue, said[at].at, said[end - 1].at + len(said[end - 1].char))
                if best is None or heard.end > best.end:
                    best = heard
        if best and not (found and best.end <= found[-1].end):
            found.append(best)
    return tuple(found)


def before(found: Sequence[Heard], place: int, within: int) -> Heard | None:
    """The last cue that ends before a place, within so many characters."""
    near = [one for one in found if one.end <= place and place - one.end <= within]
    return near[-1] if near else None


_MENDED = (
    "先生 女士 太太 老师 经理 阿姨 叔叔 主任 我叫 名字叫 名字是 姓名是 收件人 收货人 联系人 户主是 机主是 车主叫 开户名 持卡人 登记的是 用的是 "
    "客服 工程师 请问您是 请问是 您是 我是 找一下 帮我查一下 本人 叫我 用的是 之前是 是不是 贵姓 怎么称呼"
)


@cache
def _mending() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    out: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for word in _MENDED.split():
        sounds = tuple(alike(s) for s in syllables(word))
        out.setdefault(sounds[0], []).append((sounds, word))
    return out


def mended(text: str, said: Sequence[Syllable]) -> str:
    """The text with these words as they are written, where something that sounds like them stands; of equal length."""
    sounds, chars = [alike(s) for s in said], list(text)
    for at, first in enumerate(sounds):
        for sequence, word in _mending().get(first, ()):
            if tuple(sounds[at : at + len(sequence)]) == sequence:
                places = [s.at for s in said[at : at + len(sequence)]]
                if places == list(range(places[0], places[0] + len(word))):
                    chars[places[0] : places[0] + len(word)] = word
    return "".join(chars)
