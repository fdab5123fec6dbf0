"""Clips: what is cut, what is written beside it, and that each holds what it is about."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from test_cli import callqa
from test_store import result

from callqa.audio.excerpt import encoded, excerpt, faded
from callqa.audio.origin import Origin
from callqa.errors import RecordingError, UsageError
from callqa.qa.clips.cut import file_name, joined
from callqa.qa.clips.subtitles import Line, lines, srt, timestamp, vtt
from callqa.qa.passages import of_item
from callqa.qa.store import CallFilter, Keys, Store
from callqa.qa.store.collections import collected
from helpers import noise, says, tone, write_wav

LENGTH = 30.5
RESERVED = '<>:"/\\|?*'


def recording(path: Path, *, subtype: str = "PCM_16", rate: int = 8000) -> Path:
    """Noise on both channels; on the left a tone where the agent says goodbye (8 to 10 s)."""
    left, right = noise(LENGTH, rate, seed=1), noise(LENGTH, rate, seed=2)
    left[8 * rate : 10 * rate] += tone(1000.0, 2.0, rate)
    return write_wav(path, left, right, rate=rate, subtype=subtype)


@pytest.mark.parametrize("subtype", ["PCM_16", "ULAW", "ALAW", "GSM610"])
def test_an_excerpt_is_what_was_recorded(tmp_path: Path, subtype: str) -> None:
    if subtype == "GSM610":
        path = write_wav(tmp_path / "a.wav", noise(LENGTH), subtype=subtype)
    else:
        path = recording(tmp_path / "a.wav", subtype=subtype)
    whole, _ = soundfile.read(path, dtype="float32", always_2d=True)
    piece = excerpt(Origin((path,)), 7.25, 11.5)
    assert (piece.start, piece.end, piece.rate) == (7.25, 11.5, 8000)
    np.testing.assert_array_equal(piece.samples, whole[58_000:92_000])
    np.testing.assert_array_equal(excerpt(Origin((path,))).samples, whole)
    assert excerpt(Origin((path,)), 30.0, 99.0).end == pytest.approx(len(whole) / 8000)
    with pytest.raises(RecordingError, match="nothing at 40"):
        excerpt(Origin((path,)), 40.0)


def test_legs_are_channels(tmp_path: Path) -> None:
    one = write_wav(tmp_path / "a-in.wav", noise(4.0, seed=1))
    other = write_wav(tmp_path / "a-out.wav", noise(4.0, seed=2))
    piece = excerpt(Origin((one, other)), 1.0, 2.0)
    expected = np.hstack(
        [soundfile.read(p, dtype="float32", always_2d=True)[0] for p in (one, other)]
    )
    np.testing.assert_array_equal(piece.samples, expected[8000:16000])


def test_fades_touch_the_ends_only(tmp_path: Path) -> None:
    piece = excerpt(Origin((recording(tmp_path / "a.wav"),)), 8.0, 10.0)
    soft = faded(piece, 0.1)
    np.testing.assert_array_equal(soft.samples[800:-800], piece.samples[800:-800])
    assert not soft.samples[0].any()
    assert np.all(np.abs(soft.samples) <= np.abs(piece.samples))
    assert faded(piece, 0.0) is piece
    short = replace(piece, samples=piece.samples[:3])
    assert faded(short, 1.0).samples.shape == (3, 2)


@pytest.mark.parametrize("rate", [6000, 8000, 11025, 16000, 44100, 96000])
@pytest.mark.parametrize("form", ["wav", "mp3", "ogg"])
def test_every_kind_of_file_keeps_channels_and_sound(tmp_path: Path, form: str, rate: int) -> None:
    piece = excerpt(Origin((recording(tmp_path / "a.wav", rate=rate),)), 7.0, 11.0)
    out = tmp_path / f"out.{form}"
    out.write_bytes(encoded(piece, form))  # type: ignore[arg-type]
    heard, its_rate = soundfile.read(out, always_2d=True)
    assert heard.shape[1] == 2
    assert len(heard) / its_rate == pytest.approx(4.0, abs=0.1)
    loud = [
        np.sqrt((heard[round(a * its_rate) : round(b * its_rate)] ** 2).mean(axis=0))
        for a, b in ((0.1, 0.9), (1.2, 2.8))
    ]
    assert loud[1][0] > 4 * loud[0][0]  # the tone, on the left alone
    assert loud[1][1] == pytest.approx(loud[0][1], rel=0.3)


def test_mp3_of_three_channels_is_refused(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", noise(1.0), noise(1.0), noise(1.0))
    piece = excerpt(Origin((path,)))
    with pytest.raises(UsageError, match="wav or ogg"):
        encoded(piece, "mp3")
    assert encoded(piece, "wav")


@given(st.floats(0, 360_000), st.sampled_from(",."))
def test_times_of_subtitles(seconds: float, point: str) -> None:
    written = timestamp(seconds, point)
    hours, minutes, rest = written.split(":")
    assert re.fullmatch(r"\d\d\d?:[0-5]\d:[0-5]\d[,.]\d{3}", written)
    read = int(hours) * 3600 + int(minutes) * 60 + float(rest.replace(",", "."))
    assert read == pytest.approx(seconds, abs=0.00051)


def test_subtitles_are_of_the_clip(tmp_path: Path) -> None:
    said = lines(
        [says("agent", "a", 0.0), says("customer", "b <i>\n&", 4.0), says("agent", "c", 9.0), says("agent", "d", 20.0)],
        5.0, 10.0, [(9.5, 9.6)],
    )  # fmt: skip
    assert [(one.start, one.end, one.text[0], one.evidence) for one in said] == [
        (0.0, 1.0, "b", False), (4.0, 5.0, "c", True),
    ]  # fmt: skip
    assert srt(said).startswith("\ufeff1\n00:00:00,000 --> 00:00:01,000\ncustomer: b <i> &\n\n2\n")
    assert vtt(said).startswith(
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<v customer>b &lt;i&gt; &amp;\n\n"
    )
    assert vtt([Line(0, 1, "a", "x --> y")]).count("-->") == 1


@given(st.text(max_size=80), st.integers(1, 500), st.floats(0, 7200))
def test_names_of_files(call: str, number: int, start: float) -> None:
    name = file_name(number, call, start)
    assert not set(name) & set(RESERVED)
    assert all(ord(c) > 31 for c in name)
    assert name == name.strip(" .")
    assert len(name.encode()) < 200
    assert name.split("_")[0].isdecimal()  # no name that Windows keeps for itself


def test_names_keep_chinese() -> None:
    assert file_name(3, "王女士 2026:11", 65.9) == "03_王女士_2026_11_1-05"


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 10)), max_size=12), st.floats(0, 5))
def test_passages_that_are_near_are_one_clip(
    spans: list[tuple[float, float]], within: float
) -> None:
    ends = [(start, start + length) for start, length in spans]
    groups = joined(ends, within)
    assert sorted(one for group in groups for one in group) == sorted(ends)
    edges = [(group[0][0], max(end for _, end in group)) for group in groups]
    assert all(b[0] - a[1] > within for a, b in pairwise(edges))


class Page(HTMLParser):
    """What a page refers to, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "results.db")
    (tmp_path / "rec").mkdir()
    for number, name in enumerate(("a", "b <b>'\"😀", "c")):
        path = tmp_path / "rec" / f"call{number}.wav"
        if number != 2:
            recording(path)
        made = result(name, str(path), f"A{number}")
        store.save(made, Keys(f"h{number}", "m", "c"))
    return store


