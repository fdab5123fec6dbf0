"""Calls written down as text are read as they were meant, or refused with the line."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa import lang
from callqa.audio.events import Hold
from callqa.errors import UsageError
from callqa.scoring.script import OVERLAP, PAUSE, RATE, RING, read_script
from callqa.transcribe.transcript import Role
from helpers import script

NAMES: dict[str, Role] = {
    "坐席": "agent", "agent": "agent", "A": "agent", "客户": "customer", "Customer": "customer", "c": "customer",
    "系统": "system", "system": "system", "未知": "unknown", "unknown": "unknown",
}  # fmt: skip
HOLDS = {
    "music": "music",
    "音乐": "music",
    "": "music",
    "silence": "silence",
    "静音": "silence",
    "tone": "tone",
}
TEXTS = st.text("您好请问贵姓，。？OK 8[:：=+", min_size=1, max_size=12).map(str.strip).filter(bool)
TURNS = st.tuples(st.sampled_from(sorted(NAMES)), st.sampled_from([":", "：", " : "]), TEXTS)
WAITS = st.tuples(
    st.sampled_from(["hold", "等待", "HOLD"]), st.sampled_from(["", "s", "秒", " s "]), st.sampled_from(sorted(HOLDS)),
    st.integers(1, 300),
)  # fmt: skip
LINES = st.lists(TURNS | WAITS, max_size=8)
VERDICTS = st.dictionaries(
    st.from_regex(r"[a-z][a-z_0-9]{0,8}", fullmatch=True), st.sampled_from(["pass", "fail", "na", "unsure"]), max_size=3
)  # fmt: skip


def as_line(line: tuple[str, ...]) -> str:
    if len(line) == 3:
        return "".join(line)
    name, unit, kind, seconds = line
    return f"[{name} {seconds}{unit} {kind}]"


@settings(deadline=None)  # the first example loads the readings
@given(
    st.dictionaries(
        st.from_regex(r"[a-z0-9\-]{1,8}", fullmatch=True), st.tuples(LINES, VERDICTS), max_size=3
    )
)
def test_what_is_written_is_read_back(
    calls: dict[str, tuple[list[tuple[str, ...]], dict[str, str]]],
) -> None:
    text = "# a note\n" + "".join(
        f"## {name}\n\nexpect: {' '.join(f'{i}={v}' for i, v in expected.items())}\n"
        + "".join(f"  {as_line(line)}  \n" for line in lines)
        for name, (lines, expected) in calls.items()
    )
    read = read_script(text, "file")
    assert [(one.call_id, one.expected) for one in read] == [(n, e) for n, (_, e) in calls.items()]
    for one, (lines, _) in zip(read, calls.values(), strict=True):
        turns, waits = [x for x in lines if len(x) == 3], [x for x in lines if len(x) == 4]
        said = one.call.transcript.utterances
        assert [(u.role, u.text) for u in said] == [(NAMES[who], text) for who, _, text in turns]
        assert [(h.kind, h.seconds) for h in one.call.events.holds] == [
            (HOLDS[kind], pytest.approx(seconds)) for _, _, kind, seconds in waits
        ]
        spans = sorted((i.start, i.end) for i in (*said, *one.call.events.holds))
        assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(spans))
        assert all(0 < start < end <= one.call.duration for start, end in spans)


def test_times_are_made_up_as_people_speak() -> None:
    call = script("[rings 2]", "坐席：您好您好您好您好您。", "客户：嗯。", "坐席：好的好的好。")
    first, nod, last = call.transcript.utterances
    assert (first.start, first.seconds) == (0.5 + 2 * RING, pytest.approx(9 / RATE))
    assert (nod.start, nod.seconds) == (pytest.approx(first.end + PAUSE), pytest.approx(0.4))
    assert last.start == pytest.approx(nod.end + PAUSE)
    assert call.events.rings is not None
    assert (call.events.rings.count, call.events.rings.seconds) == (2, 10.0)


def test_a_turn_with_a_plus_speaks_into_the_one_before() -> None:
    long = "客户：我上个月买的空调一直不制冷。"
    theirs, ours = script(long, "坐席+：我帮您查一下订单。").transcript.utterances
    assert ours.start == pytest.approx(theirs.end - OVERLAP)
    assert ours.end > theirs.end
    theirs, nod = script(long, "坐席 +：嗯。").transcript.utterances
    assert theirs.start < nod.start < nod.end <= theirs.end - OVERLAP + 1e-9
    assert script("坐席+：您好。").transcript.utterances[0].start == 0.5
    short, over = script("客户：嗯。", "坐席+：您好。").transcript.utterances
    assert short.start < over.start < short.end


def test_holds_and_silences_begin_where_the_words_end() -> None:
    call = script(
        "坐席：请稍等。",
        "[hold 30 音乐]",
        "坐席：好。",
        "[静音 5]",
        "客户：喂？",
        "[silence 2]",
        "坐席：在。",
    )
    wait, back, _, _ = call.transcript.utterances
    assert call.events.holds == (Hold(wait.end, wait.end + 30, "music"),)
    assert back.start == wait.end + 30
    (silence,) = call.events.silences  # 2 s are none
    assert (silence.start, silence.seconds) == (back.end, pytest.approx(5.0))


@pytest.mark.parametrize(
    "line",
    [
        "您好。",
        "经理：您好。",
        "坐席 您好。",
        "[hold]",
        "[hold thirty]",
        "[hold 30 jazz]",
        "[hold -30]",
        "[hold 30",
        "[pause 30]",
        "expect: greeting",
        "expect: greeting=maybe",
        "期望：greeting=",
    ],
)
def test_what_is_no_line_is_refused_with_its_number(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError) as error:
        read_script(f"## one\n坐席：您好。\n\n{line}\n客户：好。", "calls.txt")
    assert str(error.value).startswith(f"calls.txt:4: not a line of a script: {line}")
    monkeypatch.setattr(lang, "_chosen", "zh")
    assert str(error.value).startswith(f"calls.txt:4: 无法理解的一行：{line}")


def test_lines_of_one_who_speaks_alone_need_no_name() -> None:
    (one,) = read_script("您好：请讲。\n客户：好。\n8:30 见", "x", lone="agent")
    assert [(u.role, u.text) for u in one.call.transcript.utterances] == [
        ("agent", "您好：请讲。"), ("customer", "好。"), ("agent", "8:30 见")
    ]  # fmt: skip
    with pytest.raises(UsageError):
        read_script("[hold 3 jazz]", "x", lone="agent")


def test_calls_without_a_name_are_told_apart() -> None:
    calls = read_script("坐席：好。\n##\n坐席：好。\n## b\n", "x")
    assert [c.call_id for c in calls] == ["x", "x-2", "b"]
    assert read_script("# nothing\n\n", "x") == []


def test_the_language_is_that_of_the_call() -> None:
    (one,) = read_script("agent: Hello.", "x", language="en")
    assert one.call.transcript.language == "en"
