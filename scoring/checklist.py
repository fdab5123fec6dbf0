"""Checklists: YAML files with a version, validated on loading, known by the hash of their content."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..errors import ChecklistError, os_reason
from ..lang import Text
from .call import ScoredCall
from .rules import RULES, Rule
from .scorecard import Scorecard, ScoredItem, add_up


class Title(BaseModel):
    """A title in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    zh: str
    en: str

    @property
    def text(self) -> Text:
        return Text(self.en, self.zh)


class Item(BaseModel):
    """One thing the agent must do: its id, weight in points, and the rule that judges it."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Title
    points: float = Field(gt=0)
    fatal: bool = False
    rule: Rule

    @model_validator(mode="before")
    @classmethod
    def _build_rule(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or isinstance(raw.get("rule"), Rule):
            return raw
        raw = dict(raw)
        name, options = raw.pop("rule", None), raw.pop("with", None) or {}
        if not isinstance(name, str) or name not in RULES:
            raise ValueError(f"unknown rule {name!r}; there are: {', '.join(sorted(RULES))}")
        return raw | {"rule": RULES[name].model_validate(options)}


class Checklist(BaseModel):
    """A set of items with a pass mark."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    version: str
    language: Literal["zh", "en"]
    title: Title
    pass_mark: float = Field(default=80, ge=0, le=100)
    items: tuple[Item, ...] = Field(min_length=1)
    content_hash: str = ""

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        ids = [item.id for item in self.items]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"item ids occur twice: {', '.join(twice)}")
        return self

    def score(self, call: ScoredCall) -> Scorecard:
        """Judge every item of a call and add up."""
        items = [
            ScoredItem(i.id, i.title.text, i.rule.judge(call), i.points, i.fatal)
            for i in self.items
        ]
        return add_up(self.id, self.version, self.content_hash, items, self.pass_mark)


def load_checklist(name: str, folder: Path | None = None) -> Checklist:
    """Load a checklist: a path to a YAML file, a name in the settings' folder, or one that callqa ships.

    Raises:
        ChecklistError: there is none of that name, or it is not a valid checklist.
    """
    text, where = _read(name, folder)
    try:
        raw = yaml.safe_load(text)
        checklist = Checklist.model_validate(raw)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        what = getattr(error, "problem", None) or str(error)
        raise ChecklistError(
            f"not valid YAML: {what}", f"YAML 语法错误：{what}", where=f"{where}{line}",
            then=Text("mend that line", "请修改该行"),
        ) from error  # fmt: skip
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(_readable(raw, first["loc"]))
        raise ChecklistError(
            f"{place}: {first['msg']}", f"{place}：{first['msg']}", where=where,
            then=Text("see docs/checklists.md", "参见 docs/checklists.md"),
        ) from error  # fmt: skip
    digest = hashlib.sha256(text.encode()).hexdigest()
    return checklist.model_copy(update={"content_hash": digest})


def shipped() -> list[str]:
    """The names of the checklists that come with callqa."""
    folder = resources.files(__package__) / "checklists"
    names = (entry.name for entry in folder.iterdir())
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def _read(name: str, folder: Path | None) -> tuple[str, str]:
    path = Path(name)
    candidates = [path] if path.suffix in (".yaml", ".yml") else []
    if folder:
        candidates.append(folder / f"{name}.yaml")
    try:
        for candidate in candidates:
            if candidate.is_file():
                return candidate.read_text("utf-8-sig"), str(candidate)
    except (OSError, UnicodeDecodeError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else Text("not UTF-8", "不是 UTF-8")
        raise ChecklistError(
            f"cannot read the checklist: {reason.en}",
            f"无法读取评分表：{reason.zh}",
            where=candidate,
        ) from error
    if name in shipped():
        entry = resources.files(__package__) / "checklists" / f"{name}.yaml"
        return entry.read_text("utf-8"), name
    raise ChecklistError(
        f"there is no checklist {name}", f"没有评分表 {name}",
        then=Text(
            f"take one of {', '.join(shipped())}, or name a YAML file",
            f"可用：{'、'.join(shipped())}，或指定 YAML 文件",
        ),
    )  # fmt: skip


def _readable(raw: Any, location: tuple[int | str, ...]) -> list[str]:
    """The place of an error, with items named by their id rather than their number."""
    out, here = [], raw
    for part in location:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        named = here.get("id") if isinstance(part, int) and isinstance(here, dict) else None
        out.append(str(named or part))
    return out
