"""The store's commands as a user types them: upkeep, deletion, search, import."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from test_cli import callqa
from test_store import result

from callqa.qa.store import Keys, Store


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "results.db"
    store = Store(path)
    for number in range(4):
        made = result(f"c{number}", f"{tmp_path}/rec/c{number}.wav", f"A{number % 2 + 1}")
        started = f"2026-11-{10 + number}T09:00:00"
        facts = replace(made.metadata, started_at=started, customer=f"客户{number}")
        store.save(replace(made, metadata=facts), Keys(f"h{number}", "m", "c"))
    return path


def calls(db: Path) -> list[str]:
    with closing(sqlite3.connect(db)) as connection:
        return [row[0] for row in connection.execute("SELECT call_id FROM calls ORDER BY call_id")]


def test_backup_loss_and_restore(db: Path, tmp_path: Path) -> None:
    copy = tmp_path / "backup.db"
    assert "MB" in callqa("db", "backup", copy, "--db", db).stdout
    callqa("forget", "--call", "c0", "--yes", "--db", db)
    assert calls(db) == ["c1", "c2", "c3"]
    done = callqa("db", "restore", copy, "--db", db)
    assert done.returncode == 0
    assert "the one before: " in done.stdout
    assert calls(db) == ["c0", "c1", "c2", "c3"]


def test_a_backup_goes_over_nothing_else(db: Path, tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("dear", "utf-8")
    refused = callqa("db", "restore", other, "--db", db)
    assert refused.returncode == 1
    assert "letter.txt" in refused.stderr
    assert len(calls(db)) == 4


def test_check_repair_and_stats(db: Path) -> None:
    assert callqa("db", "check", "--deep", "--db", db).stdout.rstrip().endswith(": ok")
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("DELETE FROM measures")
    found = callqa("db", "check", "--db", db)
    assert found.returncode == 1
    assert "PROBLEM" in found.stdout
    assert "--repair" in found.stdout
    assert callqa("db", "check", "--repair", "--db", db).returncode == 0
    chinese = callqa("--lang", "zh", "db", "check", "--db", db)
    assert chinese.stdout.rstrip().endswith("：正常")
    assert "4" in callqa("db", "stats", "--db", db).stdout


def test_upgrade_has_nothing_to_do_and_refuses_newer_versions(db: Path) -> None:
    assert "nothing to do" in callqa("db", "upgrade", "--db", db).stdout
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    newer = callqa("db", "upgrade", "--db", db)
    assert newer.returncode == 1
    assert "update callqa" in newer.stderr


@pytest.mark.parametrize("command", ["upgrade", "check", "stats"])
def test_a_store_that_is_not_there_or_damaged_is_told(tmp_path: Path, command: str) -> None:
    absent = callqa("db", command, "--db", tmp_path / "none.db")
    assert absent.returncode == 2
    assert "none.db" in absent.stderr
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"SQLite format 3\0" + b"\7" * 5000)
    told = callqa("db", command, "--db", damaged)
    assert told.returncode == 1
    assert "damaged.db" in told.stderr
    assert "Traceback" not in told.stderr


def test_forgetting_asks_first(db: Path) -> None:
    said = callqa("forget", "--agent", "A1", "--dry-run", "--db", db)
    assert "would be deleted: 2 calls" in said.stdout
    refused = callqa("forget", "--agent", "A1", "--db", db, stdin="n\n")
    assert refused.returncode != 0
    assert len(calls(db)) == 4
    agreed = callqa("forget", "--agent", "A1", "--db", db, stdin="y\n")
    assert agreed.returncode == 0
    assert calls(db) == ["c1", "c3"]
    assert "nothing to delete" in callqa("forget", "--agent", "A1", "--yes", "--db", db).stdout


def test_forgetting_a_customer_and_naming_what_remains(db: Path, tmp_path: Path) -> None:
    kept = tmp_path / "rec" / "c2.wav"
    kept.parent.mkdir()
    kept.write_bytes(b"RIFF")
    done = callqa("forget", "--customer", "客户2", "--yes", "--db", db)
    assert calls(db) == ["c0", "c1", "c3"]
    assert str(kept) in done.stdout
    assert kept.read_bytes() == b"RIFF"


@pytest.mark.parametrize("extra", [(), ("--call", "c0", "--agent", "A1")])
def test_forgetting_needs_one_choice(db: Path, extra: tuple[str, ...]) -> None:
    told = callqa("forget", *extra, "--db", db)
    assert told.returncode == 2
    assert "--customer" in told.stderr


def test_purging_by_date_age_and_settings(db: Path, tmp_path: Path) -> None:
    assert (
        "would be deleted: 2"
        in callqa("purge", "--before", "2026-11-12", "--dry-run", "--db", db).stdout
    )
    assert callqa("purge", "--db", db).returncode == 2
    settings = tmp_path / "callqa.toml"
    settings.write_text("[store]\nkeep_days = 36500\n", "utf-8")
    kept = callqa("--settings", settings, "purge", "--db", db)
    assert "nothing to delete" in kept.stdout
    assert callqa("purge", "--before", "2026-11-12", "--yes", "--db", db).returncode == 0
    assert calls(db) == ["c2", "c3"]


def test_find_by_character_sound_and_speaker(db: Path) -> None:
    found = callqa("find", "您好", "--db", db).stdout
    assert all(f"c{number}" in found for number in range(4))
    assert "c0" in callqa("find", "来点", "--agent", "A1", "--db", db).stdout
    nobody = callqa("find", "来点", "--exact", "--db", db)
    assert (nobody.returncode, nobody.stdout.strip()) == (0, "nobody says that")
    assert callqa("find", "您好", "--who", "nobody", "--db", db).returncode == 2


def test_import_lists_both_sides_and_says_what_cannot_be_used(db: Path, tmp_path: Path) -> None:
    table, listed = tmp_path / "calls.csv", tmp_path / "left.csv"
    table.write_bytes("录音文件,工号\nc0.wav,A9\nabsent.wav,A2\n,A3\n".encode("gb18030"))
    done = callqa("import", table, "--list", listed, "--db", db)
    assert done.returncode == 1  # a row could not be used
    assert "line 4" in done.stdout
    assert "1 records without a recording" in done.stdout
    assert "3 recordings without a record" in done.stdout
    text = listed.read_text("utf-8-sig")
    assert "absent.wav" in text
    assert "c3" in text
    assert "A9" in callqa("agents", "--db", db).stdout
    table.write_bytes("录音文件,工号\nc0.wav,A9\n".encode("gb18030"))
    assert callqa("import", table, "--db", db).returncode == 0


def test_an_import_of_no_use_is_an_error(db: Path, tmp_path: Path) -> None:
    table = tmp_path / "calls.csv"
    table.write_text("姓名,分数\n李敏,3\n", "utf-8")
    told = callqa("import", table, "--db", db)
    assert told.returncode == 2
    assert "no column names the recordings" in told.stderr
    assert "姓名" in told.stderr
