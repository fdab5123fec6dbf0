"""Calls drawn for monitoring: how even, how reproducible, what is remembered, and why others are added."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli import callqa
from test_store import result

from callqa.audio.interval import Interval
from callqa.qa.result import CallResult
from callqa.qa.sampling import Candidate, Pick, Plan, draw, even
from callqa.qa.store import CallFilter, Keys, Store
from callqa.qa.store.samples import candidates, drawn

MONTH = "2026-11"


def candidate(
    row: int, agent: str, started: str | None, *risks: str, score: float = 80.0
) -> Candidate:
    return Candidate(row, f"c{row}", agent, None, started, score, risks)  # type: ignore[arg-type]


def month_of(agent: str, count: int, first: int = 0) -> list[Candidate]:
    """Calls at all hours of the working day on all days of November."""
    chance = Random(3)
    return [
        candidate(
            first + n, agent,
            f"{datetime(2026, 11, 1, 8) + timedelta(days=n % 30, minutes=chance.randrange(600)):%Y-%m-%dT%H:%M:%S}",
        )
        for n in range(count)
    ]  # fmt: skip


@given(
    st.lists(st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 30)), max_size=60),
    st.integers(0, 8),
    st.integers(),
)
def test_as_many_as_are_wanted_none_twice(starts: list[datetime], count: int, seed: int) -> None:
    calls = [candidate(n, "A1", start.isoformat()) for n, start in enumerate(starts)]
    found = even(calls, count, Random(seed))
    assert len(found) == len({one.row for one in found}) == min(count, len(calls))
    assert [one.started_at for one in found] == sorted(str(one.started_at) for one in found)


@pytest.mark.parametrize("seed", range(20))
def test_a_draw_is_spread_over_days_and_hours(seed: int) -> None:
    found = even(month_of("A1", 300), 5, Random(seed))
    assert [(int(str(one.started_at)[8:10]) - 1) // 6 for one in found] == [0, 1, 2, 3, 4]
    hours = [int(str(one.started_at)[11:13]) for one in found]
    assert sorted((hour - 8) // 2 for hour in hours) == pytest.approx([0, 1, 2, 3, 4], abs=1)
    assert max(hours) - min(hours) >= 6


def test_every_call_can_be_drawn() -> None:
    calls = month_of("A1", 60)
    found = Counter(one.row for seed in range(600) for one in even(calls, 4, Random(seed)))
    assert len(found) == 60
    assert min(found.values()) >= 10  # forty on average
    assert (
        max(found.values()) < 600 / 4 * 1.25
    )  # alone in its days and hours, it is every fourth time


def test_the_seed_decides_and_other_agents_do_not() -> None:
    one, other = month_of("A1", 50), month_of("A2", 50, 100)
    plan = Plan(4, 0)
    alone = draw(one, {}, plan, MONTH, 7)
    assert {row for row in draw([*other, *one], {}, plan, MONTH, 7) if row < 100} == set(alone)
    assert draw(one, {}, plan, MONTH, 7) == alone
    assert set(draw(one, {}, plan, MONTH, 8)) != set(alone)
    assert set(draw(one, {}, plan, "2026-12", 7)) != set(alone)


def test_what_was_drawn_stays_and_is_filled_up() -> None:
    calls = month_of("A1", 50)
    first = draw(calls, {}, Plan(3, 0), MONTH, 1)
    more = draw(calls, first, Plan(5, 0), MONTH, 2)
    assert len(more) == 5
    assert {row: pick for row, pick in more.items() if row in first} == first
    assert {pick.seed for row, pick in more.items() if row not in first} == {2}
    assert draw(calls, more, Plan(5, 0), MONTH, 3) == more


def test_risks_are_added_the_more_the_sooner() -> None:
    calls = [
        candidate(1, "A1", "2026-11-01T09:00:00", "silence", score=50),
        candidate(2, "A1", "2026-11-02T09:00:00", "fatal", "complaint", score=90),
        candidate(3, "A1", "2026-11-03T09:00:00", "fatal", score=40),
        candidate(4, "A1", "2026-11-04T09:00:00"),
    ]
    assert draw(calls, {}, Plan(0, 2), MONTH, 1) == {2: Pick("risk", 1), 3: Pick("risk", 1)}
    assert set(draw(calls, {}, Plan(0, 9), MONTH, 1)) == {1, 2, 3}
    assert len(draw(calls, {}, Plan(4, 2), MONTH, 1)) == 4  # a call is drawn once


def risky(
    number: int, started: str, *, silence: float = 0.0, fatal: bool = False, said: str = ""
) -> CallResult:
    made = result(f"c{number}", f"c{number}.wav", "A1")
    assert made.judged is not None
    events, card, transcript = made.judged.events, made.judged.scorecard, made.judged.transcript
    if silence:
        events = replace(events, silences=(Interval(3.0, 3.0 + silence),))
    if fatal:
        items = [
            replace(
                item,
                worth=replace(item.worth, fatal=True),
                finding=replace(item.finding, verdict="fail"),
            )
            if n == 0
            else item
            for n, item in enumerate(card.items)
        ]
        card = replace(card, items=tuple(items))
    if said:
        first, second, *rest = transcript.utterances
        transcript = replace(transcript, utterances=(first, replace(second, text=said), *rest))
    judged = replace(made.judged, events=events, scorecard=card, transcript=transcript)
    return replace(made, judged=judged, metadata=replace(made.metadata, started_at=started))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "results.db")
    for number in range(12):
        one = risky(
            number, f"2026-11-{1 + 2 * number:02}T{8 + number % 9:02}:00:00",
            silence={3: 12.0, 4: 9.0}.get(number, 0.0), fatal=number == 5,
            said={6: "我要去投诉你们", 7: "我要打幺二三幺五"}.get(number, ""),
        )  # fmt: skip
        store.save(one, Keys(f"h{number}", "m", "c"))
    store.save(risky(20, "2026-10-30T09:00:00"), Keys("h20", "m", "c"))
    return store


def test_risks_are_those_of_the_results(store: Store) -> None:
    wanted = CallFilter("2026-11-01", "2026-12-01")
    found = candidates(store.database, wanted, ("投诉", "12315", "，"), 10.0)
    assert len(found) == 12
    risks = {one.call_id: one.risks for one in found if one.risks}
    assert risks == {
        "c3": ("silence",),
        "c5": ("fatal",),
        "c6": ("complaint",),
        "c7": ("complaint",),
    }


def test_the_command_draws_remembers_and_lists(store: Store, tmp_path: Path) -> None:
    sheet = tmp_path / "抽检.csv"
    wide = {"COLUMNS": "160"}
    args = ("sample", "--month", MONTH, "--db", store.path, "--csv", sheet)
    first = callqa(*args, **wide)
    assert first.returncode == 0, first.stderr
    rows = list(csv.DictReader(sheet.read_text("utf-8-sig").splitlines()))
    assert Counter(row["drawn as"] for row in rows) == {"sample": 4, "risk": 2}
    kept = drawn(store.database, MONTH)
    assert len(kept) == 6
    again = callqa(*args, "--seed", "99", **wide)
    assert "drawn before: 6, now: 0" in again.stdout
    assert list(csv.DictReader(sheet.read_text("utf-8-sig").splitlines())) == rows
    anew = callqa(*args, "--seed", "99", "--anew", "--each", "13", **wide)
    assert "agents with fewer than 13 calls in the month: A1 (12)" in anew.stdout
    assert {pick.seed for pick in drawn(store.database, MONTH).values()} == {99}
    assert drawn(store.database, "2026-10") == {}


def test_the_command_with_little_to_draw_from(store: Store) -> None:
    none = callqa("sample", "--month", "2026-09", "--db", store.path)
    assert (none.returncode, none.stdout.strip()) == (0, "no scored call of that kind")
    for wrong in ("2026-11-03", "2026", "7d", "next"):
        said = callqa("sample", "--month", wrong, "--db", store.path)
        assert said.returncode == 2, wrong
    over = callqa("sample", "--month", MONTH, "--db", store.path, "--csv", store.path)
    assert over.returncode == 2
