"""Whether a recogniser still hears what was covered: calls are clipped with redaction, and the clips recognised again.

    python benchmarks/redacted_audio.py [FOLDER ...] [--lines]

FOLDER holds recordings and labels/NAME.json with what was really said; without one, the recordings of the tests. What
is private is looked for in the labels, so that what the first recognition misheard counts as well. A private thing is
`heard` where its digits (four in a row at least), its name with the title, or four fifths of an address are recognised.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rapidfuzz.fuzz import partial_ratio

from callqa.qa.privacy.digits import runs
from callqa.qa.privacy.find import find_private
from callqa.qa.privacy.private import Known
from callqa.qa.privacy.talk import Talk, folded
from callqa.scoring.pinyin import syllables
from callqa.transcribe.transcript import Utterance

OWN = Path(__file__).parent.parent / "tests" / "data" / "further"
LEAST = 4  # digits in a row by which a number is known


@dataclass(frozen=True)
class Thing:
    """Something private that is said in a call, with the words around it by which it is known."""

    kind: str
    text: str
    digits: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[OWN])
    parser.add_argument("--lines", action="store_true")
    options = parser.parse_args()
    before, after, things = Counter[str](), Counter[str](), Counter[str]()
    for folder in options.folders:
        for name, own in private_things(folder).items():
            original, clip = recognised(folder, name)
            for thing in own:
                was, now = heard(thing, original), heard(thing, clip)
                things[thing.kind] += 1
                before[thing.kind] += was
                after[thing.kind] += now
                if options.lines and now:
                    print(f"{name}: {thing}")
    print("| | things | recognised before | after |\n|---|---|---|---|")
    for kind in things:
        print(f"| {kind} | {things[kind]} | {before[kind]} | {after[kind]} |")
    print(f"| all | {things.total()} | {before.total()} | {after.total()} |")


def private_things(folder: Path) -> dict[str, list[Thing]]:
    """What is private by the labels, by the call's name; calls without any are left out."""
    out = {}
    for file in sorted((folder / "labels").glob("*.json")):
        turns = sorted(json.loads(file.read_text("utf-8"))["turns"], key=lambda t: t["start"])
        said = [Utterance(0, t["speaker"], t["start"], t["end"], t["text"], 1.0) for t in turns]
        lines = Talk(said).lines
        found = [
            Thing(
                p.kind,
                _around(said[p.utterance].text, p.start, p.end),
                _digits(lines[p.utterance].text[p.start : p.end]),
            )
            for p in find_private(said, Known())
        ]
        if found:
            out[file.stem] = found
    return out


def _around(text: str, start: int, end: int) -> str:
    """A surname alone is nobody's: it is known by the two characters after it."""
    return text[start : end + (2 if end - start < 2 else 0)]


def _digits(text: str) -> str:
    said = [Utterance(0, "customer", 0.0, 1.0, text, 1.0)]
    return "".join(run.digits for run in runs(Talk(said).lines[0]))


def heard(thing: Thing, text: str) -> bool:
    if len(thing.digits) >= LEAST:
        numbers = _numbers(text)
        pieces = [thing.digits[at : at + LEAST] for at in range(len(thing.digits) - LEAST + 1)]
        return any(piece in numbers for piece in pieces)
    wanted, said = (" ".join(s.sound for s in syllables(t)) for t in (thing.text, text))
    if thing.kind == "address":
        return partial_ratio(wanted, said) >= 80
    return f" {wanted} " in f" {said} "


def _numbers(text: str) -> str:
    lines = Talk(
        [Utterance(0, "customer", 0.0, 1.0, folded(t), 1.0) for t in text.split("\n")]
    ).lines
    return " ".join(run.digits for line in lines for run in runs(line))


def recognised(folder: Path, name: str) -> tuple[str, str]:
    """What is recognised in a call, and in its redacted clip; an utterance a line."""
    file = next(f for f in folder.glob(f"{name}.*") if f.suffix in (".wav", ".mp3"))
    with TemporaryDirectory() as place:
        here = Path(place)
        run("score", file, "--db", here / "a.db", "--json", here / "a.jsonl")
        run("clip", here / "clips", "--call", name, "--db", here / "a.db")
        clip = next((here / "clips").glob("*.wav"))
        run("score", clip, "--db", here / "b.db", "--json", here / "b.jsonl")
        return "\n".join(texts(here / "a.jsonl")), "\n".join(texts(here / "b.jsonl"))


def texts(file: Path) -> Iterator[str]:
    for line in file.read_text("utf-8").splitlines():
        yield from (turn["text"] for turn in json.loads(line)["turns"])


def run(*arguments: object) -> None:
    command = [sys.executable, "-m", "callqa", *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
