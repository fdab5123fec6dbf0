"""A recogniser that hears the redacted clip does not find the numbers that it found before."""

from __future__ import annotations

from pathlib import Path

import pytest
from redacted_audio import OWN, heard, private_things, recognised


@pytest.mark.model
@pytest.mark.parametrize("name", ["voicemail", "quick_turns"])
def test_covered_numbers_are_not_recognised_again(
    name: str, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "callqa.toml").write_text(
        f"[models]\nfolder = '{models}'\noffline = true\n", "utf-8"
    )
    monkeypatch.chdir(tmp_path)
    numbers = [thing for thing in private_things(OWN)[name] if len(thing.digits) >= 6]
    assert numbers
    original, clip = recognised(OWN, name)
    assert [heard(one, original) for one in numbers] == [True] * len(numbers)
    assert [heard(one, clip) for one in numbers] == [False] * len(numbers)
    spoken = [line for line in clip.splitlines() if len(line) > 8]
    assert len(spoken) >= 2  # the rest is still there to be heard
