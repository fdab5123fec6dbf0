"""Two mono files as one recording: read in step, found by their names, known by what they share."""

from __future__ import annotations

import json
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import pitch, read_origin

from callqa.audio.decode import DAMAGED
from callqa.audio.legs import SHORTER
from callqa.audio.origin import Origin
from callqa.audio.source import open_source
from callqa.errors import RecordingError
from callqa.qa.content import content_hash
from callqa.qa.metadata import gather, read_table
from callqa.qa.recordings import Recording, find_recordings
from callqa.settings import AgentEntry, Files, Settings
from helpers import noise, silence, tone, write_wav


@settings(max_examples=60, deadline=None)
@given(
    lengths=st.tuples(st.integers(0, 30_000), st.integers(0, 30_000)),
    offsets=st.tuples(st.integers(0, 50_000), st.integers(0, 50_000)),
)
def test_legs_are_set_where_they_begin_and_filled_with_silence(
    lengths: tuple[int, int], offsets: tuple[int, int]
) -> None:
    legs = [noise(n / 8000, seed=n, level=0.1) for n in lengths]
    with tempfile.TemporaryDirectory() as folder:
        paths = tuple(
            write_wav(Path(folder) / f"{i}.wav", leg, subtype="FLOAT") for i, leg in enumerate(legs)
        )
        source, audio = read_origin(Origin(paths, offsets=tuple(o / 8000 for o in offsets)))
    late = [offset - min(offsets) for offset in offsets]
    ends = [at + len(leg) for at, leg in zip(late, legs, strict=True)]
    assert audio.shape == (max(ends) if max(lengths) else max(late), 2)
    for channel, (at, leg) in enumerate(zip(late, legs, strict=True)):
        assert not audio[:at, channel].any()
        np.testing.assert_array_equal(audio[at : at + len(leg), channel], leg)
        assert not audio[at + len(leg) :, channel].any()
    apart = abs(ends[0] - ends[1]) / 8000
    assert (source.warning == SHORTER) == (apart > 2.0)


def test_legs_of_different_rates_meet_at_16_khz(tmp_path: Path) -> None:
    first = write_wav(tmp_path / "1.wav", tone(440, 5, 8000), rate=8000)
    second = write_wav(tmp_path / "2.wav", tone(1000, 5, 48_000), rate=48_000)
    source, audio = read_origin(Origin((first, second), offsets=(0.0, 1.5)))
    assert (source.rate, source.channels) == (16_000, 2)
    assert len(audio) == pytest.approx(6.5 * 16_000, abs=2)
    assert pitch(audio[16_000:64_000, 0], 16_000) == pytest.approx(440, abs=1)
    assert pitch(audio[32_000:96_000, 1], 16_000) == pytest.approx(1000, abs=1)
    assert not audio[:23_900, 1].any()


def test_memory_does_not_grow_with_the_legs(tmp_path: Path) -> None:
    first = write_wav(tmp_path / "1.wav", noise(600))
    second = write_wav(tmp_path / "2.wav", noise(20))
    source = open_source(Origin((first, second), offsets=(0.0, 400.0)))
    tracemalloc.start()
    try:
        assert sum(len(block.samples) for block in source.blocks()) == 600 * 8000
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_a_leg_is_mono_and_not_an_hour_late(tmp_path: Path) -> None:
    mono = write_wav(tmp_path / "x-in.wav", tone(440, 1))
    stereo = write_wav(tmp_path / "x-out.wav", tone(440, 1), tone(440, 1))
    with pytest.raises(RecordingError, match=r"x-out\.wav: .*has 2 channels; .*legs = \[\]"):
        open_source(Origin((mono, stereo)))
    with pytest.raises(RecordingError, match=r"x-in\.wav: its legs begin 86400 s apart"):
        open_source(Origin((mono, mono), offsets=(0.0, 86_400.0)))


