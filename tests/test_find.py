"""Calls found by verdict and by measure, with the places to listen to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from test_cli import callqa
from test_store import result

from callqa.audio.events import Hold
from callqa.errors import UsageError
from callqa.qa.passages import longest, of_item
from callqa.qa.result import to_json
from callqa.qa.store import CallFilter, Keys, Store
from callqa.qa.store.listing import MEASURES, Order, item_named, listed


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "results.db")
    for number in range(6):
        made = result(f"c{number}", f"c{number}.wav", f"A{number % 2}")
        assert made.judged is not None
        metrics = replace(made.judged.metrics, longest_hold_seconds=10.0 * (number % 4))
        judged = replace(made.judged, metrics=metrics)
        store.save(replace(made, judged=judged), Keys(f"h{number}", "m", "c"))
    return store


def verdicts(store: Store, item: str) -> dict[str, str]:
    """The verdicts as the results' JSON has them."""
    return {
        one.call_id: row["verdict"]
        for one in store.results(CallFilter())
        for row in to_json(one)["items"]
        if row["id"] == item
    }


def ids(store: Store, wanted: CallFilter, order: Order, limit: int = 20) -> list[str]:
    return [one.hit.call_id for one in listed(store.database, wanted, order, limit)]


def test_a_verdict_finds_the_calls_that_have_it_and_no_other(store: Store) -> None:
    order = Order.of("score", most=False)
    for item in ("greeting", "closing", "hold_time", "name_confirmation"):
        said = verdicts(store, item)
        for verdict in ("pass", "fail", "na", "unsure"):
            found = ids(store, CallFilter(item=item, verdict=verdict), order)  # type: ignore[arg-type]
            assert sorted(found) == sorted(c for c, v in said.items() if v == verdict)
        assert len(ids(store, CallFilter(item=item), order)) == 6
    assert ids(store, CallFilter(item="no_such_item"), order) == []


def test_a_measure_orders_calls(store: Store) -> None:
    found = listed(store.database, CallFilter(), Order.of("longest-hold", most=True), 3)
    assert [(one.hit.call_id, one.value) for one in found] == [
        ("c3", 30.0),
        ("c2", 20.0),
        ("c1", 10.0),
    ]
    found = listed(store.database, CallFilter(agent="A1"), Order.of("longest_hold", most=False), 9)
    assert [one.hit.call_id for one in found] == ["c1", "c5", "c3"]


@pytest.mark.parametrize("measure", list(MEASURES))
def test_every_measure_can_be_asked_for(store: Store, measure: str) -> None:
    values = [
        one.value for one in listed(store.database, CallFilter(), Order.of(measure, most=True), 9)
    ]
    assert values == sorted((v for v in values if v is not None), reverse=True)


def test_items_go_by_id_and_by_title(store: Store) -> None:
    (one, *_) = store.results(CallFilter())
    assert one.judged is not None
    item = one.judged.scorecard.items[0]
    assert {
        item_named(store.database, name) for name in (item.id, item.title.zh, item.title.en)
    } == {item.id}
    with pytest.raises(UsageError, match="there is no item 'xyz'"):
        item_named(store.database, "xyz")
    with pytest.raises(UsageError, match="there is no measure"):
        Order.of("loudness", most=True)


def test_places_are_the_evidence_with_the_turns_around(store: Store) -> None:
    (one, *_) = store.results(CallFilter())
    judged = one.judged
    assert judged is not None
    shown = 0
    for item in judged.scorecard.items:
        places = of_item(judged, item.id)
        assert [(p.start, p.end) for p in places] == [
            (e.start, e.end) for e in item.finding.evidence
        ]
        for place in places:
            shown += 1
            assert any(u.start < place.end and place.start < u.end for u in place.utterances)
    assert shown
    assert of_item(judged, "no_such_item") == []


def test_the_longest_hold_is_a_place(store: Store) -> None:
    (one, *_) = store.results(CallFilter())
    judged = one.judged
    assert judged is not None
    assert longest(replace(judged, events=replace(judged.events, holds=())), "hold") == []
    holds = (Hold(1.0, 2.0, "music"), Hold(4.0, 7.0, "music"))
    (place,) = longest(replace(judged, events=replace(judged.events, holds=holds)), "hold")
    assert (place.start, place.end) == (4.0, 7.0)
    assert place.utterances


def test_the_command(store: Store) -> None:
    said = verdicts(store, "closing")
    (verdict,) = set(said.values())
    found = callqa("find", "--item", "closing", "--verdict", verdict, "--db", store.path)
    assert all(call in found.stdout for call in said)
    none = callqa("find", "--item", "closing", "--verdict", "unsure", "--db", store.path)
    assert none.stdout.strip() == "no such call"
    longest_first = callqa(
        "find", "--by", "longest_hold", "--limit", "1", "--db", store.path
    ).stdout
    assert longest_first.startswith("c3")
    assert "longest hold: 30" in longest_first
    both = callqa("find", "感谢", "--item", "closing", "--verdict", verdict, "--db", store.path)
    assert "c0" in both.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "say what to find"),
        (("--verdict", "fail"), "--verdict needs --item"),
        (("--item", "closing", "--verdict", "bad"), "unknown verdict bad"),
        (("--by", "hold", "退款"), "leave PHRASE or --by away"),
        (("--by", "loudness"), "there is no measure"),
        (("--item", "nothing"), "there is no item"),
    ],
)
def test_what_cannot_be_is_told(store: Store, arguments: tuple[str, ...], told: str) -> None:
    refused = callqa("find", *arguments, "--db", store.path)
    assert refused.returncode == 2
    assert told in refused.stderr
