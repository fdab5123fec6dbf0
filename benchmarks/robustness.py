"""How verdicts survive recognition errors: agreement with a listener against the share of wrong characters.

    python benchmarks/robustness.py [--calls FOLDER ...] [--texts FILE ...] [--plot FILE] [--losses]

Calls whose verdicts are known get random errors in the text of all turns (misheard.py), several times over, and are
scored with zh-inbound; times, holds and rings stay, and the confidence of the text is 1, as if the recogniser noticed
nothing. Beside it stands exact string matching: the same checklist, where the same patterns must be found letter for
letter, but for punctuation, 您 and 你, and the ways to write digits.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from exact_phrases import MATCHING, matching
from misheard import misheard
from rapidfuzz.distance import Levenshtein

from callqa.audio.events import CallEvents, Hold, HoldKind, Rings
from callqa.scoring.call import ScoredCall
from callqa.scoring.checklist import Checklist, load_checklist
from callqa.scoring.conditions import Outcome
from callqa.scoring.item import Found
from callqa.scoring.pinyin import syllables
from callqa.scoring.scorecard import Verdict
from callqa.scoring.script import ScriptedCall, read_script
from callqa.transcribe.transcript import UNHEARD, Transcript, Utterance

HERE = Path(__file__).parent
LABELS = HERE.parent / "tests" / "data" / "further" / "labels"
TEXTS = (HERE / "texts" / "inbound-a.txt", HERE / "texts" / "inbound-b.txt")
RATES = (0.0, 0.05, 0.1, 0.2, 0.3)
LOSSES_AT = 0.2
ENOUGH = 120  # calls with errors that are scored for each corpus and rate, at least


@dataclass(frozen=True)
class Corpus:
    """Calls with verdicts of a listener."""

    name: str
    calls: Sequence[ScriptedCall]

    @property
    def seeds(self) -> int:
        return -(-ENOUGH // len(self.calls))

    @property
    def characters(self) -> int:
        return sum(len(syllables(u.text)) for c in self.calls for u in c.call.transcript.utterances)


@dataclass(frozen=True)
class Trial:
    """A call as it was misheard, and how its items were judged."""

    written: ScriptedCall
    heard: ScoredCall
    found: Mapping[str, Found]

    def verdicts(self) -> Iterator[tuple[str, Verdict, Verdict]]:
        """Item, the listener's verdict, the checklist's."""
        for item, expected in self.written.expected.items():
            yield item, expected, self.found[item].finding.verdict


def labelled(folder: Path) -> Corpus:
    """The labels of recordings, FOLDER/NAME.json, as calls."""
    calls = [
        _labelled_call(json.loads(f.read_text("utf-8"))) for f in sorted(folder.glob("*.json"))
    ]
    name = folder.resolve().parent.name if folder.name == "labels" else folder.name
    return Corpus(name, calls)


def _labelled_call(label: Mapping[str, Any]) -> ScriptedCall:
    numbers = {"agent": 0, "customer": 1, "system": -1}
    said = [
        Utterance(numbers[t["speaker"]], t["speaker"], t["start"], t["end"], t["text"], 1.0)
        for t in label["turns"]
    ]
    kinds: dict[bool, HoldKind] = {True: "music", False: "silence"}
    holds = tuple(Hold(h["start"], h["end"], kinds[h["music"]]) for h in label["holds"])
    rings = [Rings(r["count"], r["end"] - r["start"]) for r in label["rings"]]
    transcript = Transcript("zh", tuple(sorted(said, key=lambda u: u.start)), 1.0)
    events = CallEvents(holds, (), rings[0] if rings else None)
    verdicts: dict[bool | None, Verdict] = {True: "pass", False: "fail", None: "na"}
    truth = {k: verdicts[v] for k, v in label["truth"].items() if k != "hold_seconds"}
    return ScriptedCall(label["id"], ScoredCall(transcript, events, label["duration"]), truth)


def with_errors(call: ScriptedCall, rate: float, seed: int) -> ScoredCall:
    """The call with misheard turns, the same for the same seed; of a turn without characters nothing was heard."""
    random = Random(f"{call.call_id} {rate} {seed}")
    said = []
    for utterance in call.call.transcript.utterances:
        text = misheard(utterance.text, rate, random)
        said.append(replace(utterance, text=text if syllables(text) else UNHEARD))
    transcript = replace(call.call.transcript, utterances=tuple(said))
    return replace(call.call, transcript=transcript)


def trials(corpus: Corpus, checklist: Checklist, rate: float) -> list[Trial]:
    """Every call of a corpus with errors, once for each seed; once in all where there are none."""
    out = []
    for seed in range(corpus.seeds if rate else 1):
        for call in corpus.calls:
            heard = with_errors(call, rate, seed)
            judgement = checklist.judgement(heard)
            out.append(Trial(call, heard, {i.id: i.judge(judgement) for i in checklist.items}))
    return out


def share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def agreement(done: Sequence[Trial], item: str | None = None) -> float:
    """Share of verdicts that are the listener's; of one item, or of all."""
    pairs = [(e, v) for t in done for i, e, v in t.verdicts() if item in (None, i)]
    return sum(expected == verdict for expected, verdict in pairs) / len(pairs)


