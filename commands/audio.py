"""Commands about the audio and its path: what recordings are like, and where the time goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ..lang import say
from .options import (
    AudioOnly,
    DeviceName,
    DiarizerChoice,
    Figures,
    Json,
    Model,
    Offline,
    Paths,
    PyannotePipeline,
    Raw,
    Spoken,
    Trace,
    Vad,
    Workers,
)
from .terminal import chosen_settings, refuse_overwriting, requested, terminal_console

if TYPE_CHECKING:
    from ..qa.batch import Batch
    from ..qa.recordings import Recording
    from ..qa.tally import Tally

audio_app = typer.Typer()


@audio_app.command(
    help=say(
        "Say what recordings are like: format, length, levels, channels, damage.",
        "检查录音文件：格式、时长、电平、声道、损坏情况。",
    )
)
def inspect(paths: Paths, raw: Raw = None, json: Json = None) -> None:
    from ..qa.inspect import inspect as inspected
    from ..qa.inspect import to_json
    from ..qa.inspect_render import show
    from ..qa.jsonlines import JsonLines

    recordings = requested(paths, chosen_settings(), raw)
    if json:
        refuse_overwriting([json], recordings)
    lines = JsonLines(json) if json else None
    console, failed = terminal_console(), False
    try:
        for found in inspected(recordings):
            failed = failed or found.error is not None
            show(console, found)
            if lines:
                lines.write(to_json(found))
    finally:
        if lines:
            lines.close()
    if lines and lines.error:
        raise lines.error
    raise typer.Exit(1 if failed else 0)


@audio_app.command(
    help=say(
        "Measure where the time goes while recordings are scored; nothing is kept.",
        "测量录音评分过程中各阶段的用时；不保存结果。",
    )
)
def profile(
    paths: Paths,
    raw: Raw = None,
    trace: Trace = None,
    json: Figures = None,
    audio_only: AudioOnly = False,
    model: Model = None,
    device: DeviceName = None,
    language: Spoken = None,
    vad: Vad = None,
    diarizer: DiarizerChoice = None,
    pyannote_pipeline: PyannotePipeline = None,
    workers: Workers = None,
    offline: Offline = False,
) -> None:
    from ..observe import Event, timed, together
    from ..qa.profile import Profiler

    profiler = Profiler()
    prepared: list[Event] = []
    with timed(prepared.append, "prepare", ""):
        from ..qa.machine import Machine
        from ..qa.profile_render import figures, tables, write_figures
        from ..qa.progress import ProgressBar
        from ..qa.session import Session, file_sizes
        from ..qa.trace import TraceFile

        settings = (
            chosen_settings()
            .with_options("recognition", model=model, device=device, language=language, vad=vad, workers=workers)
            .with_options("recognition", diarizer=diarizer, pyannote_pipeline=pyannote_pipeline)
            .with_options("models", offline=offline or None)
        )  # fmt: skip
        machine = Machine.here()
        recordings = requested(paths, settings, raw)
        refuse_overwriting([file for file in (trace, json) if file], recordings)
        session = Session(settings)
        used = session.planned.using(audio_only=audio_only)  # what is wrong with the request shows
        if json:
            write_figures(json, None)
        tracer = TraceFile(trace, profiler.started) if trace else None
        progress = ProgressBar(terminal_console(), file_sizes(recordings))
        session.observer = together(profiler, *([tracer] if tracer else []), progress)
        batch = session.batch(None, audio_only=audio_only)
    for event in prepared:
        session.observer(event)
    try:
        with progress:
            tally = _run(batch, recordings)
        found = profiler.profile()
    finally:
        if tracer:
            tracer.close()
    terminal_console().print(tables(found, machine, used))
    if json:
        write_figures(json, figures(found, machine, used, interrupted=tally.interrupted))
    if tracer and tracer.error:
        raise tracer.error
    raise typer.Exit(tally.exit_status)


def _run(batch: Batch, recordings: list[Recording]) -> Tally:
    """Run the batch to its end or until Ctrl-C; say what failed."""
    from contextlib import closing

    from ..qa.tally import Tally

    tally, results = Tally(), batch.run(recordings)
    try:
        with closing(results):
            for result in results:
                tally.add(result)
                if result.error:
                    typer.echo(f"{result.call_id}: {result.error}", err=True)
    except KeyboardInterrupt:
        tally.interrupted = True
        typer.echo(say("interrupted; the figures so far:", "已中断；目前的统计："))
    return tally
