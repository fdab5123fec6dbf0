"""Every indicator's figure by hand, with and without the data that it needs."""

from __future__ import annotations

import pytest
from indicator_data import by, call, export, record, table, value

from callqa.errors import UsageError
from callqa.qa.indicators.catalogue import BY_ID, INDICATORS, chosen
from callqa.qa.indicators.indicator import Target

ANSWERED, ABANDONED = {"outcome": "answered"}, {"outcome": "abandoned"}


def test_without_calls_there_is_no_figure_at_all() -> None:
    found = table().total
    assert found.calls == 0
    assert [name for name, one in found.values.items() if one.value is not None] == []
    assert all(one.met is None and one.count == 0 for one in found.values.values())


def test_a_recording_alone_gives_no_figure_of_records_or_of_the_distributor() -> None:
    found = table(call(score=80.0, connected_seconds=90.0, hold_seconds=0.0, caller="13800138000"))
    there = {name for name, one in found.total.values.items() if one.value is not None}
    assert there == {"monitoring_score", "talk_time"}


def test_monitoring_score() -> None:
    one = value("monitoring_score", call(score=80.0), call(score=91.0), call())
    assert (one.value, one.count, one.numerator, one.denominator) == (85.5, 2, 171.0, 2.0)
    assert one.met is None  # it is the number of calls that has a target


def test_monitored_calls() -> None:
    november = {"agent_id": "8001", "started_at": "2026-11-03T10:00:00"}
    december = {"agent_id": "8001", "started_at": "2026-12-03"}
    calls = [call(score=80.0, **november)] * 5 + [call(**november), call(score=80.0, **december)]
    one = value("monitored_calls", *calls, record(agent="李敏", started_at="2026-11-30T09:00:00"))
    assert (one.value, one.met) == (2.0, False)  # 6 calls; 8001 in two months, 李敏 in one
    nobody = value(
        "monitored_calls", call(score=80.0, started_at="2026-11-03"), call(score=1.0, agent="x")
    )
    assert nobody.value is None
    rows = table(*calls, scope=by("agent", "month")).rows
    assert [(row.key, row.values["monitored_calls"].value) for row in rows] == [
        (("8001", "2026-11"), 5.0),
        (("8001", "2026-12"), 1.0),
    ]
    assert rows[0].values["monitored_calls"].met


def test_talk_time_is_without_the_holds() -> None:
    calls = [
        call(connected_seconds=300.0, hold_seconds=40.0),
        call(connected_seconds=350.0, hold_seconds=0.0, direction="outbound"),
        call(connected_seconds=200.0),  # no speech was found, so that nobody knows
        call(hold_seconds=10.0),
        call(connected_seconds=9.0, hold_seconds=0.0, outcome="abandoned"),
        record(talk_seconds=500.0, **ANSWERED),  # not recorded: its holds are not known
    ]
    one = value("talk_time", *calls)
    assert (one.value, one.count, one.met) == ((260 + 350) / 2, 2, True)
    assert value("talk_time", call(connected_seconds=10.0, hold_seconds=12.0)).value == 0.0


def test_handle_time_needs_the_after_call_work() -> None:
    calls = [
        call(connected_seconds=300.0, hold_seconds=20.0, after_seconds=40.0),
        call(connected_seconds=500.0, hold_seconds=0.0),
    ]
    one = value("handle_time", *calls)
    assert (one.value, one.count) == (320.0, 1)
    assert value("handle_time", calls[1]).value is None
    exported = export({"after_call_work": "90", "calls": "3"})
    assert value("handle_time", calls[1], distributor=exported).value == 530.0
    assert value("handle_time", distributor=exported).value is None


@pytest.mark.parametrize(
    ("seconds", "met"), [(152.9, False), (153, True), (690, True), (690.1, False)]
)
def test_handle_time_has_fifteen_per_cent_of_play(seconds: float, met: bool) -> None:
    assert BY_ID["handle_time"].met(seconds) is met