def test_each_clip_holds_its_evidence(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "clips"
    before = {p: p.read_bytes() for p in (tmp_path / "rec").iterdir()}
    said = callqa("clip", out, "--item", "closing", "--verdict", "pass", "--db", store.path)
    assert said.returncode == 1, said.stderr  # one recording is missing
    assert "call2.wav" in said.stdout
    assert (
        len(list(out.glob("*.wav")))
        == len(list(out.glob("*.srt")))
        == len(list(out.glob("*.vtt")))
        == 2
    )
    for one in store.results(CallFilter()):
        assert one.judged is not None
        (evidence,) = of_item(one.judged, "closing")
        assert (evidence.start, evidence.end) == (8.0, 10.0)
    for clip in out.glob("*.wav"):
        heard, rate = soundfile.read(clip, always_2d=True)
        assert (rate, heard.shape) == (8000, (4 * 8000, 2))
        loudness = np.sqrt((heard[:, 0].reshape(-1, 400) ** 2).mean(axis=1))
        loud = np.flatnonzero(loudness > 0.05)
        assert (loud[0] / 20, (loud[-1] + 1) / 20) == (1.0, 3.0)  # the padding is a second
        assert "感谢您的来电" in clip.with_suffix(".srt").read_text("utf-8-sig")
    assert {p: p.read_bytes() for p in (tmp_path / "rec").iterdir()} == before


def test_the_page_needs_nothing_else_and_takes_names_as_text(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "片段"
    callqa("clip", out, "感谢您", "--format", "mp3", "--db", store.path)
    page = Page((out / "index.html").read_text("utf-8"))
    assert page.tags.count("audio") == 2
    assert page.tags.count("section") == 3  # the missing one is on it, with the reason
    assert "call2.wav" in page.text
    assert "b <b>'\"😀" in page.text
    assert "b" not in page.tags
    assert sorted(map(unquote, page.sources)) == sorted(p.name for p in out.glob("*.mp3"))


def test_a_passage_named_by_hand_and_a_whole_call(store: Store, tmp_path: Path) -> None:
    args = ("--call", "a", "--padding", "0", "--db", store.path)
    assert callqa("clip", tmp_path / "one", *args, "--from", "0:08", "--to", "10.5").returncode == 0
    (clip,) = (tmp_path / "one").glob("*.wav")
    assert soundfile.info(clip).duration == 2.5
    assert callqa("clip", tmp_path / "all", *args).returncode == 0
    (clip,) = (tmp_path / "all").glob("*.wav")
    assert soundfile.info(clip).duration == LENGTH
    for wrong in (
        ("--from", "40"),
        ("--from", "x"),
        ("--from", "9", "--to", "8"),
        ("--format", "aac"),
    ):
        said = callqa("clip", tmp_path / "no", *args, *wrong)
        assert said.returncode == 2, wrong
    assert not (tmp_path / "no").exists()


def test_a_folder_with_something_in_it_is_left_alone(store: Store, tmp_path: Path) -> None:
    said = callqa("clip", tmp_path / "rec", "感谢您", "--db", store.path)
    assert (said.returncode, "not empty" in said.stderr) == (2, True)
    assert sorted(p.name for p in (tmp_path / "rec").iterdir()) == ["call0.wav", "call1.wav"]
    nothing = callqa("clip", tmp_path / "new", "没人说过这个", "--db", store.path)
    assert (nothing.returncode, nothing.stdout.strip()) == (0, "nothing to cut")
    assert not (tmp_path / "new").exists()


def test_collections(store: Store, tmp_path: Path) -> None:
    db = ("--db", store.path)
    name = "结束语 范例"
    said = callqa("find", "--item", "closing", "--agent", "A0", "--collect", name, *db)
    assert "1 passages added" in said.stdout
    assert (
        "1 passages added"
        in callqa("find", "感谢您", "--agent", "A1", "--collect", name, *db).stdout
    )
    assert (
        "0 passages added"
        in callqa("find", "感谢您", "--agent", "A1", "--collect", name, *db).stdout
    )
    kept = collected(store.database, name)
    assert [spots[0][0] for spots in kept.values()] == [8.0, 8.0]
    assert f"{name}  2 passages" in callqa("collections", *db).stdout
    listed = callqa("collections", name, *db).stdout
    assert listed.count("感谢您的来电") == 2
    callqa("clip", tmp_path / "out", "--collection", name, *db)
    assert len(list((tmp_path / "out").glob("*.wav"))) == 2
    callqa("collections", name, "--remove", "--call", "a", *db)
    assert len(collected(store.database, name)) == 1
    callqa("collections", name, "--remove", *db)
    assert callqa("collections", *db).stdout == ""
    gone = callqa("find", "--collection", name, *db)
    assert (gone.returncode, "no collection" in gone.stderr) == (2, True)


def test_find_says_that_there_are_more(store: Store) -> None:
    said = callqa("find", "感谢您", "--limit", "2", "--db", store.path).stdout
    assert "there are more: --limit 8" in said
    assert "more" not in callqa("find", "感谢您", "--limit", "3", "--db", store.path).stdout
