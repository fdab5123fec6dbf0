"""Which utterances no person speaks: menus and notices before the answer, voice boxes; told by their words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .transcript import Utterance

# 案 低 不 and the like are what the recogniser makes of 按 滴 拨 on a telephone line.
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


LONGEST = 80  # characters of a voice box; more is somebody who speaks after it


def spoken_by_machine(
    utterance: Utterance, people: Sequence[Utterance], *, introduces: bool
) -> bool:
    """Whether a voice box answers, or a menu speaks before anyone else than this speaker has said a word.

    `people` are all utterances, in time order, that are not known to be a machine's. Who `introduces` himself as agents
    do is a person, though he gives the notice of the recording.
    """
    own = [u for u in people if u.speaker == utterance.speaker]
    if _VOICE_BOX.search(utterance.text) and len(utterance.text) <= LONGEST:
        return utterance is own[0]
    others = [u.start for u in people if u.speaker != utterance.speaker]
    if others and utterance.end > min(others):
        return False
    if _KEYS.search(utterance.text):
        return True
    return bool(_NOTICE.search(utterance.text)) and not introduces
