"""Rewrites Silero VAD v6 so that onnxruntime computes it three times as fast: the same weights, the same numbers.

    pip install onnx
    python benchmarks/rework_silero.py [SOURCE.onnx]

The source, which faster-whisper carries in its assets, convolves each 36 ms frame for itself: four positions of a
256-tap filter bank, then four layers of three taps. As matrix products over all frames of a chunk they use the cores'
vector units. tests/test_vad.py holds the result to the source's probabilities.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

MODEL = Path(__file__).parents[1] / "models" / "silero_vad_v6_gemm.onnx"
BINS = 129
Weights = NDArray[np.float32]


class Graph:
    """Nodes and constants of a graph in the making."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[np.generic] | list[int]) -> str:
        array = np.asarray(value, np.int64) if isinstance(value, list) else value
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def add(self, kind: str, inputs: list[str], name: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def shifted(self, source: str, count: int, length: int, step: int, name: str) -> str:
        """`count` copies of (n, positions, features), each begun one position later, side by side."""
        parts = []
        for at in range(count):
            ends = [at], [at + length], [1], [step]
            inputs = [self.constant(f"{name}_{at}_{k}", end) for k, end in enumerate(ends)]
            parts.append(self.add("Slice", [source, *inputs], f"{name}_{at}"))
        return self.add("Concat", parts, name, axis=2)

    def layer(self, source: str, weight: Weights, bias: Weights, name: str) -> str:
        inputs = [source, self.constant(f"{name}_weight", weight)]
        product = self.add("MatMul", inputs, f"{name}_product")
        total = self.add("Add", [product, self.constant(f"{name}_bias", bias)], f"{name}_sum")
        return self.add("Relu", [total], name)


def taps(weight: Weights, *which: int) -> Weights:
    """The taps of a convolution (out, in, 3) as one matrix (taps * in, out)."""
    return np.concatenate([weight[:, :, tap].T for tap in which])


def spectrum(graph: Graph, weights: dict[str, Weights]) -> str:
    """Magnitudes (n, 4, BINS) of the frames (n, 576)."""
    padded = graph.add(
        "Pad", ["input", graph.constant("end", [0, 0, 0, 64])], "padded", mode="reflect"
    )
    hops = graph.add("Reshape", [padded, graph.constant("by_hop", [0, 5, 128])], "hops")
    basis = weights["encoder.feature_extractor.forward_basis_buffer"][:, 0].T
    windows = graph.shifted(hops, 2, 4, 1, "windows")
    both = graph.add("MatMul", [windows, graph.constant("basis", basis)], "both")
    halves = [both, graph.constant("halves", [BINS, BINS])]
    graph.nodes.append(helper.make_node("Split", halves, ["real", "imaginary"], axis=2))
    squares = [graph.add("Mul", [part, part], f"{part}_squared") for part in ("real", "imaginary")]
    return graph.add("Sqrt", [graph.add("Add", squares, "power")], "magnitude")


def encoder(graph: Graph, weights: dict[str, Weights]) -> str:
    """Features (n, 1, 128) of the frames: the sequence that the LSTM reads."""
    layers = [
        (weights[f"encoder.conv_layers.{n}.weight"], weights[f"encoder.conv_layers.{n}.bias"])
        for n in range(4)
    ]
    sides = graph.constant("sides", [0, 1, 0, 0, 1, 0])
    around = graph.add("Pad", [spectrum(graph, weights), sides], "around")
    first = graph.layer(
        graph.shifted(around, 3, 4, 1, "first_in"),
        taps(layers[0][0], 0, 1, 2),
        layers[0][1],
        "first",
    )
    before = graph.constant("before", [0, 1, 0, 0, 0, 0])
    ahead = graph.add("Pad", [first, before], "ahead")
    second = graph.layer(
        graph.shifted(ahead, 3, 3, 2, "second_in"),
        taps(layers[1][0], 0, 1, 2),
        layers[1][1],
        "second",
    )
    # two positions are left, then one: the other taps fall on padding
    pair = graph.add("Reshape", [second, graph.constant("one_row", [0, 1, 128])], "pair")
    third = graph.layer(pair, taps(layers[2][0], 1, 2), layers[2][1], "third")
    return graph.layer(third, taps(layers[3][0], 1), layers[3][1], "fourth")


def reworked(source: onnx.ModelProto) -> onnx.ModelProto:
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in source.graph.initializer}
    graph = Graph()
    features = encoder(graph, weights)
    lstm = [graph.constant(f"lstm_{n}", weights[f"onnx::LSTM_{n}"]) for n in (209, 210, 211)]
    inputs = [features, *lstm, "", "h", "c"]
    graph.nodes.append(helper.make_node("LSTM", inputs, ["states", "hn", "cn"], hidden_size=128))
    heard = graph.add("Relu", ["states"], "heard")
    out = graph.constant("out_weight", weights["decoder.conv1d.weight"][0])
    product = graph.add("MatMul", [heard, out], "out_product")
    bias = graph.constant("out_bias", weights["decoder.conv1d.bias"])
    odds = graph.add("Sigmoid", [graph.add("Add", [product, bias], "out_sum")], "odds")
    graph.add("Reshape", [odds, graph.constant("flat", [-1])], "speech_probs")

    def value(name: str, *shape: int | str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    state = (1, 1, 128)
    made = helper.make_graph(
        graph.nodes,
        "silero_vad_v6",
        [value("input", "frames", 576), value("h", *state), value("c", *state)],
        [value("speech_probs", "frames"), value("hn", *state), value("cn", *state)],
        list(graph.constants.values()),
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    model.doc_string = (
        "Silero VAD v6, https://github.com/snakers4/silero-vad, MIT licence; rewritten"
    )
    onnx.checker.check_model(model)
    return model


def carried() -> Path:
    import faster_whisper

    return Path(faster_whisper.__file__).parent / "assets" / "silero_vad_v6.onnx"


def main() -> None:
    source = Path(sys.argv[1]) if sys.argv[1:] else carried()
    onnx.save(reworked(onnx.load(source)), MODEL)
    print(f"{MODEL}: {MODEL.stat().st_size} bytes")


if __name__ == "__main__":
    main()
