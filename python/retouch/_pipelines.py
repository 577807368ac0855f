"""Pipelines from Python: Pipeline runs a module, open() gives the frames of a video, save() writes one."""

from __future__ import annotations

import contextlib
import copy
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Union, overload

from retouch import _functions
from retouch._core import Device, Frame
from retouch.errors import FileError, InvalidArgument, RunError, Unsupported

if TYPE_CHECKING:
    from retouch.types import DeviceLike, ImageLike

    #: What may stand in ``functions``: a FrameFunction (object or class), a callable that takes a frame, a name
    #: ("face_detector", "libmine.so:Blur", "blur.py:Blur"), ``(name, kwargs)``, or an entry as in a module file.
    FunctionLike = Union[_functions.FrameFunction, type, Callable[[Frame], Any], str, tuple[str, dict[str, Any]], dict[str, Any]]
    PathLike = Union[str, os.PathLike[str]]

_log = logging.getLogger("retouch")
_LEVELS = (logging.DEBUG, logging.INFO, logging.WARNING)


def native() -> Any:
    """The module with what is done in C++."""
    try:
        from retouch import _pipeline
    except ImportError as error:
        from retouch import _command

        raise Unsupported(_command.problem() or f"pipelines cannot be loaded: {error}") from error
    return _pipeline


class Progress(NamedTuple):
    """How far a run is: what ``progress`` is called with, about ten times a second."""

    #: Frames decoded.
    frames_in: int
    #: Frames encoded.
    frames_out: int
    #: 0: not known.
    frames_expected: int
    #: Of the input that has been encoded; negative: not known.
    fraction: float
    #: Since the first frame was decoded.
    seconds: float


class StageTime(NamedTuple):
    """Time that a function took in a run, or waiting for the device."""

    name: str
    mean_ms: float
    max_ms: float


@dataclass(frozen=True)
class Summary:
    """What a run did."""

    #: The file written; empty for none.
    output: str
    device: str
    decoder: str
    encoder: str
    width: int
    height: int
    frames_in: int
    frames_out: int
    #: Dropped by on_error="skip".
    frames_skipped: int
    #: Let through by on_error="pass".
    errors_passed: int
    #: Frames lost or reported as damaged by the decoder (only with keep_damaged).
    damaged: int
    audio_tracks: int
    #: stop() ended the run early; the output holds the frames so far.
    interrupted: bool
    #: From the first decoded frame to the finished file.
    seconds: float
    #: Before that: opening, loading functions.
    start_seconds: float
    frames_per_second: float
    #: Of a function, when frames were skipped or passed.
    first_error: str
    stages: tuple[StageTime, ...]

    @staticmethod
    def _of(text: str) -> Summary:
        """Of the JSON that a run gives."""
        fields = json.loads(text)
        fields["stages"] = tuple(StageTime(**stage) for stage in fields["stages"])
        return Summary(**fields)


def _name(device: Optional[DeviceLike]) -> str:
    return "" if device is None else device if isinstance(device, str) else device.name


def _text(value: Optional[PathLike]) -> str:
    return "" if value is None else os.fspath(value)


