"""faster-whisper's BatchedInferencePipeline as its README shows it; its voice activity filter is part of it."""

from __future__ import annotations

import argparse

from channels import channels
from serve import Segment, Task, Transcribe, serve


def load(given: argparse.Namespace) -> Transcribe:
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    model = WhisperModel(
        given.model, device="cpu", compute_type="int8", cpu_threads=given.threads, num_workers=1
    )
    pipeline = BatchedInferencePipeline(model=model)

    def transcribe(task: Task) -> list[list[Segment]]:
        return [
            [
                Segment(channel, segment.start, segment.text)
                for channel, audio in enumerate(channels(path))
                for segment in pipeline.transcribe(
                    audio,
                    language="zh",
                    beam_size=1,
                    batch_size=task.batch,
                    initial_prompt=task.prompt,
                )[0]
            ]
            for path in task.calls
        ]

    return transcribe


if __name__ == "__main__":
    serve(load, "faster-whisper", "ctranslate2")
