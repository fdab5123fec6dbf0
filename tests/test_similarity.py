"""Sentences as vectors: the pieces of an utterance, and the model that makes vectors of them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.models.catalogue import BGE_SMALL_ZH
from callqa.models.store import ModelStore
from callqa.scoring.similarity import (
    DIMENSIONS,
    LONGEST,
    Embedder,
    SentenceEmbedder,
    Vectors,
    sentences,
)
from callqa.settings import ModelFiles

ALPHABET = "您好请问贵姓在aB3 ，。！？；：…、,.!?;:\n"


class Characters:
    """An embedder that tells texts by the characters they have."""

    name = "characters"

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), 64), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for char in text:
                row[zlib.crc32(char.encode()) % 64] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def pieces(text: str) -> list[str]:
    return [piece.text for piece in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请问您贵姓？", ["请问您贵姓"]),
        ("请问您贵姓", ["请问您贵姓"]),
        ("抱歉，让您久等了。", ["抱歉", "抱歉，让您久等了", "让您久等了"]),
        ("久等了。不好意思", ["久等了", "久等了。不好意思", "不好意思"]),
        ("一，二，三。", ["一", "一，二", "二", "二，三", "三"]),
        ("空调、冰箱都保修", ["空调、冰箱都保修"]),
        ("请等3.5小时，10:30前到", ["请等3.5小时", "请等3.5小时，10:30前到", "10:30前到"]),
        (
            "Thank you for calling. Bye",
            ["Thank you for calling", "Thank you for calling. Bye", "Bye"],
        ),
        ("好的 请稍等", ["好的", "好的 请稍等", "请稍等"]),
        ("，，好的……", ["好的"]),
        ("", []),
        ("…", []),
        ("。？！", []),
    ],
)
def test_an_utterance_is_compared_by_clauses_and_pairs_of_them(
    text: str, expected: list[str]
) -> None:
    assert pieces(text) == expected


@given(st.text(ALPHABET, max_size=40))
def test_pieces_stand_where_they_say_in_order_and_each_once(text: str) -> None:
    found = sentences(text)
    assert all(text[piece.start : piece.end] == piece.text for piece in found)
    places = [(piece.start, piece.end) for piece in found]
    assert all(a < b for a, b in pairwise(places))
    assert all(any(char.isalnum() for char in piece.text) for piece in found)


@given(st.text(ALPHABET, max_size=40))
def test_no_word_is_lost_and_none_is_in_more_than_three_pieces(text: str) -> None:
    found = sentences(text)
    for at, char in enumerate(text):
        times = sum(piece.start <= at < piece.end for piece in found)
        assert not char.isalnum() or 1 <= times <= 3


def test_a_piece_of_a_long_utterance_is_found_by_an_example() -> None:
    embedder: Embedder = Characters()
    text = "这笔交易的商户是一家视频网站，您开通过自动续费吗？没有的话我来登记，请问怎么称呼您？"
    [example] = embedder.embed(["怎么称呼您"])
    found = sentences(text)
    alike = embedder.embed([piece.text for piece in found]) @ example
    assert found[int(alike.argmax())].text == "请问怎么称呼您"
    assert alike.max() > 0.8 > embedder.embed([text])[0] @ example


def test_nothing_is_loaded_before_it_is_asked_for(tmp_path: Path) -> None:
    embedder: Embedder = SentenceEmbedder(tmp_path / "not here")
    assert embedder.name == BGE_SMALL_ZH.name
    assert embedder.embed([]).shape == (0, DIMENSIONS)


@pytest.fixture(scope="module")
def real(models: Path) -> SentenceEmbedder:
    if not (models / BGE_SMALL_ZH.name).is_dir():
        pytest.skip(f"run: callqa models pull {BGE_SMALL_ZH.name}")
    return SentenceEmbedder(ModelStore(ModelFiles(folder=models, offline=True)).path(BGE_SMALL_ZH))


@pytest.mark.model
def test_what_means_the_same_is_nearer_than_what_is_about_something_else(
    real: SentenceEmbedder,
) -> None:
    thanks, asks, same_thanks, same_asks, other = real.embed(
        [
            "感谢您的耐心等待",
            "请问还有其他问题吗？",
            "辛苦您等了这么长时间",
            "除了这个，您还要办别的吗？",
            "包裹明天送到",
        ]
    )
    assert thanks @ same_thanks > max(thanks @ asks, thanks @ other, thanks @ same_asks) + 0.05
    assert asks @ same_asks > max(asks @ thanks, asks @ other, asks @ same_thanks) + 0.05


@pytest.mark.model
def test_vectors_have_length_one_and_do_not_depend_on_the_company(real: SentenceEmbedder) -> None:
    texts = ["请稍等", "好", "请您不要挂机，稍等一下可以吗？", "", "请稍等", "我" * (LONGEST + 100)]
    together = real.embed(texts)
    assert together.dtype == np.float32
    assert together.shape == (len(texts), DIMENSIONS)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(together, np.vstack([real.embed([text]) for text in texts]))
