"""The options of the command line, each with its help in the user's language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ..lang import say


def _option(*names: str, en: str, zh: str, **more: Any) -> Any:
    """An option whose help is in the user's language."""
    return typer.Option(*names, help=say(en, zh), **more)


NoRedact = Annotated[
    bool,
    _option(
        "--no-redact",
        en="Leave private data in; the audit trail tells.",
        zh="不遮盖隐私信息；会记入审计记录。",
    ),
]
Db = Annotated[Path | None, _option("--db", en="Database of results.", zh="结果数据库。")]
Model = Annotated[
    str | None,
    _option(
        en="Recognition model: auto, tiny … large-v3, turbo, a CTranslate2 folder or a hub id.",
        zh="识别模型：auto、tiny … large-v3、turbo、CTranslate2 文件夹或模型库编号。",
    ),
]
Offline = Annotated[bool, _option("--offline", en="Never use the network.", zh="绝不使用网络。")]
SettingsFile = Annotated[
    Path | None,
    _option(
        en="Settings file; else callqa.toml is looked for from here up.",
        zh="设置文件；默认从当前文件夹向上查找 callqa.toml。",
    ),
]
Lang = Annotated[str | None, _option(en="Language: zh or en.", zh="语言：zh 或 en。")]
Json = Annotated[
    Path | None, _option("--json", en="Write results as JSON Lines.", zh="把结果写成 JSON Lines。")
]
ChecklistName = Annotated[
    str | None, _option(en="Checklist: a name or a YAML file.", zh="评分表：名称或 YAML 文件。")
]
DeviceName = Annotated[
    str | None, _option(en="auto, cpu or cuda[:N].", zh="auto、cpu 或 cuda[:N]。")
]
Spoken = Annotated[
    str | None, _option(en="Spoken language: zh, en, … or auto.", zh="通话语言：zh、en…或 auto。")
]
Vad = Annotated[
    str | None,
    _option(
        en="Voice activity: cascade, silero, firered or webrtcvad.",
        zh="语音检测：cascade、silero、firered 或 webrtcvad。",
    ),
]
DiarizerChoice = Annotated[
    str | None,
    _option(
        "--diarizer",
        en="Who speaks in mono recordings: onnx, or pyannote (pyannote.audio, to be installed).",
        zh="单声道录音的说话人分离：onnx，或 pyannote（需另外安装 pyannote.audio）。",
    ),
]
PyannotePipeline = Annotated[
    str | None,
    _option(
        "--pyannote-pipeline",
        en="A pretrained pipeline for --diarizer pyannote: a folder or a hub id.",
        zh="供 --diarizer pyannote 使用的预训练模型：文件夹或模型库编号。",
    ),
]
AgentChannel = Annotated[
    int | None, _option(min=1, en="The agent's channel, 1 = left.", zh="坐席所在声道，1 为左。")
]
MetadataFile = Annotated[
    Path | None,
    _option(
        en="CSV with agents, customers, times (UTF-8 or GBK).",
        zh="通话信息 CSV（UTF-8 或 GBK）。",
    ),
]
Workers = Annotated[
    int | None, _option(min=0, en="Recognitions at the same time.", zh="同时识别的数量。")
]
Trace = Annotated[
    Path | None,
    _option(
        en="Write a trace for Perfetto or Chrome.",
        zh="写出可用 Perfetto 或 Chrome 查看的跟踪文件。",
    ),
]
Figures = Annotated[
    Path | None, _option("--json", en="Write all figures as JSON.", zh="把全部统计写成 JSON。")
]
AudioOnly = Annotated[
    bool,
    _option("--audio-only", en="Leave the recognition out.", zh="只运行音频处理，不做识别。"),
]
Rescore = Annotated[
    bool,
    _option(
        "--rescore",
        en="Recognise and score again what was scored before.",
        zh="已评分的录音也重新识别、重新评分。",
    ),
]
DryRun = Annotated[
    bool,
    _option("--dry-run", en="Only count calls and hours.", zh="只统计通话数量和时长。"),
]
Raw = Annotated[
    str | None,
    _option(
        "--raw",
        metavar="CODEC:RATE:CHANNELS",
        en="The files have no header and hold this, e.g. alaw:8000:1.",
        zh="文件没有文件头，内容如 alaw:8000:1。",
    ),
]
Force = Annotated[bool, _option("--force", en="Fetch again what is there.", zh="已有也重新下载。")]
CallName = Annotated[
    str, typer.Argument(metavar="CALL", help=say("Its id or its path.", "通话编号或路径。"))
]
Paths = Annotated[list[str], typer.Argument(metavar="PATH…")]
ScorePaths = Annotated[list[str] | None, typer.Argument(metavar="[PATH…]")]
RetryFailed = Annotated[
    bool,
    _option(
        "--retry-failed",
        en="Try again what failed before; without PATH all that is failed in the database.",
        zh="重试以前失败的录音；未给路径时重试数据库中全部失败的录音。",
    ),
]
Limit = Annotated[
    int | None,
    _option(
        "--limit",
        min=1,
        en="Recognise at most so many recordings; the next run goes on.",
        zh="本次最多识别多少个录音；下次运行接着处理。",
    ),
]
Since = Annotated[
    str | None,
    _option(
        "--since",
        metavar="DATE",
        en="Only calls that started on or after: 2026-11-20, today, yesterday, 7d.",
        zh="只包括此时间之后开始的通话：2026-11-20、今天、昨天、7天。",
    ),
]
Watch = Annotated[
    Path | None,
    _option(
        "--watch",
        metavar="FOLDER",
        en="Go on and score what appears in this folder, each file when it is complete, until Ctrl-C.",
        zh="持续监视文件夹，录音写完后自动评分，按 Ctrl-C 结束。",
    ),
]
Until = Annotated[
    str | None,
    _option(
        "--until",
        metavar="DATE",
        en="Only calls up to this date.",
        zh="只包括此日期（含）之前的通话。",
    ),
]
AgentOnly = Annotated[
    str | None, _option("--agent", en="Only this agent: id or name.", zh="只看该坐席：工号或姓名。")
]
GroupOnly = Annotated[str | None, _option("--group", en="Only this group.", zh="只看该班组。")]
HowMany = Annotated[int, _option("--limit", min=1, en="At most so many.", zh="最多显示多少条。")]
SpokenBy = Annotated[
    str,
    _option("--who", en="Said by: agent, customer or any.", zh="谁说的：agent、customer 或 any。"),
]
ExactOnly = Annotated[
    bool, _option("--exact", en="Not what sounds like it.", zh="不包括读音相近的词。")
]
BackupFile = Annotated[Path, typer.Argument(metavar="FILE")]
Deep = Annotated[
    bool,
    _option(
        "--deep",
        en="Read everything, and look whether the recordings are there.",
        zh="读取全部内容，并检查录音文件是否存在。",
    ),
]
Repair = Annotated[
    bool,
    _option("--repair", en="Make figures and search index anew.", zh="重建统计数据和检索索引。"),
]
Yes = Annotated[bool, _option("--yes", "-y", en="Do not ask.", zh="不再询问。")]
OfCall = Annotated[
    str | None, _option("--call", en="One call: id or path.", zh="某通通话：编号或路径。")
]
OfAgent = Annotated[
    str | None, _option("--agent", en="An agent: id or name.", zh="某坐席：工号或姓名。")
]
OfCustomer = Annotated[
    str | None, _option("--customer", en="A customer: name or number.", zh="某客户：姓名或号码。")
]
OlderThan = Annotated[
    str | None,
    _option("--older-than", metavar="AGE", en="E.g. 180d.", zh="例如 180d（180 天）。"),
]
Before = Annotated[
    str | None, _option("--before", metavar="DATE", en="E.g. 2026-01-01.", zh="例如 2026-01-01。")
]
ImportFiles = Annotated[list[Path], typer.Argument(metavar="FILE…")]
ListTo = Annotated[
    Path | None,
    _option(
        "--list",
        metavar="FILE",
        en="Write all that has no counterpart to a CSV.",
        zh="把所有未对应的记录和录音写入 CSV。",
    ),
]
Log = Annotated[
    Path | None,
    _option(
        "--log",
        metavar="FILE",
        en="Write a log, a line per recording; as JSON if it ends in .json or .jsonl.",
        zh="写运行日志，每个录音一行；以 .json 或 .jsonl 结尾时写成 JSON。",
    ),
]
CallsWanted = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[CALL…]", help=say("Ids or paths; all if none.", "通话编号或路径；默认全部。")
    ),
]
ItemName = Annotated[str, typer.Argument(metavar="ITEM", help=say("The item's id.", "项目编号。"))]
KeepNothing = Annotated[
    bool,
    _option("--dry-run", en="Only show what would change.", zh="只显示变化，不保存。"),
]
Written = Annotated[
    bool,
    _option(
        "--transcript",
        en="PATH are files of turns (.json, .jsonl, .txt), not recordings.",
        zh="路径为对话文本（.json、.jsonl、.txt），不是录音。",
    ),
]
_CHECKLIST = say("A name or a YAML file.", "名称或 YAML 文件。")
OneChecklist = Annotated[str, typer.Argument(metavar="CHECKLIST", help=_CHECKLIST)]
OtherChecklist = Annotated[str, typer.Argument(metavar="OTHER", help=_CHECKLIST)]
ChecklistNames = Annotated[list[str], typer.Argument(metavar="CHECKLIST…", help=_CHECKLIST)]
OneItem = Annotated[
    str | None, typer.Argument(metavar="[ITEM]", help=say("The item's id.", "项目编号。"))
]
OnlyItem = Annotated[str | None, _option("--item", en="Only this item.", zh="仅此项目。")]
Strict = Annotated[
    bool, _option("--strict", en="Warnings count as problems.", zh="警告也视为错误。")
]
Markdown = Annotated[
    bool, _option("--markdown", en="As Markdown, for documents.", zh="以 Markdown 输出。")
]
TurnPaths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[CALLS…]",
        help=say(
            "Files or folders of turns (.json, .jsonl, .txt) with a listener's verdicts.",
            "带人工结论的对话文本（.json、.jsonl、.txt）或其文件夹。",
        ),
    ),
]
Least = Annotated[
    float | None,
    _option(
        "--least",
        min=0,
        max=1,
        en="Exit with 1 if the agreement is less.",
        zh="一致率低于此值时退出状态为 1。",
    ),
]
NewFile = Annotated[
    Path, typer.Argument(metavar="FILE", help=say("Where to write it.", "写入的文件。"))
]
CopyOf = Annotated[str, _option("--from", en="The checklist to copy.", zh="以此评分表为底稿。")]
NewId = Annotated[
    str | None,
    _option("--id", en="Its id; else the file's name.", zh="编号；默认取文件名。"),
]
Empty = Annotated[
    bool,
    _option("--empty", en="Two items with comments, no copy.", zh="不复制，仅两个带注释的项目。"),
]
ModelName = Annotated[str, typer.Argument(metavar="MODEL")]
ModelNames = Annotated[list[str] | None, typer.Argument(metavar="[MODEL…]")]


def _version(wanted: bool) -> None:
    if wanted:
        from .. import __version__

        typer.echo(f"callqa {__version__}")
        raise typer.Exit


ShowVersion = Annotated[
    bool,
    _option("--version", callback=_version, is_eager=True, en="Show the version.", zh="显示版本。"),
]
