"""What the columns of an export, and the fields of a sidecar, are called, and what stands in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from ...errors import SettingsError
from ...lang import Text
from ...settings import Settings
from .facts import CallMetadata, Outcome
from .hung_up import HEADINGS, party
from .moments import Zones, moment, seconds, zone

# The headings that exports use, in English and Chinese; `plain` makes them alike.
_HEADINGS = {
    "call_id": "call_id callid id file filename file_name recording recordingfile recording_file recordfile source "
    "录音 录音文件 录音文件名 录音名称 录音地址 录音路径 录音链接 录音文件路径 "
    "录音文件地址 文件名 文件 通话编号 通话id 录音编号",
    "agent_id": "agent_id agent_no agent_code 工号 坐席工号 坐席编号 座席工号 座席编号 坐席id 客服工号 "
    "坐席号 座席号 坐席账号 座席账号 客服编号 员工编号 员工工号",
    "agent": "agent agent_name agentname 坐席 座席 坐席姓名 座席姓名 客服 客服姓名 员工姓名 姓名",
    "group": "group team 组 组别 班组 技能组 坐席组 部门",
    "customer": "customer customer_name customername 客户 客户姓名 客户名称",
    "caller": "caller caller_number callernumber caller_id caller_no calling_number "
    "src from phone phone_number customer_phone customer_number ani "
    "主叫 主叫号码 来电号码 来电 客户号码 客户电话 客户手机 客户手机号 "
    "电话 电话号码 手机 手机号 手机号码 联系电话 对方号码",
    "called": "called called_number called_no callee dialed_number dialled_number dst to dnis "
    "被叫 被叫号码 拨打号码 接入号码",
    "direction": "direction call_type calltype 方向 呼叫方向 呼叫类型 通话类型",
    "queue": "queue queue_name skill 队列 技能 业务 业务类型 队列名称",
    "started_at": "started_at start start_time starttime start_stamp calldate datetime "
    "开始时间 通话时间 呼叫时间 通话开始时间 呼叫开始时间 来电时间 拨打时间",
    "date": "date call_date 日期 通话日期 呼叫日期",
    "time": "time call_time 时间 时刻",
    "ring_seconds": "ring_seconds ring_time ringing ring_duration 振铃时长 振铃时间 响铃时长 响铃时间 振铃秒数",
    "queue_seconds": "queue_seconds queue_time queue_duration wait_time "
    "排队时长 排队时间 等待时长 等待时间 排队秒数",
    "talk_seconds": "talk_seconds talk_time talk_duration billsec duration_talk 通话时长 通话秒数 应答时长 计费时长",
    "after_seconds": "after_seconds acw acw_time wrapup wrapup_time after_call_work "
    "事后处理时长 话后处理时长 话后时长 话后时间 事后处理时间 话后处理时间 整理时长 话后整理时长",
    "outcome": "outcome disposition result status call_status 呼叫结果 通话结果 是否接通 接通状态 通话状态 呼叫状态",
    "transferred": "transferred transfer is_transfer 是否转接 转接",
    "record_id": "record_id uniqueid unique_id linkedid uuid session_id 流水号 通话流水号 会话id 话单号",
    "agent_channel": "agent_channel 坐席声道 座席声道",
    "hung_up_by": HEADINGS,
}  # fmt: skip
FIELDS = tuple(_HEADINGS)
DURATIONS = ("ring_seconds", "queue_seconds", "talk_seconds", "after_seconds")
_SECONDS_IN = {
    0.001: "毫秒 ms", 1.0: "秒 s sec secs second seconds hh:mm:ss mm:ss 时:分:秒 时分秒",
    60.0: "分 分钟 m min mins minute minutes", 3600.0: "时 小时 h hour hours",
}  # fmt: skip
_UNITS = {unit: size for size, units in _SECONDS_IN.items() for unit in units.split()}
_UNIT = re.compile(r"\s*[(\[【](?P<unit>[^()\[\]【】]*)[)\]】]\s*$")  # 通话时长(秒)
_DIRECTION_WORDS = {
    "inbound": "inbound inboundcall in incoming callin 呼入 来电 来话 呼入电话 客户呼入",
    "outbound": "outbound outboundcall out outgoing callout 呼出 外呼 外拨 去电 去话 呼出电话 坐席呼出",
    "callback": "callback 回访 回访电话 回拨 回呼",
}  # fmt: skip
_DIRECTIONS = {word: name for name, words in _DIRECTION_WORDS.items() for word in words.split()}
# what databases and people write into a cell that says nothing
_NOTHING = frozenset(
    ("null", "(null)", "\\n", "none", "nan", "n/a", "#n/a", "-", "--", "—", "——", "/")
)
_OUTCOMES: dict[Outcome, str] = {
    "answered": "answered answer connected completed success normal 已接听 已接 接听 接通 已接通 成功 应答 已应答 是",
    "abandoned": "abandoned abandon noanswer missed cancel cancelled canceled originatorcancel "
    "放弃 呼损 未接 未接听 未接通 未应答 无人接听 无应答 漏接 排队放弃 振铃放弃 客户放弃 用户放弃 否",
    "busy": "busy userbusy 忙 忙音 用户忙 遇忙 占线 用户正忙",
    "failed": "failed failure congestion chanunavail error unallocatednumber 失败 呼叫失败 空号 停机 关机",
}
_OUTCOME_OF = {word: outcome for outcome, words in _OUTCOMES.items() for word in words.split()}
_YES = frozenset(("1", "y", "yes", "true", "是", "已转接", "转接", "有"))
_NO = frozenset(("0", "n", "no", "false", "否", "未转接", "无"))
_SIDES = {"left": 1, "l": 1, "左": 1, "right": 2, "r": 2, "右": 2}


@dataclass(frozen=True)
class Headings:
    """Which heading means what, and in which zone times are written.

    Attributes:
        own: those of the settings, as `plain` makes them; they go before what is built in.
        zones: of times.
    """

    own: Mapping[str, str] = field(default_factory=dict)
    zones: Zones = field(default_factory=Zones)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of the settings.

        Raises:
            SettingsError: a column is meant for a field that there is not, or there is no such time zone.
        """
        own: dict[str, str] = {}
        for name, columns in settings.metadata.columns.items():
            if name not in FIELDS:
                raise SettingsError(
                    f"metadata.columns: there is no field {name}", f"metadata.columns：没有字段 {name}",
                    then=Text(f"there are: {' '.join(FIELDS)}", f"可用：{' '.join(FIELDS)}"),
                )  # fmt: skip
            own |= {plain(c): name for c in ((columns,) if isinstance(columns, str) else columns)}
        zones = Zones(settings.metadata.timezone, settings.files.timezone)
        for name in (zones.source, zones.home):
            if name:  # one that there is not is told now, not when the first time needs it
                zone(name)
        return cls(own, zones)

    def field_of(self, heading: str) -> str | None:
        """The field that a heading names; None where it names none of ours."""
        known = plain(heading)
        if known in self.own:
            return self.own[known]
        built_in = _built_in().get(known)
        return None if built_in in self.own.values() else built_in

    def known(self, headings: Iterable[str]) -> int:
        """How many of these headings name a field."""
        return sum(self.field_of(heading) is not None for heading in headings)


