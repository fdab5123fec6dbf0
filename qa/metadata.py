"""What is known of a call besides its audio: file-name pattern, metadata table, `X.meta.json`; later ones win."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Self

from ..errors import RecordingError, SettingsError, os_reason, readable
from ..lang import Text
from ..settings import Settings
from .hung_up import HEADINGS, Party, party

# The headings that exports use, in English and Chinese, lower case and without blanks.
_HEADINGS = {
    "call_id": "call_id callid id file filename file_name recording source "
    "录音 录音文件 文件名 文件 通话编号 通话id 录音编号",
    "agent_id": "agent_id agentid 工号 坐席工号 坐席编号 座席工号 员工编号 agent_no",
    "agent": "agent agent_name 坐席 座席 坐席姓名 座席姓名 客服 客服姓名 姓名",
    "group": "group team 组 组别 班组 技能组",
    "customer": "customer customer_name 客户 客户姓名 客户名称",
    "caller": "caller caller_number phone 主叫 主叫号码 来电号码 客户号码 电话",
    "direction": "direction 方向 呼叫方向 呼叫类型",
    "queue": "queue skill 队列 技能 业务",
    "started_at": "started_at start_time starttime datetime 开始时间 通话时间 呼叫时间",
    "date": "date 日期 通话日期",
    "time": "time 时间 时刻",
    "agent_channel": "agent_channel 坐席声道 座席声道",
    "hung_up_by": HEADINGS,
}
_ALIASES = {alias: name for name, aliases in _HEADINGS.items() for alias in aliases.split()}
_DIRECTIONS = {
    "呼入": "inbound",
    "in": "inbound",
    "呼出": "outbound",
    "外呼": "outbound",
    "out": "outbound",
    "回访": "callback",
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_PARTS = {"date": r"\d{4}-?\d{2}-?\d{2}", "time": r"\d{2}[-:]?\d{2}(?:[-:]?\d{2})?", "_": r".*?"}
PATTERN_NAMES = (
    "agent_id", "agent", "customer", "caller", "date", "time", "queue", "direction", "_"
)  # fmt: skip


@dataclass(frozen=True)
class CallMetadata:
    """Facts about a call. Channels count from 1; `started_at` is ISO 8601; `direction` e.g. inbound.

    `agent_channel` was said of this call, `usual_channel` of all: the words of a call may show that it is the other way
    round.
    """

    agent_id: str | None = None
    agent: str | None = None
    group: str | None = None
    customer: str | None = None
    caller: str | None = None
    direction: str | None = None
    queue: str | None = None
    started_at: str | None = None
    agent_channel: int | None = None
    usual_channel: int | None = None
    hung_up_by: Party | None = None

    def over(self, other: CallMetadata) -> CallMetadata:
        """These facts, filled up with the other's where they are silent."""
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(other, **{name: value for name, value in given.items() if value is not None})


def from_mapping(raw: Mapping[str, object]) -> tuple[str | None, CallMetadata]:
    """A row of a table, or a sidecar's object: the recording's name if it is there, and the facts."""
    known: dict[str, str] = {}
    for heading, value in raw.items():
        name = _ALIASES.get(re.sub(r"\s", "", str(heading)).lower())
        text = "" if value is None else str(value).strip()
        if name and text:
            known.setdefault(name, text)
    call = known.pop("call_id", None)
    channel = known.pop("agent_channel", None)
    hung_up = known.pop("hung_up_by", "")
    started = _moment(known.pop("date", None), known.pop("time", None), known.get("started_at"))
    if started:
        known["started_at"] = started
    if "direction" in known:
        known["direction"] = _DIRECTIONS.get(known["direction"].lower(), known["direction"])
    return call, CallMetadata(
        **known,
        agent_channel=_channel(channel),
        usual_channel=None,
        hung_up_by=party(hung_up, known.get("direction")),
    )


