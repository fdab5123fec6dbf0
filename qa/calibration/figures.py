"""How well two sides agree: verdicts by item, and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...scoring.agreement import Pair, ac1, kappa
from ..statistics import Correlation, Mean, spearman, wilson


@dataclass(frozen=True)
class Share:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies with 95 % confidence.

        Wilson, Probable inference, the law of succession, and statistical inference, 1927.
        """
        return wilson(self.part, self.whole) if self.whole else None


@dataclass(frozen=True)
class Match:
    """The figures of some pairs of verdicts, the first a person's.

    Attributes:
        pairs: all of them.
        unsure: of the second side; these are in no figure below but the recall.
        agreement: of the pairs in which the second side is not unsure.
        kappa: Cohen's, of pass, fail and na in these; None where chance alone explains all agreement.
        ac1: Gwet's, likewise; None only without a pair.
        precision: of the second side's `fail`, how many the person fails.
        recall: of the person's `fail`, how many the second side fails; `unsure` is not failed.
    """

    pairs: int
    unsure: Share
    agreement: Share
    kappa: float | None
    ac1: float | None
    precision: Share
    recall: Share


def match(pairs: Sequence[Pair]) -> Match:
    """The figures of some pairs: a person's verdict, and the machine's or another person's."""
    decided = [(one, other) for one, other in pairs if other != "unsure"]
    failed = sum(pair == ("fail", "fail") for pair in decided)
    return Match(
        len(pairs),
        Share(len(pairs) - len(decided), len(pairs)),
        Share(sum(one == other for one, other in decided), len(decided)),
        kappa(decided),
        ac1(decided),
        Share(failed, sum(other == "fail" for _, other in decided)),
        Share(failed, sum(one == "fail" for one, _ in pairs)),
    )


@dataclass(frozen=True)
class ScoreMatch:
    """By how much the machine's scores differ from people's.

    Attributes:
        difference: the machine's less the person's. absolute: without its sign.
        correlation: of ranks; None for few calls, or where one side always gives the same.
    """

    difference: Mean
    absolute: Mean
    correlation: Correlation | None

    @property
    def calls(self) -> int:
        return self.difference.count

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true mean difference lies with 95 % confidence."""
        return self.difference.interval(-100.0, 100.0)


def match_scores(pairs: Sequence[tuple[float, float]]) -> ScoreMatch:
    """The figures of some pairs: a person's score of a call, and the machine's."""
    apart = [machine - person for person, machine in pairs]
    return ScoreMatch(_mean(apart), _mean([abs(one) for one in apart]), spearman(pairs))


def _mean(numbers: Sequence[float]) -> Mean:
    return Mean(len(numbers), sum(numbers), sum(one * one for one in numbers))
