"""How much of what is private is masked, and how much of what is masked is private.

    python benchmarks/redaction.py [--count N] [--seed N] [--rates 0 0.1] [--show N]

Over invented dialogues (private_speech.py), as they are written and with recognition errors. Recall is the share of
private characters that are masked (marks and blanks between them left out); `whole` the share of private things of
which at most one character is left; precision the share of masked characters that are private.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from private_speech import Dialogue, dialogues, misheard_dialogue

from callqa.qa.privacy.find import Known, find_private
from callqa.transcribe.transcript import Utterance

KINDS = ("phone", "id_card", "bank_card", "plate", "address", "name")


def spoken(one: Dialogue) -> list[Utterance]:
    """The turns as utterances."""
    return [
        Utterance(0 if t.speaker == "agent" else 1, t.speaker, 3.0 * n, 3.0 * n + 2.5, t.text, 0.9)
        for n, t in enumerate(one.turns)
    ]


class Measured:
    """Characters and things, counted over dialogues."""

    def __init__(self) -> None:
        self.private, self.found = Counter[str](), Counter[str]()
        self.things, self.whole = Counter[str](), Counter[str]()
        self.masked = self.right = 0
        self.seconds = 0.0
        self.missed: list[str] = []
        self.wrong: list[str] = []

    def add(self, one: Dialogue) -> None:
        utterances = spoken(one)
        begun = time.perf_counter()
        masks = find_private(utterances, Known(one.known_names))
        self.seconds += time.perf_counter() - begun
        covered = {(m.utterance, at) for m in masks for at in range(m.start, m.end)}
        private: set[tuple[int, int]] = set()
        for number, turn in enumerate(one.turns):
            for mark in turn.private:
                own = [a for a in range(mark.start, mark.end) if turn.text[a].isalnum()]
                got = sum((number, at) in covered for at in own)
                private |= {(number, at) for at in range(mark.start, mark.end)}
                self.private[mark.kind] += len(own)
                self.found[mark.kind] += got
                self.things[mark.kind] += 1
                self.whole[mark.kind] += len(own) - got <= (1 if len(own) > 2 else 0)
                if got < len(own):
                    self.missed.append(_shown(one, number, covered))
            counted = {(number, at) for at, char in enumerate(turn.text) if char.isalnum()}
            self.masked += len(covered & counted)
            self.right += len(covered & counted & private)
            if (covered & counted) - private:
                self.wrong.append(_shown(one, number, covered))


def _shown(one: Dialogue, number: int, covered: set[tuple[int, int]]) -> str:
    turn = one.turns[number]
    marked = {at for m in turn.private for at in range(m.start, m.end)}
    out = ""
    for at, char in enumerate(turn.text):
        mask, mark = (number, at) in covered, at in marked
        out += (
            f"\033[9{'2' if mask and mark else '1' if mark else '3'}m{char}\033[0m"
            if mask or mark
            else char
        )
    before = one.turns[number - 1].text if number else ""
    return f"[{before}] {out}"


def row(name: str, m: Measured, kinds: Sequence[str]) -> str:
    private, found = sum(m.private[k] for k in kinds), sum(m.found[k] for k in kinds)
    things, whole = sum(m.things[k] for k in kinds), sum(m.whole[k] for k in kinds)
    return f"| {name} | {things} | {found / private:.4f} | {whole / things:.4f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rates", type=float, nargs="+", default=[0.0, 0.1])
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    made = dialogues(options.seed, options.count)
    turns = sum(len(one.turns) for one in made)
    for rate in options.rates:
        m = Measured()
        for one in made:
            m.add(misheard_dialogue(one, rate, options.seed) if rate else one)
        print(f"\nerrors {rate:.0%}, {turns} sentences, {1e3 * m.seconds / turns:.2f} ms each")
        print("| | things | recall | whole |\n|---|---|---|---|")
        for kind in KINDS:
            print(row(kind, m, [kind]))
        print(row("all", m, KINDS))
        print(f"precision {m.right / m.masked:.4f}" if m.masked else "nothing masked")
        for title, some in (("missed (red)", m.missed), ("wrong (yellow)", m.wrong)):
            for line in some[: options.show]:
                print(f"{title}: {line}")


if __name__ == "__main__":
    main()
