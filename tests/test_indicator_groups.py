"""Indicators by agent, group and time; repeats of a call; what adds up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from indicator_data import by, call, export, record, table, value

from callqa.errors import UsageError
from callqa.qa.indicators.catalogue import INDICATORS
from callqa.qa.indicators.figures import CallFigures, CallRecord, Contact
from callqa.qa.indicators.groups import Grouping
from callqa.qa.indicators.repeats import plain_number
from callqa.qa.indicators.sums import Sums
from callqa.qa.indicators.table import IndicatorTable, Scope, indicators_of, tabulate
from callqa.qa.period import Period

LI = {"agent_id": "8001", "agent": "李敏", "group": "A"}
WANG = {"agent_id": "8002", "agent": "王芳", "group": "B"}


def figures(found: IndicatorTable, name: str) -> dict[tuple[str | None, ...], float | None]:
    return {row.key: row.values[name].value for row in found.rows}


def test_groups_of_agents_and_times() -> None:
    calls = [
        call(score=80.0, started_at="2026-11-02T09:00:00", **LI),  # a Monday
        call(score=90.0, started_at="2026-11-08T23:59:59", **LI),  # the Sunday after
        call(score=50.0, started_at="2026-11-09", **WANG),
        call(score=40.0, started_at="2026-12-01T00:00:00", agent="赵雷"),
        call(score=10.0, started_at="soon"),
    ]
    assert figures(table(*calls, scope=by("agent")), "monitoring_score") == {
        ("8001",): 85.0, ("8002",): 50.0, ("赵雷",): 40.0, (None,): 10.0,
    }  # fmt: skip
    assert figures(table(*calls, scope=by("group")), "monitoring_score") == {
        ("A",): 85.0, ("B",): 50.0, (None,): 25.0,
    }  # fmt: skip
    assert figures(table(*calls, scope=by("week")), "monitoring_score") == {
        ("2026-11-02",): 85.0, ("2026-11-09",): 50.0, ("2026-11-30",): 40.0, (None,): 10.0,
    }  # fmt: skip
    assert list(figures(table(*calls, scope=by("agent", "day")), "monitoring_score")) == [
        ("8001", "2026-11-02"), ("8001", "2026-11-08"), ("8002", "2026-11-09"), ("赵雷", "2026-12-01"), (None, None),
    ]  # fmt: skip
    whole = table(*calls, scope=by("month"))
    assert whole.total.values["monitoring_score"].value == 54.0
    assert [(row.key, row.calls) for row in whole.rows] == [
        (("2026-11",), 3),
        (("2026-12",), 1),
        ((None,), 1),
    ]


def test_an_agent_s_name_comes_with_the_id() -> None:
    rows = table(call(agent_id="8001"), call(**LI), call(agent="赵雷"), scope=by("agent")).rows
    assert [(row.key[0], row.name) for row in rows] == [("8001", "李敏"), ("赵雷", None)]


def test_a_single_call_has_no_rates() -> None:
    one = call(
        call_id="c",
        has_record=True,
        outcome="answered",
        queue_seconds=5.0,
        transferred=True,
        score=70.0,
    )
    row = table(one, scope=by("call")).rows[0]
    there = {name for name, found in row.values.items() if found.value is not None}
    assert row.key == ("c",)
    assert there == {"monitoring_score", "speed_of_answer", "queue_time"}


def test_who_gave_up_in_the_queue_is_no_agent_s() -> None:
    answered = call(has_record=True, outcome="answered", queue_seconds=5.0, **LI)
    nobody = record(outcome="abandoned", queue_seconds=60.0)
    found = table(answered, nobody, scope=by("agent"))
    assert figures(found, "abandon_rate") == {("8001",): None, (None,): None}
    assert figures(found, "answered") == {("8001",): None, (None,): None}
    assert found.total.values["abandon_rate"].value == 50.0
    somebody = record(outcome="abandoned", queue_seconds=60.0, agent_id="8001")
    assert figures(table(answered, somebody, scope=by("agent")), "abandon_rate") == {
        ("8001",): 50.0
    }
    assert figures(table(answered, somebody, scope=by("group")), "abandon_rate") == {
        ("A",): None,
        (None,): None,
    }
    only = Scope(agent="8001")
    assert table(answered, scope=only).total.values["answered"].value is None
    assert table(answered, somebody, scope=only).total.values["answered"].value == 50.0


def test_a_recorded_call_counts_once() -> None:
    recorded = call(has_record=True, outcome="answered", queue_seconds=4.0, after_seconds=20.0)
    its_record = record(recorded=True, outcome="answered", queue_seconds=4.0, after_seconds=20.0)
    found = table(recorded, its_record).total
    assert (found.calls, found.values["calls_offered"].value) == (1, 1.0)
    assert found.values["after_call_work"].count == 1


@pytest.mark.parametrize(
    "names", [("agent", "group"), ("day", "month"), ("call", "agent"), ("hour",)]
)
def test_what_cannot_be_grouped_by(names: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        Grouping.of(names)


def test_grouping_is_named_in_either_language_and_any_order() -> None:
    assert Grouping.of(["月份", " Agent"]).by == ("agent", "month")
    assert Grouping.of(["all"]).by == ()


# --- first-call resolution

ANN, BOB = {"caller": "13800138000"}, {"caller": "010-87654321"}


def resolved(
    *calls: CallFigures | CallRecord, contacts: Iterable[Contact] = ()
) -> tuple[float | None, int]:
    found = value("first_call_resolution", *calls, contacts=contacts)
    return found.value, found.count


def test_a_repeat_within_the_week_is_no_resolution() -> None:
    first = call(started_at="2026-11-02T09:00:00", **ANN)
    assert resolved(first) == (100.0, 1)
    assert resolved(first, call(started_at="2026-11-09T09:00:00", **ANN)) == (50.0, 2)
    assert resolved(first, call(started_at="2026-11-09T09:00:01", **ANN)) == (100.0, 2)
    assert resolved(first, call(started_at="2026-11-03T09:00:00", **BOB)) == (100.0, 2)
    again = record(started_at="2026-11-03T09:00:00", outcome="abandoned", **ANN)
    assert resolved(first, again) == (
        0.0,
        1,
    )  # who gives up called again, too, but was not answered


def test_what_is_no_repeat() -> None:
    first = call(started_at="2026-11-02T09:00:00", duration=100.0, **ANN)
    leg = record(started_at="2026-11-02T09:01:00", outcome="answered", talk_seconds=40.0, **ANN)
    assert resolved(first, leg) == (100.0, 2)
    back = record(started_at="2026-11-02T15:00:00", outcome="answered", direction="outbound", **ANN)
    assert resolved(first, back) == (100.0, 1)
    its_record = record(started_at="2026-11-02T09:00:00", outcome="answered", recorded=True, **ANN)
    assert resolved(first, its_record) == (100.0, 1)
    assert resolved(call(started_at="2026-11-02", **ANN), call(caller="unknown")) == (None, 0)


def test_repeats_reach_across_agents_and_beyond_the_period() -> None:
    first = call(started_at="2026-11-02T09:00:00", **ANN, **LI)
    second = call(started_at="2026-11-03T09:00:00", **ANN, **WANG)
    rates = figures(table(first, second, scope=by("agent")), "first_call_resolution")
    assert rates == {("8001",): 0.0, ("8002",): 100.0}
    assert resolved(first, contacts=[Contact("+86 138 0013 8000", "2026-11-04T08:00:00")]) == (
        0.0,
        1,
    )
    assert resolved(first, contacts=[Contact("13800138000", "2026-11-02T09:00:00")]) == (
        100.0,
        1,
    )  # itself


class Store:
    """A source that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str | None, ...]] = []

    def call_figures(self, *limits: str | None) -> Iterable[CallFigures]:
        self.asked.append(limits)
        yield call(started_at="2026-11-30T09:00:00", **ANN, **LI)

    def call_records(self, *limits: str | None) -> Iterable[CallRecord]:
        self.asked.append(limits)
        return ()

    def contacts(self, *limits: str | None) -> Iterable[Contact]:
        self.asked.append(limits)
        yield Contact("13800138000", "2026-12-02T09:00:00")


