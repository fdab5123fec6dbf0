"""The store gives the indicators what they need, field by field; absent stays absent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from test_store import result

from callqa.qa.imports import import_file
from callqa.qa.indicators.figures import CallFigures, CallRecord, Contact
from callqa.qa.indicators.groups import Grouping
from callqa.qa.indicators.stored import StoredCalls
from callqa.qa.indicators.table import IndicatorTable, Scope, indicators_of
from callqa.qa.metadata import CallMetadata, Record
from callqa.qa.result import CallResult
from callqa.qa.session import Session
from callqa.qa.store import Keys, Store
from callqa.qa.store.records import Records
from callqa.settings import Settings


def at(hour: int) -> str:
    return f"2026-11-20T{hour:02}:00:00"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "r.db")
    rows = [
        Record("c1.wav", CallMetadata(
            agent_id="A1", caller="1391", direction="inbound", queue="售后", started_at=at(9), outcome="answered",
            ring_seconds=6.0, queue_seconds=12.0, talk_seconds=25.0, after_seconds=40.0, transferred=False,
        ), 2),
        Record("", CallMetadata(
            caller="1392", direction="inbound", started_at=at(10), outcome="abandoned", queue_seconds=45.0,
            record_id="77",
        ), 3),
        Record("gone.wav", CallMetadata(
            agent_id="A2", caller="1391", direction="inbound", started_at=at(11), outcome="answered",
            queue_seconds=30.0, transferred=True,
        ), 4),
    ]  # fmt: skip
    book = Records(store.database)
    book.add(Path("cdr.csv"), rows)
    for number, agent in ((1, "A1"), (2, "A2")):
        made = result(f"c{number}", f"rec/c{number}.wav", agent)
        facts = book.of(Path(f"rec/c{number}.wav")).over(made.metadata)
        store.save(replace(made, metadata=facts), Keys(f"h{number}", "m", "c"))
    store.save(CallResult("x", "x.wav", "failed", error="x"), Keys("hx", "m", "c"))
    return store


def test_a_call_has_the_figures_of_its_scorecard_and_its_record(store: Store) -> None:
    first, second = StoredCalls(store.database).call_figures(None, None, None, None)
    (kept,) = store.calls("c1")
    assert kept.judged is not None
    figures, events, card = kept.judged.metrics, kept.judged.events, kept.judged.scorecard
    assert first == CallFigures(
        call_id="c1", source=kept.source, agent_id="A1", agent="李敏", group=None, direction="inbound", queue="售后",
        caller="1391", started_at=at(9), duration=30.5, score=card.score, connected_seconds=25.0,
        hold_seconds=figures.hold_seconds, longest_hold_seconds=figures.longest_hold_seconds,
        silence_seconds=figures.silence_seconds, rings=events.rings and events.rings.count, ring_seconds=6.0,
        queue_seconds=12.0, after_seconds=40.0, interruptions=figures.interruptions,
        response_seconds=figures.response_seconds, agent_chars_per_minute=figures.agent_chars_per_minute,
        transferred=False, outcome="answered", has_record=True,
    )  # fmt: skip
    assert events.rings is not None
    assert second.connected_seconds == pytest.approx(30.5 - events.rings.seconds)
    assert (second.outcome, second.ring_seconds, second.has_record) == (None, None, False)


def test_records_say_whether_their_call_is_recorded(store: Store) -> None:
    records = list(StoredCalls(store.database).call_records(None, None, None, None))
    assert [(r.caller, r.recorded) for r in records] == [
        ("1391", True),
        ("1392", False),
        ("1391", False),
    ]
    assert records[1] == CallRecord(
        record_id="id 77", caller="1392", direction="inbound", started_at=at(10), outcome="abandoned",
        queue_seconds=45.0,
    )  # fmt: skip
    assert list(StoredCalls(store.database).contacts(at(10), None)) == [
        Contact("1392", at(10)), Contact("1391", at(11))
    ]  # fmt: skip


def table(store: Store, *by: str) -> IndicatorTable:
    return indicators_of(StoredCalls(store.database), Scope(Grouping.of(by)))


def test_the_centres_indicators_from_the_store(store: Store) -> None:
    values = {name: value.value for name, value in table(store, "all").total.values.items()}
    assert values["calls_offered"] == 3
    assert values["abandon_rate"] == pytest.approx(100 / 3)
    assert values["speed_of_answer"] == pytest.approx((12 + 30) / 2)
    assert values["abandon_time"] == pytest.approx(45)
    assert values["service_level"] == pytest.approx(100 / 3)
    assert values["after_call_work"] == 40
    assert values["occupancy"] is None


def test_another_agent_takes_the_call_along(store: Store, tmp_path: Path) -> None:
    before = {row.key[0]: row.calls for row in table(store, "agent").rows}
    file = tmp_path / "mended.csv"
    file.write_text("file,agent_id,outcome\nc1.wav,A2,answered\n")
    session = Session(Settings())
    import_file(store, file, session.settings, session.judge_for)
    after = {row.key[0]: row.calls for row in table(store, "agent").rows}
    assert before["A1"] == 1
    assert "A1" not in after
    assert after["A2"] == before["A2"] + 1
