"""Which speaker is the agent, from all evidence together: what is known beforehand, what is said, who plays the music.

The evidence is a sum of weights; the lead of the best speaker over the next, through the logistic function, is the
confidence (docs/diarization.md has what it is worth).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .machines import spoken_by_machine
from .transcript import Role, Transcript, Utterance

OPENING_SECONDS = 15.0  # from the first word on: greetings and introductions fall here
GREETING = 2.0  # evidence of an agent who introduces himself
CONFIDENT = 0.7  # below it the roles stay unknown
SCALE = 2.0  # evidence that makes the odds e to 1
USUAL = 6.0  # evidence of the channel on which the agent usually is
MUSIC = 2.0  # of the side that plays hold music, which the customer hears
NAMED = 2.0  # of saying the agent's name or the company's in the opening
FIRST = 1.0  # of speaking first, as who answers the telephone does

_AGENT = {
    r"为您服务|很高兴.{0,4}服务|为你服务": 3.0,
    r"请问?有什么.{0,3}(可以|能)?帮|需要什么帮助|有什么可以帮": 3.0,
    r"(这里|我们|我)是.{0,12}(公司|科技|物业|客服|中心|银行|保险|售后|服务)|工号": 2.0,
    r"贵[姓信性幸宪]|怎么称呼|是.{0,8}本人吗": 2.0,
    r"稍等|不要挂机|别挂|久等|耐心等待|感谢.{0,3}等(候|待)": 1.5,
    r"帮您|帮你查|为您|给您|核实一下": 1.0,
    r"(提供|报|说)一下.{0,4}(您|你)|请问?您(的|是|住|在)|麻烦您|请您": 1.0,
    r"还有(什么|其他|别的|没有).{0,6}(帮|需要|问题|事)": 2.0,
    r"感谢您?你?的?(来电|接听|支持|反馈)|祝您|祝你生活愉快": 2.0,
    r"(先生|女士|小姐)(您|你)?好|^.{1,2}(先生|女士|小姐)": 1.5,
    r"(非常|实在|很)?(抱歉|对不起)|不好意思": 0.5,
    r"您": 0.3,
    r"how (may|can) i help|thank you for calling|may i have your name|is there anything else": 3.0,
    r"my name is .{1,20}(how|speaking)|for your patience|bear with me|let me (check|look)": 1.5,
    r"我不知道|办不到|无能为力|我挂了|你找.{0,8}部门": 0.5,
}
_CUSTOMER = {
    r"我(想|要)(问|咨询|投诉|了解|反映|报修|查|改|退|换|买|订)|想问一下": 2.0,
    r"我(家|的|买|上|前|昨|这|申请|订).{0,8}(坏|漏|退款|快递|没有|不)": 1.5,
    r"你们(公司|到底|能不能|那边|什么时候|的电话|怎么)": 1.5,
    r"怎么(还|这么|办|回事)|多少钱|什么时候(能|可以|到)": 1.0,
    r"^我(姓|信|叫).{1,3}[。，]?$|我姓": 1.5,
    r"(麻烦|谢谢)(你|您)(了|们)|麻烦快": 0.7,
    r"行吧|我知道了|明白了|那就这样|没有了": 0.5,
    r"i('d| would) like to|my (car|order|account|bill)|i('m| am) calling (about|because)": 2.0,
}


@dataclass(frozen=True)
class Hints:
    """What is known of the sides before a word is read; speakers by their numbers.

    Attributes:
        agent: certainly the agent.
        usual: who sits where the agent usually does.
        music: who plays the hold music to the other.
        direction: `outbound` calls are answered by the customer.
        names: of the agent and the company, which an agent says who introduces himself.
    """

    agent: int | None = None
    usual: int | None = None
    music: int | None = None
    direction: str | None = None
    names: tuple[str, ...] = ()


def assign(utterances: Sequence[Utterance], language: str, hints: Hints) -> Transcript:
    """Give every utterance its role; they stay `unknown` where the evidence is weak."""
    people = [u for u in utterances if u.role != "system"]
    machine = {
        u
        for u in people
        if spoken_by_machine(u, people, introduces=_matches(_AGENT, u.text) >= GREETING)
    }
    people = [u for u in people if u not in machine]
    roles, confidence = _roles(people, hints)

    def role(utterance: Utterance) -> Role:
        system = utterance.role == "system" or utterance in machine
        return "system" if system else roles.get(utterance.speaker, "unknown")

    named = tuple(replace(u, role=role(u)) for u in utterances)
    agents = {speaker for speaker, role in roles.items() if role == "agent"}
    swapped = hints.usual is not None and bool(agents) and hints.usual not in agents
    return Transcript(language, named, round(confidence, 3), swapped and hints.agent is None)


def _roles(people: Sequence[Utterance], hints: Hints) -> tuple[dict[int, Role], float]:
    speakers = sorted({u.speaker for u in people})
    if hints.agent is not None:
        return {s: "agent" if s == hints.agent else "customer" for s in speakers}, 1.0
    if not speakers:
        return {}, 0.0
    scores = {speaker: _evidence(people, speaker, hints) for speaker in speakers}
    ranked = sorted(speakers, key=scores.__getitem__, reverse=True)
    agent, customer = ranked[0], ranked[-1]
    lead = scores[agent] - (scores[customer] if len(ranked) > 1 else 0.0)
    confidence = 1 / (1 + math.exp(-lead / SCALE))
    if confidence < CONFIDENT:
        return {}, confidence
    roles: dict[int, Role] = dict.fromkeys(ranked, "customer")
    roles[agent] = "agent"
    for speaker in ranked[1:-1]:  # of three and more, those between are who they are more like
        middle = (scores[agent] + scores[customer]) / 2
        bar = min(0.0, middle) if _takes_over(people, speaker, agent) else middle
        if scores[speaker] > bar:
            roles[speaker] = "agent"
    return roles, confidence


def _takes_over(people: Sequence[Utterance], one: int, other: int) -> bool:
    """Whether two speakers are never heard in the same part of the call, as before and after a transfer."""
    spans = [
        (min(u.start for u in own), max(u.end for u in own))
        for own in ([u for u in people if u.speaker == speaker] for speaker in (one, other))
    ]
    return spans[0][1] <= spans[1][0] or spans[1][1] <= spans[0][0]


def _evidence(people: Sequence[Utterance], speaker: int, hints: Hints) -> float:
    first = min(people, key=lambda u: u.start)
    answers = first.speaker == speaker
    total = FIRST * (answers != (hints.direction == "outbound"))
    total += USUAL * (hints.usual == speaker) + MUSIC * (hints.music == speaker)
    for u in people:
        if u.speaker == speaker:
            opening = u.start - first.start < OPENING_SECONDS
            words = _matches(_AGENT, u.text) - _matches(_CUSTOMER, u.text)
            named = opening and any(name in u.text for name in hints.names if len(name) > 1)
            total += (1.5 if opening else 1.0) * words + NAMED * named
    return total


def _matches(patterns: Mapping[str, float], text: str) -> float:
    return sum(
        weight for pattern, weight in patterns.items() if re.search(pattern, text, re.IGNORECASE)
    )
