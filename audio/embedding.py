"""Speaker embeddings: a voice as a vector (WeSpeaker ResNet34 through onnxruntime)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .block import RATE, Samples
from .network import network

MEL_BINS = 80
FRAME = 0.08  # seconds of a frame of the network's output


class SpeakerEmbedder:
    """Maps speech to unit vectors; voices alike point alike.

    The features are those the model was trained on: 80 Kaldi filter banks, 25 ms every 10 ms, Hamming window, no
    dither, 16-bit sample scale, mean removed. Nearly all of the cost is in the convolutions, which are in 8 bits
    (benchmarks/rework_wespeaker.py). They run over the audio once, and the model's own pooling, mean and deviation over
    time, is done here for every stretch that is asked for.
    """

    name = "wespeaker-resnet34"

    def __init__(self, folder: Path) -> None:
        self._session = network(folder / "wespeaker_resnet34_int8.onnx")
        silence = {"feats": np.zeros((1, 100, MEL_BINS), np.float32)}
        self._weight, self._offset = self._session.run(["weight", "offset"], silence)

    def embed(self, audio: Samples, stretches: Sequence[tuple[float, float]]) -> Samples:
        """The voices in stretches of `audio` (n,) at RATE, given in seconds: (stretches, 256), rows of length 1."""
        frames = self.frames(audio)
        return np.stack([self._vector(frames, *stretch) for stretch in stretches])

    def frames(self, audio: Samples) -> Samples:
        """What the convolutions make of `audio` (n,) at RATE: (channels, bands, time), FRAME seconds each."""
        features = filter_banks(audio)
        features -= features.mean(axis=0)
        [frames] = self._session.run(["frames"], {"feats": features[None]})
        return np.asarray(frames[0])

    def _vector(self, frames: Samples, start: float, end: float) -> Samples:
        """One voice of frames (channels, bands, time)."""
        first = min(int(start / FRAME), frames.shape[2] - 2)
        return self.voice(frames[:, :, first : max(first + 2, math.ceil(end / FRAME))])

    def voice(self, frames: Samples) -> Samples:
        """The voice of two or more frames (channels, bands, time), not always neighbours: (256,), of length 1."""
        deviation = np.sqrt(frames.var(axis=2, ddof=1) + 1e-7)
        pooled = np.concatenate([frames.mean(axis=2).ravel(), deviation.ravel()])
        vector = self._weight @ pooled + self._offset
        return np.asarray(vector / (np.linalg.norm(vector) + 1e-9), np.float32)


def filter_banks(audio: Samples) -> Samples:
    """The model's features of `audio` (n,) at RATE: (frames, MEL_BINS), ten milliseconds each."""
    import kaldi_native_fbank

    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.samp_freq = RATE
    options.frame_opts.dither = 0
    options.frame_opts.window_type = "hamming"
    options.mel_opts.num_bins = MEL_BINS
    bank = kaldi_native_fbank.OnlineFbank(options)
    bank.accept_waveform(RATE, (audio * 32768).tolist())
    bank.input_finished()
    return np.stack([bank.get_frame(i) for i in range(bank.num_frames_ready)]).astype(np.float32)
