"""Calls sorted by what their customers say: the rule, what is kept, what a person decides, and how it is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_cli import callqa
from test_store import result

from callqa.errors import SettingsError
from callqa.models.catalogue import BGE_SMALL_ZH
from callqa.qa.result import CallResult
from callqa.qa.store import CallFilter, Keys, Store
from callqa.qa.store.topics import Count, counts, decide, most_like, topics_of
from callqa.qa.topics import sort_calls
from callqa.scoring.similarity import Vectors
from callqa.scoring.topics import OTHER, TopicExamples, TopicSorter, load_topics, telling
from helpers import says

EXAMPLES = TopicExamples(
    reasons={"退款": ("退退退",), "物流": ("物流物流",), "none": ("你好啊啊",)},
    complaints={"态度": ("态度差差",), "none": ("态度好好",)},
)


class Letters:
    """A text means its letters: how alike two are is the cosine of their counts."""

    name = "letters"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        rows = np.zeros((len(texts), 512), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in text:
                row[ord(letter) % 512] += 1
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture
def sorter() -> TopicSorter:
    return TopicSorter(EXAMPLES, Letters())


def about(sorter: TopicSorter, *said: str) -> tuple[str | None, str | None]:
    vectors = sorter.vectors(said)
    return sorter.reason(vectors).name, sorter.complaint(vectors).name


def test_a_call_is_of_the_nearest_class(sorter: TopicSorter) -> None:
    assert about(sorter, "你好啊啊", "退退退钱") == ("退款", None)
    assert about(sorter, "物流物流呢", "退") == ("退款", None)  # the nearer of two
    assert about(sorter, "天气不错") == (OTHER, None)
    assert about(sorter, "态度差差的") == (OTHER, "态度")
    assert about(sorter, "态度好好的") == (OTHER, None)  # likelier none than a complaint
    nothing = np.zeros((0, 512), np.float32)
    assert sorter.reason(nothing).name == OTHER
    assert sorter.complaint(nothing).name is None


def test_the_longest_utterances_tell() -> None:
    assert telling(["嗯", "我要退款", "好的", "物流到哪里了"]) == [1, 3]
    assert telling([]) == []
    many = ["话" * (4 + n) for n in range(30)]
    assert telling(many) == list(range(18, 30))


def test_the_classes_that_come_with_callqa() -> None:
    own = load_topics()
    assert own.names("complaint") == ("服务态度", "服务质量", "产品", "其他")
    assert "退款退货" in own.names("reason")
    assert own.names("reason")[-1] == OTHER
    texts = [
        text
        for classes in (own.reasons, own.complaints)
        for name, some in classes.items()
        if name != "none"
        for text in some
    ]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reasons: {退款: []}\ncomplaints: {a: [bb]}", "reasons.退款"),
        ("reasons: [", "YAML"),
        ("reasons: {a: [bb]}", "complaints"),
        ("reasons: {a: [bb]}\ncomplaints: {a: [bb]}\nmore: 1", "more"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "topics.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=said):
        load_topics(file)
    with pytest.raises(SettingsError, match="cannot read"):
        load_topics(tmp_path / "none.yaml")


def call(number: int, said: str) -> CallResult:
    made = result(f"c{number}", f"c{number}.wav", "A1")
    assert made.judged is not None
    utterances = (
        says("agent", "退退退退退", 0.0),
        says("customer", said, 3.0),
        says("customer", "嗯", 6.0),
    )
    transcript = replace(made.judged.transcript, utterances=utterances)
    facts = replace(made.metadata, started_at=f"2026-1{number // 2 % 2}-05T09:00:00")
    return replace(made, judged=replace(made.judged, transcript=transcript), metadata=facts)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "results.db")
    for number, said in enumerate(("我要退退退", "我的物流物流", "你们态度差差", "天气不错哦")):
        store.save(call(number, said), Keys(f"h{number}", "m", "c"))
    return store


def test_calls_are_sorted_once_and_people_have_the_last_word(
    store: Store, sorter: TopicSorter
) -> None:
    database, every = store.database, CallFilter()
    assert list(sort_calls(database, sorter, every)) == [4]
    assert list(sort_calls(database, sorter, every)) == []
    assert counts(database, "reason", every) == [
        Count("2026-11", OTHER, 2, 0), Count("2026-10", "物流", 1, 0), Count("2026-10", "退款", 1, 0),
    ]  # fmt: skip
    assert counts(database, "complaint", every) == [Count("2026-11", "态度", 1, 0)]
    decide(database, 1, "reason", "物流")
    decide(database, 3, "complaint", None)
    other = TopicSorter(
        EXAMPLES.model_copy(update={"reasons": EXAMPLES.reasons | {"新": ("天气",)}}), Letters()
    )
    assert list(sort_calls(database, other, every)) == [4]  # other examples: sorted anew
    assert topics_of(database, 1)["reason"][0] == "物流"
    assert topics_of(database, 4)["reason"][0] == "新"
    assert counts(database, "complaint", every) == []
    (first, *_) = [one for one in counts(database, "reason", every) if one.name == "物流"]
    assert (first.calls, first.by_people) == (2, 1)


def test_a_call_that_is_judged_anew_is_sorted_anew(store: Store, sorter: TopicSorter) -> None:
    list(sort_calls(store.database, sorter, CallFilter()))
    store.save(next(iter(store.results(CallFilter()))), Keys("h0", "m", "another checklist"))
    assert list(sort_calls(store.database, sorter, CallFilter())) == [1]


def test_what_is_like_a_sentence_is_found(store: Store, sorter: TopicSorter) -> None:
    list(sort_calls(store.database, sorter, CallFilter()))
    wanted = sorter.vectors(["态度差"])[0]
    found = most_like(store.database, wanted, CallFilter(), 2, at_once=3)
    assert found[0].hit.call_id == "c2"
    assert found[0].utterance == 1
    truth = float(sorter.vectors(["你们态度差差"])[0] @ wanted)
    assert found[0].likeness == pytest.approx(truth, abs=0.02)
    assert len(found) == 2
    assert most_like(store.database, wanted, CallFilter(agent="A9"), 2) == []


def test_topics_go_with_their_call(store: Store, sorter: TopicSorter) -> None:
    list(sort_calls(store.database, sorter, CallFilter()))
    assert callqa("forget", "--call", "c0", "--yes", "--db", store.path).returncode == 0
    assert topics_of(store.database, 1) == {}


@pytest.mark.model
def test_the_commands(store: Store, settings: Path, models: Path) -> None:
    if not (models / BGE_SMALL_ZH.name).is_dir():
        pytest.skip(f"run: callqa models pull {BGE_SMALL_ZH.name}")
    store.save(call(5, "你们那个客服太不耐烦了，态度特别恶劣"), Keys("h5", "m", "c"))
    store.save(call(6, "这件衣服我不想要了，给我退了吧"), Keys("h6", "m", "c"))
    args = ("--db", store.path)
    said = callqa("--settings", settings, "topics", *args)
    assert "6 calls sorted" in said.stdout, said.stderr
    found = callqa(
        "--settings", settings, "find", "--like", "工作人员的态度很不好", "--limit", "1", *args
    )
    assert found.stdout.startswith("c5")
    assert "likeness: 0." in found.stdout
    assert callqa("find", "--topic", "退款退货", "--limit", "9", *args).stdout.count("c6") == 1
    assert "c5" in callqa("find", "--complaint", "服务态度", *args).stdout
    corrected = callqa("topics", "--call", "c5", "--complaint", "none", "--reason", "其他", *args)
    assert corrected.returncode == 0
    assert "Complaints: none" in corrected.stdout
    assert "c5" not in callqa("find", "--complaint", "服务态度", *args).stdout
    wrong = callqa("topics", "--call", "c2", "--complaint", "天气", *args)
    assert (wrong.returncode, "服务质量" in wrong.stderr) == (2, True)
    assert callqa("topics", "--reason", "其他", *args).returncode == 2
    assert callqa("find", "退款", "--like", "退款", *args).returncode == 2
