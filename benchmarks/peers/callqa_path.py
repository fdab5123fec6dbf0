"""callqa as `callqa score` hears: decoding, voice activity, diarization, recognition, utterances with word times."""

from __future__ import annotations

import argparse

from serve import Segment, Task, Transcribe, serve


def load(given: argparse.Namespace) -> Transcribe:
    from callqa.models.store import ModelStore
    from callqa.observe import ignore
    from callqa.qa.hear import Heard, Job, Unheard, hear
    from callqa.qa.metadata import CallMetadata
    from callqa.qa.recordings import find_recordings
    from callqa.qa.toolkit import load_toolkit, plan_models
    from callqa.settings import Settings

    settings = Settings().with_options("recognition", model=given.model, device="cpu")
    store = ModelStore(settings.models)
    toolkit = load_toolkit(settings, store, plan_models(settings, store), ignore)

    def transcribe(task: Task) -> list[list[Segment]]:
        heard: dict[str, list[Segment]] = {}
        jobs = [
            Job(recording, CallMetadata(), "", settings.recognition.language, ())
            for recording in find_recordings(task.calls)
        ]
        for item in hear(jobs, toolkit, ignore):
            if isinstance(item, Unheard):
                raise item.error
            if isinstance(item, Heard):
                heard[item.job.recording.source] = [
                    Segment(said.channel, said.start, said.text)
                    for said in item.analysis.utterances
                ]
        return [heard[path] for path in task.calls]

    return transcribe


if __name__ == "__main__":
    serve(load, "callqa", "ctranslate2")
