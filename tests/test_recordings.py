"""Which recordings a run is about, and their ids."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from callqa import lang
from callqa.errors import UsageError
from callqa.qa.recordings import find_recordings


@pytest.fixture(autouse=True)
def _calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder has recordings, and other files between them."""
    names = [
        "calls/b.wav",
        "calls/a.MP3",
        "calls/.hidden.wav",
        "calls/notes.txt",
        "calls/sub/c.flac",
    ]
    twins = ["one/d.wav", "two/d.wav", "x/same/e.wav", "y/same/e.wav", "both/f.wav", "both/f.mp3"]
    for name in [*names, *twins, "empty/notes.txt"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)


def sources(*paths: str) -> list[str]:
    return [Path(r.source).as_posix() for r in find_recordings(paths)]


def ids(*paths: str) -> list[str]:
    return [r.call_id for r in find_recordings(paths)]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["calls/b.wav"], ["calls/b.wav"]),
        (["calls/b.wav", "calls/a.MP3"], ["calls/b.wav", "calls/a.MP3"]),
        (["calls/notes.txt"], ["calls/notes.txt"]),
        (["calls"], ["calls/a.MP3", "calls/b.wav", "calls/sub/c.flac"]),
        (["calls/sub", "calls/b.wav"], ["calls/sub/c.flac", "calls/b.wav"]),
        (["calls/*.wav"], ["calls/b.wav"]),
        (["**/*.flac"], ["calls/sub/c.flac"]),
        (["calls/s*"], ["calls/sub/c.flac"]),
        (["gone.wav"], ["gone.wav"]),
    ],
)
def test_files_are_listed_as_named_and_folders_in_order(
    paths: list[str], expected: list[str]
) -> None:
    assert sources(*paths) == expected


def test_what_is_named_twice_is_listed_once() -> None:
    found = sources("calls", "calls/*.wav", "./calls/../calls/a.MP3")
    assert sorted(Path(source).name for source in found) == ["a.MP3", "b.wav", "c.flac"]


def test_what_is_named_twice_comes_where_it_is_named_first() -> None:
    assert sources("calls/b.wav", "calls") == ["calls/b.wav", "calls/a.MP3", "calls/sub/c.flac"]


def test_an_id_is_the_name_without_folder_and_extension() -> None:
    assert ids("calls") == ["a", "b", "c"]


def test_equal_names_get_their_folder_in_front() -> None:
    assert ids("one", "two", "calls/b.wav") == ["one/d", "two/d", "b"]


def test_names_equal_with_their_folder_get_their_path() -> None:
    here = Path.cwd().as_posix()
    assert ids("x", "y", "one") == [f"{here}/x/same/e", f"{here}/y/same/e", "d"]


def test_two_formats_of_one_name_have_two_ids() -> None:
    assert len(set(ids("both"))) == 2


def test_a_missing_file_is_kept_to_be_reported() -> None:
    assert [r.call_id for r in find_recordings(["gone.wav", "calls/b.wav"])] == ["gone", "b"]


def test_a_dangling_link_is_listed_to_be_reported(tmp_path: Path) -> None:
    (tmp_path / "calls" / "link.wav").symlink_to(tmp_path / "gone.wav")
    assert "calls/link.wav" in sources("calls")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_a_name_in_gbk_is_shown_readably() -> None:
    name = os.fsdecode("录音.wav".encode("gbk"))
    Path(name).touch()
    found = find_recordings([name])[0]
    assert (found.call_id, found.source) == ("录音", "录音.wav")
    assert found.path.exists()


def test_the_path_is_that_of_the_file_below_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert [r.path for r in find_recordings(["~/calls/b.wav"])] == [tmp_path / "calls" / "b.wav"]


def test_a_name_may_begin_with_a_tilde(tmp_path: Path) -> None:
    (tmp_path / "~a.wav").touch()
    assert sources("~a.wav") == ["~a.wav"]


@pytest.mark.parametrize(
    ("path", "language", "message"),
    [
        ("empty", "en", "^empty: no recordings in this folder; "),
        ("empty", "zh", "^empty: 该文件夹中没有录音；"),
        ("calls/*.ogg", "en", r"^calls/\*\.ogg: no recording matches"),
    ],
)
def test_where_nothing_can_be_found_the_request_is_wrong(
    path: str, language: lang.Language, message: str
) -> None:
    lang.use(language)
    with pytest.raises(UsageError, match=message):
        find_recordings(["calls", path])
