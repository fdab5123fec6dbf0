"""The walkthroughs of docs/walkthroughs.md, run as they stand there; what they print is computed anew from the JSON."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import openpyxl
import pytest
import soundfile
from test_cli import ENGLISH

from callqa.qa.demo import example_folder

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "calls"
WEEK = ("2026-10-12", "2026-10-19")
T95 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
WORDS = {"pass": "pass", "fail": "FAIL", "unsure": "unsure", "na": "n/a"}
Raw = dict[str, Any]

pytestmark = pytest.mark.model


@dataclass
class Desk:
    """A folder in which somebody works, what they were told, and the results of the day as JSON."""

    folder: Path
    said: dict[str, str]
    results: list[Raw]

    def starting(self, command: str) -> str:
        """What the first command that begins so printed."""
        return next(text for name, text in self.said.items() if name.startswith(command))


def commands(heading: str | None = None) -> list[str]:
    """The commands of the document, or of one walkthrough."""
    text = (ROOT / "docs" / "walkthroughs.md").read_text("utf-8")
    parts = text.split("\n## ")[1:]
    chosen = [part for part in parts if heading is None or part.startswith(heading)]
    assert chosen
    return [
        line.strip()
        for part in chosen
        for line in part.splitlines()
        if line.startswith("    callqa ")
    ]


def examples(folder: Path) -> None:
    """The recordings that come with callqa, and their settings."""
    shutil.copytree(example_folder(), folder / "recordings")
    (folder / "callqa.toml").write_text(
        (folder / "recordings" / "callqa.toml").read_text("utf-8"), "utf-8"
    )


def labelled(folder: Path) -> None:
    """Labelled calls, six of each of three agents and two of a fourth, over a week, as a telephone system tells."""
    (folder / "recordings").mkdir()
    rows = ["recording,agent_id,agent,group,started_at"]
    for number, path in enumerate(sorted(SHARED.glob("*.wav"))):
        name = f"call{number:02}.wav"
        shutil.copy(path, folder / "recordings" / name)
        agent = 1 + min(number // 6, 3)
        start = f"2026-10-{12 + number % 6} {9 + number % 8:02}:{number:02}:00"
        rows.append(f"{name},A200{agent},坐席{agent},{'一组' if agent < 3 else '二组'},{start}")
    (folder / "calls.csv").write_text("\n".join(rows), "utf-8")
    (folder / "callqa.toml").write_text('[files]\nmetadata = "calls.csv"\n', "utf-8")


def run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as it stands in the document."""
    return subprocess.run(
        [sys.executable, "-m", *shlex.split(command)], cwd=folder, capture_output=True, encoding="utf-8",
        env=os.environ | ENGLISH | {"COLUMNS": "260"}, timeout=1200, check=False,
    )  # fmt: skip


@pytest.fixture(
    scope="module",
    params=[
        "examples",
        pytest.param(
            "labelled",
            marks=pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled calls are not beside the project"),
        ),
    ],
)  # fmt: skip
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, models: Path
) -> Desk:
    folder = tmp_path_factory.mktemp("desk")
    {"examples": examples, "labelled": labelled}[request.param](folder)
    with (folder / "callqa.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            f"\n[store]\npath = 'day.db'\n[models]\nfolder = {json.dumps(str(models))}\noffline = true\n"
        )
        settings.write("[recognition]\nmodel = 'base'\ndevice = 'cpu'\n")
    said = {}
    for command in commands():
        done = run(folder, command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        said[command] = done.stdout
    lines = (folder / "today.jsonl").read_text("utf-8").splitlines()
    return Desk(folder, said, [json.loads(line) for line in lines])


def cells(table: str) -> list[list[str]]:
    """The rows of a table as the terminal shows it; the first cell of a row that goes on is empty."""
    lines = [line.strip() for line in table.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line[1:-1].split("│")] for line in lines]


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def of(results: list[Raw], item: str, verdict: str) -> list[Raw]:
    return [
        one
        for one in results
        if any(i["id"] == item and i["verdict"] == verdict for i in one["items"])
    ]


def heads(text: str) -> list[list[str]]:
    """The first lines of the calls that were found: id, start, agent, and the rest."""
    return [line.split("  ") for line in text.splitlines() if re.match(r"\S+  20\d\d-", line)]


