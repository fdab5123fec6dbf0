"""Settings: one `callqa.toml`, found from the working folder up, then in the user's settings folder.

Every default stands here and nowhere else; command-line options override single fields with `Settings.with_options`.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Literal, Self

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import SettingsError, os_reason
from .lang import Text

FILE_NAME = "callqa.toml"

VadName = Literal["cascade", "silero", "firered", "webrtcvad"]
DiarizerName = Literal["onnx", "pyannote"]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Company(_Section):
    """Whose calls these are; the names fill the checklist's {company} slot and the recogniser's vocabulary."""

    name: str = ""
    short_names: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in (self.name, *self.short_names) if name)


class AgentEntry(_Section):
    """One agent of the roster; `channel` is the one the recorder usually puts the agent on (1 = left).

    `extension` is that of the agent's telephone, where it is not the agent's id.
    """

    id: str
    name: str = ""
    group: str = ""
    extension: str = ""
    channel: int | None = Field(default=None, ge=1)


class ChecklistChoice(_Section):
    """Which checklist a call is scored with: by queue, else by direction, else the default.

    Where the default is the one that callqa ships for inbound calls, so are those for the other kinds of calls.
    """

    default: str = "zh-inbound"
    direction: dict[str, str] = Field(default_factory=dict)
    queue: dict[str, str] = Field(default_factory=dict)
    only: bool = False  # the default is for every call
    folder: Path | None = None

    def for_call(self, direction: str | None, queue: str | None, language: str = "zh") -> str:
        if self.only:
            return self.default
        if queue and queue in self.queue:
            return self.queue[queue]
        if direction and direction in self.direction:
            return self.direction[direction]
        if self.default != "zh-inbound":
            return self.default
        if language == "en":
            return "en-inbound"
        return _SHIPPED.get(direction or "", self.default)


_SHIPPED = {"outbound": "zh-outbound", "callback": "zh-callback"}  # by direction

# Asterisk's MixMonitor and Monitor, SIP recorders, and what exports of Chinese systems are named.
_LEGS = (
    ("-in", "-out"), ("_in", "_out"), ("-rx", "-tx"), ("_rx", "_tx"), ("_agent", "_caller"), ("_agent", "_customer"),
    ("-agent", "-caller"), ("-agent", "-customer"), ("_坐席", "_客户"), ("-坐席", "-客户"), ("_座席", "_客户"),
)  # fmt: skip


class Files(_Section):
    """How recordings are named, and on which channel the agent is.

    A pattern holds the placeholders {agent_id} {agent} {customer} {caller} {date} {time} {queue} {direction} {_}
    ({_} is anything); it is tried against the recording's name without its extension. `legs` are pairs of endings of
    such names: two mono files that differ in nothing else are the channels of one call, in this order.
    """

    patterns: tuple[str, ...] = ()
    legs: tuple[tuple[str, str], ...] = _LEGS
    agent_channel: int | None = Field(default=None, ge=1)
    metadata: Path | None = None
    timezone: str = Field(default="", description="of the centre; empty: that of this machine")
    settle_seconds: float = Field(
        default=10.0, gt=0, description="how long a watched file must be left alone to be complete"
    )


# Asterisk's cdr_csv, as it comes.
_CDR = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer",
    "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield",
)  # fmt: skip


class Metadata(_Section):
    """How the exports that say something about calls are written.

    `columns` names the heading, or headings, of a field (agent_id, started_at …) where they are not understood by
    themselves. `contexts` says which dialplan context is which direction.
    """

    columns: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    encoding: str = Field(default="", description="of CSV files; empty: told from the bytes")
    timezone: str = Field(
        default="", description="of times without an offset; empty: the centre's own"
    )
    cdr_columns: tuple[str, ...] = _CDR
    cdr_timezone: str = ""
    contexts: dict[str, str] = Field(default_factory=dict)


class Recognition(_Section):
    """How speech is found and written down."""

    model: str = "auto"
    device: str = "auto"
    language: str = Field(default="zh", pattern=r"^(auto|[a-z]{2,3})$")
    vad: VadName = "cascade"
    diarizer: DiarizerName = "onnx"
    pyannote_pipeline: str = Field(
        default="", description="a folder or a hub id; empty: the weights that callqa knows"
    )
    vocabulary: tuple[str, ...] = ()
    workers: int = Field(default=0, ge=0, description="0: one per core, two at most on a CPU")


class ModelFiles(_Section):
    """Where model files come from; `folder` is looked at before the cache."""

    folder: Path | None = None
    hub: str = "https://huggingface.co"
    offline: bool = False


class StoreFile(_Section):
    """The database of results, and for how long it keeps them: `callqa purge` deletes what is older.

    With a key it is encrypted; CALLQA_KEY goes before the file.
    """

    path: Path | None = None
    key_file: Path | None = None
    keep_days: int | None = Field(default=None, ge=1)


class Sampling(_Section):
    """Which calls are drawn for monitoring (`callqa sample`): `each` is the rule book's 4 to 5 a month and agent."""

    each: int = Field(default=4, ge=0)
    risky: int = Field(default=2, ge=0)
    silence_seconds: float = Field(default=10.0, gt=0)
    complaint_words: tuple[str, ...] = (
        "投诉", "举报", "曝光", "消协", "消费者协会", "12315", "工信部", "监管", "律师", "起诉", "法院", "记者", "媒体",
    )  # fmt: skip


