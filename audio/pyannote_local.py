"""A pyannote.audio pipeline from weights that package registries carry. Imports torch: to be imported on use only."""

from __future__ import annotations

import collections
import typing
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from omegaconf.base import ContainerMetadata, Metadata
from omegaconf.listconfig import ListConfig
from omegaconf.nodes import AnyNode
from pyannote.audio.core.model import Introspection
from pyannote.audio.core.plda import PLDA
from pyannote.audio.core.task import Problem, Resolution, Specifications
from pyannote.audio.models.segmentation import PyanNet
from pyannote.audio.pipelines import SpeakerDiarization
from pyannote.audio.pipelines.clustering import BaseClustering

from .block import RATE, Samples
from .embedding import FRAME, SpeakerEmbedder
from .pyannote_backend import Extent
from .speakers import Voices, speakers

# Seconds per window of the segmentation, and the part of it from one window to the next. The network was trained on
# 5 s; on calls, whose voices a telephone makes alike, it puts two speakers into one in windows that long.
WINDOW, STEP = 2.0, 0.25
SPEAKING = 0.5  # probability from which on a speaker speaks

# All that the checkpoint's pickle names besides tensors. Nothing else is looked up, so nothing else can run.
_HARMLESS: list[Any] = [
    Problem, Resolution, Specifications, Introspection, ContainerMetadata, Metadata, ListConfig, AnyNode,
    collections.defaultdict, torch.torch_version.TorchVersion, (typing.Any, "typing.Any"),
    (dict, "__builtin__.dict"), (list, "__builtin__.list"), (int, "__builtin__.long"),
    (dict, "builtins.dict"), (list, "builtins.list"), (int, "builtins.int"),
]  # fmt: skip


def load_segmentation(file: Path) -> PyanNet:
    """The segmentation network of a checkpoint, an old pickle, of which only tensors and harmless types are read.

    Raises:
        pickle.UnpicklingError: the pickle names anything else.
        KeyError, RuntimeError: it is no checkpoint of this network.
    """
    with torch.serialization.safe_globals(_HARMLESS):
        checkpoint = torch.load(file, map_location="cpu", weights_only=True)
    network = PyanNet(**checkpoint["hyper_parameters"])
    network.specifications = checkpoint["pyannote.audio"]["specifications"]
    network.specifications.duration = WINDOW
    network.build()
    network.load_state_dict(checkpoint["state_dict"])
    return network.eval()


class NoPlda(PLDA):  # type: ignore[misc]  # (pyannote.audio has no types)
    """Stands where a pipeline insists on a PLDA that its clustering does not use; the default would be downloaded."""

    def __init__(self) -> None:
        """Without the files that a real one reads."""


class _Voices:
    """What a pipeline asks its embedding for besides embeddings."""

    dimension = 256


class VoiceClustering(BaseClustering):  # type: ignore[misc]
    """One to three voices, as the diarizer `onnx` tells them. Needs no training."""

    expects_num_clusters = False

    def filter_embeddings(
        self,
        embeddings: NDArray[np.float64],
        segmentations: Any = None,
        min_active_ratio: float = 0.2,
    ) -> Any:
        """As the base class does; also notes how much of each voice is heard alone."""
        found, windows, speakers = super().filter_embeddings(
            embeddings, segmentations, min_active_ratio
        )
        alone = segmentations.data * (segmentations.data.sum(axis=2, keepdims=True) == 1)
        self._weights = alone.mean(axis=1)[windows, speakers].astype(np.float32)
        return found, windows, speakers

    def cluster(
        self,
        embeddings: NDArray[np.float64],
        min_clusters: int | None = None,  # noqa: ARG002  (the signature is pyannote's)
        max_clusters: int | None = None,  # noqa: ARG002
        num_clusters: int | None = None,  # noqa: ARG002
    ) -> NDArray[np.intp]:
        """The cluster of each embedding, from 0; rows of length 1."""
        vectors = embeddings.astype(np.float32)
        seconds = self._weights * np.float32(WINDOW * STEP)
        centres = speakers(Voices(vectors, seconds, np.ones(len(vectors), bool)))
        return (
            np.argmax(vectors @ centres.T, axis=1) if len(centres) else np.zeros(len(vectors), int)
        )


