"""Who speaks when in mono: diarization error with pyannote.metrics, and the speed of the backends side by side.

    python benchmarks/diarization.py [--calls FOLDER ...] [--gap 0.05] [--backends onnx pyannote]
    python benchmarks/diarization.py --roles RESULTS.jsonl --calls FOLDER
    python benchmarks/diarization.py --leaks --calls FOLDER
    python benchmarks/diarization.py --stock WESPEAKER.onnx --calls FOLDER

FOLDER holds recordings, and labels/NAME.json for each (default: tests/data/further); stereo ones are mixed down. The
sample of pyannote.audio is measured, too, where that is installed. Collar: 0.25 s on either side of labelled borders.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
import soxr
from pyannote.core import Annotation, Segment
from pyannote.database.util import load_rttm
from pyannote.metrics.diarization import DiarizationErrorRate
from pyannote.metrics.identification import IdentificationErrorRate

sys.path.insert(0, str(Path(__file__).parent))

from labelled import LabelledCall, hear, labelled_calls, mixed, tightened

from callqa.audio.block import RATE
from callqa.audio.interval import Interval
from callqa.audio.path import Listener
from callqa.audio.regions import SpeechRegion
from callqa.audio.turns import SYSTEM, ChannelDiarizer, Diarization, Diarizer, Turn
from callqa.models.catalogue import PYANNOTE_TORCH
from callqa.models.store import ModelStore
from callqa.qa.diarizers import load_diarizer
from callqa.qa.toolkit import load_hearing
from callqa.settings import Recognition, Settings

COLLAR = 0.5  # seconds in all, as pyannote.metrics counts


@dataclass
class Timed:
    """A diarizer that counts its own processor time."""

    inner: Diarizer
    seconds: float = 0.0
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.inner.name

    def open(self) -> ChannelDiarizer:
        return _TimedChannel(self, self.inner.open())


@dataclass
class _TimedChannel:
    owner: Timed
    inner: ChannelDiarizer

    def push(self, region: SpeechRegion, *, counts: bool = True) -> None:
        began = time.process_time()
        self.inner.push(region, counts=counts)
        self.owner.seconds += time.process_time() - began

    def finish(self, machines: Sequence[Interval] = ()) -> Diarization:
        began = time.process_time()
        found = self.inner.finish(machines)
        self.owner.seconds += time.process_time() - began
        return found


def annotation(turns: Iterator[tuple[object, float, float]]) -> Annotation:
    out = Annotation()
    for number, (speaker, start, end) in enumerate(turns):
        out[Segment(start, end), number] = speaker
    return out


def labelled(call: LabelledCall) -> Annotation:
    """The parties of a label; a second agent is a speaker of his own."""
    return annotation(
        (turn.get("tag") if turn.get("tag") == "second_agent" else turn["speaker"], turn["start"], turn["end"])
        for turn in call.label["turns"]
        if turn["speaker"] != "system"
    )  # fmt: skip


def found(turns: Sequence[Turn]) -> Annotation:
    return annotation((t.speaker, t.start, t.end) for t in turns if t.speaker != SYSTEM)


def row(name: str, metric: DiarizationErrorRate | IdentificationErrorRate, more: str = "") -> None:
    parts = metric[:]
    total = parts["total"]
    shares = "  ".join(
        f"{part} {parts[part] / total:.3f}" for part in ("missed detection", "false alarm", "confusion")
    )  # fmt: skip
    print(f"{name:34s} error {abs(metric):.3f}   {shares}{more}", flush=True)


def measure(name: str, calls: Sequence[LabelledCall], diarizer: Timed) -> None:
    """Diarization error of calls in one channel."""
    hearing = load_hearing("cascade", ModelStore())
    metric, seconds, wrong = DiarizationErrorRate(collar=COLLAR), 0.0, 0
    diarizer.seconds = 0.0
    for call in calls:
        _, audio = hear(Listener(hearing, diarizer), call.path)
        seconds += audio.duration
        told, truth = found(audio.turns), labelled(call)
        metric(truth, told, uem=Segment(0, audio.duration))
        wrong += len(told.labels()) != len(truth.labels())
    speed = f"   {1000 * diarizer.seconds / seconds:.1f} ms a second   {wrong} of {len(calls)} counts wrong"
    row(name, metric, speed)


def sample(diarizer: Timed) -> None:
    """The recording inside pyannote.audio's wheel."""
    spec = (
        importlib.util.find_spec("pyannote.audio") if importlib.util.find_spec("pyannote") else None
    )
    if spec is None or not spec.submodule_search_locations:
        print("pyannote.audio is not installed: its sample is left out")
        return
    folder = Path(spec.submodule_search_locations[0]) / "sample"
    truth = load_rttm(folder / "sample.rttm")["sample"]
    _, audio = hear(
        Listener(load_hearing("cascade", ModelStore()), diarizer), folder / "sample.wav"
    )
    for collar in (0.0, 0.25, COLLAR):
        metric = DiarizationErrorRate(collar=collar)
        metric(truth, found(audio.turns), uem=Segment(0, audio.duration))
        row(f"pyannote's sample, collar {collar:g} in all", metric)


