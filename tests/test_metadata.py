"""What is known of a call besides its audio."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from callqa import lang
from callqa.errors import RecordingError, SettingsError
from callqa.qa.metadata import (
    CallMetadata,
    from_mapping,
    from_name,
    gather,
    read_sidecar,
    read_table,
)
from callqa.settings import AgentEntry, Files, Settings


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("{agent_id}_{_}", "A2001_excellent_mono", CallMetadata(agent_id="A2001")),
        ("{date}_{time}", "20261012_091530", CallMetadata(started_at="2026-10-12T09:15:30")),
        ("{date}_{time}_{_}", "20261012_0915_x", CallMetadata(started_at="2026-10-12T09:15:00")),
        ("{date}-{_}", "2026-10-12-13800", CallMetadata(started_at="2026-10-12")),
        (
            "{direction}_{queue}_{agent}_{customer}",
            "呼出_售后_李敏_王芳",
            CallMetadata(agent="李敏", customer="王芳", direction="outbound", queue="售后"),
        ),
        ("{agent_id}.{_}", "8021.7.x", CallMetadata(agent_id="8021")),
        ("{agent_id}_{date}", "A2001", CallMetadata()),
        ("{agent_id}", "A2001_7", CallMetadata()),
    ],
)
def test_a_name_is_read_by_its_pattern(pattern: str, name: str, expected: CallMetadata) -> None:
    assert from_name(name, [pattern]) == expected


def test_the_first_pattern_that_fits_is_taken() -> None:
    patterns = ["{agent_id}_{date}", "{caller}_{_}", "{customer}_{_}"]
    assert from_name("13800_x", patterns) == CallMetadata(caller="13800")


@pytest.mark.parametrize(
    ("language", "pattern", "message"),
    [
        ("en", "{agent_id}_{foo}", r"unknown or repeated placeholder \{foo\}"),
        ("zh", "{agent_id}_{foo}", r"未知占位符 \{foo\}"),
        ("en", "{agent}_{agent}", r"repeated placeholder \{agent\}"),
    ],
)
def test_a_wrong_pattern_is_told_what_is_wrong(
    language: lang.Language, pattern: str, message: str
) -> None:
    lang.use(language)
    with pytest.raises(SettingsError, match=message):
        from_name("x_y", [pattern])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_as_excel_writes_it(tmp_path: Path, encoding: str, separator: str) -> None:
    rows = [
        ["录音文件", "坐席工号", "客户姓名", "呼叫方向", "备注"],
        ["D:\\录音\\a.wav", "8021", "王芳", "呼入", "无"],
    ]
    text = "\r\n".join(separator.join(row) for row in rows)
    file = tmp_path / "calls.csv"
    file.write_bytes(text.encode(encoding))
    expected = CallMetadata(agent_id="8021", customer="王芳", direction="inbound")
    assert read_table(file).of(Path("elsewhere/a.wav")) == expected
    assert read_table(file).of(Path("b.wav")) == CallMetadata()


@pytest.mark.parametrize("column", ["call_id", "Call ID", "FileName", "录音", "通话编号"])
@pytest.mark.parametrize("cell", ["a", "a.wav", "calls/a.wav"])
def test_rows_name_their_recording_in_many_ways(tmp_path: Path, column: str, cell: str) -> None:
    (tmp_path / "t.csv").write_text(
        f"{column},agent,started_at\n{cell}, 李敏 ,2026-10-12\n\n", "utf-8"
    )
    facts = read_table(tmp_path / "t.csv").of(Path("a.wav"))
    assert facts == CallMetadata(agent="李敏", started_at="2026-10-12")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read the table: no such file"),
        ("agent,customer\n李敏,王芳\n", "no column names the recordings"),
        ("", "no column names the recordings"),
        pytest.param(
            'call_id,agent\na,"' + "x" * 140_000, "line 2: quotes are broken", id="stray quote"
        ),
    ],
)
def test_a_table_of_no_use_is_an_error(tmp_path: Path, content: str | None, message: str) -> None:
    file = tmp_path / "calls.csv"
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=message):
        read_table(file)


@pytest.mark.parametrize(
    ("words", "channel"), [("1 left L 左", 1), ("2 right R 右", 2), ("0 -1 ? 三", None)]
)
def test_the_agents_channel_is_a_number_or_a_word(words: str, channel: int | None) -> None:
    for word in words.split():
        assert from_mapping({"坐席声道": word})[1] == CallMetadata(agent_channel=channel)


def test_an_empty_cell_says_nothing() -> None:
    raw = {"customer": "", "caller": None, "agent": " 李敏 "}
    assert from_mapping(raw) == (None, CallMetadata(agent="李敏"))


def test_a_blank_cell_says_nothing() -> None:
    assert from_mapping({"customer": "  "})[1] == CallMetadata()


def test_date_and_time_in_two_columns_are_put_together() -> None:
    facts = from_mapping({"日期": "2026-10-12", "开始时间": "09:15:00"})[1]
    assert facts.started_at == "2026-10-12T09:15:00"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026/11/22 9:15", "2026-11-22T09:15:00"),
        ("2026/1/2 9:15:30", "2026-01-02T09:15:30"),
        ("20261122091500", "2026-11-22T09:15:00"),
        ("20261122", "2026-11-22"),
        ("2026年11月22日 09:15", "2026-11-22T09:15:00"),
        ("yesterday", "yesterday"),
    ],
)
def test_the_start_is_read_in_the_forms_that_exports_use(written: str, expected: str) -> None:
    assert from_mapping({"开始时间": written})[1].started_at == expected


def test_rows_may_name_folders(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text("file,agent_id\nA1/0001.wav,A1\nA2\\0001.wav,A2\nA3/0002.wav,A3\n", "utf-8")
    table = read_table(file)
    assert table.of(tmp_path / "A1" / "0001.wav").agent_id == "A1"
    assert table.of(tmp_path / "A2" / "0001.wav").agent_id == "A2"
    assert table.of(Path("elsewhere/0001.wav")).agent_id is None
    assert table.of(Path("elsewhere/0002.wav")).agent_id == "A3"


def test_a_sidecar_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.meta.json").write_text(
        '{"agent_id": 8021, "客户姓名": "王芳", "x": [1]}', "utf-8"
    )
    assert read_sidecar(tmp_path / "a.wav") == CallMetadata(agent_id="8021", customer="王芳")
    assert read_sidecar(tmp_path / "b.wav") == CallMetadata()


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"'])
def test_a_broken_sidecar_is_the_recordings_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.meta.json").write_text(text)
    with pytest.raises(RecordingError, match=r"a\.wav: cannot read its metadata a\.meta\.json"):
        read_sidecar(tmp_path / "a.wav")


ROSTER = (
    AgentEntry(id="8021", name="李敏", group="售后", channel=2),
    AgentEntry(id="8022", name="孙浩"),
)


def test_sidecar_beats_table_beats_name(tmp_path: Path) -> None:
    recording = tmp_path / "8021_王芳_13800.wav"
    settings = Settings(files=Files(patterns=("{agent_id}_{customer}_{caller}",)), agents=ROSTER)
    (tmp_path / "t.csv").write_text(f"file,customer,caller\n{recording.name},王方,13900\n", "utf-8")
    recording.with_suffix(".meta.json").write_text(json.dumps({"caller": "13700"}))
    facts = gather(recording, settings, read_table(tmp_path / "t.csv"))
    assert (facts.agent_id, facts.customer, facts.caller) == ("8021", "王方", "13700")
    assert (facts.agent, facts.group, facts.usual_channel) == ("李敏", "售后", 2)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"agent_id": "8021"}, ("8021", "李敏", "售后", 2)),
        ({"agent": "李敏"}, ("8021", "李敏", "售后", 2)),
        ({"agent": "孙浩"}, ("8022", "孙浩", None, None)),
        ({"agent_id": "8021", "agent": "小李", "channel": "x"}, ("8021", "小李", "售后", 2)),
        ({"agent_id": "9999"}, ("9999", None, None, None)),
    ],
)
def test_the_roster_completes_what_is_known(
    tmp_path: Path, facts: dict[str, str], expected: tuple[object, ...]
) -> None:
    (tmp_path / "a.meta.json").write_text(json.dumps(facts))
    known = gather(tmp_path / "a.wav", Settings(agents=ROSTER), None)
    assert (known.agent_id, known.agent, known.group, known.usual_channel) == expected


def test_the_channel_of_the_settings_beats_the_rosters(tmp_path: Path) -> None:
    (tmp_path / "a.meta.json").write_text('{"agent_id": "8021"}')
    settings = Settings(agents=ROSTER, files=Files(agent_channel=1))
    assert gather(tmp_path / "a.wav", settings, None).usual_channel == 1


def test_a_calls_own_channel_is_kept_apart_from_the_usual_one(tmp_path: Path) -> None:
    (tmp_path / "a.meta.json").write_text('{"agent_id": "8021", "agent_channel": "left"}')
    known = gather(tmp_path / "a.wav", Settings(agents=ROSTER), None)
    assert (known.agent_channel, known.usual_channel) == (1, 2)


def test_two_agents_of_one_name_are_not_told_apart_by_it(tmp_path: Path) -> None:
    (tmp_path / "a.meta.json").write_text(json.dumps({"agent": "李敏"}))
    roster = (*ROSTER, AgentEntry(id="8023", name="李敏"))
    assert gather(tmp_path / "a.wav", Settings(agents=roster), None) == CallMetadata(agent="李敏")
