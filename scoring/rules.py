"""The rules that checklist items name: each a model of its options with the judgement of a call.

A rule is registered under its name by a decorator; an item says `rule: NAME` and gives the options under `with`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ..lang import Text
from ..transcribe.transcript import Utterance
from .call import ScoredCall, interruptions
from .phrases import Hit, compile_check, hits
from .scorecard import Evidence, Finding, Verdict, evidence_of


def _pattern(text: str) -> str:
    compile_check(text)
    return text


# Confidence of a call's text below which nothing is concluded from it. Whisper base on 58 calls: below it at least 39 %
# of the characters were wrong (noise at 0 and 5 dB; English taken for Chinese), and none of the 34 clean ones was below
# 0.745 (docs/accuracy.md).
BELIEVABLE = 0.7

Patterns = tuple[Annotated[str, AfterValidator(_pattern)], ...]


class Rule(BaseModel, ABC):
    """One way to judge a call.

    Where it needs to know who the agent is (`needs_roles`) or what is said (`needs_text`) and that is not known, the
    verdict is `unsure`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    needs_roles: ClassVar[bool] = True
    needs_text: ClassVar[bool] = True

    def judge(self, call: ScoredCall) -> Finding:
        if self.needs_text and call.confidence < BELIEVABLE:
            share = f"{call.confidence:.2f}"
            reason = Text(
                f"the recognised text is not to be relied on (confidence {share}): noise, or a dialect or "
                "language that the model does not know",
                f"识别文本不可靠（置信度 {share}）：可能是噪声，或模型不懂的方言、语言",
            )
            return Finding("unsure", reason)
        if self.needs_roles and not call.roles_known:
            reason = Text("it is not known which speaker is the agent", "无法判断哪一方是坐席")
            return Finding("unsure", reason)
        return self.find(call)

    @abstractmethod
    def find(self, call: ScoredCall) -> Finding:
        """Judge a call whose roles are known if the rule needs them."""


R = TypeVar("R", bound=type[Rule])
RULES: dict[str, type[Rule]] = {}


def rule(name: str) -> Callable[[R], R]:
    """Register a rule under the name that checklists use."""

    def register(cls: R) -> R:
        RULES[name] = cls
        return cls

    return register


def _found(verdict: Verdict, reason: Text, utterances: Sequence[Utterance]) -> Finding:
    return Finding(verdict, reason, tuple(evidence_of(u) for u in utterances[:3]))


def _quote(hit: Hit) -> str:
    return f"「{hit.utterance.text}」" if hit.utterance.text else ""


def _best(found: Sequence[Hit]) -> Hit | None:
    return max(found, key=lambda hit: hit.score, default=None)


def _heard(hit: Hit, good: Text, maybe: Text) -> Finding:
    """Pass for a sure hit, unsure for a maybe."""
    if hit.sure:
        return _found("pass", good + _quote(hit), [hit.utterance])
    return _found("unsure", maybe + _quote(hit), [hit.utterance])


@rule("said")
class Said(Rule):
    """The agent says one of `any` in the window, and none of `never`."""

    window: Literal["opening", "ending", "after_opening", "call"] = "call"
    any: Patterns
    never: Patterns = ()

    def find(self, call: ScoredCall) -> Finding:
        utterances = {
            "opening": call.opening,
            "ending": call.ending,
            "after_opening": call.after_opening,
            "call": call.agent,
        }[self.window]
        bad = _best([h for h in hits(self.never, utterances, call.slots) if h.sure])
        if bad:
            reason = Text("says what must not be said here: ", "说了此处不该说的话：")
            return _found("fail", reason + _quote(bad), [bad.utterance])
        best = _best(hits(self.any, utterances, call.slots))
        if best:
            return _heard(best, Text("says: ", "已说："), Text("perhaps says: ", "疑似说了："))
        reason = Text("nothing of the kind is said", "没有说到")
        return _found("fail", reason, utterances)


@rule("never_said")
class NeverSaid(Rule):
    """The agent says none of `any` anywhere, of `opening` in the opening, of `after_hold` as first words after one."""

    any: Patterns
    opening: Patterns = ()
    after_hold: Patterns = ()

    def find(self, call: ScoredCall) -> Finding:
        found = hits(self.any, call.agent, call.slots)
        found += hits(self.opening, call.opening, call.slots)
        for hold in call.events.holds:
            begun = hits(self.after_hold, call.after(hold)[:1], call.slots)
            found += [hit for hit in begun if hit.first]
        sure = [hit for hit in found if hit.sure]
        if sure:
            reason = Text("forbidden: ", "使用禁语：") + "、".join(
                f"「{h.said}」" for h in sure[:3]
            )
            return _found("fail", reason, [hit.utterance for hit in sure])
        doubt = _best([hit for hit in found if hit.score >= self.doubtful])
        if doubt:
            reason = Text("perhaps forbidden: ", "疑似禁语：") + _quote(doubt)
            return _found("unsure", reason, [doubt.utterance])
        return Finding("pass", Text("no forbidden phrase was heard", "未发现禁语"))

    doubtful: float = Field(default=0.76, ge=0, le=1)