class Topics(_Section):
    """The classes by which calls are sorted (`callqa topics`); without a file those that come with callqa."""

    file: Path | None = None


class Settings(_Section):
    """Everything that can be set, with its default."""

    company: Company = Company()
    agents: tuple[AgentEntry, ...] = ()
    checklists: ChecklistChoice = ChecklistChoice()
    files: Files = Files()
    metadata: Metadata = Metadata()
    recognition: Recognition = Recognition()
    models: ModelFiles = ModelFiles()
    store: StoreFile = StoreFile()
    sampling: Sampling = Sampling()
    topics: Topics = Topics()
    source: Path | None = Field(default=None, exclude=True)

    def agent(self, agent_id: str | None) -> AgentEntry | None:
        """The roster's entry of this agent, or None."""
        return next((entry for entry in self.agents if entry.id == agent_id), None)

    def agent_named(self, name: str | None) -> AgentEntry | None:
        """The one agent of the roster with this name; None where there is none or more than one."""
        found = [entry for entry in self.agents if name and entry.name == name]
        return found[0] if len(found) == 1 else None

    def with_options(self, section: str, **options: object) -> Self:
        """A copy in which the options that are not None replace fields of one section.

        Raises:
            SettingsError: a value does not fit its field.
        """
        given = {key: value for key, value in options.items() if value is not None}
        old = getattr(self, section)
        try:
            new = type(old).model_validate(old.model_dump() | given)
        except ValidationError as error:
            raise _invalid(error, None, section) from error
        return self.model_copy(update={section: new})

    def store_path(self) -> Path:
        """The database: as set, else `callqa.db` in the user's data folder."""
        return self.store.path or data_folder() / "callqa.db"


def data_folder() -> Path:
    """CALLQA_HOME, else the platform's folder for application data."""
    home = os.environ.get("CALLQA_HOME")
    return Path(home) if home else Path(platformdirs.user_data_dir("callqa", appauthor=False))


