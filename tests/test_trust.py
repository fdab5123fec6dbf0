"""The trail of acts, the encryption of the store, and who can read what lies on the disk."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from test_cli import callqa
from test_store import result

from callqa.errors import StoreError, UsageError
from callqa.qa.store import CallFilter, Keys, Store
from callqa.qa.store.audit import Entry, breaks, chained, entries, ever, note, record
from callqa.qa.store.check import check
from callqa.qa.store.encryption import decrypt, encrypt
from callqa.qa.store.key import Key, find_key, make_key
from callqa.qa.store.search import search
from callqa.qa.store.trail_file import read_trail, unlike, write_trail

KEY = Key("ab" * 32, "test")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "r.db")
    for number in range(4):
        made = result(f"c{number}", f"{tmp_path}/rec/c{number}.wav", f"A{number % 2}")
        store.save(made, Keys(f"h{number}", "m", "c"))
        record(store.database, "read", f"find: calls {number + 1}")
    return store


def change(path: Path, *statements: str) -> None:
    """What somebody does who knows the file and takes its locks off first."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for name in ("audit_no_update", "audit_no_delete"):
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def broken(store: Store) -> list[int]:
    return [one.number for one in breaks(entries(store.database), ever(store.database))]


def test_a_whole_trail_is_whole_and_every_act_follows_the_one_before(store: Store) -> None:
    trail = list(entries(store.database))
    assert [one.number for one in trail] == [1, 2, 3, 4]
    assert trail[0].hash == chained("", trail[0])
    assert trail[3].hash == chained(trail[2].hash, trail[3])
    assert broken(store) == []


def test_the_database_refuses_to_change_the_trail(store: Store) -> None:
    for statement in ("UPDATE audit SET user = 'x'", "DELETE FROM audit WHERE id = 2"):
        with (
            pytest.raises(StoreError, match="only added to"),
            store.database.writing() as session,
        ):
            session.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET user = 'somebody else' WHERE id = 2", [2]),
        ("UPDATE audit SET detail = 'find: calls 9' WHERE id = 3", [3]),
        ("UPDATE audit SET at = '2020-01-01T00:00:00+00:00' WHERE id = 1", [1]),
        ("DELETE FROM audit WHERE id = 2", [2]),
        ("DELETE FROM audit WHERE id >= 3", [3]),
        ("DELETE FROM audit", [1]),
        ("INSERT INTO audit VALUES (5, 'now', 'me', 'read', 'nothing', 'abc')", [5]),
    ],
)
def test_what_was_done_to_the_trail_is_found(
    store: Store, statement: str, found: list[int]
) -> None:
    change(store.path, statement)
    assert broken(store) == found


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), min_size=1, max_size=12), st.data())
def test_any_change_of_any_entry_is_found(acts: list[tuple[str, str, str]], data: Any) -> None:
    trail: list[Entry] = []
    for number, (who, action, detail) in enumerate(acts, 1):
        entry = Entry(number, "2026-11-24T00:00:00+00:00", who, action, detail, "")
        before = trail[-1].hash if trail else ""
        trail.append(Entry(number, entry.at, who, action, detail, chained(before, entry)))
    assert list(breaks(trail, len(trail))) == []
    at = data.draw(st.integers(0, len(trail) - 1))
    field = data.draw(st.sampled_from(["user", "action", "detail", "at"]))
    old = trail[at]
    changed = {**old.__dict__, field: getattr(old, field) + "x"}
    forged = [*trail[:at], Entry(**changed), *trail[at + 1 :]]
    assert next(iter(breaks(forged))).number == at + 1
    cut = trail[:at]
    assert [b.number for b in breaks(cut, len(trail))] == [at + 1]


