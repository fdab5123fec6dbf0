"""Who hung up, as exports say it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.qa.metadata import CallMetadata, from_mapping, read_sidecar, read_table
from callqa.qa.metadata.hung_up import HEADINGS, party
from callqa.qa.result import CallResult, to_json

AGENT = [
    "agent", "Agent", "AGENT_DISCONNECT", "hung up by agent", "COMPLETEAGENT", "seat", "坐席", "座席", "座席侧", "客服",
    "坐席挂机", "坐席先挂", "客服主动挂断", "客服人员", "人工",
]  # fmt: skip
CUSTOMER = [
    "customer", "CUSTOMER_DISCONNECT", "Customer hung up first", "user", "客户", "用户", "客户挂机", "客户主动挂断",
    "用户侧释放", "客户方", "顾客",
]  # fmt: skip
NEITHER = [
    "", "system", "系统", "系统挂机", "AI挂机", "1", "2", "0", "超时", "客户未接", "坐席客户", "agent, customer",
    "13800138000", "正常结束", "挂机", "unknown", "by",
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "expected"),
    [*((s, "agent") for s in AGENT), *((s, "customer") for s in CUSTOMER), *((s, None) for s in NEITHER)],
)  # fmt: skip
@pytest.mark.parametrize("direction", [None, "inbound", "outbound"])
def test_a_party_is_known_by_its_names_whatever_the_direction(
    said: str, expected: str | None, direction: str | None
) -> None:
    assert party(said, direction) == expected


@pytest.mark.parametrize(
    ("direction", "caller", "callee"),
    [
        ("inbound", "customer", "agent"),
        ("Inbound", "customer", "agent"),
        ("outbound", "agent", "customer"),
        ("callback", "agent", "customer"),
        (None, None, None),
        ("内部", None, None),
    ],
)
def test_who_called_is_known_by_the_direction_alone(
    direction: str | None, caller: str | None, callee: str | None
) -> None:
    for said in (
        "caller",
        "Caller",
        "主叫",
        "主叫挂机",
        "主叫方",
        "COMPLETECALLER",
        "Hung up by caller",
    ):
        assert party(said, direction) == caller, said
    for said in ("callee", "called party", "被叫", "被叫挂断", "被叫方"):
        assert party(said, direction) == callee, said


@given(st.text(), st.none() | st.text() | st.sampled_from(["inbound", "outbound"]))
def test_any_text_is_a_party_or_none(said: str, direction: str | None) -> None:
    assert party(said, direction) in {"agent", "customer", None}


@pytest.mark.parametrize("heading", HEADINGS.split())
def test_every_heading_is_read(heading: str) -> None:
    assert from_mapping({heading: "客户挂机"})[1] == CallMetadata(hung_up_by="customer")


@pytest.mark.parametrize("heading", ["Hung Up By", "HungUpSide", "ReleaseInitiator", "挂机方 "])
def test_headings_may_have_blanks_and_capitals(heading: str) -> None:
    assert from_mapping({heading: "agent"})[1] == CallMetadata(hung_up_by="agent")


def test_a_table_tells_who_called_by_its_column_of_directions(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    rows = (
        "文件名,挂机方,呼叫方向\na.wav,主叫,呼入\nb.wav,主叫,外呼\nc.wav,主叫,\nd.wav,系统,呼入\n"
    )
    file.write_text(rows, "gbk")
    table = read_table(file)
    told = [table.of(Path(f"{name}.wav")).hung_up_by for name in "abcd"]
    assert told == ["customer", "agent", None, None]


def test_a_sidecar_beats_what_it_fills_up(tmp_path: Path) -> None:
    (tmp_path / "a.meta.json").write_text(json.dumps({"hangup_by": "坐席"}), "utf-8")
    known = read_sidecar(tmp_path / "a.wav")
    assert known.over(CallMetadata(hung_up_by="customer")).hung_up_by == "agent"
    assert CallMetadata().over(known).hung_up_by == "agent"


@pytest.mark.parametrize("who", ["agent", "customer", None])
def test_results_say_who_hung_up(who: str | None) -> None:
    facts = from_mapping({"hung_up_by": who})[1]
    assert to_json(CallResult("c", "c.wav", "empty", facts))["hung_up_by"] == who
