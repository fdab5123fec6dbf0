"""Run as a child process: load a Whisper model on a GPU and encode silence; the exit status says whether it works."""

from __future__ import annotations

import sys


def main() -> None:
    import ctranslate2
    import numpy as np

    folder, index, compute_type = sys.argv[1:4]
    model = ctranslate2.models.Whisper(
        folder, device="cuda", device_index=int(index), compute_type=compute_type
    )
    silence = np.zeros((1, model.n_mels, 3000), dtype=np.float32)
    model.encode(ctranslate2.StorageView.from_array(silence), to_cpu=True)


if __name__ == "__main__":
    main()
