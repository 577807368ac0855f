"""What the functions of retouch take and give: names for type annotations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Union, runtime_checkable

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    from retouch._core import Box, Device, Frame, ImageView, PixelFormat, Stream


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int


class Rect(NamedTuple):
    """Whole pixels: columns x .. x+width-1, rows y .. y+height-1."""

    x: int
    y: int
    width: int
    height: int


@runtime_checkable
class CudaStreamLike(Protocol):
    """A CUDA stream of any library: what has ``__cuda_stream__`` (or is a stream of torch or CuPy)."""

    def __cuda_stream__(self) -> tuple[int, int]: ...


if TYPE_CHECKING:
    #: A NumPy array of bytes.
    U8Array = NDArray[numpy.uint8]
    #: A NumPy array of any type.
    AnyArray = NDArray[Any]

#: ``(r, g, b)``, ``(r, g, b, a)`` of 0..255, or ``"#RRGGBB"``, ``"#RRGGBBAA"``; straight alpha, 255 is opaque.
ColorLike = Union[tuple[int, int, int], tuple[int, int, int, int], Sequence[int], "AnyArray", str]
#: ``(x, y)`` in pixels, with fractions; an array of 2 numbers.
PointLike = Union[tuple[float, float], Sequence[float], "AnyArray"]
#: A list of points, or an array of shape (n, 2).
PointsLike = Union[Sequence[PointLike], Any]
#: ``(width, height)``.
SizeLike = Union[Size, tuple[int, int], Sequence[int], "AnyArray"]
#: ``(x, y, width, height)``, with ``angle_deg`` as a fifth number, a :class:`Rect`, a ``Box`` or an array.
BoxLike = Union["Box", Rect, tuple[float, float, float, float], tuple[float, float, float, float, float], Sequence[float], "AnyArray"]
#: One number for all sides, or ``(left, top, right, bottom)``.
PaddingLike = Union[float, tuple[float, float, float, float], Sequence[float], "AnyArray"]
#: A ``Device``, or its name: ``"cpu"``, ``"cuda"``, ``"cuda:1"``, ``"auto"``.
DeviceLike = Union["Device", str]
#: A retouch ``Stream``, or a CUDA stream of another library.
StreamLike = Union["Stream", CudaStreamLike]
#: A ``PixelFormat`` or its name.
FormatLike = Union["PixelFormat", str]
#: Anything with pixels of ours.
ImageLike = Union["ImageView", "Frame"]
#: One region, or a list of them.
RegionsLike = Union[ImageLike, Sequence[ImageLike]]
#: OpenCV's Scalar: a number for the first channel (0 for the others), or up to four.
ScalarLike = Union[float, Sequence[float], "AnyArray"]
#: Pixels of another library: a NumPy array, or what has ``__dlpack__``, ``__cuda_array_interface__`` or a buffer.
ArrayLike = Any
#: What an :class:`Object` attribute can hold.
AttributeValue = Union[bool, int, float, str, Sequence[float]]
