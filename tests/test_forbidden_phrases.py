"""The customer's words are never the agent's: whatever a customer says, a polite agent has said nothing forbidden."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.scoring.checklist import load_checklist
from callqa.scoring.conditions import Condition
from callqa.scoring.phrases import expand
from callqa.scoring.script import read_script
from helpers import as_said, script

CHECKLIST = load_checklist("zh-inbound")
FORBIDDEN = CHECKLIST.item("forbidden_phrases")
assert FORBIDDEN is not None
assert FORBIDDEN.fails is not None
POLITE = (
    "坐席：您好，这里是云杉电器，请问有什么可以帮您？", "坐席：好的，请您稍等，我帮您核实。", "[hold 20]",
    "坐席：感谢您的耐心等待，您的快递明天送到。", "坐席：请问还有其他可以帮您的吗？", "坐席：感谢您的来电，再见。",
)  # fmt: skip
CHANGED = str.maketrans("您知说办吗喂", "你之索半嘛为")  # as recognisers hear one for another


def every(condition: Condition) -> list[Condition]:
    return [condition, *(one for inner in condition.inner() for one in every(inner))]


WORDINGS = sorted({
    reading
    for condition in every(FORBIDDEN.fails)
    for pattern in condition.patterns()
    for reading in expand(pattern, {})
})  # fmt: skip
BAD = [
    u.text
    for text in FORBIDDEN.examples.bad
    for one in read_script(text, "bad")
    for u in one.call.agent
]
QUOTED = [
    "嗯？",
    "啊？",
    "什么？",
    "多少？",
    "说什么？",
    "你说啥？",
    "喂？",
    "喂，喂，喂？",
]  # what the expressions look for
SAID = st.one_of(
    st.builds(as_said, st.sampled_from(WORDINGS), st.integers(0, 9)), st.sampled_from(BAD + QUOTED)
)


@st.composite
def misheard(draw: st.DrawFn) -> str:
    """A forbidden phrase as the recogniser may write it down."""
    said = draw(SAID)
    at = draw(st.integers(0, len(said)))
    edit = draw(st.sampled_from(["none", "alike", "drop", "double", "add"]))
    if edit == "alike":
        said = said.translate(CHANGED)
    elif edit == "drop" and len(said) > 1:
        said = said[:at] + said[at + 1 :]
    elif edit == "double":
        said = said[:at] + said[at : at + 1] + said[at:]
    elif edit == "add":
        said = said[:at] + draw(st.sampled_from("的了呢呀啊吧，。嗯")) + said[at:]
    return said + draw(st.sampled_from(["", "。", "？", "！"]))


TURNS = st.lists(
    st.tuples(st.integers(0, len(POLITE)), st.sampled_from(["客户：", "客户+："]), misheard()),
    min_size=1, max_size=5,
)  # fmt: skip


def verdict(*lines: str) -> str:
    assert FORBIDDEN is not None
    return FORBIDDEN.judge(CHECKLIST.judgement(script(*lines))).finding.verdict


@settings(deadline=None, max_examples=300)
@given(TURNS)
def test_what_a_customer_says_is_never_held_against_the_agent(
    turns: list[tuple[int, str, str]],
) -> None:
    lines = list(POLITE)
    for at, who, said in sorted(turns, reverse=True):
        lines.insert(at, who + said)
    assert verdict(*lines) == "pass"


def test_the_same_words_of_the_agent_are() -> None:
    """Else the property above would hold of a checklist that finds nothing."""
    assert verdict(*POLITE) == "pass"
    for said in BAD:
        assert verdict(*POLITE[:2], f"坐席：{said}", *POLITE[2:]) == "fail", said