def test_a_period_is_asked_for_and_its_repeats_a_week_longer() -> None:
    store = Store()
    scope = Scope(period=Period("2026-11-01", "2026-12-01"), agent="8001")
    found = indicators_of(store, scope)
    assert found.total.values["first_call_resolution"].value == 0.0
    assert sorted(store.asked, key=len) == [
        ("2026-11-01", "2026-12-08"),
        ("2026-11-01", "2026-12-01", "8001", None),
        ("2026-11-01", "2026-12-01", "8001", None),
    ]
    whole = Store()
    assert indicators_of(whole, Scope()).total.values["first_call_resolution"].value == 100.0
    assert len(whole.asked) == 2


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13800138000", "13800138000"), ("138 0013 8000", "13800138000"), ("+86-138-0013-8000", "13800138000"),
        ("8613800138000", "13800138000"), ("013800138000", "13800138000"), ("１３８００１３８０００", "13800138000"),
        ("tel:13800138000", "13800138000"), ("sip:13800138000@10.0.0.1", "13800138000"),
        ("(010) 8765 4321", "01087654321"), ("+86 10 87654321", "01087654321"), ("0086-10-87654321", "01087654321"),
        ("86543210", "86543210"), ("4f3a9c", "4f3a9c"),
        ("anonymous", None), ("未知", None), ("", None), (" ", None), ("138****8000", None), ("138xxxx8000", None),
        ("0", None), ("00000000", None),
    ],
)  # fmt: skip
def test_numbers_in_one_form(written: str, number: str | None) -> None:
    assert plain_number(written) == number


