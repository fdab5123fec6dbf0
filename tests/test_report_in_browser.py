"""The page for supervisors as a browser shows, plays and prints it. CALLQA_SCREENSHOT=FILE keeps a picture."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from test_cli import callqa
from test_report import AWKWARD, call

from callqa.audio.interval import Interval
from callqa.lang import Text
from callqa.qa.demo import example_folder
from callqa.qa.period import Period
from callqa.qa.report.content import Wanted, gather
from callqa.qa.report.page import page
from callqa.qa.result import CallResult
from callqa.qa.store import Keys, Store
from callqa.scoring.scorecard import Evidence, Finding
from helpers import tone, write_wav

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SECONDS = 30.5  # of each call
EVIDENCE = 17.3

if CHROMIUM is None:
    pytest.skip("there is no Chromium: on Debian apt-get install chromium", allow_module_level=True)
playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@dataclass
class Opened:
    """A page in a browser, and what it complained of or asked for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def value(self, expression: str) -> Any:
        return self.page.evaluate(expression)

    def until(self, expression: str) -> None:
        """Wait for something; the page's policy forbids what playwright would wait with."""
        for _ in range(200):
            if self.value(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"not within 10 s: {expression}")

    def open(self, file: Path) -> None:
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri())
        self.until(
            "[...document.querySelectorAll('audio')].every(a => a.readyState > 0 || a.error)"
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright_api.sync_playwright() as playwright:
        # root may start it only without a sandbox; the page is ours
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        yield started
        started.close()


def labelled(number: int, source: Path) -> CallResult:
    """A call with a failed item whose evidence is at a known time, a hold and a silence."""
    one = call(number, day=f"2026-11-0{number}", score=30.0 * number, holds=(9.0,))
    assert one.judged is not None
    first, *rest = one.judged.scorecard.items
    evidence = Evidence("agent", EVIDENCE, EVIDENCE + 2, AWKWARD)
    finding = Finding("fail", Text(AWKWARD, AWKWARD), (evidence,))
    card = replace(one.judged.scorecard, items=(replace(first, finding=finding), *rest))
    events = replace(one.judged.events, silences=(Interval(20.0, 24.0),))
    judged = replace(one.judged, scorecard=card, events=events)
    return replace(one, source=str(source), judged=judged)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    store = Store(tmp_path / "results.db")
    for number in (1, 2, 3):
        source = tmp_path / f"c{number}.wav"
        if number < 3:  # the recording of the third is gone
            write_wav(source, tone(440, SECONDS), tone(330, SECONDS))
        store.save(labelled(number, source), Keys(f"h{number}", "m", "c"))
    found = gather(store.database, Wanted(Period()))
    assert found is not None
    file = tmp_path / "report.html"
    file.write_text(page(found), "utf-8")
    return file


@pytest.fixture
def opened(browser: Any, written: Path) -> Iterator[Opened]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    shown = Opened(context.new_page())
    shown.open(written)
    yield shown
    context.close()


def test_charts_are_drawn_and_nothing_is_fetched_or_refused(opened: Opened, written: Path) -> None:
    boxes = opened.value(
        "[...document.querySelectorAll('svg.chart')].map(s => [s.getBoundingClientRect().width, s.getBBox().height])"
    )
    assert len(boxes) == 4 + 3  # agents, items, trend, holds, and a line for each call
    assert all(width > 300 and height > 50 for width, height in boxes)
    drawn = opened.value(
        "[...document.querySelectorAll('[aria-labelledby^=agents] .bar, svg .turn, svg .hold, svg .point')]"
        ".map(e => e.getBBox().height)"
    )
    assert len(drawn) > 10
    assert all(height > 0 for height in drawn)
    styled = opened.value("getComputedStyle(document.querySelector('svg .bar')).fill")
    assert styled == "rgb(47, 110, 165)"  # the style of the page is let in by its policy
    assert opened.value("document.body.scrollWidth <= innerWidth")
    assert opened.complaints == []
    assert [url for url in opened.requests if not url.startswith("data:")] == [written.as_uri()]


def test_what_is_clicked_is_heard(opened: Opened) -> None:
    lengths = opened.value("[...document.querySelectorAll('audio')].map(a => a.duration)")
    assert lengths == pytest.approx([SECONDS, SECONDS], abs=0.3)
    audio = "document.querySelector('#call-1 audio')"

    def reached(seconds: float) -> None:
        opened.until(f"{audio}.currentTime > {seconds - 0.01} && !{audio}.seeking")
        assert opened.value(f"{audio}.currentTime") == pytest.approx(seconds, abs=1.0)
        opened.value(f"{audio}.pause()")
        opened.value(f"{audio}.currentTime = 0")
        opened.until(f"{audio}.currentTime < 0.1")

    opened.page.click("#call-1 .items .fail button.at")
    assert opened.value(f"!{audio}.paused")
    reached(EVIDENCE)
    opened.page.locator(f"#call-1 .mark.fail[data-at='{EVIDENCE:.2f}'] path").click()
    reached(EVIDENCE)
    opened.page.click("#call-1 .transcript summary")
    opened.page.click("#call-1 .transcript li:nth-child(3) .said")
    reached(8.0)
    left, right = (
        opened.value(f"document.querySelector('#call-1 .line').dataset.{side}")
        for side in ("left", "right")
    )
    box = opened.page.locator("#call-1 .timeline").bounding_box()
    x = box["width"] * (float(left) + (float(right) - float(left)) * 0.9)
    opened.page.locator("#call-1 .timeline").click(position={"x": x, "y": box["height"] - 40})
    reached(0.9 * SECONDS)
    assert opened.complaints == []


def test_one_player_at_a_time_and_the_line_follows(opened: Opened) -> None:
    opened.page.click("#call-1 .transcript summary")
    opened.page.click("#call-1 .transcript li:nth-child(1) button")
    opened.page.wait_for_selector("#call-1 .transcript li.now")
    head = opened.value("Number(document.querySelector('#call-1 .head').getAttribute('x1'))")
    assert head > 76
    opened.page.locator("#call-2 .mark.fail path").last.click()
    opened.until("document.querySelectorAll('audio')[0].paused")
    assert opened.value("!document.querySelectorAll('audio')[1].paused")


def test_a_call_without_its_recording_says_so(opened: Opened) -> None:
    card = opened.page.locator("article.call", has_text="c3")
    assert card.locator("audio").count() == 0
    assert card.locator("button.at").count() == 0
    assert "The recording is not where it was." in card.inner_text()
    assert card.locator("svg .turn").count() == 3


def test_names_are_shown_as_they_are(opened: Opened) -> None:
    assert opened.value("document.scripts.length") == 1
    assert AWKWARD in opened.page.locator("#call-1 > .items").inner_text()


def test_it_can_be_printed(opened: Opened) -> None:
    opened.page.emulate_media(media="print")
    assert opened.value("getComputedStyle(document.querySelector('audio')).display") == "none"
    assert opened.value("getComputedStyle(document.querySelector('.transcript')).display") == "none"
    box = opened.page.locator("svg.chart").first.bounding_box()
    assert box["width"] > 300
    printed = opened.page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    pages = printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ")
    assert 2 <= pages <= 12
    assert opened.complaints == []


@pytest.mark.model
def test_the_examples_as_a_supervisor_sees_them(
    browser: Any, settings: Path, tmp_path: Path
) -> None:
    """From recordings to the page, in Chinese."""
    recordings = tmp_path / "recordings"
    shutil.copytree(example_folder(), recordings)
    settings.write_text(
        (recordings / "callqa.toml").read_text("utf-8") + settings.read_text("utf-8"), "utf-8"
    )
    database, file = tmp_path / "examples.db", tmp_path / "examples.html"
    scored = callqa("--settings", settings, "score", recordings, "--db", database)
    assert scored.returncode == 0, scored.stderr
    done = callqa("--settings", settings, "--lang", "zh", "report", file, "--db", database)
    assert done.returncode == 0, done.stderr
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    shown = Opened(context.new_page())
    shown.open(file)
    titles = shown.value("[...document.querySelectorAll('h3')].map(h => h.textContent)")
    assert "rude" in titles[0]
    assert "excellent" in titles[2]
    lengths = shown.value("[...document.querySelectorAll('audio')].map(a => a.duration)")
    assert lengths == pytest.approx([18.7, 90.8, 75.8, 64.1], abs=0.3)
    marks = shown.page.locator("#call-2 .mark.fail path")
    at = float(shown.page.locator("#call-2 .mark.fail").last.get_attribute("data-at"))
    marks.last.click()
    sound = "document.querySelector('#call-2 audio')"
    shown.until(f"{sound}.currentTime >= {at - 0.01} && !{sound}.seeking")
    assert shown.value(f"{sound}.currentTime") == pytest.approx(at, abs=1.0)
    assert shown.complaints == []
    if target := os.environ.get("CALLQA_SCREENSHOT"):
        shown.value(f"{sound}.pause()")
        shown.page.mouse.move(0, 0)
        bottom = shown.value(
            "document.querySelector('#call-2').getBoundingClientRect().bottom + scrollY"
        )
        clip = {"x": 64, "y": 24, "width": 1152, "height": bottom}
        shown.page.screenshot(path=target, full_page=True, clip=clip)
    context.close()
