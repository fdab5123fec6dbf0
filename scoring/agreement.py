"""How well verdicts agree with those of a listener."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .scorecard import Verdict

Pair = tuple[Verdict, Verdict]  # what the listener found, what callqa found


@dataclass(frozen=True)
class Agreement:
    """Figures of some pairs of verdicts; None where there is nothing to compute it from.

    Attributes:
        n: the pairs.
        agreement: share in which both are the same; an `unsure` agrees with nothing but `unsure`.
        kappa: Cohen's, on the pairs in which both are pass or fail; None where both always say the same one thing.
        ac1: Gwet's AC1 on the same pairs; it does not fall where nearly all is passed.
        precision, recall: of `fail`.
        unsure: share of `unsure` among what callqa found.
    """

    n: int
    agreement: float | None
    kappa: float | None
    ac1: float | None
    precision: float | None
    recall: float | None
    unsure: float | None


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """The figures of some pairs."""
    decided = [(a, b) for a, b in pairs if {a, b} <= {"pass", "fail"}]
    failed = sum(pair == ("fail", "fail") for pair in pairs)
    return Agreement(
        len(pairs),
        _share(sum(a == b for a, b in pairs), len(pairs)),
        kappa(decided),
        ac1(decided),
        _share(failed, sum(b == "fail" for _, b in pairs)),
        _share(failed, sum(a == "fail" for a, _ in pairs)),
        _share(sum(b == "unsure" for _, b in pairs), len(pairs)),
    )


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa: agreement beyond what two raters with these habits have by chance; None where that is all.

    Cohen, A coefficient of agreement for nominal scales, 1960, equation 1.
    """
    observed, shares = _observed(pairs)
    chance = sum(one * other for one, other in shares)
    return None if observed is None or chance == 1 else (observed - chance) / (1 - chance)


def ac1(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Gwet's AC1: agreement beyond chance, where only doubtful cases agree by chance.

    Of the categories that occur, two at least. Gwet, Computing inter-rater reliability and its variance in the presence
    of high agreement, 2008, equations 3 and 4.
    """
    observed, shares = _observed(pairs)
    if observed is None:
        return None
    means = [(one + other) / 2 for one, other in shares]  # how often the two raters say each
    chance = sum(mean * (1 - mean) for mean in means) / max(1, len(means) - 1)
    return (observed - chance) / (1 - chance)


def _observed(
    pairs: Sequence[tuple[str, str]],
) -> tuple[float | None, list[tuple[float, float]]]:
    """The share of equal pairs, and of each category its share with either rater."""
    n = len(pairs)
    categories = sorted({value for pair in pairs for value in pair})
    shares = [
        (sum(a == c for a, _ in pairs) / n, sum(b == c for _, b in pairs) / n) for c in categories
    ]
    return _share(sum(a == b for a, b in pairs), n), shares


def _share(part: int, of: int) -> float | None:
    return part / of if of else None