def test_a_file_of_the_trail_tells_when_it_or_the_database_was_cut(store: Store, tmp_path: Path) -> None:  # fmt: skip
    file = tmp_path / "trail.jsonl"
    assert write_trail(file, store.database) == 5  # the export is an act, too
    trail = read_trail(file)
    assert list(breaks(trail)) == []
    assert list(unlike(trail, store.database)) == []
    record(store.database, "read", "later")  # it may grow
    assert list(unlike(trail, store.database)) == []
    lines = file.read_text("utf-8").splitlines(keepends=True)
    for cut, where in (
        (lines[:3], "after line 3"), (lines[:-1], "after line 5"), ([*lines[:2], lines[2][:30]], "line 3"),
        ([*lines[:2], *lines[3:]], "after line 4"),
    ):  # fmt: skip
        file.write_text("".join(cut), "utf-8")
        with pytest.raises(UsageError, match=where):
            read_trail(file)
    change(
        store.path, "DELETE FROM audit WHERE id > 2",
        "UPDATE sqlite_sequence SET seq = 2 WHERE name = 'audit'",
    )  # fmt: skip
    assert broken(store) == []  # whoever knows enough can cut the end off the database …
    assert [one.number for one in unlike(trail, store.database)] == [3]  # … but not off the file


def test_audit_on_the_command_line(store: Store, tmp_path: Path) -> None:
    db = store.path
    assert "4 entries, whole" in callqa("audit", "verify", "--db", db).stdout
    assert callqa("find", "订单", "--db", db).returncode == 0
    shown = callqa("audit", "show", "--action", "read", "--call", "c1", "--db", db).stdout
    assert "find: calls 4 3 2 1" in " ".join(shown.split())
    file = tmp_path / "trail.jsonl"
    assert callqa("audit", "export", file, "--db", db).returncode == 0
    assert callqa("audit", "verify", file, "--db", db).returncode == 0
    change(db, "UPDATE audit SET user = 'nobody' WHERE id = 2")
    verified = callqa("audit", "verify", "--db", db)
    assert verified.returncode == 1
    assert "entry 2: it was changed" in verified.stdout
    file.write_text(file.read_text("utf-8")[:-40], "utf-8")
    cut = callqa("audit", "verify", file, "--db", db)
    assert cut.returncode == 2
    assert "cut off" in cut.stderr


def test_a_note_belongs_to_what_it_tells_of(store: Store) -> None:
    def half() -> None:
        with store.database.writing() as session:
            note(session, "erase", "nothing")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert ever(store.database) == 4


def everything(store: Store) -> dict[str, list[Any]]:
    """All that a store holds."""
    with store.database.reading() as session:
        names = session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        kept = [name for name in names if name not in ("audit", "sqlite_sequence")]
        return {
            name: sorted(map(repr, session.execute(sa.text(f'SELECT * FROM "{name}"'))))
            for name in kept
        }


def test_an_encrypted_store_is_unreadable_without_the_key_and_loses_nothing_with_it(store: Store) -> None:  # fmt: skip
    path, before = store.path, everything(store)
    store.close()
    assert "李敏".encode() in path.read_bytes()
    encrypt(path, KEY)
    on_disk = b"".join(one.read_bytes() for one in path.parent.glob("r.db*") if one.is_file())
    for words in ("李敏", "王女士", "SQLite", "zh-inbound", "订 单", "CREATE TABLE"):
        assert words.encode() not in on_disk
    with pytest.raises(StoreError, match="encrypted"):
        Store(path, create=False)
    with pytest.raises(UsageError, match="does not open it"):
        Store(path, create=False, key=Key("cd" * 32, "other"))
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.DatabaseError):
        connection.execute("SELECT * FROM calls").fetchall()
    again = Store(path, create=False, key=KEY)
    assert everything(again) == before
    assert [hit.call_id for hit in search(again.database, "订单", CallFilter())]
    assert list(check(again.database, deep=True)) == [
        flaw for flaw in check(again.database, deep=True) if flaw.level == "note"
    ]
    again.save(result("c9", "rec/c9.wav"), Keys("h9", "m", "c"))
    again.close()
    decrypt(path, KEY)
    readable = Store(path, create=False)
    assert len(readable.calls()) == 5
    assert broken(readable) == []


