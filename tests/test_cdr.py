"""Asterisk's call records: rows of channels become calls, with who answered, how long it took, and who was called."""

from __future__ import annotations

from pathlib import Path

import pytest

from callqa.errors import SettingsError
from callqa.qa.metadata import Problem, Record, read_records
from callqa.settings import AgentEntry, Settings

ROSTER = (AgentEntry(id="A1", extension="8021"), AgentEntry(id="8022"))


def row(
    *, src: str = "13800001111", dst: str = "4001", context: str = "from-trunk", channel: str = "SIP/trunk-0001",
    to: str = "PJSIP/8021-000001a2", app: str = "Dial", data: str = "", start: str = "09:15:00",
    answer: str = "09:15:12", end: str = "09:17:12", billsec: int = 120, disposition: str = "ANSWERED",
    uniqueid: str = "1700000000.77", userfield: str = "", day: str = "2026-11-20",
) -> str:  # fmt: skip
    answered = f"{day} {answer}" if answer else ""
    cells = ["", src, dst, context, f'""{src}"" <{src}>', channel, to, app, data, f"{day} {start}", answered,
             f"{day} {end}", "132", str(billsec), disposition, "DOCUMENTATION", uniqueid, userfield]  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells)


def read(
    tmp_path: Path, *rows: str, settings: Settings | None = None, name: str = "Master.csv"
) -> list[Record]:
    file = tmp_path / name
    file.write_text("\n".join(rows) + "\n", "utf-8")
    found = list(read_records(file, settings or Settings(agents=ROSTER)))
    assert all(isinstance(one, Record) for one in found)
    return [one for one in found if isinstance(one, Record)]


def test_an_answered_call(tmp_path: Path) -> None:
    (record,) = read(tmp_path, row(userfield="/var/spool/q-3001-1700000000.77.wav"))
    facts = record.facts
    assert record.name == "/var/spool/q-3001-1700000000.77.wav"
    assert (facts.agent_id, facts.caller, facts.called) == ("A1", "13800001111", "4001")
    assert (facts.direction, facts.outcome, facts.started_at) == (
        "inbound",
        "answered",
        "2026-11-20T09:15:00",
    )
    assert (facts.ring_seconds, facts.talk_seconds, facts.record_id) == (
        12.0,
        120.0,
        "1700000000.77",
    )
    assert (facts.queue, facts.queue_seconds, facts.transferred) == (None, None, False)


@pytest.mark.parametrize(
    ("disposition", "outcome"),
    [("NO ANSWER", "abandoned"), ("BUSY", "busy"), ("FAILED", "failed"), ("CONGESTION", "failed")],
)
def test_a_call_that_nobody_answers(tmp_path: Path, disposition: str, outcome: str) -> None:
    (record,) = read(tmp_path, row(disposition=disposition, answer="", billsec=0, end="09:15:40"))
    facts = record.facts
    assert (facts.outcome, facts.agent_id, facts.ring_seconds) == (outcome, None, 40.0)
    assert facts.talk_seconds is None


def test_the_ring_attempts_of_a_queue_are_one_call(tmp_path: Path) -> None:
    missed = {
        "app": "Queue",
        "data": "service,t",
        "disposition": "NO ANSWER",
        "billsec": 0,
        "answer": "",
    }
    (record,) = read(
        tmp_path,
        row(to="PJSIP/8022-1", end="09:15:10", **missed),  # type: ignore[arg-type]
        row(
            start="09:15:11",
            answer="09:15:20",
            app="Queue",
            data="service,t",
            to="Local/8021@from-queue-1;1",
        ),
        row(uniqueid="1700000000.99", src="13900002222"),
    )[:1]
    facts = record.facts
    assert (facts.agent_id, facts.queue, facts.queue_seconds, facts.outcome) == (
        "A1",
        "service",
        20.0,
        "answered",
    )


def test_an_outbound_call_and_a_transfer(tmp_path: Path) -> None:
    out, moved = read(
        tmp_path,
        row(
            src="8022",
            dst="13900002222",
            context="from-internal",
            channel="PJSIP/8022-9",
            to="SIP/trunk-2",
        ),
        row(uniqueid="9.1"),
        row(uniqueid="9.1", start="09:17:00", answer="09:17:02", billsec=30, to="PJSIP/8022-3"),
    )
    assert (out.facts.direction, out.facts.agent_id) == ("outbound", "8022")
    assert (moved.facts.transferred, moved.facts.agent_id) == (True, "A1")