def test_after_call_work() -> None:
    calls = [call(after_seconds=30.0), record(after_seconds=50.0, **ANSWERED), call()]
    assert value("after_call_work", *calls).value == 40.0
    exported = export({"after_call_work": "600", "calls": "6"})
    assert value("after_call_work", *calls, distributor=exported).value == 40.0  # calls know better
    assert value("after_call_work", call(), distributor=exported).value == 100.0
    assert value("after_call_work", call()).value is None


def test_hold_time_is_that_of_calls_with_a_hold() -> None:
    calls = [
        call(hold_seconds=30.0, longest_hold_seconds=20.0),
        call(hold_seconds=70.0, longest_hold_seconds=70.0),
        call(hold_seconds=0.0),
        call(),
    ]
    one = value("hold_time", *calls)
    assert (one.value, one.count, one.met) == (50.0, 2, True)
    assert value("longest_hold", *calls).value == 45.0
    assert value("hold_time", calls[2]).value is None


def test_rings_are_heard_or_told_from_the_ring_seconds() -> None:
    calls = [
        call(rings=3, ring_seconds=40.0),
        call(ring_seconds=10.0),
        record(ring_seconds=20.0, **ANSWERED),
        call(rings=9, direction="outbound"),
        record(ring_seconds=60.0, **ABANDONED),
        call(),
    ]
    one = value("rings", *calls)
    assert (one.value, one.count) == ((3 + 2 + 4) / 3, 3)
    assert value("rings", call()).value is None


def test_speed_of_answer_is_the_queue_or_else_the_ringing() -> None:
    calls = [
        call(queue_seconds=30.0, ring_seconds=5.0),
        call(queue_seconds=0.0, ring_seconds=6.0),  # did not queue
        record(ring_seconds=9.0, **ANSWERED),
        record(queue_seconds=0.0, **ANSWERED),
        record(queue_seconds=99.0, **ABANDONED),
        record(queue_seconds=99.0),  # nobody knows what became of it
        call(queue_seconds=99.0, direction="callback"),
        call(),
    ]
    one = value("speed_of_answer", *calls)
    assert (one.value, one.count, one.met) == (45 / 4, 4, True)
    assert value("speed_of_answer", call()).value is None


def test_queue_time_is_that_of_calls_that_queued() -> None:
    calls = [
        call(queue_seconds=30.0),
        call(queue_seconds=0.0),
        record(queue_seconds=50.0, **ABANDONED),
    ]
    assert value("queue_time", *calls).value == 40.0
    exported = export({"queue_time": "500", "queued": "5"})
    assert value("queue_time", *calls, distributor=exported).value == 40.0
    assert value("queue_time", call(), distributor=exported).value == 100.0
    assert value("queue_time", call(queue_seconds=0.0)).value is None


OFFERED = [
    call(has_record=True, queue_seconds=5.0, **ANSWERED),
    call(has_record=True, queue_seconds=20.0, **ANSWERED),
    call(has_record=True, queue_seconds=21.0, **ANSWERED),
    record(queue_seconds=0.0, ring_seconds=4.0, **ANSWERED),
    record(queue_seconds=20.0, **ABANDONED),  # short
    record(queue_seconds=50.0, **ABANDONED),
    record(outcome="failed", queue_seconds=1.0),
    record(outcome="answered", direction="outbound", queue_seconds=1.0),
    record(),
]


def test_offered_answered_and_service_level() -> None:
    assert value("calls_offered", *OFFERED).value == 6.0
    assert value("answered", *OFFERED).value == pytest.approx(100 * 4 / 6)
    level = value("service_level", *OFFERED)
    assert (level.value, level.count, level.met) == (50.0, 6, False)


