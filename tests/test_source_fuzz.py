"""Recordings damaged at random, of every format, from files, pipes, legs: audio or a RecordingError, nothing else."""

from __future__ import annotations

import pytest
from damage import damaged
from fuzz_sources import run

COUNT = 300


def test_damaged_recordings_are_read_or_refused() -> None:
    out = run(0, COUNT, patience=60)
    assert not out.faults
    assert sum(out.kinds.values()) == COUNT
    assert set(out.kinds) == {"read", "read with a warning", "refused"}


@pytest.mark.parametrize("seed", [7425])
def test_what_was_found_once(seed: int) -> None:
    assert not run(seed, 1).faults


def test_the_damage_is_the_same_every_time() -> None:
    assert [damaged(seed) for seed in range(20)] == [damaged(seed) for seed in range(20)]
    assert {damaged(seed).way for seed in range(100)} == {"file", "pipe", "raw", "legs"}
