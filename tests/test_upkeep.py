"""Backups, checks, deletions and searches of a store with real results in it."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_store import result

from callqa.errors import StoreError, UsageError
from callqa.qa.metadata import CallMetadata, Record
from callqa.qa.passages import passages
from callqa.qa.result import CallResult
from callqa.qa.store import CallFilter, Keys, Store
from callqa.qa.store.backup import backup, restore
from callqa.qa.store.check import check, rebuild
from callqa.qa.store.claims import Claims, at_work, stale
from callqa.qa.store.erase import erase, of_agent, of_call, of_customer, older_than
from callqa.qa.store.records import Records
from callqa.qa.store.search import search, side_of
from callqa.qa.store.stats import stats
from callqa.scoring.alike import alike_sound


def call(number: int, **facts: object) -> CallResult:
    made = result(f"c{number}", f"rec/c{number}.wav", f"A{number % 2 + 1}")
    return replace(made, metadata=replace(made.metadata, **facts))  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "results.db")
    for number in range(4):
        facts = {"started_at": f"2026-11-{10 + number}T09:00:00", "customer": f"客户{number}"}
        store.save(call(number, **facts), Keys(f"h{number}", "m", "c"))
    return store


def problems(store: Store, *, deep: bool = False) -> list[str]:
    return [flaw.text.en for flaw in check(store.database, deep=deep) if flaw.level == "problem"]


def test_a_phrase_is_found_by_its_characters_and_by_its_sound(store: Store) -> None:
    hits = search(store.database, "订单", CallFilter())
    assert [hit.call_id for hit in hits] == ["c3", "c2", "c1", "c0"]  # the latest first
    assert {hit.likeness for hit in hits} == {"said"}
    alike = search(store.database, "定单", CallFilter())  # ding and ding
    assert [hit.likeness for hit in alike] == ["sounds"] * 4
    assert search(store.database, "定单", CallFilter(), alike=False) == []
    assert search(store.database, "订货单", CallFilter()) == []
    assert len(search(store.database, "单", CallFilter(), limit=3)) == 3


def test_a_search_keeps_to_speaker_agent_and_period(store: Store) -> None:
    assert search(store.database, "订单", CallFilter(), who="agent") == []
    assert len(search(store.database, "订单", CallFilter(), who="customer")) == 4
    mine = search(store.database, "订单", CallFilter(agent="A1"))
    assert [hit.call_id for hit in mine] == ["c2", "c0"]
    period = CallFilter(since="2026-11-11", until="2026-11-13")
    assert [hit.call_id for hit in search(store.database, "订单", period)] == ["c2", "c1"]


def test_a_phrase_is_not_found_across_speakers(store: Store) -> None:
    assert search(store.database, "服务我想问", CallFilter()) == []
    assert search(store.database, "订单感谢", CallFilter()) == []


@pytest.mark.parametrize(
    "phrase", ['"', "，。", "AND", '订单" OR "x', "*", "订单*", "NEAR(a b)", "{agent}: x"]
)
def test_marks_in_a_phrase_mean_nothing(store: Store, phrase: str) -> None:
    if phrase in ("，。", '"', "*"):
        with pytest.raises(UsageError, match="nothing can be said"):
            search(store.database, phrase, CallFilter())
    else:
        search(store.database, phrase, CallFilter())


def test_a_passage_has_its_time_and_the_turns_around(store: Store) -> None:
    (hit,) = search(store.database, "订单", CallFilter(agent="A1", until="2026-11-11"))
    (passage,) = passages(hit.judged, hit.duration, "定单", side_of("any"))
    assert passage.text == "订单"
    assert 4.0 < passage.start < passage.end <= 6.0
    assert [u.role for u in passage.utterances] == ["agent", "customer", "agent"]


@given(st.text(alphabet="您好很高兴为服务我想问一下订单感谢的来电再见", min_size=2, max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_search_finds_what_is_in_the_texts_and_nothing_else(phrase: str) -> None:
    said = ("您好，很高兴为您服务。", "我想问一下订单。", "感谢您的来电，再见。")
    folded = [line.replace("，", "").replace("。", "").replace("您", "你") for line in said]
    expected = any(phrase.replace("您", "你") in line for line in folded)
    assert bool(search(one_store().database, phrase, CallFilter(), alike=False)) == expected


def one_store() -> Store:
    path = Path(os.environ["CALLQA_HOME"]) / "one.db"
    there = path.exists()
    store = Store(path)
    if not there:
        store.save(call(0), Keys("h0", "m", "c"))
    return store


def test_alike_sounds_have_one_spelling() -> None:
    for one, other in (("shi", "si"), ("lin", "ning"), ("guang", "guan"), ("hui", "fui")):
        assert alike_sound(one) == alike_sound(other)
    assert alike_sound("tui") != alike_sound("kuan")


def test_a_whole_store_has_no_flaws(store: Store) -> None:
    assert problems(store, deep=True) == []
    assert all(flaw.level == "note" for flaw in check(store.database, deep=True))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("DELETE FROM measures WHERE call_row = 1", "no figures"),
        ("DELETE FROM said WHERE rowid = 2", "cannot be searched"),
        ("INSERT INTO said (rowid, agent) VALUES (99, 'x')", "of no call"),
        ("DELETE FROM verdicts WHERE scorecard_id = 1", "without verdicts"),
        ("UPDATE scorecards SET payload = x'00' WHERE id = 1", "unreadable scorecards"),
        ("UPDATE calls SET analysis_id = 77 WHERE id = 1", "a loose end in calls"),
    ],
)
def test_a_check_finds_what_is_wrong(store: Store, harm: str, told: str) -> None:
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute(harm)
    assert any(told in text for text in problems(store, deep=True))


def test_figures_and_index_are_made_anew(store: Store) -> None:
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM measures")
        connection.execute("DELETE FROM said")
    assert problems(store)
    rebuild(store.database)
    store.refresh()
    assert problems(store) == []
    assert len(search(store.database, "订单", CallFilter())) == 4


def test_a_backup_is_whole_while_others_write(store: Store, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 10
        while not stop.is_set():
            Store(store.path).save(call(number), Keys(f"h{number}", "m", "c"))
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    time.sleep(0.2)
    backup(store.database, tmp_path / "b.db")
    stop.set()
    writer.join()
    copy = Store(tmp_path / "b.db")
    assert problems(copy, deep=True) == []
    assert len(copy.calls()) >= 4
    if os.name != "nt":
        assert (tmp_path / "b.db").stat().st_mode & 0o077 == 0
    with pytest.raises(UsageError, match="there already"):
        backup(store.database, tmp_path / "b.db")


def test_a_restored_store_is_as_it_was_and_the_other_is_kept(store: Store, tmp_path: Path) -> None:
    before = store.calls()
    backup(store.database, tmp_path / "b.db")
    erase(store.database, of_agent("A1"))
    kept = restore(store.path, tmp_path / "b.db")
    assert Store(store.path).calls() == before
    assert kept is not None
    assert len(Store(kept).calls()) == 2


def test_a_damaged_store_is_put_aside_by_a_restore(store: Store, tmp_path: Path) -> None:
    backup(store.database, tmp_path / "b.db")
    store.path.write_bytes(b"not a database any more " * 400)
    for beside in ("-wal", "-shm"):
        store.path.with_name(store.path.name + beside).unlink(missing_ok=True)
    with pytest.raises(StoreError, match="not a callqa database"):
        Store(store.path)
    restore(store.path, tmp_path / "b.db")
    assert len(Store(store.path).calls()) == 4


def test_what_is_no_backup_is_refused_and_nothing_changes(store: Store, tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_bytes(b"notes " * 1000)
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE calls (id)")
        other.commit()
    backup(store.database, tmp_path / "cut.db")
    whole = (tmp_path / "cut.db").read_bytes()
    (tmp_path / "cut.db").write_bytes(whole[: len(whole) // 2])
    for name in ("notes.db", "other.db", "cut.db"):
        with pytest.raises(StoreError):
            restore(store.path, tmp_path / name)
    with pytest.raises(UsageError):
        restore(store.path, tmp_path / "nothing.db")
    assert len(store.calls()) == 4


def test_a_store_in_use_is_not_replaced(store: Store, tmp_path: Path) -> None:
    backup(store.database, tmp_path / "b.db")
    with Claims(store.database), pytest.raises(StoreError, match="a run is at work"):
        restore(store.path, tmp_path / "b.db")
    restore(store.path, tmp_path / "b.db")


def test_a_claim_is_ones_own_until_it_is_given_up(store: Store) -> None:
    with Claims(store.database) as one, Claims(store.database) as other:
        assert one.take("h", "k")
        assert not one.take("h", "k")
        assert not other.take("h", "k")
        one.release("h", "k")
        assert other.take("h", "k")
        assert at_work(store.path)
        assert stale(store.database) == 0
    assert not at_work(store.path)


def test_the_claim_of_a_run_that_is_gone_is_taken_over(store: Store) -> None:
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO claims VALUES ('h', 'k', '1-gone')")
    assert stale(store.database) == 1
    with Claims(store.database) as mine:
        assert mine.take("h", "k")


@pytest.fixture
def records(store: Store) -> Records:
    book = Records(store.database)
    rows = [
        Record("c0.wav", CallMetadata(agent_id="A1", caller="13800001111", started_at="2026-11-10T09:00:00"), 2),
        Record("gone.wav", CallMetadata(agent_id="A9", customer="客户0", started_at="2026-01-01T09:00:00"), 3),
    ]  # fmt: skip
    book.add(Path("t.csv"), rows)
    return book


@pytest.mark.usefixtures("records")
def test_a_call_is_forgotten_to_the_last_byte(store: Store) -> None:
    secret = "这句话只在这一通里"
    only = call(7)
    assert only.analysis is not None
    assert only.judged is not None
    heard = replace(only.analysis, utterances=(replace(only.analysis.utterances[0], text=secret),))
    judged = replace(
        only.judged, transcript=replace(only.judged.transcript, utterances=heard.utterances)
    )
    store.save(replace(only, analysis=heard, judged=judged), Keys("h7", "m", "c"))
    assert len(search(store.database, "只在这一通里", CallFilter())) == 1
    done = erase(store.database, of_call("c7"))
    assert (done.calls, done.recordings) == (1, ())
    assert search(store.database, "只在这一通里", CallFilter()) == []
    assert store.calls("c7") == []
    assert problems(store, deep=True) == []
    raw = b"".join(
        p.read_bytes() for p in store.path.parent.glob(store.path.name + "*") if p.is_file()
    )
    for text in (" ".join(secret), secret, "rec/c7.wav"):
        assert text.encode() not in raw, text


def test_an_agent_and_a_customer_are_forgotten_with_their_records(
    store: Store, records: Records
) -> None:
    would = erase(store.database, of_customer("客户0"), keep=True)
    assert (would.calls, would.records) == (1, 1)
    assert len(store.calls()) == 4
    erase(store.database, of_customer("客户0"))
    assert [c.call_id for c in store.calls()] == ["c1", "c2", "c3"]
    assert erase(store.database, of_agent("A2")).calls == 2
    assert [c.call_id for c in store.calls()] == ["c2"]
    with closing(sqlite3.connect(store.path)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM records")]
        trail = [row[0] for row in connection.execute("SELECT detail FROM audit")]
    assert names == ["c0.wav"]
    assert trail == ["customer: 1 calls, 1 records", "agent: 2 calls, 0 records"]


def test_what_is_older_than_a_limit_is_purged(store: Store, records: Records) -> None:
    done = erase(store.database, older_than("2026-11-12"))
    assert (done.calls, done.records) == (2, 2)
    assert [c.call_id for c in store.calls()] == ["c2", "c3"]
    assert problems(store, deep=True) == []


def test_a_copy_keeps_what_the_deleted_call_shared(store: Store) -> None:
    copy = replace(call(0), call_id="copy", source="rec/copy.wav")
    store.save(replace(copy, recognised=False), Keys("h0", "m", "c"))
    erase(store.database, of_call("c0"))
    (left,) = store.calls("copy")
    assert left.analysis is not None
    assert left.judged is not None
    assert problems(store, deep=True) == []


def test_the_store_is_counted(store: Store, records: Records) -> None:
    store.save(
        CallResult("x", "x.wav", "failed", error="x.wav: broken", failure="damaged"),
        Keys("hx", "m", "c"),
    )
    found = stats(store.database)
    assert (found.calls, found.failures) == ({"scored": 4, "failed": 1}, {"damaged": 1})
    assert (found.agents, found.records, found.waiting) == (2, 2, 2)
    assert found.hours == pytest.approx(4 * 30.5 / 3600)
    assert (found.first, found.last) == ("2026-11-10T09:00:00", "2026-11-13T09:00:00")
