"""Loads pyannote.audio pipelines: named ones from their folder, or callqa's own from weights of package registries."""

from __future__ import annotations

import importlib
import importlib.util
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from ..errors import ModelError, UsageError
from ..lang import Text
from .block import RATE, Samples
from .embedding import SpeakerEmbedder
from .pyannote_backend import Extent, Pipeline
from .spans import Span

LOCAL_NAME = "pyannote (segmentation, wespeaker-resnet34)"
MOST_SPEAKERS = 3  # two parties, and who a call is transferred to
WEIGHTS = "pytorch_model.bin"


def installed() -> bool:
    """Whether pyannote.audio is there; nothing of it is loaded."""
    return all(importlib.util.find_spec(name) for name in ("torch", "pyannote", "omegaconf"))


def require() -> None:
    """Make sure that pyannote.audio is there, before anything is downloaded for it.

    Raises:
        UsageError: it is not installed.
    """
    if not installed():
        raise _absent()


def _absent() -> UsageError:
    commands = 'pip install "torch==2.14.1"', 'pip install "callqa[pyannote]"'
    return UsageError(
        "the diarizer pyannote needs pyannote.audio, which is not installed",
        "pyannote 说话人分离需要 pyannote.audio，但尚未安装",
        then=Text(
            f"run: {commands[0]}, then: {commands[1]}",
            f"请先运行 {commands[0]}，再运行 {commands[1]}",
        ),
    )


def local_pipeline(segmentation: Path, embedder: SpeakerEmbedder, device: str) -> Pipeline:
    """The assembly of callqa; `segmentation` is the folder of its weights, `device` as `cpu` or `cuda:0`.

    Raises:
        UsageError: pyannote.audio is not installed. ModelError: the weights cannot be used.
    """
    _import("pyannote.audio")
    from .pyannote_local import LocalDiarization

    try:
        pipeline = LocalDiarization(segmentation / WEIGHTS, embedder)
    except Exception as error:  # torch, pickle and pyannote.audio raise what they like
        raise _unusable(segmentation, error) from error
    return _on_device(pipeline, device)


def named_pipeline(folder: Path, device: str) -> Pipeline:
    """A pretrained pipeline from the folder of its files, which are trusted as code is.

    Raises:
        UsageError: pyannote.audio is not installed. ModelError: the folder holds no pipeline that runs here.
    """
    try:
        config = yaml.safe_load((folder / "config.yaml").read_text("utf-8"))
        kind = str(config["pipeline"]["name"])
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError) as error:
        raise _unusable(folder, error) from error
    if not kind.startswith("pyannote.audio.pipelines.") or not kind.endswith(".SpeakerDiarization"):
        raise ModelError(  # others separate voices, or send the audio to a service
            f"{kind} is no pipeline that tells speakers apart on this machine",
            f"{kind} 不是在本机运行的说话人分离模型",
            where=folder,
        )
    audio = _import("pyannote.audio")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pipeline = audio.Pipeline.from_pretrained(folder)
    except Exception as error:
        raise _unusable(folder, error) from error
    return _on_device(pipeline, device)


def _import(module: str) -> Any:
    os.environ["PYANNOTE_METRICS_ENABLED"] = "false"  # read on import: nothing is told to anybody
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about decoders of audio files, which are not used
            return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise _absent() from error
    except Exception as error:  # torch and its libraries do not fit each other
        raise ModelError(
            f"pyannote.audio cannot be loaded: {error}", f"无法加载 pyannote.audio：{error}",
            then=Text('run: pip install "torch==2.14.1"', '请运行：pip install "torch==2.14.1"'),
        ) from error  # fmt: skip


def _unusable(folder: Path, error: Exception) -> ModelError:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return ModelError(
        f"this pyannote.audio pipeline cannot be loaded: {lines[0]}",
        f"无法加载该 pyannote.audio 模型：{lines[0]}",
        where=folder,
        then=Text(
            "fetch it again, or name another with --pyannote-pipeline",
            "请重新获取，或用 --pyannote-pipeline 另行指定",
        ),
    )


def _on_device(pipeline: Any, device: str) -> Pipeline:
    """The pipeline as a function, on the GPU where torch has it, too."""
    import torch

    if device != "cpu" and torch.cuda.is_available():
        pipeline.to(torch.device(device))

    def run(audio: Samples, extents: Sequence[Extent]) -> tuple[list[Span], list[Span]]:
        file = {"waveform": torch.from_numpy(audio)[None], "sample_rate": RATE, "uri": "call"}
        with warnings.catch_warnings():  # of means over nothing, in recordings of a few words
            warnings.simplefilter("ignore")
            told = pipeline(file | {"extents": extents}, min_speakers=1, max_speakers=MOST_SPEAKERS)
        ordinary = getattr(told, "speaker_diarization", told)  # older pipelines give only this
        numbers: dict[object, int] = {}
        exclusive = getattr(told, "exclusive_speaker_diarization", ordinary)
        return _spans(ordinary, numbers), _spans(exclusive, numbers)

    return run


def _spans(annotation: Any, numbers: dict[object, int]) -> list[Span]:
    return [
        (float(s.start), float(s.end), numbers.setdefault(label, len(numbers)))
        for s, _, label in annotation.itertracks(yield_label=True)
    ]
