"""How good word times and confidences are: recognised utterances held against the labelled ones.

    python benchmarks/utterances.py [--model small] [--calls FOLDER ...]

Times: the distance of a labelled turn's first word from its start, of its last word from its end; turns of calls with
a channel for each party. Confidence: utterances in bins of it, with the share of their characters that are right, under
an alignment of all that one side said in a call.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein

sys.path.insert(0, str(Path(__file__).parent))

from labelled import LabelledCall, labelled_calls

from callqa.qa.recordings import find_recordings
from callqa.qa.session import Session
from callqa.scoring.pinyin import syllables
from callqa.settings import Settings
from callqa.transcribe.transcript import Utterance

DATA = Path(__file__).parents[1] / "tests" / "data"
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
REACH = 0.5  # seconds around a labelled turn in which its words are looked for


@dataclass(frozen=True)
class Side:
    """One party of a call: labelled turns, and what was recognised."""

    turns: Sequence[dict[str, Any]]
    heard: Sequence[Utterance]
    stereo: bool


def sides(calls: Sequence[LabelledCall], settings: Settings) -> Iterator[Side]:
    by_name = {call.path.stem: call for call in calls}
    recordings = find_recordings([str(call.path) for call in calls])
    for result in Session(settings).batch(None).run(recordings):
        label = by_name[result.call_id].label
        judged = result.judged
        if judged is None:
            raise SystemExit(f"{result.call_id} could not be scored")
        for role in ("agent", "customer"):
            turns = [turn for turn in label["turns"] if turn["speaker"] == role]
            stereo = str(label["layout"]).startswith("stereo")
            yield Side(turns, [u for u in judged.transcript.utterances if u.role == role], stereo)


def offsets(side: Side) -> Iterator[tuple[float, float]]:
    """How far a turn's first and last words are from its borders, seconds."""
    words = [word for utterance in side.heard for word in utterance.words]
    for turn in side.turns:
        first, last = turn["start"] - REACH, turn["end"] + REACH
        mine = [w for w in words if first <= (w.start + w.end) / 2 <= last]
        if mine:
            yield abs(mine[0].start - turn["start"]), abs(mine[-1].end - turn["end"])


def correct(side: Side) -> Iterator[tuple[float, int, int]]:
    """Confidence, right characters and characters of every utterance."""
    said = [s.char for turn in side.turns for s in syllables(turn["text"])]
    texts = [[s.char for s in syllables(utterance.text)] for utterance in side.heard]
    heard = [char for text in texts for char in text]
    right = np.zeros(len(heard), bool)
    for block in Levenshtein.opcodes(said, heard):
        if block.tag == "equal":
            right[block.dest_start : block.dest_end] = True
    begin = 0
    for utterance, text in zip(side.heard, texts, strict=True):
        yield utterance.confidence, int(right[begin : begin + len(text)].sum()), len(text)
        begin += len(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--calls", type=Path, nargs="+", default=[DATA, DATA / "further"])
    parser.add_argument("--model", default="base")
    arguments = parser.parse_args()
    calls = [call for folder in arguments.calls for call in labelled_calls(folder)]
    settings = Settings().with_options("recognition", model=arguments.model)
    found = list(sides(calls, settings))

    times = np.array([pair for side in found if side.stereo for pair in offsets(side)])
    for name, column in (("first", times[:, 0]), ("last", times[:, 1])):
        median, most = np.percentile(column, [50, 90])
        print(f"{name} word: median {median:.2f} s, 90 % within {most:.2f} s, {len(column)} turns")

    print("\nconfidence   utterances  characters  mean confidence  right")
    judged = np.array([row for side in found for row in correct(side)])
    for low, high in pairwise(BINS):
        rows = judged[(judged[:, 0] >= low) & (judged[:, 0] < high)]
        if len(rows) and rows[:, 2].sum():
            mean = np.average(rows[:, 0], weights=rows[:, 2])
            share = rows[:, 1].sum() / rows[:, 2].sum()
            print(
                f"{low:.1f} to {min(high, 1):.1f}   {len(rows):10d}  {rows[:, 2].sum():10.0f}"
                f"  {mean:15.2f}  {share:5.2f}"
            )


if __name__ == "__main__":
    main()
