"""The store: private, versioned, shared; its errors are lines a person understands."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from callqa.audio.sounds import Sound
from callqa.audio.turns import SYSTEM, Turn
from callqa.errors import StoreError, UsageError
from callqa.lang import Text
from callqa.qa.judge import Judge
from callqa.qa.metadata import CallMetadata
from callqa.qa.metadata.hung_up import Party
from callqa.qa.result import Analysis, CallResult, ModelsUsed
from callqa.qa.store import CallFilter, Keys, Store, migrations
from callqa.qa.store.database import Database
from callqa.qa.store.figures import by_agent
from callqa.qa.store.migrations import HEAD
from callqa.qa.store.schema import Base
from callqa.scoring.checklist import load_checklist
from callqa.settings import Settings
from helpers import says


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "sub" / "results.db")


def result(
    call: str = "call1", source: str = "rec/call1.wav", agent: str | None = "A1"
) -> CallResult:
    analysis = Analysis(
        duration=30.5,
        channels=2,
        codec="WAV ALAW",
        language="zh",
        utterances=(
            says("agent", "您好，很高兴为您服务。", 1.0),
            says("customer", "我想问一下订单。", 4.0),
            says("agent", "感谢您的来电，再见。", 8.0),
        ),
        turns=(Turn(0, 1.0, 3.0), Turn(1, 4.0, 6.0, 1), Turn(SYSTEM, 6.5, 7.5), Turn(0, 8.0, 10.0)),
        sounds=(Sound(0.5, 1.5, "ring", 0), Sound(10.2, 19.8, "music", 0)),
        models=ModelsUsed("base", "silero-v6", "channels", "cpu", "int8"),
        warning=Text("cut", "中断"),
    )
    metadata = CallMetadata(agent_id=agent, agent="李敏" if agent else None, customer="王女士")
    judged = Judge(load_checklist("zh-inbound"), Settings()).judge(analysis, metadata)
    return CallResult(call, source, "scored", metadata, analysis=analysis, judged=judged)


def test_what_is_saved_is_found_again_unchanged(store: Store) -> None:
    saved = result()
    store.save(saved, Keys("hash", "models", "checklist"))
    known = store.find("hash", "models", "checklist")
    assert known is not None
    assert known.analysis == saved.analysis
    assert known.judged == saved.judged


def test_other_models_know_nothing_and_another_checklist_keeps_the_analysis(store: Store) -> None:
    store.save(result(), Keys("hash", "models", "checklist"))
    assert store.find("hash", "other models", "checklist") is None
    assert store.find("other audio", "models", "checklist") is None
    known = store.find("hash", "models", "other checklist")
    assert known is not None
    assert known.judged is None


def test_saving_again_replaces_the_state_of_the_call(store: Store) -> None:
    store.save(result(), Keys("hash", "m", "c"))
    store.save(replace(result(agent="A2")), Keys("hash", "m", "c2"))
    (call,) = store.calls()
    assert call.metadata.agent_id == "A2"
    assert [one.agent for one in by_agent(store.database).sums] == ["A2"]


def test_a_call_is_found_by_id_and_by_path(store: Store) -> None:
    store.save(result(), Keys("h1", "m", "c"))
    store.save(result("call2", "rec/call2.wav"), Keys("h2", "m", "c"))
    assert [r.call_id for r in store.calls("call2")] == ["call2"]
    assert [r.call_id for r in store.calls("rec/call1.wav")] == ["call1"]
    assert store.calls("nothing") == []


def test_failed_calls_are_kept_with_their_reason(store: Store) -> None:
    store.save(CallResult("x", "x.wav", "failed", error="x.wav: broken"), Keys("", "m", "c"))
    figures = by_agent(store.database)
    assert (figures.sums, figures.failed) == ((), 1)
    assert store.calls("x")[0].error == "x.wav: broken"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_the_database_is_private(store: Store) -> None:
    store.save(result(), Keys("hash", "m", "c"))
    assert store.path.stat().st_mode & 0o077 == 0
    assert store.path.parent.stat().st_mode & 0o077 == 0
    for beside in store.path.parent.iterdir():
        assert beside.stat().st_mode & 0o077 == 0, beside.name


def test_migrations_lead_to_the_schema_of_the_models(store: Store) -> None:
    inspector = sa.inspect(sa.create_engine(f"sqlite:///{store.path}", poolclass=sa.NullPool))
    for table in Base.metadata.sorted_tables:
        columns = {
            c["name"]: (str(c["type"]), c["nullable"]) for c in inspector.get_columns(table.name)
        }
        wanted = {c.name: (str(c.type), bool(c.nullable)) for c in table.columns}
        assert columns == wanted, table.name


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def of_version_1(path: Path, rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a database as the first version of the schema has it, with what fits of another's rows."""
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "HEAD", "0001")
        Database(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert "hung_up_by" not in columns(connection, "calls")
        connection.create_function("plain", 1, lambda packed: zlib.decompress(packed).decode())
        connection.execute("ATTACH ? AS other", (str(rows),))
        for table in ("analyses", "scorecards", "verdicts", "calls", "runs"):
            names = ", ".join(columns(connection, table))
            plain = names.replace("payload", "plain(payload)")
            connection.execute(f"INSERT INTO {table} ({names}) SELECT {plain} FROM other.{table}")


def test_a_database_of_version_1_is_upgraded_and_keeps_its_rows(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(result(), Keys("h1", "m", "c"))
    store.save(result("call2", "rec/call2.wav", agent=None), Keys("h2", "m", "c"))
    store.save(CallResult("x", "x.wav", "failed", error="x.wav: broken"), Keys("", "m", "c"))
    store.record_run(ModelsUsed("base", "silero-v6", "channels", "cpu", "int8"), 10, 600.0, 60.0)
    old = tmp_path / "old.db"
    of_version_1(old, store.path, monkeypatch)
    upgraded = Store(old)
    assert upgraded.calls() == store.calls()
    assert len(upgraded.calls()) == 3
    assert by_agent(upgraded.database) == by_agent(store.database)
    assert upgraded.find("h1", "m", "c") == store.find("h1", "m", "c")
    with closing(sqlite3.connect(old)) as connection:
        assert "hung_up_by" in columns(connection, "calls")
        assert connection.execute("SELECT wall_seconds FROM runs").fetchall() == [(60.0,)]
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
    told = replace(result(), metadata=CallMetadata(hung_up_by="agent"))
    upgraded.save(told, Keys("h1", "m", "c"))
    assert [call.metadata.hung_up_by for call in Store(old).calls("call1")] == ["agent"]


@pytest.mark.parametrize("who", ["agent", "customer", None])
def test_who_hung_up_is_kept(store: Store, who: Party | None) -> None:
    store.save(replace(result(), metadata=CallMetadata(hung_up_by=who)), Keys("hash", "m", "c"))
    assert [call.metadata.hung_up_by for call in store.calls()] == [who]


def test_what_was_heard_before_loudness_was_known_is_still_read(store: Store) -> None:
    saved = result()
    store.save(saved, Keys("hash", "m", "c"))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        for table in ("analyses", "scorecards"):
            (payload,) = connection.execute(f"SELECT payload FROM {table}").fetchone()
            now = json.loads(zlib.decompress(payload))
            early = without(now, "loudness", "agent_energy_db", "agent_energy_spread_db")
            assert early != now
            packed = zlib.compress(json.dumps(early).encode())
            connection.execute(f"UPDATE {table} SET payload = ?", (packed,))
    known = store.find("hash", "m", "c")
    assert known is not None
    assert (known.analysis, known.judged) == (saved.analysis, saved.judged)
    assert [call.judged for call in store.calls()] == [saved.judged]


def without(raw: Any, *names: str) -> Any:
    """The same JSON without the fields of these names, wherever they are."""
    if isinstance(raw, dict):
        return {key: without(value, *names) for key, value in raw.items() if key not in names}
    return [without(value, *names) for value in raw] if isinstance(raw, list) else raw


def test_loudness_is_kept(store: Store) -> None:
    saved = result()
    assert saved.analysis is not None
    loud = tuple(replace(u, loudness=-20.5) for u in saved.analysis.utterances)
    turns = tuple(replace(t, loudness=-21.5) for t in saved.analysis.turns)
    heard = replace(saved.analysis, utterances=loud, turns=turns)
    store.save(replace(saved, analysis=heard), Keys("hash", "m", "c"))
    known = store.find("hash", "m", "c")
    assert known is not None
    assert known.analysis == heard


def test_a_database_of_a_newer_version_is_refused(store: Store) -> None:
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="9999"):
        Store(store.path)
    assert HEAD < "9999"


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(b"my notes, more than sixteen bytes of them" * 100)
    with pytest.raises(StoreError, match="not a callqa database"):
        Store(path)
    assert path.read_bytes().startswith(b"my notes")


def test_a_place_that_cannot_be_used_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="--db"):
        Store(tmp_path / "file" / "results.db")


