"""The distributor's export: headings, cells, whose rows they are, and what is told of them."""

from __future__ import annotations

import datetime
import re
from dataclasses import asdict
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from indicator_data import by, call, export, record, table, value

from callqa.errors import UsageError
from callqa.qa.indicators.columns import column_of, number_of
from callqa.qa.indicators.distributor import DistributorRow, read_distributor, read_distributor_file
from callqa.qa.indicators.distributor_sums import DistributorSums
from callqa.qa.indicators.table import Scope
from callqa.qa.period import Period


@pytest.mark.parametrize(
    ("heading", "column", "unit"),
    [
        ("Logged in", "logged_in", 1), ("login_time", "logged_in", 1), ("登录时长(小时)", "logged_in", 3600),
        ("登录时长（分钟）", "logged_in", 60), ("idle_minutes", "idle", 60), ("IDLE [h]", "idle", 3600),
        ("空闲时长", "idle", 1), ("工号", "agent_id", 1), ("日期", "date", 1), (" ACW ", "after", 1),
        ("平均事后处理时间（秒）", "mean_after", 1), ("总成本（元）", "cost", 1), ("遇忙数(通)", "blocked", 1),
        ("应出勤天数", "planned", 1), ("排队总时长(min)", "queue", 60),
    ],
)  # fmt: skip
def test_headings(heading: str, column: str, unit: float) -> None:
    assert column_of(heading) == (column, unit)


@pytest.mark.parametrize("heading", ["", "foo", "idle_parsecs", "满意度"])
def test_unknown_headings(heading: str) -> None:
    assert column_of(heading) is None


@pytest.mark.parametrize(
    ("cell", "column", "number"),
    [
        ("12", "calls", 12), ("1,234.5", "cost", 1234.5), ("１２", "calls", 12), ("¥ 12.50", "cost", 12.5),
        ("1:30:00", "idle", 5400), ("100:00:01", "idle", 360001), ("90 min", "idle", 5400), ("2小时", "idle", 7200),
        (".5", "cost", 0.5), ("0", "blocked", 0), ("-", "calls", None), ("", "calls", None), ("n/a", "idle", None),
        ("无", "cost", None),
    ],
)  # fmt: skip
def test_cells(cell: str, column: str, number: float | None) -> None:
    assert number_of(cell, column, 1.0) == number


def test_the_heading_s_unit_is_for_cells_without_their_own() -> None:
    assert [number_of(cell, "idle", 3600.0) for cell in ("1.5", "90 min", "1:30:00")] == [
        5400.0
    ] * 3


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ("many", "calls"), ("-5", "idle"), ("7:30", "idle"), ("1,23", "cost"), ("nan", "idle"), ("inf", "cost"),
        ("1e5", "cost"), ("5 min", "calls"), ("1.2.3", "cost"), ("1:30:00", "calls"), ("95%", "cost"),
    ],
)  # fmt: skip
def test_cells_that_are_no_number(cell: str, column: str) -> None:
    with pytest.raises(ValueError, match=re.escape(cell)):
        number_of(cell, column, 1.0)


@given(st.text(max_size=12), st.sampled_from(["calls", "idle"]))
def test_any_cell_is_a_number_nothing_or_refused(cell: str, column: str) -> None:
    try:
        number = number_of(cell, column, 1.0)
    except ValueError:
        return
    assert number is None or number >= 0


def test_rows() -> None:
    read = export(
        {"工号": "8001", "姓名": "李敏", "日期": "2026/11/3", "登录时长": "28800", "空闲时长": ""},
        {"工号": "8002", "日期": "2026年11月", "登录时长": "1:00:00", "空闲时长": "-"},
        {"工号": "", "姓名": "", "日期": "", "登录时长": "", "空闲时长": ""},
    )
    assert read.rows == (
        DistributorRow({"logged_in": 28800.0}, "8001", "李敏", None, "2026-11-03"),
        DistributorRow({"logged_in": 3600.0}, "8002", None, None, "2026-11"),
    )
    assert read.remarks == ()


