"""Recognition side by side: callqa, faster-whisper one by one and batched, and WhisperX, with the same model.

    python benchmarks/asr.py [--model small] [--calls FOLDER ...] [--rounds 3] [--whisperx PYTHON] [--json FILE]

Every system is a process with its model loaded and warm, and all have the same cores. First each peer's better prompt
and best batch size are looked for, one run over the calls each; then the systems run in turns, and medians count.
Timed is the way from the recordings' paths to their texts: decoding, voice activity, recognition; in callqa speakers
and word times too. Peers hear each channel for itself, as callqa does. Calls with announcements are left out:
whether those count is not a question of recognition.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.labelled import LabelledCall, labelled_calls
from benchmarks.peers.figures import Figures, error_rates, table
from benchmarks.peers.floor import Peak, Shape
from benchmarks.peers.worker import Answer, Choice, System, Unavailable, Worker
from callqa.models.store import ModelStore
from callqa.qa.machine import Machine, usable_cores
from callqa.transcribe.faster_whisper import PROMPTS

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data"
WHISPERX = ROOT / ".venv-whisperx" / "bin" / "python"  # made by the Makefile
# What callqa primes its recogniser with where it knows no names; the peers are tried with it and without.
PROMPT = PROMPTS["zh"]


def systems(arguments: argparse.Namespace) -> list[System]:
    here, faster_whisper = Path(sys.executable), arguments.faster_whisper
    every = [
        System("callqa", "callqa_path.py", here, tunable=False),
        System("faster-whisper", "sequential.py", faster_whisper),
        System("faster-whisper batched", "batched.py", faster_whisper, batches=True),
        System("WhisperX", "with_whisperx.py", arguments.whisperx, batches=True),
    ]
    return [system for system in every if not arguments.only or system.name in arguments.only]


def chosen(folders: Sequence[Path]) -> list[LabelledCall]:
    """The labelled calls of the folders, without those in which machines speak."""
    calls = [call for folder in folders for call in labelled_calls(folder)]
    kept = [c for c in calls if all(turn["speaker"] != "system" for turn in c.label["turns"])]
    if not kept:
        raise SystemExit(f"no labelled calls in {', '.join(map(str, folders))}")
    if len(kept) < len(calls):
        print(f"{len(calls) - len(kept)} calls with announcements are left out")
    return kept


def started(
    arguments: argparse.Namespace, model: Path, calls: Sequence[LabelledCall], stack: ExitStack
) -> Iterator[Worker]:
    """The systems that are there, loaded, each warmed up with the shortest call."""
    shortest = min(calls, key=lambda call: float(call.label["duration"]))
    for system in systems(arguments):
        try:
            worker = Worker(system, model, arguments.threads, PROMPT)
            stack.callback(worker.close)
            worker.ask([shortest.path], Choice())
        except Unavailable as reason:
            print(f"{system.name} is left out: {reason}")
            continue
        print(f"{system.name}: {worker.versions}", flush=True)
        yield worker


def tuned(worker: Worker, calls: Sequence[LabelledCall], arguments: argparse.Namespace) -> Choice:
    """The prompt with the lower character error, then the batch size with the shortest run."""
    system = worker.system
    if not system.tunable:
        return Choice()
    batches = arguments.batches if system.batches else [1]
    prompts = {"try": (True, False), "yes": (True,), "no": (False,)}[arguments.prompt]
    first = [Choice(batches[len(batches) // 2], prompt) for prompt in prompts]
    if len(batches) == len(prompts) == 1:
        return first[0]
    runs = {choice: worker.ask([call.path for call in calls], choice) for choice in first}
    best = min(first, key=lambda c: (error_rates(calls, runs[c].heard)[0], runs[c].wall))
    others = [replace(best, batch=batch) for batch in batches if batch != best.batch]
    runs |= {choice: worker.ask([call.path for call in calls], choice) for choice in others}
    for choice, run in runs.items():
        batch = f"batch {choice.batch:2d}, " if system.batches else ""
        prompt = "prompt" if choice.prompt else "no prompt"
        by_channel, in_order = error_rates(calls, run.heard)
        print(
            f"  {system.name}: {batch}{prompt}: {run.wall:.1f} s, CER {by_channel:.4f}, {in_order:.4f}",
            flush=True,
        )
    return min((best, *others), key=lambda choice: runs[choice].wall)


def in_turns(
    workers: Sequence[Worker], calls: Sequence[LabelledCall], arguments: argparse.Namespace
) -> list[Figures]:
    """Tune all systems, then run them one after the other, round by round; one that fails drops out."""
    trial = sorted(calls, key=lambda call: call.path.name)[: arguments.trial_calls]
    choices: dict[Worker, Choice] = {}
    runs: dict[Worker, list[Answer]] = {worker: [] for worker in workers}
    for number in range(arguments.rounds + 1):
        for worker in workers if number == 0 else list(choices):
            try:
                if number == 0:
                    choices[worker] = tuned(worker, trial, arguments)
                else:
                    paths = [call.path for call in calls]
                    runs[worker].append(worker.ask(paths, choices[worker]))
            except Unavailable as reason:
                choices.pop(worker, None)
                print(f"{worker.system.name} drops out: {reason}")
        if number:
            walls = ", ".join(f"{w.system.name} {runs[w][-1].wall:.1f} s" for w in choices)
            print(f"round {number}: {walls}", flush=True)
    return [
        Figures.of(w.system, w.versions, choice, runs[w], calls) for w, choice in choices.items()
    ]


def tokens(model: Path, calls: Sequence[LabelledCall]) -> int:
    """How many tokens the labelled texts are."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    return sum(len(tokenizer.encode(call.text, add_special_tokens=False).ids) for call in calls)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--calls", type=Path, nargs="+", default=[DATA, DATA / "further"])
    parser.add_argument("--model", default="base", help="a name, or a CTranslate2 folder")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=usable_cores(), help="of each peer")
    parser.add_argument("--batches", type=int, nargs="+", default=[4, 8, 16], metavar="SIZE")
    parser.add_argument("--prompt", choices=["try", "yes", "no"], default="try")
    parser.add_argument(
        "--trial-calls", type=int, help="try prompts and sizes on so many calls only"
    )
    parser.add_argument("--only", nargs="+", metavar="SYSTEM", help="as the table names them")
    parser.add_argument("--whisperx", type=Path, default=WHISPERX, metavar="PYTHON")
    parser.add_argument(
        "--faster-whisper", type=Path, default=Path(sys.executable), metavar="PYTHON"
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args()


def main() -> None:
    arguments = parsed()
    store = ModelStore()
    model = store.path(store.recognition_model(arguments.model, "cpu")).absolute()
    calls = chosen(arguments.calls)
    audio = sum(call.label["duration"] for call in calls)
    speech = sum(turn.end - turn.start for call in calls for turn in call.spoken)
    machine, shape, length = Machine.here(), Shape.of(model), tokens(model, calls)
    print(
        f"{len(calls)} calls, {audio / 60:.1f} min, {speech / 60:.1f} min of speech, {length} tokens; "
        f"model {arguments.model} in int8; {machine.system}, {machine.cores} cores, load {machine.load}"
    )
    with ExitStack() as stack:
        figures = in_turns(list(started(arguments, model, calls, stack)), calls, arguments)
    if not figures:
        raise SystemExit("no system is there to be measured")
    peak = Peak.measured(arguments.threads)
    floor = audio / (shape.operations(speech, length) / peak.best)
    print(f"\n{table(figures, floor)}\n")
    print(
        f"floor: {shape.window_operations / 1e9:.1f} GOP per 30 s encoded, "
        f"{shape.token_operations / 1e6:.0f} MOP per token; {peak.float32 / 1e9:.0f} GOP/s in float32, "
        f"{peak.int8 / 1e9:.0f} in int8: {floor:.1f} audio s/s"
    )
    if arguments.json:
        report = {
            "machine": asdict(machine), "model": arguments.model, "calls": len(calls), "audio": audio,
            "speech": speech, "tokens": length, "shape": asdict(shape), "peak": asdict(peak), "floor": floor,
            "systems": [figure.as_json() for figure in figures],
        }  # fmt: skip
        arguments.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
