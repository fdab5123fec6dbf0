"""Packing regions into recognition windows, and the way back to the call's time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from callqa.audio.block import RATE
from callqa.audio.regions import SpeechRegion
from callqa.transcribe.window import LONGEST, Packer, Window

PAD = RATE // 5


def region(start: float, end: float, channel: int = 0) -> SpeechRegion:
    first, last = round(start * RATE), round(end * RATE)
    audio_start = max(0, first - PAD)
    return SpeechRegion(
        channel, first, last, audio_start, np.full(last + PAD - audio_start, 0.1, np.float32)
    )


def pack(regions: list[SpeechRegion]) -> list[Window]:
    packer = Packer("call", 0)
    windows = [window for r in regions for window in packer.push(r)]
    return [*windows, *packer.flush()]


def test_short_regions_share_a_window() -> None:
    (window,) = pack([region(1, 3), region(10, 12)])
    assert [p.start / RATE for p in window.pieces] == [1, 10]


def test_nothing_packed_gives_no_window() -> None:
    assert pack([]) == []


def test_a_full_window_leaves_before_the_next_region() -> None:
    windows = pack([region(0, 13), region(13.5, 20.5), region(21, 27)])
    assert [len(w.pieces) for w in windows] == [1, 2]


def test_a_window_that_holds_enough_ends_at_a_pause() -> None:
    windows = pack([region(0, 8), region(8.5, 15), region(15.5, 18), region(20, 22)])
    assert [len(w.pieces) for w in windows] == [3, 1]


def test_words_of_each_region_get_its_time() -> None:
    (window,) = pack([region(1, 3), region(10, 12)])
    second = window.pieces[1]
    at = second.offset / RATE + 0.2 + 0.5  # half a second into the speech behind the padding
    assert window.piece_at(at) == second
    assert abs(window.call_time(at, second) - 10.5) < 0.01


def test_a_time_in_the_padding_is_kept_inside_the_speech() -> None:
    (window,) = pack([region(1, 3)])
    assert window.call_time(0.0, window.pieces[0]) == 1.0
    assert window.call_time(99.0, window.pieces[0]) == 3.0


lengths = st.lists(st.tuples(st.floats(0.4, 5), st.floats(0.2, 24)), min_size=1, max_size=12)


@given(lengths)
def test_every_region_is_in_exactly_one_window_of_bearable_length(
    spans: list[tuple[float, float]],
) -> None:
    at, regions = 0.0, []
    for gap, length in spans:
        regions.append(region(at + gap, at + gap + length))
        at += gap + length
    windows = pack(regions)
    assert [p.start for w in windows for p in w.pieces] == [r.start for r in regions]
    for window in windows:
        assert len(window.audio) <= LONGEST * RATE or len(window.pieces) == 1
        for piece in window.pieces:
            middle = (piece.offset + piece.length / 2) / RATE
            assert window.piece_at(middle) == piece
            assert piece.start <= window.call_time(middle, piece) * RATE <= piece.end
