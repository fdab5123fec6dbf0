"""How well the similarity of sentences tells what a checklist item asks for, beside the checklist's own patterns.

    python benchmarks/similarity.py [--calls FOLDER ...] [--results FILE] [--written FILE]

Four sources:
- the sentences of similar_sentences.yaml;
- turns of agents in labelled calls, as they were written;
- the same as they were recognised, where FILE is what `callqa score --json` wrote of these calls;
- calls as text with verdicts (written_calls.py): an item is done if a sentence in its part of the call is enough.

The similarity of a text is the highest of any piece of it (`sentences`) with any example of the item.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from labelled import labelled_calls
from written_calls import written_calls

from callqa.models.catalogue import BGE_SMALL_ZH
from callqa.models.store import ModelStore
from callqa.scoring.checklist import load_checklist
from callqa.scoring.phrases import hits
from callqa.scoring.similarity import SentenceEmbedder, sentences
from callqa.transcribe.transcript import Utterance

HERE = Path(__file__).parent
DATA = HERE.parent / "tests" / "data"
THRESHOLDS = (0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90)
INSTRUCTION = "为这个句子生成表示以用于检索相关文章："
FORBIDDEN = "forbidden_phrases"

Flags = NDArray[np.bool_]
Score = Callable[[str], Mapping[str, float]]
"""Text -> how much it does what each item asks, 0 to 1."""
Case = Sequence[Sequence[str]]
"""What is judged: texts of which one must do what the item asks, and that for each list of them."""


@dataclass(frozen=True)
class Trial:
    """For each item the cases, and which of them do what it asks (cases,)."""

    cases: Mapping[str, Sequence[Case]]
    truth: Mapping[str, Flags]


def of_texts(texts: Iterable[str], of: Mapping[str, Callable[[str], bool]]) -> Trial:
    """Every text is a case for every item; `of` says which are the item's."""
    each = tuple(dict.fromkeys(texts))
    cases = tuple(((text,),) for text in each)
    truth = {item: np.array([belongs(text) for text in each]) for item, belongs in of.items()}
    return Trial(dict.fromkeys(of, cases), truth)


def own_sentences(data: Mapping[str, Any]) -> Trial:
    """The sentences in other words, each to be told from those of the other items, and from the ordinary ones."""
    of = {item: set(said) for item, said in data["other_words"].items()}
    ordinary = [text for line in data["ordinary"] for text in line]
    texts = [*(text for said in data["other_words"].values() for text in said), *ordinary]
    return of_texts(texts, {item: said.__contains__ for item, said in of.items()})


def turns_of_calls(folders: Iterable[Path], marks: Mapping[str, Sequence[str]]) -> Trial:
    """What agents say in labelled calls, each wording once."""

    def marked(item: str) -> Callable[[str], bool]:
        return lambda text: any(mark in text for mark in marks[item])

    calls = [call for folder in folders for call in labelled_calls(folder)]
    turns = (turn for call in calls for turn in call.label["turns"])
    said = (turn["text"] for turn in turns if turn["speaker"] == "agent")
    return of_texts(said, {item: marked(item) for item in marks})


def recognised_turns(
    results: Path, folders: Iterable[Path], marks: Mapping[str, Sequence[str]]
) -> Trial:
    """What was recognised of agents, in a file of `callqa score --json`; it is what the turns at that time were."""
    labels = {c.path.stem: c.label["turns"] for folder in folders for c in labelled_calls(folder)}
    written: dict[str, str] = {}
    for result in map(json.loads, results.read_text("utf-8").splitlines()):
        for heard in result["turns"]:
            said = [
                turn["text"]
                for turn in labels.get(result["call_id"], ())
                if turn["speaker"] == "agent"
                and heard["start"] <= (turn["start"] + turn["end"]) / 2 <= heard["end"]
            ]
            if heard["speaker"] == "agent" and said:
                written[heard["text"]] = "".join(said)

    def marked(item: str) -> Callable[[str], bool]:
        return lambda text: any(mark in written[text] for mark in marks[item])

    return of_texts(written, {item: marked(item) for item in marks})


def verdicts(file: Path, items: Iterable[str]) -> Trial:
    """The calls of a file to which an item applies; what is looked for in `forbidden_phrases` is a failure."""
    cases, truth = {}, {}
    for item in items:
        calls = [call for call in written_calls(file) if call.expected[item] != "na"]
        cases[item] = [call.parts(item) for call in calls]
        wanted = "fail" if item == FORBIDDEN else "pass"
        truth[item] = np.array([call.expected[item] == wanted for call in calls])
    return Trial(cases, truth)


