"""Every touch of pixels of this layer goes through here: frames, regions, drawing, and what `retouch.cv2` is asked for.

The rest of the package knows `Surface` (a picture that a module works on), `Painter` (a display list on one), and the
few functions below.
"""

from __future__ import annotations

import functools
import importlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Iterator, Sequence

import retouch
from retouch import _cv

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Rgba = Sequence[int]
RGBA = retouch.PixelFormat.rgba8
# cv::putText's scale 1 is this size of the stroke font (Font::hershey_px_per_scale).
_HERSHEY_PX_PER_SCALE = 30.0


@functools.cache
def cv2() -> Any:
    """`retouch.cv2`, which what modules call `cv2` is."""
    return importlib.import_module("retouch.cv2")


@contextmanager
def on_device(device: retouch.Device | str | None) -> Iterator[None]:
    """Matrices that are made in the block, and say no place, are made there. None: where they were before."""
    before = _cv.getDevice()
    if device is not None:
        _cv.setDevice(device)
    try:
        yield
    finally:
        _cv.setDevice(before)


# --- pictures ---------------------------------------------------------------------------------------------------------


class Surface:
    """One RGBA picture that a module works on: a frame's own memory, or an image beside it. All its work goes on one
    stream, which the runner waits for once per frame."""

    def __init__(self, picture: retouch.Frame | retouch.ImageView, stream: retouch.Stream) -> None:
        self._view = picture.view() if isinstance(picture, retouch.Frame) else picture
        self.stream = stream
        self._cuda_stream: Any = None

    @property
    def view(self) -> retouch.ImageView:
        return self._view

    @property
    def width(self) -> int:
        return self._view.width

    @property
    def height(self) -> int:
        return self._view.height

    def gpu_mat(self) -> Any:
        """A cv2.cuda.GpuMat on the same memory, whose layout is locked."""
        return cv2().gpu_mat(self._view)

    @property
    def cuda_stream(self) -> Any:
        """The stream as a cv2.cuda.Stream."""
        if self._cuda_stream is None:
            self._cuda_stream = cv2().gpu_stream(self.stream)
        return self._cuda_stream

    def download(self) -> NDArray[np.uint8]:
        """A copy in host memory; blocks."""
        return self._view.to_numpy()

    def upload(self, array: NDArray[np.uint8]) -> None:
        self._view.upload(array, stream=self.stream)

    def part(self, left: int, top: int, width: int, height: int) -> Surface:
        return Surface(self._view.region((left, top, width, height)), self.stream)

    def synchronize(self) -> None:
        self.stream.synchronize()


def blank(width: int, height: int, device: retouch.Device, stream: retouch.Stream) -> Surface:
    """A new picture, opaque black."""
    image = retouch.Image(RGBA, (width, height), device=device, stream=stream)
    retouch.fill(image, (0, 0, 0, 255), stream=stream)
    return Surface(image, stream)


def same_memory_suits(frame: retouch.Frame | retouch.ImageView, width: int, height: int) -> bool:
    """Whether a module can work on the frame's own memory."""
    return frame.format == RGBA and tuple(frame.size) == (width, height)


def bring(frame: retouch.Frame | retouch.ImageView, target: Surface) -> None:
    """The frame's picture into the target, converted to RGBA and scaled to its size."""
    view = frame.view() if isinstance(frame, retouch.Frame) else frame
    stream = target.stream
    if view.format != RGBA:
        same_size = tuple(view.size) == (target.width, target.height)
        image = target.view if same_size else retouch.Image(RGBA, view.size, device=view.device, stream=stream)
        retouch.convert_into(view, image, stream=stream)
        if same_size:
            return
        view = image
    if tuple(view.size) == (target.width, target.height):
        retouch.copy_into(view, target.view, stream=stream)
    else:
        retouch.resize_into(view, target.view, stream=stream)


# --- matrices ---------------------------------------------------------------------------------------------------------


def is_gpu_mat(value: Any) -> bool:
    return isinstance(value, cv2().cuda.GpuMat)


def size_of(mat: Any) -> tuple[int, int]:
    width, height = mat.size()
    return int(width), int(height)


def new_mat(width: int, height: int, mat_type: int, fill: Sequence[float] | None = None, stream: Any = None) -> Any:
    mat = cv2().cuda.GpuMat(height, width, mat_type)
    if fill is not None:
        mat.setTo(tuple(fill), stream=or_null(stream))
    return mat


def sub_mat(mat: Any, left: int, top: int, width: int, height: int) -> Any:
    """A header for a part, which must lie inside."""
    return cv2().cuda.GpuMat(mat, (left, top, width, height))