def _channel(value: str | None) -> int | None:
    named = {"left": 1, "l": 1, "左": 1, "right": 2, "r": 2, "右": 2}
    if value is None:
        return None
    if value.lower() in named:
        return named[value.lower()]
    return int(value) if value.isdecimal() and int(value) > 0 else None


def decoded(data: bytes) -> str:
    """Text of a table that Excel may have written: UTF-8 with or without BOM, else GB18030 (which contains GBK)."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


@dataclass(frozen=True)
class MetadataTable:
    """Rows of a metadata CSV by the ends of the recordings' paths; None where an end stands for several rows."""

    rows: Mapping[str, CallMetadata | None]

    @classmethod
    def of_rows(cls, rows: Iterable[tuple[str, CallMetadata]]) -> Self:
        """Index rows by the path or name that each gives its recording."""
        out: dict[str, CallMetadata | None] = {}
        for name, facts in rows:
            for end in _ends(name):
                out[end] = None if end in out and out[end] != facts else facts
        return cls(out)

    def of(self, recording: Path) -> CallMetadata:
        """The facts of the row that agrees with most of the recording's path, with or without its extension."""
        whole = recording.absolute()
        for end in (*_ends(whole.as_posix()), *_ends(whole.with_suffix("").as_posix())):
            if (facts := self.rows.get(readable(end))) is not None:
                return facts
        return CallMetadata()


def _ends(path: str) -> list[str]:
    """a/b/c.wav, b/c.wav, c.wav"""
    parts = [part for part in re.split(r"[\\/]", path) if part]
    return ["/".join(parts[n:]) for n in range(len(parts))]


def read_table(file: Path) -> MetadataTable:
    """Read a metadata CSV in UTF-8 or GBK, comma-, semicolon- or tab-separated.

    Raises:
        SettingsError: it cannot be read, or has no column that names the recordings.
    """
    try:
        text = decoded(file.read_bytes())
    except OSError as error:
        reason = os_reason(error)
        raise SettingsError(
            f"cannot read the metadata: {reason.en}", f"无法读取元数据：{reason.zh}", where=file
        ) from error
    text = re.sub(r"^sep=.[\r\n]+", "", text)  # a line that Excel writes for itself
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows: list[tuple[str, CallMetadata]] = []
    try:
        for raw in csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter):
            call, facts = from_mapping({k: v for k, v in raw.items() if k and isinstance(v, str)})
            if call:
                rows.append((call, facts))
    except csv.Error as error:
        raise SettingsError(
            f"not a readable table: {error}", f"表格无法解析：{error}", where=file,
            then=Text("save it again as CSV", "请重新另存为 CSV"),
        ) from error  # fmt: skip
    if not rows:
        raise SettingsError(
            "no column names the recordings", "没有标明录音文件名的列", where=file,
            then=Text(
                "give it a column call_id or filename", "请添加“录音文件”或 call_id 列"
            ),
        )  # fmt: skip
    return MetadataTable.of_rows(rows)


def sidecar_of(recording: Path) -> Path:
    """Where the metadata of a recording are, if it has any."""
    return recording.with_name(recording.stem + ".meta.json")


def read_sidecar(recording: Path) -> CallMetadata:
    """The facts in `X.meta.json` beside the recording X; none where there is no such file.

    Raises:
        RecordingError: the file is there and is no JSON object.
    """
    file = sidecar_of(recording)
    try:
        if not file.is_file():
            return CallMetadata()
    except OSError:  # a name too long, say: reported when the recording is opened
        return CallMetadata()
    try:
        raw = json.loads(decoded(file.read_bytes()))
        if not isinstance(raw, dict):
            raise ValueError("not an object")
    except (OSError, ValueError) as error:
        raise RecordingError(
            f"cannot read its metadata {file.name}: {error}",
            f"无法读取元数据 {file.name}：{error}",
            where=recording,
            then=Text("mend or remove that file", "请修正或删除该文件"),
        ) from error
    return from_mapping(raw)[1]


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    names = _PLACEHOLDER.findall(pattern)
    wrong = [n for n in names if n not in PATTERN_NAMES or (n != "_" and names.count(n) > 1)]
    if wrong:
        known = " ".join(f"{{{name}}}" for name in PATTERN_NAMES)
        raise SettingsError(
            f"unknown or repeated placeholder {{{wrong[0]}}} in the file-name pattern {pattern!r}",
            f"文件名规则 {pattern!r} 中有未知占位符 {{{wrong[0]}}} 或重复占位符",
            then=Text(f"there are: {known}", f"可用：{known}"),
        )
    regex, at = "", 0
    for match in _PLACEHOLDER.finditer(pattern):
        regex += re.escape(pattern[at : match.start()])
        name = match.group(1)
        part = _PARTS.get(name, r"[^_\-]+?")
        regex += part if name == "_" else f"(?P<{name}>{part})"
        at = match.end()
    return re.compile(regex + re.escape(pattern[at:]))


