"""The centre's indicators as its rule book has them, and five figures of the conversation beside them."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import UsageError
from ...lang import Text
from .indicator import Average, Better, Indicator, Source, Target, Unit

SERVICE_SECONDS = 20.0  # a call answered within these counts for the service level
SHORT_ABANDON_SECONDS = 20.0  # who gives up so early dialled wrongly or thought better of it
RING_CYCLE_SECONDS = 5.0  # Chinese ring-back: 1 s on, 4 s off
REPEAT_DAYS = (
    7  # a matter that was not settled comes back within the week; a later call is a new matter
)


def _one(
    name: str,
    title: Text,
    formula: Text,
    unit: Unit,
    sources: str,
    *,
    average: tuple[float, ...] = (),
    low: float | None = None,
    high: float | None = None,
    better: Better | None = None,
    per_call: bool = False,
    offered: bool = False,
    extra: bool = False,
    said: tuple[Text | None, Text | None] = (None, None),
) -> Indicator:
    """An indicator; `said` are average and target in the rule book's words, where the numbers are other than these."""
    known: dict[str, Source] = {"rec": "rec", "cdr": "cdr", "acd": "acd"}
    bound = low is not None or high is not None
    return Indicator(
        name, title, formula, unit, tuple(known[source] for source in sources.split()),
        Average(average, said[0]) if average else None,
        Target(low, high, better, said[1]) if bound else None,
        better, per_call, offered, extra,
    )  # fmt: skip


_RULE_BOOK = (
    _one(
        "monitoring_score", Text("monitoring score", "监听分值"),
        Text("mean score of the calls that have one (0–100)", "有得分的通话的平均分（0–100）"),
        "points", "rec", better="higher", per_call=True,
    ),
    _one(
        "monitored_calls", Text("calls scored per agent and month", "每人每月监听通话数"),
        Text("scored calls / months in which an agent has calls", "已评分通话数 ÷ 有通话的“坐席×月”数"),
        "calls", "rec", low=4, better="higher", said=(None, Text("4–5 or more", "4–5 通以上")),
    ),
    _one(
        "talk_time", Text("talk time", "平均交谈时间"),
        Text("mean of connected seconds - hold seconds", "（接通时长－持线时长）的平均值"),
        "seconds", "rec", average=(330,), low=270, high=360, per_call=True,
    ),
    _one(
        "handle_time", Text("handle time", "平均通话时间"),
        Text("mean of talk time + after-call work", "（交谈时间 + 事后处理时间）的平均值"),
        "seconds", "rec acd", average=(510,), low=153, high=690, per_call=True,
        said=(Text("8.5 min", "8.5 分钟"), Text("3–10 min ±15 %", "3–10 分钟 ±15%")),
    ),
    _one(
        "after_call_work", Text("after-call work", "事后处理时间"),
        Text("mean seconds of work after the call", "通话后处理时长的平均值"),
        "seconds", "acd", average=(60,), low=30, high=60, per_call=True,
    ),
    _one(
        "hold_time", Text("hold time", "平均持线时间"),
        Text("hold seconds / calls with a hold", "持线总时长 ÷ 有持线的通话数"),
        "seconds", "rec", average=(60,), low=20, high=60, better="lower", per_call=True,
    ),
    _one(
        "rings", Text("rings", "平均振铃次数"),
        Text("mean rings before the answer; ring seconds / 5 where none is heard",
             "接听前振铃次数的平均值；录音中无回铃音时按振铃秒数 ÷ 5 计算"),
        "times", "rec", average=(2, 3), low=2, high=4, better="lower", per_call=True,
    ),
    _one(
        "speed_of_answer", Text("speed of answer", "平均应答速度"),
        Text("total wait / answered calls", "等待总时长 ÷ 已接听通话数"),
        "seconds", "cdr", high=20, better="lower", per_call=True,
    ),
    _one(
        "queue_time", Text("queue time", "平均排队时间"),
        Text("queue seconds / queued calls", "排队总时长 ÷ 排队的通话数"),
        "seconds", "acd", average=(150,), low=30, high=90, better="lower", per_call=True,
    ),
    _one(
        "service_level", Text("service level", "服务水平"),
        Text("answered within 20 s / offered × 100", "20 秒内接听数 ÷ 总呼叫数 × 100"),
        "percent", "cdr", average=(80,), low=80, better="higher", offered=True,
        said=(None, Text("80 %", "80%")),
    ),
    _one(
        "abandon_rate", Text("abandon rate", "呼叫放弃率"),
        Text("abandoned / offered × 100, without those who gave up within 20 s",
             "放弃数 ÷ 总呼叫数 × 100（20 秒内放弃的不计）"),
        "percent", "cdr", average=(3,), low=3, high=5, better="lower", offered=True,
    ),
    _one(
        "abandon_time", Text("abandon time", "平均放弃时间"),
        Text("mean wait of the abandoned calls", "放弃通话等待时长的平均值"),
        "seconds", "cdr", average=(60,), low=20, high=60, offered=True,
    ),
    _one(
        "first_call_resolution", Text("first-call resolution", "一次性解决率"),
        Text("calls without another from the same number within 7 days / calls × 100",
             "7 天内同一号码无重复来电的通话数 ÷ 通话数 × 100"),
        "percent", "cdr", average=(85,), low=85, high=100, better="higher",
    ),
    _one(
        "transfer_rate", Text("transfer rate", "转接率"),
        Text("transferred / answered × 100", "转接数 ÷ 已接听通话数 × 100"),
        "percent", "rec", average=(3,), high=1, better="lower",
    ),
    _one(
        "answered", Text("answered", "已复电话"),
        Text("answered / offered × 100", "已接听数 ÷ 总呼叫数 × 100"),
        "percent", "cdr", average=(98,), better="higher", offered=True,
    ),
    _one(
        "busy_rate", Text("busy rate", "忙音率"),
        Text("blocked / offered × 100", "遇忙数 ÷ 总呼叫数 × 100"),
        "percent", "acd", average=(1,), low=1, high=3, better="lower", offered=True,
    ),
    _one(
        "queued", Text("queued", "队列放置率"),
        Text("queued / offered × 100", "进入排队数 ÷ 总呼叫数 × 100"),
        "percent", "acd", average=(15,), low=10, high=20, better="lower", offered=True,
    ),
    _one(
        "calls_per_hour", Text("calls per hour", "每小时呼叫次数"),
        Text("calls / logged-in hours", "通话数 ÷ 登录小时数"),
        "per_hour", "rec acd",
    ),
    _one(
        "occupancy", Text("occupancy", "占线率"),
        Text("(talk + hold) / (talk + hold + idle) × 100", "（交谈 + 持线）÷（交谈 + 持线 + 空闲）× 100"),
        "percent", "acd", low=90, better="higher",
    ),
    _one(
        "adherence", Text("adherence", "实际工作率"),
        Text("logged-in / scheduled × 100", "登录时长 ÷ 排班时长 × 100"),
        "percent", "acd", low=92, better="higher",
    ),
    _one(
        "attendance", Text("attendance", "出勤率"),
        Text("present / planned days × 100", "实际出勤 ÷ 应出勤天数 × 100"),
        "percent", "acd", low=95, better="higher", said=(None, Text("95 %", "95%")),
    ),
    _one(
        "turnover", Text("turnover", "流动率"),
        Text("leavers / staff × 100", "离职人数 ÷ 在职人数 × 100"),
        "percent", "acd", average=(25,), low=15, high=30,
    ),
    _one(
        "cost_per_call", Text("cost per call", "平均单呼成本"),
        Text("total cost / calls", "总成本 ÷ 通话数"),
        "cost", "acd", average=(4,), low=2, high=5, better="lower",
    ),
    _one(
        "calls_offered", Text("calls offered", "总呼叫数"),
        Text("blocked + abandoned + answered", "遇忙数 + 放弃数 + 已接听数"),
        "calls", "cdr", offered=True,
    ),
)  # fmt: skip