def upload_mat(array: NDArray[Any], stream: Any = None) -> Any:
    import numpy as np

    mat = cv2().cuda.GpuMat()
    mat.upload(np.ascontiguousarray(array), or_null(stream))
    return mat


def download_mat(mat: Any, stream: Any = None) -> NDArray[Any]:
    result: NDArray[Any] = mat.download()
    return result


def copy_mat(source: Any, destination: Any, stream: Any = None) -> None:
    """Copies into memory of the same size and type that exists already."""
    source.copyTo(or_null(stream), destination)


def or_null(stream: Any) -> Any:
    return cv2().cuda.Stream_Null() if stream is None else stream


def as_view(mat: Any) -> retouch.ImageView:
    """The memory of an 8-bit GpuMat (RGBA with 4 channels) as a picture of retouch."""
    view: retouch.ImageView = cv2().image_view(mat)
    return view


# --- drawing ----------------------------------------------------------------------------------------------------------


@functools.cache
def _font() -> retouch.Font:
    return retouch.Font.hershey_simplex()


@functools.lru_cache(maxsize=4096)
def text_size(text: str, scale: float, thickness: float) -> tuple[tuple[int, int], int]:
    """As cv2.getTextSize with FONT_HERSHEY_SIMPLEX: ((width, height above the baseline), height below it)."""
    extents = retouch.text_size(
        text, font=_font(), size_px=max(1.0, scale * _HERSHEY_PX_PER_SCALE), thickness_px=max(1.0, thickness)
    )
    return (round(extents.width), round(extents.ascent)), round(extents.height - extents.ascent)


class Painter:
    """A display list on a GpuMat: drawn in one pass by flush(), in the order of the calls.

    Points are given as OpenCV does, whole numbers being the centres of pixels; boxes by the pixels that they cover."""

    def __init__(self, mat: Any, stream: Any) -> None:
        self._mat = mat
        self._stream = cv2().core_stream(stream) if stream is not None else None
        self._canvas: retouch.Canvas | None = None

    def _list(self) -> retouch.Canvas:
        if self._canvas is None:
            self._canvas = retouch.Canvas(as_view(self._mat), stream=self._stream)
        return self._canvas

    def flush(self) -> None:
        if self._canvas is not None:
            self._canvas.submit()

    def discard(self) -> None:
        if self._canvas is not None:
            self._canvas.discard()

    def box(
        self, box: Sequence[float], thickness: float, color: Rgba, fill: Rgba | None = None, radius: float = 0
    ) -> None:
        """(left, top, width, height[, angle]); the border lies inside. A thickness of 0 draws none."""
        self._list().box(tuple(box), color=color, thickness=thickness, fill=fill, radius_px=radius)

    def circle(self, center: Sequence[float], radius: float, color: Rgba, thickness: float | None) -> None:
        """Filled when there is no thickness."""
        middle = center[0] + 0.5, center[1] + 0.5
        if thickness is None:
            self._list().circle(middle, radius + 0.5, fill=color, thickness=0)
        else:
            self._list().circle(middle, radius, color=color, thickness=thickness)

    def line(self, start: Sequence[float], end: Sequence[float], color: Rgba, thickness: float) -> None:
        self._list().line(
            (start[0] + 0.5, start[1] + 0.5), (end[0] + 0.5, end[1] + 0.5), color=color, thickness=thickness
        )

    def polygon(self, points: Sequence[Sequence[float]], thickness: float, color: Rgba, fill: Rgba | None) -> None:
        places = [(float(x) + 0.5, float(y) + 0.5) for x, y in points]
        if len(places) == 1:
            places.append(places[0])
        if len(places) == 2:  # no area: a line is all there is of it
            if thickness > 0:
                self._list().line(places[0], places[1], color=color, thickness=thickness)
            return
        self._list().polygon(places, fill=fill, color=color, thickness=thickness)

    def text(
        self,
        text: str,
        left_top: Sequence[float],
        scale: float,
        thickness: float,
        color: Rgba,
        background: Rgba | None,
        border: float,
        border_color: Rgba,
        padding: Sequence[float],
    ) -> None:
        """`left_top` is that of the text itself; padding and border lie around it."""
        left, top = left_top[0] - padding[0] - border, left_top[1] - padding[1] - border
        self._list().text(
            text,
            (left, top),
            font=_font(),
            size_px=max(1.0, scale * _HERSHEY_PX_PER_SCALE),
            thickness_px=max(1.0, thickness),
            color=color,
            background=background,
            border_px=border,
            border_color=border_color,
            padding=tuple(padding),
        )

    def blur(self, box: Sequence[float], sigma: float) -> None:
        self._list().blur(retouch.Shape.box(tuple(box)), method="gaussian", strength_px=sigma)