def test_a_payload_of_another_form_is_heard_again_not_raised(store: Store) -> None:
    store.save(result(), Keys("hash", "m", "c"))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute("UPDATE analyses SET payload = ?", (zlib.compress(b"{}"),))
    assert store.find("hash", "m", "c") is None


def test_speed_is_that_of_earlier_runs(store: Store) -> None:
    models = ModelsUsed("base", "silero-v6", "channels", "cpu", "int8")
    assert store.speed(models) is None
    store.record_run(models, 10, 600.0, 60.0)
    store.record_run(models, 10, 600.0, 60.0)
    assert store.speed(models) == 10.0
    assert store.speed(replace(models, asr="small")) is None


def test_several_processes_open_and_write_a_new_store_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from callqa.qa.store import Keys, Store;"
        "from callqa.qa.result import CallResult; s = Store(Path(sys.argv[1]));"
        "[s.save(CallResult(f'{sys.argv[2]}-{n}', f'{sys.argv[2]}-{n}.wav', 'failed', error='e'), Keys('', 'm', 'c'))"
        " for n in range(20)]"
    )
    path = tmp_path / "shared.db"
    running = [subprocess.Popen([sys.executable, "-c", code, str(path), str(n)]) for n in range(4)]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]
    assert len(Store(path).calls()) == 80