class LocalDiarization(SpeakerDiarization):  # type: ignore[misc]
    """pyannote.audio's own pipeline with callqa's voices: the convolutions hear each region once, not once per window.

    pyannote's windows overlap by three quarters and hold up to three speakers: heard window by window, every second
    would go through the network twelve times.
    """

    def __init__(self, segmentation: Path, embedder: SpeakerEmbedder) -> None:
        # the oracle asks for no embedding, which would have to be one of pyannote's own
        super().__init__(
            segmentation=load_segmentation(segmentation),
            segmentation_step=STEP,
            segmentation_batch_size=32,
            plda=NoPlda(),
            clustering="OracleClustering",
        )
        self.klustering = "VoiceClustering"
        self.clustering = VoiceClustering(metric="cosine")
        self._expects_num_speakers = False
        self._embedding = _Voices()
        self._embedder = embedder
        self.instantiate({"segmentation": {"threshold": SPEAKING, "min_duration_off": 0.0}})

    def get_embeddings(
        self,
        file: dict[str, Any],
        binary_segmentations: Any,
        exclude_overlap: bool = False,  # noqa: ARG002  (the signature is pyannote's)
        hook: Callable[..., None] | None = None,  # noqa: ARG002
    ) -> NDArray[np.float64]:
        """The voice of every speaker of every window, (windows, speakers, 256); NaN where too little is heard of it."""
        heard = _Heard(file["waveform"][0].numpy(), file["extents"], self._embedder)
        speaks = binary_segmentations.data > 0
        clean = speaks & (speaks.sum(axis=2, keepdims=True) < 2)
        windows, frames, speakers = speaks.shape
        out = np.full((windows, speakers, _Voices.dimension), np.nan)
        for number in range(windows):
            span = binary_segmentations.sliding_window[number]
            if not speaks[number].any():
                continue
            times, parts = heard.within(span.start, span.end)
            at = np.minimum(((times - span.start) / span.duration * frames).astype(int), frames - 1)
            for speaker in range(speakers):
                for mask in (clean, speaks):
                    chosen = mask[number, at, speaker]
                    if chosen.sum() >= 2:
                        out[number, speaker] = self._embedder.voice(parts[:, :, chosen])
                        break
        return out


class _Heard:
    """Frames of the embedding network over a recording; only those around the present window are held."""

    def __init__(
        self, audio: Samples, extents: Sequence[Extent], embedder: SpeakerEmbedder
    ) -> None:
        self._audio = audio
        self._waiting = collections.deque(extents)
        self._embedder = embedder
        self._times = np.zeros(0)
        self._frames: Samples | None = None

    def within(self, start: float, end: float) -> tuple[NDArray[np.float64], Samples]:
        """Centres (n,) in seconds, and frames (channels, bands, n), from `start` to `end`; both must only grow."""
        while self._waiting and self._waiting[0][0] / RATE < end:
            first, last = self._waiting.popleft()
            frames = self._embedder.frames(self._audio[first:last])
            times = first / RATE + (np.arange(frames.shape[2]) + 0.5) * FRAME
            kept = self._frames
            self._frames = frames if kept is None else np.concatenate([kept, frames], axis=2)
            self._times = np.concatenate([self._times, times])
        if self._frames is None:
            return np.zeros(0), np.zeros((1, 1, 0), np.float32)
        late = self._times >= start
        if not late.all():
            self._times, self._frames = self._times[late], self._frames[:, :, late]
        now = self._times < end
        return self._times[now], self._frames[:, :, now]
