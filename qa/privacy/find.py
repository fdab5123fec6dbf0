"""Finds what is private in a call: numbers, plates, addresses, names."""

from __future__ import annotations

from collections.abc import Sequence

from ...transcribe.transcript import Utterance
from .addresses import find_addresses
from .names import find_names
from .numbers import find_numbers
from .plates import find_plates
from .private import Known, Private, merged
from .talk import Talk

__all__ = ["Known", "Private", "find_private"]


def find_private(utterances: Sequence[Utterance], known: Known) -> tuple[Private, ...]:
    """The private places of a call, by utterance and place, without overlaps."""
    talk = Talk(utterances)
    found = list(find_plates(talk))
    found += find_addresses(talk)
    found += find_numbers(talk, known.numbers, found)
    found += [one for one in find_names(talk, known.names) if not any(map(one.overlaps, found))]
    return merged(found)