def private_folder(folder: Path) -> None:
    """Create a folder that only the user can read; one that is there already is left as it is, but for our own.

    Raises:
        OSError: it cannot be created.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder == data_folder():
        folder.chmod(0o700)


def private_file(path: Path) -> None:
    """Create a file that only the user can read; one that is there already, a pipe among them, is left as it is.

    Raises:
        OSError: it cannot be created.
    """
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def user_settings_file() -> Path:
    """The settings file that applies where none is found from the working folder up."""
    return Path(platformdirs.user_config_dir("callqa", appauthor=False)) / FILE_NAME


def find_settings(start: Path | None = None) -> Path | None:
    """The nearest `callqa.toml` from `start` up, else the user's own, else None."""
    here = (start or Path.cwd()).resolve()
    candidates = [folder / FILE_NAME for folder in (here, *here.parents)]
    return next((file for file in [*candidates, user_settings_file()] if file.is_file()), None)


def load_settings(file: Path | None = None) -> Settings:
    """Read `file`, or the settings file that is found, or take the defaults where there is none.

    Relative paths in the file are taken from the file's own folder.

    Raises:
        SettingsError: the file cannot be read, is not TOML, or has an unknown or ill-typed field.
    """
    source = file or find_settings()
    if source is None:
        return Settings()
    try:
        raw = tomllib.loads(source.read_text("utf-8-sig"))
    except OSError as error:
        reason = os_reason(error)
        raise SettingsError(
            f"cannot read the settings: {reason.en}", f"无法读取设置文件：{reason.zh}", where=source
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            "the settings are not UTF-8 text", "设置文件不是 UTF-8 编码", where=source,
            then=Text("save the file as UTF-8", "请另存为 UTF-8 编码"),
        ) from error  # fmt: skip
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"not valid TOML: {error}", f"TOML 语法错误：{error}", where=source,
            then=Text("mend that line", "请修改该行"),
        ) from error  # fmt: skip
    try:
        if "source" in raw:  # a field of ours, not of the file
            raise SettingsError("source: unknown setting", "source：没有这个设置项", where=source)
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        raise _invalid(error, source) from error
    try:
        return _anchored(settings.model_copy(update={"source": source}), source.resolve().parent)
    except RuntimeError as error:  # ~name of a user that there is not
        raise SettingsError(
            f"store.path or another path: {error}", f"store.path 或其他路径：{error}", where=source
        ) from error


def _anchored(settings: Settings, folder: Path) -> Settings:
    def absolute(path: Path | None) -> Path | None:
        return None if path is None else folder / path.expanduser()

    def checklist(name: str) -> str:
        return str(absolute(Path(name))) if name.endswith((".yaml", ".yml")) else name

    def model(name: str) -> str:
        own = folder / Path(name).expanduser()
        return str(own) if name and own.is_dir() else name

    choice = settings.checklists
    update: dict[str, dict[str, object]] = {
        "checklists": {
            "folder": absolute(choice.folder),
            "default": checklist(choice.default),
            "direction": {key: checklist(name) for key, name in choice.direction.items()},
            "queue": {key: checklist(name) for key, name in choice.queue.items()},
        },
        "recognition": {
            "model": model(settings.recognition.model),
            "pyannote_pipeline": model(settings.recognition.pyannote_pipeline),
        },
        "files": {"metadata": absolute(settings.files.metadata)},
        "models": {"folder": absolute(settings.models.folder)},
        "store": {
            "path": absolute(settings.store.path),
            "key_file": absolute(settings.store.key_file),
        },
        "topics": {"file": absolute(settings.topics.file)},
    }
    sections = {
        name: getattr(settings, name).model_copy(update=fields) for name, fields in update.items()
    }
    return settings.model_copy(update=sections)


def _invalid(
    error: ValidationError, source: Path | None, section: str | None = None
) -> SettingsError:
    first = error.errors()[0]
    parts = (section, *first["loc"]) if section else first["loc"]
    field = ".".join(str(part) for part in parts)
    unknown = first["type"] == "extra_forbidden"
    en = "unknown setting" if unknown else first["msg"]
    zh = "没有这个设置项" if unknown else f"取值不对（{first['msg']}）"
    return SettingsError(
        f"{field}: {en}", f"{field}：{zh}", where=source,
        then=Text("see docs/settings.md", "参见 docs/settings.md"),
    )  # fmt: skip
