"""Calls whose turns stand in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import DATA
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa import lang
from callqa.errors import UsageError
from callqa.qa.turns_file import find_turns, read_turns

CALL: dict[str, Any] = {
    "id": "one",
    "agent": "李敏",
    "direction": "呼入",
    "duration": 60,
    "turns": [
        {"speaker": "customer", "start": 5, "end": 6.5, "text": "你好。"},
        {"speaker": "坐席", "start": 1, "end": 3, "text": "您好。", "confidence": 0.5},
    ],
    "holds": [{"start": 10, "end": 40, "music": False}],
    "rings": [{"start": 0, "end": 0.9, "count": 2}],
    "truth": {"greeting": True, "closing": False, "hold_thanks": None, "hold_seconds": 30},
}


def file(folder: Path, content: Any, name: str = "call.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), "utf-8")
    return path


def test_a_label_is_a_call(tmp_path: Path) -> None:
    (call,) = read_turns(file(tmp_path, CALL))
    assert (call.call_id, call.duration, call.transcript.language) == ("one", 60, "zh")
    agent, customer = call.transcript.utterances
    assert (agent.role, agent.text, agent.confidence) == ("agent", "您好。", 0.5)
    assert (customer.role, customer.start, customer.end) == ("customer", 5, 6.5)
    assert [(h.start, h.end, h.kind) for h in call.events.holds] == [(10, 40, "silence")]
    assert call.events.rings is not None
    assert (call.events.rings.count, call.events.rings.seconds) == (2, 1.0)
    assert (call.metadata.agent, call.metadata.direction) == ("李敏", "inbound")
    assert call.expected == {"greeting": "pass", "closing": "fail", "hold_thanks": "na"}
    scored = call.scored({"company": ("云杉",)})
    assert (scored.facts.direction, scored.slots) == ("inbound", {"company": ("云杉",)})


def test_what_a_listener_found_is_nowhere_in_what_is_scored(tmp_path: Path) -> None:
    without = {key: value for key, value in CALL.items() if key != "truth"}
    (labelled,) = read_turns(file(tmp_path, CALL))
    (plain,) = read_turns(file(tmp_path, without, "plain.json"))
    assert plain.expected == {}
    assert labelled.scored({}) == plain.scored({})


def test_silences_and_holds_that_are_not_given_are_told_from_the_pauses(tmp_path: Path) -> None:
    turns = [
        {"speaker": who, "start": start, "end": start + 2, "text": "好的"}
        for who, start in (("A", 0), ("C", 6), ("A", 40), ("C", 41))
    ]
    (call,) = read_turns(file(tmp_path, {"turns": turns}))
    assert [(s.start, s.end) for s in call.events.silences] == [(2, 6)]
    assert [(h.start, h.end, h.kind) for h in call.events.holds] == [(8, 40, "silence")]
    (call,) = read_turns(file(tmp_path, {"turns": turns, "holds": []}))
    assert [(s.start, s.end) for s in call.events.silences] == [(2, 6), (8, 40)]
    (call,) = read_turns(file(tmp_path, {"turns": turns, "silences": []}))
    assert (call.events.silences, len(call.events.holds), call.events.rings) == ((), 1, None)


def test_a_line_of_results_is_a_call(tmp_path: Path) -> None:
    result = CALL | {
        "call_id": "x", "rings": {"count": 3, "seconds": 14.2}, "silences": [], "items": [], "error": None,
        "holds": [{"start": 10, "end": 40, "kind": "tone"}],
    }  # fmt: skip
    del result["truth"]
    text = "\ufeff" + json.dumps(result) + "\r\n\n" + json.dumps(CALL | {"id": None}) + "\n"
    first, second = read_turns(file(tmp_path, text, "r.jsonl"))
    assert (first.call_id, first.events.holds[0].kind, first.expected) == ("x", "tone", {})
    assert first.events.rings is not None
    assert first.events.rings.seconds == 14.2
    assert second.call_id == "r-3"


def test_a_script_is_a_call_or_several(tmp_path: Path) -> None:
    text = "坐席：您好。\n客户：你好。\n期望：greeting=pass\n"
    (call,) = read_turns(file(tmp_path, text, "第一通.txt"))
    assert (call.call_id, call.expected, len(call.transcript.utterances)) == (
        "第一通", {"greeting": "pass"}, 2,
    )  # fmt: skip
    path = tmp_path / "gbk.txt"
    path.write_bytes(("## a\n" + text + "## b\n" + text).encode("gbk"))
    assert [call.call_id for call in read_turns(path)] == ["a", "b"]


def changed(**changes: Any) -> dict[str, Any]:
    return CALL | changes


def turn(**changes: Any) -> dict[str, Any]:
    return changed(turns=[CALL["turns"][0], CALL["turns"][1] | changes])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", r"call\.json:1:\d+: not valid JSON"),
        ("[]", r"call\.json:1: not an object"),
        ('{"turns": [], "turns": []}', r"the key turns stands twice"),
        ('{"turns": [], "duration": NaN}', "NaN is not a number"),
        ("[" * 100_000, "not valid JSON"),
        ("1" * 5000, "not valid JSON"),
        ({"duration": 4}, "the key turns is missing"),
        (changed(turns=4), r"call\.json:6: turns: should be a list, not 4"),
        (changed(turns=["x"]), r"turns\[0\]: should be an object"),
        (turn(speaker="boss"), r"call\.json:14: turns\[1\]\.speaker: unknown speaker 'boss'"),
        (turn(speaker=None), r"turns\[1\]\.speaker: should be a text, not null"),
        (turn(end=1), r"call\.json:16: turns\[1\]\.end: it ends at 1 s and begins at 1 s"),
        (turn(end=True), r"turns\[1\]\.end: should be a number"),
        (turn(end="3"), r"turns\[1\]\.end: should be a number"),
        (turn(start=-1), r"turns\[1\]\.start: should be a number"),
        (turn(end=10**400), r"turns\[1\]\.end: should be a number"),
        (turn(text=["您好"]), r"turns\[1\]\.text: should be a text"),
        (turn(confidence=2), r"turns\[1\]\.confidence: a confidence lies"),
        (changed(turns=[{"speaker": "agent"}]), r"turns\[0\]: the key start is missing"),
        (changed(duration=38), r"duration: the call is 38 s long, but .* 40 s"),
        (changed(holds=[{"start": 1, "end": 2, "kind": "noise"}]), r"holds\[0\]\.kind: not one of"),
        (changed(rings=3), r"rings: should be a list"),
        (changed(rings={"count": 1.5, "seconds": 3}), r"rings\.count: should be a whole"),
        (changed(truth=[1]), r"truth: should be an object"),
        (changed(truth={"greeting": "good"}), r"truth\.greeting: should be true, false"),
        (changed(language=5), r"language: should be a text"),
        (changed(call_id=[5]), r"call_id: should be a text"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_turns(file(tmp_path, content))


def test_a_wrong_line_of_several_is_named(tmp_path: Path) -> None:
    lines = [json.dumps(CALL), json.dumps(turn(speaker="boss")), "{]"]
    with pytest.raises(UsageError, match=r"r\.jsonl:2: turns\[1\]\.speaker: unknown"):
        read_turns(file(tmp_path, "\n".join(lines), "r.jsonl"))
    with pytest.raises(UsageError, match=r"r\.jsonl:2:2: not valid JSON"):
        read_turns(file(tmp_path, "\n".join(lines[::2]), "r.jsonl"))
    with pytest.raises(UsageError, match=r"x\.txt:2: not a line"):
        read_turns(file(tmp_path, "坐席：您好。\n再见\n", "x.txt"))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\0\1\2", b"RIFF\0\0", b"\xff\xfe\0"])
@pytest.mark.parametrize("name", ["x.txt", "x.json", "x.jsonl"])
def test_files_that_are_none_of_these(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for language in ("en", "zh"):
        lang.use(language)  # type: ignore[arg-type]
        with pytest.raises(UsageError, match=r"x\."):
            read_turns(path)
    lang.use("en")
    other = path.rename(tmp_path / "y.wav")
    with pytest.raises(UsageError, match=r"y\.wav: .*\.jsonl"):
        read_turns(other)


def test_folders_hold_calls_and_no_two_of_one_id(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    one = file(tmp_path, CALL, "b.json")
    file(tmp_path, "坐席：您好。", "sub/a.txt")
    file(tmp_path, "{}", "sub/a.meta.json")
    assert [c.call_id for c in find_turns([str(tmp_path), str(one)])] == ["one", "a"]
    file(tmp_path, CALL, "sub/c.json")
    with pytest.raises(
        UsageError, match=r"c\.json: the call one is there twice, also in .*b\.json"
    ):
        find_turns([str(tmp_path)])
    for missing in (tmp_path / "none.json", tmp_path / "none"):
        with pytest.raises(UsageError, match="none"):
            find_turns([str(missing)])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no file of turns"):
        find_turns([str(tmp_path / "empty")])


def test_the_labels_of_the_further_calls_are_read() -> None:
    calls = find_turns([str(DATA / "further" / "labels")])
    assert len(calls) == 14
    for call in calls:
        label = json.loads(
            (DATA / "further" / "labels" / f"{call.call_id}.json").read_text("utf-8")
        )
        assert len(call.transcript.utterances) == len(label["turns"])
        assert len(call.expected) == 12
        assert sum(h.seconds for h in call.events.holds) == pytest.approx(
            label["truth"]["hold_seconds"], abs=0.01
        )


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
spans = st.dictionaries(
    st.sampled_from(["speaker", "start", "end", "text", "confidence", "kind", "music", "count"]),
    st.sampled_from(["agent", "客户", 0, 1, 2.5]) | values, max_size=6,
)  # fmt: skip
hostile = st.dictionaries(
    st.sampled_from(["turns", "holds", "silences", "rings", "duration", "truth", "language", "id", "agent"]),
    values | st.lists(spans, max_size=3), max_size=6,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(hostile, st.sampled_from(["call.json", "calls.jsonl"]))
def test_any_json_is_a_call_or_told_to_be_none(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, Any], name: str
) -> None:
    path = tmp_path_factory.mktemp("any") / name
    path.write_text(json.dumps(content), "utf-8")
    try:
        (call,) = read_turns(path)
    except UsageError:
        return
    call.scored({})
    assert all(0 <= u.start < u.end <= call.duration for u in call.transcript.utterances)
    "".join(u.text for u in call.transcript.utterances).encode()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.sampled_from([".json", ".jsonl", ".txt"]))
def test_any_bytes_are_calls_or_told_to_be_none(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    path = tmp_path_factory.mktemp("any") / f"x{suffix}"
    path.write_bytes(content)
    try:
        assert read_turns(path)
    except UsageError:
        return