def test_what_is_wrong_with_one_leg_is_told_of_the_call(tmp_path: Path) -> None:
    good = write_wav(tmp_path / "x-in.wav", tone(440, 10))
    torn = tmp_path / "x-out.wav"
    torn.write_bytes(write_wav(tmp_path / "w.wav", tone(440, 10)).read_bytes()[:80_000])
    source, audio = read_origin(Origin((good, torn)))
    assert len(audio) == 80_000
    assert "breaks off" in str(source.warning)
    assert SHORTER.en in str(source.warning)
    assert DAMAGED.en not in str(source.warning)
    torn.unlink()
    with pytest.raises(RecordingError, match=r"x-out\.wav: .*no such file"):
        open_source(Origin((good, torn)))


def made(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def found(folder: Path, files: Files | None = None) -> dict[str, list[str]]:
    """The names of the files of every call in a folder."""
    return {
        r.call_id: [path.name for path in r.origin.paths]
        for r in find_recordings([str(folder)], files)
    }


@pytest.mark.parametrize(
    ("first", "second", "call", "agent"),
    [
        ("x-in.wav", "x-out.wav", "x", None),
        ("20261122-101500_rx.wav", "20261122-101500_tx.wav", "20261122-101500", None),
        ("x_agent.wav", "x_caller.wav", "x", 1),
        ("x_agent.mp3", "x_customer.mp3", "x", 1),
        ("x_坐席.wav", "x_客户.wav", "x", 1),
        ("X-IN.WAV", "X-OUT.WAV", "X", None),
        ("a-in-in.wav", "a-in-out.wav", "a-in", None),
        ("a - in.wav", "a - out.wav", "a - in", ...),
    ],
)
def test_legs_are_found_by_their_names(
    tmp_path: Path, first: str, second: str, call: str, agent: int | None
) -> None:
    made(tmp_path, first, second)
    if agent is ...:  # the ending is "-in", with no blank in it
        assert len(find_recordings([str(tmp_path)])) == 2
        return
    (recording,) = find_recordings([str(tmp_path)])
    assert (recording.call_id, recording.agent_channel) == (call, agent)
    assert recording.source == str(tmp_path / first)
    assert [path.name for path in recording.origin.paths] == [first, second]


def test_only_what_is_asked_for_is_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, "x-in.wav", "x-out.wav", "y-in.wav", "sub/y-out.wav", "z-in.wav", "z-out.mp3")
    monkeypatch.chdir(tmp_path)
    (alone,) = find_recordings(["x-out.wav"])
    assert (alone.call_id, alone.origin, alone.warning) == (
        "x-out",
        Origin((Path("x-out.wav"),)),
        None,
    )
    (pair,) = find_recordings(["x-out.wav", "./x-in.wav"])
    assert (pair.call_id, pair.source) == ("x", "x-in.wav")
    assert len(find_recordings(["x-*.wav"])) == 1
    calls = found(tmp_path)
    assert calls.pop("x") == ["x-in.wav", "x-out.wav"]
    assert calls.pop("z") == ["z-in.wav", "z-out.mp3"]
    assert all(len(files) == 1 for files in calls.values())
    assert len(calls) == 2


def test_a_leg_that_is_alone_among_pairs_has_a_warning(tmp_path: Path) -> None:
    made(tmp_path, "x-in.wav", "x-out.wav", "y-out.wav", "z_agent.wav", "w.wav")
    warnings = {r.call_id: str(r.warning) for r in find_recordings([str(tmp_path)]) if r.warning}
    assert warnings == {"y-out": "the other leg y-in.wav is missing"}


def test_a_third_leg_is_a_recording_by_itself(tmp_path: Path) -> None:
    made(tmp_path, "x_agent.wav", "x_caller.wav", "x_customer.wav")
    assert found(tmp_path) == {
        "x": ["x_agent.wav", "x_caller.wav"],
        "x_customer": ["x_customer.wav"],
    }


def test_calls_of_one_name_in_two_folders_or_formats_have_two_ids(tmp_path: Path) -> None:
    made(tmp_path, *(f"{d}/x-{leg}.wav" for d in ("a", "b") for leg in ("in", "out")))
    assert sorted(found(tmp_path)) == ["a/x", "b/x"]
    made(tmp_path, "c/x-in.wav", "c/x-out.wav", "c/x.wav", "c/x-in.mp3", "c/x-out.mp3")
    assert len(found(tmp_path / "c")) == 3


