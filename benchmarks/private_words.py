"""What is put into the frames of private_speech.py: names, places, and ways of saying digits."""

from __future__ import annotations

from random import Random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
    "雷钱汤尹黎易常武乔贺赖龚文"
)
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "皇甫", "司徒", "令狐", "慕容")
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文志斌海波丹鹏飞雪梅琳晓燕婷宇浩欣怡子涵梓萱俊峰佳慧颖思远振东春生立新少华永福德胜"
TITLES = ("先生", "女士", "小姐", "先生", "女士", "老师", "经理", "师傅", "阿姨", "总")
SPELLED = {
    "张": ("弓长张",), "李": ("木子李",), "章": ("立早章",), "陈": ("耳东陈",), "林": ("双木林",), "吴": ("口天吴",),
    "胡": ("古月胡",), "徐": ("双人徐",), "杨": ("木易杨",), "黄": ("草头黄",), "许": ("言午许",), "刘": ("文刀刘",),
}  # fmt: skip
CITIES = {
    "北京市": ("朝阳区", "海淀区", "丰台区", "西城区", "通州区", "昌平区"),
    "上海市": ("浦东新区", "徐汇区", "静安区", "闵行区", "杨浦区", "宝山区"),
    "广东省广州市": ("天河区", "越秀区", "白云区", "番禺区"),
    "广东省深圳市": ("南山区", "福田区", "龙岗区", "宝安区"),
    "浙江省杭州市": ("西湖区", "余杭区", "滨江区", "萧山区"),
    "江苏省南京市": ("鼓楼区", "玄武区", "江宁区", "秦淮区"),
    "江苏省苏州市": ("姑苏区", "吴中区", "昆山市"),
    "四川省成都市": ("武侯区", "锦江区", "青羊区", "双流区"),
    "湖北省武汉市": ("洪山区", "江汉区", "武昌区", "汉阳区"),
    "山东省青岛市": ("市南区", "崂山区", "李沧区", "即墨区"),
    "河南省郑州市": ("金水区", "中原区", "二七区"),
    "陕西省西安市": ("雁塔区", "碑林区", "长安区"),
    "湖南省长沙市": ("岳麓区", "雨花区", "望城区"),
    "福建省厦门市": ("思明区", "湖里区", "集美区"),
    "辽宁省沈阳市": ("和平区", "沈河区", "铁西区"),
    "重庆市": ("渝中区", "江北区", "南岸区", "渝北区"),
}
ROADS = (
    "建国路", "人民路", "中山路", "解放大道", "长江路", "学院路", "科技园路", "世纪大道", "南京西路", "和平街", "文化路", "朝阳北路", "滨河路",
    "幸福大街", "新华街", "光明路", "珞喻路", "天府大道", "环城东路", "工业园三路", "春晖巷", "东风路", "延安路", "民主路", "望江东路",
)  # fmt: skip
ESTATES = (
    "阳光花园", "碧桂园", "万科城", "保利花园", "金地名苑", "幸福家园", "绿地新城", "锦绣华庭", "翠湖小区", "龙湖天街", "和谐家园", "紫金公寓", "书香名邸",
    "恒大名都", "御景湾", "梧桐苑", "水岸名城", "世纪花园", "丽水佳苑", "东方明珠小区",
)  # fmt: skip
TOWERS = ("国贸大厦", "环球中心", "金茂大厦", "时代广场", "创业大厦", "财富中心", "科技大厦")
VILLAGES = (
    ("清河镇", "王家村"), ("柳林镇", "小李庄"), ("双桥乡", "赵家屯"), ("石门镇", "上湾村"), ("龙泉街道", "新民村"),
    ("大兴镇", "东张村"), ("白沙乡", "红旗村"),
)  # fmt: skip
PLATES = "京沪粤苏浙鲁川渝鄂湘豫冀陕皖闽辽"
FILLERS = ("嗯", "那个", "呃", "然后", "啊")
_ZH = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_BANKS = ("62", "60", "45", "52")


def name(chance: Random) -> tuple[str, str]:
    """Surname and given name."""
    surname = chance.choice(COMPOUND) if chance.random() < 0.03 else chance.choice(SURNAMES)
    count = 1 if chance.random() < 0.3 else 2
    return surname, "".join(chance.choice(GIVEN) for _ in range(count))


def mobile(chance: Random) -> str:
    start = chance.choice(("13", "15", "17", "18", "19"))
    return start + digits(chance, 9)


def landline(chance: Random) -> str:
    area = chance.choice(("", "", "010", "021", "0755", "0571", "028"))
    return area + chance.choice("2345678") + digits(chance, chance.choice((6, 7)))


