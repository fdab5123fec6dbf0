"""The commands `callqa checklist …` as users run them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from conftest import DATA
from typer.testing import CliRunner

from callqa import lang
from callqa.cli import app
from callqa.errors import UsageError
from callqa.qa.checklist_new import write_new
from callqa.scoring.checklist import load_checklist
from callqa.scoring.checklist_schema import FILE, checklist_schema, schema_text
from callqa.scoring.source import read, shipped

LABELS = str(DATA / "further" / "labels")
COMMANDS = ("lint", "show", "test", "diff", "new", "schema")
DOCUMENTS = ("README.md", "README.zh-CN.md", "docs/working-on-checklists.md")


def run(*arguments: str | Path) -> tuple[int, str]:
    """Exit status and output; usage errors pass through."""
    done = CliRunner().invoke(app, ["checklist", *map(str, arguments)], env={"COLUMNS": "150"})
    if isinstance(done.exception, UsageError):
        raise done.exception
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_in_both_languages(command: str) -> None:
    for language in ("en", "zh"):
        text = subprocess.run(
            [sys.executable, "-m", "callqa", "--lang", language, "checklist", command, "--help"],
            capture_output=True, encoding="utf-8", check=True, timeout=60, env=os.environ | {"PYTHONUTF8": "1"},
        ).stdout  # fmt: skip
        assert bool(re.search(r"[\u4e00-\u9fff]{4}", text)) == (language == "zh"), text


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_is_in_the_documents(document: str) -> None:
    text = (Path(__file__).parents[1] / document).read_text("utf-8")
    for command in COMMANDS:
        assert f"callqa checklist {command}" in text, command


def test_lint_tells_everything_with_its_place(tmp_path: Path) -> None:
    made = tmp_path / "mine.yaml"
    write_new(made, None, None)
    assert run("lint", made, "--strict") == (0, f"{made}: 0 errors, 0 warnings\n")
    text = made.read_text("utf-8")
    made.write_text(text.replace("为您服务", "您好呀"), "utf-8")
    status, output = run("lint", made)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "为您服务" in row)
    assert (status, f"{made}:{line}:23: warning: 您好呀 adds nothing" in output) == (0, True)
    assert run("lint", made, "--strict")[0] == 1
    made.write_text(text.replace("points: 10", "point: 10").replace("say:", "says:"), "utf-8")
    status, output = run("lint", made, "zh-inbound")
    assert status == 1
    assert re.search(rf"{made}:\d+:\d+: error: unknown key: point\n", output)
    assert "did you mean say?" in output
    assert "zh-inbound: 0 errors" in output


@pytest.mark.parametrize(
    "content", [b"\x00\xff", b"[" * 3000, b"\xb5\xc4", b"a: &a [*a]", b"", b"- {}"]
)
def test_lint_of_what_is_no_checklist(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    for language in ("en", "zh"):
        lang.use(language)  # type: ignore[arg-type]
        status, output = run("lint", file, "nobody")
        assert status == 1
        assert output.startswith(str(file))
        assert "nobody" in output


@pytest.mark.parametrize("name", shipped())
@pytest.mark.parametrize("language", ["en", "zh"])
def test_show_tells_every_item(name: str, language: lang.Language) -> None:
    lang.use(language)
    checklist = load_checklist(name)
    _, whole = run("show", name)
    status, marked = run("show", name, "--markdown")
    assert status == 0
    rows = [line for line in marked.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(checklist.items)
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {8}
    for item in checklist.items:
        assert str(item.title.text)[:4] in whole
        for options in ([], ["--markdown"]):
            _, text = run("show", name, item.id, *options)
            assert str(item.title.text) in text
            assert str(item.rule_book or "")[:20] in text


def test_show_tells_conditions_in_words() -> None:
    _, text = run("show", "zh-inbound", "hold_permission")
    assert "before each, within 25 s, the other side saying nothing between" in text
    assert "but not: 我问一下吧" in text
    assert "稍等" in text
    lang.use("zh")
    _, text = run("show", "zh-inbound", "hold_permission", "--markdown")
    assert "每次之前，25 s 内，期间对方没有说话" in text
    with pytest.raises(UsageError, match="没有项目 nobody"):
        run("show", "zh-inbound", "nobody")


def test_test_prints_figures_and_disagreements(tmp_path: Path) -> None:
    status, output = run("test", "zh-inbound", LABELS)
    assert (status, "14 calls" in output, "all items" in output) == (0, True, True)
    assert re.search(r"hold_time +│ +14 │ +1\.000 │ +1\.000", output)
    assert run("test", "zh-inbound", LABELS, "--item", "hold_time", "--least", "1")[0] == 0
    status, output = run("test", "zh-inbound", LABELS, "--least", "1")
    assert (status, "disagreements: " in output) == (1, True)
    made = tmp_path / "mine.yaml"
    write_new(made, None, None)
    status, output = run("test", made, "--least", "1")
    assert (status, "its own examples" in output, "disagreements" in output) == (0, True, False)


def test_new_writes_what_can_be_used_and_never_overwrites(tmp_path: Path) -> None:
    copy, least = tmp_path / "我的.yaml", tmp_path / "least.yml"
    assert run("new", copy)[0] == run("new", least, "--empty", "--id", 'a: "b"')[0] == 0
    for file, name in ((copy, "我的"), (least, 'a: "b"')):
        made = load_checklist(str(file))
        assert (made.id, made.version) == (name, "1")
        first = file.read_text("utf-8").splitlines()[0]
        assert first == f"# yaml-language-server: $schema={FILE}"
        jsonschema.validate(yaml.safe_load(file.read_text("utf-8")), checklist_schema())
    assert (tmp_path / FILE).read_text("utf-8") == schema_text()
    status, output = run("diff", "zh-inbound", copy)
    assert status == 1
    assert output.splitlines()[1:3] == ["    id: zh-inbound -> 我的", "    version: 2 -> 1"]
    before = copy.read_bytes()
    with pytest.raises(UsageError, match=r"我的\.yaml: this file is there already"):
        run("new", copy, "--empty")
    assert copy.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x.txt"], r"x\.txt: checklists are YAML files"),
        (["none/x.yaml"], "cannot write it: no such file or folder"),
        (["x.yaml", "--from", "nobody"], "there is no checklist nobody"),
        (["x.yaml", "--id", ""], "nothing is given here"),
    ],
)
def test_new_refuses_wrong_requests(tmp_path: Path, arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run("new", tmp_path / arguments[0], *arguments[1:])
    assert list(tmp_path.iterdir()) == []


def test_new_keeps_a_file_that_has_the_name_of_the_schema(tmp_path: Path) -> None:
    schema = tmp_path / FILE
    schema.write_text("{}", "utf-8")
    with pytest.raises(UsageError, match=r"schema\.json: this file is there already"):
        run("new", tmp_path / "x.yaml")
    schema.write_text(json.dumps({"title": "callqa checklist"}), "utf-8")  # an earlier version's
    assert run("new", tmp_path / "x.yaml")[0] == 0
    assert schema.read_text("utf-8") == schema_text()


def test_a_checklist_with_other_columns_cannot_be_copied(tmp_path: Path) -> None:
    odd = tmp_path / "odd.yaml"
    odd.write_text(json.dumps(read("zh-inbound", None).data, ensure_ascii=False), "utf-8")
    with pytest.raises(UsageError, match="the key id does not begin a line"):
        run("new", tmp_path / "x.yaml", "--from", odd)


def test_diff_and_schema() -> None:
    assert run("diff", "zh-inbound", "zh-inbound") == (0, "no difference\n")
    assert run("schema") == (0, schema_text())
