"""Pictures that functions cut out and change: `savant.utils.image`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Sequence, Union

from . import _frames
from .geometry import BBox, RBBox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Box = Union[BBox, RBBox]


def _cut_rect(bbox: Box) -> tuple[int, int, int, int]:
    """Left, top, width, height of the whole pixels inside the box, or inside the upright one around a turned box."""
    box = bbox.wrapping_box
    left, top = math.ceil(box.left), math.ceil(box.top)
    width, height = math.floor(box.right) - left, math.floor(box.bottom) - top
    if width <= 0 or height <= 0:
        raise ValueError(f"cut: {bbox!r} has no whole pixel")
    return left, top, width, height


def _cut_box(bbox: Box, width: int, height: int) -> Box:
    if isinstance(bbox, RBBox):
        return RBBox(width / 2, height / 2, bbox.width, bbox.height, bbox.angle)
    return BBox(width / 2, height / 2, bbox.width, bbox.height)


def _overlap(left: int, top: int, width: int, height: int, size: tuple[int, int]) -> tuple[int, int, int, int]:
    x0, y0 = max(left, 0), max(top, 0)
    return x0, y0, min(left + width, size[0]) - x0, min(top + height, size[1]) - y0


def _scaled_size(size: tuple[int, int], into: tuple[int, int], method: str) -> tuple[int, int]:
    if method == "fit":
        return into
    if method != "scale":
        raise ValueError(f"resize: method is 'fit' or 'scale', not {method!r}")
    factor = min(into[0] / size[0], into[1] / size[1])
    return max(1, int(size[0] * factor)), max(1, int(size[1] * factor))


def _rotation(
    size: tuple[int, int], angle: float, bbox: RBBox | None
) -> tuple[NDArray[np.float64], tuple[int, int], RBBox]:
    """The matrix that turns a picture by `angle` degrees, counter-clockwise as in OpenCV, around the box's centre (the
    picture's without a box); the size that holds all of it; and the box as it lies then."""
    import numpy as np

    width, height = size
    box = RBBox(width / 2, height / 2, width, height, 0) if bbox is None else bbox
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    turned = np.array([[cos, sin], [-sin, cos]])
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=float) @ turned.T
    low, high = corners.min(axis=0), corners.max(axis=0)
    resolution = (max(1, math.ceil(high[0] - low[0] - 1e-6)), max(1, math.ceil(high[1] - low[1] - 1e-6)))
    matrix = np.concatenate([turned, -low.reshape(2, 1)], axis=1)
    x, y = matrix @ np.array([box.xc, box.yc, 1.0])
    return matrix, resolution, RBBox(x, y, box.width, box.height, (box.angle or 0.0) - angle)


def _same_side(axis: int, mine: tuple[int, int], its: tuple[int, int]) -> None:
    if axis not in (0, 1):
        raise ValueError(f"concat: axis is 0 (one below the other) or 1 (side by side), not {axis}")
    if mine[axis] != its[axis]:
        side = ("widths", "heights")[axis]
        raise ValueError(f"concat: the {side} differ ({mine[axis]} and {its[axis]})")


def _paste_size(size: tuple[int, int], its: tuple[int, int], point: Sequence[int]) -> tuple[int, int]:
    if not (0 <= point[0] < size[0] and 0 <= point[1] < size[1]):
        raise ValueError(f"paste: {tuple(point)} lies outside of {size[0]}x{size[1]}")
    return min(its[0], size[0] - point[0]), min(its[1], size[1] - point[1])


class CPUImage:
    """A picture in host memory."""

    def __init__(self, image: NDArray[Any]) -> None:
        self._array = image

    @property
    def np_array(self) -> NDArray[Any]:
        return self._array

    @property
    def width(self) -> int:
        return int(self._array.shape[1])

    @property
    def height(self) -> int:
        return int(self._array.shape[0])

    def to_gpu(self, cuda_stream: Any = None) -> GPUImage:
        return GPUImage(self, cuda_stream)

    def cut(self, bbox: Box) -> tuple[CPUImage, Box]:
        """A copy of what is inside the box, black where that is outside the picture; and the box in the copy."""
        import numpy as np

        left, top, width, height = _cut_rect(bbox)
        result = np.zeros((height, width, *self._array.shape[2:]), dtype=self._array.dtype)
        x, y, w, h = _overlap(left, top, width, height, (self.width, self.height))
        if w > 0 and h > 0:
            result[y - top : y - top + h, x - left : x - left + w] = self._array[y : y + h, x : x + w]
        return CPUImage(result), _cut_box(bbox, width, height)

    def paste(self, image: CPUImage, point: Sequence[int]) -> None:
        width, height = _paste_size((self.width, self.height), (image.width, image.height), point)
        x, y = point
        self._array[y : y + height, x : x + width] = image.np_array[:height, :width]

    def concat(self, image: CPUImage, axis: int = 0) -> CPUImage:
        """0: the other one below, 1: to the right."""
        import numpy as np

        _same_side(axis, (self.width, self.height), (image.width, image.height))
        return CPUImage(np.concatenate([self._array, image.np_array], axis=axis))

    def rotate(self, angle: float, bbox: RBBox | None = None) -> tuple[CPUImage, RBBox]:
        """Turned counter-clockwise, as a whole; and the box in the result (the whole picture without one)."""
        matrix, resolution, box = _rotation((self.width, self.height), angle, bbox)
        return CPUImage(_frames.cv2().warpAffine(self._array, matrix, resolution)), box

    def resize(self, resolution: Sequence[int], method: str = "fit", interpolation: int = 1) -> CPUImage:
        """'fit' stretches, 'scale' keeps the proportions and centres on black."""
        import numpy as np

        into = int(resolution[0]), int(resolution[1])
        size = _scaled_size((self.width, self.height), into, method)
        resized = _frames.cv2().resize(self._array, size, interpolation=interpolation)
        if size == into:
            return CPUImage(resized)
        result = np.zeros((into[1], into[0], *self._array.shape[2:]), dtype=self._array.dtype)
        x, y = (into[0] - size[0]) // 2, (into[1] - size[1]) // 2
        result[y : y + size[1], x : x + size[0]] = resized
        return CPUImage(result)