# --- what holds of all data

some = st.none() | st.floats(0, 4000)
names = st.sampled_from([None, "8001", "8002"])
starts = st.sampled_from(
    [
        None,
        "soon",
        "2026-11-02",
        "2026-11-02T09:00:00",
        "2026-11-05T10:00:00",
        "2026-12-01T08:00:00",
    ]
)
shared = {
    "agent_id": names,
    "group": st.sampled_from([None, "A"]),
    "direction": st.sampled_from([None, "inbound", "outbound", "callback"]),
    "caller": st.sampled_from([None, "13800138000", "01087654321", "unknown"]),
    "started_at": starts,
    "outcome": st.sampled_from([None, "answered", "abandoned", "busy", "failed"]),
    "ring_seconds": some,
    "queue_seconds": some,
    "after_seconds": some,
    "transferred": st.sampled_from([None, True, False]),
}
recordings = st.builds(
    CallFigures,
    call_id=st.uuids().map(str), duration=st.floats(0, 4000), score=st.none() | st.floats(0, 100),
    connected_seconds=some,
    hold_seconds=some, longest_hold_seconds=some, silence_seconds=some, rings=st.none() | st.integers(0, 30),
    interruptions=st.none() | st.integers(0, 30), response_seconds=some, agent_chars_per_minute=some,
    has_record=st.booleans(), **shared,
)  # fmt: skip
records = st.builds(
    CallRecord, record_id=st.uuids().map(str), talk_seconds=some, recorded=st.booleans(), **shared
)
Calls = tuple[list[CallFigures], list[CallRecord]]
everything = st.tuples(st.lists(recordings, max_size=8), st.lists(records, max_size=8))
groupings = st.sampled_from(
    ["all", "agent", "group", "day", "week", "month", "call", "agent,month"]
)
exports = st.sampled_from(
    [
        None,
        export({"idle": "90", "logged_in": "600", "blocked": "3", "queued": "1", "cost": "7", "acw": "5"}),
        export(
            {"工号": "8001", "日期": "2026-11-02", "空闲时长": "90", "登录时长": "0", "遇忙数": "0", "总呼叫数": "0"}
        ),
    ]
)  # fmt: skip