@rule("around_hold")
class AroundHold(Rule):
    """At every hold, the agent says one of `any` right before or right after it; na without a hold."""

    side: Literal["before", "after"]
    any: Patterns

    def find(self, call: ScoredCall) -> Finding:
        if not call.events.holds:
            return _no_hold()
        best: list[Hit] = []
        for hold in call.events.holds:
            near = call.before(hold) if self.side == "before" else call.after(hold)
            hit = _best(hits(self.any, near, call.slots))
            if hit is None:
                at = f"{hold.start:.0f}–{hold.end:.0f}"
                reason = Text(
                    f"nothing of the kind is said {self.side} the hold at {at} s",
                    f"{at} 秒的等待{'之前' if self.side == 'before' else '之后'}没有说到",
                )
                waiting = Evidence("system", hold.start, hold.end, "")
                return Finding("fail", reason, (waiting, *(evidence_of(u) for u in near[-1:])))
            best.append(hit)
        weakest = min(best, key=lambda hit: hit.score)
        return _heard(weakest, Text("says: ", "已说："), Text("perhaps says: ", "疑似说了："))


@rule("hold_limit")
class HoldLimit(Rule):
    """No hold is longer than `seconds`; na without a hold."""

    needs_roles: ClassVar[bool] = False
    needs_text: ClassVar[bool] = False
    seconds: float = 60

    def find(self, call: ScoredCall) -> Finding:
        if not call.events.holds:
            return _no_hold()
        longest = max(call.events.holds, key=lambda hold: hold.seconds)
        reason = Text(
            f"the longest hold is {longest.seconds:.0f} s, the limit {self.seconds:.0f} s",
            f"最长等待 {longest.seconds:.0f} 秒，上限 {self.seconds:.0f} 秒",
        )
        verdict: Verdict = "pass" if longest.seconds <= self.seconds else "fail"
        return Finding(verdict, reason, (Evidence("system", longest.start, longest.end, ""),))


@rule("ring_limit")
class RingLimit(Rule):
    """The call is answered within `rings` rings; na where no ringing is heard."""

    needs_roles: ClassVar[bool] = False
    needs_text: ClassVar[bool] = False
    rings: int = 3

    def find(self, call: ScoredCall) -> Finding:
        rings = call.events.rings
        if rings is None:
            return Finding("na", Text("no ringing is heard", "录音中没有振铃"))
        reason = Text(
            f"answered after {rings.count} rings, the limit is {self.rings}",
            f"振铃 {rings.count} 声后接听，上限 {self.rings} 声",
        )
        return Finding("pass" if rings.count <= self.rings else "fail", reason)


@rule("no_interruption")
class NoInterruption(Rule):
    """The agent does not begin to speak inside a customer's utterance and go on over it for `seconds`; na where the
    customer says nothing.
    """

    needs_text: ClassVar[bool] = False
    seconds: float = 0.6

    def find(self, call: ScoredCall) -> Finding:
        if not call.customer:
            return Finding("na", Text("the customer says nothing", "客户没有说话"))
        found = interruptions(call.transcript, self.seconds)
        if not found:
            return Finding("pass", Text("the customer is never talked over", "没有打断客户"))
        worst = max(found, key=lambda i: i.overlap)
        reason = Text(
            f"talks over the customer {len(found)} times, by up to {worst.overlap:.1f} s",
            f"打断客户 {len(found)} 次，最长重叠 {worst.overlap:.1f} 秒",
        )
        return _found("fail", reason, [worst.customer, worst.agent])


@rule("address_by_name")
class AddressByName(Rule):
    """Once the customer's name has come up, the agent uses it; na where no name came up.

    A name comes up when the agent asks for it (`asked`) or the customer gives it (`given`). `address` patterns say how
    it is used, with {surname} for any common surname; an utterance that asks for the name does not count. Where only
    a `form_of_address` is heard, the name may have been lost in recognition: unsure.
    """

    asked: Patterns
    given: Patterns
    address: Patterns
    form_of_address: Patterns = ()

    def find(self, call: ScoredCall) -> Finding:
        asked = [h for h in hits(self.asked, call.agent, call.slots) if h.sure]
        given = [h for h in hits(self.given, call.customer, call.slots) if h.sure]
        questions = {h.utterance for h in asked}
        used = [
            h for h in hits(self.address, call.agent, call.slots) if h.utterance not in questions
        ]
        if not (asked or given or used):
            return Finding("na", Text("no name came up in the call", "通话中没有出现客户姓名"))
        known = min((h.utterance.start for h in [*asked, *given]), default=-1.0)
        best = _best([h for h in used if h.utterance.start > known])
        if best:
            return _heard(
                best,
                Text("addresses the customer: ", "称呼了客户："),
                Text("perhaps addresses the customer: ", "疑似称呼了客户："),
            )
        later = [u for u in call.agent if u.start > known and u not in questions]
        form = _best(hits(self.form_of_address, later, call.slots))
        if form:
            reason = Text("a form of address without a clear name: ", "有称谓，但听不清姓名：")
            return _found("unsure", reason + _quote(form), [form.utterance])
        reason = Text("the name was known but not used", "已知客户姓名，但没有称呼")
        return _found("fail", reason, [h.utterance for h in [*asked, *given]])


def _no_hold() -> Finding:
    return Finding("na", Text("there is no hold in the call", "通话中没有等待"))
