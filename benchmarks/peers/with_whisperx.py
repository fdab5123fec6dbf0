"""WhisperX without alignment, whose models are on a hub only; its own voice activity detection comes with it.

It decodes with an ffmpeg that must be installed; faster-whisper's decoder, which it depends on, does the same here.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

from channels import channels
from serve import Segment, Task, Transcribe, serve


def load(given: argparse.Namespace) -> Transcribe:
    import torch
    import whisperx

    torch.set_num_threads(given.threads)
    pipeline = whisperx.load_model(
        given.model,
        device="cpu",
        compute_type="int8",
        language="zh",
        asr_options={"beam_size": 1},
        vad_method="pyannote",
        threads=given.threads,
    )

    def transcribe(task: Task) -> list[list[Segment]]:
        pipeline.options = replace(pipeline.options, initial_prompt=task.prompt)
        return [
            [
                Segment(channel, segment["start"], segment["text"])
                for channel, audio in enumerate(channels(path))
                for segment in pipeline.transcribe(audio, batch_size=task.batch)["segments"]
            ]
            for path in task.calls
        ]

    return transcribe


if __name__ == "__main__":
    serve(load, "whisperx", "torch", "ctranslate2")