@lru_cache(maxsize=1024)
def plain(heading: str) -> str:
    """A heading without capitals, blanks, marks, and the unit behind it: *通话时长（秒） is 通话时长."""
    text = unicodedata.normalize("NFKC", heading).lower()
    if unit_of(heading):
        text = _UNIT.sub("", text)
    return re.sub(r"[\s_.*:\-]", "", text)


@lru_cache(maxsize=1024)
def unit_of(heading: str) -> float:
    """The seconds of the unit in which a heading says that its column is; 0 where it says none."""
    found = _UNIT.search(unicodedata.normalize("NFKC", heading).lower())
    return _UNITS.get(found["unit"].strip(), 0.0) if found else 0.0


@lru_cache(maxsize=1)
def _built_in() -> dict[str, str]:
    return {plain(alias): name for name, aliases in _HEADINGS.items() for alias in aliases.split()}


def from_mapping(
    raw: Mapping[str, object], headings: Headings | None = None
) -> tuple[str | None, CallMetadata]:
    """A row of a table, or a sidecar's object: the recording's name if it is there, and the facts.

    Raises:
        SettingsError: a time zone of the settings is unknown.
    """
    headings = headings or Headings()
    return facts_in(cells_of(raw, headings), headings)


def cells_of(raw: Mapping[str, object], headings: Headings) -> dict[str, str]:
    """What stands in a row, by our fields; of two columns of one field the first that says something."""
    known: dict[str, str] = {}
    for heading, value in raw.items():
        name = headings.field_of(str(heading))
        if name is None or name in known:
            continue
        text = _written(value)
        if name in DURATIONS and unit_of(str(heading)) and re.fullmatch(r"\d+(?:\.\d+)?", text):
            text = str(float(text) * unit_of(str(heading)))
        if text:
            known[name] = text
    return known


def _written(value: object) -> str:
    """The text of a cell, or of a value in JSON; "" for what says nothing, and for lists and objects."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int | float):
        return ""
    text = str(value).strip()
    return "" if text.lower() in _NOTHING else text


def facts_in(known: Mapping[str, str], headings: Headings) -> tuple[str | None, CallMetadata]:
    """The recording's name, and the facts, of what `cells_of` gives.

    Raises:
        SettingsError: a time zone of the settings is unknown.
    """
    started = moment(
        known.get("date"), known.get("time"), known.get("started_at"), headings.zones
    )  # fmt: skip
    direction = known.get("direction")
    if direction:
        direction = _DIRECTIONS.get(plain(direction), direction)
    return known.get("call_id"), CallMetadata(
        agent_id=known.get("agent_id"),
        agent=known.get("agent"),
        group=known.get("group"),
        customer=known.get("customer"),
        caller=known.get("caller"),
        direction=direction,
        queue=known.get("queue"),
        started_at=started,
        agent_channel=_channel(known.get("agent_channel")),
        hung_up_by=party(known.get("hung_up_by", ""), direction),
        called=known.get("called"),
        ring_seconds=seconds(known.get("ring_seconds", "")),
        queue_seconds=seconds(known.get("queue_seconds", "")),
        talk_seconds=seconds(known.get("talk_seconds", "")),
        after_seconds=seconds(known.get("after_seconds", "")),
        outcome=outcome_of(known.get("outcome", "")),
        transferred=_yes(known.get("transferred", "")),
        record_id=known.get("record_id"),
    )


def outcome_of(written: str) -> Outcome | None:
    """What became of a call, as distributors and Asterisk write it."""
    return _OUTCOME_OF.get(plain(written))


def _yes(written: str) -> bool | None:
    word = written.strip().lower()
    return True if word in _YES else False if word in _NO else None


def _channel(value: str | None) -> int | None:
    if value is None:
        return None
    if value.lower() in _SIDES:
        return _SIDES[value.lower()]
    return int(value) if value.isdecimal() and int(value) > 0 else None
