"""Further outputs of a module, each with a source id and a size of its own: `savant.deepstream.auxiliary_stream`."""

from __future__ import annotations

from typing import Any, Mapping, Protocol

from ._frames import Surface
from .frame_meta import Buffer, NvDsFrameMeta, VideoFrame


class AuxiliaryHost(Protocol):
    """What a runner offers to auxiliary streams."""

    def new_surface(self, width: int, height: int) -> Surface: ...

    def open_stream(self, stream: AuxiliaryStream) -> None: ...

    def emit(self, stream: AuxiliaryStream, frame: VideoFrame, surface: Surface) -> None: ...

    def close_stream(self, stream: AuxiliaryStream) -> None: ...


class AuxiliaryStream:
    """Made by NvDsPyFuncPlugin.auxiliary_stream. Frames are sent when the function has returned."""

    def __init__(
        self,
        host: AuxiliaryHost,
        source_id: str,
        width: int,
        height: int,
        codec_params: Mapping[str, Any],
        framerate: str = "30/1",
    ) -> None:
        if width <= 0 or height <= 0:
            raise ValueError(f"auxiliary stream {source_id!r}: size must be positive (is {width}x{height})")
        numerator, _, denominator = framerate.partition("/")
        if not int(numerator) > 0 or not int(denominator or 1) > 0:
            raise ValueError(f"auxiliary stream {source_id!r}: framerate {framerate!r} is no positive fraction")
        self.source_id = source_id
        self.width = width
        self.height = height
        self.codec_params = dict(codec_params)
        self.framerate = framerate
        self._frame_duration = 1_000_000_000 * int(denominator or 1) // int(numerator)
        self._host = host
        self._frames = 0
        self._closed = False
        host.open_stream(self)

    def create_frame(self, pts: int, duration: int | None = None) -> tuple[VideoFrame, Buffer]:
        """A new frame, opaque black, to be edited through nvds_to_gpu_mat(buffer, batch_id=0)."""
        if self._closed:
            raise RuntimeError(f"auxiliary stream {self.source_id!r}: has ended, and takes no more frames")
        duration = self._frame_duration if duration is None else duration
        frame = VideoFrame(
            self.source_id,
            self.framerate,
            self.width,
            self.height,
            pts,
            duration=duration,
            codec=self.codec_params.get("codec"),
        )
        surface = self._host.new_surface(self.width, self.height)
        buffer = Buffer(pts, duration)
        buffer.surfaces.append(surface)
        buffer.frames.append(
            NvDsFrameMeta(self.source_id, self._frames, pts, duration=duration, width=self.width, height=self.height)
        )
        self._frames += 1
        self._host.emit(self, frame, surface)
        return frame, buffer

    def eos(self) -> bool:
        """Ends the stream. False when it has ended before."""
        if self._closed:
            return False
        self._closed = True
        self._host.close_stream(self)
        return True

    def __repr__(self) -> str:
        return f"<AuxiliaryStream {self.source_id!r} {self.width}x{self.height}>"
