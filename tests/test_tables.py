"""Tables as people save them: any encoding and separator, Excel; one bad row costs no other."""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callqa.errors import SettingsError
from callqa.qa.metadata import CallMetadata, Headings, Problem, Record, read_records, read_table
from callqa.qa.metadata.encodings import decoded
from callqa.qa.metadata.tables import Row, read_rows
from callqa.settings import Settings

KNOWN = Headings().known
ROWS = [
    ["录音文件", "工号", "备注"],
    ["a.wav", "8021", "好，很好"],
    ["b.wav", "8022", "第一行\n第二行"],
]


def written(rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def rows_of(file: Path, encoding: str = "") -> list[dict[str, str]]:
    return [dict(r.cells) for r in read_rows(file, KNOWN, encoding) if isinstance(r, Row)]


def problems_of(file: Path) -> list[int]:
    return [r.line for r in read_rows(file, KNOWN) if isinstance(r, Problem)]


def expected() -> list[dict[str, str]]:
    return [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_every_encoding_and_separator(tmp_path: Path, delimiter: str, encoding: str) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(written(ROWS, delimiter).encode(encoding))
    assert rows_of(file) == expected()


def test_titles_blank_lines_and_excels_own_line_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(("sep=;\r\n通话清单;;\r\n\r\n" + written(ROWS, ";")).encode("gbk"))
    assert rows_of(file) == expected()
    lines = [r.line for r in read_rows(file, KNOWN) if isinstance(r, Row)]
    assert lines == [5, 6]


@pytest.mark.parametrize("bad", ['b.wav,"8022', 'b.wav,"80"22,x', '"b.wav,8022,x'])
def test_a_lost_quote_costs_its_own_row_only(tmp_path: Path, bad: str) -> None:
    good = [f"c{n}.wav,80{n:02},好" for n in range(60)]
    file = tmp_path / "t.csv"
    file.write_text("\n".join(["录音文件,工号,备注", *good[:30], bad, *good[30:]]), "utf-8")
    assert problems_of(file) == [32]
    assert [row["录音文件"] for row in rows_of(file)] == [line.split(",")[0] for line in good]


def test_two_lost_quotes_do_not_swallow_what_is_between(tmp_path: Path) -> None:
    lines = ["录音文件,工号,备注,客户", 'a.wav,"1,,', "b.wav,2,,", 'c.wav,3",,', "d.wav,4,,"]
    file = tmp_path / "t.csv"
    file.write_text("\n".join(lines), "utf-8")
    assert [row["录音文件"] for row in rows_of(file)] == ["b.wav", "c.wav", "d.wav"]
    assert problems_of(file) == [2]


def test_utf8_that_is_cut_is_not_taken_for_gbk(tmp_path: Path) -> None:
    raw = written(ROWS).encode()
    for end in range(len(raw) - 6, len(raw)):
        assert "录音文件" in decoded(raw[:end])
    assert decoded("好".encode("gbk") * 5) == "好" * 5


def test_what_is_neither_is_told_with_the_setting(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(b"\x80\xff" * 50)
    with pytest.raises(SettingsError, match=r"\[metadata\] encoding"):
        list(read_rows(file, KNOWN))
    file.write_bytes("録音,工号\n".encode("shift-jis"))
    assert rows_of(file, "shift-jis") == []
    with pytest.raises(SettingsError, match="unknown encoding"):
        rows_of(file, "klingon")


def test_excel_shows_what_its_cells_show(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.append(["封面"])
    sheet = book.create_sheet("清单")
    sheet.append(["十一月通话清单"])
    sheet.append(["录音文件", "工号", "开始时间", "通话时长", "主叫号码", "是否转接"])
    sheet.append(
        [
            "a.wav",
            8021,
            datetime.datetime(2026, 11, 20, 9, 15),
            datetime.time(0, 1, 23),
            13800001111,
            True,
        ]
    )
    sheet.append(["b.wav", "0012", "2026/11/20 10:00", "83", "013800001111", "否"])
    file = tmp_path / "t.xlsx"
    book.save(file)
    first, second = (r for r in read_records(file, Settings()) if isinstance(r, Record))
    assert (first.name, first.line) == ("a.wav", 3)
    facts = first.facts
    assert (facts.agent_id, facts.started_at) == ("8021", "2026-11-20T09:15:00")
    assert (facts.talk_seconds, facts.caller, facts.transferred) == (83.0, "13800001111", True)
    assert (second.facts.agent_id, second.facts.caller) == ("0012", "013800001111")
    assert (second.facts.talk_seconds, second.facts.transferred) == (83.0, False)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("t.xls", b"<html><table><tr><td>x</td></tr></table></html>", "web page"),
        ("t.xls", b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "web page"),
        ("t.xlsx", b"PK\x03\x04 and no more", "Excel file that cannot be read"),
        ("t.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "Excel file that cannot be read"),
    ],
)
def test_excel_files_that_are_none_are_told(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=told):
        list(read_rows(file, KNOWN))


def test_a_table_under_the_name_of_excel_is_read(tmp_path: Path) -> None:
    file = tmp_path / "t.xls"
    file.write_bytes(written(ROWS, "\t").encode("gbk"))
    assert rows_of(file) == expected()


def test_numbers_whose_digits_excel_has_lost_are_told(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("录音文件,主叫号码\na.wav,1.38E+10\nb.wav,13800001111\n", "utf-8")
    assert problems_of(file) == [2]
    assert len(rows_of(file)) == 2


def test_columns_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("流水,座席,工号\na.wav,A1,旧\n", "utf-8")
    own = {"call_id": "流水", "agent_id": ("座席", "席位")}
    (row,) = read_records(file, Settings().with_options("metadata", columns=own))
    assert isinstance(row, Record)
    assert (row.name, row.facts.agent_id) == ("a.wav", "A1")
    with pytest.raises(SettingsError, match="no field agnet"):
        Headings.of(Settings().with_options("metadata", columns={"agnet": "x"}))


cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=8
)


@given(st.lists(st.tuples(cells, cells), max_size=8), st.sampled_from([",", ";", "\t"]))
@settings(
    max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_what_csv_writes_is_read_back(
    tmp_path: Path, rows: list[tuple[str, str]], mark: str
) -> None:
    file = tmp_path / "t.csv"
    rows = [(a, b) for a, b in rows if len(a.splitlines()) < 5 and len(b.splitlines()) < 5]
    table = [["录音文件", "工号"], *([f"x{a}", f"y{b}"] for a, b in rows)]
    file.write_bytes(written(table, mark).encode())
    found = rows_of(file)
    assert [list(row.values()) for row in found] == [
        [cell.strip() for cell in row] for row in table[1:]
    ]


@given(st.binary(max_size=300))
@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_any_bytes_give_rows_problems_or_a_clear_error(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(raw)
    try:
        found = list(read_records(file, Settings()))
    except SettingsError as error:
        found = []
        assert error.where  # noqa: PT017
    assert all(isinstance(one, Record | Problem) for one in found)


def test_separators_within_cells_do_not_win(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("录音文件;工号\nx,;y,\n", "utf-8")
    assert [list(row.values()) for row in rows_of(file)] == [["x,", "y,"]]


@pytest.mark.parametrize(
    ("heading", "cell", "expected"),
    [
        ("*通话时长（分）", "1.5", 90.0), ("通话时长(毫秒)", "83000", 83.0), ("通话时长(时:分:秒)", "0:01:23", 83.0),
        ("Talk Time", "1,234", 1234.0), ("talk-time", "NULL", None), ("通话时长[秒]", "83", 83.0),
    ],
)  # fmt: skip
def test_the_unit_behind_a_heading_counts(
    tmp_path: Path, heading: str, cell: str, expected: float | None
) -> None:
    file = tmp_path / "t.csv"
    file.write_text(written([["录音文件", heading], ["a.wav", cell]]), "utf-8")
    (record,) = read_records(file, Settings())
    assert isinstance(record, Record)
    assert record.facts.talk_seconds == expected


def test_what_is_not_understood_is_told_and_the_rest_is_used(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("录音文件,通话时长,开始时间,主叫号码\na.wav,soon,gestern,1.38E+10\n", "utf-8")
    found = list(read_records(file, Settings()))
    (record,) = [one for one in found if isinstance(one, Record)]
    assert record.name == "a.wav"
    assert (record.facts.started_at, record.facts.talk_seconds, record.facts.caller) == (
        None,
        None,
        None,
    )
    told = " ".join(one.text.en for one in found if isinstance(one, Problem))
    assert all(word in told for word in ("soon", "gestern", "1.38E+10"))


def test_a_recording_named_by_its_address(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("录音地址\nhttps://pbx.example/rec/2026/%E6%9D%8E%20a.wav?t=1\n", "utf-8")
    (record,) = read_records(file, Settings())
    assert isinstance(record, Record)
    assert record.name == "/rec/2026/李 a.wav"


def test_of_several_sheets_the_one_that_names_calls_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    for line in (["坐席姓名", "组", "日期", "通话时长"], ["李敏", "A", "2026-11-20", 83]):
        first.append(line)
    book.create_sheet("明细").append(["录音文件", "工号"])
    book["明细"].append(["a.wav", 1234567890123456789])
    book.save(tmp_path / "t.xlsx")
    found = list(read_records(tmp_path / "t.xlsx", Settings()))
    (record,) = [one for one in found if isinstance(one, Record)]
    assert (record.name, record.facts.agent_id) == ("a.wav", None)  # its digits are lost


def test_a_table_of_nothing_but_faults_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("录音文件,工号\n,8021\n,8022\n", "utf-8")
    with pytest.raises(SettingsError, match="no row can be used; line 2"):
        read_table(file)


def test_rows_with_number_and_start_alone_find_their_recording(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(
        "主叫号码,开始时间,工号\n138,2026-11-20 09:15:02,A1\n138,2026-11-20 10:00:00,A2\n", "utf-8"
    )
    table = read_table(file)
    said = CallMetadata(caller="138", started_at="2026-11-20T09:15:00")
    assert table.of(Path("x.wav"), said).agent_id == "A1"
    assert table.of(Path("x.wav"), CallMetadata(caller="138")).agent_id is None


@pytest.mark.parametrize(
    "key",
    ["0f8fad5b-d9cb-469f-a165-70867728950e", "pbx1-1700000000.123", "1700000000.123"],
)
def test_ids_in_a_recordings_name(tmp_path: Path, key: str) -> None:
    file = tmp_path / "t.csv"
    file.write_text(f"流水号,工号\n{key},A1\n", "utf-8")
    assert read_table(file).of(Path(f"in-8021-{key}.wav")).agent_id == "A1"