def test_what_is_odd_is_told() -> None:
    read = export(
        {"agent": "Ann", "date": "2026-11-03", "blocked": "5", "offered": "3", "mood": "good"},
        {"agent": "Ann", "date": "2026-11-03", "blocked": "x", "offered": "3"},
        {"agent": "Ann", "date": "someday", "blocked": "1", "offered": "3"},
        {"agent": "Ann", "date": "2026", "blocked": "1", "offered": "3"},
        {"agent": "合计", "date": "", "blocked": "6", "offered": "6"},
    )
    assert [row.figures for row in read.rows] == [{"offered": 3.0}, {"offered": 3.0}]
    assert [remark.en for remark in read.remarks] == [
        "columns that are not known: mood",
        "cells that are no number or date: 3: blocked 'x', 4: 'someday', 5: '2026'",
        "more than all calls, left out: 2: blocked 5 > 3",
        "rows of totals, left out: 1",
        "rows of an agent and a time that stand there before; added up: 1",
    ]


def test_means_need_the_number_of_calls() -> None:
    read = export({"平均话后时长": "30", "通话量": "4", "平均排队时间": "20"})
    assert read.rows[0].figures == {"after": 120.0, "calls": 4.0}
    assert "mean_queue" in read.remarks[0].en
    assert "queued" in export({"queue_time": "30"}).remarks[0].en


def test_nothing_that_is_known_is_an_error() -> None:
    for rows in ([], [{"agent": "Ann", "mood": "good"}]):
        with pytest.raises(UsageError, match="none of its columns"):
            read_distributor(rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files(tmp_path: Path, encoding: str, delimiter: str) -> None:
    file = tmp_path / "话务.csv"
    file.write_bytes(f"工号{delimiter}空闲时长\r\n8001{delimiter}60\r\n".encode(encoding))
    assert read_distributor_file(file).rows == (DistributorRow({"idle": 60.0}, "8001"),)


def test_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["十一月话务"])
    sheet.append(["工号", "日期", "空闲时长"])
    sheet.append([8001, datetime.datetime(2026, 11, 3), 60])
    book.save(tmp_path / "book.xlsx")
    (row,) = read_distributor_file(tmp_path / "book.xlsx").rows
    assert row == DistributorRow({"idle": 60.0}, "8001", time="2026-11-03")


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.csv: cannot read"):
        read_distributor_file(tmp_path / "gone.csv")
    (tmp_path / "other.csv").write_text("mood\ngood\n")
    with pytest.raises(UsageError, match=r"other\.csv: none of its columns"):
        read_distributor_file(tmp_path / "other.csv")
    broken = tmp_path / "broken.csv"
    broken.write_text('idle\n"60\n70\n')
    read = read_distributor_file(broken)
    assert [row.figures for row in read.rows] == [{"idle": 70.0}]
    assert "line 2" in read.remarks[0].en


def test_only_the_calls_that_rows_are_about_stand_in() -> None:
    calls = [
        call(agent_id="8001", started_at="2026-11-03T09:00:00", connected_seconds=300.0),
        call(agent_id="8001", started_at="2026-11-04T09:00:00", connected_seconds=500.0),
        call(
            agent_id="8002", agent="王芳", started_at="2026-11-03T09:00:00", connected_seconds=700.0
        ),
    ]
    day = export({"agent_id": "8001", "date": "2026-11-03", "idle": "100"})
    assert value("occupancy", *calls, distributor=day).value == 75.0
    month = export({"agent_id": "8001", "date": "2026-11", "idle": "200"})
    assert value("occupancy", *calls, distributor=month).value == 80.0
    name = export({"agent": "王芳", "idle": "300"})
    assert value("occupancy", *calls, distributor=name).value == 70.0
    everybody = export({"date": "2026-11-03", "idle": "1000"})
    assert value("occupancy", *calls, distributor=everybody).value == 50.0
    nobody = export({"agent_id": "8003", "idle": "1000"})
    assert value("occupancy", *calls, distributor=nobody).value is None