_CONVERSATION = (
    _one(
        "longest_hold", Text("longest hold", "最长持线时间"),
        Text("mean of the longest hold of each call with a hold", "有持线通话中最长一次持线的平均值"),
        "seconds", "rec", high=60, better="lower", per_call=True, extra=True,
    ),
    _one(
        "silence", Text("dead air", "静默时间"),
        Text("mean seconds of silences of 3 s and more per call", "每通话 3 秒以上静默的总时长平均值"),
        "seconds", "rec", better="lower", per_call=True, extra=True,
    ),
    _one(
        "interruptions", Text("interruptions", "抢话次数"),
        Text("mean number of times that the agent talks over the customer", "坐席打断客户次数的平均值"),
        "times", "rec", better="lower", per_call=True, extra=True,
    ),
    _one(
        "response_time", Text("response time", "平均应答间隔"),
        Text("mean seconds from the customer's words to the agent's", "客户说完到坐席开口的间隔平均值"),
        "seconds", "rec", per_call=True, extra=True,
    ),
    _one(
        "speech_rate", Text("speech rate", "语速"),
        Text("mean characters per minute of the agent's talk", "坐席每分钟说话字数的平均值"),
        "per_minute", "rec", per_call=True, extra=True,
    ),
)  # fmt: skip

INDICATORS: tuple[Indicator, ...] = _RULE_BOOK + _CONVERSATION
BY_ID = {indicator.id: indicator for indicator in INDICATORS}


def chosen(names: Iterable[str]) -> tuple[Indicator, ...]:
    """The indicators by id or title, in the order of the names.

    Raises:
        UsageError: one is not known.
    """
    titles = {str(t): i for i in INDICATORS for t in (i.title.en, i.title.zh)}
    found = []
    for name in names:
        wanted = name.strip()
        one = BY_ID.get(wanted.lower().replace("-", "_")) or titles.get(wanted)
        if one is None:
            raise UsageError(
                f"there is no indicator {wanted!r}", f"没有名为 {wanted!r} 的指标",
                then=Text("there are: " + ", ".join(BY_ID), "可用：" + "、".join(BY_ID)),
            )  # fmt: skip
        found.append(one)
    return tuple(dict.fromkeys(found))