def stock(calls: Sequence[LabelledCall], embedding: Path) -> None:
    """The speed of pyannote.audio's pipeline as it comes, which embeds every speaker of every window."""
    import torch

    os.environ["PYANNOTE_METRICS_ENABLED"] = "false"
    from pyannote.audio.pipelines import SpeakerDiarization

    from callqa.audio import pyannote_local

    pyannote_local.WINDOW = 5.0  # what the network was trained on
    pipeline = SpeakerDiarization(
        segmentation=pyannote_local.load_segmentation(ModelStore().path(PYANNOTE_TORCH) / "pytorch_model.bin"),
        segmentation_batch_size=32,
        embedding=str(embedding),
        embedding_batch_size=32,
        plda=pyannote_local.NoPlda(),
        clustering="AgglomerativeClustering",
    )  # fmt: skip
    clustering = {"method": "average", "threshold": 0.6, "min_cluster_size": 12}
    pipeline.instantiate(
        {"segmentation": {"threshold": 0.5, "min_duration_off": 0.0}, "clustering": clustering}
    )
    seconds = spent = 0.0
    for call in calls:
        samples, rate = soundfile.read(call.path, dtype="float32")
        audio = soxr.resample(samples, rate, RATE).astype(np.float32)
        began = time.process_time()
        pipeline({"waveform": torch.from_numpy(audio)[None], "sample_rate": RATE}, max_speakers=3)
        spent += time.process_time() - began
        seconds += len(audio) / RATE
    print(f"pyannote.audio's own pipeline: {1000 * spent / seconds:.1f} ms a second")


def roles(results: Path, calls: Sequence[LabelledCall]) -> None:
    """Error of who is the agent, from the utterances of results."""
    by_id = {r["call_id"]: r for r in map(json.loads, results.read_text("utf-8").splitlines())}
    metric = IdentificationErrorRate(collar=COLLAR)
    for call in calls:
        turns = by_id[call.path.stem]["turns"]
        told = annotation(
            (t["speaker"], t["start"], t["end"]) for t in turns if t["speaker"] != "system"
        )
        truth = annotation(
            (t["speaker"], t["start"], t["end"])
            for t in call.label["turns"]
            if t["speaker"] != "system"
        )
        metric(truth, told, uem=Segment(0, call.label["duration"]))
    row(f"roles in {results.name}", metric)


def leaks(calls: Sequence[LabelledCall], folder: Path) -> None:
    """Error of stereo calls in which each channel leaks into the other."""
    listener = Listener(
        load_hearing("cascade", ModelStore()), load_diarizer(Settings(), ModelStore())
    )
    for decibel in (None, -20, -30, -40):
        metric = DiarizationErrorRate(collar=COLLAR)
        for call in calls:
            samples, rate = soundfile.read(call.path, always_2d=True)
            if samples.shape[1] == 1:
                continue
            if decibel:
                delay = round(0.008 * rate)
                late = np.pad(samples[:-delay, ::-1], ((delay, 0), (0, 0)))
                samples = samples + late * 10 ** (decibel / 20)
            path = folder / f"{call.path.stem}.wav"
            soundfile.write(path, np.clip(samples, -1, 1), rate, subtype="ALAW")
            _, audio = hear(listener, path)
            metric(labelled(call), found(audio.turns), uem=Segment(0, audio.duration))
        row(f"leak {decibel} dB" if decibel else "no leak", metric)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = [Path(__file__).parents[1] / "tests/data/further"]
    parser.add_argument("--calls", type=Path, nargs="*", default=default)
    parser.add_argument("--gap", type=float, help="cut the pauses between turns to so many seconds")
    parser.add_argument("--backends", nargs="*", default=["onnx"], choices=["onnx", "pyannote"])
    parser.add_argument("--roles", type=Path)
    parser.add_argument("--stock", type=Path, help="an ONNX export of WeSpeaker ResNet34")
    parser.add_argument("--leaks", action="store_true")
    arguments = parser.parse_args()
    calls = [call for folder in arguments.calls for call in labelled_calls(folder)]
    if arguments.roles:
        roles(arguments.roles, calls)
        return
    with tempfile.TemporaryDirectory() as folder:
        if arguments.leaks:
            leaks(calls, Path(folder))
            return
        made = [mixed(call, Path(folder)) for call in calls]
        if arguments.gap is not None:
            made = [tightened(call, arguments.gap) for call in made]
        if arguments.stock:
            stock(made, arguments.stock)
            return
        for backend in arguments.backends:
            settings = Settings(recognition=Recognition(diarizer=backend))
            diarizer = Timed(load_diarizer(settings, ModelStore()))
            print(diarizer.name)
            sample(diarizer)
            measure(f"{len(made)} calls in one channel", made, diarizer)


if __name__ == "__main__":
    main()
