"""The arithmetic of calibration, against libraries of others and by its own laws."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from agreement.metrics import gwets_gamma
from agreement.utils.transform import pivot_table_frequency
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, spearmanr, ttest_1samp
from sklearn.metrics import cohen_kappa_score, precision_score, recall_score

from callqa.qa.calibration.figures import Share, match, match_scores
from callqa.qa.calibration.thresholds import LEAST, Tried, cut
from callqa.scoring.agreement import Pair, ac1, kappa
from callqa.scoring.scorecard import Verdict

VERDICTS: tuple[Verdict, ...] = ("pass", "fail", "na")
people = st.sampled_from(VERDICTS)
machine = st.sampled_from((*VERDICTS, "unsure"))


def gwet(pairs: list[Pair]) -> float:
    """AC1 by the package agreement (Gwet's gamma with the identity as weights)."""
    items = [number for number, pair in enumerate(pairs) for _ in pair]
    answers = [verdict for pair in pairs for verdict in pair]
    return float(gwets_gamma(pivot_table_frequency(np.array(items), np.array(answers))))


def several(pairs: list[Pair]) -> bool:
    return len({verdict for pair in pairs for verdict in pair}) > 1


@settings(max_examples=300)
@given(st.lists(st.tuples(people, people), min_size=1, max_size=60).filter(several))
def test_kappa_and_ac1_are_those_of_others(pairs: list[Pair]) -> None:
    one, other = zip(*pairs, strict=True)
    assert kappa(pairs) == pytest.approx(cohen_kappa_score(one, other), abs=1e-12)
    assert ac1(pairs) == pytest.approx(gwet(pairs), abs=1e-12)


@pytest.mark.parametrize("seed", range(100))
def test_they_are_so_for_raters_of_all_habits(seed: int) -> None:
    chance = Random(seed)
    weights = [chance.random() ** 3 + 0.01 for _ in VERDICTS]
    agrees = chance.random()
    pairs: list[Pair] = []
    for _ in range(chance.randrange(2, 400)):
        (one,), (other,) = (chance.choices(VERDICTS, weights) for _ in range(2))
        pairs.append((one, one if chance.random() < agrees else other))
    if several(pairs):
        one, other = zip(*pairs, strict=True)
        assert kappa(pairs) == pytest.approx(cohen_kappa_score(one, other), abs=1e-12)
        assert ac1(pairs) == pytest.approx(gwet(pairs), abs=1e-12)


@given(st.lists(st.tuples(people, machine), max_size=60))
def test_precision_recall_and_shares(pairs: list[Pair]) -> None:
    found = match(pairs)
    decided = [pair for pair in pairs if pair[1] != "unsure"]
    assert (found.pairs, found.agreement.whole) == (len(pairs), len(decided))
    assert found.unsure == Share(len(pairs) - len(decided), len(pairs))
    if found.precision.whole:
        truth, told = ([one == "fail" for one in side] for side in zip(*decided, strict=True))
        assert found.precision.value == pytest.approx(precision_score(truth, told))
    if found.recall.whole:
        truth, told = ([one == "fail" for one in side] for side in zip(*pairs, strict=True))
        assert found.recall.value == pytest.approx(recall_score(truth, told))
    assert (found.kappa, found.ac1) == (kappa(decided), ac1(decided))


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_is_scipys(part: int, more: int) -> None:
    share = Share(part, part + more)
    expected = binomtest(part, part + more).proportion_ci(0.95, "wilson")
    assert share.interval == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_what_is_undefined_is_none() -> None:
    nothing = match([])
    assert (nothing.kappa, nothing.ac1, nothing.agreement.value, nothing.agreement.interval) == (
        None,
    ) * 4
    assert (nothing.precision.value, nothing.recall.value, nothing.unsure.value) == (None,) * 3
    always = match([("pass", "pass")] * 30)
    assert (always.kappa, always.ac1, always.agreement.value) == (None, 1.0, 1.0)
    unsure = match([("fail", "unsure")] * 5)
    assert (unsure.kappa, unsure.agreement.value, unsure.recall) == (None, None, Share(0, 5))


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=10, max_size=50))
def test_scores(pairs: list[tuple[float, float]]) -> None:
    pairs = [(round(a, 1), round(b, 1)) for a, b in pairs]
    apart = np.array([machine - person for person, machine in pairs])
    found = match_scores(pairs)
    assert found.calls == len(pairs)
    assert found.difference.value == pytest.approx(apart.mean(), abs=1e-9)
    assert found.absolute.value == pytest.approx(np.abs(apart).mean(), abs=1e-9)
    if apart.std() > 0.1:
        expected = ttest_1samp(apart, 0).confidence_interval(0.95)
        low, high = max(-100, expected.low), min(100, expected.high)
        assert found.interval == pytest.approx((low, high), abs=0.02)
    ranks = [len(set(side)) > 1 for side in zip(*pairs, strict=True)]
    assert (found.correlation is not None) == all(ranks)
    if found.correlation:
        assert found.correlation.rho == pytest.approx(
            spearmanr(*zip(*pairs, strict=True)).statistic, abs=1e-9
        )


tries = st.builds(Tried, st.integers(0, 20).map(lambda n: n / 20), st.booleans())


@settings(max_examples=400)
@given(st.lists(tries, max_size=60), st.floats(0, 1))
def test_the_smallest_threshold_that_reaches_a_precision(
    some: list[Tried], precision: float
) -> None:
    """Against trying every threshold there is."""

    def kept(least: float) -> Share:
        left = [one.right for one in some if one.certainty >= least]
        return Share(sum(left), len(left))

    found = cut(some, precision)
    assert found.now == kept(0.0)
    reached = [
        least for least in sorted({0.0, *(one.certainty for one in some)})
        if kept(least).whole and kept(least).part / kept(least).whole >= precision
    ]  # fmt: skip
    assert found.least == (reached[0] if reached else None)
    assert found.kept == (kept(reached[0]) if reached else Share(0, 0))
    assert found.few == (found.kept.whole < LEAST)
    assert found.proposed == (bool(reached) and reached[0] > 0 and not found.few)
