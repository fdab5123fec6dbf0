"""Speech regions from scripted probabilities: where they begin and end, and which samples they carry."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.audio.block import RATE, Samples, samples
from callqa.audio.regions import RegionBuilder, RegionOptions, SpeechRegion

FRAME = 512
PAD = 3200  # 0.2 s
DEFAULT = RegionOptions(begin=0.5, go_on=0.35)


def run(
    probabilities: list[float],
    options: RegionOptions = DEFAULT,
    steps: tuple[int, ...] = (2 * RATE,),
    tail: int = 0,
    confirms: Callable[[Samples], bool] = lambda _audio: True,
) -> list[SpeechRegion]:
    """The regions of a recording whose every sample is its own index, pushed in blocks of `steps` samples.

    `tail` samples follow the last whole frame. Every region's audio must be the samples at its place.
    """
    length, done, judged = len(probabilities) * FRAME + tail, 0, 0
    builder, out = RegionBuilder(0, FRAME, options, confirms), list[SpeechRegion]()
    for step in cycle(steps):
        upto = min(done + step, length)
        frames = upto // FRAME
        audio = np.arange(done, upto, dtype=np.float32)
        out += builder.push(audio, np.array(probabilities[judged:frames], np.float32))
        done, judged = upto, frames
        if done == length:
            break
    out += builder.finish()
    for region in out:
        wanted = np.arange(region.audio_start, region.audio_start + len(region.audio))
        np.testing.assert_array_equal(region.audio, wanted)
    return out


def frames(regions: list[SpeechRegion]) -> list[tuple[int, int]]:
    return [(region.start // FRAME, region.end // FRAME) for region in regions]


def script(*parts: tuple[int, float]) -> list[float]:
    """So many frames of that probability, and so on."""
    return [probability for count, probability in parts for _ in range(count)]


QUIET, LOUD = 0.1, 0.9


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([(50, 0.45)], [], id="not likely enough to begin"),
        pytest.param([(10, 0.1), (10, 0.5), (20, 0.1)], [(10, 20)], id="begins at 0.5"),
        pytest.param(
            [(10, 0.1), (5, 0.6), (20, 0.36), (20, 0.3)], [(10, 35)], id="goes on at 0.35"
        ),
        pytest.param([(10, 0.4), (5, 0.6), (20, 0.1)], [(10, 15)], id="0.4 before is not taken in"),
        pytest.param([(10, QUIET), (10, LOUD)], [(10, 20)], id="the end of the recording ends it"),
        pytest.param([(10, QUIET), (4, LOUD), (20, QUIET)], [], id="0.13 s are a click"),
        pytest.param([(10, QUIET), (5, LOUD), (20, QUIET)], [(10, 15)], id="0.16 s are speech"),
        pytest.param(
            [(9, LOUD), (8, QUIET), (9, LOUD), (9, QUIET)], [(0, 26)], id="a pause of 0.26 s"
        ),
        pytest.param(
            [(9, LOUD), (9, QUIET), (9, LOUD), (9, QUIET)],
            [(0, 9), (18, 27)],
            id="silence of 0.29 s",
        ),
    ],
)
def test_where_regions_begin_and_end(
    parts: list[tuple[int, float]], expected: list[tuple[int, int]]
) -> None:
    assert frames(run(script(*parts))) == expected


def test_a_region_carries_its_padding() -> None:
    (region,) = run(script((50, QUIET), (20, LOUD), (50, QUIET)))
    assert region.audio_start == region.start - PAD
    assert len(region.audio) == region.end - region.start + 2 * PAD


def test_padding_ends_where_the_recording_does() -> None:
    first, last = run(script((2, QUIET), (20, LOUD), (30, QUIET), (20, LOUD)), tail=100)
    assert first.audio_start == 0
    assert last.audio_start + len(last.audio) == last.end + 100


def test_padding_ends_at_the_neighbour() -> None:
    before, after = run(script((20, QUIET), (20, LOUD), (9, QUIET), (20, LOUD), (20, QUIET)))
    assert before.audio_start + len(before.audio) == before.end + PAD == after.audio_start
    assert after.start - after.audio_start == 9 * FRAME - PAD


def test_a_long_region_is_cut_at_its_least_likely_place() -> None:
    talk = script((600, LOUD), (1, 0.6), (400, LOUD), (20, QUIET))
    first, second = run(talk)
    assert (first.start, first.end, second.start) == (0, 600 * FRAME, 600 * FRAME)
    assert second.end == 1001 * FRAME
    assert first.audio_start + len(first.audio) == second.audio_start == 600 * FRAME


@pytest.mark.parametrize("seed", range(3))
def test_endless_speech_is_cut_and_loses_no_sample(seed: int) -> None:
    rng = np.random.default_rng(seed)
    regions = run(script((20, QUIET)) + rng.uniform(0.5, 1, 5000).tolist() + script((20, QUIET)))
    assert len(regions) >= 5000 * FRAME / samples(DEFAULT.longest)
    assert (regions[0].start, regions[-1].end) == (20 * FRAME, 5020 * FRAME)
    for before, after in pairwise(regions):
        assert before.end == after.start == after.audio_start
        assert before.audio_start + len(before.audio) == before.end
    assert max(region.end - region.start for region in regions) <= samples(DEFAULT.longest)


def test_the_rest_behind_a_cut_is_kept_however_short() -> None:
    regions = run(script((749, LOUD), (1, 0.4), (2, LOUD), (20, QUIET)))  # cut before the 0.4
    assert regions[-1].end == 752 * FRAME


def test_padding_longer_than_the_silence_leaves_a_region_its_beginning() -> None:
    options = RegionOptions(begin=0.5, go_on=0.35, min_silence=0.1, pad=0.5)
    _, after = run(script((20, LOUD), (4, QUIET), (20, LOUD), (40, QUIET)), options)
    assert after.audio_start <= after.start


@pytest.mark.parametrize(
    ("probability", "most"),
    [
        pytest.param(QUIET, samples(2 + DEFAULT.pad) + 3 * FRAME, id="silence"),
        pytest.param(LOUD, samples(2 + DEFAULT.longest + DEFAULT.pad) + 3 * FRAME, id="speech"),
    ],
)
def test_memory_is_bounded_on_endless(probability: float, most: int) -> None:
    builder, block = RegionBuilder(0, FRAME, DEFAULT), np.zeros(2 * RATE, np.float32)
    given_away = 0
    for second in range(0, 600, 2):
        count = (second + 2) * RATE // FRAME - second * RATE // FRAME
        for region in builder.push(block, np.full(count, probability, np.float32)):
            given_away += region.end - region.start
        assert len(builder._audio) <= most
        assert len(builder._open) * FRAME <= most
    assert given_away > 0 if probability == LOUD else given_away == 0


def refuse(_audio: Samples) -> bool:
    return False


CAREFUL = RegionOptions(begin=0.15, go_on=0.15, sure=0.6, brief=0.7)
GAP = (30, 0.0)
LONG, BRIEF = 22, 21  # frames of 0.704 and 0.672 s


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        pytest.param([GAP, (LONG, 0.6), GAP], 1, id="sure and long"),
        pytest.param([GAP, (1, 0.6), (LONG, 0.2), GAP], 1, id="sure in one frame"),
        pytest.param([GAP, (40, 0.59), GAP], 0, id="weak"),
        pytest.param([GAP, (BRIEF, 0.7), GAP], 0, id="brief"),
        pytest.param([GAP, (BRIEF, 0.9), GAP], 1, id="brief and certain"),
        pytest.param([GAP, (BRIEF, 0.2), GAP], 0, id="weak and brief"),
        pytest.param([GAP, (40, 0.3)], 0, id="weak, at the end of the recording"),
        pytest.param([GAP, (40, 0.3), GAP, (40, 0.9), GAP, (40, 0.3), GAP], 1, id="one of three"),
    ],
)
def test_weak_and_brief_finds_need_a_second_opinion(
    parts: list[tuple[int, float]], kept: int
) -> None:
    everything = run(script(*parts), CAREFUL)
    assert len(everything) == sum(probability > 0.15 for _, probability in parts) - (
        len(parts) > 3 and parts[1] == (1, 0.6)
    )
    assert len(run(script(*parts), CAREFUL, confirms=refuse)) == kept


def test_only_doubtful_finds_are_asked_about_with_their_padding() -> None:
    asked: list[Samples] = []

    def confirms(audio: Samples) -> bool:
        asked.append(audio)
        return True

    sure, doubtful = run(script(GAP, (40, 0.9), GAP, (40, 0.5), GAP), CAREFUL, confirms=confirms)
    assert [len(audio) for audio in asked] == [40 * FRAME + 2 * PAD]
    np.testing.assert_array_equal(asked[0], doubtful.audio)
    assert sure.end < doubtful.start


def test_a_refused_find_leaves_no_trace() -> None:
    """The region behind it has the padding that it has without the refused one, and its samples."""
    parts = [GAP, (40, 0.3), (10, 0.0), (40, 0.9), GAP]
    (kept,) = run(script(*parts), CAREFUL, confirms=refuse)
    assert (kept.start, kept.end) == (80 * FRAME, 120 * FRAME)
    assert kept.audio_start == kept.start - PAD


def test_what_follows_a_sure_region_that_was_cut_needs_no_confirmation() -> None:
    whole = script(GAP, (700, 0.9), (1, 0.2), (80, 0.3), GAP)
    regions = run(whole, CAREFUL, confirms=refuse)
    assert (regions[0].start, regions[-1].end) == (30 * FRAME, 811 * FRAME)


@pytest.mark.parametrize("seconds", [25, 60, 300])
def test_a_long_weak_find_is_refused_as_a_whole(seconds: int) -> None:
    weak = script(GAP, (seconds * RATE // FRAME, 0.3), GAP)
    assert run(weak, CAREFUL, confirms=refuse) == []


PROBABILITIES = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from([0.0, 0.3, 0.4, 0.6, 1.0])), max_size=25
)


@settings(max_examples=150, deadline=None)
@given(
    parts=PROBABILITIES,
    steps=st.lists(st.integers(200, 40_000), min_size=1, max_size=4),
    tail=st.integers(0, FRAME - 1),
    min_speech=st.sampled_from([0.03, 0.15, 0.5]),
    longest=st.sampled_from([1.0, 2.5, 24.0]),
)
def test_regions_are_in_order_apart_and_inside_the_recording(
    parts: list[tuple[int, float]],
    steps: list[int],
    tail: int,
    min_speech: float,
    longest: float,
) -> None:
    probabilities = script(*parts)
    options = RegionOptions(begin=0.5, go_on=0.35, min_speech=min_speech, longest=longest)
    regions = run(probabilities, options, tuple(steps), tail)
    length = len(probabilities) * FRAME + tail
    previous_end = 0
    borders = {region.start for region in regions} & {region.end for region in regions}
    for region in regions:
        audio_end = region.audio_start + len(region.audio)
        assert previous_end <= region.audio_start <= region.start < region.end <= audio_end
        assert audio_end <= length
        assert region.end - region.start <= samples(longest) + FRAME
        if not {region.start, region.end} & borders:  # neither side of a cut
            assert region.end - region.start >= samples(min_speech)
        previous_end = audio_end
    whole = run(probabilities, options, (length or 1,), tail)
    assert frames(regions) == frames(whole)  # whatever the blocks
