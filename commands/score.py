"""The command that scores recordings: once, or as a recorder drops them."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ..lang import say
from .imports import import_one
from .options import (
    AgentChannel,
    ChecklistName,
    Db,
    DeviceName,
    DiarizerChoice,
    DryRun,
    Json,
    Limit,
    Log,
    MetadataFile,
    Model,
    Offline,
    PyannotePipeline,
    Raw,
    Rescore,
    RetryFailed,
    ScorePaths,
    Since,
    Spoken,
    Vad,
    Watch,
    Workers,
    Written,
)
from .terminal import (
    chosen_settings,
    existing_store,
    open_store,
    refuse_overwriting,
    requested,
    terminal_console,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..qa.batch import Batch
    from ..qa.recordings import Recording
    from ..qa.run import Outlets
    from ..qa.session import Session
    from ..qa.store import Store
    from ..settings import Settings

score_app = typer.Typer()


@score_app.command(
    help=say(
        "Score recordings: files, folders, patterns, or - for a recording or a list of them on standard input.",
        "为录音评分：文件、文件夹、通配符，或用 - 从标准输入读取录音或文件列表。",
    )
)
def score(
    paths: ScorePaths = None,
    json: Json = None,
    db: Db = None,
    checklist: ChecklistName = None,
    model: Model = None,
    device: DeviceName = None,
    language: Spoken = None,
    vad: Vad = None,
    diarizer: DiarizerChoice = None,
    pyannote_pipeline: PyannotePipeline = None,
    agent_channel: AgentChannel = None,
    metadata: MetadataFile = None,
    raw: Raw = None,
    workers: Workers = None,
    offline: Offline = False,
    rescore: Rescore = False,
    retry_failed: RetryFailed = False,
    limit: Limit = None,
    since: Since = None,
    watch: Watch = None,
    log: Log = None,
    dry_run: DryRun = False,
    transcript: Written = False,
) -> None:
    from ..qa.period import Period
    from ..qa.session import Session

    settings = (
        chosen_settings()
        .with_options("recognition", model=model, device=device, language=language, vad=vad, workers=workers)
        .with_options("recognition", diarizer=diarizer, pyannote_pipeline=pyannote_pipeline)
        .with_options("files", agent_channel=agent_channel, metadata=metadata)
        .with_options("checklists", default=checklist)
        .with_options("models", offline=offline or None)
    )  # fmt: skip
    if checklist:  # an explicit checklist is for every call
        settings = settings.with_options("checklists", only=True)
    session = Session(settings)
    if transcript:
        raise typer.Exit(_score_written(paths or [], session, json))
    path, period = db or settings.store_path(), Period.of(since, None)
    recordings = _requested(settings, paths or [], raw, path if retry_failed else None, watch)
    if dry_run:
        _print_plan(session, open_store(settings, db) if path.is_file() else None, recordings)
        return
    if json:
        refuse_overwriting([json], recordings, path)
    with closing(open_store(settings, db)) as store:
        if settings.files.metadata:
            import_one(store, settings.files.metadata, session)
        batch = session.batch(store, again=rescore, retry_failed=retry_failed, limit=limit)
        outlets = make_outlets(json, log)
        rounds = _rounds(settings, recordings, watch, raw)
        if since:
            rounds = (list(session.begun_in(period, some, batch.book)) for some in rounds)
        status = run_scoring(session, batch, rounds, outlets, endless=watch is not None)
    raise typer.Exit(status)


def _requested(
    settings: Settings,
    paths: list[str],
    raw: str | None,
    failed_in: Path | None,
    watch: Path | None,
) -> list[Recording]:
    """The recordings that are there now: those that are named, or those that failed before."""
    from ..errors import UsageError
    from ..lang import Text
    from ..qa.failures import failed_recordings

    if paths:
        return requested(paths, settings, raw)
    if failed_in is not None:
        return failed_recordings(existing_store(settings, failed_in), settings.files)
    if watch is not None:
        return []
    raise UsageError(
        "no recordings are named", "未指定录音",
        then=Text("name files or folders: callqa score PATH", "请给出文件或文件夹：callqa score 路径"),
    )  # fmt: skip


def _rounds(
    settings: Settings, recordings: list[Recording], watch: Path | None, raw: str | None
) -> Iterable[list[Recording]]:
    """The recordings that are named, then those that appear in the watched folder."""
    from ..audio.origin import RawFormat
    from ..qa.run import watched
    from ..qa.watch import Watcher

    watcher = (
        Watcher(watch, settings.files, RawFormat.parse(raw) if raw else None) if watch else None
    )
    if recordings:
        yield recordings
    if watcher:
        yield from watched(watcher, settings.files.settle_seconds / 4)


def make_outlets(json: Path | None = None, log: Path | None = None) -> Outlets:
    """Where the results of this command go."""
    from ..qa.jsonlines import JsonLines
    from ..qa.logs import RunLog
    from ..qa.render import ResultRows
    from ..qa.run import Outlets

    return Outlets(
        ResultRows(terminal_console()),
        JsonLines(json) if json else None,
        RunLog(log) if log else None,
    )


def run_scoring(
    session: Session,
    batch: Batch,
    rounds: Iterable[list[Recording]],
    outlets: Outlets,
    *,
    endless: bool = False,
) -> int:
    """Run the batch with a progress bar, a row per call, and a summary; return the exit status."""
    from ..observe import together
    from ..qa.progress import ProgressBar
    from ..qa.run import run_rounds
    from ..qa.session import file_sizes

    console, tally = terminal_console(), outlets.tally
    progress = ProgressBar(console)
    session.observer = together(progress, *([outlets.log] if outlets.log else []))

    def expected() -> Iterator[list[Recording]]:
        for recordings in rounds:
            progress.expect(file_sizes(recordings))
            if outlets.log:
                outlets.log.started(len(recordings))
            yield recordings

    started = time.perf_counter()
    try:
        with progress:
            run_rounds(batch, expected(), outlets, endless=endless)
        wall = time.perf_counter() - started
        if tally.interrupted:
            console.print(
                say("interrupted; what is finished is kept", "已中断；已完成的结果已保存")
            )
        if batch.store and tally.recognised and not tally.unkept:
            batch.store.record_run(session.planned.used, tally.recognised, tally.audio, wall)
        summary = tally.summary(wall)
        console.print(summary)
        if tally.failed > 1:
            console.print(tally.failed_list(), style="red", markup=False)
        if outlets.log:
            outlets.log.ended(summary)
    finally:
        outlets.close()
    if outlets.lines and outlets.lines.error:
        raise outlets.lines.error
    return tally.exit_status


def _score_written(paths: list[str], session: Session, json: Path | None) -> int:
    """Score files of turns; nothing is stored. Return the exit status."""
    from ..errors import UsageError
    from ..lang import Text
    from ..qa.turns_file import turns_files
    from ..qa.written import score_written

    if json and json.resolve() in {file.resolve() for file in turns_files(paths)}:
        raise UsageError(
            "results would overwrite what is to be scored", "结果会覆盖待评分的文件", where=json,
            then=Text("choose another file with --json", "请用 --json 指定其他文件"),
        )  # fmt: skip
    outlets = make_outlets(json)
    started = time.perf_counter()
    try:
        for result in score_written(paths, session):
            outlets.add(result)
    finally:
        outlets.close()
    terminal_console().print(outlets.tally.summary(time.perf_counter() - started))
    if outlets.lines and outlets.lines.error:
        raise outlets.lines.error
    return outlets.tally.exit_status


def _print_plan(session: Session, store: Store | None, recordings: list[Recording]) -> None:
    from ..qa.render import clock
    from ..qa.session import plan

    todo = plan(recordings, store.speed(session.planned.used) if store else None)
    basis = (
        say("measured in earlier runs", "按以往运行实测")
        if todo.measured
        else say("assumed", "估计值")
    )
    typer.echo(
        say(
            f"{todo.calls} recordings ({todo.unreadable} unreadable), {clock(todo.seconds)} of audio; "
            f"about {clock(todo.estimate)} at {todo.speed:.1f} x real time ({basis})",
            f"{todo.calls} 个录音（{todo.unreadable} 个无法读取），总时长 {clock(todo.seconds)}；"
            f"按 {todo.speed:.1f} 倍实时（{basis}）约需 {clock(todo.estimate)}",
        )
    )
