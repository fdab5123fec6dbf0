"""Sorts the stored calls by what their customers say."""

from __future__ import annotations

from collections.abc import Iterator

from ..scoring.call import ScoredCall
from ..scoring.topics import TopicSorter, telling
from ..transcribe.transcript import Utterance
from .store.database import Database
from .store.filters import CallFilter
from .store.search import Hit
from .store.topics import Sorted, keep, unsorted


def sort_calls(database: Database, sorter: TopicSorter, wanted: CallFilter) -> Iterator[int]:
    """Sort what is not sorted yet; gives the number of calls done, some at a time.

    Raises:
        StoreError: the database cannot be read or written.
    """
    done = 0
    for some in unsorted(database, sorter.key, wanted):
        keep(database, sorter.key, [_sorted(hit, sorter) for hit in some])
        done += len(some)
        yield done


def customer_said(hit: Hit) -> list[tuple[int, Utterance]]:
    """The customer's utterances with their numbers in the transcript; everybody's where the roles are not known."""
    call = ScoredCall(hit.judged.transcript, hit.judged.events, hit.duration)
    return [
        (number, one)
        for number, one in enumerate(hit.judged.transcript.utterances)
        if one.role == "customer" or (not call.roles_known and one.role == "unknown")
    ]


def _sorted(hit: Hit, sorter: TopicSorter) -> Sorted:
    said = customer_said(hit)
    chosen = [said[n] for n in telling([one.text for _, one in said])]
    vectors = sorter.vectors([one.text for _, one in chosen])
    numbers = tuple(number for number, _ in chosen)
    return Sorted(hit.row, sorter.reason(vectors), sorter.complaint(vectors), numbers, vectors)
