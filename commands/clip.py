"""The command that cuts passages out of recordings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..lang import say
from .choosing import (
    About,
    Alike,
    ByMeasure,
    LeastFirst,
    MaybePhrase,
    OfCollection,
    OfComplaint,
    OfTopic,
    VerdictOnly,
    choice_of,
)
from .options import (
    AgentOnly,
    Db,
    ExactOnly,
    GroupOnly,
    HowMany,
    NoRedact,
    OfCall,
    OnlyItem,
    Since,
    SpokenBy,
    Until,
)
from .terminal import chosen_settings, existing_store, terminal_console

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..audio.excerpt import Form
    from ..qa.clips.cut import Clip
    from ..qa.finding import FoundCall

clip_app = typer.Typer()

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER", help=say("A new folder for the clips.", "存放片段的新文件夹。")
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="1:05", help=say("With --call: from here.", "与 --call 合用：起始时间。")
    ),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="1:20", help=say("With --call: up to here.", "与 --call 合用：结束时间。")
    ),
]
Padding = Annotated[
    float,
    typer.Option(
        "--padding", min=0, max=60, help=say("Seconds around the passage.", "片段前后多留几秒。")
    ),
]
Fade = Annotated[
    float,
    typer.Option("--fade", min=0, max=5, help=say("Seconds of the fades.", "淡入淡出的秒数。")),
]
FileForm = Annotated[
    str, typer.Option("--format", metavar="wav|mp3|ogg", help=say("Kind of file.", "音频格式。"))
]


@clip_app.command(
    help=say(
        "Cut passages out of calls as files to play, with subtitles and a page; chosen as with find.",
        "把通话片段剪成音频文件，附字幕和播放页面；选取方式与 find 相同。",
    )
)
def clip(
    folder: Folder,
    phrase: MaybePhrase = None,
    item: OnlyItem = None,
    verdict: VerdictOnly = None,
    by: ByMeasure = None,
    least: LeastFirst = False,
    who: SpokenBy = "any",
    agent: AgentOnly = None,
    group: GroupOnly = None,
    since: Since = None,
    until: Until = None,
    exact: ExactOnly = False,
    collection: OfCollection = None,
    topic: OfTopic = None,
    complaint: OfComplaint = None,
    like: Alike = None,
    call: OfCall = None,
    start: From = None,
    end: To = None,
    form: FileForm = "wav",
    padding: Padding = 1.0,
    fade: Fade = 0.05,
    limit: HowMany = 20,
    no_redact: NoRedact = False,
    db: Db = None,
) -> None:
    from ..qa.clips.cut import Cutting, cut
    from ..qa.finding import find, of_call
    from ..qa.privacy.redact import Redaction
    from ..qa.store.audit import of_calls, record

    settings = chosen_settings()
    how = Cutting(padding, fade, _form(form))
    database = existing_store(settings, db).database
    if call is not None:
        whole = start is None and end is None
        found = [of_call(database, call, _seconds(start), _seconds(end))]
        title = call
        how = Cutting(0.0 if whole else padding, fade, how.form)
    else:
        choice = choice_of(
            database, phrase, item, verdict, by, least=least, who=who, agent=agent, group=group, since=since,
            until=until, exact=exact, about=About(collection, topic, complaint, like), limit=limit,
        )  # fmt: skip
        found = list(find(database, choice).calls)
        parts = (collection, topic, complaint, like, phrase, item, verdict, by, agent, group)
        title = " · ".join(part for part in parts if part)
    redaction = None if no_redact else Redaction(settings)
    found = [redaction.found(one) for one in found] if redaction else found
    laid = redaction.covers if redaction else None
    remark = "redacted" if redaction else "not redacted"
    record(database, "export", of_calls("clip", (one.hit.row for one in found), remark))
    whole = _write(folder, title, found, cut(found, folder, how, settings.files, laid))
    if redaction and any(one.passages for one in found):
        terminal_console().print(redaction.summary(), markup=False)
    raise typer.Exit(int(not whole))


def _write(folder: Path, title: str, found: list[FoundCall], clips: Iterator[Clip]) -> bool:
    """Write all, and tell; whether nothing failed."""
    from ..qa.clips.index import INDEX, write_index
    from ..qa.render import clock

    console = terminal_console()
    if not any(one.passages for one in found):
        console.print(say("nothing to cut", "没有可剪的片段"))
        return True
    done: list[Clip] = []
    for one in clips:
        done.append(one)
        console.print(
            str(one.error) if one.error else f"{one.file}  {clock(one.start)} – {clock(one.end)}",
            style="red" if one.error else None, markup=False,
        )  # fmt: skip
    for call in found:
        if not call.passages:
            nowhere = say("there is no place to cut", "该结论没有对应的位置，未剪")
            console.print(f"{call.hit.call_id}: {nowhere}", markup=False)
    write_index(folder, title, done)
    console.print(folder / INDEX, markup=False)
    return not any(one.error for one in done)


def _form(written: str) -> Form:
    from ..errors import UsageError

    known: tuple[Form, ...] = ("wav", "mp3", "ogg")
    for form in known:
        if written.lower() == form:
            return form
    raise UsageError(
        f"unknown format {written}: wav, mp3 or ogg", f"未知的格式 {written}：可用 wav、mp3、ogg"
    )


def _seconds(written: str | None) -> float | None:
    """Seconds, or m:ss, or h:mm:ss."""
    from ..errors import UsageError
    from ..lang import Text

    if written is None:
        return None
    try:
        parts = [float(part) for part in written.replace("：", ":").split(":")]
        if len(parts) > 3 or not all(0 <= part < 1e6 for part in parts):
            raise ValueError(written)
    except ValueError:
        raise UsageError(
            f"{written!r} is no time in a call", f"{written!r} 不是通话中的时间",
            then=Text("write seconds, or minutes and seconds: 1:05", "请写秒数，或分:秒，例如 1:05"),
        ) from None  # fmt: skip
    seconds = 0.0
    for part in parts:
        seconds = 60 * seconds + part
    return seconds
