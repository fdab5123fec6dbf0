"""People's verdicts from tables: both forms, headings, encodings, and everything that can be wrong with a row."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from callqa.errors import SettingsError, UsageError
from callqa.lang import Text
from callqa.qa.calibration.human import HumanFile, read_human, verdict_of
from callqa.qa.calibration.known import Calls, Items
from callqa.qa.store.opinions import CallName

CALLS = Calls([
    CallName(1, "c1", "/rec/2026/c1.wav", "in"), CallName(2, "c2", "/rec/2026/c2.wav", "in"),
    CallName(3, "out-3", "/rec/出站 3.wav", "out"),
    CallName(4, "twin", "/a/twin.wav", "in"), CallName(5, "twin", "/b/twin.wav", "in"),
])  # fmt: skip
ITEMS = Items({
    "in": {"greeting": Text("Greeting", "礼貌问候"), "closing": Text("Closing", "礼貌结束")},
    "out": {"hello": Text("Greeting", "礼貌问候")},
})  # fmt: skip
ALL = frozenset(range(1, 6))


def read(path: Path, wanted: frozenset[int] = ALL) -> HumanFile:
    return read_human(path, CALLS, ITEMS, wanted)


def table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "人工.csv"
    file.write_text(text, encoding, newline="")
    return file


def said(found: HumanFile) -> list[tuple[int, str, str, str]]:
    return [(one.call, one.item, one.verdict, one.reviewer) for one in found.opinions]


def problems(found: HumanFile) -> dict[int, str]:
    return {one.line: one.text.en for one in found.problems}


LONG = (
    "通话,项目,结论,复核人\nc1,礼貌问候,通过,张三\nc1,closing,不通过,张三\n"
    "C2,Greeting,不适用,李四\n/rec/2026/c2.wav,closing,待复核,李四\n"
)
WIDE = "录音文件,质检员,礼貌问候,closing,得分\nc1.wav,张三,✓,✗,85\nc2,李四,na,,９０分\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_both_forms_in_every_encoding(tmp_path: Path, encoding: str, mark: str) -> None:
    long = read(table(tmp_path, LONG.replace(",", mark), encoding))
    assert said(long) == [
        (1, "greeting", "pass", "张三"), (1, "closing", "fail", "张三"), (2, "greeting", "na", "李四"),
    ]  # fmt: skip
    assert (long.undecided, long.problems, long.unused) == (1, (), ())
    wide = read(table(tmp_path, WIDE.replace(",", mark), encoding))
    assert said(wide) == said(long)
    assert [(s.call, s.reviewer, s.score) for s in wide.scores] == [
        (1, "张三", 85.0),
        (2, "李四", 90.0),
    ]
    assert (wide.empty, wide.problems) == (1, ())


@pytest.mark.parametrize("text", [LONG, WIDE])
def test_excel_is_read_alike(tmp_path: Path, text: str) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["十一月人工复核"])
    for line in text.splitlines():
        sheet.append(line.split(","))
    book.save(tmp_path / "human.xlsx")
    assert said(read(tmp_path / "human.xlsx")) == said(read(table(tmp_path, text)))


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("pass", "pass PASS 通过 合格 是 yes 1 １ ✓ ✔ √ true"), ("fail", "fail 不通过 不合格 否 no 0 ✗ × X false"),
        ("na", "na N/A 不适用 - ｎａ"), ("unsure", "unsure 待复核 ？ 不确定"),
        (None, "maybe 2 100 =1+1 =cmd|'/c'!A1 通 nan None"),
    ],
)  # fmt: skip
def test_verdicts_as_people_write_them(verdict: str | None, words: str) -> None:
    assert {word: verdict_of(word) for word in words.split()} == dict.fromkeys(
        words.split(), verdict
    )


def test_wrong_rows_are_named_and_cost_no_other(tmp_path: Path) -> None:
    found = read(table(tmp_path, (
        "call,item,verdict,reviewer\nc1,greeting,pass,A\nc9,greeting,pass,A\nc1,smile,pass,A\nc1,closing,perhaps,A\n"
        "c1,greeting,fail,A\nc1,greeting,fail,B\n,greeting,pass,A\nc1,,pass,A\ntwin,greeting,pass,A\n"
        "out-3,closing,pass,A\nc2,closing,=1+1,A\nc2,closing,\"pass\nc2,greeting,fail,A\nout-3,礼貌问候,1,A\nc2,closing,,A\n"
    )))  # fmt: skip
    assert said(found) == [
        (1, "greeting", "pass", "A"), (1, "greeting", "fail", "B"),
        (2, "greeting", "fail", "A"), (3, "hello", "pass", "A"),
    ]  # fmt: skip
    assert problems(found) == {
        3: "no scored call c9 in the database", 4: "no item smile", 5: "closing: no verdict: perhaps",
        6: "greeting: A judged it in row 2 already", 8: "no call is named",
        9: "no item is named", 10: "2 calls are named twin",
        11: "the scorecard of out-3 has no item closing", 12: "closing: no verdict: =1+1",
        13: "quotes are broken; the row is left out",
    }  # fmt: skip
    assert found.empty == 1
    assert [one.counts for one in found.opinions] == [False, True, True, True]  # B's row came last


def test_wide_tables_tell_their_unknown_columns_and_wrong_scores(tmp_path: Path) -> None:
    found = read(table(tmp_path, (
        "call,greeting,closing,smile,备注,score\nc1,1,0,1,好,101\nc2,1,2,,,abc\nc1,,,,,70\nc1,,,,,80\nout-3,,pass,,,nan\n"
    )))  # fmt: skip
    assert said(found) == [
        (1, "greeting", "pass", "人工"), (1, "closing", "fail", "人工"), (2, "greeting", "pass", "人工"),
    ]  # fmt: skip
    assert found.unused == ("smile", "备注")
    assert [(s.call, s.score) for s in found.scores] == [(1, 70.0)]
    assert [one.line for one in found.problems] == [2, 3, 3, 5, 6, 6]
    assert problems(found)[5] == "人工 gave the call 70 before, now 80"


def test_calls_that_are_not_asked_for_are_only_counted(tmp_path: Path) -> None:
    found = read(table(tmp_path, LONG), frozenset({2}))
    assert (said(found), found.outside) == ([(2, "greeting", "na", "李四")], 2)


@pytest.mark.parametrize(
    "text",
    [
        "", "\n\n", "call,item,verdict\n", "call,item\nc1,greeting\n", "item,verdict\ngreeting,pass\n",
        "call,smile\nc1,pass\n",         "call,item,verdict\nc9,greeting,pass\nc1,greeting,maybe\n",
        "call,item,verdict\nc1,greeting,\n", "just a line of text",
        "call,item,verdict\nc1,greeting,待复核\n",
    ],
)  # fmt: skip
def test_a_file_without_usable_rows_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="人工"):
        read(table(tmp_path, text))


@pytest.mark.parametrize(
    "raw",
    [b"\x00\x01\x02", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0", b"<html><table>", b"\xff" * 50],
)
def test_what_is_no_table_is_refused(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(raw)
    with pytest.raises(UsageError, match=r"x\.xlsx"):
        read(file)
    with pytest.raises(SettingsError):
        read(tmp_path / "absent.csv")


WORDS = ("c1", "greeting", "closing", "pass", "fail", "call", "item", "verdict", "score", "5")
cells = st.text(max_size=8) | st.sampled_from(WORDS)


@given(st.lists(st.lists(cells, min_size=1, max_size=5), max_size=8))
def test_no_table_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    text = "\n".join(",".join(row) for row in [["call", "greeting", "closing", "score"], *rows])
    file = table(tmp_path_factory.getbasetemp(), text.encode("utf-8", "replace").decode())
    try:
        found = read(file)
    except UsageError:
        return
    assert all(one.verdict in ("pass", "fail", "na") for one in found.opinions)
    keys = [(one.call, one.item, one.reviewer) for one in found.opinions]
    assert len(set(keys)) == len(keys)
