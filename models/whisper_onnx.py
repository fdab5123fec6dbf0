"""Re-saves an 8-bit ONNX export of Whisper, laid out as for transformers.js, for CTranslate2. No torch is needed.

The weights are dequantised and quantised again row by row; names inside the export follow the modules of transformers.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError

ENCODER, DECODER = "onnx/encoder_model_quantized.onnx", "onnx/decoder_model_merged_quantized.onnx"
FILES = (ENCODER, DECODER, "config.json", "generation_config.json", "tokenizer.json")
_QUANTISED = ("_quantized", "_scale", "_zero_point")
_DECODER_PREFIX = "model.decoder."

Weights = NDArray[np.float32]


def resave(export: Path, into: Path) -> None:
    """Write the export in the folder `export` as a CTranslate2 model into the folder `into`.

    Raises:
        ModelError: the export is not what it should be.
    """
    try:
        config = _json(export / "config.json")
        spec = _spec(_Module(export / ENCODER), _Module(export / DECODER), config)
        generation = _json(export / "generation_config.json")
        spec.config.suppress_ids = generation["suppress_tokens"]
        spec.config.suppress_ids_begin = generation["begin_suppress_tokens"]
        spec.config.alignment_heads = generation["alignment_heads"]
        spec.config.lang_ids = sorted(generation["lang_to_id"].values())
        spec.register_vocabulary(_vocabulary(export, config["vocab_size"]))
        spec.validate()
        spec.optimize(quantization="int8")
        spec.save(str(into))
        shutil.copyfile(export / "tokenizer.json", into / "tokenizer.json")
    except OSError:  # a full disk is no fault of the export
        raise
    except Exception as error:  # onnx, protobuf, numpy and ctranslate2 raise their own
        raise ModelError(
            f"the model cannot be re-saved for CTranslate2: {type(error).__name__} {error}",
            f"无法转换为 CTranslate2 格式：{type(error).__name__} {error}",
        ) from error


def _json(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


def _vocabulary(export: Path, size: int) -> list[str]:
    """All tokens by number; the export leaves out those that say a time."""
    tokenizer = _json(export / "tokenizer.json")
    numbers = dict(tokenizer["model"]["vocab"])
    numbers |= {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
    tokens = sorted(numbers, key=lambda token: int(numbers[token]))
    return tokens + [f"<|{0.02 * step:.2f}|>" for step in range(size - len(tokens))]


class _Module:
    """The weights of one ONNX file in single precision, by the names that they have in transformers."""

    def __init__(self, file: Path) -> None:
        import onnx
        from onnx import numpy_helper

        self._raw: dict[str, NDArray[Any]] = {}
        self._weights: dict[str, Weights] = {}
        for graph in _graphs(onnx.load(str(file)).graph):
            self._raw |= {one.name: numpy_helper.to_array(one) for one in graph.initializer}
            for node in graph.node:
                if node.op_type in ("MatMulInteger", "ConvInteger"):
                    path = re.sub(r"/(MatMul|Conv)_quant$", "", node.name).strip("/")
                    name = path.replace("/", ".").removeprefix(_DECODER_PREFIX)
                    weight = self._dequantised(node.input[1].removesuffix("_quantized"))
                    # products are written input by output, convolutions as in torch
                    self._weights[f"{name}.weight"] = weight.T if weight.ndim == 2 else weight
        for name, value in self._raw.items():
            plain = re.sub(r"_merged_\d+$", "", name).removeprefix(_DECODER_PREFIX)
            if name.endswith("embed_tokens.weight_merged_0_quantized"):
                self._weights["embed_tokens.weight"] = self._dequantised(
                    name.removesuffix("_quantized")
                )
            elif plain.endswith((".weight", ".bias")) and not name.endswith(_QUANTISED):
                self._weights.setdefault(plain, np.asarray(value, np.float32))

    def _dequantised(self, name: str) -> Weights:
        value, zero = (self._raw[name + end].astype(np.float32) for end in _QUANTISED[::2])
        return np.asarray((value - zero) * self._raw[f"{name}_scale"], np.float32)

    def __getitem__(self, name: str) -> Weights:
        return self._weights[name]

    def bias(self, name: str) -> Weights | None:
        """The bias of a layer that may have none."""
        return self._weights.get(f"{name}.bias")


def _graphs(graph: Any) -> Iterator[Any]:
    """A graph, and the branches of its conditions: a merged decoder keeps its first step in one."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.name in ("then_branch", "else_branch"):
                yield from _graphs(attribute.g)


def _spec(encoder: _Module, decoder: _Module, config: dict[str, Any]) -> Any:
    """A CTranslate2 specification with all weights in their places."""
    from ctranslate2.specs.whisper_spec import WhisperSpec

    spec = WhisperSpec(
        config["encoder_layers"],
        config["encoder_attention_heads"],
        config["decoder_layers"],
        config["decoder_attention_heads"],
    )
    _linear(spec.encoder.conv1, encoder, "conv1")
    _linear(spec.encoder.conv2, encoder, "conv2")
    spec.decoder.embeddings.weight = decoder["embed_tokens.weight"]
    spec.decoder.projection.weight = decoder["embed_tokens.weight"].copy()
    for part, module in ((spec.encoder, encoder), (spec.decoder, decoder)):
        part.position_encodings.encodings = module["embed_positions.weight"]
        _norm(part.layer_norm, module, "layer_norm")
        for number, layer in enumerate(part.layer):
            path = f"layers.{number}"
            _attention(layer.self_attention, module, f"{path}.self_attn", of_itself=True)
            if part is spec.decoder:
                _attention(layer.attention, module, f"{path}.encoder_attn", of_itself=False)
            _linear(layer.ffn.linear_0, module, f"{path}.fc1")
            _linear(layer.ffn.linear_1, module, f"{path}.fc2")
            _norm(layer.ffn.layer_norm, module, f"{path}.final_layer_norm")
    return spec


def _linear(spec: Any, module: _Module, path: str) -> None:
    spec.weight = module[f"{path}.weight"]
    bias = module.bias(path)
    if bias is not None:
        spec.bias = bias


def _norm(spec: Any, module: _Module, path: str) -> None:
    spec.gamma, spec.beta = module[f"{path}.weight"], module[f"{path}.bias"]


def _attention(spec: Any, module: _Module, path: str, *, of_itself: bool) -> None:
    from ctranslate2.converters.utils import fuse_linear
    from ctranslate2.specs.common_spec import LinearSpec

    query, key, value = LinearSpec(), LinearSpec(), LinearSpec()
    for part, name in ((query, "q_proj"), (key, "k_proj"), (value, "v_proj")):
        _linear(part, module, f"{path}.{name}")
    if of_itself:
        fuse_linear(spec.linear[0], [query, key, value])
    else:
        fuse_linear(spec.linear[0], [query])
        fuse_linear(spec.linear[1], [key, value])
    _linear(spec.linear[-1], module, f"{path}.out_proj")
    _norm(spec.layer_norm, module, f"{path}_layer_norm")
