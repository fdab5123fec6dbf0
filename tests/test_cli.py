"""The command line without models: help, usage errors, exit statuses, languages, consoles."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from callqa.qa.store import Store
from helpers import silence, write_wav

ENGLISH = {"CALLQA_LANG": "en"}


def callqa(
    *arguments: str | Path, stdin: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the installed command as a user would."""
    env = os.environ | ENGLISH | {"COLUMNS": "120"} | environment
    encoding = environment.get("PYTHONIOENCODING", "utf-8").split(":")[0]
    return subprocess.run(
        [sys.executable, "-m", "callqa", *map(str, arguments)],
        capture_output=True, input=stdin, env=env, encoding=encoding, timeout=120, check=False,
    )  # fmt: skip


def test_every_command_has_help_in_both_languages() -> None:
    for command in (
        "score",
        "inspect",
        "profile",
        "show",
        "agents",
        "compare",
        "sample",
        "calibrate",
        "find",
        "collections",
        "clip",
        "export",
        "report",
        "import",
        "indicators",
        "forget",
        "purge",
        "db",
        "demo",
        "doctor",
        "models",
        "checklist",
    ):
        english, chinese = callqa(command, "--help"), callqa(command, "--help", CALLQA_LANG="zh")
        assert english.returncode == chinese.returncode == 0
        assert not re.search(r"[\u4e00-\u9fff]", english.stdout), command
        assert re.search(r"[\u4e00-\u9fff]{4}", chinese.stdout), command


def test_help_and_version_import_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['callqa', '--help']\n"
        "from callqa.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'ctranslate2', 'onnxruntime', 'torch', 'faster_whisper', 'sqlalchemy', 'pydantic', 'av'}\n"
        "print('loaded:', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("loaded: []")
    assert re.fullmatch(r"callqa \d+\.\d+\.\d+\n", callqa("--version").stdout)


def test_importing_the_package_costs_nothing_and_its_names_are_there() -> None:
    code = (
        "import sys, callqa; before = {'numpy', 'pydantic'} & set(sys.modules)\n"
        "assert not before, before\n"
        "for name in callqa.__all__: assert getattr(callqa, name) is not None, name"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.fixture
def call(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "通话一.wav", silence(2), silence(2))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--model", "enormous"], "unknown model enormous"),
        (["--device", "abacus"], "unknown device abacus"),
        (["--device", "cuda:7"], "no GPU cuda:7"),
        (["--vad", "ear"], "recognition.vad"),
        (["--checklist", "none-such"], "there is no checklist none-such"),
        (["--metadata", "none.csv"], "none.csv: cannot read the table"),
        (["--json", "no/such/folder/r.jsonl"], "cannot write the results"),
        (["--agent-channel", "0"], "--agent-channel"),
        (["--db", "/proc/callqa.db"], "cannot open the database"),
        (["--language", "chinese"], "recognition.language"),
        (["--lang", "fr"], "unknown language fr"),
    ],
)
def test_wrong_requests_are_usage_errors_in_one_line(
    call: Path, arguments: list[str], said: str
) -> None:
    done = callqa("score", call, *arguments)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_folder_without_recordings_is_a_usage_error(tmp_path: Path) -> None:
    done = callqa("score", tmp_path)
    assert done.returncode == 2
    assert str(tmp_path) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_bad_settings_and_checklists_name_file_and_place(call: Path, tmp_path: Path) -> None:
    settings = tmp_path / "callqa.toml"
    settings.write_text("[company\n", "utf-8")
    done = callqa("--settings", settings, "score", call)
    assert (done.returncode, "callqa.toml" in done.stderr, "line 1" in done.stderr) == (
        2,
        True,
        True,
    )
    checklist = tmp_path / "mine.yaml"
    checklist.write_text("id: mine\nitems: [\n", "utf-8")
    done = callqa("score", call, "--checklist", checklist)
    assert (done.returncode, "mine.yaml:" in done.stderr) == (2, True)


def test_messages_follow_the_language(tmp_path: Path) -> None:
    done = callqa("--lang", "zh", "score", tmp_path)
    assert "该文件夹中没有录音" in done.stderr
    assert "错误：" in done.stderr


def test_dry_run_counts_calls_and_hours_without_models(call: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "b.wav", silence(60))
    (tmp_path / "c.wav").write_bytes(b"")
    done = callqa("score", tmp_path, "--dry-run", "--offline")
    assert done.returncode == 0
    assert "3 recordings (1 unreadable), 1:02 of audio" in done.stdout
    assert "assumed" in done.stdout