class Pipeline:
    """Runs functions over a video: decode, edit, encode.

        summary = retouch.Pipeline("blur.yml", input="in.mp4", output="out.mp4").run()
        retouch.Pipeline(functions=["face_detector", Blur(sigma=9)], input="in.mp4", output="out.mp4").run()

    ``module`` is a module file, or what such a file says as a dict. Or give ``functions``, in order: FrameFunctions,
    callables that take a frame, names ("face_detector", "blur.py:Blur", "libmine.so:Blur"), (name, kwargs), or entries as
    in a module file's ``elements``. The other arguments go before what the module says. Without an output the functions
    see every frame, and nothing is written.
    """

    def __init__(
        self,
        module: Union[PathLike, dict[str, Any], None] = None,
        *,
        functions: Iterable[FunctionLike] = (),
        input: Optional[PathLike] = None,
        output: Optional[PathLike] = None,
        device: Optional[DeviceLike] = None,
        on_error: Optional[str] = None,
        overrides: Sequence[str] = (),
        stall_timeout: Optional[float] = None,
        keep_damaged: bool = False,
        frame_png: Optional[tuple[int, PathLike]] = None,
    ) -> None:
        if on_error not in (None, "stop", "skip", "pass"):
            raise InvalidArgument(f"Pipeline: on_error must be 'stop', 'skip' or 'pass' (got {on_error!r})")
        self._functions = list(functions) if not isinstance(functions, str) else [functions]
        if module is not None and not isinstance(module, dict) and self._functions:
            raise InvalidArgument("Pipeline: functions= goes with a dict or alone, not with a module file, which has its own")
        self._module = module
        self._settings: dict[str, Any] = {
            "input": _text(input),
            "output": _text(output),
            "device": _name(device),
            "on_error": on_error or "",
            "stall_timeout": -1.0 if stall_timeout is None else float(stall_timeout),
            "keep_damaged": keep_damaged,
            "frame_png": None if frame_png is None else (frame_png[0], _text(frame_png[1])),
        }
        self._overrides = list(overrides)
        self._runner: Any = None
        native()

    def run(self, progress: Optional[Callable[[Progress], object]] = None) -> Summary:
        """Runs to the end. Ctrl-C ends the video after the current frame, finishes the file and raises
        KeyboardInterrupt; a second one gives up. Raises RunError: FunctionError when a function failed, with what it
        raised as the cause."""
        if self._module is not None and not isinstance(self._module, dict):
            return self._run(progress, os.fspath(self._module), "")
        document = copy.copy(self._module) if self._module is not None else {}
        pipeline = document["pipeline"] = dict(document.get("pipeline") or {})
        with _functions.named([*(pipeline.get("elements") or ()), *self._functions]) as elements:
            pipeline["elements"] = elements
            if not self._settings["output"] and not pipeline.get("output"):
                pipeline["output"] = {"format": "none"}
            return self._run(progress, "module", json.dumps(document))

    def _run(self, progress: Optional[Callable[[Progress], object]], path: str, text: str) -> Summary:
        """Of the file, or of the text when there is some."""
        runner = native().Runner(path, text, self._overrides, **self._settings)
        self._runner = runner
        report = None if progress is None else lambda *numbers: progress(Progress(*numbers))
        with _functions.failures as failures:
            try:
                return Summary._of(runner.run(report, lambda level, said: _log.log(_LEVELS[level], said)))
            except RunError as error:
                raise error from failures.behind(str(error))
            finally:
                self._runner = None

    def stop(self) -> None:
        """Ends the run early, from any thread: the output holds the frames so far."""
        if self._runner is not None:
            self._runner.stop()

    def abort(self) -> None:
        """Ends the run at once, from any thread: there is no output."""
        if self._runner is not None:
            self._runner.abort()


class Video:
    """The frames of a video, one after the other: what open() returns."""

    def __init__(self, path: PathLike, device: Optional[DeviceLike], functions: Iterable[FunctionLike], keep_damaged: bool):
        self._path = _text(path)
        if "://" not in self._path and not os.path.exists(self._path):
            raise FileError(f"input {self._path} does not exist; check the name")
        self._kept = contextlib.ExitStack()
        with contextlib.ExitStack() as kept:
            self._failures = kept.enter_context(_functions.failures)
            elements = kept.enter_context(_functions.named([functions] if isinstance(functions, str) else functions))
            text = json.dumps({"pipeline": {"elements": elements}})
            self._reader = native().Reader("module", text, input=self._path, device=_name(device), keep_damaged=keep_damaged)
            self._kept = kept.pop_all()

    def __iter__(self) -> Iterator[Frame]:
        return self

    def __next__(self) -> Frame:
        try:
            frame: Frame = self._reader.next()
            return frame
        except RunError as error:
            cause = self._failures.behind(str(error))
            self.close()
            raise error from cause
        except StopIteration:
            self.close()
            raise

    def close(self) -> None:
        """Stops the decoder; the frame that is lent raises ExpiredFrame. Idempotent."""
        self._reader.close()
        self._kept.close()

    def __del__(self) -> None:
        if hasattr(self, "_reader"):
            self.close()

    def __enter__(self) -> Video:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def summary(self) -> Optional[Summary]:
        """What was read, when the last frame has been; else None."""
        return Summary._of(self._reader.summary) if self._reader.summary else None

    def __repr__(self) -> str:
        return f"<retouch.Video of {self._path}>"


