"""Indicators on the screen and in files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest
from indicator_data import by, call, export, record, table, value
from rich.console import Console
from typer.testing import CliRunner

from callqa import lang
from callqa.commands import indicators as cli_indicators
from callqa.errors import UsageError
from callqa.qa.indicators import stored
from callqa.qa.indicators.catalogue import INDICATORS, chosen
from callqa.qa.indicators.figures import CallFigures, CallRecord, Contact
from callqa.qa.indicators.files import csv_text, json_text
from callqa.qa.indicators.indicators_render import formula_table, indicator_tables, number_text
from callqa.qa.indicators.table import IndicatorTable
from callqa.qa.spreadsheet import inert, write_text

NOVEMBER = "2026-11-03T09:00:00"
CALLS = [
    call(agent_id="8001", agent="李敏", score=92.0, connected_seconds=300.0, hold_seconds=90.0,
         longest_hold_seconds=90.0, started_at=NOVEMBER),
    call(agent="=1+1", score=70.0, connected_seconds=320.0, hold_seconds=0.0, started_at=NOVEMBER),
    record(outcome="abandoned", queue_seconds=60.0, started_at="2026-11-04T09:00:00"),
]  # fmt: skip


def shown(found: IndicatorTable, *only: str, width: int = 160) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(indicator_tables(found, chosen(only) or None))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert isinstance(text, str)
    return text


def line(text: str, start: str) -> list[str]:
    """The cells of the line whose first cell is this."""
    rows = [[cell.strip() for cell in row.strip("│┃ ").split("│")] for row in text.splitlines()]
    return next(row for row in rows if row[0] == start)


def test_all_indicators_on_the_screen() -> None:
    text = shown(table(*CALLS))
    assert line(text, "talk time") == ["talk time", "265 s", "270–360 s", "NO", "330 s", "2"]
    assert line(text, "hold time") == ["hold time", "90 s", "20–60 s", "NO", "60 s", "1"]
    assert line(text, "abandon rate") == ["abandon rate", "100.0 %", "3–5 %", "NO", "3 %", "1"]
    assert line(text, "adherence") == ["adherence", "-", "≥ 92 %", "-", "-", "-"]
    assert "3 calls" in text
    assert all(str(one.title) in text for one in INDICATORS)


def test_in_chinese() -> None:
    lang.use("zh")
    text = shown(table(*CALLS))
    assert line(text, "平均交谈时间") == [
        "平均交谈时间",
        "265 秒",
        "270–360 秒",
        "未达标",
        "330 秒",
        "2",
    ]
    assert "运营指标  全部通话" in text
    assert text.encode("gb18030")


def test_groups_on_the_screen() -> None:
    text = shown(table(*CALLS, scope=by("agent", "month")))
    assert line(text, "8001 李敏")[:3] == ["8001 李敏", "2026-11", "1"]
    assert line(text, "(unknown)")[:3] == ["(unknown)", "2026-11", "1"]
    assert line(text, "all")[2:4] == ["3", "81.0"]
    assert "abandon rate" in text  # of all calls it is known
    assert "occupancy" not in text
    text = shown(table(*CALLS, scope=by("agent")), "hold_time", "adherence")
    assert line(text, "8001 李敏") == ["8001 李敏", "1", "90 s", "-"]
    assert line(text, "target") == ["target", "", "20–60 s", "≥ 92 %"]


def test_markup_in_names_is_only_text() -> None:
    text = shown(table(call(agent="[red]x[/]", score=1.0), scope=by("agent")))
    assert "[red]x[/]" in text


def test_many_rows_are_not_all_shown() -> None:
    calls = [call(call_id=f"c{n:04}", score=1.0) for n in range(600)]
    text = shown(table(*calls, scope=by("call")))
    assert "c0499" in text
    assert "c0500" not in text
    assert "+100 rows" in text


def test_a_figure_beside_its_target_has_the_decimals_to_see_it() -> None:
    near = value("talk_time", call(connected_seconds=269.98, hold_seconds=0.0))
    assert number_text(near) == "269.98 s"
    assert (
        number_text(value("talk_time", call(connected_seconds=265.4, hold_seconds=0.0))) == "265 s"
    )
    assert number_text(value("calls_offered", *[record(outcome="busy")] * 1200)) == "1200"


def test_remarks_are_shown() -> None:
    assert "columns that are not known: mood" in shown(
        table(*CALLS, distributor=export({"idle": "1", "mood": "good"}))
    )


def test_json() -> None:
    found = json.loads(json_text(table(*CALLS, scope=by("agent"))))
    assert found["by"] == ["agent"]
    first, _, third = found["groups"]
    assert (first["agent"], first["name"], first["calls"]) == ("8001", "李敏", 1)
    assert first["values"]["hold_time"] == {
        "value": 90.0, "calls": 1, "numerator": 90.0, "denominator": 1.0, "met": False,
    }  # fmt: skip
    assert third["agent"] is None
    assert third["values"]["talk_time"]["value"] is None
    assert found["total"]["values"]["abandon_rate"]["value"] == 100.0
    described = {one["id"]: one for one in found["indicators"]}
    assert described["talk_time"]["target"] == {"low": 270, "high": 360}
    assert described["rings"]["average"] == [2, 3]
    assert [len(json.loads(json_text(table(), chosen(["rings"])))["indicators"])] == [1]


def test_csv_of_groups() -> None:
    text = csv_text(table(*CALLS, scope=by("agent")), chosen(["talk_time", "hold_time"]))
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows == [
        ["agent", "name", "calls", "talk time", "hold time"],
        ["8001", "李敏", "1", "210.0", "90.0"],
        ["'=1+1", "", "1", "320.0", ""],
        ["", "", "1", "", ""],
    ]


def test_csv_of_all_calls() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(table(*CALLS)).removeprefix("\ufeff"))))
    assert [row["id"] for row in rows] == [one.id for one in INDICATORS]
    assert rows[2] | {"formula": ""} == {
        "id": "talk_time", "indicator": "talk time", "value": "265.0", "unit": "seconds", "target": "270–360 s",
        "met": "no", "industry average": "330 s", "calls": "2", "formula": "",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["=A1", "+1", "-1", "@x", "\tx"])
def test_what_a_spreadsheet_would_compute_is_inert(text: str) -> None:
    assert inert(text) == "'" + text
    assert inert("") == ""
    assert inert("李敏") == "李敏"


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it is a folder"):
        write_text(tmp_path, "x")


def test_formulas() -> None:
    console = Console(file=io.StringIO(), width=160)
    console.print(formula_table(chosen(["handle_time"])))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "8.5 min" in text
    assert "recordings + distributor" in text
    assert "mean of talk time + after-call work" in text


# --- the command


class Source:
    """What a store would give."""

    asked: tuple[str | None, ...] = ()

    def call_figures(self, *limits: str | None) -> Iterable[CallFigures]:
        self.asked = limits
        return [one for one in CALLS if isinstance(one, CallFigures)]

    def call_records(self, *limits: str | None) -> Iterable[CallRecord]:
        return [one for one in CALLS if isinstance(one, CallRecord)]

    def contacts(self, *limits: str | None) -> Iterable[Contact]:
        return ()


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    made = Source()
    settings = SimpleNamespace(store_path=lambda: Path("callqa.db"))
    monkeypatch.setattr(cli_indicators, "existing_store", lambda *_: SimpleNamespace(database=None))
    monkeypatch.setattr(stored, "StoredCalls", lambda _database: made)
    monkeypatch.setattr(cli_indicators, "chosen_settings", lambda: settings)
    return made


def run(*arguments: str) -> str:
    done = CliRunner().invoke(
        cli_indicators.indicators_app, list(arguments), env={"COLUMNS": "160"}
    )
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_the_command(source: Source, tmp_path: Path) -> None:
    exported = tmp_path / "acd.csv"
    exported.write_text("工号,登录时长,排班时长\n8001,95,100\n", "utf-8")
    made = tmp_path / "figures.json", tmp_path / "figures.csv"
    text = run(
        "--by", "agent，month", "--since", "2026-11", "--until", "2026-11-30", "--group", "A",
        "--distributor", str(exported), "--only", "talk_time，adherence",
        "--json", str(made[0]), "--csv", str(made[1]),
    )  # fmt: skip
    assert source.asked == ("2026-11-01", "2026-12-01", None, "A")
    assert "2026-11-01 to 2026-11-30  A" in text
    assert line(text, "8001 李敏")[3] == "210 s"
    assert json.loads(made[0].read_text("utf-8"))["until"] == "2026-12-01"
    assert (
        made[1]
        .read_bytes()
        .startswith(b"\xef\xbb\xbfagent,month,name,calls,talk time,adherence\r\n")
    )


def test_formulas_need_no_database() -> None:
    assert "connected seconds" in run("--formulas", "--only", "talk_time")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--by", "hour"), "cannot be grouped"),
        (("--since", "soon"), "is no date"),
        (("--only", "speed"), "no indicator"),
        (("--distributor", "gone.csv"), "cannot read"),
        (("--json", "callqa.db"), "would overwrite"),
        (("--json", "x", "--csv", "x"), "would overwrite"),
    ],
)
def test_requests_that_are_wrong(source: Source, arguments: tuple[str, ...], problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        run(*arguments)
