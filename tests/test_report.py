"""The page for supervisors: drawings, figures computed again from the results' JSON, and names as people type them."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import statistics
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from test_cli import callqa
from test_store import result

from callqa.audio.events import Hold
from callqa.lang import Text
from callqa.qa.indicators.catalogue import BY_ID
from callqa.qa.period import Period
from callqa.qa.report.bars import AgentBar, ItemBar, agent_chart, item_chart
from callqa.qa.report.content import Content, Wanted, gather
from callqa.qa.report.page import HOLD_LIMIT, page
from callqa.qa.report.plots import hold_chart, points, trend_chart, unit_of
from callqa.qa.report.sound import Sounds
from callqa.qa.report.svg import breadth, element, fitted, number, round_step, steps
from callqa.qa.result import CallResult, to_json
from callqa.qa.statistics import Mean
from callqa.qa.store import CallFilter, Keys, Store
from callqa.qa.store.figures import by_agent
from callqa.qa.store.series import HoldLengths, hold_lengths, score_by_day
from callqa.settings import Files
from helpers import silence, tone, write_wav

AWKWARD = '"O\'Neil" & 李<script>alert(1)</script>🙂Ａ'


def call(
    number: int,
    agent: str | None = "A1",
    *,
    day: str | None = "2026-11-02",
    score: float | None = 80.0,
    holds: tuple[float, ...] = (),
) -> CallResult:
    made = result(f"c{number}", f"c{number}.wav", agent)
    assert made.judged is not None
    judged = replace(
        made.judged,
        scorecard=replace(made.judged.scorecard, score=score, low=score, high=score),
        events=replace(
            made.judged.events, holds=tuple(Hold(1.0, 1.0 + length, "music") for length in holds)
        ),
    )
    facts = replace(made.metadata, started_at=day and f"{day}T09:00:0{number % 10}", group="一组")
    return replace(made, judged=judged, metadata=facts)


def stored(tmp_path: Path, *calls: CallResult) -> Store:
    store = Store(tmp_path / "results.db")
    for at, one in enumerate(calls):
        store.save(one, Keys(f"h{at}", "m", "c"))
    return store


def content(store: Store, **more: object) -> Content:
    found = gather(store.database, replace(Wanted(Period(), audio=False), **more))  # type: ignore[arg-type]
    assert found is not None
    return found


def shapes(drawing: str, class_: str) -> list[ET.Element]:
    """The parts of a drawing of this class; that it can be parsed shows that all is escaped."""
    return [e for e in ET.fromstring(drawing).iter() if class_ in e.get("class", "").split()]


def bars_of(drawing: str, class_: str = "bar") -> list[float]:
    return [float(e.get("width", "")) for e in shapes(drawing, class_)]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="￾￿")))
def test_any_text_is_escaped(text: str) -> None:
    written = element("text", text, data_label=text)
    parsed = ET.fromstring(written)
    assert parsed.get("data-label") == text
    assert (parsed.text or "") == text
    assert Markup("<b>") in element("g", Markup("<b>"))


@given(st.floats(-1e6, 1e6))
def test_numbers_are_short_and_close(value: float) -> None:
    written = number(value)
    assert re.fullmatch(r"-?\d+(\.\d{1,2})?", written)
    assert float(written) == pytest.approx(value, abs=0.0051)


@given(st.text(max_size=60), st.floats(20, 300))
def test_labels_fit(text: str, width: float) -> None:
    assert breadth(fitted(text, width)) <= max(width, breadth("…"))
    assert fitted(text, breadth(text)) == text


def test_steps_are_round_and_cover_the_range() -> None:
    assert list(steps(0, 100, 5)) == [0, 20, 40, 60, 80, 100]
    assert [round_step(n) for n in (0.2, 3, 11, 20, 51)] == [1, 5, 20, 20, 100]


def test_bars_are_as_long_as_the_scores_and_one_call_has_no_whisker() -> None:
    drawn = agent_chart(
        [AgentBar(AWKWARD, 90.0, (80.0, 100.0), 9), AgentBar("B", 45.0, None, 1)], 85.5
    )
    first, second = bars_of(drawn)
    assert first == pytest.approx(2 * second)
    across, *caps = shapes(drawn, "whisker")
    assert len(caps) == 2
    bar = shapes(drawn, "bar")[0]
    zero, unit = float(bar.get("x", "")), first / 90
    assert float(across.get("x1", "")) == pytest.approx(zero + 80 * unit, abs=0.02)
    assert float(across.get("x2", "")) == pytest.approx(zero + 100 * unit, abs=0.02)
    assert AWKWARD in "".join(ET.fromstring(drawn).itertext())
    assert not shapes(agent_chart([AgentBar("B", 45.0, None, 1)], 45.0), "whisker")


def test_items_show_the_rate_and_the_unsure_share() -> None:
    drawn = item_chart([ItemBar("opening", 3, 4, 4), ItemBar("never decided", 0, 0, 2)])
    track, *_ = bars_of(drawn, "track")
    assert bars_of(drawn) == pytest.approx([0.75 * track, 0.0])
    assert bars_of(drawn, "unsure") == pytest.approx([50.0, 100.0])
    texts = list(ET.fromstring(drawn).itertext())
    assert {"75%", "3/4", "–"} <= set(texts)


@pytest.mark.parametrize(
    ("days", "unit", "labels"),
    [
        (["2026-11-01", "2026-12-01"], "day", ["2026-11-01", "2026-12-01"]),
        (["2026-11-01", "2026-12-02"], "week", ["2026-10-26", "2026-11-30"]),
        (["2026-01-01", "2026-07-01"], "week", ["2025-12-29", "2026-06-29"]),
        (["2026-01-01", "2026-01-31", "2026-07-02"], "month", ["2026-01", "2026-07"]),
        (["2026-01-01", "garbage"], "day", ["2026-01-01"]),
    ],
)
def test_the_unit_of_the_trend_follows_the_span(
    days: list[str], unit: str, labels: list[str]
) -> None:
    scores = dict.fromkeys(days, Mean(2, 100.0, 5000.0))
    assert unit_of(scores) == unit
    found = points(scores, unit_of(scores))
    assert [point.label for point in found] == labels
    assert sum(point.score.count for point in found) == 2 * sum(day != "garbage" for day in days)


def test_points_of_the_trend_lie_where_the_means_are() -> None:
    days = {
        "2026-11-01": Mean(1, 60.0, 3600.0),
        "2026-11-02": Mean(2, 180.0, 16208.0),
        "2026-11-04": Mean(1, 75.0, 5625.0),
    }
    found = points(days, "day")
    dots = shapes(trend_chart(found, "day"), "point")
    x, y = ([float(dot.get(axis, "")) for dot in dots] for axis in ("cx", "cy"))
    assert x[2] - x[1] == pytest.approx(2 * (x[1] - x[0]), abs=0.05)
    assert (y[0] - y[1]) == pytest.approx(2 * (y[0] - y[2]), abs=0.05)
    (one,) = shapes(trend_chart(found[:1], "day"), "point")
    assert 0 < float(one.get("cx", "")) < 560


def test_holds_beyond_the_limit_stand_out_and_none_is_lost() -> None:
    found = HoldLengths({3: 4, 11: 2, 12: 1, 900: 2}, 0.0, 4504.0, 5)  # 900: an hour and a quarter
    drawn = hold_chart(found, 60)
    bars = shapes(drawn, "bar")
    counts = [int((bar[0].text or "").split(": ")[1]) for bar in bars]
    assert sum(counts) == found.count == 9
    over = [n for n, bar in zip(counts, bars, strict=True) if "over" in bar.get("class", "")]
    assert sum(over) == found.longer_than(60) == 3
    heights = [float(bar.get("height", "")) for bar in bars]
    assert [round(h / max(heights) * max(counts), 2) for h in heights] == counts
    assert shapes(hold_chart(HoldLengths({0: 1}, 4.0, 4.0, 1), 60), "limit")


def test_holds_of_the_store_are_those_of_the_results(tmp_path: Path) -> None:
    lengths = (4.0, 5.0, 5.01, 60.0, 60.01, 200.0)
    store = stored(tmp_path, call(1, holds=lengths[:3]), call(2, holds=lengths[3:]), call(3))
    found = hold_lengths(store.database)
    raw = [h for one in store.results(CallFilter()) for h in to_json(one)["holds"]]
    assert found.count == len(raw) == 6
    assert found.seconds == pytest.approx(sum(h["end"] - h["start"] for h in raw))
    assert (found.longest, found.calls) == (200.0, 2)
    assert found.bins == {0: 2, 1: 1, 11: 1, 12: 1, 39: 1}
    assert found.longer_than(60) == 2
    assert hold_lengths(store.database, CallFilter(agent="nobody")).count == 0


def test_scores_by_day_are_those_of_the_results(tmp_path: Path) -> None:
    store = stored(
        tmp_path, call(1, score=50.0), call(2, score=70.0), call(3, day="2026-11-03", score=None),
        call(4, day="2026-11-04", score=90.0), call(5, day=None, score=10.0),
    )  # fmt: skip
    found = score_by_day(store.database)
    assert {day: (mean.count, mean.value) for day, mean in found.items()} == {
        "2026-11-02": (2, 60.0),
        "2026-11-04": (1, 90.0),
    }


def test_days_are_those_of_the_agents_command(tmp_path: Path) -> None:
    calls = [call(n, f"A{n % 2}", day=f"2026-11-0{1 + n % 3}", score=50.0 + n) for n in range(9)]
    store = stored(tmp_path, *calls)
    sums: dict[str, Mean] = {}
    for one in by_agent(store.database, by="day").sums:
        sums[one.span or ""] = sums.get(one.span or "", Mean()) + one.score
    assert score_by_day(store.database) == sums


def test_the_limit_of_a_hold_is_the_indicators_target() -> None:
    target = BY_ID["longest_hold"].target
    assert target is not None
    assert target.high == HOLD_LIMIT


def test_the_page_shows_what_the_results_say(tmp_path: Path) -> None:
    calls = [
        call(n, f"A{n % 3}", day=f"2026-11-0{1 + n % 4}", score=40.0 + 7 * n, holds=(10.0 * n,) if n % 2 else ())
        for n in range(8)
    ]  # fmt: skip
    store = stored(tmp_path, *calls)
    raw = [to_json(one) for one in store.results(CallFilter())]
    found = content(store, calls=2)
    written = html.unescape(page(found))
    scores = [one["score"] for one in raw]
    assert f"<b>{statistics.fmean(scores):.1f}</b>" in written
    reach = 2.365 * statistics.stdev(scores) / 8**0.5
    low, high = statistics.fmean(scores) - reach, statistics.fmean(scores) + reach
    assert f"95 % between {low:.1f} – {high:.1f}" in written
    for agent in ("A0", "A1", "A2"):
        own = [one["score"] for one in raw if one["agent_id"] == agent]
        row = re.search(rf'<th scope="row">{agent} 李敏</th>(.*?)</tr>', written)
        assert row is not None
        cells = re.findall(r"<td[^>]*>(.*?)</td>", row[1])
        assert cells[1:3] == [str(len(own)), f"{statistics.fmean(own):.1f}"]
    for item in raw[0]["items"]:
        verdicts = [i["verdict"] for one in raw for i in one["items"] if i["id"] == item["id"]]
        passed, decided = verdicts.count("pass"), sum(v in ("pass", "fail") for v in verdicts)
        rate = found.items[item["id"]]
        assert (rate.passed, rate.decided, rate.unsure) == (
            passed,
            decided,
            verdicts.count("unsure"),
        )
        if decided:
            assert f"{item['title']} {passed}/{decided}" in written
    assert "4 holds in 4 calls; 1 longer than 60 s, the longest 70 s" in written
    order = [one["call_id"] for one in sorted(raw, key=lambda one: one["score"])]
    assert [one.call_id for one in found.worst] == order[:2]
    assert [one.call_id for one in found.best] == order[:-3:-1]
    assert re.findall(r'<h3 id="call-\d-id">(.*?)</h3>', written) == order[:2] + order[:-3:-1]


def test_few_calls_are_shown_once_and_equal_scores_too(tmp_path: Path) -> None:
    found = content(stored(tmp_path, *(call(n, score=80.0) for n in range(3))))
    worst, best = [one.call_id for one in found.worst], [one.call_id for one in found.best]
    assert (len(worst), len(best)) == (2, 1)
    assert {*worst, *best} == {"c0", "c1", "c2"}


def test_one_call_has_no_interval_and_no_holds_are_said(tmp_path: Path) -> None:
    found = content(stored(tmp_path, call(1)))
    written = page(found)
    assert "one call: no interval" in written
    assert "No customer was put on hold" in written
    assert 'class="whisker"' not in written
    assert not found.best


def test_calls_without_a_score_or_a_start_make_a_page(tmp_path: Path) -> None:
    written = page(content(stored(tmp_path, call(1, None, day=None, score=None))))
    assert "no trend" in written
    assert "1 calls without one" in written


def test_names_stay_text(tmp_path: Path) -> None:
    one = call(1)
    odd = replace(
        one, call_id=AWKWARD, metadata=replace(one.metadata, agent=AWKWARD, group=AWKWARD)
    )
    assert odd.judged is not None
    said = [replace(u, text=AWKWARD) for u in odd.judged.transcript.utterances]
    judged = replace(odd.judged, transcript=replace(odd.judged.transcript, utterances=tuple(said)))
    found = content(stored(tmp_path, replace(odd, judged=judged)))
    written = page(found, title=AWKWARD)
    assert "<script>alert" not in written
    assert written.count("<script>") == 1
    assert html.unescape(re.findall(r"<h1>(.*?)</h1>", written)[0]) == AWKWARD
    broken = page(found, title="half \ud83d of a character")
    broken.encode("utf-8")


def test_only_the_pages_own_style_and_script_may_run(tmp_path: Path) -> None:
    written = page(content(stored(tmp_path, call(1, holds=(70.0,)))))
    policy = html.unescape(re.search(r'Security-Policy" content="([^"]*)"', written)[1])  # type: ignore[index]
    for name in ("style", "script"):
        (inline,) = re.findall(rf"<{name}>(.*?)</{name}>", written, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not re.search(r"\s(style|on\w+)=", written)
    assert not re.findall(r'(?:src|href)="(?!data:|#)', written)
    assert "http" not in re.sub(r"http-equiv", "", written)


def test_both_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = stored(tmp_path, call(1, holds=(70.0,)), call(2))
    english = page(content(store), today=date(2026, 11, 24))
    monkeypatch.setenv("CALLQA_LANG", "zh")
    chinese = page(content(store), today=date(2026, 11, 24))
    assert '<html lang="en">' in english
    assert '<html lang="zh-CN">' in chinese
    assert "made on 2026-11-24" in english
    assert "生成日期 2026-11-24" in chinese
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", english)
    assert not any(re.search("[一-鿿]", one) for one in headings)
    assert all(re.search("[一-鿿]", one) for one in re.findall(r"<h2[^>]*>(.*?)</h2>", chinese))


def test_recordings_come_along_until_the_page_is_full(tmp_path: Path) -> None:
    recording = write_wav(tmp_path / "a.wav", tone(300, 3.0), silence(3.0))
    damaged = tmp_path / "b.wav"
    damaged.write_bytes(b"RIFF nothing of the kind")
    sounds = Sounds(Files())
    uri = sounds.uri(str(recording), 3.0)
    assert isinstance(uri, str)
    assert uri.startswith("data:audio/mpeg;base64,")
    gone, unreadable = sounds.uri(str(tmp_path / "c.wav"), 3.0), sounds.uri(str(damaged), 3.0)
    assert gone == Text("The recording is not where it was.", "录音已不在原处。")
    assert isinstance(unreadable, Text)
    assert "cannot be read" in unreadable.en
    full = Sounds(Files(), most=15_500)
    assert isinstance(full.uri(str(recording), 3.0), str)
    left_out = full.uri(str(recording), 3.0)
    assert isinstance(left_out, Text)
    assert "MB" in left_out.en


def test_the_command(tmp_path: Path) -> None:
    store = stored(tmp_path, call(1), call(2, "A2", day="2026-11-09"))
    target = tmp_path / "报告 one.html"
    done = callqa("report", target, "--since", "2026-11-09", "--title", "周报", "--db", store.path)
    assert (done.returncode, done.stderr) == (0, "")
    written = target.read_text("utf-8")
    assert "<h1>周报</h1>" in written
    assert "The recording is not where it was." in written
    assert "c1" not in re.findall(r'<h3 id="call-\d-id">(.*?)</h3>', written)
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []
    silent = callqa("report", target, "--no-audio", "--db", store.path)
    assert silent.returncode == 0
    assert "The recording is not where it was." not in target.read_text("utf-8")


def test_help_in_both_languages() -> None:
    assert "Write one page in HTML" in callqa("report", "--help").stdout
    assert "网页报告" in callqa("report", "--help", CALLQA_LANG="zh").stdout


def test_no_calls_no_file(tmp_path: Path) -> None:
    store = stored(tmp_path, call(1))
    target = tmp_path / "r.html"
    done = callqa("report", target, "--since", "2027-01-01", "--db", store.path)
    assert (done.returncode, done.stdout.strip()) == (0, "no scored call of that kind")
    assert not target.exists()


def test_nothing_but_a_page_is_written_over(tmp_path: Path) -> None:
    store = stored(tmp_path, replace(call(1), source=str(tmp_path / "c1.wav")))
    recording = write_wav(tmp_path / "c1.wav", silence(1.0))
    before = recording.read_bytes()
    link = tmp_path / "link.html"
    link.symlink_to(recording)
    for target in (recording, store.path, link, tmp_path / "no" / "r.html", "-"):
        done = callqa("report", target, "--db", store.path)
        assert done.returncode == 2, target
        assert "Traceback" not in done.stderr
    assert recording.read_bytes() == before
