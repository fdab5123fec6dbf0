"""How well calls are sorted by reason and complaint: the written examples of texts/topics.txt.

    python benchmarks/topics.py [--misses]

Prints the agreement for several thresholds and for the ones in use, and what the sorting of a call costs.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from callqa.models.catalogue import BGE_SMALL_ZH
from callqa.models.store import ModelStore
from callqa.scoring import topics
from callqa.scoring.similarity import SentenceEmbedder, Vectors
from callqa.scoring.topics import TopicSorter, load_topics, telling
from callqa.settings import ModelFiles

TEXTS = Path(__file__).parent / "texts" / "topics.txt"


@dataclass(frozen=True)
class Case:
    """What a customer says, and what a person says it is about; `complaint` None is none."""

    reason: str
    complaint: str | None
    said: tuple[str, ...]


def cases() -> list[Case]:
    """The written examples."""
    found = []
    for line in TEXTS.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            reason, complaint, said = (part.strip() for part in line.split("|"))
            found.append(
                Case(reason, None if complaint == "-" else complaint, tuple(said.split("／")))
            )
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--misses", action="store_true")
    misses = options.parse_args().misses
    sorter = TopicSorter(
        load_topics(), SentenceEmbedder(ModelStore(ModelFiles()).path(BGE_SMALL_ZH))
    )
    found = cases()
    sorter.reason(sorter.vectors(["你好你好"]))  # the examples are embedded once
    sorter.complaint(sorter.vectors(["你好你好"]))
    begun = time.perf_counter()
    vectors = [sorter.vectors([case.said[n] for n in telling(case.said)]) for case in found]
    print(f"{len(found)} calls, {1000 * (time.perf_counter() - begun) / len(found):.0f} ms each")
    print("in use", *_figures(sorter, found, vectors))
    for least in (0.08, 0.12, 0.16, 0.20, 0.24, 0.28):
        with set_to(REASON=least, COMPLAINT=least):
            print(f"least {least:.2f}", *_figures(sorter, found, vectors))
    for clearer in (-0.04, 0.0, 0.04, 0.08, 0.12):
        with set_to(CLEARER=clearer):
            print(f"clearer {clearer:+.2f}", *_figures(sorter, found, vectors))
    if misses:
        for case, rows in zip(found, vectors, strict=True):
            told = (sorter.reason(rows), sorter.complaint(rows))
            if (told[0].name, told[1].name) != (case.reason, case.complaint):
                print(
                    case.reason,
                    case.complaint,
                    "told",
                    *(f"{t.name} {t.likeness:.2f}" for t in told),
                    *case.said,
                )


@contextmanager
def set_to(**values: float) -> Iterator[None]:
    """Other thresholds for a while."""
    before = {name: getattr(topics, name) for name in values}
    for name, value in values.items():
        setattr(topics, name, value)
    yield
    for name, value in before.items():
        setattr(topics, name, value)


def _figures(sorter: TopicSorter, found: list[Case], vectors: list[Vectors]) -> tuple[str, ...]:
    reasons = [sorter.reason(rows) for rows in vectors]
    complaints = [sorter.complaint(rows) for rows in vectors]
    right = sum(told.name == case.reason for told, case in zip(reasons, found, strict=True))
    pairs = [(told.name, case.complaint) for told, case in zip(complaints, found, strict=True)]
    both = [(told, true) for told, true in pairs if told and true]
    told, true = (sum(1 for pair in pairs if pair[side]) for side in (0, 1))
    return (
        f"reasons {right}/{len(found)}",
        f"complaints found {len(both)}/{true}, false {told - len(both)}/{len(found) - true}",
        f"their class {sum(a == b for a, b in both)}/{len(both)}",
    )


if __name__ == "__main__":
    main()