def test_a_new_hearing_drops_what_was_judged_of_the_old_one(store: Store) -> None:
    store.save(result(), Keys("hash", "m", "c1"))
    store.save(replace(result(), fresh=True), Keys("hash", "m", "c2"))
    known = store.find("hash", "m", "c1")
    assert known is not None
    assert known.judged is None
    assert len(store.calls()) == 1


def test_a_moved_recording_stays_one_call(store: Store, tmp_path: Path) -> None:
    for place in ("day", "archive"):
        store.save(result(source=str(tmp_path / place / "call1.wav")), Keys("hash", "m", "c"))
    assert [call.source for call in store.calls()] == [str(tmp_path / "archive" / "call1.wav")]


def test_a_recording_out_of_reach_does_not_undo_its_score(store: Store) -> None:
    store.save(result(), Keys("hash", "m", "c"))
    store.save(
        CallResult("call1", "rec/call1.wav", "failed", error="share down"), Keys("", "m", "c")
    )
    (sums,) = by_agent(store.database).sums
    assert (sums.agent, sums.calls, sums.score.count) == ("A1", 1, 1)


def test_two_processes_may_save_the_same_calls(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from callqa.qa.store import Keys, Store;"
        "from callqa.qa.result import CallResult; s = Store(Path(sys.argv[1]));"
        "[s.save(CallResult(f'{n}', f'{n}.wav', 'failed', error='e'), Keys('', 'm', 'c')) for n in range(60)]"
    )
    path = tmp_path / "shared.db"
    Store(path).close()
    running = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert len(Store(path).calls()) == 60


def test_results_come_in_parts_without_one_being_lost(tmp_path: Path) -> None:
    store = Store(tmp_path / "results.db")
    for number in range(7):
        made = result(f"c{number}", f"c{number}.wav", f"A{number % 2}")
        store.save(made, Keys(f"h{number}", "m", "c"))
    everything = [one.call_id for one in store.results(CallFilter(), at_once=3)]
    assert everything == [f"c{number}" for number in range(7)]
    assert [one.call_id for one in store.results(CallFilter(agent="A1"), at_once=2)] == [
        "c1",
        "c3",
        "c5",
    ]