def added(calls: list[CallFigures], lines: list[CallRecord]) -> Sums:
    out = Sums()
    for one in calls:
        out.add_call(one)
    for line in lines:
        out.add_record(line)
    return out


@given(everything, everything)
def test_sums_of_parts_are_those_of_the_whole(one: Calls, other: Calls) -> None:
    first, second = added(*one), added(*other)
    before = asdict(first)
    parts, whole = asdict(first + second), asdict(added(one[0] + other[0], one[1] + other[1]))
    assert parts.pop("agent_months") == whole.pop("agent_months")
    assert parts.pop("covered") == whole.pop("covered")
    assert parts == pytest.approx(whole)
    assert asdict(first) == before == asdict(first + Sums())


@given(everything, groupings, exports)
def test_figures_stay_in_their_limits_and_rest_on_data(
    data: Calls, grouping: str, exported: object
) -> None:
    found = tabulate(*data, Scope(Grouping.of(grouping.split(","))), exported)  # type: ignore[arg-type]
    for row in (*found.rows, found.total):
        for one in INDICATORS:
            figure = row.values[one.id]
            if figure.value is None:
                assert (figure.met, figure.count, figure.denominator) == (None, 0, None)
                continue
            assert figure.value >= 0
            assert figure.numerator is not None
            assert figure.denominator
            assert figure.value == figure.numerator / figure.denominator
            if one.unit == "percent":
                assert figure.value <= 100 + 1e-9, one.id
            if "acd" not in one.sources and one.id != "calls_offered":
                assert figure.count > 0 or one.id == "monitored_calls", one.id


@given(everything, groupings)
def test_groups_share_out_the_calls(data: Calls, grouping: str) -> None:
    found = tabulate(*data, Scope(Grouping.of(grouping.split(","))))
    calls = len(data[0]) + sum(not line.recorded for line in data[1])
    assert found.total.calls == calls
    if grouping != "all":
        assert sum(row.calls for row in found.rows) == calls
        assert len({row.key for row in found.rows}) == len(found.rows)
    alone = tabulate(*data).total.values
    for name in ("monitoring_score", "talk_time", "first_call_resolution", "abandon_rate"):
        assert found.total.values[name].value == pytest.approx(alone[name].value)


NEEDS = {
    "monitoring_score": "score", "monitored_calls": "started_at", "talk_time": "connected_seconds",
    "after_call_work": "after_seconds", "handle_time": "after_seconds", "hold_time": "hold_seconds",
    "longest_hold": "hold_seconds", "queue_time": "queue_seconds", "queued": "queue_seconds",
    "transfer_rate": "transferred", "first_call_resolution": "caller", "service_level": "outcome",
    "abandon_rate": "outcome", "abandon_time": "outcome", "answered": "outcome", "calls_offered": "outcome",
    "busy_rate": "outcome", "silence": "silence_seconds", "interruptions": "interruptions",
    "response_time": "response_seconds", "speech_rate": "agent_chars_per_minute",
    "calls_per_hour": None, "occupancy": None, "adherence": None, "attendance": None, "turnover": None,
    "cost_per_call": None,
}  # fmt: skip


@given(everything, st.sampled_from(list(NEEDS)))
def test_no_indicator_is_made_of_nothing(data: Calls, name: str) -> None:
    """Without what an indicator is computed from, or without the distributor's export, there is no figure."""
    needed = NEEDS[name]
    calls, lines = ([_without(one, needed) for one in some_calls] for some_calls in data)
    found = tabulate(calls, lines).total.values[name]  # type: ignore[arg-type]
    assert (found.value, found.count, found.met) == (None, 0, None)


def _without(one: CallFigures | CallRecord, field: str | None) -> CallFigures | CallRecord:
    return replace(one, **{field: None}) if field and hasattr(one, field) else one