def test_short_abandons_are_left_out_of_both_sides_of_the_rate() -> None:
    one = value("abandon_rate", *OFFERED)
    assert (one.value, one.numerator, one.denominator) == (20.0, 100.0, 5.0)
    time = value("abandon_time", *OFFERED)
    assert (time.value, time.count) == (35.0, 2)
    unknown = record(**ABANDONED)  # nobody can say that it was short
    assert value("abandon_rate", *OFFERED, unknown).value == pytest.approx(100 * 2 / 6)
    assert value("abandon_time", unknown).value is None


def test_without_an_outcome_in_the_records_nothing_is_offered() -> None:
    offered = (
        "calls_offered",
        "answered",
        "service_level",
        "abandon_rate",
        "abandon_time",
        "busy_rate",
        "queued",
    )
    calls = [call(), call(outcome="answered", queue_seconds=3.0), record(queue_seconds=9.0)]
    assert [value(name, *calls).value for name in offered] == [
        None
    ] * 7  # a recording's own facts are no record


def test_service_level_where_waits_are_unknown() -> None:
    known = [record(queue_seconds=5.0, **ANSWERED), record(queue_seconds=25.0, **ANSWERED)]
    unknown = [record(**ANSWERED), record(**ANSWERED)]
    assert value("service_level", *known, *unknown).value == 50.0
    assert value("service_level", *unknown, record(queue_seconds=30.0, **ABANDONED)).value is None
    assert value("service_level", record(queue_seconds=30.0, **ABANDONED)).value == 0.0


def test_busy_and_blocked() -> None:
    calls = [record(outcome="busy"), *[record(**ANSWERED)] * 3]
    assert value("busy_rate", *calls).value == 25.0
    assert value("calls_offered", *calls).value == 4.0
    assert value("busy_rate", *calls[1:]).value is None  # no record of it is not none
    blocked = export({"blocked": "9"})
    assert value("calls_offered", *calls, distributor=blocked).value == 12.0
    assert value("busy_rate", *calls, distributor=blocked).value == 75.0
    assert value("answered", *calls, distributor=blocked).value == 25.0
    assert value("busy_rate", call(), distributor=blocked).value is None
    whole = export({"blocked": "9", "offered": "300"})
    assert value("busy_rate", call(), distributor=whole).value == 3.0
    assert value("calls_offered", call(), distributor=whole).value == 300.0


def test_queued() -> None:
    one = value("queued", *OFFERED)
    assert (one.value, one.count) == (pytest.approx(100 * 5 / 6), 6)
    exported = export({"queued": "20", "offered": "100"})
    assert value("queued", call(), distributor=exported).value == 20.0
    assert value("queued", record(**ANSWERED), distributor=export({"queued": "20"})).value is None


def test_transfer_rate() -> None:
    calls = [
        call(transferred=True), call(transferred=False), record(transferred=False, **ANSWERED),
        record(transferred=False, **ANSWERED), call(), call(transferred=True, direction="outbound"),
        record(transferred=True, **ABANDONED),
    ]  # fmt: skip
    one = value("transfer_rate", *calls)
    assert (one.value, one.count, one.met) == (25.0, 4, False)
    assert value("transfer_rate", call()).value is None


def test_per_hour_occupancy_and_cost() -> None:
    talked = [
        call(connected_seconds=600.0),
        call(connected_seconds=300.0),
        record(talk_seconds=900.0, **ANSWERED),
    ]
    exported = export({"logged_in": "3600", "idle": "200", "cost": "12"})
    assert value("calls_per_hour", *talked, distributor=exported).value == 3.0
    occupancy = value("occupancy", *talked, distributor=exported)
    assert (occupancy.value, occupancy.met) == (90.0, True)
    assert value("cost_per_call", *talked, distributor=exported).value == 4.0
    for name in ("calls_per_hour", "occupancy", "cost_per_call"):
        assert value(name, *talked).value is None
        assert value(name, distributor=exported).value is None
    own = export(
        {
            "logged_in": "7200",
            "idle": "100",
            "cost": "50",
            "calls": "10",
            "talk": "800",
            "hold": "100",
        }
    )
    assert value("calls_per_hour", *talked, distributor=own).value == 5.0
    assert value("occupancy", *talked, distributor=own).value == 90.0
    assert value("cost_per_call", *talked, distributor=own).value == 5.0