def test_rows_go_to_their_groups() -> None:
    calls = [
        call(agent_id="8001", agent="李敏", group="A", started_at="2026-11-03T09:00:00"),
        call(agent_id="8002", agent="王芳", group="B", started_at="2026-11-03T09:00:00"),
    ]
    rows = export(
        {"agent": "李敏", "date": "2026-11-03", "logged_in": "90", "scheduled": "100"},
        {"agent_id": "8002", "date": "2026-11-10", "logged_in": "50", "scheduled": "100"},
        {"agent_id": "8003", "date": "2026-11-10", "logged_in": "10", "scheduled": "100"},
        {"date": "2026-11", "logged_in": "0", "scheduled": "100"},
    )

    def rates(*names: str) -> dict[tuple[str | None, ...], float | None]:
        found = table(*calls, scope=by(*names), distributor=rows)
        assert found.total.values["adherence"].value == 37.5
        return {row.key: row.values["adherence"].value for row in found.rows}

    assert rates("agent") == {("8001",): 90.0, ("8002",): 50.0, ("8003",): 10.0}
    assert rates("group") == {("A",): 90.0, ("B",): 50.0}
    assert rates("month") == {("2026-11",): 37.5}
    assert rates("week") == {("2026-11-02",): 90.0, ("2026-11-09",): 30.0}
    assert rates("agent", "day") == {
        ("8001", "2026-11-03"): 90.0, ("8002", "2026-11-03"): None, ("8002", "2026-11-10"): 50.0,
        ("8003", "2026-11-10"): 10.0,
    }  # fmt: skip
    told = table(*calls, scope=by("day"), distributor=rows).remarks
    assert [remark.en for remark in told] == [
        "rows of the distributor that belong to no single group; only among all calls: 1"
    ]


def test_rows_of_the_scope() -> None:
    calls = [call(agent_id="8001", agent="李敏", group="A")]
    rows = export(
        {"agent_id": "8001", "date": "2026-11-03", "logged_in": "90", "scheduled": "100"},
        {"agent_id": "8001", "date": "2026-12-03", "logged_in": "80", "scheduled": "100"},
        {
            "agent_id": "8002",
            "group": "B",
            "date": "2026-11-03",
            "logged_in": "10",
            "scheduled": "100",
        },
        {"date": "2026-11", "logged_in": "0", "scheduled": "100"},
    )

    def rate(**scope: object) -> float | None:
        found = table(*calls, scope=Scope(**scope), distributor=rows)  # type: ignore[arg-type]
        return found.total.values["adherence"].value

    assert rate() == 45.0
    assert rate(period=Period("2026-11-01", "2026-12-01")) == pytest.approx(100 / 3)
    assert rate(period=Period("2026-11-03", "2026-11-04")) == 50.0  # a month is not in a day
    assert rate(period=Period("2026-11-03T12:00:00", "2026-12-01")) is None
    assert rate(agent="8001") == rate(agent="李敏") == 85.0
    assert rate(group="A") == 85.0


def test_two_agents_of_one_name_need_their_ids() -> None:
    calls = [call(agent_id="8001", agent="李敏"), call(agent_id="8002", agent="李敏")]
    rows = export({"agent": "李敏", "logged_in": "90", "scheduled": "100"})
    found = table(*calls, scope=by("agent"), distributor=rows)
    assert [row.values["adherence"].value for row in found.rows] == [None, None]
    assert "several agents are called 李敏" in found.remarks[0].en


def test_a_record_stands_in_like_a_recording() -> None:
    rows = export({"logged_in": "3600", "cost": "8"})
    calls = [
        call(),
        record(outcome="answered"),
        record(outcome="abandoned"),
        call(outcome="abandoned"),
    ]
    assert value("calls_per_hour", *calls, distributor=rows).value == 2.0
    assert value("cost_per_call", *calls, distributor=rows).value == 4.0


columns = st.sampled_from(
    ["after", "queue", "blocked", "queued", "offered", "calls", "logged_in", "scheduled", "idle", "talk", "hold",
     "present", "planned", "leavers", "staff", "cost"]
)  # fmt: skip
rows_of = st.lists(
    st.builds(
        DistributorRow,
        st.dictionaries(columns, st.floats(0, 1e5)),
        time=st.sampled_from([None, "2026-11", "2026-11-03"]),
    ),
    max_size=6,
)


@given(rows_of, rows_of)
def test_sums_of_parts_are_those_of_the_whole(
    one: list[DistributorRow], other: list[DistributorRow]
) -> None:
    first, second, whole = _added(one), _added(other), _added(one + other)
    before = asdict(first)
    parts = asdict(first + second)
    for name, expected in asdict(whole).items():
        assert parts[name] == (
            expected if isinstance(expected, set) else pytest.approx(expected)
        ), name
    assert asdict(first) == before == asdict(first + DistributorSums())


def _added(rows: list[DistributorRow]) -> DistributorSums:
    out = DistributorSums()
    for row in rows:
        out.add(row)
    return out
