"""The command line with the embedded model, on good and hostile input."""

from __future__ import annotations

import json
import random
import shutil
import stat
from pathlib import Path

import numpy as np
import pytest
from test_cli import callqa

from helpers import silence, write_wav

pytestmark = pytest.mark.model


def lines(file: Path) -> dict[str, dict[str, object]]:
    return {r["call_id"]: r for r in map(json.loads, file.read_text("utf-8").splitlines())}


def test_a_folder_of_good_and_hostile_recordings(
    settings: Path, golden: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "录音"
    folder.mkdir()
    shutil.copy(golden / "golden_mono.wav", folder / "good.wav")
    whole = (golden / "golden_stereo.wav").read_bytes()
    (folder / "cut.wav").write_bytes(whole[: len(whole) * 2 // 3])
    (folder / "empty.wav").write_bytes(b"")
    (folder / "header-only.wav").write_bytes(write_wav(tmp_path / "h.wav", silence(0)).read_bytes())
    (folder / "text.wav").write_text("this is not audio", "utf-8")
    (folder / "random.mp3").write_bytes(random.Random(1).randbytes(50_000))
    (folder / "gone.wav").symlink_to(tmp_path / "nowhere.wav")
    write_wav(folder / "silence.wav", silence(3600))
    click = silence(0.2)
    click[100:140] = np.linspace(0.8, -0.8, 40)
    write_wav(folder / "click.wav", click)
    before = {f.name: f.lstat().st_mtime_ns for f in folder.iterdir()}

    out, db = tmp_path / "r.jsonl", tmp_path / "r.db"
    done = callqa("--settings", settings, "score", folder, "--json", out, "--db", db)
    assert done.returncode == 1, done.stderr
    results = lines(out)
    assert {name: r["status"] for name, r in results.items()} == {
        "good": "scored", "cut": "scored", "header-only": "empty", "silence": "empty", "click": "empty",
        "empty": "failed", "text": "failed", "random": "failed", "gone": "failed",
    }  # fmt: skip
    assert results["cut"]["warning"]
    for name in ("empty.wav", "text.wav", "random.mp3", "gone.wav"):
        error = results[Path(name).stem]["error"]
        assert name in error
        assert "\n" not in error
    assert "Traceback" not in done.stdout + done.stderr
    assert {f.name: f.lstat().st_mtime_ns for f in folder.iterdir()} == before

    again = callqa("--settings", settings, "score", folder, "--json", out, "--db", db)
    assert again.returncode == 1
    assert "5 were scored before and not recognised again" in " ".join(again.stdout.split())
    assert lines(out) == results


def test_from_recording_to_agents_table(settings: Path, golden: Path, tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    shutil.copy(golden / "golden_mono.wav", folder / "A2003_1.wav")
    table = tmp_path / "metadata.csv"
    table.write_bytes("录音文件,工号,坐席姓名\nA2003_1.wav,A2003,何芳\n".encode("gbk"))
    db = tmp_path / "r.db"
    done = callqa("--settings", settings, "score", folder, "--db", db, "--metadata", table)
    assert done.returncode == 0, done.stderr
    shown = callqa("--settings", settings, "show", "A2003_1", "--db", db, CALLQA_LANG="zh")
    assert "遥控器" in shown.stdout
    assert "礼貌问候" in shown.stdout
    agents = callqa("--settings", settings, "agents", "--db", db)
    assert "A2003 何芳" in agents.stdout
    without = callqa("--settings", settings, "score", folder, "--db", tmp_path / "2.db")
    assert without.returncode == 0
    listed = callqa("--settings", settings, "agents", "--db", tmp_path / "2.db")
    assert "calls without an agent: A2003_1" in listed.stdout


def test_a_full_disk_costs_the_file_not_the_results(
    settings: Path, golden: Path, tmp_path: Path
) -> None:
    db = tmp_path / "r.db"
    call = golden / "golden_mono.wav"
    done = callqa("--settings", settings, "score", call, "--json", "/dev/full", "--db", db)
    assert done.returncode == 1
    assert "no space left on the disk" in done.stderr
    assert "1 scored" in done.stdout
    assert callqa("--settings", settings, "show", "golden_mono", "--db", db).returncode == 0


def test_a_damaged_model_is_named_with_the_way_to_mend_it(
    models: Path, golden: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "models"
    shutil.copytree(models / "base", bad / "base")
    model = bad / "base" / "model.bin"
    model.chmod(model.stat().st_mode | stat.S_IWUSR)
    with model.open("r+b") as stream:
        stream.seek(1_000_000)
        stream.write(b"damage")
    settings = tmp_path / "callqa.toml"
    settings.write_text(f"[models]\nfolder = {json.dumps(str(bad))}\noffline = true\n", "utf-8")
    done = callqa(
        "--settings", settings, "score", golden / "golden_mono.wav", "--db", tmp_path / "r.db"
    )
    assert done.returncode == 1
    assert "model.bin" in done.stderr
    assert "callqa models pull --force base" in done.stderr


def test_the_demo_scores_the_examples(settings: Path, models: Path, tmp_path: Path) -> None:
    home = tmp_path / "home" / "models"
    home.parent.mkdir()
    home.symlink_to(models, target_is_directory=True)
    done = callqa("demo", "--offline", CALLQA_HOME=str(home.parent))
    assert done.returncode == 0, done.stderr
    flat = " ".join(done.stdout.split())
    assert "4 scored, 0 empty, 0 failed" in flat
    assert "A2001 林悦" in flat
    assert "Pass rate per item" in flat
