"""Exports: what Excel gets, that figures are those of the results, and that customers' words stay words."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_agents import call
from test_cli import callqa

from callqa.errors import UsageError
from callqa.qa.export.book import Book
from callqa.qa.export.content import Content
from callqa.qa.export.xlsx import write_xlsx
from callqa.qa.period import Period
from callqa.qa.result import CallResult, to_json
from callqa.qa.spreadsheet import inert, replacing, write_text
from callqa.qa.store import CallFilter, Keys, Store

NASTY = '=HYPERLINK("http://x","李\'敏")😀'


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "results.db")
    for number in range(6):
        one = call(number, f"A{number % 2}", f"2026-11-0{1 + number}T09:30:00", 50.0 + 7 * number)
        facts = replace(
            one.metadata, agent=f"李{number % 2}", customer=NASTY if number == 2 else "王"
        )
        store.save(replace(one, metadata=facts), Keys(f"h{number}", "m", "c"))
    store.save(call(9, "＝A9", "2026-11-09T10:00:00", 70.0), Keys("h9", "m", "c"))
    store.save(CallResult("x", "x.wav", "failed", error="broken"), Keys("", "m", "c"))
    return store


def rows(sheet: Any) -> list[dict[str, Any]]:
    head, *body = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body if row[0] is not None]


@pytest.fixture
def book(store: Store, tmp_path: Path) -> Any:
    file = tmp_path / "报表.xlsx"
    said = callqa("export", "--xlsx", file, "--no-redact", "--db", store.path)
    assert (said.returncode, "8 calls" in said.stdout) == (0, True), said.stderr
    with ZipFile(file) as archive:
        names = archive.namelist()
    assert sum(name.startswith("xl/charts/chart") for name in names) == 2
    return openpyxl.load_workbook(file)


def test_every_figure_is_that_of_the_results(book: Any, store: Store) -> None:
    assert book.sheetnames == ["calls", "agents", "items", "indicators"]
    raw = [to_json(one) for one in store.results(CallFilter())]
    calls = {row["call"]: row for row in rows(book["calls"])}
    for one in raw:
        row = calls[one["call_id"]]
        assert (row["score"], row["at least"], row["at most"]) == (
            one["score"],
            one["score_low"],
            one["score_high"],
        )
        if one["status"] == "failed":
            assert row["status"] == "failed"
            continue
        assert row["start"] == datetime.fromisoformat(one["started_at"])
        assert row["length"] == timedelta(seconds=one["duration"])
        assert row["hold s"] == one["metrics"]["hold_seconds"]
        words = {"pass": "pass", "fail": "FAIL", "unsure": "unsure", "na": "n/a"}
        assert all(row[item["title"]] == words[item["verdict"]] for item in one["items"])
    scored = [one for one in raw if one["status"] == "scored"]
    agents = {row["agent id"]: row for row in rows(book["agents"])}
    assert set(agents) == {"A0", "A1", "＝A9"}
    for agent, row in agents.items():
        own = [one for one in scored if one["agent_id"] == agent]
        assert row["calls"] == len(own)
        assert row["mean score"] == pytest.approx(fmean(one["score"] for one in own), abs=0.05)
        assert (row["95 % from"] is None) == (len(own) == 1)
    for row in rows(book["items"]):
        found = [
            item["verdict"] for one in scored for item in one["items"] if item["id"] == row["id"]
        ]
        assert (row["passed"], row["failed"], row["unsure"]) == tuple(
            found.count(v) for v in ("pass", "fail", "unsure")
        )
        decided = row["passed"] + row["failed"]
        assert row["pass rate"] == (pytest.approx(row["passed"] / decided) if decided else None)
    indicators = {row["id"]: row for row in rows(book["indicators"])}
    mean = fmean(one["score"] for one in scored)
    assert indicators["monitoring_score"]["value"] == pytest.approx(mean)
    assert indicators["occupancy"]["value"] is None


def test_formulas_are_text_and_cells_have_colours(book: Any) -> None:
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    texts = {
        cell.value for row in book["calls"].iter_rows() for cell in row if cell.data_type == "s"
    }
    assert NASTY in texts
    assert not any(cell.hyperlink for row in book["calls"].iter_rows() for cell in row)
    for name in ("calls", "agents", "items", "indicators"):
        assert len(book[name].conditional_formatting) > 0, name
        assert book[name].freeze_panes == "B2"
        assert book[name].auto_filter.ref
    assert book["calls"]["B2"].is_date


def test_csv_opens_in_excel_and_json_lines_are_the_results(store: Store, tmp_path: Path) -> None:
    table, lines = tmp_path / "a.csv", tmp_path / "a.jsonl"
    args = ("export", "--csv", table, "--jsonl", lines, "--since", "2026-11-01", "--db", store.path)
    assert "masked: " in callqa(*args).stdout
    hidden = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    assert {one["customer"] for one in hidden} <= {"[name]", None}
    assert NASTY not in table.read_text("utf-8-sig")
    assert callqa(*args, "--no-redact").returncode == 0
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in table.read_bytes()
    found = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    period = CallFilter("2026-11-01")
    raw = [to_json(one) for one in store.results(period)]
    assert [json.loads(line) for line in lines.read_text("utf-8").splitlines()] == raw
    assert [(row["call"], float(row["score"])) for row in found] == [
        (o["call_id"], o["score"]) for o in raw
    ]
    assert [row["customer"] for row in found if row["call"] == "c2"] == ["'" + NASTY]
    assert [row["agent id"] for row in found if row["call"] == "c9"] == ["'＝A9"]


def test_chinese_headings(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    callqa("--lang", "zh", "export", "--xlsx", file, "--db", store.path)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["通话", "坐席", "项目", "指标"]
    assert {row["通话"] for row in rows(book["通话"])} >= {"c0", "c9", "x"}
    assert "礼貌结束语" in {cell.value for cell in book["通话"][1]} or len(book["通话"][1]) > 20


def test_nothing_to_write_and_places_that_are_taken(store: Store, tmp_path: Path) -> None:
    none = callqa(
        "export", "--xlsx", tmp_path / "n.xlsx", "--since", "2027-01-01", "--db", store.path
    )
    assert (none.returncode, none.stdout.strip()) == (0, "no call of that kind")
    assert not (tmp_path / "n.xlsx").exists()
    assert callqa("export", "--db", store.path).returncode == 2
    assert callqa("export", "--csv", store.path, "--db", store.path).returncode == 2
    nowhere = callqa("export", "--xlsx", tmp_path / "no" / "n.xlsx", "--db", store.path)
    assert (nowhere.returncode, "cannot write" in nowhere.stderr) == (2, True)


def test_an_agent_without_calls(store: Store, tmp_path: Path) -> None:
    said = callqa("export", "--csv", tmp_path / "n.csv", "--agent", "A77", "--db", store.path)
    assert said.stdout.strip() == "no call of that kind"


def test_a_failed_calls_sheet_has_no_agents(tmp_path: Path) -> None:
    store = Store(tmp_path / "r.db")
    store.save(CallResult("x", "x.wav", "failed", error="broken"), Keys("", "m", "c"))
    file = tmp_path / "a.xlsx"
    assert write_xlsx(file, Content(store, Period())) == 1
    book = openpyxl.load_workbook(file)
    assert rows(book["agents"]) == rows(book["items"]) == []


def test_what_is_there_stays_where_writing_fails(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    write_text(file, "old")

    def half() -> None:
        with replacing(file) as place:
            place.write_text("half")
            raise OSError(28, "No space left on device")

    with pytest.raises(UsageError, match="cannot write"):
        half()
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.csv", "old")]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=5))
def test_any_text_comes_back_as_text(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    file = tmp_path_factory.mktemp("book") / "a.xlsx"
    book = Book(file)
    with book.sheet("s", [("head", 8)]) as sheet:
        for text in texts:
            sheet.add([(text, "text")])
    book.close()
    cells = [row[0] for row in openpyxl.load_workbook(file)["s"].iter_rows(min_row=2)]
    assert all(cell.data_type == "s" for cell in cells)
    for cell, text in zip(cells, texts, strict=True):
        if not set(text) & set(map(chr, range(32))) and not any(
            "\ud800" <= c <= "\udfff" or c in "\ufffe\uffff" for c in text
        ):
            assert cell.value == text


@given(st.text(max_size=20))
def test_no_cell_of_a_csv_is_a_formula(text: str) -> None:
    made = inert(text)
    assert made[:1] not in tuple("=+-@\t\r＝＋－＠") or made == ""
    assert made.removeprefix("'") == text.removeprefix("'")