def test_the_morning_is_counted_right(desk: Desk) -> None:
    said = " ".join(desk.starting("callqa score").split())
    count, mean = len(desk.results), fmean(one["score"] for one in desk.results)
    assert f"{count} recordings: {count} scored, 0 empty, 0 failed; mean score {mean:.1f}" in said
    assert all(one["agent_id"] and one["started_at"] for one in desk.results)


def test_bad_endings_are_those_of_the_results(desk: Desk) -> None:
    failed = sorted(of(desk.results, "closing", "fail"), key=lambda one: one["score"])
    text = desk.starting("callqa find --item closing --verdict fail")
    found = heads(text)
    assert sorted(one[0] for one in found) == sorted(one["call_id"] for one in failed)
    assert [one[3] for one in found] == [f"{one['score']:g}" for one in failed]
    starts = [turn["start"] for one in desk.results for turn in one["turns"]]
    shown = re.findall(r"^ +(\d+\.\d)  (?:agent|customer|system|speaker)", text, re.MULTILINE)
    assert shown
    assert all(any(abs(float(at) - start) < 0.056 for start in starts) for at in shown)  # to 10 ms


def test_the_sample_is_of_the_results(desk: Desk) -> None:
    rows = list(csv.DictReader((desk.folder / "sample.csv").read_text("utf-8-sig").splitlines()))
    by_id = {one["call_id"]: one for one in desk.results}
    owned = Counter(one["agent_id"] for one in desk.results)
    assert Counter(r["agent"] for r in rows if r["drawn as"] == "sample") == {
        a: min(2, n) for a, n in owned.items()
    }
    assert all(r["risks"] for r in rows if r["drawn as"] == "risk")
    for row in rows:
        one = by_id[row["call"]]
        assert (row["agent"], row["name"], row["start"].replace(" ", "T")) == (
            one["agent_id"],
            one["agent"],
            one["started_at"],
        )
        assert row["score"] == f"{one['score']:g}"
    printed = cells(desk.starting("callqa sample"))
    assert [[row[0], row[3], row[4]] for row in printed] == [
        [r["agent"], r["call"], r["score"]] for r in rows
    ]


def test_the_workbook_is_of_the_results(desk: Desk) -> None:
    head, *rows = openpyxl.load_workbook(desk.folder / "today.xlsx")["calls"].iter_rows(
        values_only=True
    )
    found = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert len(found) == len(desk.results)
    for one in desk.results:
        row = found[one["call_id"]]
        assert (row["score"], row["hold s"]) == (one["score"], one["metrics"]["hold_seconds"])
        assert all(row[item["title"]] == WORDS[item["verdict"]] for item in one["items"])


def figures(calls: list[Raw]) -> list[str]:
    """Talk, hold, response and interruptions as the tables show them."""
    talk = [
        max(
            one["duration"]
            - (one["rings"]["seconds"] if one["rings"] else 0)
            - one["metrics"]["hold_seconds"],
            0,
        )
        for one in calls
    ]
    hold = [one["metrics"]["hold_seconds"] for one in calls if one["metrics"]["hold_seconds"]]
    response = [
        one["metrics"]["response_seconds"]
        for one in calls
        if one["metrics"]["response_seconds"] is not None
    ]
    interruptions = [one["metrics"]["interruptions"] for one in calls]
    shown = ((talk, 0), (hold, 0), (response, 1), (interruptions, 1))
    return [f"{fmean(some):.{digits}f}" if some else "-" for some, digits in shown]


def near(shown: list[str], expected: list[str]) -> bool:
    """Equal, but for how the last digit is rounded (results have times to 10 ms)."""
    return len(shown) == len(expected) and all(
        a == b
        or (a != "-" and b != "-" and abs(float(a) - float(b)) <= (1 if "." not in b else 0.1001))
        for a, b in zip(shown, expected, strict=True)
    )


