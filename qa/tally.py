"""What a run came to: counted as the results pass by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..lang import say
from .failures import TITLES
from .result import CallResult, Failure

MOST_LISTED = 20  # failed recordings that the summary names


@dataclass
class Tally:
    """Counts of a run. `audio` is the seconds of the recordings that were recognised in it, `hours` those of all.

    `left` are recordings that were asked for and not come to: beyond the limit, or after an interruption.
    """

    scored: int = 0
    empty: int = 0
    failed: int = 0
    unkept: int = 0
    known: int = 0
    recognised: int = 0
    rescored: int = 0
    left: int = 0
    audio: float = 0.0
    hours: float = 0.0
    points: float = 0.0
    with_score: int = 0
    interrupted: bool = False
    failures: Counter[Failure] = field(default_factory=Counter)
    listed: list[str] = field(default_factory=list)

    def add(self, result: CallResult) -> None:
        self.scored += result.status == "scored"
        self.empty += result.status == "empty"
        self.failed += result.status == "failed"
        self.unkept += result.unkept is not None
        self.hours += result.duration / 3600
        if result.status == "failed":
            self.failures[result.failure or "internal"] += 1
            if len(self.listed) < MOST_LISTED:
                self.listed.append(f"{result.call_id}: {result.error}")
        if result.analysis is not None:
            self.known += not result.recognised and not result.fresh
            self.rescored += not result.recognised and result.fresh
            self.recognised += result.recognised
            self.audio += result.duration if result.recognised else 0.0
        score = result.judged.scorecard.score if result.judged else None
        if score is not None:
            self.points += score
            self.with_score += 1

    @property
    def total(self) -> int:
        """Recordings of which something is known now."""
        return self.scored + self.empty + self.failed

    @property
    def exit_status(self) -> int:
        """0 where every recording was scored or empty and kept, 1 where some were not, 130 after an interruption."""
        return 130 if self.interrupted else int(self.failed + self.unkept > 0)

    def summary(self, wall: float) -> str:
        """One line for people; `wall` is the run's length in seconds."""
        return say("; ", "；").join([*self._counts(), *self._work(wall)])

    def _counts(self) -> list[str]:
        parts = [
            say(
                f"{self.total} recordings: {self.scored} scored, {self.empty} empty, {self.failed} failed",
                f"共 {self.total} 个录音：评分 {self.scored} 通，无语音 {self.empty} 通，失败 {self.failed} 通",
            )
        ]
        if self.failures:
            reasons = (f"{TITLES[kind]} {count}" for kind, count in self.failures.most_common())
            parts[0] += say(f" ({', '.join(reasons)})", f"（{'，'.join(reasons)}）")
        if self.left:
            parts.append(say(f"{self.left} not come to", f"{self.left} 个尚未处理"))
        if self.with_score:
            mean = self.points / self.with_score
            parts.append(say(f"mean score {mean:.1f}", f"平均分 {mean:.1f}"))
        return parts

    def _work(self, wall: float) -> list[str]:
        parts = []
        if self.known:
            parts.append(
                say(
                    f"{self.known} were scored before and not recognised again",
                    f"{self.known} 通此前已评分，未重复识别",
                )
            )
        if self.rescored:
            parts.append(
                say(
                    f"{self.rescored} re-scored without recognition",
                    f"{self.rescored} 通仅重新评分，未重复识别",
                )
            )
        if self.unkept:
            parts.append(
                say(
                    f"{self.unkept} could not be kept in the database",
                    f"{self.unkept} 通未能存入数据库",
                )
            )
        if self.hours:
            parts.append(say(f"{self.hours:.2f} hours in all", f"录音总时长 {self.hours:.2f} 小时"))
        if self.recognised and wall > 0:
            parts.append(
                say(
                    f"{self.audio / 60:.1f} min of audio in {wall:.0f} s ({self.audio / wall:.1f} x real time)",
                    f"{wall:.0f} 秒处理 {self.audio / 60:.1f} 分钟录音（{self.audio / wall:.1f} 倍实时）",
                )
            )
        return parts

    def failed_list(self) -> str:
        """The failed recordings with their reasons, a line each, for the end of a long run; "" where there are none."""
        lines = list(self.listed)
        if self.failed > len(lines):
            more = self.failed - len(lines)
            lines.append(say(f"… and {more} more", f"……另有 {more} 个"))
        return "\n".join(lines)