def unsure(done: Sequence[Trial]) -> str:
    verdicts = [verdict for trial in done for _, _, verdict in trial.verdicts()]
    return share(verdicts.count("unsure"), len(verdicts))


def failures(done: Sequence[Trial]) -> str:
    """Precision and recall of `fail`."""
    pairs = [(e == "fail", v == "fail") for t in done for _, e, v in t.verdicts()]
    both = pairs.count((True, True))
    told, true = (both + pairs.count(other) for other in ((False, True), (True, False)))
    return f"{share(both, told)}/{share(both, true)}"


def character_error(done: Sequence[Trial]) -> str:
    """Edits between what was said and heard over characters said, which is a little less than the errors made."""
    edits = said = 0
    for trial in done:
        turns = (trial.written.call.transcript.utterances, trial.heard.transcript.utterances)
        for written, heard in zip(*turns, strict=True):
            chars = [[s.char for s in syllables(u.text)] for u in (written, heard)]
            edits, said = edits + Levenshtein.distance(*chars), said + len(chars[0])
    return share(edits, said)


Results = Mapping[tuple[str, str, float], Sequence[Trial]]
"""By corpus, matching and rate."""


def tables(corpora: Sequence[Corpus], rates: Sequence[float], results: Results) -> Iterator[str]:
    """The figures in Markdown."""
    figures = {
        "agreement": lambda done: f"{agreement(done):.3f}",
        "unsure": unsure,
        "precision/recall of fail": failures,
    }
    for title, figure in figures.items():
        yield f"\n| {title} | matching | " + " | ".join(f"{r:.0%}" for r in rates) + " |"
        yield "|" + "---|" * (len(rates) + 2)
        for corpus in corpora:
            for kind in MATCHING:
                cells = (figure(results[corpus.name, kind, rate]) for rate in rates)
                yield f"| {corpus.name} | {kind} | " + " | ".join(cells) + " |"
    yield ""
    for corpus in corpora:
        verdicts = sum(len(call.expected) for call in corpus.calls)
        measured = (character_error(results[corpus.name, MATCHING[0], rate]) for rate in rates)
        yield (
            f"{corpus.name}: {len(corpus.calls)} calls, {verdicts} verdicts, {corpus.characters} characters, "
            f"{corpus.seeds} seeds; character error measured {' '.join(measured)}"
        )


