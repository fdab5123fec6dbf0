"""Agents' figures, each computed again from the results' JSON and held against the centre's indicators."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from test_cli import callqa
from test_store import result

from callqa.qa.agents import over_time, summarise
from callqa.qa.indicators.groups import Grouping
from callqa.qa.indicators.stored import StoredCalls
from callqa.qa.indicators.table import Scope, indicators_of
from callqa.qa.period import Period
from callqa.qa.result import CallResult, to_json
from callqa.qa.store import CallFilter, Keys, Store
from callqa.qa.store.figures import Span, by_agent

AGENT = "A1"


def call(number: int, agent: str, started: str, score: float) -> CallResult:
    made = result(f"c{number}", f"c{number}.wav", agent)
    assert made.judged is not None
    metrics = replace(
        made.judged.metrics, hold_seconds=5.0 * (number % 3), interruptions=number % 2,
        response_seconds=None if number % 4 == 0 else 0.5 * number,
    )  # fmt: skip
    card = replace(made.judged.scorecard, score=score, low=score, high=score)
    judged = replace(made.judged, metrics=metrics, scorecard=card)
    facts = replace(made.metadata, started_at=started, group="一组" if number % 2 else "二组")
    return replace(made, judged=judged, metadata=facts)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "results.db")
    for number in range(8):  # the week before: low scores
        one = call(number, AGENT, f"2026-11-0{2 + number % 5}T09:00:00", 50.0 + number % 3)
        store.save(one, Keys(f"h{number}", "m", "c"))
    for number in range(8, 16):  # the week: high ones
        one = call(number, AGENT, f"2026-11-{9 + number % 5:02}T09:00:00", 90.0 + number % 3)
        store.save(one, Keys(f"h{number}", "m", "c"))
    store.save(call(20, "A2", "2026-11-10T10:00:00", 70.0), Keys("h20", "m", "c"))
    return store


def test_figures_are_those_of_the_results_and_of_the_indicators(store: Store) -> None:
    raw = [to_json(one) for one in store.results(CallFilter(agent=AGENT))]
    (agent,) = summarise(by_agent(store.database, CallFilter(agent=AGENT))).agents
    scores = np.array([one["score"] for one in raw])
    assert (agent.calls, agent.mean_score) == (16, round(float(scores.mean()), 1))
    low, high = agent.interval or (0, 0)
    reach = 2.131 * scores.std(ddof=1) / 4
    assert (low, high) == pytest.approx((scores.mean() - reach, scores.mean() + reach), abs=0.01)
    held = [one["metrics"]["hold_seconds"] for one in raw if one["metrics"]["hold_seconds"]]
    assert agent.figures["hold_time"].value == pytest.approx(sum(held) / len(held))
    verdicts = [item["verdict"] for one in raw for item in one["items"]]
    decided = sum(v in ("pass", "fail") for v in verdicts)
    unsure = verdicts.count("unsure")
    assert agent.unsure == pytest.approx(unsure / (decided + unsure))
    source = StoredCalls(store.database)
    table = indicators_of(source, Scope(Grouping.of(["all"]), Period(), AGENT, None), None)
    for name in ("hold_time", "talk_time", "response_time", "interruptions"):
        expected = table.total.values[name].value
        assert expected is not None
        assert agent.figures[name].value == pytest.approx(expected), name


def test_a_trend_needs_a_period_and_calls_before(store: Store) -> None:
    period = Period.of("2026-11-09", "2026-11-15")
    earlier = period.before()
    assert earlier == Period("2026-11-02", "2026-11-09")
    now = by_agent(store.database, CallFilter(period.since, period.until))
    before = by_agent(store.database, CallFilter(earlier.since, earlier.until))
    assert {a.agent_id: a.trend for a in summarise(now, before).agents} == {"A1": "up", "A2": None}
    assert {a.trend for a in summarise(now).agents} == {None}


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, None),
        (None, "2026-11-10", None),
        ("2026-11-10", None, ("2026-10-30", "2026-11-10")),
        (
            "2026-11-10T09:00:00",
            "2026-11-10T12:00:00",
            ("2026-11-10T06:00:00", "2026-11-10T09:00:00"),
        ),
    ],
)
def test_the_period_before(
    since: str | None, until: str | None, expected: tuple[str, str] | None
) -> None:
    found = Period(since, until).before(date(2026, 11, 20))
    assert (found and (found.since, found.until)) == expected


def test_the_command(store: Store) -> None:
    wide = {"COLUMNS": "200"}
    said = callqa(
        "agents",
        "--since",
        "2026-11-09",
        "--until",
        "2026-11-15",
        "--calls",
        "--db",
        store.path,
        **wide,
    )
    assert "↑ up" in said.stdout
    assert "trend: against 2026-11-02 to 2026-11-08" in said.stdout
    assert all(f"c{number} " in said.stdout for number in (8, 15, 20))
    assert "c0 " not in said.stdout
    group = callqa("agents", "--group", "一组", "--db", store.path, **wide).stdout
    assert " 8 " in group
    assert "A2" not in group
    one = callqa("agents", "--agent", "A2", "--db", store.path, **wide).stdout
    assert "70" in one  # one call has no interval
    assert "–" not in one.split("Figures")[0]
    none = callqa("agents", "--since", "2027-01-01", "--db", store.path)
    assert (none.returncode, none.stdout.strip()) == (0, "no scored call of that kind")


@pytest.mark.parametrize("by", ["day", "week", "month"])
def test_figures_over_time_are_those_of_the_calls_of_each_span(store: Store, by: Span) -> None:
    store.save(call(30, AGENT, "", 10.0), Keys("h30", "m", "c"))  # without a start: in no span
    expected: dict[tuple[str, str], list[float]] = {}
    for one in store.results(CallFilter()):
        if one.metadata.started_at and one.judged:
            day = date.fromisoformat(one.metadata.started_at[:10])
            monday = str(day - timedelta(days=day.weekday()))
            span = {"day": str(day), "week": monday, "month": str(day)[:7]}[by]
            scores = expected.setdefault((str(one.metadata.agent_id), span), [])
            scores.append(one.judged.scorecard.score or 0.0)
    found = over_time(by_agent(store.database, by=by))
    assert [(a.agent_id, a.span) for a in found] == sorted(expected)
    for agent in found:
        scores = expected[agent.agent_id, str(agent.span)]
        assert (agent.calls, agent.mean_score) == (len(scores), round(sum(scores) / len(scores), 1))
    trends = {(a.agent_id, a.span): a.trend for a in found}
    if by == "week":
        assert trends == {
            ("A1", "2026-11-02"): None,
            ("A1", "2026-11-09"): "up",
            ("A2", "2026-11-09"): None,
        }


def test_the_command_over_time(store: Store) -> None:
    said = callqa("agents", "--by", "week", "--db", store.path, COLUMNS="200")
    rows = [
        line for line in said.stdout.split("Agents by week")[1].splitlines() if "2026-11-" in line
    ]
    assert [("A1" in row, "2026-11-02" in row) for row in rows] == [
        (True, True), (True, False), (False, False),
    ]  # fmt: skip
    wrong = callqa("agents", "--by", "year", "--db", store.path)
    assert (wrong.returncode, "unknown span year" in wrong.stderr) == (2, True)
