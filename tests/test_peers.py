"""The parts of benchmarks/asr.py that need no model: workers, error rates, the arithmetic floor."""

import struct
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.labelled import LabelledCall
from benchmarks.peers.figures import errors_by_channel, errors_in_order
from benchmarks.peers.floor import DEPTH, ROWS, Shape, _integer_product
from benchmarks.peers.worker import Choice, System, Unavailable, Worker

PEERS = Path(__file__).parents[1] / "benchmarks" / "peers"


def peer(folder: Path, body: str) -> System:
    """A system whose `load` has this body."""
    script = folder / "peer.py"
    lines = [
        f"import sys; sys.path.insert(0, {str(PEERS)!r})",
        "from serve import Segment, serve",
        "def load(given):",
        f"    {body}",
        "serve(load, 'numpy')",
    ]
    script.write_text("\n".join(lines), "utf-8")
    return System("peer", str(script), Path(sys.executable))


def test_a_worker_is_asked_again_and_again(tmp_path):
    body = "return lambda task: [[Segment(0, 1.5, f'{path} {task.prompt}')] for path in task.calls]"
    worker = Worker(peer(tmp_path, "print('noise'); " + body), tmp_path, 1, "你好")
    assert worker.versions == f"numpy {np.__version__}"
    answer = worker.ask([Path("a"), Path("b")], Choice(4, prompt=True))
    assert answer.heard == [[(0, 1.5, "a 你好")], [(0, 1.5, "b 你好")]]
    assert 1 < answer.peak < 1000
    assert worker.ask([Path("a")], Choice(4, prompt=False)).heard == [[(0, 1.5, "a None")]]
    worker.close()


def test_a_peer_that_is_not_there_says_why(tmp_path):
    with pytest.raises(Unavailable, match="No module named 'nowhere'"):
        Worker(peer(tmp_path, "import nowhere"), tmp_path, 1, "")
    with pytest.raises(Unavailable, match="nopython"):
        Worker(System("peer", "serve.py", tmp_path / "nopython"), tmp_path, 1, "")


def test_a_peer_that_fails_says_why(tmp_path):
    worker = Worker(peer(tmp_path, "return lambda task: 1 / 0"), tmp_path, 1, "")
    with pytest.raises(Unavailable, match="ZeroDivisionError"):
        worker.ask([Path("a")], Choice())


def test_errors_by_channel_do_not_depend_on_order_or_side():
    turns = [
        ("agent", "您好请讲"),
        ("customer", "我要退货"),
        ("agent", "好的"),
        ("customer", "谢谢"),
    ]
    label = {"layout": "stereo", "turns": [{"speaker": s, "text": t} for s, t in turns]}
    call = LabelledCall(Path("call.wav"), label)
    heard = [(1, 0.0, "你好，請講。好的。"), (0, 1.0, "我要退火。谢谢。")]
    assert errors_by_channel(call, heard) == (1, 12)
    assert errors_in_order(call, heard)[0] > 1


def test_the_floor_reads_the_shape_of_a_model(tmp_path):
    def name(text: str) -> bytes:
        return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"

    def variable(text: str, *shape: int) -> bytes:
        header = struct.pack(f"<B{len(shape)}IBI", len(shape), *shape, 1, 3)
        return name(text) + header + b"\1\2\3"

    shapes = {
        "encoder/conv1/weight": (512, 80, 3),
        "decoder/embeddings/weight": (51865, 512),
        **{f"encoder/layer_{n}/self_attention/linear_0/weight": (1536, 512) for n in range(6)},
        **{f"decoder/layer_{n}/self_attention/linear_0/weight": (1536, 512) for n in range(6)},
    }
    head = struct.pack("<I", 6) + name("WhisperSpec") + struct.pack("<II", 3, len(shapes))
    body = b"".join(variable(text, *shape) for text, shape in shapes.items())
    (tmp_path / "model.bin").write_bytes(head + body)
    shape = Shape.of(tmp_path)
    assert shape == Shape(6, 6, 512, 51865, 80)
    assert shape.window_operations == pytest.approx(96.8e9, rel=0.01)
    assert shape.token_operations == pytest.approx(116e6, rel=0.01)


def test_the_product_of_integers_is_what_it_says():
    assert _integer_product(1)()[0].shape == (ROWS, DEPTH)