def check_patterns(patterns: Iterable[str]) -> None:
    """Raise SettingsError where a file-name pattern can never be used."""
    for pattern in patterns:
        _compiled(pattern)


def from_name(name: str, patterns: Iterable[str]) -> CallMetadata:
    """What the first matching pattern reads from a recording's name (without extension).

    Raises:
        SettingsError: a pattern has an unknown placeholder.
    """
    for pattern in patterns:
        match = _compiled(pattern).fullmatch(name)
        if match:
            return from_mapping(match.groupdict())[1]
    return CallMetadata()


def _moment(date: str | None, time: str | None, started: str | None) -> str | None:
    """The start as ISO 8601, from one text or from a date and a time; as it was written where it is neither."""
    if started and re.search(r"\d{4}", started):
        written = started
    else:
        written = " ".join(part for part in (date, started or time) if part)
    if not written:
        return None
    text = " ".join(re.sub(r"[年月/.]", "-", written.replace("日", " ")).split())
    text = re.sub(r"^(\d{4})(\d\d)(\d\d)", r"\1-\2-\3 ", text)
    text = re.sub(r"[ T]+(\d\d)-?(\d\d)-?(\d\d)?$", r" \1:\2:\3", text).rstrip(": ")
    text = re.sub(r"-(\d)(?=\D|$)", r"-0\1", re.sub(r"[ T]+(\d):", r" 0\1:", text))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return written
    return moment.isoformat() if ":" in text else moment.date().isoformat()


def gather(
    recording: Path,
    settings: Settings,
    table: MetadataTable | None,
    legs: Sequence[Path] = (),
    agent_channel: int | None = None,
) -> CallMetadata:
    """Everything known of a recording, completed from the roster: the agent's name, group, usual channel.

    Args:
        recording: its path; of legs what their names share.
        settings: patterns of names, the roster, the agent's channel.
        table: the rows of `--metadata`.
        legs: the files of a call's legs, whose own facts fill up those of the call, the agent's leg first.
        agent_channel: what the legs' names say, which counts where nothing else does.

    Raises:
        RecordingError: a sidecar is no JSON object. SettingsError: a pattern has an unknown placeholder.
    """
    names = [recording, *(legs[::-1] if agent_channel == 2 else legs)]
    levels = [[read_sidecar(name) for name in names]]
    if table:
        levels.append([table.of(name) for name in names])
    levels.append([from_name(readable(name.stem), settings.files.patterns) for name in names])
    facts = CallMetadata()
    for known in chain.from_iterable(levels):
        facts = facts.over(known)
    entry = settings.agent(facts.agent_id) or settings.agent_named(facts.agent)
    if entry:
        facts = facts.over(
            CallMetadata(
                agent_id=entry.id,
                agent=entry.name or None,
                group=entry.group or None,
                usual_channel=settings.files.agent_channel or entry.channel,
            )
        )
    usual = settings.files.agent_channel or agent_channel
    return facts.over(CallMetadata(usual_channel=usual))


def of_pipe(settings: Settings) -> CallMetadata:
    """What is known of a recording without a name."""
    return CallMetadata(usual_channel=settings.files.agent_channel)