def test_directions_by_context_and_times_of_another_zone(tmp_path: Path) -> None:
    settings = (
        Settings(agents=ROSTER)
        .with_options("metadata", contexts={"from-trunk": "callback"}, cdr_timezone="UTC")
        .with_options("files", timezone="Asia/Shanghai")
    )
    (record,) = read(tmp_path, row(), settings=settings)
    assert (record.facts.direction, record.facts.started_at) == ("callback", "2026-11-20T17:15:00")


def test_columns_in_another_order(tmp_path: Path) -> None:
    order = ("uniqueid", "linkedid", "src", "dst", "start", "answer", "end", "billsec", "disposition", "channel",
             "dstchannel", "userfield")  # fmt: skip
    times = "2026-11-20 09:00:00,2026-11-20 09:00:05,2026-11-20 09:01:00"
    lines = [f"1.{n},1.1,138,4001,{times},55,ANSWERED,SIP/t-1,SIP/8021-1," for n in (1, 2)]
    settings = Settings(agents=ROSTER).with_options("metadata", cdr_columns=order)
    (record,) = read(tmp_path, *lines, settings=settings, name="calls-2026.csv")
    assert (record.facts.record_id, record.facts.agent_id, record.facts.ring_seconds) == (
        "1.1",
        "A1",
        5.0,
    )


def test_without_a_roster_short_numbers_are_agents(tmp_path: Path) -> None:
    (record,) = read(tmp_path, row(to="SIP/carrier123456-1, SIP/8021-1"), settings=Settings())
    assert record.facts.agent_id == "8021"


def test_rows_that_cannot_be_used_are_told_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "Master.csv"
    file.write_text(
        "\n".join([row(), row(start="yesterday"), '"a","b"', row(uniqueid="2.2")]), "utf-8"
    )
    found = list(read_records(file, Settings(agents=ROSTER)))
    assert [one.line for one in found if isinstance(one, Problem)] == [2, 3]
    assert len([one for one in found if isinstance(one, Record)]) == 2


def test_a_table_with_headings_is_none(tmp_path: Path) -> None:
    file = tmp_path / "Master.csv"
    file.write_text(
        "file,agent_id,start,a,b,c,d,e,f,g,h,i,j\nc1.wav,A1,2026-11-20,,,,,,,,,,\n", "utf-8"
    )
    (record,) = read_records(file, Settings())
    assert isinstance(record, Record)
    assert (record.name, record.facts.agent_id) == ("c1.wav", "A1")


def test_a_prompt_that_was_played_is_not_the_recording(tmp_path: Path) -> None:
    played = [
        row(uniqueid=f"7.{n}", app="Playback", data="/sounds/zh/welcome.wav") for n in range(3)
    ]
    assert [record.name for record in read(tmp_path, *played)] == ["", "", ""]


@pytest.mark.parametrize(
    ("extra", "name"),
    [
        ({"userfield": "audio:q-3001-1.77.WAV"}, "q-3001-1.77.WAV"),
        ({"app": "MixMonitor", "data": "/var/spool/in-1.77.wav49,b"}, "/var/spool/in-1.77.wav49"),
        ({"userfield": "vip"}, ""),
    ],
)
def test_where_a_record_names_its_recording(
    tmp_path: Path, extra: dict[str, str], name: str
) -> None:
    (record,) = read(tmp_path, row(**extra))  # type: ignore[arg-type]
    assert record.name == name


def test_the_agent_answers_not_the_menu_before(tmp_path: Path) -> None:
    (record,) = read(
        tmp_path,
        row(
            to="Local/s@menu-1", app="BackGround", start="09:15:00", answer="09:15:00", billsec=300
        ),
        row(start="09:15:30", answer="09:15:40", billsec=60),
    )
    facts = record.facts
    assert (facts.agent_id, facts.ring_seconds, facts.talk_seconds) == ("A1", 40.0, 60.0)


def test_rows_without_an_id_are_calls_of_their_own(tmp_path: Path) -> None:
    records = read(tmp_path, row(uniqueid=""), row(uniqueid="", start="10:00:00"))
    assert [record.facts.record_id for record in records] == [None, None]


@pytest.mark.parametrize("name", ["Master.csv.1", "master.csv-20261120", "Cdr.csv"])
def test_rotated_files(tmp_path: Path, name: str) -> None:
    assert len(read(tmp_path, row(), name=name)) == 1


def test_columns_without_a_start_are_told(tmp_path: Path) -> None:
    settings = Settings().with_options("metadata", cdr_columns=("src", "dst", "disposition"))
    with pytest.raises(SettingsError, match="there is no start"):
        read(tmp_path, row(), settings=settings)
