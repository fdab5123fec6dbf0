"""What the certainty of verdicts is worth: how often they are right, by certainty, with the real recogniser.

    python benchmarks/certainty.py FOLDER … [--noise 99 15 8] [--model base]

FOLDER holds recordings and, in labels/, what a listener found. Each recording is scored with white noise added at so
many dB below its speech (99 is none), by zh-inbound. `held out` is the precision that a threshold for 0.95, chosen on
one half of the recordings, has on the other.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from callqa.qa.calibration.thresholds import TOLD, Tried, cut
from callqa.qa.recordings import find_recordings
from callqa.qa.session import Session
from callqa.settings import Settings

BANDS = (0.0, 0.8, 0.85, 0.9, 0.95, 1.0, 1.01)
WORDS = {True: "pass", False: "fail", None: "na"}
SPLITS, PRECISION = 200, 0.95


@dataclass(frozen=True)
class Case:
    """A verdict of the machine on an item of a recording."""

    recording: str
    verdict: str
    tried: Tried


def noisy(folders: list[Path], levels: list[int], out: Path) -> Iterator[tuple[Path, Path]]:
    """Recordings with noise, each with its labels."""
    chance = np.random.default_rng(1)
    for source in sorted(file for folder in folders for file in folder.iterdir()):
        label = source.parent / "labels" / f"{source.stem}.json"
        if not label.exists():
            continue
        sound, rate = soundfile.read(source, dtype="float32", always_2d=True)
        spoken = sound[np.abs(sound) > 0.01]
        loud = float(np.sqrt((spoken**2).mean())) if len(spoken) else 0.05
        for level in levels:
            hiss = chance.standard_normal(sound.shape, np.float32) * loud / 10 ** (level / 20)
            heard = sound + (0 if level >= 99 else hiss)
            heard *= min(1.0, 0.95 / float(np.abs(heard).max()))
            place = out / f"{source.stem}-{level}.wav"
            soundfile.write(place, heard, rate, subtype="PCM_16")
            yield place, label


def cases(files: dict[str, Path], folder: Path, model: str) -> Iterator[Case]:
    """Every decided verdict, and whether the listener's is the same."""
    session = Session(Settings().with_options("recognition", model=model))
    for result in session.batch(None).run(find_recordings([str(folder)])):
        truth = json.loads(files[result.call_id].read_text("utf-8"))["truth"]
        for item in result.judged.scorecard.items if result.judged else ():
            verdict = item.finding.verdict
            if verdict in TOLD and item.id in truth:
                right = WORDS[truth[item.id]] == verdict
                name = files[result.call_id].stem
                yield Case(name, verdict, Tried(item.finding.certainty, right))


def ranked(tried: list[Tried]) -> float:
    """The chance that a right verdict is more certain than a wrong one: 0.5 where certainty tells nothing."""
    right, wrong = ([t.certainty for t in tried if t.right is good] for good in (True, False))
    if not right or not wrong:
        return float("nan")
    better = sum((a > b) + 0.5 * (a == b) for a in right for b in wrong)
    return better / len(right) / len(wrong)


def held_out(some: list[Case]) -> float:
    """Precision at a threshold that was chosen on other recordings."""
    kept = right = 0
    for seed in range(SPLITS):
        names = sorted({case.recording for case in some})
        mine = set(Random(seed).sample(names, len(names) // 2))
        least = cut([c.tried for c in some if c.recording in mine], PRECISION).least
        if least is not None:
            left = [c.tried for c in some if c.recording not in mine and c.tried.certainty >= least]
            kept, right = kept + len(left), right + sum(t.right for t in left)
    return right / kept if kept else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--noise", type=int, nargs="*", default=[99, 15, 8])
    parser.add_argument("--model", default="base")
    arguments = parser.parse_args()
    by_verdict: dict[str, list[Case]] = defaultdict(list)
    with TemporaryDirectory() as place:
        made = noisy(arguments.folders, arguments.noise, Path(place))
        files = {recording.stem: label for recording, label in made}
        for case in cases(files, Path(place), arguments.model):
            by_verdict[case.verdict].append(case)
    for verdict, some in by_verdict.items():
        tried = [case.tried for case in some]
        right, said = sum(t.right for t in tried), [t for t in tried if t.certainty < 1]
        print(f"{verdict}: {right} of {len(tried)} right, {right / len(tried):.3f}")
        print(f"  ranked {ranked(tried):.2f}, of those below 1 {ranked(said):.2f}")
        for low, high in pairwise(BANDS):
            band = [t.right for t in tried if low <= t.certainty < high]
            if band:
                print(f"  from {low:.2f}: {sum(band)} of {len(band)}, {sum(band) / len(band):.3f}")
        print(f"  for {PRECISION}: {cut(tried, PRECISION)}; held out {held_out(some):.3f}")


if __name__ == "__main__":
    main()