def test_every_figure_of_the_agents(desk: Desk) -> None:
    week = [one for one in desk.results if WEEK[0] <= one["started_at"] < WEEK[1]]
    text = desk.starting("callqa agents")
    scores, rest = text.split("Figures and targets")
    targets, rest = rest.split("Pass rate per item")
    rates, rest = rest.split("Agents by day")
    days, behind_them = re.split(r"^Calls *$", rest, flags=re.MULTILINE)
    rows = {row[0].split()[0]: row for row in cells(scores) if row[0]}
    against = {row[0].split()[0]: row[1:] for row in cells(targets) if row[0].startswith("A2")}
    assert set(rows) == set(against) == {one["agent_id"] for one in week}
    for agent, row in rows.items():
        own = [one for one in week if one["agent_id"] == agent]
        points = [one["score"] for one in own]
        verdicts = Counter(item["verdict"] for one in own for item in one["items"])
        told = verdicts["pass"] + verdicts["fail"] + verdicts["unsure"]
        fatal = sum(any(i["fatal"] and i["verdict"] == "fail" for i in one["items"]) for one in own)
        assert row[2:5] == [
            str(len(own)),
            clock(sum(one["duration"] for one in own)),
            f"{round(fmean(points), 1):g}",
        ]
        if len(points) > 1:
            reach = T95[len(points) - 1] * stdev(points) / len(points) ** 0.5
            low, high = max(0, fmean(points) - reach), min(100, fmean(points) + reach)
            assert [float(x) for x in row[5].split("–")] == pytest.approx([low, high], abs=0.6)
        else:
            assert row[5] == "-"
        at = len(row) - 3  # after a trend, where there is one
        assert row[at : at + 2] == [str(fatal), f"{100 * verdicts['unsure'] / told:.0f}%"]
        assert near(against[agent], figures(own)), agent
    agents = [one["agent_id"] for one in sorted(week, key=lambda o: o["agent_id"])]
    head = re.search(r"┃ item +┃(.*)┃", rates)
    assert head
    order = [name.strip() for name in head[1].split("┃")]
    assert sorted(order) == sorted(set(agents))
    titles = {item["title"]: item["id"] for one in week for item in one["items"]}
    for title, *shown in cells(rates):
        for agent, cell in zip(order, shown, strict=True):
            found = Counter(
                item["verdict"] for one in week for item in one["items"]
                if one["agent_id"] == agent and item["id"] == titles[title]
            )  # fmt: skip
            decided = found["pass"] + found["fail"]
            assert cell == (f"{100 * found['pass'] / decided:.0f}%" if decided else "-"), (
                title,
                agent,
            )
    by_day = {(row[0].split()[0], row[1]): row for row in cells(days) if row[0]}
    assert set(by_day) == {(one["agent_id"], one["started_at"][:10]) for one in week}
    for (agent, day), row in by_day.items():
        own = [
            one for one in week if one["agent_id"] == agent and one["started_at"].startswith(day)
        ]
        assert row[2:4] == [str(len(own)), f"{round(fmean(o['score'] for o in own), 1):g}"]
        assert near(row[-4:], figures(own))
    behind = [row for row in cells(behind_them) if row[0]]
    expected = sorted(one["score"] for one in week)
    assert [float(row[4]) for row in behind] == expected
    assert sorted(row[0] for row in behind) == sorted(one["call_id"] for one in week)


def test_two_agents_side_by_side(desk: Desk) -> None:
    rows = {row[0]: row for row in cells(desk.starting("callqa compare agents")) if row[0]}
    one, other = (
        [r for r in desk.results if r["agent_id"] == agent] for agent in ("A2001", "A2002")
    )
    means = [f"{fmean(r['score'] for r in side):.1f}" for side in (one, other)]
    assert rows["monitoring score"][1:4] == [*means, f"{len(one)} / {len(other)}"]
    for title, item in {i["title"]: i["id"] for r in one for i in r["items"]}.items():
        found = [
            Counter(i["verdict"] for r in side for i in r["items"] if i["id"] == item)
            for side in (one, other)
        ]
        decided = [some["pass"] + some["fail"] for some in found]
        row = rows.get(f"{title} (%)")
        if row is None:
            continue
        shares = [
            f"{100 * some['pass'] / n:.1f}" if n else "-"
            for some, n in zip(found, decided, strict=True)
        ]
        assert row[1:4] == [*shares, f"{decided[0]} / {decided[1]}"], title


def test_holds_and_scores_in_words(desk: Desk) -> None:
    said = " ".join(desk.starting("callqa compare measures").split())
    count = len(desk.results)
    if count < 10:
        assert said == f"{count} calls are too few, or all alike: nothing can be said"
        return
    assert f"{count} calls" in said
    rho = re.search(r"rho ([+-]\d\.\d\d)", said)
    assert rho
    pairs = [(one["metrics"]["longest_hold_seconds"], one["score"]) for one in desk.results]
    assert float(rho[1]) == pytest.approx(spearman(pairs), abs=0.006)


