"""Runs with scripted recognition: nothing is lost, nothing is done twice, a call that fails fails alone."""

from __future__ import annotations

import io
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from callqa.audio.origin import Origin
from callqa.audio.pipe import Pipe
from callqa.errors import CallqaError, RecognitionError, StoreError
from callqa.observe import CallFinished, Event, Notice
from callqa.qa.batch import Batch
from callqa.qa.judge import Judge
from callqa.qa.recordings import find_recordings
from callqa.qa.result import CallResult, ModelsUsed, to_json
from callqa.qa.store import Keys, Store, database, driver
from callqa.qa.store.claims import Claims
from callqa.scoring.checklist import load_checklist
from callqa.scoring.features import Features
from callqa.settings import AgentEntry, Settings
from helpers import ScriptedEngine, noise, scripted_toolkit, silence, tone, write_wav

MODELS = ModelsUsed("scripted", "loudness", "one voice", "cpu", "int8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three stereo recordings, one utterance a side, different in their audio."""
    folder = tmp_path / "calls"
    folder.mkdir()
    for number in range(3):
        speech = noise(2, level=0.2, seed=number)
        left = [silence(1), speech, silence(5)]
        right = [silence(4), speech, silence(2)]
        write_wav(folder / f"call{number}.wav", np.concatenate(left), np.concatenate(right))
    return folder


def batch(
    engine: ScriptedEngine, store: Store | None = None, settings: Settings | None = None, *, again: bool = False,
    observer: list[Event] | None = None, checklist: str = "zh-inbound",
) -> Batch:  # fmt: skip
    settings = settings or Settings()
    judge = Judge(load_checklist(checklist), settings)
    events = observer if observer is not None else []
    return Batch(
        settings, lambda _: judge, MODELS, lambda: scripted_toolkit(engine), store, None,
        events.append, again,
    )  # fmt: skip


def run(
    folder: Path, engine: ScriptedEngine, store: Store | None = None, **more: object
) -> list[CallResult]:
    return list(batch(engine, store, **more).run(find_recordings([str(folder)])))  # type: ignore[arg-type]


def talk(number: int) -> str:
    return "您好很高兴为您服务" if number % 2 == 0 else "你好我想问一下订单"


def test_every_call_comes_out_with_roles_and_scorecard(folder: Path) -> None:
    results = run(folder, ScriptedEngine(talk, parallel=2))
    assert [r.call_id for r in results] == ["call0", "call1", "call2"]
    for result in results:
        assert result.status == "scored"
        assert result.judged is not None
        assert len(result.judged.scorecard.items) == 12


def test_a_failing_recognition_costs_only_its_call(folder: Path) -> None:
    engine = ScriptedEngine(lambda n: RecognitionError("broken", "坏了") if n == 2 else talk(n))
    results = run(folder, engine)
    assert [r.status for r in results] == ["scored", "failed", "scored"]
    assert "broken" in (results[1].error or "")


def test_a_fault_of_ours_costs_only_its_call(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from callqa.audio import path

    real = path.heard_source

    def faulty(origin: Origin) -> object:
        if origin.path.name == "call1.wav":
            raise ZeroDivisionError("oops")
        return real(origin)

    monkeypatch.setattr(path, "heard_source", faulty)
    results = run(folder, ScriptedEngine(talk))
    assert [r.status for r in results] == ["scored", "failed", "scored"]
    assert "ZeroDivisionError: oops" in (results[1].error or "")


def test_a_second_run_recognises_nothing_and_loads_nothing(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "r.db")
    first = run(folder, ScriptedEngine(talk), store)
    second_batch = Batch(
        Settings(), lambda _: Judge(load_checklist("zh-inbound"), Settings()), MODELS,
        lambda: pytest.fail("models were loaded"), store,
    )  # fmt: skip
    second = list(second_batch.run(find_recordings([str(folder)])))
    assert [r.recognised for r in second] == [False] * 3
    assert [r.judged for r in second] == [r.judged for r in first]


def test_copies_and_new_names_are_the_same_audio(folder: Path, tmp_path: Path) -> None:
    store, engine = Store(tmp_path / "r.db"), ScriptedEngine(talk)
    run(folder, engine, store)
    done = len(engine.requests)
    (folder / "call0.wav").rename(folder / "renamed.wav")
    results = run(folder, engine, store)
    assert len(engine.requests) == done
    assert {r.call_id for r in results} == {"renamed", "call1", "call2"}


def test_another_checklist_or_agent_is_scored_without_recognition(
    folder: Path, tmp_path: Path
) -> None:
    store, engine = Store(tmp_path / "r.db"), ScriptedEngine(talk)
    run(folder, engine, store)
    done = len(engine.requests)
    short = tmp_path / "short.yaml"
    short.write_text(
        "id: short\nversion: '1'\nlanguage: zh\ntitle: {zh: 短, en: short}\nitems:\n"
        "  - {id: greeting, title: {zh: 问候, en: greeting}, points: 5, pass: {say: [为您服务]}}\n",
        "utf-8",
    )
    results = run(folder, engine, store, checklist=str(short))
    assert len(engine.requests) == done
    assert [(r.recognised, r.fresh) for r in results] == [(False, True)] * 3
    assert [r.judged.scorecard.score for r in results if r.judged] == [100.0] * 3


def test_legs_are_scored_as_one_call_and_a_lost_one_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "legs"
    folder.mkdir()
    for number, name in enumerate(["x-in", "x-out", "y-in"]):
        write_wav(folder / f"{name}.wav", noise(6, level=0.1, seed=number))
    (folder / "x-in.meta.json").write_text('{"agent": "李敏"}', "utf-8")
    store, engine = Store(tmp_path / "r.db"), ScriptedEngine(talk)
    for again in (False, True):
        pair, alone = run(folder, engine, store)
        assert (pair.call_id, pair.status, pair.metadata.agent) == ("x", "scored", "李敏")
        assert pair.analysis
        assert (pair.analysis.channels, pair.analysis.warning) == (2, None)
        assert alone.analysis
        assert str(alone.analysis.warning) == "the other leg y-out.wav is missing"
        assert pair.recognised is alone.recognised is not again
    (by_itself,) = batch(engine, store).run(find_recordings([str(folder / "y-in.wav")]))
    assert by_itself.analysis
    assert (by_itself.recognised, by_itself.analysis.warning) == (False, None)


def test_what_came_through_a_pipe_is_known_as_a_file_later(folder: Path, tmp_path: Path) -> None:
    store, engine = Store(tmp_path / "r.db"), ScriptedEngine(talk)
    content = (folder / "call0.wav").read_bytes()
    for _ in range(2):  # what comes through a pipe is always recognised
        pipe = Pipe(io.BytesIO(content))
        (piped,) = batch(engine, store).run(find_recordings(["-"], pipe=pipe))
        assert (piped.call_id, piped.source, piped.recognised) == ("stdin", "stdin", True)
    (known,) = batch(engine, store).run(find_recordings([str(folder / "call0.wav")]))
    assert (known.recognised, known.judged) == (False, piped.judged)


def test_rescore_recognises_again(folder: Path, tmp_path: Path) -> None:
    store, engine = Store(tmp_path / "r.db"), ScriptedEngine(talk)
    run(folder, engine, store)
    done = len(engine.requests)
    run(folder, engine, store, again=True)
    assert len(engine.requests) == 2 * done


def test_what_was_finished_before_an_interruption_is_kept(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "r.db")
    running = batch(ScriptedEngine(talk), store).run(find_recordings([str(folder)]))
    next(running)
    running.close()
    assert [r.call_id for r in store.calls()] == ["call0"]
    engine = ScriptedEngine(talk)
    run(folder, engine, store)
    assert len(engine.requests) == 4  # two calls of two sides


def test_recordings_without_speech_are_empty_and_missing_ones_failed(tmp_path: Path) -> None:
    write_wav(tmp_path / "quiet.wav", silence(3))
    write_wav(tmp_path / "hum.wav", tone(50, 3, level=0.005))
    recordings = find_recordings([str(tmp_path), str(tmp_path / "gone.wav")])
    results = list(batch(ScriptedEngine(talk)).run(recordings))
    assert [r.status for r in results] == ["empty", "empty", "failed"]
    assert "gone.wav" in (results[2].error or "")


def test_names_reach_the_recogniser_and_the_slots(folder: Path) -> None:
    settings = Settings.model_validate(
        {"company": {"name": "云杉电器"}, "files": {"patterns": ["{agent_id}"]}}
    ).model_copy(update={"agents": (AgentEntry(id="call0", name="林悦"),)})
    engine = ScriptedEngine(talk)
    results = run(folder, engine, settings=settings)
    assert engine.requests[0].vocabulary == ("云杉电器", "林悦")
    assert results[0].metadata.agent == "林悦"


def test_broken_metadata_fails_only_its_call(folder: Path) -> None:
    (folder / "call1.meta.json").write_text("{", "utf-8")
    results = run(folder, ScriptedEngine(talk))
    assert [r.status for r in results] == ["scored", "failed", "scored"]
    assert "call1.meta.json" in (results[1].error or "")


def test_the_next_calls_are_decoded_while_one_is_recognised(folder: Path) -> None:
    events: list[Event] = []

    def watched() -> Iterator[str]:
        for event in events:
            yield type(event).__name__ + getattr(event, "call", "")

    run(folder, ScriptedEngine(talk, parallel=2), observer=events)
    names = list(watched())
    assert names.index("CallStartedcall1") < names.index("CallFinishedcall0")
    assert [e.call for e in events if isinstance(e, CallFinished)] == ["call0", "call1", "call2"]


def test_models_that_cannot_be_had_end_the_run(folder: Path) -> None:
    def refuse() -> object:
        raise CallqaError("no model", "没有模型")

    judge = Judge(load_checklist("zh-inbound"), Settings())
    failing = Batch(Settings(), lambda _: judge, MODELS, refuse)  # type: ignore[arg-type]
    with pytest.raises(CallqaError, match="no model"):
        list(failing.run(find_recordings([str(folder)])))


def test_a_result_that_cannot_be_kept_is_still_given_out(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "r.db")
    save = store.save

    def full(result: CallResult, keys: Keys, features: Features | None = None) -> None:
        if result.call_id == "call1":
            raise StoreError("the disk is full", "磁盘已满")
        save(result, keys, features)

    monkeypatch.setattr(store, "save", full)
    results = run(folder, ScriptedEngine(talk), store)
    assert [r.status for r in results] == ["scored"] * 3
    assert [r.unkept for r in results] == [None, "the disk is full", None]
    assert [r.call_id for r in store.calls()] == ["call0", "call2"]


def test_names_in_gbk_are_read_and_shown(folder: Path, tmp_path: Path) -> None:
    gbk = os.fsencode(folder) + b"/" + "录音".encode("gbk") + b".wav"
    try:
        os.rename(folder / "call0.wav", gbk)  # noqa: PTH104  (Path has no bytes)
    except OSError:  # a file system that keeps names as Unicode cannot have such names
        return
    store = Store(tmp_path / "r.db")
    results = run(folder, ScriptedEngine(talk), store)
    assert {r.call_id for r in results} == {"录音", "call1", "call2"}
    assert {r.status for r in results} == {"scored"}
    assert json.dumps(to_json(results[0]), ensure_ascii=False).encode("utf-8")


def test_a_fault_in_scoring_costs_only_its_call(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Judge.judge

    def faulty(judge: Judge, analysis: object, *more: object) -> object:
        if analysis.utterances[0].text.startswith("您好"):  # type: ignore[attr-defined]
            raise KeyError("oops")
        return real(judge, analysis, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Judge, "judge", faulty)
    engine = ScriptedEngine(lambda n: "好的没问题" if n == 2 else talk(n))
    results = run(folder, engine)
    assert [r.status for r in results] == ["failed", "scored", "failed"]
    assert "KeyError" in (results[0].error or "")


def test_unreadable_bytes_in_names_neither_collide_nor_break_patterns(
    folder: Path, tmp_path: Path
) -> None:
    try:
        for number, start in enumerate((b"\xff", b"\xfe")):
            name = os.fsencode(folder) + b"/" + start + b"_20261122.wav"
            os.rename(folder / f"call{number}.wav", name)  # noqa: PTH104  (Path has no bytes)
    except OSError:  # a file system that keeps names as Unicode cannot have such names
        return
    settings = Settings.model_validate({"files": {"patterns": ["{customer}_{date}"]}})
    results = run(folder, ScriptedEngine(talk), Store(tmp_path / "r.db"), settings=settings)
    assert [r.status for r in results] == ["scored"] * 3
    assert len({r.call_id for r in results}) == 3
    assert {r.metadata.started_at for r in results} == {"2026-11-22", None}


def test_a_run_ends_when_nothing_more_can_be_kept(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        write_wav(folder / f"more{number}.wav", tone(300 + number, 1.0), silence(1.0))
    store, told = Store(tmp_path / "r.db"), list[str]()
    save = store.save

    def full(result: CallResult, keys: Keys, features: Features | None = None) -> None:
        if result.call_id > "more0":
            raise StoreError("no space left on the disk", "磁盘空间已满")
        save(result, keys, features)

    monkeypatch.setattr(store, "save", full)
    made = replace(
        batch(ScriptedEngine(talk), store),
        observer=lambda event: told.append(event.text) if isinstance(event, Notice) else None,
    )
    results = list(made.run(find_recordings([str(folder)])))
    kept = [r.call_id for r in results if r.unkept is None]
    assert [r.call_id for r in results if r.unkept] == ["more1", "more2", "more3"]
    assert kept[-1] == "more0"
    assert len(told) == 1
    assert [call.call_id for call in store.calls()] == kept
    monkeypatch.setattr(store, "save", save)
    rest = list(batch(ScriptedEngine(talk), store).run(find_recordings([str(folder)])))
    assert all(r.unkept is None for r in rest)
    assert sum(r.recognised for r in rest) == len(rest) - len(kept)


def test_a_locked_database_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "r.db"
    Store(path).close()
    monkeypatch.setattr(driver, "BUSY_SECONDS", 0.1)
    store = Store(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="locked by another program"):
            store.save(CallResult("x", "x.wav", "failed", error="x"), Keys("", "m", "c"))
        other.execute("ROLLBACK")
    store.save(CallResult("x", "x.wav", "failed", error="x"), Keys("", "m", "c"))


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("database is locked", "locked by another program"),
        ("attempt to write a readonly database", "read-only"),
        ("database or disk is full", "no space left"),
        ("file is not a database", "not a callqa database"),
        ("database disk image is malformed", "damaged"),
    ],
)
def test_what_the_database_says_is_told_in_plain_words(raw: str, told: str) -> None:
    assert told in str(database.store_error(raw, Path("r.db")))


def test_what_another_run_has_finished_meanwhile_is_not_heard_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other run ends between the look into the store and the claim."""
    store, take, others = Store(tmp_path / "r.db"), Claims.take, list[str]()

    def late(claims: Claims, audio_hash: str, key: str) -> bool:
        if not others:
            others.append(audio_hash)
            run(folder, ScriptedEngine(talk), store)
        return take(claims, audio_hash, key)

    monkeypatch.setattr(Claims, "take", late)
    engine = ScriptedEngine(talk)
    results = run(folder, engine, store)
    assert [r.status for r in results] == ["scored"] * 3
    assert not any(r.recognised for r in results)
    assert engine.requests == []


def test_copies_in_one_run_are_heard_once(folder: Path, tmp_path: Path) -> None:
    for number in range(3):
        (folder / f"copy{number}.wav").write_bytes((folder / "call0.wav").read_bytes())
    results = run(folder, ScriptedEngine(talk), Store(tmp_path / "r.db"))
    assert len(results) == len({r.call_id for r in results}) == 6
    assert sum(r.recognised for r in results) == 3
    assert all(r.judged for r in results)