class GPUImage:
    """A picture as a cv2.cuda.GpuMat; its edits go on its stream."""

    def __init__(self, image: Any, cuda_stream: Any = None) -> None:
        if isinstance(image, GPUImage):
            image = image.gpu_mat
        elif isinstance(image, CPUImage):
            image = _frames.upload_mat(image.np_array, cuda_stream)
        elif not _frames.is_gpu_mat(image):
            if not hasattr(image, "dtype"):
                raise TypeError(f"GPUImage: takes a GpuMat, an array or a CPUImage, not {type(image).__name__}")
            image = _frames.upload_mat(image, cuda_stream)
        self._mat = image
        self._stream = cuda_stream

    @property
    def gpu_mat(self) -> Any:
        return self._mat

    @property
    def cuda_stream(self) -> Any:
        return self._stream

    @property
    def width(self) -> int:
        return _frames.size_of(self._mat)[0]

    @property
    def height(self) -> int:
        return _frames.size_of(self._mat)[1]

    def to_cpu(self) -> CPUImage:
        """A copy; blocks."""
        if self._stream is not None:
            self._stream.waitForCompletion()
        return CPUImage(_frames.download_mat(self._mat))

    def _new(self, width: int, height: int, black: bool = False) -> Any:
        return _frames.new_mat(width, height, self._mat.type(), (0, 0, 0, 0) if black else None, self._stream)

    def cut(self, bbox: Box) -> tuple[GPUImage, Box]:
        """A copy of what is inside the box, black where that is outside the picture; and the box in the copy."""
        left, top, width, height = _cut_rect(bbox)
        x, y, w, h = _overlap(left, top, width, height, (self.width, self.height))
        result = self._new(width, height, black=(w, h) != (width, height))
        if w > 0 and h > 0:
            target = _frames.sub_mat(result, x - left, y - top, w, h)
            _frames.copy_mat(_frames.sub_mat(self._mat, x, y, w, h), target, self._stream)
        return GPUImage(result, self._stream), _cut_box(bbox, width, height)

    def paste(self, image: GPUImage, point: Sequence[int]) -> None:
        """Copies the other one onto this with its top left corner at the point; clipped on the right and below.
        ValueError when the point lies outside."""
        width, height = _paste_size((self.width, self.height), (image.width, image.height), point)
        source = _frames.sub_mat(image.gpu_mat, 0, 0, width, height)
        _frames.copy_mat(source, _frames.sub_mat(self._mat, point[0], point[1], width, height), self._stream)

    def concat(self, image: GPUImage, axis: int = 0) -> GPUImage:
        """0: the other one below, 1: to the right."""
        _same_side(axis, (self.width, self.height), (image.width, image.height))
        if self._mat.type() != image.gpu_mat.type():
            raise ValueError(f"concat: the types differ ({self._mat.type()} and {image.gpu_mat.type()})")
        size = (self.width, self.height + image.height) if axis == 0 else (self.width + image.width, self.height)
        result = GPUImage(self._new(*size), self._stream)
        result.paste(self, (0, 0))
        result.paste(image, (0, self.height) if axis == 0 else (self.width, 0))
        return result

    def rotate(self, angle: float, bbox: RBBox | None = None) -> tuple[GPUImage, RBBox]:
        """Turned counter-clockwise, as a whole; and the box in the result (the whole picture without one)."""
        matrix, resolution, box = _rotation((self.width, self.height), angle, bbox)
        cuda = _frames.cv2().cuda
        return GPUImage(cuda.warpAffine(self._mat, matrix, resolution, stream=self._or_null()), self._stream), box

    def resize(self, resolution: Sequence[int], method: str = "fit", interpolation: int = 1) -> GPUImage:
        """'fit' stretches, 'scale' keeps the proportions and centres on black."""
        into = int(resolution[0]), int(resolution[1])
        size = _scaled_size((self.width, self.height), into, method)
        cuda = _frames.cv2().cuda
        resized = GPUImage(
            cuda.resize(self._mat, size, interpolation=interpolation, stream=self._or_null()), self._stream
        )
        if size == into:
            return resized
        result = GPUImage(self._new(*into, black=True), self._stream)
        result.paste(resized, ((into[0] - size[0]) // 2, (into[1] - size[1]) // 2))
        return result

    def _or_null(self) -> Any:
        return _frames.or_null(self._stream)
