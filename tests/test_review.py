"""People correct the machine: what counts, what is refused, the round trip through Excel, appeals, blind reviews."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from rich.console import Console
from test_cli import callqa
from test_store import result

from callqa.errors import UsageError
from callqa.qa.agents import rates
from callqa.qa.finding import Choice, find
from callqa.qa.result import CallResult, Judged, to_json
from callqa.qa.review.desk import Desk
from callqa.qa.review.player import Player, find_player
from callqa.qa.review.returned import take_back
from callqa.qa.review.sheet import HEADS, Ref, lines, write_sheet
from callqa.qa.store import CallFilter, Keys, Store
from callqa.qa.store.appeals import answer, listed, open_appeal
from callqa.qa.store.erase import erase, of_call
from callqa.qa.store.figures import by_agent, together
from callqa.qa.store.listing import Order
from callqa.qa.store.queue import lease, queue, waiting
from callqa.qa.store.review_stats import review_stats
from callqa.qa.store.reviews import NewReview, add
from callqa.qa.store.standing import Standing, standing
from callqa.scoring.scorecard import Scorecard, Verdict, add_up
from callqa.settings import Files
from helpers import noise, write_wav

ITEMS = ("greeting", "closing", "anything_else")


def judged_as(made: CallResult, verdicts: dict[str, Verdict], version: str = "2") -> CallResult:
    """A result whose items have these verdicts; the others do not apply."""
    assert made.judged
    card = made.judged.scorecard
    items = tuple(
        replace(i, finding=replace(i.finding, verdict=verdicts.get(i.id, "na"))) for i in card.items
    )
    content = card.content_hash if version == card.version else version * 64
    now = add_up(card.checklist, version, content[:64], items, 80)
    return replace(made, judged=replace(made.judged, scorecard=now))


def put(store: Store, name: str, *, version: str = "2", **verdicts: Verdict) -> int:
    made = judged_as(result(name, f"rec/{name}.wav"), verdicts, version)
    made = replace(made, metadata=replace(made.metadata, started_at="2026-11-10T09:00:00"))
    store.save(made, Keys(f"hash {name}", "m", f"c{version}"))
    return store.rows(name)[0]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "r.db")
    put(store, "good", greeting="pass", closing="pass")
    put(store, "bad", greeting="fail", closing="pass", anything_else="fail")
    put(store, "open", greeting="unsure", closing="pass", anything_else="unsure")
    return store


def here(store: Store, name: str) -> Standing:
    with store.database.reading() as session:
        found = standing(session, store.rows(name)[0])
    assert found
    return found


def decide(
    store: Store, name: str, item: str, verdict: Verdict, who: str = "张三", **more: object
) -> str:
    """Why it was refused; empty where it was taken."""
    new = NewReview(store.rows(name)[0], item, verdict, who, **more)  # type: ignore[arg-type]
    answered = add(store.database, [new])[0]
    return answered.en if answered else ""


def test_a_persons_verdict_counts_everywhere_and_the_machines_stays(store: Store) -> None:
    assert here(store, "bad").judged.scorecard.score == pytest.approx(33.3, abs=3)
    assert decide(store, "bad", "greeting", "pass", reason="说了您好") == ""
    found = here(store, "bad")
    item = found.item("greeting")
    assert item
    assert (item.verdict, item.finding.verdict) == ("pass", "fail")
    assert item.decision
    assert (item.decision.by, item.decision.reason) == ("张三", "说了您好")
    score = found.judged.scorecard.score
    assert score
    assert score > 60
    # in listings, figures, filters, exports
    fails = CallFilter(item="greeting", verdict="fail")
    assert find(store.database, Choice(fails, Order.of("score", most=False), 9)).calls == ()
    passes = replace(fails, verdict="pass")
    names = [
        c.hit.call_id
        for c in find(store.database, Choice(passes, Order.of("score", most=False), 9)).calls
    ]
    assert names == ["bad", "good"]
    everything = together(by_agent(store.database, CallFilter()))
    assert everything
    assert rates(everything)["greeting"].passed == 2
    out = next(r for r in map(to_json, store.calls()) if r["call_id"] == "bad")
    entry = next(i for i in out["items"] if i["id"] == "greeting")
    assert (entry["verdict"], entry["machine_verdict"]) == ("pass", "fail")
    assert entry["review"]["by"] == "张三"
    assert out["score"] == score
    with store.database.reading() as session:  # what the machine said is as it was
        from callqa.qa.store.packing import unpack
        from callqa.qa.store.schema import CallRow

        row = session.get(CallRow, store.rows("bad")[0])
        assert row
        assert row.scorecard
        kept = unpack(Judged, row.scorecard.payload).scorecard
    assert next(i for i in kept.items if i.id == "greeting").finding.verdict == "fail"
    assert kept.score == pytest.approx(33.3, abs=3)


def test_a_decision_lasts_through_scoring_anew_but_not_by_another_checklist(store: Store) -> None:
    decide(store, "bad", "greeting", "pass", reason="说了")
    put(store, "bad", version="3", greeting="fail", closing="pass")
    again = here(store, "bad").item("greeting")
    assert again
    assert again.verdict == "pass"
    assert again.decision
    assert again.decision.version == "2"
    made = judged_as(result("bad", "rec/bad.wav"), {"greeting": "fail"})
    assert made.judged
    other: Scorecard = replace(
        made.judged.scorecard, checklist="zh-outbound", content_hash="e" * 64
    )
    made = replace(made, judged=replace(made.judged, scorecard=other))
    store.save(made, Keys("hash bad", "m", "other"))
    now = here(store, "bad").item("greeting")
    assert now
    assert now.verdict == "fail"
    assert [r.in_force for r in here(store, "bad").reviews] == [False]


@pytest.mark.parametrize(
    ("item", "verdict", "more", "why"),
    [
        ("greeting", "fail", {}, "say why"), ("nothing", "pass", {}, "no such item"),
        ("greeting", "unsure", {"reason": "x"}, "no verdict"),
        ("greeting", "fail", {"who": " ", "reason": "x"}, "missing"),
        ("greeting", "pass", {"basis": "old.pass"}, "scored anew"),
        ("greeting", "pass", {"second": True}, "no first review"),
    ],
)  # fmt: skip
def test_what_is_no_review_is_refused(
    store: Store, item: str, verdict: Verdict, more: dict[str, object], why: str
) -> None:
    assert why in decide(store, "good", item, verdict, **more)  # type: ignore[arg-type]
    assert here(store, "good").reviews == ()


def test_two_reviewers_at_once(store: Store) -> None:
    seen = here(store, "open")
    known = {"known": seen.last("greeting"), "basis": seen.basis("greeting")}
    assert decide(store, "open", "greeting", "pass", "张三", **known) == ""
    assert "张三 decided it" in decide(store, "open", "greeting", "fail", "李四", **known)
    assert "张三 decided it" in decide(store, "open", "greeting", "fail", "李四")
    assert decide(store, "open", "greeting", "fail", "李四", anew=True) == ""
    assert [r.verdict for r in here(store, "open").of("greeting")] == ["pass", "fail"]
    item = here(store, "open").item("greeting")
    assert item
    assert item.verdict == "fail"


def test_the_queue_has_the_unsure_first_then_the_sample_and_gives_a_call_to_one_only(store: Store) -> None:  # fmt: skip
    from callqa.qa.sampling import Pick
    from callqa.qa.store.samples import keep

    drawn = {store.rows(name)[0]: Pick("even", 1) for name in ("good", "open")}
    keep(store.database, "2026-11", drawn, {})
    tasks = queue(store.database, CallFilter(), "张三", 9)
    assert [(t.why, t.items) for t in tasks] == [
        ("unsure", ("greeting", "anything_else")), ("sample", ("greeting", "closing")),
    ]  # fmt: skip
    assert waiting(store.database, CallFilter()) == {"unsure": 2, "differ": 0, "sample": 3}
    lease(store.database, tasks[0].row, "张三")
    assert [t.why for t in queue(store.database, CallFilter(), "李四", 9)] == ["sample"]
    assert [t.why for t in queue(store.database, CallFilter(), "张三", 9)] == ["unsure", "sample"]
    decide(store, "open", "greeting", "pass")
    decide(store, "open", "anything_else", "na")
    decide(store, "good", "greeting", "pass")
    assert [(t.why, t.items) for t in queue(store.database, CallFilter(), "张三", 9)] == [
        ("sample", ("closing",)), ("sample", ("closing",)),
    ]  # fmt: skip
    only = queue(store.database, CallFilter(item="closing"), "张三", 9)
    assert [t.items for t in only] == [("closing",)] * 2


def test_a_blind_second_review_decides_nothing_until_somebody_looks_again(store: Store) -> None:
    decide(store, "good", "greeting", "pass", "张三")
    assert queue(store.database, CallFilter(), "张三", 9, blind=True) == []
    assert [t.items for t in queue(store.database, CallFilter(), "李四", 9, blind=True)] == [
        ("greeting",)
    ]
    assert "your own" in decide(store, "good", "greeting", "fail", "张三", second=True)
    assert decide(store, "good", "greeting", "fail", "李四", second=True) == ""
    assert "already" in decide(store, "good", "greeting", "fail", "李四", second=True)
    item = here(store, "good").item("greeting")
    assert item
    assert item.verdict == "pass"
    differing = [t for t in queue(store.database, CallFilter(), "王五", 9) if t.why == "differ"]
    assert [t.items for t in differing] == [("greeting",)]
    stats = review_stats(store.database, CallFilter())
    assert (stats.pairs, stats.same) == (1, 0)
    decide(store, "good", "greeting", "fail", "王五", reason="没有问候", anew=True)
    assert [t for t in queue(store.database, CallFilter(), "王五", 9) if t.why == "differ"] == []


def test_an_appeal_is_answered_once_by_somebody_else_and_final(store: Store) -> None:
    row = store.rows("bad")[0]
    with pytest.raises(UsageError, match="say why"):
        open_appeal(store.database, row, "greeting", "坐席", " ")
    with pytest.raises(UsageError, match="no item"):
        open_appeal(store.database, row, "nothing", "坐席", "x")
    number = open_appeal(store.database, row, "greeting", "坐席", "我说了您好")
    with pytest.raises(UsageError, match=f"appeal {number} about it is open"):
        open_appeal(store.database, row, "greeting", "坐席", "再说一次")
    with pytest.raises(UsageError, match="somebody else"):
        answer(store.database, number, "pass", "坐席", "我自己说了算")
    with pytest.raises(UsageError, match="say why"):
        answer(store.database, number, "pass", "主管", "")
    assert answer(store.database, number, "pass", "主管", "听到了") == "bad"
    item = here(store, "bad").item("greeting")
    assert item
    assert item.verdict == "pass"
    assert item.decision
    assert item.decision.final
    for again in (
        lambda: answer(store.database, number, "fail", "经理", "不对"),
        lambda: open_appeal(store.database, row, "greeting", "坐席", "还要"),
    ):
        with pytest.raises(UsageError, match="final"):
            again()
    assert "final" in decide(store, "bad", "greeting", "fail", "经理", reason="x", anew=True)
    with pytest.raises(UsageError, match="no appeal 99"):
        answer(store.database, 99, "pass", "主管", "x")
    assert [a.answer for _, a in listed(store.database, only_open=False)] == ["pass"]
    assert listed(store.database, only_open=True) == []


def test_the_reviewer_whose_verdict_is_contested_does_not_answer(store: Store) -> None:
    decide(store, "good", "closing", "fail", "张三", reason="没有感谢")
    number = open_appeal(store.database, store.rows("good")[0], "closing", "坐席", "说了感谢")
    with pytest.raises(UsageError, match="somebody else"):
        answer(store.database, number, "fail", "张三", "就是没有")
    assert answer(store.database, number, "pass", "李四", "有") == "good"


def test_an_appeal_on_a_call_that_was_scored_anew_is_refused(store: Store) -> None:
    row = store.rows("bad")[0]
    number = open_appeal(store.database, row, "greeting", "坐席", "我说了您好")
    put(store, "bad", version="3", greeting="fail", closing="pass")
    with pytest.raises(UsageError, match="scored anew since it was opened"):
        answer(store.database, number, "pass", "主管", "听到了")
    assert here(store, "bad").reviews == ()
    newer = open_appeal(store.database, row, "greeting", "坐席", "仍有异议")
    assert [a.number for _, a in listed(store.database, only_open=True)] == [newer]
    assert answer(store.database, newer, "pass", "主管", "听到了") == "bad"


def test_what_is_forgotten_takes_its_reviews_along(store: Store) -> None:
    decide(store, "good", "greeting", "pass")
    open_appeal(store.database, store.rows("good")[0], "greeting", "坐席", "x")
    erase(store.database, of_call("good"))
    assert review_stats(store.database, CallFilter()).reviewers == {}
    assert listed(store.database, only_open=False) == []


def sheet_of(store: Store, file: Path, *, blind: bool = False) -> list[dict[str, str]]:
    tasks = queue(store.database, CallFilter(), "张三", 10_000, blind=blind)
    found = list(lines(store.database, tasks, blind=blind))
    write_sheet(file, found)
    return [line.cells for line in found]


def fill(file: Path, edits: dict[int, dict[str, str]]) -> None:
    """Write cells as a person does in Excel: row (1 is the first below the headings) and column."""
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    columns = [head.id for head in HEADS]
    for row, cells in edits.items():
        for name, value in cells.items():
            sheet.cell(row + 1, columns.index(name) + 1, value)
    book.save(file)


def test_five_hundred_rows_through_excel_three_of_them_wrong(tmp_path: Path) -> None:
    store = Store(tmp_path / "big.db")
    for number in range(250):
        put(store, f"call{number:03}", greeting="unsure", anything_else="unsure", closing="pass")
    file = tmp_path / "review.xlsx"
    assert len(sheet_of(store, file)) == 500
    book = openpyxl.load_workbook(file)
    assert book.worksheets[0].data_validations.dataValidation
    edits = {n: {"verdict": "通过" if n % 3 else "fail", "reviewer": "张三"} for n in range(1, 501)}
    edits[17]["verdict"] = "也许"
    edits[230]["ref"] = "999:greeting:aa.unsure:0:o-123456"
    edits[441]["call"] = "another"
    fill(file, edits)
    only_checked = take_back(store.database, file, None, keep=False)
    assert (only_checked.applied, len(only_checked.problems)) == (497, 3)
    assert review_stats(store.database, CallFilter()).reviewers == {}
    done = take_back(store.database, file, None)
    assert done.applied == 497
    told = {p.line: p.text.en for p in done.problems}
    assert sorted(told) == [18, 231, 442]  # rows as Excel numbers them
    assert "也许" in told[18]
    assert "not in the database" in told[231]
    assert "another" in told[442]
    assert review_stats(store.database, CallFilter()).reviewers["张三"].reviews == 497
    assert waiting(store.database, CallFilter())["unsure"] == 3
    again = take_back(store.database, file, None)  # brought in twice: the same person says the same
    assert again.applied == 497
    assert review_stats(store.database, CallFilter()).reviewers["张三"].reviews == 497
    later = replace_reviewer(file, "李四")
    refused = take_back(store.database, later, None)
    assert refused.applied == 0
    assert all("张三 decided it" in p.text.en for p in refused.problems if p.line not in told)


def replace_reviewer(file: Path, name: str) -> Path:
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    at = [head.id for head in HEADS].index("reviewer") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, at, name)
    other = file.with_name(f"{name}.xlsx")
    book.save(other)
    return other


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        ({"ref": ""}, "ref was changed"), ({"ref": "x"}, "ref was changed"), ({"verdict": "5"}, "no verdict"),
        ({"verdict": "待复核"}, "no verdict"), ({"reviewer": "", "verdict": "pass"}, "missing"),
    ],
)  # fmt: skip
def test_a_row_that_was_changed_is_named_and_the_others_taken(
    store: Store, tmp_path: Path, edit: dict[str, str], why: str
) -> None:
    file = tmp_path / "review.xlsx"
    assert len(sheet_of(store, file)) == 2
    good = {"verdict": "通过", "reviewer": "张三"}
    fill(file, {1: good | edit, 2: good})
    done = take_back(store.database, file, None)
    assert (done.applied, [p.line for p in done.problems]) == (1, [2])
    assert why in done.problems[0].text.en


def test_a_row_of_a_call_that_was_scored_anew_or_twice_is_refused(store: Store, tmp_path: Path) -> None:  # fmt: skip
    file = tmp_path / "review.xlsx"
    cells = sheet_of(store, file)
    edits = {n: {"verdict": "通过", "reviewer": "张三"} for n in (1, 2)}
    edits[2] |= {k: cells[0][k] for k in ("ref", "call", "item")}
    fill(file, edits)
    done = take_back(store.database, file, None, keep=False)
    assert ["the same as row 2" in p.text.en for p in done.problems] == [True]
    put(store, "open", version="3", greeting="unsure", anything_else="unsure")
    done = take_back(store.database, file, None)
    assert done.applied == 0
    assert "scored anew" in done.problems[0].text.en


def test_csv_goes_the_same_way_and_no_cell_is_a_formula(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    sheet_of(store, file)
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    at = [head.id for head in HEADS].index("verdict")
    rows[1][at], rows[1][at + 1], rows[1][at + 2] = "不通过", "=1+1", "李四"
    with file.open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows(rows)
    done = take_back(store.database, file, None)
    assert (done.applied, done.empty, done.problems) == (1, 1, ())
    assert here(store, "open").reviews[0].reason == "=1+1"


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 no workbook", b"\x00\xff" * 50]
)
def test_what_is_no_review_file_is_refused_whole(store: Store, tmp_path: Path, content: bytes) -> None:  # fmt: skip
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=r"x\.csv|column|cannot") as told:
        take_back(store.database, file, None)
    assert "x.csv" in str(told.value)
    assert here(store, "open").reviews == ()


def test_a_blind_sheet_shows_no_verdicts(store: Store, tmp_path: Path) -> None:
    decide(store, "good", "greeting", "pass", "李四")
    cells = sheet_of(store, tmp_path / "b.xlsx", blind=True)
    assert len(cells) == 1
    assert "machine" not in cells[0]
    assert "reason" not in cells[0]
    ref, check = Ref.of(cells[0]["ref"])
    assert ref.blind
    assert ref.matches(check, "good")
    fill(tmp_path / "b.xlsx", {1: {"verdict": "不通过", "reviewer": "张三"}})
    assert take_back(store.database, tmp_path / "b.xlsx", None).applied == 1
    assert [r.round for r in here(store, "good").reviews] == ["first", "second"]


def at_desk(
    store: Store, keys: str, said: list[str] | None = None, **more: bool
) -> tuple[Desk, str]:
    console = Console(file=io.StringIO(), width=100)
    pressed, answers = iter(keys), iter(said or [])
    with Player(Files()) as player:
        desk = Desk(
            console, store.database, "张三", player, key=lambda: next(pressed, "q"),
            line=lambda _: next(answers, ""), **more,
        )  # fmt: skip
        desk.work(CallFilter(), 9)
    assert isinstance(console.file, io.StringIO)
    return desk, console.file.getvalue()


def test_at_the_desk_a_key_is_a_verdict(store: Store) -> None:
    desk, text = at_desk(store, "x1t3q")
    assert (desk.tally.decided, desk.tally.refused) == (2, 0)
    assert [r.verdict for r in here(store, "open").reviews] == ["pass", "na"]
    assert "我想问一下订单" in text
    assert queue(store.database, CallFilter(), "李四", 9) == []


def test_at_the_desk_enter_agrees_and_differing_asks_why(store: Store) -> None:
    from callqa.qa.sampling import Pick
    from callqa.qa.store.samples import keep

    keep(store.database, "2026-11", {store.rows("good")[0]: Pick("even", 1)}, {})
    desk, _ = at_desk(store, "\rss" + "\r2", ["没有感谢语"])
    made = here(store, "good").reviews
    assert [(r.item, r.verdict, r.reason) for r in made] == [
        ("greeting", "pass", ""), ("closing", "fail", "没有感谢语"),
    ]  # fmt: skip
    assert (desk.tally.decided, desk.tally.agreed) == (2, 1)


def test_a_blind_desk_hides_what_others_said(store: Store) -> None:
    decide(store, "good", "greeting", "fail", "李四", reason="没有问候客户")
    desk, text = at_desk(store, "1", blind=True)
    assert desk.tally.decided == 1
    assert "没有问候客户" not in text
    assert "FAIL" not in text
    assert here(store, "good").reviews[-1].round == "second"


def test_evidence_is_played_by_the_systems_player_and_leaves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    fake = tools / "aplay"
    keeps = f'cp "$2" {tmp_path}/played.wav; ls -ld "$(dirname $2)" > {tmp_path}/folder'
    fake.write_text(f"#!/bin/sh\n{keeps}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/bin:/usr/bin")
    player = find_player()
    assert player
    write_wav(tmp_path / "a.wav", noise(10.0), noise(10.0))
    with Player(Files()) as desk:
        desk.play(str(tmp_path / "a.wav"), [(3.0, 4.0)])
        assert desk._playing
        desk._playing.wait(10)
        folder = Path(desk._folder.name)
    import soundfile

    assert soundfile.info(tmp_path / "played.wav").duration == pytest.approx(4.0)
    assert (tmp_path / "folder").read_text().startswith("drwx------")
    assert not folder.exists()


def test_on_the_command_line(store: Store, tmp_path: Path) -> None:
    db = ("--db", store.path)
    assert "unsure 2" in callqa("review", "stats", *db).stdout
    refused = callqa("review", "set", "bad", "greeting", "pass", "--reviewer", "Ann", *db)
    assert refused.returncode == 2
    assert "say why" in refused.stderr
    because = ("--reason", "heard", "--reviewer", "Ann", *db)
    done = callqa("review", "set", "bad", "greeting", "通过", *because)
    assert done.returncode == 0
    assert callqa("review", "accept", "good", "--reviewer", "Ann", *db).returncode == 0
    assert "unsure" in callqa("review", "accept", "open", "greeting", *db).stderr
    shown = " ".join(callqa("review", "show", "bad", "greeting", *db).stdout.split())
    assert "Ann" in shown
    assert "heard" in shown
    file = tmp_path / "r.xlsx"
    assert "2 items of 1 calls" in callqa("review", "export", file, *db).stdout
    fill(file, {1: {"verdict": "通过"}, 2: {"verdict": "perhaps"}})
    back = callqa("review", "import", file, "--reviewer", "Bob", *db)
    assert back.returncode == 1
    assert "1 applied, 1 not" in back.stdout
    assert "row 3: no verdict: perhaps" in back.stdout
    opened = callqa("review", "appeal", "bad", "closing", "--by", "A1", "--reason", "x", *db)
    assert "appeal 1" in opened.stdout
    assert "A1" in callqa("review", "appeals", *db).stdout
    assert callqa("review", "answer", "1", "fail", *because).returncode == 0
    assert "1 answered, 1 of them otherwise" in callqa("review", "stats", *db).stdout
    acts = " ".join(callqa("audit", "show", "--limit", "50", *db).stdout.split())
    for act in ("review pass by Ann", "appeal 1 fail by Ann", "review: calls 3"):
        assert act in acts
    assert callqa("audit", "verify", *db).returncode == 0