def plot(corpora: Sequence[Corpus], rates: Sequence[float], results: Results, file: Path) -> None:
    """Agreement against the share of wrong characters, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    # text stays text, and the same figures give the same file
    plt.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "callqa", "font.size": 11}
    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    for number, corpus in enumerate(corpora):
        for kind, style in zip(MATCHING, ("o-", "s--"), strict=True):
            values = [agreement(results[corpus.name, kind, rate]) for rate in rates]
            name = f"{corpus.name}, {kind}"
            axes.plot([100 * r for r in rates], values, style, color=f"C{number}", label=name)
    axes.set(
        xlabel="characters with an error (%)", ylabel="agreement with the listener",
        title="zh-inbound under recognition errors", xticks=[100 * r for r in rates], ylim=(None, 1.0),
    )  # fmt: skip
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(file, metadata={"Date": None})


def losses(clean: Sequence[Trial], noisy: Sequence[Trial], most: int = 25) -> Iterator[str]:
    """By item what is lost, and the phrases that are wrongly heard or no longer found, of verdicts that were right."""
    before = {trial.written.call_id: trial.found for trial in clean}
    changes: dict[str, Counter[str]] = {}
    heard, missed = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for trial in noisy:
        for item, expected, verdict in trial.verdicts():
            old = before[trial.written.call_id][item]
            if verdict == expected or old.finding.verdict != expected:
                continue
            changes.setdefault(item, Counter())[f"{expected}>{verdict}"] += 1
            for part in ("applies", "passes", "fails"):
                was, now = getattr(old, part), getattr(trial.found[item], part)
                heard.update((item, part, *hit) for hit in _hits(now, was))
                missed.update((item, part, *hit) for hit in _hits(was, now))
    for item in clean[0].found:
        pair = " ".join(f"{agreement(done, item):.3f}" for done in (clean, noisy))
        told = ", ".join(
            f"{change} {n}" for change, n in changes.get(item, Counter()).most_common()
        )
        yield f"{item:18} {pair}   {told}"
    for title, counted in (("wrongly heard", heard), ("no longer found", missed)):
        yield from (f"\n{title} (item, part, pattern):", *_most(counted, most))


def _hits(more: Outcome | None, less: Outcome | None) -> set[tuple[str, str]]:
    """Pattern and text of the hits of an outcome that is truer than the other."""
    if more is None or (less is not None and more.truth <= less.truth):
        return set()
    known = {(hit.by, hit.text) for hit in less.hits} if less else set()
    return {(hit.by, hit.text) for hit in more.hits} - known


def _most(counted: Counter[tuple[str, ...]], most: int) -> Iterator[str]:
    """The most frequent patterns, each with some of the texts."""
    patterns = Counter[tuple[str, ...]]()
    for (item, part, by, _), times in counted.items():
        patterns[item, part, by] += times
    for key, times in patterns.most_common(most):
        texts = Counter({k[3]: n for k, n in counted.items() if k[:3] == key}).most_common(4)
        shown = " ".join(f"{text}({n})" for text, n in texts)
        yield f"{times:5} {key[0]} {key[1]} {key[2] or '(beyond)'}   {shown}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--calls", type=Path, nargs="*", default=[LABELS], help="folders of labels")
    parser.add_argument(
        "--texts", type=Path, nargs="*", default=TEXTS, help="see scoring/script.py"
    )
    parser.add_argument("--rates", type=float, nargs="*", default=RATES)
    parser.add_argument("--plot", type=Path, help="an SVG file to write")
    parser.add_argument("--losses", action="store_true", help=f"what is lost at {LOSSES_AT:.0%}")
    arguments = parser.parse_args()
    rates = sorted({0.0, *arguments.rates})
    corpora = [labelled(folder) for folder in arguments.calls]
    corpora += [Corpus(f.stem, read_script(f.read_text("utf-8"), f.stem)) for f in arguments.texts]
    checklist = load_checklist("zh-inbound")
    results: dict[tuple[str, str, float], list[Trial]] = {}
    for kind in MATCHING:
        with matching(kind):
            for corpus in corpora:
                for rate in rates:
                    results[corpus.name, kind, rate] = trials(corpus, checklist, rate)
    print(*tables(corpora, rates, results), sep="\n")
    if arguments.plot:
        plot(corpora, rates, results, arguments.plot)
    for corpus in corpora if arguments.losses and LOSSES_AT in rates else ():
        print(f"\n## {corpus.name}: agreement at 0 and {LOSSES_AT:.0%}")
        clean, noisy = (results[corpus.name, MATCHING[0], rate] for rate in (0.0, LOSSES_AT))
        print(*losses(clean, noisy), sep="\n")


if __name__ == "__main__":
    main()
