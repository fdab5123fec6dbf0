"""Speaker embeddings: a voice as a vector (WeSpeaker ResNet34 through onnxruntime)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .block import RATE, Samples

MEL_BINS = 80


class SpeakerEmbedder:
    """Maps speech to unit vectors; voices alike point alike.

    The features are those the model was trained on: 80 Kaldi filter banks, 25 ms every 10 ms, Hamming window, no
    dither, 16-bit sample scale, mean of the stretch removed.
    """

    name = "wespeaker-resnet34"

    def __init__(self, folder: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "wespeaker-resnet34-256.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name

    def embed(self, audio: Samples) -> Samples:
        """The voice in `audio` (n,) at RATE as a vector (256,) of length 1."""
        features = _filter_banks(audio)
        features -= features.mean(axis=0)
        vector = np.asarray(
            self._session.run(None, {self._input: features[None]})[0][0], np.float32
        )
        return np.asarray(vector / (np.linalg.norm(vector) + 1e-9), np.float32)


def _filter_banks(audio: Samples) -> Samples:
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