def test_a_new_store_with_a_key_is_encrypted_from_the_start(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    store = Store(path, key=KEY)
    store.save(result(), Keys("h", "m", "c"))
    store.close()
    assert not path.read_bytes().startswith(b"SQLite")
    assert len(Store(path, key=KEY).calls()) == 1


def test_encrypting_twice_without_a_key_or_with_the_wrong_one_is_refused(store: Store) -> None:
    store.close()
    with pytest.raises(UsageError, match="no key"):
        encrypt(store.path, None)
    with pytest.raises(UsageError, match="not encrypted"):
        decrypt(store.path, KEY)
    encrypt(store.path, KEY)
    raw = store.path.read_bytes()
    with pytest.raises(UsageError, match="already"):
        encrypt(store.path, KEY)
    with pytest.raises(UsageError, match="does not open it"):
        decrypt(store.path, Key("00" * 32, "other"))
    assert store.path.read_bytes() == raw


def test_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALLQA_KEY", raising=False)
    file = tmp_path / "keys" / "key"
    made = make_key(file)
    assert find_key(file) == made
    assert made.digits not in repr(made)
    with pytest.raises(UsageError, match="already"):
        make_key(file)
    monkeypatch.setenv("CALLQA_KEY", "EF" * 32)
    assert find_key(file) == Key("ef" * 32, "CALLQA_KEY")
    for wrong in ("short", "g" * 64, "ab" * 33):
        monkeypatch.setenv("CALLQA_KEY", wrong)
        with pytest.raises(UsageError, match="64 hexadecimal") as told:
            find_key(file)
        assert wrong not in str(told.value)
    monkeypatch.delenv("CALLQA_KEY")
    assert find_key(None) is None
    with pytest.raises(UsageError, match="cannot read"):
        find_key(tmp_path / "none")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_what_lies_on_the_disk_is_private(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "k" / "key"
    make_key(file)
    callqa("export", "--jsonl", tmp_path / "e.jsonl", "--xlsx", tmp_path / "e.xlsx", "--db", store.path)  # fmt: skip
    callqa("audit", "export", tmp_path / "a.jsonl", "--db", store.path)
    callqa("rescore", "--json", tmp_path / "s.jsonl", "--db", store.path)
    written = [tmp_path / name for name in ("e.jsonl", "e.xlsx", "a.jsonl", "s.jsonl")]
    made = [*tmp_path.glob("r.db*"), file, *written]
    assert [one.name for one in made if one.stat().st_mode & 0o077] == []
    file.chmod(0o644)
    with pytest.raises(UsageError, match="others can read"):
        find_key(file)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_doctor_names_files_that_others_can_read(store: Store, tmp_path: Path) -> None:
    key = tmp_path / "key"
    make_key(key)
    settings = tmp_path / "callqa.toml"
    settings.write_text(f'[store]\npath = "{store.path}"\nkey_file = "{key}"\n', "utf-8")
    told = callqa("--settings", settings, "doctor").stdout
    assert "not encrypted" in " ".join(told.split())
    store.close()
    assert callqa("--settings", settings, "db", "encrypt").returncode == 0
    told = " ".join(callqa("--settings", settings, "doctor").stdout.split())
    assert "encrypted" in told
    assert "others can read" not in told
    os.chmod(store.path, 0o644)  # noqa: PTH101
    told = " ".join(callqa("--settings", settings, "doctor").stdout.split())
    assert "others can read it" in told


def test_encryption_on_the_command_line(store: Store, tmp_path: Path) -> None:
    store.close()
    key, db = tmp_path / "key", store.path
    assert callqa("db", "key", key).returncode == 0
    digits = key.read_text("ascii").strip()
    assert callqa("db", "encrypt", "--db", db, CALLQA_KEY=digits).returncode == 0
    locked = callqa("agents", "--db", db)
    assert locked.returncode == 1
    assert "encrypted" in locked.stderr
    assert digits not in locked.stderr
    assert "c1" in callqa("find", "订单", "--db", db, CALLQA_KEY=digits).stdout
    copy = tmp_path / "copy.db"
    assert callqa("db", "backup", copy, "--db", db, CALLQA_KEY=digits).returncode == 0
    assert not copy.read_bytes().startswith(b"SQLite")
    assert callqa("db", "restore", copy, "--db", db, CALLQA_KEY=digits).returncode == 0
    assert callqa("audit", "verify", "--db", db, CALLQA_KEY=digits).returncode == 0