def by_similarity(
    embedder: SentenceEmbedder,
    examples: Mapping[str, Sequence[str]],
    *,
    prefix: str = "",
    nearest: bool = False,
) -> Score:
    """`prefix` stands before the examples; `nearest`: a piece counts for the item of the nearest example only."""
    known = {item: embedder.embed([prefix + text for text in of]) for item, of in examples.items()}

    @cache
    def score(text: str) -> Mapping[str, float]:
        pieces = [piece.text for piece in sentences(text)]
        if not pieces:
            return dict.fromkeys(known, 0.0)
        vectors = embedder.embed(pieces)
        alike = np.array([(vectors @ of.T).max(axis=1) for of in known.values()])  # items x pieces
        if nearest:
            alike = np.where(alike == alike.max(axis=0), alike, 0)
        return dict(zip(known, alike.max(axis=1).tolist(), strict=True))

    return score


def by_patterns(items: Iterable[str]) -> Score:
    """The default checklist's phrases, by sound; 1 where one is sure."""
    rules: Mapping[str, Any] = {item.id: item.rule for item in load_checklist("zh-inbound").items}
    patterns = {item: tuple(rules[item].any) for item in items}
    patterns[FORBIDDEN] += tuple(rules[FORBIDDEN].opening)

    @cache
    def score(text: str) -> Mapping[str, float]:
        said = [Utterance(0, "agent", 0.0, 1.0, text, 1.0)]
        return {i: float(any(h.sure for h in hits(p, said, {}))) for i, p in patterns.items()}

    return score


def either(first: Score, second: Score, least: float) -> Score:
    """1 where the first is 1 or the second reaches `least`."""
    return lambda text: {
        item: float(value >= 1 or second(text)[item] >= least)
        for item, value in first(text).items()
    }


def precision_recall(taken: Flags, truth: Flags) -> str:
    """Both in two digits; a dash where nothing was taken, or there was nothing to take."""
    right = int((taken & truth).sum())
    parts = [right / total if total else None for total in (taken.sum(), truth.sum())]
    return "/".join("-" if part is None else f"{part:.2f}" for part in parts)


def show(title: str, trial: Trial, score: Score, thresholds: Sequence[float] = THRESHOLDS) -> None:
    print(f"\n{title}: precision/recall")
    print(f"{'':18}" + "".join(f"{threshold:>11.2f}" for threshold in thresholds))
    found = {
        item: np.array(
            [
                min(max((score(t)[item] for t in part), default=0.0) for part in case)
                for case in cases
            ]
        )
        for item, cases in trial.cases.items()
    }
    rows = [(item, found[item], truth) for item, truth in trial.truth.items()]
    rows.append(("all", *(np.concatenate(c) for c in zip(*(row[1:] for row in rows), strict=True))))
    for item, scores, truth in rows:
        cells = (precision_recall(scores >= threshold, truth) for threshold in thresholds)
        print(f"{item:18}" + "".join(f"{c:>11}" for c in cells) + f"   {truth.sum()}/{len(truth)}")


def milliseconds(embedder: SentenceEmbedder, texts: Sequence[str]) -> float:
    """Time of a text."""
    embedder.embed(texts[:5])
    started = time.perf_counter()
    embedder.embed(texts)
    return (time.perf_counter() - started) / len(texts) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--calls", type=Path, nargs="*", default=[DATA, DATA / "further"])
    parser.add_argument("--written", type=Path, help="calls as text: see written_calls.py")
    parser.add_argument("--results", type=Path, help="what callqa score --json wrote of the calls")
    arguments = parser.parse_args()
    data = yaml.safe_load((HERE / "similar_sentences.yaml").read_text("utf-8"))
    examples = data["examples"]
    more = examples | {FORBIDDEN: examples[FORBIDDEN] + data["more_forbidden"]}
    embedder = SentenceEmbedder(ModelStore().path(BGE_SMALL_ZH))

    trials = {
        "sentences": own_sentences(data),
        "turns of calls": turns_of_calls(arguments.calls, data["turns"]),
    }
    if arguments.results:
        recognised = recognised_turns(arguments.results, arguments.calls, data["turns"])
        trials["recognised turns"] = recognised
    if arguments.written:
        trials["written calls"] = verdicts(arguments.written, examples)
    patterns, nearest = by_patterns(examples), by_similarity(embedder, examples, nearest=True)
    ways = {
        "similarity": by_similarity(embedder, examples),
        "instruction before examples": by_similarity(embedder, examples, prefix=INSTRUCTION),
        "nearest item": nearest,
        "all forbidden phrases": by_similarity(embedder, more, nearest=True),
    }
    for name, trial in trials.items():
        show(f"{name}, the checklist's patterns", trial, patterns, (1.0,))
        for way, score in ways.items():
            show(f"{name}, {way}", trial, score)
        for least in (0.70, 0.75, 0.80):
            both = either(patterns, nearest, least)
            show(f"{name}, patterns, or nearest item from {least:.2f}", trial, both, (1.0,))

    texts = [case[0][0] for case in trials["turns of calls"].cases["closing"]]
    pieces = list(dict.fromkeys(piece.text for text in texts for piece in sentences(text)))
    print(
        f"\n{milliseconds(embedder, pieces):.2f} ms for a piece of {np.mean([len(p) for p in pieces]):.0f} characters"
        f" on average, {len(pieces)} pieces of {len(texts)} turns"
    )


if __name__ == "__main__":
    main()
