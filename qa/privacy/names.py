"""Names of people: before a title, after words that name somebody, in answer to being asked; known ones by sound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from ...scoring.alike import alike, alike_sound
from ...scoring.pinyin import MORE_SURNAMES, SURNAMES, sounds_of
from .private import Private
from .talk import Line, Talk

_COMPOUND = "欧阳|司马|上官|诸葛|皇甫|司徒|令狐|慕容|尉迟|长孙|东方|夏侯|独孤|南宫|公孙|申屠"
_TITLE = r"(?:先[生声升省胜圣]|[先现鲜]生|女[士是事式市世]|小姐|太太|老师(?!说要)|经[理里]|师[傅父]|阿姨|叔叔|大[姐哥]|主任|医生|总(?![是共体部之计结在会想额数价之得台统])|同志|工程师|教授|律师|警官)"
# Before a title stands a name, but for these.
_TITLE_SIGNS = frozenset("先女士姐师傅姨阿经")
# After these comes a name, whatever it begins with.
_SURE_LEAD = re.compile(
    "(?:我叫|名字叫|联系人|收货人是?|收件人写?|户主是?|机主是?|车主叫|开户名)([\u3400-\u9fff]{2,3})(?=[。，,！!]|$)"
)
_FURTHER = frozenset("傅文欧闻褚冼麦邝揭郗阙肖闫付贠隋蹇逄仝亓")
_NO_NAME = frozenset(
    "换见当做像主这那位个老的名些该男女各哪客您你好有是请和跟与找给为让帮叫对说问去来大小本前新旧原位为未味第之两几多了呢吗啊哦嗯喂吧呀我他她"
)
_LEADS = (
    "我叫|名字叫|名字是|姓名是|本名|名叫|收件人写?是?|收货人写?是?|联系人是?|户名|开户名|户主是?|机主是?|车主是?叫?|车主叫|持卡人是?|客服(?!中心|热线|电话|人员|部|是)|专员|顾问|工程师(?!会|明|来|上)"
    "|找一下|帮我?找|帮我查一?下?|登记的是|用的是|之前是|是不是|我替|替|请问是|问您是|您好是|您是|大名|叫做|人叫|我是|是|叫|^|[，。！？,.!?]\\s*"
)
_WEAK = frozenset(("我是", "帮我查", "帮我查一下"))
_AFTER = rf"(?={_TITLE}|本人|[吗吧的呢，。！？,.!?\s]|$|给我|给你|这|问一下|打过|的|明天|今天|您好|为您|很高兴|经理|这个|那个|嗯|对|是吗|是吧)"
_SPELLED = re.compile(
    "弓长张?|木子李|立早章|耳东陈|双木林|口天吴|古月胡|双人[徐许]|木易[杨羊]|草头[黄皇]|言午[许徐]|文刀[刘流]|人可何|走肖赵|十八子李?|三点水|美女姜|女字旁"
)
# What begins like a name and is none.
_WORD_LIST = """
高兴 高峰 黄色 王牌 方便 方式 金额 马上 白天 周一 周二 周三 周四 周五 周六 周日 周末 安装
安排 时间 时候 万一 千万 江苏 武汉 龙头 平时 平台 和平 成都 成功 水平 明天 明白 明年 应该
应当 包裹 包括 程序 向您 向我 常用 常见 全部 全额 单位 单子 单号 边上 查询 查一 查看 计划
计算 解决 解释 安全 强制 易碎 管理 任何 任务 于是 何时 元旦 申请 支付 支持 经常 经过 游戏
关于 关机 关闭 路上 路由 车上 车牌 连接 连续 顾客 钱包 钱数 石油 文件 文化 严重 杜绝 牛奶
毛病 温度 农行 农业 广东 广州 深圳 东西 东边 师傅 华为 康复 项目 房子 房东 房间 程度 段时
孔子 左右 左边 右边 司机 司法 空调 花费 花了 花园 余额 雷电 贺卡 汤水 章程 古代 蓝色 简单
通话 冷气 喻为 柴油 鲁莽 符合 景点 桂花 全国 党员 还是 还有 还没 相信 相关 那个 那边 那么
别的 别人 来电 来自 尚未 从来 从一 从事 种类 充值 充电 黎明 米饭 宝贝 宝宝 海尔 国家 国庆
国贸 后面 后来 法院 法律 时长 权益 凤凰 宣布 宣传 童装 盛大 林业 钟头 干净 应急 宗旨 丁点
邓小 郁闷 杭州 洪水 诸位 石头 吉利 荣誉 曲线 封号 储蓄 储值 富裕 焦急 巴士 侯车 宁波 甘肃
厉害 武器 叶子 白色 蒲公 池塘 乔迁 劳动 姬 冉冉 边缘 燕京 冀中 温馨 庄稼 习惯 容易 慎重 满意
满足 匡正 寇 沃尔 利息 利用 蔚来 越来 隆重 巩固 晁 敖 融资 辛苦 饶了 曾经 沙发 丰富 巢 查收
盖章 益处
"""
_WORDS = frozenset(_WORD_LIST.split())


_ANSWER = re.compile(
    rf"(?:[嗯哦啊好对呃，,\s]|就是|我的?|名字?|姓名|户?主|机主|登?记的?|免贵|敝|贵)*(?:姓|叫|是|叫做|名字叫){{0,2}}"
    rf"((?:(?!{_TITLE}|本人)[\u3400-\u9fff]){{1,4}}?)(?=[。，,！!？\s]|$|{_TITLE}|本人|的)"
)
_NO_PERSON = frozenset(
    ("电话", "号码", "手机", "方式", "姓名", "地址", "本人", "信息", "自己", "都是", "也是", "一样")
)
_OWNERS = frozenset(("是", "对", "车主", "户主", "机主", "业主", "本人", "客户", "用户", "老客户"))
# No name has these, so that an answer with one of them is something else.
_NOT_IN_NAMES = frozenset("边您你我他的了吗呢吧啊哦什么不没有要想问为这那哪可以就还都嗯请谢")


def find_names(talk: Talk, known: Sequence[str]) -> Iterator[Private]:
    """The names of a call; those that are found for certain are found again wherever they come up."""
    certain = dict.fromkeys(known)
    found: list[Private] = []
    for line in talk.lines:
        asked = talk.asks_for(line, "name")
        for start, end, sure in _in(line, asked=asked):
            found.append(Private("name", line.number, start, end))
            if sure and end - start >= 2:
                certain[line.text[start:end]] = None
    yield from found
    for name in certain:
        yield from _again(talk, name)
    surnames = {talk.lines[one.utterance].text[one.start] for one in found}
    yield from _addressed(talk, surnames | {name[0] for name in known})


def _in(line: Line, *, asked: bool) -> Iterator[tuple[int, int, bool]]:
    text = line.mended
    yield from _before_titles(text)
    for match in _surnamed().finditer(text):
        yield *match.span(1), False
    for match in _SPELLED.finditer(line.text):
        yield *match.span(), False
    for match in _SURE_LEAD.finditer(text):
        if not set(match[1]) & _NOT_IN_NAMES and match[1][:2] not in _NO_PERSON:
            yield *match.span(1), True
    yield from _led(line, asked=asked)
    if asked:
        yield from _answered(line)


def _before_titles(text: str) -> Iterator[tuple[int, int, bool]]:
    for match in _titled().finditer(text):
        start, end = match.span(1)
        if (
            match[1][0] == "谢"
            and text[max(0, start - 1) : start] in ("感", "谢")
            and end - start > 1
        ):
            start += 1
        strange = [at for at in range(start + 1, end) if text[at] in _NOT_IN_NAMES]
        if strange:  # 那边的何经理
            start = strange[-1] + 1
        if (
            start >= end
            or (end - start > 2 and text[start + 1 : start + 3] in _WORDS)
            or text[start] in _NO_NAME
        ):
            continue
        alone = end - start == 1  # 曾经理 is no 曾经
        if (alone or text[start : start + 2] not in _WORDS) and (
            not strange or text[start] in SURNAMES
        ):
            yield start, end, False


def _led(line: Line, *, asked: bool) -> Iterator[tuple[int, int, bool]]:
    """Names after what leads to them."""
    for match in _full().finditer(line.mended):
        lead, name = match[1], match[2]
        weak = lead.strip() in _WEAK
        if name[:2] in _WORDS or (weak and name[0] not in SURNAMES and not _double(name)):
            continue
        if set(name[1:]) & _NOT_IN_NAMES or name[0] in _NOT_IN_NAMES - {"谢"}:
            continue
        bare = lead.strip() in ("", "，", "。", ",", "！", "？", "!", "?", "是", "叫")
        if bare and not (
            asked or _titled().match(line.mended, match.start(2)) or _tied(line, match)
        ):
            continue
        yield *match.span(2), len(name) >= 2 and not bare


def _tied(line: Line, match: re.Match[str]) -> bool:
    """Whether a bare name is followed by what only follows names."""
    return (
        re.match(
            rf"{_TITLE}|本人|打过|给我办|吗[？?，,。]|吧[？?，,。]", line.mended[match.end(2) :]
        )
        is not None
    )


def _double(name: str) -> bool:
    return re.match(_COMPOUND, name) is not None


def _answered(line: Line) -> Iterator[tuple[int, int, bool]]:
    """The answer to being asked for a name: what is said after 姓, 叫 or 是, or all of it where it is short."""
    found = _ANSWER.match(line.mended)
    if not found or set(found[1]) & _NOT_IN_NAMES or found[1][:2] in _WORDS or found[1] in _OWNERS:
        return
    name = line.text[found.start(1) : found.end(1)]
    likely = name[0] in MORE_SURNAMES or found.start(1) > 0 or len(name) <= 3
    if likely:
        yield *found.span(1), len(name) >= 2 and name[0] in MORE_SURNAMES


@cache
def _surname_class() -> str:
    """Surnames, and what sounds just like one of the hundred most frequent ones."""
    return "".join(sorted((MORE_SURNAMES | _FURTHER) - _NO_NAME))


@cache
def _titled() -> re.Pattern[str]:
    """A name before a title; before a title nearly any character may be a surname that was misheard."""
    return re.compile(
        rf"((?:{_COMPOUND})(?:(?!{_TITLE})[\u3400-\u9fff]){{0,2}}?|[{_surname_class()}](?:(?!{_TITLE})[\u3400-\u9fff]){{0,2}}?"
        rf"|(?<![\u3400-\u9fff])[\u3400-\u9fff]|(?<=好的|您好|请问|感谢|谢谢|是的|那么|不好)[\u3400-\u9fff]|(?<=[是好谢请问那])[\u3400-\u9fff](?=先生|女士|小姐))(?={_TITLE})"
    )


@cache
def _surnamed() -> re.Pattern[str]:
    """After 姓; 叫我小王."""
    return re.compile(
        rf"(?:(?<=免贵姓)|(?<=敝姓)|(?<=我姓)|(?<=我[性幸兴杏])|(?<=免贵[性幸兴信])|(?<=我叫小)|(?<=叫我小)|(?<=他姓)|(?<=她姓)|(?<=^姓)|(?<=小名)|(?<=叫我)(?=.{_TITLE}))"
        rf"((?:{_COMPOUND})|[\u3400-\u9fff](?<!什)(?<!名)(?<!氏)(?<!啥))"
    )


@cache
def _full() -> re.Pattern[str]:
    """A surname with its given name after a lead."""
    return re.compile(
        rf"({_LEADS})((?:(?:{_COMPOUND})(?:(?!{_TITLE})[\u3400-\u9fff]){{1,2}}?|[{_surname_class()}](?:(?!{_TITLE})[\u3400-\u9fff]){{1,2}}?)){_AFTER}",
    )


def _addressed(talk: Talk, surnames: set[str]) -> Iterator[Private]:
    """A surname that came up, before what is left of a title: 吕师, 李士."""
    wanted = {alike_sound(sound) for name in surnames for sound in sounds_of(name).split()}
    for line in talk.lines:
        for one, after in pairwise(line.said):
            title = after.char in _TITLE_SIGNS and after.at == one.at + 1
            word = one.char in _NO_NAME or line.text[one.at : one.at + 2] in _WORDS
            if title and alike(one) in wanted and not word:
                yield Private("name", line.number, one.at, one.at + 1)


def _again(talk: Talk, name: str) -> Iterator[Private]:
    """Where a name is said again, written otherwise perhaps; with a surname of its own also before a title."""
    wanted = [alike_sound(sound) for sound in sounds_of(name).split()]
    if len(wanted) < 2:
        return
    for line in talk.lines:
        said = [alike(s) for s in line.said]
        for at in range(len(said) - len(wanted) + 1):
            if said[at : at + len(wanted)] == wanted:
                last = line.said[at + len(wanted) - 1]
                yield Private("name", line.number, line.said[at].at, last.at + len(last.char))
