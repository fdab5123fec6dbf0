"""Times and durations as exports write them, in the centre's own time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.errors import SettingsError
from callqa.qa.metadata import from_mapping
from callqa.qa.metadata.headings import FIELDS, Headings, outcome_of
from callqa.qa.metadata.moments import Zones, moment, seconds

SHANGHAI = Zones(home="Asia/Shanghai")


@pytest.mark.parametrize(
    ("written", "zones", "expected"),
    [
        ("2026-11-20T01:15:00Z", SHANGHAI, "2026-11-20T09:15:00"),
        ("2026-11-20T09:15:00+08:00", SHANGHAI, "2026-11-20T09:15:00"),
        ("2026-11-20 01:15", Zones("UTC", "Asia/Shanghai"), "2026-11-20T09:15:00"),
        ("2026-11-20 01:15", Zones("", "Asia/Shanghai"), "2026-11-20T01:15:00"),
        ("1763601300", SHANGHAI, "2025-11-20T09:15:00"),
        ("1763601300000", SHANGHAI, "2025-11-20T09:15:00"),
        ("2026-07-01 12:00", Zones("Europe/Berlin", "UTC"), "2026-07-01T10:00:00"),
        ("2026-11-20", Zones("UTC", "Asia/Shanghai"), "2026-11-20"),
        ("2026.11.20 09:15", Zones(), "2026-11-20T09:15:00"),
        ("2026年11月20日 星期五 下午2:05", SHANGHAI, "2026-11-20T14:05:00"),
        ("2026/11/20 12:30:00 AM", SHANGHAI, "2026-11-20T00:30:00"),
        ("２０２６-11-20 9时5分7秒", SHANGHAI, "2026-11-20T09:05:07"),
        ("46346.385416667", SHANGHAI, "2026-11-20T09:15:00"),
        ("1900-01-01 00:00:00", SHANGHAI, None),
        ("0000-00-00 00:00:00", SHANGHAI, None),
        ("gestern", SHANGHAI, "gestern"),
    ],
)
def test_a_start_is_in_the_centres_time(written: str, zones: Zones, expected: str | None) -> None:
    assert moment(None, None, written, zones) == expected


def test_a_zone_that_there_is_not_is_told() -> None:
    with pytest.raises(SettingsError, match="no time zone Mars/Base"):
        moment(None, None, "2026-11-20 01:15", Zones("Mars/Base"))


@given(st.datetimes(datetime(2001, 9, 10), datetime(2033, 1, 1)))
def test_a_written_start_is_read_back(at: datetime) -> None:
    at = at.replace(microsecond=0)
    for form in ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y年%m月%d日 %H:%M:%S"):
        assert moment(None, None, at.strftime(form)) == at.isoformat()
    assert moment(at.strftime("%Y-%m-%d"), at.strftime("%H:%M:%S"), None) == at.isoformat()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("83", 83.0), ("83.5", 83.5), ("83s", 83.0), ("83秒", 83.0), ("01:23", 83.0), ("00:01:23", 83.0),
        ("1分23秒", 83.0), ("1m23s", 83.0), ("1小时", 3600.0), ("2分钟", 120.0), ("0", 0.0), ("", None),
        ("-5", None), ("soon", None), ("1:2:3:4", None), ("未知", None),
    ],
)  # fmt: skip
def test_durations(written: str, expected: float | None) -> None:
    assert seconds(written) == expected


@given(st.integers(0, 200_000))
def test_a_duration_is_read_in_every_form(count: int) -> None:
    hours, rest = divmod(count, 3600)
    minutes, left = divmod(rest, 60)
    forms = (
        str(count),
        f"{hours}:{minutes:02}:{left:02}",
        f"{hours}小时{minutes}分{left}秒",
        f"{hours}h{minutes}m{left}s",
    )
    assert {seconds(form) for form in forms} == {float(count)}
    assert timedelta(seconds=count).total_seconds() == count


@given(st.text(max_size=20))
def test_any_text_is_a_duration_or_none(text: str) -> None:
    found = seconds(text)
    assert found is None or found >= 0


@pytest.mark.parametrize(
    ("written", "outcome"),
    [("ANSWERED", "answered"), ("NO ANSWER", "abandoned"), ("已接听", "answered"), ("呼损", "abandoned"),
     ("是", "answered"), ("用户忙", "busy"), ("whatever", None), ("", None)],
)  # fmt: skip
def test_outcomes(written: str, outcome: str | None) -> None:
    assert outcome_of(written) == outcome


def test_every_field_has_headings_that_lead_to_it() -> None:
    headings = Headings()
    assert [headings.field_of(name) for name in FIELDS] == list(FIELDS)
    assert headings.field_of(" 坐席 工号 ") == "agent_id"
    assert headings.field_of("nothing") is None


def test_a_full_row() -> None:
    name, facts = from_mapping(
        {"录音文件": "a.wav", "工号": "1", "振铃时长": "6", "排队时长": "00:12", "通话时长": "1分",
         "事后处理时长": "40", "呼叫结果": "已接听", "是否转接": "否", "被叫号码": "4001", "流水号": "77"}
    )  # fmt: skip
    assert name == "a.wav"
    assert (facts.ring_seconds, facts.queue_seconds, facts.talk_seconds, facts.after_seconds) == (
        6,
        12,
        60,
        40,
    )
    assert (facts.outcome, facts.transferred, facts.called, facts.record_id) == (
        "answered",
        False,
        "4001",
        "77",
    )