def open(
    path: PathLike,
    *,
    device: Optional[DeviceLike] = "auto",
    functions: Iterable[FunctionLike] = (),
    keep_damaged: bool = False,
) -> Video:
    """The frames of a video, to iterate over:

        for frame in retouch.open("clip.mp4"):
            ...

    Each frame is lent until the next one is asked for, then it raises ExpiredFrame; ``frame.to_numpy()`` keeps pixels.
    Frames are decoded ahead while the loop works. Leaving the loop stops the decoder. ``functions`` see each frame
    before the loop does, as in Pipeline. Frames have the decoder's format, NV12 or I420; there is no sound.
    """
    return Video(path, device, functions, keep_damaged)


class VideoWriter:
    """Writes a video file: what save() without frames returns. At the end of its ``with`` block the file appears; when
    the block raises there is none."""

    def __init__(self, path: PathLike, **settings: Any) -> None:
        self._writer = native().Writer(_text(path), **settings)

    def write(self, image: ImageLike) -> None:
        """Appends a frame, or another picture. Its pixels are copied before the call returns."""
        if isinstance(image, Frame):
            self._writer.write(image, pts_ns=image.pts_ns, duration_ns=image.duration_ns, fps=image.fps)
        else:
            self._writer.write(image)

    @property
    def frames(self) -> int:
        """Written so far."""
        frames: int = self._writer.frames
        return frames

    def close(self) -> None:
        """Finishes the file, which gets its name now. Idempotent."""
        self._writer.finish()

    def discard(self) -> None:
        """Gives up: there is no file."""
        self._writer.discard()

    def __enter__(self) -> VideoWriter:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()


@overload
def save(
    path: PathLike,
    frames: None = None,
    *,
    fps: float = 0,
    format: str = "",
    encoder: str = "auto",
    quality: int = 21,
    bitrate: int = 0,
    speed: str = "veryfast",
) -> VideoWriter: ...
@overload
def save(
    path: PathLike,
    frames: Iterable[ImageLike],
    *,
    fps: float = 0,
    format: str = "",
    encoder: str = "auto",
    quality: int = 21,
    bitrate: int = 0,
    speed: str = "veryfast",
) -> int: ...
def save(
    path: PathLike,
    frames: Optional[Iterable[ImageLike]] = None,
    *,
    fps: float = 0,
    format: str = "",
    encoder: str = "auto",
    quality: int = 21,
    bitrate: int = 0,
    speed: str = "veryfast",
) -> Union[int, VideoWriter]:
    """Writes a video file: H.264 in .mp4, .mov or .mkv, without sound.

        def edited(frames):
            for frame in frames:
                retouch.gaussian_blur(frame.region((0, 0, 320, 80)), sigma_x=8)
                yield frame

        retouch.save("out.mp4", edited(retouch.open("in.mp4")))

        with retouch.save("out.mp4") as video:          # or one by one
            video.write(frame)

    Size, rate and times are those of the frames; pictures that have no time are ``fps`` a second (30). The other
    arguments are those of a module's ``output``. With frames, returns how many were written; when getting them raises,
    there is no file.
    """
    if not 0 <= quality <= 51:
        raise InvalidArgument(f"save: quality must be from 0 to 51 (got {quality})")
    if bitrate < 0:
        raise InvalidArgument(f"save: bitrate must not be negative (got {bitrate})")
    writer = VideoWriter(path, fps=fps, format=format, encoder=encoder, quality=quality, bitrate=bitrate, speed=speed)
    if frames is None:
        return writer
    with writer:
        for frame in frames:
            writer.write(frame)
    return writer.frames
