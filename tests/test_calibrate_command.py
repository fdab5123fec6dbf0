"""callqa calibrate from end to end: reviews and tables against a store, and thresholds that do what they promise."""

from __future__ import annotations

import csv
import json
import zlib
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
import yaml
from agreement.metrics import gwets_gamma
from agreement.utils.transform import pivot_table_frequency
from sklearn.metrics import cohen_kappa_score
from test_cli import callqa
from test_store import result

from callqa.qa.judge import Judge
from callqa.qa.result import CallResult
from callqa.qa.store import CallFilter, Keys, Store
from callqa.qa.store.reviews import NewReview, add
from callqa.qa.store.schema import ScorecardRow
from callqa.scoring.checklist import load_checklist
from callqa.scoring.scorecard import Verdict
from callqa.settings import Settings

CALLS = 60
WIDE = {"COLUMNS": "220"}
MINE = """id: mine
version: "1"
language: zh
title: {zh: 我的, en: Mine}
items:
  - id: hello
    title: {zh: 问候, en: Hello}
    points: 10
    pass: {say: [您好]}
  - id: sorry
    title: {zh: 致歉, en: Says sorry}
    points: 10
    pass: {say: [非常抱歉给您添麻烦了]}
"""


def confidence(number: int) -> float:
    """Of the text of a call: no two have the same."""
    return round(0.70 + 0.005 * number, 3)


def call(number: int, made: CallResult, judge: Judge) -> CallResult:
    """A call like another one, but for its name, its agent, its day and how sure the recogniser is."""
    assert made.analysis is not None
    said = tuple(replace(u, confidence=confidence(number)) for u in made.analysis.utterances)
    analysis = replace(made.analysis, utterances=said)
    facts = replace(
        made.metadata,
        agent_id="A1" if number % 2 else "A2",
        started_at=f"2026-11-{1 + number % 28:02}T09:00:00",
    )
    name = f"c{number}"
    return replace(
        made, call_id=name, source=f"rec/{name}.wav", analysis=analysis, metadata=facts,
        judged=judge.judge(analysis, facts),
    )  # fmt: skip


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    file = tmp_path / "mine.yaml"
    file.write_text(MINE, "utf-8")
    return file


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everybody greets, nobody says sorry; below the confidence 0.8 every second apology was only misheard."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "mine.yaml").write_text(MINE, "utf-8")
    judge = Judge(load_checklist(str(folder / "mine.yaml")), Settings())
    store = Store(folder / "results.db")
    made = result()
    for number in range(CALLS):
        store.save(call(number, made, judge), Keys(f"h{number}", "m", "c"))
    store.database.checkpoint()
    store.close()
    return folder / "results.db"


@pytest.fixture
def store(filled: Path, tmp_path: Path) -> Store:
    return Store(Path(copyfile(filled, tmp_path / "results.db")))


def truth(number: int) -> Verdict:
    """What people say of the apology."""
    return "pass" if confidence(number) < 0.8 and number % 2 else "fail"


def rows(store: Store) -> dict[int, int]:
    """The row of each call's number."""
    with store.database.reading() as session:
        return {
            int(name[1:]): row for row, name in session.execute(sa.text("SELECT id, call_id FROM calls"))
        }  # fmt: skip


def reviewed(store: Store, numbers: range) -> None:
    at = rows(store)
    made = [
        NewReview(at[n], item, verdict, "王芳", "录音中有" if verdict == "pass" else "")
        for n in numbers
        for item, verdict in (("hello", "pass"), ("sorry", truth(n)))
    ]  # fmt: skip
    assert not any(add(store.database, made))  # type: ignore[arg-type]


