"""Opens the networks of the audio path through onnxruntime."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def network(file: Path) -> Any:
    """A network as a session on one core: recordings are heard side by side, each in a thread of its own."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # Signed 8-bit weights overflow on processors without VNNI; right sums cost a little there, nothing elsewhere.
    options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
