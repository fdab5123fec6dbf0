"""Tables of calls come before or after the recordings; nothing is lost, nothing counted twice."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from callqa.lang import use
from callqa.qa.imports import import_file, unmatched, write_unmatched
from callqa.qa.metadata import CallMetadata, contradictions
from callqa.qa.metadata.matching import common_end, ids_in, name_ends
from callqa.qa.recordings import find_recordings
from callqa.qa.result import CallResult
from callqa.qa.session import Session
from callqa.qa.store import Store
from callqa.qa.store.figures import by_agent
from callqa.settings import AgentEntry, Settings
from helpers import ScriptedEngine, noise, scripted_toolkit, silence, tone, write_wav

LINES = ("您好我是李敏很高兴为您服务", "我想问一下退款", "感谢您的来电再见")


@pytest.fixture
def session() -> Session:
    roster = (
        AgentEntry(id="A1", name="李敏", group="一组"),
        AgentEntry(id="A2", name="王强", group="二组"),
    )
    return Session(Settings(agents=roster))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "r.db")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "day"
    folder.mkdir()
    for number, name in enumerate(("c1", "c2", "q-3001-1700000000.77")):
        one = [tone(200 + number, 1.0), silence(3.0)]
        two = [silence(1.5), noise(1.0, level=0.2, seed=number), silence(1.5)]
        write_wav(folder / f"{name}.wav", *(np.concatenate(v) for v in (one, two)))
    return folder


def scored(session: Session, store: Store, folder: Path) -> list[CallResult]:
    engine = ScriptedEngine(lambda n: LINES[n % 3])
    batch = replace(session.batch(store), load=lambda: scripted_toolkit(engine))
    return list(batch.run(find_recordings([str(folder)])))


def table(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(("录音文件,工号,开始时间,客户", *rows)), "utf-8")
    return path


def agents(store: Store) -> dict[str | None, int]:
    return {one.agent: one.calls for one in by_agent(store.database).sums}


def test_a_table_may_come_before_the_recordings(
    session: Session, store: Store, folder: Path, tmp_path: Path
) -> None:
    file = table(
        tmp_path / "calls.csv", "c1,A1,2026-11-20 09:00,王女士", "c2.wav,A2,2026-11-20 10:00,"
    )
    done = import_file(store, file, session.settings, session.judge_for)
    assert (done.added.new, done.matched, done.problems) == (2, 0, ())
    assert [one.what for one in unmatched(store)] == ["c1", "c2.wav"]
    results = {r.call_id: r.metadata for r in scored(session, store, folder)}
    assert (results["c1"].agent_id, results["c1"].agent, results["c1"].group) == (
        "A1",
        "李敏",
        "一组",
    )
    assert results["c1"].started_at == "2026-11-20T09:00:00"
    assert results["c2"].agent_id == "A2"
    assert [one.what for one in unmatched(store)] == ["q-3001-1700000000.77"]
    assert agents(store) == {"A1": 1, "A2": 1, None: 1}


def test_a_table_may_come_after_them_and_again(
    session: Session, store: Store, folder: Path, tmp_path: Path
) -> None:
    scored(session, store, folder)
    assert agents(store) == {None: 3}
    file = table(
        tmp_path / "calls.csv", "day/c1.wav,A1,2026-11-20 09:00,", "c9,A2,2026-11-20 11:00,"
    )
    done = import_file(store, file, session.settings, session.judge_for)
    assert (done.matched, done.moved) == (1, 1)
    assert agents(store) == {"A1": 1, None: 2}
    again = import_file(store, file, session.settings, session.judge_for)
    assert (again.added.new, again.added.same, again.moved) == (0, 2, 0)
    assert sorted(one.what for one in unmatched(store)) == ["c2", "c9", "q-3001-1700000000.77"]


def test_another_agent_takes_the_calls_figures_along(
    session: Session, store: Store, folder: Path, tmp_path: Path
) -> None:
    import_file(store, table(tmp_path / "a.csv", "c1,A1,,"), session.settings, session.judge_for)
    scored(session, store, folder)
    before = {i.id: i.finding.verdict for i in judged(store, "c1")}
    file = table(tmp_path / "b.csv", "c1,A2,,")
    done = import_file(store, file, session.settings, session.judge_for)
    assert (done.added.changed, done.moved, done.rejudged) == (1, 1, 1)
    (call,) = store.calls("c1")
    assert (call.metadata.agent_id, call.metadata.agent, call.metadata.group) == (
        "A2",
        "王强",
        "二组",
    )
    assert agents(store) == {"A2": 1, None: 2}
    assert before["self_intro"] == "pass"  # 我是李敏 is no longer the agent's own name
    assert {i.id: i.finding.verdict for i in judged(store, "c1")}["self_intro"] != "pass"
    (again,) = (r for r in scored(session, store, folder) if r.call_id == "c1")
    assert (again.metadata.agent_id, again.fresh) == ("A2", False)


def judged(store: Store, call: str) -> tuple[object, ...]:
    (result,) = store.calls(call)
    assert result.judged is not None
    return result.judged.scorecard.items


def test_a_sidecar_goes_before_a_table(
    session: Session, store: Store, folder: Path, tmp_path: Path
) -> None:
    (folder / "c1.meta.json").write_text('{"agent_id": "A1"}')
    scored(session, store, folder)
    import_file(
        store, table(tmp_path / "a.csv", "c1,A2,,张先生"), session.settings, session.judge_for
    )
    (call,) = store.calls("c1")
    assert (call.metadata.agent_id, call.metadata.customer) == ("A1", "张先生")


def test_an_id_in_the_name_finds_the_record(
    session: Session, store: Store, folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "cdr.csv"
    file.write_text("uniqueid,agent_id\n1700000000.77,A2\n", "utf-8")
    scored(session, store, folder)
    assert import_file(store, file, session.settings, session.judge_for).matched == 1
    assert agents(store) == {"A2": 1, None: 2}


def test_number_and_time_find_the_record(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "day"
    folder.mkdir()
    write_wav(folder / "13800001111_20261120_091502.wav", tone(200, 2.0), silence(2.0))
    settings = Settings().with_options("files", patterns=("{caller}_{date}_{time}",))
    session = Session(settings)
    file = tmp_path / "cdr.csv"
    file.write_text(
        "caller,start,agent_id\n13800001111,2026-11-20 09:15:00,A1\n13800001111,2026-11-20 09:45:00,A2\n"
    )
    import_file(store, file, settings, session.judge_for)
    (result,) = scored(session, store, folder)
    assert result.metadata.agent_id == "A1"


def test_lines_at_odds_are_told_and_only_what_both_say_is_used(
    session: Session, store: Store, tmp_path: Path
) -> None:
    file = table(tmp_path / "a.csv", "c1,A1,2026-11-20 09:00,王女士", "c1,A2,2026-11-20 09:00,")
    done = import_file(store, file, session.settings, session.judge_for)
    assert [problem.line for problem in done.problems] == [3]
    assert "line 2" in done.problems[0].text.en
    from callqa.qa.store.records import Records

    facts = Records(store.database).of(tmp_path / "c1.wav")
    assert (facts.agent_id, facts.customer, facts.started_at) == (
        None,
        "王女士",
        "2026-11-20T09:00:00",
    )


def test_copies_with_equal_facts_count_once(
    session: Session, store: Store, folder: Path, tmp_path: Path
) -> None:
    (folder / "copy.wav").write_bytes((folder / "c1.wav").read_bytes())
    (folder / "other.wav").write_bytes((folder / "c1.wav").read_bytes())
    at = "2026-11-20 09:00"
    file = table(tmp_path / "a.csv", f"c1,A1,{at},", f"copy,A1,{at},", "other,A1,2026-11-21 09:00,")
    import_file(store, file, session.settings, session.judge_for)
    scored(session, store, folder)
    assert agents(store)["A1"] == 2


def test_the_list_opens_in_excel(session: Session, store: Store, tmp_path: Path) -> None:
    use("zh")
    import_file(store, table(tmp_path / "a.csv", "丙,A1,,"), session.settings, session.judge_for)
    write_unmatched(tmp_path / "list.csv", unmatched(store))
    raw = (tmp_path / "list.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert rows[0][:2] == ["类别", "通话"]
    assert rows[1][:2] == ["记录", "丙"]


def test_what_cannot_be_is_told() -> None:
    facts = CallMetadata(agent_channel=3, talk_seconds=300.0, started_at="2030-01-01T00:00:00")
    told = [text.en for text in contradictions(facts, 12.0, 2)]
    assert len(told) == 3
    assert contradictions(CallMetadata(talk_seconds=55.0, agent_channel=2), 60.0, 2) == []
    assert contradictions(CallMetadata(talk_seconds=63.0), 60.0, 1) == []


def test_names_and_ids() -> None:
    assert name_ends("a\\b/c.wav") == ["a/b/c.wav", "b/c.wav", "c.wav"]
    assert "1700000000.123" in ids_in("q-3001-13800001111-20261120-091500-1700000000.123")
    assert common_end("D:\\rec\\A1\\0001.wav", "/mnt/rec/A1/0001.mp3") == 3
    assert common_end("0002.wav", "/mnt/0001.wav") == 0
