"""Which speaker is the agent: given by settings or metadata, else the one whose words are an agent's.

First version: service words count, those of the opening most. Every pattern is a piece of what the rule books teach
agents to say, or of what callers say about themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from .transcript import Role, Transcript, Utterance

OPENING_SECONDS = 15.0  # from the first word on: greetings and introductions fall here
GREETING = 2.0  # evidence of an agent who introduces himself
SURE = 1.0  # difference of evidence that counts as certain

_AGENT = {
    r"为您服务|很高兴.{0,4}服务|为你服务": 3.0,
    r"请问?有什么.{0,3}(可以|能)?帮|需要什么帮助|有什么可以帮": 3.0,
    r"(这里|我们|我)是.{0,12}(公司|科技|物业|客服|中心|银行|保险|售后|服务)|工号": 2.0,
    r"贵[姓信性幸宪]|怎么称呼|是.{0,8}本人吗": 2.0,
    r"稍等|不要挂机|久等|耐心等待": 1.5,
    r"帮您|帮你查|为您|核实一下": 1.0,
    r"还有(什么|其他|别的).{0,6}(帮|需要|问题)": 2.0,
    r"感谢您?你?的?来电|祝您|祝你生活愉快": 2.0,
    r"(先生|女士|小姐)(您|你)?好": 1.5,
    r"how (may|can) i help|thank you for calling|may i have your name|is there anything else": 3.0,
    r"我不知道|办不到|无能为力|我挂了|你找.{0,8}部门": 0.5,
}
_CUSTOMER = {
    r"我(想|要)(问|咨询|投诉|了解|反映|报修|查)|想问一下": 2.0,
    r"我(家|的|买|上|前|昨|这|申请).{0,8}(坏|漏|退款|快递|没有|不)": 1.5,
    r"你们(公司|到底|能不能|那边|什么时候|的电话)": 1.5,
    r"^我(姓|信|叫).{1,3}[。，]?$|我姓": 1.5,
    r"(麻烦|谢谢)(你|您)(了|们)|麻烦快": 0.7,
    r"行吧|我知道了|明白了|那就这样": 0.5,
    r"i('d| would) like to|my (car|order|account|bill)|i('m| am) calling (about|because)": 2.0,
}


# Machines: menus and notices before a person answers, and what a voice box says. 案 低 不 and the like are what the
# recogniser makes of 按 滴 拨 on a telephone line.
_KEYS = re.compile(
    r"请[按案安暗]|[按案].{0,3}[一二三四五六七八九零0-9井星#*].{0,2}键|press (one|two|\d)",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"(将|会|可能)(被|进行)?录音|(坐席|座席|客服|人工).{0,6}(正?忙|繁忙)|正在为您(排队|接通|转接人工)|前面还有"
    r"|(may|will) be (recorded|monitored)",
    re.IGNORECASE,
)
_VOICE_BOX = re.compile(
    r"([您你]所?|所)([拨波不]打|[拨波]叫|呼叫)的.{0,8}(无法|不在|关机|停机|空号|正在通话|忙|无人)|请.{0,6}(声|音).{0,2}后留言"
    r"|(leave|record) (a|your) message|is not available|after the (tone|beep)",
    re.IGNORECASE,
)


def assign(
    utterances: Sequence[Utterance], language: str, channels: int, agent: int | None
) -> Transcript:
    """Give every utterance its role. `agent` is the speaker number of the agent where it is known."""
    people = [u for u in utterances if u.role != "system"]
    machine = [u for u in people if _is_machine(u, people)]
    people = [u for u in people if u not in machine]
    speakers = sorted({u.speaker for u in people})
    confidence = 1.0
    if agent is None:
        agent, confidence = _likeliest(people, speakers)

    def role(utterance: Utterance) -> Role:
        if utterance.role == "system" or utterance in machine:
            return "system"
        if agent is None:
            return "unknown"
        return "agent" if utterance.speaker == agent else "customer"

    named = tuple(replace(u, role=role(u)) for u in utterances)
    return Transcript(language, named, round(confidence, 3), overlap_known=channels > 1)


def _is_machine(utterance: Utterance, people: Sequence[Utterance]) -> bool:
    """Whether a voice box answers, or a menu speaks before anyone else than this speaker has said a word."""
    own = [u for u in people if u.speaker == utterance.speaker]
    if _VOICE_BOX.search(utterance.text):
        return utterance is own[0]
    others = [u.start for u in people if u.speaker != utterance.speaker]
    if others and utterance.end > min(others):
        return False
    if _KEYS.search(utterance.text):
        return True
    introduced = _matches(_AGENT, utterance.text) >= GREETING  # an agent may give the notice
    return bool(_NOTICE.search(utterance.text)) and not introduced


def _likeliest(
    utterances: Sequence[Utterance], speakers: Sequence[int]
) -> tuple[int | None, float]:
    if not speakers:
        return None, 0.0
    scores = {speaker: _evidence(utterances, speaker) for speaker in speakers}
    ranked = sorted(speakers, key=lambda s: scores[s], reverse=True)
    best = scores[ranked[0]]
    lead = best - (scores[ranked[1]] if len(ranked) > 1 else 0.0)
    if lead <= 0 or (len(ranked) == 1 and best <= 0):
        return None, 0.0
    return ranked[0], min(1.0, lead / (lead + SURE))


def _evidence(utterances: Sequence[Utterance], speaker: int) -> float:
    first = min(utterances, key=lambda u: u.start)
    total = 1.0 if first.speaker == speaker else 0.0  # who answers speaks first
    for u in utterances:
        if u.speaker == speaker:
            weight = 1.5 if u.start - first.start < OPENING_SECONDS else 1.0
            total += weight * (_matches(_AGENT, u.text) - _matches(_CUSTOMER, u.text))
    return total


def _matches(patterns: dict[str, float], text: str) -> float:
    return sum(
        weight for pattern, weight in patterns.items() if re.search(pattern, text, re.IGNORECASE)
    )
