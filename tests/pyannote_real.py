"""Run by tests in an environment that has pyannote.audio: `python pyannote_real.py CHECK ARGUMENT…` prints JSON."""

from __future__ import annotations

import json
import os
import pickle
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import soundfile


def local(weights: str) -> Any:
    from callqa.audio.embedding import SpeakerEmbedder
    from callqa.audio.pyannote_pipeline import local_pipeline
    from callqa.models.catalogue import WESPEAKER
    from callqa.models.store import ModelStore

    return local_pipeline(Path(weights), SpeakerEmbedder(ModelStore().path(WESPEAKER)), "cpu")


def quiet(weights: str) -> dict[str, object]:
    """Telemetry is off although the environment asks for it, and no connection is opened."""
    import socket

    tried: list[object] = []

    def refuse(self: socket.socket, address: object) -> None:
        tried.append(address)
        raise OSError("no network in this test")

    socket.socket.connect = refuse  # type: ignore[method-assign,assignment]
    os.environ["PYANNOTE_METRICS_ENABLED"] = "true"
    pipeline = local(weights)
    from pyannote.audio.telemetry.metrics import is_metrics_enabled

    pipeline(np.random.default_rng(1).normal(0, 0.1, 48_000).astype(np.float32), [(0, 48_000)])
    time.sleep(1.5)  # twice what the exporter waits
    return {"metrics": is_metrics_enabled(), "tried": [str(one) for one in tried]}


class Evil:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.system, (f"touch '{self.marker}'",))


def malice(weights: str, scratch: str) -> dict[str, object]:
    """A checkpoint that would run a command on loading, whatever its format, is refused; the real one is not."""
    import torch

    from callqa.audio.pyannote_pipeline import local_pipeline
    from callqa.errors import ModelError

    folder, out = Path(scratch), {}
    for name in ("zip", "pickle"):
        bad = folder / name
        bad.mkdir()
        content = {"hyper_parameters": {}, "state_dict": Evil(folder / "harmed")}
        if name == "zip":
            torch.save(content, bad / "pytorch_model.bin")
        else:
            (bad / "pytorch_model.bin").write_bytes(pickle.dumps(content))
        try:
            local_pipeline(bad, None, "cpu")  # type: ignore[arg-type]
            out[name] = "loaded"
        except ModelError as error:
            out[name] = str(error)
    local(weights)
    return out | {"harmed": (folder / "harmed").exists()}


def sample(weights: str) -> dict[str, object]:
    """Errors on the sample of half a minute that comes with pyannote.audio."""
    pipeline = local(weights)
    import pyannote.audio
    from pyannote.core import Annotation, Segment
    from pyannote.database.util import load_rttm
    from pyannote.metrics.diarization import DiarizationErrorRate

    folder = Path(pyannote.audio.__file__).parent / "sample"
    audio, _ = soundfile.read(folder / "sample.wav", dtype="float32")
    spans, exclusive = pipeline(audio, [(0, len(audio))])
    found = Annotation()
    for number, (start, end, who) in enumerate(spans):
        found[Segment(start, end), number] = who
    reference = next(iter(load_rttm(folder / "sample.rttm").values()))
    ends = sorted((start, end) for start, end, _ in exclusive)
    return {
        "der": DiarizationErrorRate(collar=0.25)(reference, found),
        "overlaps": sum(b[0] < a[1] - 1e-6 for a, b in pairwise(ends)),
        "speakers": len({who for _, _, who in spans}),
    }


def short(weights: str) -> dict[str, object]:
    """Recordings of next to nothing end without an error, and every region has an owner."""
    from callqa.audio.pyannote_backend import PyannoteDiarizer
    from callqa.audio.regions import SpeechRegion

    diarizer = PyannoteDiarizer(local(weights), "x")
    owners = []
    for seconds in (0.2, 0.5, 1.0, 2.5):
        recording, count = diarizer.open(), int(seconds * 16_000)
        noise = np.random.default_rng(2).normal(0, 0.1, count).astype(np.float32)
        recording.push(SpeechRegion(0, 100, 100 + count, 100, noise))
        owners.append(sum(t.end - t.start for t in recording.finish().floor))
    return {"owned": owners}


def clone(weights: str, into: str) -> dict[str, object]:
    """A folder as a clone of a repository is one: the real segmentation, the other networks untrained."""
    import shutil

    import torch
    import yaml

    os.environ["PYANNOTE_METRICS_ENABLED"] = "false"
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.embedding import WeSpeakerResNet34

    folder, rng = Path(into), np.random.default_rng(0)
    for name in ("segmentation", "embedding", "plda"):
        (folder / name).mkdir(parents=True)
    shutil.copy(Path(weights) / "pytorch_model.bin", folder / "segmentation")
    torch.manual_seed(0)
    network = WeSpeakerResNet34()
    network.specifications = Specifications(Problem.REPRESENTATION, Resolution.CHUNK, duration=5.0)
    state = {"state_dict": network.state_dict(), "hyper_parameters": dict(network.hparams)}
    state |= {"pytorch-lightning_version": "2.0.0", "epoch": 0, "global_step": 0}
    network.on_save_checkpoint(state)
    torch.save(state, folder / "embedding" / "pytorch_model.bin")
    square = np.linalg.qr(rng.normal(size=(256, 128)))[0]
    np.savez(
        folder / "plda" / "xvec_transform.npz", mean1=np.zeros(256), mean2=np.zeros(128), lda=square
    )
    np.savez(
        folder / "plda" / "plda.npz", mu=np.zeros(128), tr=np.eye(128), psi=np.linspace(2, 1, 128)
    )
    parts = {
        "segmentation": "$model/segmentation",
        "embedding": "$model/embedding",
        "plda": "$model/plda",
    }
    config = {
        "pipeline": {
            "name": "pyannote.audio.pipelines.SpeakerDiarization",
            "params": parts | {"clustering": "VBxClustering"},
        },
        "params": {
            "segmentation": {"threshold": 0.5, "min_duration_off": 0.0},
            "clustering": {"threshold": 0.6, "Fa": 0.07, "Fb": 0.8},
        },
    }  # fmt: skip
    (folder / "config.yaml").write_text(yaml.safe_dump(config), "utf-8")
    return {}


if __name__ == "__main__":
    check = {f.__name__: f for f in (quiet, malice, sample, short, clone)}[sys.argv[1]]
    print(json.dumps(check(*sys.argv[2:])))
