"""Checklist files as they are written: YAML with the line and column of everything, and errors that name them."""

from __future__ import annotations

import reprlib
from collections.abc import Sequence, Set
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from ..errors import ChecklistError, os_reason
from ..lang import Text
from .conditions import KINDS, TAG

Place = tuple[int | str, ...]  # the keys and numbers that lead to a value
MOST_VALUES = (
    50_000  # of a checklist, aliases resolved; the largest shipped one has about a thousand
)


@dataclass(frozen=True)
class Problem:
    """What is wrong, or might be, at one place of a checklist."""

    place: Place
    text: Text
    serious: bool = True


class Source:
    """The text of a checklist, and where everything stands in it.

    Raises:
        ChecklistError: it is not YAML, or a key stands twice.
    """

    def __init__(self, text: str, where: str) -> None:
        self.text, self.where = text, where
        try:
            self._root = yaml.compose(text, yaml.SafeLoader)
            self._refuse_endless(self._root)
            self._refuse_twins(self._root, set())
            self.data: Any = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
            what = getattr(error, "problem", None) or str(error)
            raise ChecklistError(
                f"not valid YAML: {what}", f"YAML 语法错误：{what}", where=f"{where}{line}",
                then=Text("mend that line", "请修改该行"),
            ) from error  # fmt: skip
        except RecursionError as error:
            raise ChecklistError("nested too deeply", "嵌套过深", where=where) from error
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            # PyYAML lets these out where a tag or a date does not fit its value, as in 2026-13-45 and !!int x
            raise ChecklistError(
                f"not valid YAML: {error}", f"YAML 语法错误：{error}", where=where
            ) from error

    def _refuse_endless(self, root: yaml.Node | None) -> None:
        """Aliases of aliases make a small file endless, and an alias inside its own anchor never ends."""
        sizes: dict[int, int] = {}
        open_nodes: set[int] = set()

        def size(node: yaml.Node) -> int:
            if id(node) in open_nodes:
                raise self._error(
                    node, Text("an alias lies inside its own anchor", "锚点引用了自身")
                )
            if id(node) not in sizes:
                open_nodes.add(id(node))
                sizes[id(node)] = 1 + sum(size(child) for child in _children(node))
                open_nodes.remove(id(node))
                if sizes[id(node)] > MOST_VALUES:
                    raise self._error(node, Text(
                        f"more than {MOST_VALUES} values, aliases resolved", f"展开后超过 {MOST_VALUES} 个值",
                    ))  # fmt: skip
            return sizes[id(node)]

        if root is not None:
            size(root)

    def _refuse_twins(self, node: yaml.Node | None, seen: set[int]) -> None:
        """YAML would silently take the last of two equal keys."""
        if node is None or id(node) in seen:
            return
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise self._error(key, Text("a key is a single word", "键只能是一个词"))
                if key.value in keys and key.value != "<<":
                    wrong = Text(f"the key {key.value} stands twice", f"键 {key.value} 重复")
                    raise self._error(key, wrong)
                keys.add(key.value)
        for child in _children(node):
            self._refuse_twins(child, seen)

    def error(self, problem: Problem) -> ChecklistError:
        """The problem with its line and column."""
        return self._error(self._node(problem.place), problem.text)

    def line(self, place: Place) -> int:
        """The line of a place, from 1."""
        node = self._node(place)
        return node.start_mark.line + 1 if node else 1

    def at(self, place: Place) -> tuple[int, int]:
        """The line and column of a place, from 1."""
        node = self._node(place)
        return (node.start_mark.line + 1, node.start_mark.column + 1) if node else (1, 1)

    def _error(self, node: yaml.Node | None, text: Text) -> ChecklistError:
        at = f":{node.start_mark.line + 1}:{node.start_mark.column + 1}" if node else ""
        return ChecklistError(
            text.en, text.zh, where=f"{self.where}{at}",
            then=Text("see docs/checklists.md", "参见 docs/checklists.md"),
        )  # fmt: skip

    def _node(self, place: Place) -> yaml.Node | None:
        """The node at a place, or the last one on the way to it; of an unknown key the key itself."""
        node = self._root
        for n, part in enumerate(place):
            if isinstance(part, str) and (part.startswith(TAG) or "[" in part):
                continue  # not a key: which kind of condition, or which form of a value, was tried
            if isinstance(node, yaml.MappingNode):
                pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
                if pair is None:
                    break
                whole = n == len(place) - 1 and not isinstance(pair[1], yaml.ScalarNode)
                node = pair[0] if whole else pair[1]  # a value of many lines is told by its key
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
                if part >= len(node.value):
                    break
                node = node.value[part]
        return node


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def read(name: str, folder: Path | None) -> Source:
    """The checklist at a path, of a name in the settings' folder, or one that callqa ships.

    Raises:
        ChecklistError: there is none of that name, or it cannot be read.
    """
    path = Path(name)
    candidates = [path] if path.suffix in (".yaml", ".yml") else []
    if folder:
        candidates.append(folder / f"{name}.yaml")
    try:
        for candidate in candidates:
            if candidate.is_file():
                return Source(candidate.read_text("utf-8-sig"), str(candidate))
    except (OSError, UnicodeDecodeError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else Text("not UTF-8", "不是 UTF-8")
        raise ChecklistError(
            f"cannot read the checklist: {reason.en}", f"无法读取评分表：{reason.zh}", where=candidate,
        ) from error  # fmt: skip
    if name in shipped():
        return Source((_folder() / f"{name}.yaml").read_text("utf-8"), name)
    raise ChecklistError(
        f"there is no checklist {name}", f"没有评分表 {name}",
        then=Text(
            f"take one of {', '.join(shipped())}, or name a YAML file",
            f"可用：{'、'.join(shipped())}，或指定 YAML 文件",
        ),
    )  # fmt: skip


def shipped() -> list[str]:
    """The names of the checklists that come with callqa."""
    names = (entry.name for entry in _folder().iterdir())
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def _folder() -> Any:
    return resources.files(__package__) / "checklists"


def problems_of(error: ValidationError) -> list[Problem]:
    """What a model found wrong, in the user's words; what only follows from something else is left out."""
    raw = error.errors(include_url=False)
    above = {one["loc"][:n] for one in raw for n in range(len(one["loc"]))}
    words = {one["loc"][:-1] for one in raw if _of_words(one)}
    out = []
    for one in raw:
        place = one["loc"]
        if place not in above and not _beside(one, words):
            out.append(Problem(place, _told(one)))
    return out or [Problem(raw[0]["loc"], _told(raw[0]))]


def _of_words(error: Any) -> bool:
    return "literal[" in str(error["loc"][-1:])


def _beside(error: Any, words: Set[Place]) -> bool:
    """Whether a value that may be one of some words (at `words`), or have keys of its own, was meant for the other."""
    if isinstance(error["input"], dict):
        return _of_words(error)
    return error["type"] == "model_type" and error["loc"][:-1] in words


_SHAPES = {
    "int": "整数", "float": "数字", "finite": "有限的数字", "bool": "true 或 false", "string": "文字", "tuple": "列表",
    "dict": "键值", "model": "键值",
}  # fmt: skip


def _told(error: Any) -> Text:
    kind, place, given = error["type"], error["loc"], error.get("input")
    key = str(place[-1]) if place else ""
    expected = str(error.get("ctx", {}).get("expected", "")).replace(" or ", ", ")
    known = {
        "extra_forbidden": Text(f"unknown key: {key}", f"未知的键：{key}"),
        "missing": Text(f"the key {key} is missing", f"缺少键 {key}"),
        "too_short": Text("nothing is given here", "内容为空"),
        "string_too_short": Text("nothing is given here", "内容为空"),
        "literal_error": Text(
            f"not one of {expected}: {_short(given)}", f"只能是 {expected}，不能是 {_short(given)}"
        ),
    }
    if kind == "condition_kind":
        return _no_kind(given)
    if kind == "value_error":
        what = str(error["ctx"]["error"])
        return Text(what, what)
    shape = next((word for name, word in _SHAPES.items() if kind.startswith(name)), error["msg"])
    other = Text(f"{error['msg']} (given: {_short(given)})", f"应为{shape}（现为 {_short(given)}）")
    return known.get(kind, other)


def _short(given: Any) -> str:
    """A value as a message names it; of what is large, or holds itself many times, only the beginning."""
    few = reprlib.Repr()
    few.maxlevel, few.maxstring, few.maxother = 2, 60, 60
    return few.repr(given)[:60]


def _no_kind(given: Any) -> Text:
    if not isinstance(given, dict):
        return Text(f"not a condition: {_short(given)}", f"不是条件：{_short(given)}")
    kinds = [key for key in given if key in KINDS]
    if kinds:
        names = ", ".join(kinds)
        return Text(f"two conditions in one: {names}", f"一个条件中有两种：{names}")
    options = {f.alias or n for kind in KINDS.values() for n, f in kind.model_fields.items()}
    strange = [str(key) for key in given if key not in options]  # in, who … are no misspelt kinds
    close: Sequence[str] = [m for key in strange for m in get_close_matches(key, KINDS, 1)]
    hint_en = f"; did you mean {close[0]}?" if close else f"; there are: {', '.join(KINDS)}"
    hint_zh = f"；是否指 {close[0]}？" if close else f"；可用：{'、'.join(KINDS)}"
    keys = ", ".join(map(str, given)) or "{}"
    return Text(f"no condition: {keys}{hint_en}", f"没有这种条件：{keys}{hint_zh}")