def test_adherence_attendance_and_turnover() -> None:
    exported = export(
        {
            "logged_in": "9",
            "scheduled": "10",
            "present": "19",
            "planned": "20",
            "leavers": "2",
            "staff": "10",
        },
    )
    assert value("adherence", distributor=exported).value == 90.0
    assert value("attendance", distributor=exported).met
    assert value("turnover", distributor=exported).value == 20.0
    for missing in ("scheduled", "planned", "staff"):
        part = export({name: "5" for name in ("logged_in", "present", "leavers", "scheduled", "planned", "staff")
                       if name != missing})  # fmt: skip
        name = {"scheduled": "adherence", "planned": "attendance", "staff": "turnover"}[missing]
        assert value(name, distributor=part).value is None


def test_heads_of_two_months_are_the_same_heads() -> None:
    exported = export(
        {"month": "2026-10", "group": "A", "leavers": "1", "staff": "10"},
        {"month": "2026-10", "group": "B", "leavers": "0", "staff": "10"},
        {"month": "2026-11", "group": "A", "leavers": "2", "staff": "10"},
        {"month": "2026-11", "group": "B", "leavers": "2", "staff": "10"},
    )
    assert value("turnover", distributor=exported).value == 25.0
    months = table(distributor=exported, scope=by("month")).rows
    assert [row.values["turnover"].value for row in months] == [5.0, 20.0]


def test_figures_of_the_conversation() -> None:
    calls = [
        call(
            silence_seconds=10.0,
            interruptions=2,
            response_seconds=1.0,
            agent_chars_per_minute=200.0,
        ),
        call(silence_seconds=0.0, interruptions=0, agent_chars_per_minute=240.0),
        call(),
    ]
    found = table(*calls).total.values
    assert [
        found[n].value for n in ("silence", "interruptions", "response_time", "speech_rate")
    ] == [5, 1, 1, 220]


def test_a_range_is_kept_to_beyond_its_good_end_only() -> None:
    hold, talk, rate = BY_ID["hold_time"], BY_ID["talk_time"], BY_ID["first_call_resolution"]
    assert [hold.met(v) for v in (5, 20, 60, 61)] == [True, True, True, False]
    assert [talk.met(v) for v in (269, 270, 360, 361)] == [False, True, True, False]
    assert [rate.met(v) for v in (84.9, 85, 100)] == [False, True, True]
    assert Target(2, 5).met(None) is None
    assert BY_ID["calls_per_hour"].met(8.0) is None


def test_the_catalogue_is_the_rule_books() -> None:
    rule_book = [one.id for one in INDICATORS if not one.extra and one.id != "monitored_calls"]
    assert len(rule_book) == len(set(rule_book)) == 23
    targets = {one.id: str(one.target_text) for one in INDICATORS if one.target}
    assert targets["handle_time"] == "3–10 min ±15 %"
    assert targets["speed_of_answer"] == "≤ 20 s"
    assert targets["abandon_rate"] == "3–5 %"
    assert targets["occupancy"] == "≥ 90 %"
    assert str(BY_ID["rings"].average_text) == "2–3"
    assert str(BY_ID["handle_time"].average_text) == "8.5 min"
    for one in INDICATORS:
        for text in (one.title, one.formula, one.target_text, one.average_text):
            assert text is None or text.zh.encode("gbk")


def test_indicators_are_chosen_by_id_or_title() -> None:
    names = [one.id for one in chosen(["hold-time", "监听分值", "talk time", "hold_time"])]
    assert names == ["hold_time", "monitoring_score", "talk_time"]
    with pytest.raises(UsageError, match="no indicator 'speed'"):
        chosen(["speed"])