def test_the_endings_can_be_set_and_switched_off(tmp_path: Path) -> None:
    made(tmp_path, "x-in.wav", "x-out.wav", "y.left.wav", "y.right.wav")
    assert found(tmp_path, Files(legs=())).keys() == {"x-in", "x-out", "y.left", "y.right"}
    assert found(tmp_path, Files(legs=((".left", ".right"),))).keys() == {"x-in", "x-out", "y"}


def sidecars(folder: Path, *facts: dict[str, object]) -> Recording:
    """The recording whose two legs have these facts."""
    for leg, fact in zip(("in", "out"), facts, strict=False):
        (folder / f"x-{leg}.meta.json").write_text(json.dumps(fact), "utf-8")
    made(folder, "x-in.wav", "x-out.wav")
    (recording,) = find_recordings([str(folder)])
    return recording


@pytest.mark.parametrize(
    ("facts", "offsets"),
    [
        (({"offset": 0}, {"offset": 1.25}), (0.0, 1.25)),
        (({}, {"offset": "0.5"}), (0.0, 0.5)),
        (({"started_at": "2026-11-22T10:00:00.750"}, {"started_at": "2026-11-22 10:00:00.5"}), (0.25, 0.0)),
        (({"started_at": "2026-11-22T10:00:00"}, {"started_at": "2026-11-22T10:00:01"}), ()),
        (({"started_at": "2026-11-22T10:00:00.5"}, {"started_at": "2026-11-22T10:00:01.5Z"}), ()),
        (({"started_at": "yesterday"}, {"offset": "soon"}), ()),
        (({"offset": True}, {"offset": float("inf")}), ()),
        (({"started_at": "2026-11-22T10:00:00.5"},), ()),
        ((), ()),
    ],
)  # fmt: skip
def test_offsets_come_from_the_sidecars(
    tmp_path: Path, facts: tuple[dict[str, object], ...], offsets: tuple[float, ...]
) -> None:
    assert sidecars(tmp_path, *facts).origin.offsets == pytest.approx(offsets)


def test_a_broken_sidecar_is_told_when_the_facts_are_gathered(tmp_path: Path) -> None:
    recording = sidecars(tmp_path)
    (tmp_path / "x-out.meta.json").write_text("{", "utf-8")
    with pytest.raises(RecordingError, match=r"x-out\.meta\.json"):
        gather(recording.named, Settings(), None, recording.origin.paths)


def test_facts_of_the_call_come_before_those_of_its_legs(tmp_path: Path) -> None:
    recording = sidecars(
        tmp_path,
        {"caller": "1", "agent": "李", "queue": "in"},
        {"agent": "王", "direction": "呼入"},
    )
    (tmp_path / "x.meta.json").write_text('{"caller": "2"}', "utf-8")
    (tmp_path / "t.csv").write_text("file,queue,group\nx,table,A\nx-in.wav,,B\n", "utf-8")
    table = read_table(tmp_path / "t.csv")
    for channel, agent in ((None, "李"), (1, "李"), (2, "王")):
        facts = gather(recording.named, Settings(), table, recording.origin.paths, channel)
        assert (facts.caller, facts.agent, facts.queue) == ("2", agent, "in")
        assert (facts.direction, facts.group, facts.usual_channel) == ("inbound", "A", channel)


def test_patterns_read_the_shared_name(tmp_path: Path) -> None:
    made(tmp_path, "A7_20261122_agent.wav", "A7_20261122_caller.wav")
    (recording,) = find_recordings([str(tmp_path)])
    known = Settings(
        files=Files(patterns=("{agent_id}_{date}",)), agents=(AgentEntry(id="A7", channel=2),)
    )
    facts = gather(recording.named, known, None, recording.origin.paths, recording.agent_channel)
    assert (facts.agent_id, facts.started_at) == ("A7", "2026-11-22")
    assert facts.usual_channel == 2  # the roster beats the ending
    known = Settings(files=Files(agent_channel=2))
    assert gather(recording.named, known, None, agent_channel=1).usual_channel == 2