def run(*arguments: str | Path, **environment: str) -> str:
    done = callqa("calibrate", *arguments, **WIDE, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def figures(store: Store, folder: Path, *arguments: str | Path) -> dict[str, Any]:
    file = folder / "figures.json"
    run(*arguments, "--json", file, "--db", store.path)
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def test_reviews_of_the_store(store: Store, tmp_path: Path) -> None:
    reviewed(store, range(40))
    found = figures(store, tmp_path)
    hello, sorry = found["items"]
    assert (found["calls"], hello["item"], sorry["item"]) == (40, "hello", "sorry")
    assert (hello["kappa"], hello["ac1"], hello["agreement"]["value"]) == (None, 1.0, 1.0)
    wrong = sum(truth(n) == "pass" for n in range(40))
    assert wrong == 10
    assert sorry["agreement"] | {"interval": 0} == {
        "part": 30,
        "whole": 40,
        "value": 0.75,
        "interval": 0,
    }
    assert (sorry["precision_of_fail"]["part"], sorry["recall_of_fail"]["value"]) == (30, 1.0)
    people = ["pass"] * 40 + [truth(n) for n in range(40)]
    machine = ["pass"] * 40 + ["fail"] * 40
    assert found["all"]["kappa"] == pytest.approx(cohen_kappa_score(people, machine))
    table = pivot_table_frequency(np.array([*range(80)] * 2), np.array([*people, *machine]))
    assert found["all"]["ac1"] == pytest.approx(gwets_gamma(table))
    scores = found["scores"]  # the machine gives 50, people 100 to those who said sorry
    assert (scores["calls"], scores["difference"], scores["absolute"]) == (40, -12.5, 12.5)
    assert scores["correlation"] is None  # the machine always gives the same
    days = ("--since", "2026-11-01", "--until", "2026-11-10")
    some = figures(store, tmp_path, "--agent", "A2", "--item", "sorry", *days)
    wanted = [n for n in range(40) if n % 2 == 0 and n % 28 < 10]
    assert (some["calls"], [i["item"] for i in some["items"]]) == (len(wanted), ["sorry"])


def test_the_tables(store: Store) -> None:
    reviewed(store, range(40))
    said = run("--db", store.path)
    for word in ("undefined", "75% (30/40)", "Says sorry", "40 calls: machine less person -12.5"):
        assert word in said
    chinese = run("--db", store.path, "--precision", "0.95", CALLQA_LANG="zh")
    for word in ("无定义", "致歉", "准确率达到 95% 的阈值", "写入评分表：", "不需要"):
        assert word in chinese


def test_people_against_each_other(store: Store, tmp_path: Path) -> None:
    reviewed(store, range(12))
    at = rows(store)
    second = [NewReview(at[n], "sorry", "fail", "李强", second=True) for n in range(12)]
    again = [NewReview(at[0], "sorry", "fail", "王芳"), NewReview(at[1], "sorry", "fail", "王芳")]
    assert not any(add(store.database, [*second, *again]))  # the latest of each counts
    found = figures(store, tmp_path)
    between = next(r for r in found["raters"] if r["other"] is not None)
    differ = sum(truth(n) == "pass" for n in range(2, 12))
    assert {between["one"], between["other"]} == {"王芳", "李强"}
    assert (between["agreement"]["part"], between["agreement"]["whole"]) == (12 - differ, 12)
    alone = [(r["one"], r["reviewed"]) for r in found["raters"] if r["other"] is None]
    assert alone == [("李强", 12), ("王芳", 24)]
    assert found["items"][1]["reviewed"] == 12  # one verdict for each item, the one in force
    assert found["items"][1]["agreement"]["part"] == 12 - differ


def test_a_threshold_does_what_it_promises(store: Store, mine: Path, tmp_path: Path) -> None:
    """Proposed of 40 calls, written into the checklist, and all 60 scored by it: what was predicted comes true."""
    reviewed(store, range(40))
    snippet = tmp_path / "thresholds.yaml"
    found = figures(store, tmp_path, "--precision", "0.95", "--yaml", snippet)
    proposed = {(p["item"], p["verdict"]): p for p in found["thresholds"]["items"]}
    assert (proposed["hello", "pass"]["unsure_below"], proposed["hello", "pass"]["proposed"]) == (
        0.0,
        False,
    )
    sorry = proposed["sorry", "fail"]
    wrong = [confidence(n) for n in range(40) if truth(n) == "pass"]
    assert max(wrong) == 0.795
    assert (sorry["unsure_below"], sorry["then"]["part"], sorry["then"]["whole"]) == (0.79, 21, 22)
    assert sorry["become_unsure"]["part"] == sum(confidence(n) < 0.79 for n in range(CALLS)) == 18
    assert (sorry["per_100_calls"], sorry["minutes"]) == (pytest.approx(100 * 18 / 60), 27)
    assert found["thresholds"]["stored_calls"] == CALLS
    (item,) = yaml.safe_load(snippet.read_text("utf-8"))["items"]
    assert item == {"id": "sorry", "unsure_below": {"fail": 0.79}}
    lines = snippet.read_text("utf-8").splitlines()
    mine.write_text(
        MINE + "".join(f"{line}\n" for line in lines if "unsure_below" in line), "utf-8"
    )
    done = callqa("rescore", "--checklist", mine, "--db", store.path)
    assert done.returncode == 0, done.stderr
    verdicts = [
        item.finding.verdict for one in store.results(CallFilter()) if one.judged
        for item in one.judged.scorecard.items if item.id == "sorry"
    ]  # fmt: skip
    assert {verdict: verdicts.count(verdict) for verdict in verdicts} == {"unsure": 18, "fail": 42}
    after = figures(store, tmp_path, "--precision", "0.95")
    assert after["items"][1]["unsure"]["part"] == 18
    assert after["items"][1]["precision_of_fail"] == sorry["then"]
    again = {(p["item"], p["verdict"]): p for p in after["thresholds"]["items"]}
    assert again["sorry", "fail"] == sorry  # what was doubted is not forgotten
    explained = callqa(
        "explain", "c1", "sorry", "--checklist", mine, "--db", store.path, **WIDE
    ).stdout
    assert "perhaps fail, but the certainty 0.705 is below 0.79" in explained


def test_thresholds_that_are_out_of_reach_or_of_too_few(store: Store, tmp_path: Path) -> None:
    reviewed(store, range(10))
    args = ("--db", store.path, "--precision", "0.95", "--yaml", tmp_path / "t.yaml")
    assert "cannot be reached" in run(*args)
    assert (tmp_path / "t.yaml").read_text("utf-8") == ""
    reviewed(store, range(10, 30))
    assert "too few (10)" in run(*args)


def test_findings_of_an_earlier_version_have_no_certainty(store: Store) -> None:
    with store.database.writing() as session:
        for row in session.scalars(sa.select(ScorecardRow)).all()[:7]:
            plain = json.loads(zlib.decompress(row.payload))
            for item in plain["scorecard"]["items"]:
                del item["finding"]["certainty"], item["finding"]["doubted"]
            row.payload = zlib.compress(json.dumps(plain).encode())
    reviewed(store, range(40))
    said = run("--db", store.path, "--precision", "0.95")
    assert "7 of these calls were judged by an earlier version" in said
    assert "callqa rescore" in said


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_in_place_of_reviews(store: Store, tmp_path: Path, encoding: str) -> None:
    reviewed(store, range(3))  # which then do not matter
    lines = ["录音文件,复核人,致歉,问候,得分,备注"]
    words = {"pass": "通过", "fail": "不通过"}
    lines += [f"c{n}.wav,赵敏,{words[truth(n)]},是,{60 + n % 5},好" for n in range(20, 40)]
    lines += ["c999.wav,赵敏,通过,是,60,", "c1,赵敏,也许,是,60,", "c2,赵敏,=1+1,,600,"]
    human = tmp_path / "人工.csv"
    human.write_text("\n".join(lines), encoding)
    sheet = tmp_path / "out.csv"
    said = run(human, "--db", store.path, "--csv", sheet, "--json", tmp_path / "out.json")
    assert "columns not used: 备注" in said
    assert "row 22: no scored call c999.wav in the database" in said
    assert "row 23: 致歉: no verdict: 也许" in said
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert {item["item"]: item["reviewed"] for item in found["items"]} == {"hello": 21, "sorry": 20}
    assert found["scores"]["calls"] == 21
    assert found["scores"]["difference"] == pytest.approx(50 - (60 * 21 + 2 * 20) / 21)
    table = list(csv.DictReader(sheet.read_text("utf-8-sig").splitlines()))
    assert [row["title"] for row in table] == ["Hello", "Says sorry", "all", ""]
    assert (table[0]["kappa"], table[0]["AC1"], table[0]["agreement"]) == ("", "1.0", "1.0")
    assert int(table[1]["equal"]) == sum(truth(n) == "fail" for n in range(20, 40))


def test_what_cannot_be_done(store: Store, tmp_path: Path) -> None:
    none = callqa("calibrate", "--db", store.path)
    assert (none.returncode, none.stdout.strip()) == (0, "no reviews of that kind")
    empty = tmp_path / "empty.csv"
    empty.write_text("", "utf-8")
    for wrong in (
        (empty,), ("--yaml", tmp_path / "x.yaml"), ("--csv", store.path), (empty, "--json", empty),
    ):  # fmt: skip
        said = callqa("calibrate", *wrong, "--db", store.path)
        assert (said.returncode, "Traceback" in said.stderr) == (2, False), wrong
    assert empty.read_text("utf-8") == ""
