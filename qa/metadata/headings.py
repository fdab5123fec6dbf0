"""What the columns of an export, and the fields of a sidecar, are called, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from ...errors import SettingsError
from ...lang import Text
from ...settings import Settings
from .facts import CallMetadata, Outcome
from .hung_up import HEADINGS, party
from .moments import Zones, moment, seconds

# The headings that exports use, in English and Chinese, lower case and without blanks.
_HEADINGS = {
    "call_id": "call_id callid id file filename file_name recording recordingfile recording_file recordfile source "
    "录音 录音文件 录音文件名 录音地址 录音路径 文件名 文件 通话编号 通话id 录音编号",
    "agent_id": "agent_id agentid 工号 坐席工号 坐席编号 座席工号 座席编号 坐席id 客服工号 员工编号 员工工号 agent_no",
    "agent": "agent agent_name agentname 坐席 座席 坐席姓名 座席姓名 客服 客服姓名 员工姓名 姓名",
    "group": "group team 组 组别 班组 技能组 坐席组 部门",
    "customer": "customer customer_name customername 客户 客户姓名 客户名称",
    "caller": "caller caller_number callernumber caller_id src from phone ani "
    "主叫 主叫号码 来电号码 来电 客户号码 客户电话 电话",
    "called": "called called_number callee dst to dnis 被叫 被叫号码 拨打号码 接入号码",
    "direction": "direction call_type calltype 方向 呼叫方向 呼叫类型 通话类型",
    "queue": "queue queue_name skill 队列 技能 业务 业务类型 队列名称",
    "started_at": "started_at start start_time starttime start_stamp calldate datetime "
    "开始时间 通话时间 呼叫时间 通话开始时间 呼叫开始时间 来电时间 拨打时间",
    "date": "date call_date 日期 通话日期 呼叫日期",
    "time": "time call_time 时间 时刻",
    "ring_seconds": "ring_seconds ringtime ring_time ringing ring_duration 振铃时长 振铃时间 响铃时长 振铃秒数",
    "queue_seconds": "queue_seconds queuetime queue_time wait_time waittime "
    "排队时长 排队时间 等待时长 排队秒数",
    "talk_seconds": "talk_seconds talktime talk_time billsec duration_talk 通话时长 通话秒数 应答时长 计费时长",
    "after_seconds": "after_seconds acw wrapup wrap_up wrapup_time after_call_work "
    "事后处理时长 话后处理时长 话后时长 事后处理时间 整理时长 话后整理时长",
    "outcome": "outcome disposition result status call_status 呼叫结果 通话结果 是否接通 接通状态 通话状态 呼叫状态",
    "transferred": "transferred transfer is_transfer 是否转接 转接",
    "record_id": "record_id uniqueid unique_id linkedid uuid session_id 流水号 通话流水号 会话id 话单号",
    "agent_channel": "agent_channel 坐席声道 座席声道",
    "hung_up_by": HEADINGS,
}  # fmt: skip
FIELDS = tuple(_HEADINGS)
_BUILT_IN = {alias: name for name, aliases in _HEADINGS.items() for alias in aliases.split()}
_DIRECTIONS = {
    "呼入": "inbound", "来电": "inbound", "in": "inbound", "incoming": "inbound",
    "呼出": "outbound", "外呼": "outbound", "去电": "outbound", "out": "outbound", "outgoing": "outbound",
    "回访": "callback",
}  # fmt: skip
_OUTCOMES: dict[Outcome, str] = {
    "answered": "answered answer connected completed success normal 已接听 已接 接听 接通 已接通 成功 应答 已应答 是",
    "abandoned": "abandoned abandon noanswer no_answer missed cancel cancelled canceled "
    "放弃 呼损 未接 未接听 未接通 无人接听 无应答 否",
    "busy": "busy 忙 忙音 用户忙 占线",
    "failed": "failed failure congestion chanunavail error 失败 呼叫失败",
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
            SettingsError: a column is meant for a field that there is not.
        """
        own: dict[str, str] = {}
        for name, columns in settings.metadata.columns.items():
            if name not in FIELDS:
                raise SettingsError(
                    f"metadata.columns: there is no field {name}", f"metadata.columns：没有字段 {name}",
                    then=Text(f"there are: {' '.join(FIELDS)}", f"可用：{' '.join(FIELDS)}"),
                )  # fmt: skip
            own |= {plain(c): name for c in ((columns,) if isinstance(columns, str) else columns)}
        return cls(own, Zones(settings.metadata.timezone, settings.files.timezone))

    def field_of(self, heading: str) -> str | None:
        """The field that a heading names; None where it names none of ours."""
        known = plain(heading)
        if known in self.own:
            return self.own[known]
        built_in = _BUILT_IN.get(known)
        return None if built_in in self.own.values() else built_in

    def known(self, headings: Iterable[str]) -> int:
        """How many of these headings name a field."""
        return sum(self.field_of(heading) is not None for heading in headings)


def plain(heading: str) -> str:
    """A heading without blanks and capitals."""
    return re.sub(r"\s", "", heading).lower()


def from_mapping(
    raw: Mapping[str, object], headings: Headings | None = None
) -> tuple[str | None, CallMetadata]:
    """A row of a table, or a sidecar's object: the recording's name if it is there, and the facts.

    Raises:
        SettingsError: a time zone of the settings is unknown.
    """
    headings = headings or Headings()
    known: dict[str, str] = {}
    for heading, value in raw.items():
        name = headings.field_of(str(heading))
        text = "" if value is None else str(value).strip()
        if name and text:
            known.setdefault(name, text)
    started = moment(
        known.get("date"), known.get("time"), known.get("started_at"), headings.zones
    )  # fmt: skip
    direction = known.get("direction")
    if direction:
        direction = _DIRECTIONS.get(direction.lower(), direction)
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
    return _OUTCOME_OF.get(re.sub(r"[\s-]", "", written).lower())


def _yes(written: str) -> bool | None:
    word = written.strip().lower()
    return True if word in _YES else False if word in _NO else None


def _channel(value: str | None) -> int | None:
    if value is None:
        return None
    if value.lower() in _SIDES:
        return _SIDES[value.lower()]
    return int(value) if value.isdecimal() and int(value) > 0 else None