def test_the_hash_is_over_both_legs_and_how_they_are_read(tmp_path: Path) -> None:
    import hashlib

    from callqa.audio.origin import RawFormat

    a, b = write_wav(tmp_path / "a.wav", noise(1)), write_wav(tmp_path / "b.wav", silence(1))
    assert content_hash(Origin((a,))) == hashlib.sha256(a.read_bytes()).hexdigest()
    alaw, ulaw = RawFormat("alaw", 8000, 1), RawFormat("ulaw", 8000, 1)
    origins = [
        Origin((a,)), Origin((b,)), Origin((a, b)), Origin((b, a)), Origin((a, b), offsets=(0.0, 0.5)),
        Origin((a,), alaw), Origin((a,), ulaw), Origin((a, b), alaw),
    ]  # fmt: skip
    assert len({content_hash(origin) for origin in origins}) == len(origins)
    assert content_hash(Origin((a, b), offsets=(0.0, 0.0))) == content_hash(Origin((a, b)))


def test_the_hash_knows_what_a_suffix_says_of_the_content(tmp_path: Path) -> None:
    import hashlib

    from callqa.audio.origin import RawFormat

    bare, wav = noise(1).tobytes(), write_wav(tmp_path / "x.wav", noise(1)).read_bytes()
    files = {name: tmp_path / name for name in ("x.al", "x.ul", "x.sln", "y.al", "z.al")}
    for file in files.values():
        file.write_bytes(bare)
    files["z.al"].write_bytes(wav)  # named so by mistake
    hashes = {name: content_hash(Origin((file,))) for name, file in files.items()}
    assert len({hashes["x.al"], hashes["x.ul"], hashes["x.sln"]}) == 3
    assert hashes["x.al"] == hashes["y.al"]
    said = Origin((files["x.ul"],), RawFormat("alaw", 8000, 1))
    assert content_hash(said) == hashes["x.al"]
    assert hashes["z.al"] == hashlib.sha256(wav).hexdigest()
    legs = [
        Origin((files[a], files[b]))
        for a, b in (("x.al", "y.al"), ("x.al", "x.ul"), ("x.ul", "x.al"))
    ]
    assert len({content_hash(pair) for pair in legs}) == 3


def test_names_of_legs_may_differ_in_capitals_and_format(tmp_path: Path) -> None:
    made(
        tmp_path,
        "F_AGENT.WAV",
        "F_caller.wav",
        "x-in.wav",
        "x-out.mp3",
        "y-in.mp3",
        "y-in.wav",
        "y-out.wav",
    )
    assert found(tmp_path) == {
        "F": ["F_AGENT.WAV", "F_caller.wav"],
        "x": ["x-in.wav", "x-out.mp3"],
        "y": ["y-in.wav", "y-out.wav"],
        "y-in": ["y-in.mp3"],
    }


@pytest.mark.parametrize("content", [b"", b"no audio", b"RIFF" + bytes(range(256)) * 20])
def test_a_leg_that_cannot_be_read_is_silent(tmp_path: Path, content: bytes) -> None:
    whole, bad = write_wav(tmp_path / "a.wav", noise(5)), tmp_path / "b.wav"
    bad.write_bytes(content)
    for order in ((whole, bad), (bad, whole)):
        source = open_source(Origin(order))
        audio = np.concatenate([block.samples for block in source.blocks()])
        assert audio.shape == (40_000, 2)
        assert np.abs(audio).max(axis=0)[order.index(bad)] == 0.0
        assert "cannot be read" in str(source.warning)
        assert "b.wav" in str(source.warning)
        assert "shorter" not in str(source.warning)
    with pytest.raises(RecordingError, match=r"b\.wav"):
        list(open_source(Origin((bad, bad))).blocks())
