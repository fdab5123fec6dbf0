"""What a run came to: counted as the results pass by."""

from __future__ import annotations

from dataclasses import dataclass

from ..lang import say
from .result import CallResult


@dataclass
class Tally:
    """Counts of a run. `audio` is the seconds of the recordings that were recognised in it."""

    scored: int = 0
    empty: int = 0
    failed: int = 0
    unkept: int = 0
    known: int = 0
    recognised: int = 0
    rescored: int = 0
    audio: float = 0.0
    points: float = 0.0
    with_score: int = 0
    interrupted: bool = False

    def add(self, result: CallResult) -> None:
        self.scored += result.status == "scored"
        self.empty += result.status == "empty"
        self.failed += result.status == "failed"
        self.unkept += result.unkept is not None
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
    def exit_status(self) -> int:
        """0 where every recording was scored or empty and kept, 1 where some were not, 130 after an interruption."""
        return 130 if self.interrupted else int(self.failed + self.unkept > 0)

    def summary(self, wall: float) -> str:
        """One line for people; `wall` is the run's length in seconds."""
        parts = [
            say(
                f"{self.scored} scored, {self.empty} empty, {self.failed} failed",
                f"评分 {self.scored} 通，无语音 {self.empty} 通，失败 {self.failed} 通",
            )
        ]
        if self.with_score:
            mean = self.points / self.with_score
            parts.append(say(f"mean score {mean:.1f}", f"平均分 {mean:.1f}"))
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
        if self.recognised and wall > 0:
            parts.append(
                say(
                    f"{self.audio / 60:.1f} min of audio in {wall:.0f} s ({self.audio / wall:.1f} x real time)",
                    f"{wall:.0f} 秒处理 {self.audio / 60:.1f} 分钟录音（{self.audio / wall:.1f} 倍实时）",
                )
            )
        return say("; ", "；").join(parts)
