"""Who ended a call, as exports say it: 坐席, 客户挂机, AGENT_DISCONNECT, Hung up by caller."""

from __future__ import annotations

import re
from typing import Literal

Party = Literal["agent", "customer"]

# lower case and without blanks
HEADINGS = (
    "hung_up_by hungupby hangup_by hangupby hung_up_side hungupside hangup_side hangupside hangup_party hung_up_party "
    "hangup_source hangup_role disconnected_by disconnectedby disconnect_by disconnect_party released_by release_party "
    "release_initiator releaseinitiator ended_by "
    "挂机方 挂断方 先挂机方 先挂断方 主动挂机方 主动挂断方 释放方 先释放方 结束方 挂机人 挂断人 挂机侧 挂断侧"
)
_AGENT = frozenset(("agent", "seat", "staff", "operator", "坐席", "座席", "客服", "人工", "话务员"))
_CUSTOMER = frozenset(("customer", "client", "user", "客户", "用户", "顾客"))
_CALLING = frozenset(("caller", "calling", "主叫"))
_CALLED = frozenset(("callee", "called", "被叫"))
_WE_ARE = {"inbound": _CALLED, "outbound": _CALLING, "callback": _CALLING}
# what is said besides the party
_BESIDES = re.compile(
    r"[\s_-]|(?<![a-z])by(?![a-z])|(?:hang|hung)[\s_-]?up|disconnect(?:ed)?|released?|ended|completed?|first|party|side"
    r"|主动|先|挂机|挂断|挂|释放|结束|人员|方|侧|端"
)


def party(said: str, direction: str | None) -> Party | None:
    """Whom a text means, None where it is neither party or not certain.

    Of who called and who was called only the direction can tell. Numbers mean one party in this export and the other in
    that, so that they say nothing.

    Args:
        said: what stands under one of HEADINGS.
        direction: of the call, as CallMetadata has it.
    """
    word = _BESIDES.sub("", said.lower())
    if word in _CALLING | _CALLED:
        we_are = _WE_ARE.get((direction or "").lower())
        return None if we_are is None else "agent" if word in we_are else "customer"
    return "agent" if word in _AGENT else "customer" if word in _CUSTOMER else None