def test_offline_says_what_is_missing_and_how_to_get_it(call: Path) -> None:
    done = callqa("score", call, "--offline")
    assert done.returncode == 1
    assert "base is not on this machine" in done.stderr
    assert "callqa models pull base" in done.stderr


def test_show_of_an_unknown_call(tmp_path: Path) -> None:
    none = callqa("show", "nobody", "--db", tmp_path / "r.db")
    assert (none.returncode, "no results here yet" in none.stderr) == (2, True)
    assert not (tmp_path / "r.db").exists()
    Store(tmp_path / "r.db").close()
    done = callqa("show", "nobody", "--db", tmp_path / "r.db")
    assert (done.returncode, "no call nobody" in done.stderr) == (2, True)


def test_models_list_and_verify_work_without_network() -> None:
    listed = callqa("models", "list")
    assert listed.returncode == 0
    for name in ("base", "turbo", "wespeaker-resnet34", "bge-small-zh-v1.5"):
        assert name in listed.stdout
    assert callqa("models", "verify").returncode == 0
    path = callqa("models", "path", "base")
    assert path.returncode == 1
    assert "callqa models pull base" in path.stderr


def test_doctor_says_what_is_found_and_what_to_do(tmp_path: Path) -> None:
    done = callqa("doctor", https_proxy="http://user:secret@proxy.example:3128")
    assert done.returncode == 0
    assert "callqa models pull" in done.stdout
    assert "proxy.example:3128" in done.stdout
    assert "secret" not in done.stdout
    bad = tmp_path / "callqa.toml"
    bad.write_text("[store]\nwhere = 'x'\n", "utf-8")
    broken = callqa("--settings", bad, "doctor")
    assert broken.returncode == 1
    assert "store.where" in broken.stdout


@pytest.mark.parametrize("encoding", ["gbk", "ascii:strict", "utf-8"])
def test_any_console_can_show_the_output(call: Path, encoding: str) -> None:
    done = callqa("models", "list", CALLQA_LANG="zh", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    done = callqa("score", call, "--checklist", "没有", CALLQA_LANG="zh", PYTHONIOENCODING=encoding)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("start", "between"), [("", "\n"), ("\ufeff", "\r\n"), ("", "\0")])
def test_recordings_can_be_listed_on_standard_input(
    tmp_path: Path, start: str, between: str
) -> None:
    for name in ("a", "b"):
        write_wav(tmp_path / f"{name}.wav", silence(1))
    listed = between.join(str(tmp_path / f"{name}.wav") for name in ("a", "b"))
    done = callqa("score", "-", "--dry-run", stdin=start + listed + between)
    assert "2 recordings (0 unreadable)" in done.stdout
    assert callqa("score", "-", stdin="\n").returncode == 2


def test_the_language_may_stand_behind_the_command(tmp_path: Path) -> None:
    assert "该文件夹中没有录音" in callqa("score", tmp_path, "--lang", "zh").stderr


def test_a_wrong_request_costs_neither_recordings_nor_earlier_results(
    call: Path, tmp_path: Path
) -> None:
    audio = call.read_bytes()
    onto = callqa("score", call, "--json", call)
    assert (onto.returncode, "overwrite" in onto.stderr) == (2, True)
    assert call.read_bytes() == audio
    results = tmp_path / "r.jsonl"
    results.write_text("yesterday's\n", "utf-8")
    for wrong in (["--metadata", "none.csv"], ["--model", "enormous"], ["--offline"]):
        assert callqa("score", call, "--json", results, *wrong).returncode != 0
        assert results.read_text("utf-8") == "yesterday's\n"


def test_a_bad_pattern_is_told_at_the_start(call: Path, tmp_path: Path) -> None:
    settings = tmp_path / "callqa.toml"
    settings.write_text("[files]\npatterns = ['{nobody}']\n", "utf-8")
    done = callqa("--settings", settings, "score", call)
    assert (done.returncode, "{nobody}" in done.stderr) == (2, True)


def test_profile_refuses_to_overwrite_and_names_what_is_wrong(call: Path, tmp_path: Path) -> None:
    audio, same = call.read_bytes(), tmp_path / "x.json"
    for wrong in (
        ["--trace", call],
        ["--json", call],
        ["--json", same, "--trace", same],
        ["--trace", tmp_path / "no" / "t.json"],
        ["--json", tmp_path / "no" / "f.json"],
        ["--model", "enormous"],
    ):
        done = callqa("profile", call, *wrong)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert call.read_bytes() == audio
    assert not same.exists()
