"""Agreement with a listener."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.scoring.agreement import Pair, ac1, agreement, kappa


def table(both: int, first: int, second: int, neither: int) -> list[tuple[str, str]]:
    """Pairs from a table of two raters: both say pass, only the first, only the second, neither."""
    return (
        [("pass", "pass")] * both + [("pass", "fail")] * first
        + [("fail", "pass")] * second + [("fail", "fail")] * neither
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pairs", "cohen", "gwet"),
    [
        (table(20, 5, 10, 15), 0.4, 0.4059),  # the example by which kappa is mostly explained
        (table(45, 15, 25, 15), 0.1304, 0.2661),
        (table(25, 35, 5, 35), 0.2593, 0.2079),
        (table(118, 5, 2, 0), -0.0234, 0.9408),  # Gwet 2002: high agreement, low kappa
        (table(10, 0, 0, 10), 1.0, 1.0),
        (table(0, 10, 10, 0), -1.0, -1.0),
        (table(10, 0, 0, 0), None, 1.0),
        ([], None, None),
    ],
)
def test_known_values(
    pairs: list[tuple[str, str]], cohen: float | None, gwet: float | None
) -> None:
    assert kappa(pairs) == (None if cohen is None else pytest.approx(cohen, abs=5e-5))
    assert ac1(pairs) == (None if gwet is None else pytest.approx(gwet, abs=5e-5))


def test_figures_of_all_verdicts() -> None:
    pairs: list[Pair] = [
        ("pass", "pass"), ("pass", "fail"), ("fail", "fail"), ("fail", "unsure"), ("na", "na"),
        ("na", "fail"), ("fail", "fail"), ("pass", "unsure"),
    ]  # fmt: skip
    found = agreement(pairs)
    assert (found.n, found.agreement, found.unsure) == (8, 0.5, 0.25)
    assert (found.precision, found.recall) == (0.5, pytest.approx(2 / 3))
    assert found.kappa == kappa([("pass", "pass"), ("pass", "fail"), *[("fail", "fail")] * 2])
    nothing = agreement([])
    assert (nothing.n, nothing.agreement, nothing.precision, nothing.unsure) == (0, None, None, None)  # fmt: skip


sides = st.sampled_from(["pass", "fail"])


@given(st.lists(st.tuples(sides, sides)))
def test_they_lie_between_their_bounds_and_change_with_neither_order(
    pairs: list[tuple[str, str]],
) -> None:
    turned = [(b, a) for a, b in pairs]
    for figure in (kappa, ac1):
        value = figure(pairs)
        assert value is None or -1 - 1e-9 <= value <= 1 + 1e-9
        assert figure(turned) == (None if value is None else pytest.approx(value))
