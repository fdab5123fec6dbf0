"""Agents, groups, periods side by side, and measures that go together, through the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from test_agents import call
from test_cli import callqa

from callqa.qa.store import CallFilter, Keys, Store
from callqa.qa.store.figures import by_agent, together

WIDE = {"COLUMNS": "220"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "results.db")
    for number in range(24):
        agent = f"A{1 + number // 12}"
        started = f"2026-{10 + number % 2}-05T09:00:00"
        made = call(number, agent, started, 60.0 + 20 * (number // 12) + number % 5)
        assert made.judged is not None
        metrics = replace(
            made.judged.metrics,
            longest_hold_seconds=200.0 - 2 * (60 + 20 * (number // 12) + number % 5),
        )
        made = replace(made, judged=replace(made.judged, metrics=metrics))
        store.save(made, Keys(f"h{number}", "m", "c"))
    return store


def line(out: str, title: str) -> str:
    return next(row for row in out.splitlines() if title in row)


def test_agents_side_by_side(store: Store) -> None:
    out = callqa("compare", "agents", "A1", "A2", "--db", store.path, **WIDE).stdout
    means = [
        sum(
            c.judged.scorecard.score or 0
            for c in store.results(CallFilter(agent=agent))
            if c.judged
        )
        / 12
        for agent in ("A1", "A2")
    ]
    score = line(out, "monitoring score")
    assert all(f"{mean:.1f}" in score for mean in means)
    assert f"the second is higher by {means[1] - means[0]:.1f}" in score
    assert "12 / 12" in score
    assert "no difference that so many calls can show" in line(out, "interruptions")
    assert "100.0" in out or "0.0" in out


def test_periods_and_groups(store: Store) -> None:
    periods = callqa(
        "compare", "periods", "2026-10", "2026-11", "--agent", "A1", "--db", store.path, **WIDE
    )
    assert "6 / 6" in line(periods.stdout, "monitoring score")
    groups = callqa("--lang", "zh", "compare", "groups", "一组", "二组", "--db", store.path, **WIDE)
    assert "12 / 12" in line(groups.stdout, "监听分值")


def test_measures_that_go_together(store: Store) -> None:
    said = callqa("compare", "measures", "longest_hold", "score", "--db", store.path, **WIDE).stdout
    assert (
        "higher longest hold goes with lower score: strongly connected in 24 calls (rho -1.00"
        in said
    )
    few = callqa(
        "compare", "measures", "hold", "score", "--since", "2027", "--db", store.path
    ).stdout
    assert few.startswith("0 calls are too few")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("moons", "a", "b"), "cannot compare moons"),
        (("agents", "A1", "A9"), "the second has no scored call"),
        (("agents", "A9", "A1"), "the first has no scored call"),
        (("measures", "hold", "loudness"), "there is no measure"),
        (("periods", "soon", "2026-11"), "is no date"),
    ],
)
def test_what_cannot_be_compared_is_told(
    store: Store, arguments: tuple[str, ...], told: str
) -> None:
    refused = callqa("compare", *arguments, "--db", store.path)
    assert refused.returncode == 2
    assert told in refused.stderr


def test_all_agents_together(store: Store) -> None:
    everybody = together(by_agent(store.database))
    assert everybody is not None
    assert (everybody.calls, everybody.score.count) == (24, 24)
    assert together(by_agent(store.database, CallFilter(agent="nobody"))) is None
