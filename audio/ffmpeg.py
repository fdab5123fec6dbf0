"""The decoder of FFmpeg, by PyAV: compressed formats, raw samples, and everything that comes through a pipe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..lang import Text
from .block import Samples
from .decode import CHANGES, CUT_SHORT, DAMAGED, GOES_ON, Source, not_audio
from .intact import cut_short, data_end, goes_on, stated_size
from .origin import Origin

# No playlists: a text that names other files would have FFmpeg open those.
_ONLY_AUDIO = {
    "format_whitelist": "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,eac3,flac,flv,g722,gsm,matroska,webm,mov,mp4,"
    "m4a,3gp,3g2,mj2,mp3,mpeg,mpegts,ogg,rm,tta,voc,w64,wav,wv,xwma"
}

BIG_ENDIAN = b"RIFX"  # FFmpeg takes its samples for little-endian, and gives noise


class AvSource(Source):
    """One file, or a pipe.

    Raises:
        ValueError: there is no audio in it; PyAV raises av.FFmpegError, OSError or AttributeError, too.
    """

    def __init__(self, origin: Origin) -> None:
        import av

        self._pipe = origin.pipe
        self._head = self._pipe.head if self._pipe else b""
        if self._pipe and not origin.raw:
            self._pipe.watched = data_end(self._head)
        self._container: Any = _container(origin)
        stream: Any = next(iter(self._container.streams.audio), None)
        codec = getattr(stream, "codec_context", None)
        if codec is None or not stream.rate or not stream.channels:
            self._container.close()
            raise ValueError("no audio stream")
        self._stream = stream
        self._layout = stream.layout.name
        duration = float(stream.duration * stream.time_base) if stream.duration else None
        if duration is None and self._container.duration:
            duration = self._container.duration / av.time_base
        if self._head[:4] in (b"RIFF", b"RIFX", b".snd") and stated_size(self._head) is None:
            duration = None  # made up from sizes that nobody filled in
        name = f"raw {origin.raw.codec}" if origin.raw else codec.name
        super().__init__(origin.path, stream.rate, stream.channels, name, duration)

    def close(self) -> None:
        self._container.close()
        if self._pipe:
            self._pipe.abandon()

    def _frames(self) -> Iterator[Samples]:
        to_float, decoded_any = _ToFloat(self._layout, self.rate), False
        with self._container as container:
            for frame in self._decoded(container.demux(self._stream)):
                for piece in self._converted(to_float, frame):
                    decoded_any = True
                    yield piece
        if self._pipe:
            self._pipe.check()
        yield from to_float.rest()
        if self._pipe:
            self._pipe.drain()
            if cut_short(self._head, self._pipe.count, self._pipe.tail):
                self.warn(CUT_SHORT)
            if goes_on(self._head, self._pipe.count, self._pipe.kept):
                self.warn(GOES_ON)
        if not decoded_any and self._warnings:  # a demuxer accepts much that is no audio at all
            raise not_audio(self.path, seeking_hint(self._head))
        if to_float.changed:
            self.warn(CHANGES)

    def _converted(self, to_float: _ToFloat, frame: Any) -> list[Samples]:
        import av

        try:
            return list(to_float(frame))
        except (av.FFmpegError, ValueError):  # a rate or layout that there is not
            to_float.forget()
            self.warn(DAMAGED)
            return []

    def _decoded(self, demuxed: Iterator[Any]) -> Iterator[Any]:
        import av

        while True:
            try:
                packet = next(demuxed, None)
            except av.FFmpegError:
                self.warn(DAMAGED)
                return
            if packet is None:
                return
            try:
                yield from packet.decode()
            except av.FFmpegError:
                if not self._part_of_a_frame(packet):
                    self.warn(DAMAGED)

    def _part_of_a_frame(self, packet: Any) -> bool:
        """Whether a packet of PCM is the bytes that are left over at the end of a file."""
        context = self._stream.codec_context
        pcm: bool = context.name.startswith("pcm_")
        return pcm and packet.size < 4 * self.channels


def seeking_hint(head: bytes) -> Text | None:
    """What to do about a pipe that begins so and cannot be read: the index of an MP4 usually stands at its end."""
    if head[4:8] != b"ftyp" and not head.startswith((b"caff", BIG_ENDIAN)):
        return None
    return Text(
        "some M4A, CAF and RIFX recordings can be read from a file only: name the file",
        "部分 M4A、CAF、RIFX 录音无法从管道读取，请直接指定文件",
    )


def _container(origin: Origin) -> Any:
    import av

    raw, path = origin.raw, origin.path
    form = raw.demuxer if raw else None
    options = raw.options if raw else _ONLY_AUDIO
    if origin.pipe:
        return av.open(origin.pipe, format=form, options=options)
    try:
        # the prefix, since FFmpeg takes what stands before a colon for a protocol
        return av.open(f"file:{path}", format=form, options=options)
    except UnicodeEncodeError:  # a name in another encoding than the system's
        return av.open(path.open("rb"), format=form, options=options)


class _ToFloat:
    """Converts decoded frames to float samples; where rate or channels change, to those of the beginning."""

    def __init__(self, layout: str, rate: int) -> None:
        self._layout, self._rate = layout, rate
        self._form: tuple[Any, ...] = ()
        self._resampler: Any = None
        self.changed = False

    def __call__(self, frame: Any) -> Iterator[Samples]:
        import av

        form = (frame.sample_rate, frame.layout.name, frame.format.name)
        if form != self._form:  # PyAV's own check ends where the resampler has nothing to do
            yield from self.rest()
            self.changed = self.changed or bool(self._form and form[:2] != self._form[:2])
            self._form = form
            # interleaved: of planes, one per channel, PyAV's to_ndarray reads behind the end where they are many
            self._resampler = av.AudioResampler("flt", self._layout, self._rate)
        for piece in self._resampler.resample(frame):
            yield _samples(piece)

    def forget(self) -> None:
        """Begin anew with the next frame."""
        self._form, self._resampler = (), None

    def rest(self) -> Iterator[Samples]:
        """What the resampler still holds."""
        for piece in self._resampler.resample(None) if self._resampler else ():
            if piece is not None:
                yield _samples(piece)


def _samples(piece: Any) -> Samples:
    samples: Samples = piece.to_ndarray().reshape(piece.samples, -1)
    return samples
