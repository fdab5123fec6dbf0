"""How the peers get their audio: faster-whisper's own decoder, each channel of a recording for itself."""

from __future__ import annotations

from typing import Any

import av
from faster_whisper.audio import decode_audio


def channels(path: str) -> list[Any]:
    """The channels of a recording, (n,) at 16 kHz each: both of a stereo one, the one of a mono one."""
    with av.open(path) as container:
        count = container.streams.audio[0].codec_context.channels
    if count == 1:
        return [decode_audio(path)]
    return list(decode_audio(path, split_stereo=True))