def spearman(pairs: list[tuple[float, float]]) -> float:
    """Pearson's correlation of ranks, those that are equal shared."""

    def ranks(values: list[float]) -> list[float]:
        return [sum(v < value for v in values) + (values.count(value) + 1) / 2 for value in values]

    x, y = ranks([a for a, _ in pairs]), ranks([b for _, b in pairs])
    mx, my = fmean(x), fmean(y)
    top = sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True))
    return top / (sum((a - mx) ** 2 for a in x) * sum((b - my) ** 2 for b in y)) ** 0.5


def test_the_lesson(desk: Desk) -> None:
    good = of(desk.results, "closing", "pass")
    found = heads(desk.starting("callqa find --item closing --verdict pass"))
    assert sorted(one[0] for one in found) == sorted(one["call_id"] for one in good)
    assert [float(one[3]) for one in found] == sorted((one["score"] for one in good), reverse=True)
    longest = max(desk.results, key=lambda one: one["metrics"]["longest_hold_seconds"])
    (held,) = heads(desk.starting("callqa find --by longest_hold"))
    assert held[0] == longest["call_id"]
    assert f"longest hold: {longest['metrics']['longest_hold_seconds']:g}" in held[-1]
    thanks = "感谢您的来电"
    thanked = [one[0] for one in heads(desk.starting(f"callqa find {thanks}"))]
    said = {
        one["call_id"] for one in desk.results
        if any(t["speaker"] in ("agent", "unknown") and thanks in re.sub(r"\W", "", t["text"]) for t in one["turns"])
    }  # fmt: skip
    assert said <= set(thanked)


def check_clips(desk: Desk, folder: str, said: str, calls: list[Raw]) -> None:
    """Every piece of evidence of the calls' closing lies in a clip of the folder, by time."""
    clips = sorted((desk.folder / folder).glob("*.wav"))
    places = {}
    for line in said.splitlines():
        if match := re.match(r"(\d\d_.*\.wav)  (\d+):(\d\d) – ", line):
            places[match[1]] = int(match[2]) * 60 + int(match[3])
    assert set(places) == {clip.name for clip in clips}
    for one in calls:
        evidence = [e for item in one["items"] if item["id"] == "closing" for e in item["evidence"]]
        own = [clip for clip in clips if one["call_id"][:40].strip("._ ") in clip.name]
        assert bool(own) == bool(evidence)
        spans = [(places[c.name], places[c.name] + 1 + soundfile.info(c).duration) for c in own]
        for e in evidence:
            assert any(start <= e["start"] and e["end"] <= end for start, end in spans), one[
                "call_id"
            ]
        for clip in own if one["source"].endswith(".wav") else ():
            assert (
                soundfile.info(clip).channels
                == soundfile.info(desk.folder / one["source"]).channels
            )


def test_clips_hold_their_evidence(desk: Desk) -> None:
    check_clips(
        desk, "lesson", desk.starting("callqa clip lesson"), of(desk.results, "closing", "pass")
    )
    longest = max(desk.results, key=lambda one: one["metrics"]["longest_hold_seconds"])
    hold = max(longest["holds"], key=lambda h: h["end"] - h["start"])
    (clip,) = (desk.folder / "holds").glob("*.mp3")
    wanted = min(longest["duration"], hold["end"] + 2) - max(0, hold["start"] - 2)
    assert soundfile.info(clip).duration == pytest.approx(wanted, abs=0.2)


def test_bad_endings_are_those_of_the_labels(desk: Desk) -> None:
    done = run(desk.folder, "callqa clip bad --item closing --verdict fail --limit 99")
    assert done.returncode == 0, done.stderr
    failed = of(desk.results, "closing", "fail")
    assert failed
    check_clips(desk, "bad", done.stdout, failed)
    if (desk.folder / "calls.csv").is_file():
        names = sorted(path.stem for path in SHARED.glob("*.wav"))
        truth = {
            name: json.loads((SHARED / "labels" / f"{name}.json").read_text("utf-8"))["truth"]
            for name in names
        }
        wrong = {
            f"call{number:02}"
            for number, name in enumerate(names)
            if truth[name]["closing"] is False
        }
        assert {one["call_id"] for one in failed} == wrong
