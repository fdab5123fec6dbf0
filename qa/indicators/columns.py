"""The columns of a distributor's export: their headings in English and Chinese, and the values in their cells."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Literal

Column = Literal[
    "agent_id", "agent", "group", "date", "after", "mean_after", "queue", "mean_queue", "blocked", "queued", "offered",
    "calls", "logged_in", "scheduled", "idle", "talk", "hold", "present", "planned", "leavers", "staff", "cost",
]  # fmt: skip
TIMES: frozenset[str] = frozenset(
    ("after", "mean_after", "queue", "mean_queue", "logged_in", "scheduled", "idle", "talk", "hold")
)
KEYS: tuple[Column, ...] = ("agent_id", "agent", "group", "date")

_HEADINGS: dict[Column, str] = {
    "agent_id": "agent_id agentid agent_no employee_id 工号 坐席工号 座席工号 坐席编号 座席编号 员工编号",
    "agent": "agent agent_name name 坐席 座席 坐席姓名 座席姓名 客服 客服姓名 姓名 员工姓名",
    "group": "group team 组 组别 班组 技能组 小组",
    "date": "date day month 日期 统计日期 月份 统计月份 时间",
    "after": "after_call_work after_call after_seconds acw acw_time wrap_up wrapup wrap_up_time "
    "事后处理时间 事后处理时长 话后处理时间 话后处理时长 话后时长 整理时长 事后处理总时长 话后处理总时长",
    "mean_after": "mean_after_call_work average_after_call_work avg_acw mean_acw avg_after_call_work "
    "平均事后处理时间 平均事后处理时长 平均话后处理时间 平均话后处理时长 平均话后时长 平均整理时长",
    "queue": "queue_time queue_seconds total_queue_time 排队时间 排队时长 排队总时长 总排队时长",
    "mean_queue": "mean_queue_time average_queue_time avg_queue_time 平均排队时间 平均排队时长",
    "blocked": "blocked blocked_calls busy 遇忙 遇忙数 遇忙量 忙音数 忙音量 呼损数 呼损量",
    "queued": "queued queued_calls 排队数 排队量 进入排队数 队列放置数 排队通话数 排队电话数",
    "offered": "offered calls_offered offered_calls 总呼叫数 呼入总数 呼入量 来电总数 来电量 总来电数",
    "calls": "calls calls_handled handled answered 通话数 通话量 接听数 接听量 接起量 接起数 处理量 接听电话数",
    "logged_in": "logged_in login_time logged_in_time logged_in_seconds staffed_time "
    "登录时长 登录时间 登入时长 签入时长 签入时间 在线时长",
    "scheduled": "scheduled scheduled_time scheduled_seconds 排班时长 排班时间 计划工时 应工作时长",
    "idle": "idle idle_time idle_seconds available available_time 空闲时长 空闲时间 等待时长 待机时长",
    "talk": "talk talk_time talk_seconds 交谈时间 交谈时长 通话时长 通话总时长",
    "hold": "hold hold_time hold_seconds 持线时间 持线时长 保持时长 保持时间",
    "present": "present present_days days_present attended 出勤 出勤天数 实际出勤 实际出勤天数",
    "planned": "planned planned_days days_planned 应出勤 应出勤天数 计划出勤天数 计划出勤",
    "leavers": "leavers left 离职 离职人数 流失人数",
    "staff": "staff headcount agents 在职人数 员工人数 坐席人数 总人数 在编人数",
    "cost": "cost total_cost costs 成本 总成本 运营成本 费用 总费用",
}
_COLUMNS: dict[str, Column] = {
    alias: column for column, aliases in _HEADINGS.items() for alias in aliases.split()
}
_UNITS = {
    "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0, "秒": 1.0, "min": 60.0, "minute": 60.0, "minutes": 60.0,
    "分": 60.0, "分钟": 60.0, "h": 3600.0, "hour": 3600.0, "hours": 3600.0, "时": 3600.0, "小时": 3600.0,
}  # fmt: skip
_ABSENT = frozenset(("", "-", "--", "—", "/", "n/a", "na", "null", "none", "无"))
_CLOCK = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")
_NUMBER = re.compile(r"[¥￥$€]?\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)\s*(\D*)")


def column_of(heading: str) -> tuple[Column, float] | None:
    """The column that a heading names, and the seconds or days in its unit: 登录时长(小时), idle_minutes."""
    text = re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFKC", heading).strip().lower())
    unit = 1.0
    if found := re.fullmatch(r"(.+?)_?[(\[](.+?)[)\]]", text):
        text, named = found[1], found[2].strip("_")
        unit = _UNITS.get(named, 1.0)
    column = _COLUMNS.get(text)
    if column is None and (found := re.fullmatch(r"(.+)_([a-z]+)", text)):
        column = _COLUMNS.get(found[1]) if found[2] in _UNITS else None
        unit = _UNITS.get(found[2], 1.0)
    if column is None:
        return None
    return column, unit if column in TIMES else 1.0


def number_of(cell: str, column: str, unit: float) -> float | None:
    """The number in a cell, times in seconds; None where it is empty.

    1,234.5 is understood and, of times, 90 min and 1:30:00 (hours, minutes, seconds). 7:30 is not: it is 7.5 hours in
    one export and 7.5 minutes in the next.

    Raises:
        ValueError: it is no number, or less than zero.
    """
    text = unicodedata.normalize("NFKC", cell).strip().lower()
    if text in _ABSENT:
        return None
    if column in TIMES and (clock := _CLOCK.fullmatch(text)):
        return float(clock[1]) * 3600 + float(clock[2]) * 60 + float(clock[3])
    found = _NUMBER.fullmatch(text)
    suffix = found[2].strip(" .") if found else ""
    if found is None or (suffix and (column not in TIMES or suffix not in _UNITS)):
        raise ValueError(cell)
    number = float(found[1].replace(",", "")) * (_UNITS[suffix] if suffix else unit)
    if not math.isfinite(number):
        raise ValueError(cell)
    return number
