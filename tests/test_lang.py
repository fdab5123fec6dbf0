"""The user's language."""

from __future__ import annotations

import pytest

from callqa import lang
from callqa.errors import (
    CallqaError,
    ChecklistError,
    ModelError,
    RecognitionError,
    RecordingError,
    SettingsError,
    StoreError,
    UsageError,
)


@pytest.mark.parametrize(
    ("value", "expected"), [("zh_CN.UTF-8", "zh"), ("en_US", "en"), ("C", "en"), ("de_DE", "en")]
)
def test_locale_decides(monkeypatch: pytest.MonkeyPatch, value: str, expected: str) -> None:
    monkeypatch.delenv("CALLQA_LANG")
    monkeypatch.setenv("LC_ALL", value)
    assert lang.current() == expected


def test_callqa_lang_beats_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setenv("CALLQA_LANG", "zh")
    assert lang.say("yes", "是") == "是"


@pytest.mark.parametrize("arguments", [["--lang", "zh"], ["score", "--lang=zh", "x"]])
def test_the_argument_beats_all(arguments: list[str]) -> None:
    assert "zh" not in lang.choose_from_arguments(arguments)
    assert lang.current() == "zh"


@pytest.mark.parametrize("arguments", [["--lang"], ["--lang", "fr"], []])
def test_other_arguments_change_nothing(arguments: list[str]) -> None:
    assert lang.choose_from_arguments(arguments)[:1] == arguments[:1]
    assert lang.current() == "en"


def test_an_error_is_one_line_with_place_problem_and_next_step() -> None:
    error = RecordingError("is\nbroken", "坏了", where="a.wav", then=lang.Text("mend it", "修好它"))
    assert str(error) == "a.wav: is broken; mend it"
    lang.use("zh")
    assert str(error) == "a.wav: 坏了；修好它"


def test_one_tree_of_errors() -> None:
    for kind in (UsageError, RecordingError, ModelError, RecognitionError, StoreError):
        assert issubclass(kind, CallqaError)
    for kind in (SettingsError, ChecklistError):
        assert issubclass(kind, UsageError)