def id_card(chance: Random) -> str:
    area = chance.choice(("110105", "310115", "440305", "330106", "510107", "420111", "320102"))
    year, month, day = chance.randint(1950, 2005), chance.randint(1, 12), chance.randint(1, 28)
    end = digits(chance, 3) + chance.choice("0123456789X")
    return f"{area}{year}{month:02}{day:02}{end}"


def bank_card(chance: Random) -> str:
    return chance.choice(_BANKS) + digits(chance, chance.choice((14, 17, 17, 14)))


def digits(chance: Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def said(number: str, chance: Random, sizes: tuple[int, ...] = ()) -> str:
    """Digits as somebody says them, or as a recogniser writes that."""
    style = chance.choice(("arabic", "arabic", "chinese", "chinese", "yao", "yao", "mixed", "wide"))
    groups = _grouped(
        number, sizes or chance.choice(((), (3, 4, 4), (3, 4, 4), (4,) * 5, (3,) * 7))
    )
    spoken = [_group(group, style, chance) for group in groups]
    between = chance.choice(("", "", "", " ", "，", ",", "-", "、"))
    out = spoken[0]
    for group in spoken[1:]:
        filler = chance.choice(FILLERS) if chance.random() < 0.06 else ""
        out += (between or ("，" if filler else "")) + filler + group
    return out


def _grouped(number: str, sizes: tuple[int, ...]) -> list[str]:
    out, at = list[str](), 0
    for size in sizes:
        if at < len(number):
            out.append(number[at : at + size])
            at += size
    return [*out, number[at:]] if at < len(number) else out


def _group(group: str, style: str, chance: Random) -> str:
    plain = "".join(_ZH.get(d, d) for d in group)
    if style == "arabic":
        return group
    if style == "wide":
        return group.translate({ord(d): chr(ord(d) + 0xFEE0) for d in "0123456789"})
    if style == "mixed":
        return "".join(d if chance.random() < 0.5 else _ZH.get(d, d) for d in group)
    if style == "yao":
        plain = plain.replace("一", "幺")
        if chance.random() < 0.04:
            plain = plain.replace("零", "洞").replace("七", "拐").replace("九", "勾")
    if len(set(group)) == 1 and len(group) in (3, 4) and group.isdigit() and chance.random() < 0.5:
        return f"{'三四'[len(group) - 3]}个{plain[0]}"
    return plain


def plate(chance: Random) -> str:
    """A plate with its letters; digits said or written."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    tail = "".join(chance.choice("0123456789" * 2 + letters) for _ in range(5))
    if chance.random() < 0.25:
        tail = chance.choice("DF") + digits(chance, 5)
    if chance.random() < 0.5:
        tail = "".join({**_ZH, "1": "幺"}.get(c, c) for c in tail)
    gap = chance.choice(("", "", " ", "·"))
    return chance.choice(PLATES) + chance.choice(letters) + gap + tail


def count(number: int, chance: Random) -> str:
    """A house number as it is said or written."""
    if chance.random() < 0.5:
        return str(number)
    if number > 100 and chance.random() < 0.7:
        return "".join({**_ZH, "1": chance.choice("一幺")}[d] for d in str(number))
    return numeral(number)


def numeral(number: int) -> str:
    """A number below 10,000 as it is said."""
    out, zero = "", False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            out += ("零" if zero else "") + _ZH[str(digit)] + word
            zero = False
        elif out and number:
            zero = True
    return out.removeprefix("一") if out.startswith("一十") else out or "零"


def address(chance: Random) -> str:
    """From district and road, or from further up, to the door."""
    city = chance.choice(tuple(CITIES))
    district = chance.choice(CITIES[city])
    head = chance.choice(
        (city + district, district, city + district, city.removesuffix("市") + district)
    )
    kind = chance.random()
    if kind < 0.15:
        town, village = chance.choice(VILLAGES)
        return f"{district}{town}{village}{count(chance.randint(2, 12), chance)}组{count(chance.randint(1, 90), chance)}号"
    road = chance.choice(ROADS) + count(chance.randint(1, 990), chance) + "号"
    if kind < 0.35:
        floor, room = chance.randint(2, 30), chance.randint(1, 20)
        tower = chance.choice(TOWERS)
        return (
            head + road + tower + f"{count(floor, chance)}楼{count(floor * 100 + room, chance)}室"
        )
    estate = chance.choice(ESTATES)
    house = chance.choice(("栋", "号楼", "幢", "座"))
    door = f"{count(chance.randint(1, 30), chance)}{house}"
    if chance.random() < 0.7:
        door += f"{count(chance.randint(1, 5), chance)}单元"
    room = chance.randint(1, 28) * 100 + chance.randint(1, 4)
    door += count(room, chance) + chance.choice(("室", "", "号"))
    if kind < 0.55:
        return estate + door
    return head + (road if chance.random() < 0.6 else chance.choice(ROADS)) + estate + door
