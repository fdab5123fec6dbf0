"""A checklist to start from: a copy of another, or the least that a checklist needs, with comments."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ..errors import UsageError, os_reason
from ..lang import Text, say
from ..scoring.checklist import parse
from ..scoring.checklist_schema import FILE, schema_text
from ..scoring.source import Source

_FIRST = f"# yaml-language-server: $schema={FILE}\n"


def write_new(file: Path, like: Source | None, name: str | None) -> Path:
    """Write a checklist, and beside it the schema by which editors check it.

    Args:
        file: where; nothing that is there is overwritten.
        like: the checklist to copy; a minimal one where it is None.
        name: its id; that of the file where it is None.

    Returns: the schema's file.

    Raises:
        UsageError: a file is there already, cannot be written, or has not the ending .yaml.
    """
    if file.suffix not in (".yaml", ".yml"):
        raise UsageError(
            "checklists are YAML files", "评分表是 YAML 文件", where=file,
            then=Text("give it the ending .yaml", "扩展名应为 .yaml"),
        )  # fmt: skip
    written = name if name is not None else file.stem
    if like is not None:
        parse(like)
    text = _FIRST + (_minimal(written) if like is None else _copy(like, written))
    parse(Source(text, str(file)))  # what is written must load: an empty id, say, does not
    schema = file.with_name(FILE)
    _refuse_overwriting(file, schema)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
        schema.write_text(schema_text(), "utf-8", newline="\n")
    except OSError as error:
        reason = os_reason(error)
        raise UsageError(f"cannot write it: {reason.en}", f"无法写入：{reason.zh}", where=file) from error  # fmt: skip
    return schema


def _refuse_overwriting(file: Path, schema: Path) -> None:
    """A schema that an earlier version of callqa wrote may be replaced."""
    for path in (file, schema):
        if path.is_symlink() or path.exists():
            if path == schema and _is_ours(schema):
                continue
            raise UsageError(
                "this file is there already", "文件已存在", where=path,
                then=Text("take another name", "请换一个文件名"),
            )  # fmt: skip


def _is_ours(schema: Path) -> bool:
    try:
        content = json.loads(schema.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.get("title") == json.loads(schema_text())["title"]


def _copy(like: Source, name: str) -> str:
    """The text of a checklist with another id, as version 1."""
    text = re.sub(r"\A(#[^\n]*\n)+", "", like.text)
    for key, value in (("id", json.dumps(name, ensure_ascii=False)), ("version", '"1"')):
        line = re.search(rf"^{key}:.*$", text, re.MULTILINE)
        if line is None:
            raise UsageError(
                f"cannot copy it: the key {key} does not begin a line",
                f"无法复制：键 {key} 不在行首", where=like.where,
            )  # fmt: skip
        text = f"{text[: line.start()]}{key}: {value}{text[line.end() :]}"
    origin = say(f"Made from {like.where}.", f"由 {like.where} 复制而来。")
    return f"# {origin} {_how()}\n" + text


def _how() -> str:
    return say(
        "The language: docs/checklists.md. Check: callqa checklist lint FILE; try: callqa checklist test FILE.",
        "写法见 docs/checklists.md。检查：callqa checklist lint 文件；试跑：callqa checklist test 文件。",
    )


def _minimal(name: str) -> str:
    comments = {
        "how": _how(),
        "version": say("count it up with each change", "每次修改后递增"),
        "mark": say("score from which on a call is good", "合格分数线"),
        "phrases": say("phrase sets: used as @hello", "短语集：用 @hello 引用"),
        "pattern": say("* is a gap, (a|b) a choice, ^ and $ a clause's ends", "* 间隔，(甲|乙) 任选，^ $ 分句首尾"),
        "asks": say("what it wants", "要求"),
        "category": say("customer, business, compliance or other", "客户、业务 business、合规 compliance、其他 other"),
        "points": say("its weight; or deduct: what each failure takes", "分值；或用 deduct 表示每次扣分"),
        "applies": say("else the item is na", "否则为不适用"),
        "window": say("or call, after_opening, ending, {first: 20 s}", "或 call、after_opening、ending、{first: 20 s}"),
        "examples": say("callqa checklist test tries them", "callqa checklist test 会逐条试跑"),
    }  # fmt: skip
    text = _MINIMAL
    for key, comment in comments.items():
        text = text.replace(f"# {key}\n", f"# {comment}\n")
    return text.replace("ID", json.dumps(name, ensure_ascii=False), 1)


_MINIMAL = """\
# how
id: ID
version: "1"  # version
language: zh
title: {zh: 我的评分表, en: My checklist}
pass_mark: 80  # mark

phrases:  # phrases
  hello:
    - 您好
    - (早上|上午|中午|下午|晚上)好  # pattern

items:
  - id: greeting
    title: {zh: 礼貌问候, en: Polite greeting}
    asks: {zh: 开场礼貌问候, en: A polite greeting in the opening}  # asks
    rule_book: 您好，请问有什么可以帮您？
    category: customer  # category
    points: 10  # points
    pass:
      in: opening  # window
      say: ["@hello", 为您服务]
    examples:  # examples
      good: [坐席：您好，请问有什么可以帮您？]
      bad: [坐席：喂，哪位？]

  - id: hold_time
    title: {zh: 等待不超过一分钟, en: No hold longer than a minute}
    category: customer
    points: 10
    applies: {hold: {}}  # applies
    fail: {hold: {over: 60}}
    examples:
      good: ["坐席：请稍等。\\n[hold 30]\\n坐席：让您久等了。"]
      bad: ["坐席：请稍等。\\n[hold 90]\\n坐席：让您久等了。"]
      na: [坐席：您好。]
"""
