"""What retouch.cv2.cuda is made of; import that."""

from collections.abc import Iterable, Sequence
from typing import Any, overload

import retouch._core
import retouch.types


class Event:
    """A mark in a stream."""

    def __init__(self, flags: int = 0) -> None:
        """Flags change nothing."""

    def record(self, stream: Stream | retouch.types.StreamLike | None = None) -> None:
        """Marks what has been enqueued so far."""

    def queryIfComplete(self) -> bool: ...

    def waitForCompletion(self) -> None: ...

    @staticmethod
    def elapsedTime(start: Event, end: Event) -> float:
        """Not in retouch: raises NotImplementedError."""

class Stream(retouch._core.Stream):
    """
    OpenCV's Stream: ordered work on the current device, CPU or GPU. A retouch.Stream of its own, and taken wherever one is.

    Functions take None, Stream_Null(), a Stream, a retouch.Stream or another library's stream. Null is the default stream of
    where the matrices are; it does not make calls wait, and neither does anything else but what must: download(), and
    waiting itself. Work on one matrix is done in the order of your calls, whatever streams they name.
    """

    @overload
    def __init__(self) -> None: ...

    @overload
    def __init__(self, cudaFlags: int) -> None:
        """Flags change nothing."""

    @overload
    def __init__(self, allocator: Any) -> None:
        """Allocators change nothing."""

    @staticmethod
    def Null() -> Stream: ...

    def waitForCompletion(self) -> None: ...

    def queryIfComplete(self) -> bool: ...

    def waitEvent(self, event: Event) -> None: ...

    def cudaPtr(self) -> int:
        """The cudaStream_t as a number; 0 on the CPU."""

    def __repr__(self) -> str: ...

def Stream_Null() -> Stream: ...

def wrapStream(cudaStreamMemoryAddress: int) -> Stream:
    """
    A cudaStream_t, given as a number, as a Stream. It must stay valid as long as the result is used.
    """

def gpu_stream(stream: Stream | retouch.types.StreamLike) -> Stream:
    """
    A stream of retouch (or of another library) as a cv2.cuda.Stream: the same queue.
    """

def core_stream(stream: Stream | retouch.types.StreamLike) -> retouch._core.Stream:
    """
    A cv2.cuda.Stream as one of retouch: the same queue. Null is the current device's default one.
    """

def getCudaEnabledDeviceCount() -> int:
    """
    How many GPUs can be used. Without one everything here works all the same, on the CPU.
    """

def getDevice() -> int:
    """Number of the GPU that matrices are made on; -1 is the CPU."""

@overload
def setDevice(device: int) -> None:
    """
    The device that this thread makes matrices and streams on: the number of a GPU, -1 or "cpu", or a retouch.Device.
    """

@overload
def setDevice(device: retouch.types.DeviceLike) -> None: ...

def resetDevice() -> None:
    """
    Waits for the default stream. The memory and streams of retouch are not OpenCV's to destroy.
    """

class GpuMat:
    """
    OpenCV's GpuMat, on a GPU or on the CPU: rows and columns of 1 to 4 channels.

    A reference: copies and parts share its memory. It lives on the current device (setDevice), or where the stream or the
    view that made it is. One that was made of a frame raises LayoutError where a call would give it another size, type or
    memory, and ExpiredFrame once the frame was taken back. Errors are retouch's, and cv2.error too.
    """

    @overload
    def __init__(self, *, allocator: Any = None) -> None:
        """Empty. Allocators change nothing."""

    @overload
    def __init__(self, m: GpuMat) -> None:
        """The same memory."""

    @overload
    def __init__(self, m: GpuMat, roi: tuple[int, int, int, int]) -> None:
        """A part: (x, y, width, height)."""

    @overload
    def __init__(self, m: GpuMat, rowRange: tuple[int, int], colRange: tuple[int, int]) -> None: ...

    @overload
    def __init__(self, rows: int, cols: int, type: int, s: retouch.types.ScalarLike, allocator: Any | None = None) -> None: ...

    @overload
    def __init__(self, rows: int, cols: int, type: int, allocator: Any | None = None) -> None:
        """What it holds is undefined."""

    @overload
    def __init__(self, size: retouch.types.SizeLike, type: int, s: retouch.types.ScalarLike, allocator: Any | None = None) -> None: ...

    @overload
    def __init__(self, size: retouch.types.SizeLike, type: int, allocator: Any | None = None) -> None: ...

    @overload
    def __init__(self, arr: retouch.types.ArrayLike, allocator: Any = None) -> None:
        """A copy of an array, on the current device."""

    @overload
    def create(self, rows: int, cols: int, type: int) -> None:
        """
        New memory, unless size and type are so already. LayoutError where it is a frame's.
        """

    @overload
    def create(self, size: retouch.types.SizeLike, type: int) -> None: ...

    def release(self) -> None:
        """Drops the reference."""

    def swap(self, mat: GpuMat) -> None: ...

    def assignTo(self, m: GpuMat, type: int = -1) -> None: ...

    def upload(self, arr: GpuMat | retouch.types.ArrayLike, stream: Stream | retouch.types.StreamLike | None = None) -> None:
        """
        Takes the array's size, type and numbers. The array may be changed as soon as this returns.
        """

    @overload
    def download(self, stream: Stream | retouch.types.StreamLike | None, dst: retouch.types.AnyArray | None = None) -> retouch.types.AnyArray:
        """
        A copy in host memory (dst, where it fits). Waits for the stream, as there is nothing to see before that.
        """

    @overload
    def download(self, dst: retouch.types.AnyArray | None = None) -> retouch.types.AnyArray: ...

    def clone(self) -> GpuMat:
        """A copy of its own."""

    @overload
    def copyTo(self, dst: GpuMat | None = None) -> GpuMat: ...

    @overload
    def copyTo(self, stream: Stream | retouch.types.StreamLike | None, dst: GpuMat | None = None) -> GpuMat: ...

    @overload
    def copyTo(self, mask: GpuMat | None, stream: Stream | retouch.types.StreamLike | None, dst: GpuMat | None = None) -> GpuMat: ...

    @overload
    def copyTo(self, mask: GpuMat | None, dst: GpuMat | None = None) -> GpuMat:
        """Where mask is not 0."""

    @overload
    def setTo(self, s: retouch.types.ScalarLike, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

    @overload
    def setTo(self, s: retouch.types.ScalarLike, mask: GpuMat | None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

    @overload
    def convertTo(self, rtype: int, dst: GpuMat | None = None, alpha: float = 1.0, beta: float = 0.0, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

    @overload
    def convertTo(self, rtype: int, stream: Stream | retouch.types.StreamLike, dst: GpuMat | None = None) -> GpuMat: ...

    @overload
    def convertTo(self, rtype: int, alpha: float, beta: float, stream: Stream | retouch.types.StreamLike | None, dst: GpuMat | None = None) -> GpuMat: ...

    @overload
    def convertTo(self, rtype: int, alpha: float, stream: Stream | retouch.types.StreamLike, dst: GpuMat | None = None) -> GpuMat: ...

    def row(self, y: int) -> GpuMat: ...

    def col(self, x: int) -> GpuMat: ...

    @overload
    def rowRange(self, startrow: int, endrow: int) -> GpuMat: ...

    @overload
    def rowRange(self, r: tuple[int, int]) -> GpuMat: ...

    @overload
    def colRange(self, startcol: int, endcol: int) -> GpuMat: ...

    @overload
    def colRange(self, r: tuple[int, int]) -> GpuMat: ...

    def reshape(self, cn: int, rows: int = 0) -> GpuMat: ...

    def locateROI(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """(size of the whole, where this starts in it)"""

    def adjustROI(self, dtop: int, dbottom: int, dleft: int, dright: int) -> GpuMat: ...

    def size(self) -> tuple[int, int]: ...

    def channels(self) -> int: ...

    def type(self) -> int: ...

    def depth(self) -> int: ...

    def elemSize(self) -> int: ...

    def elemSize1(self) -> int: ...

    def step1(self) -> int: ...

    @property
    def step(self) -> int:
        """Bytes from row to row."""

    def empty(self) -> bool: ...

    def isContinuous(self) -> bool: ...

    @staticmethod
    def defaultAllocator() -> None:
        """There is one allocator, which is not seen."""

    @staticmethod
    def setDefaultAllocator(allocator: object) -> None:
        """Changes nothing."""

    def updateContinuityFlag(self) -> None: ...

    def cudaPtr(self) -> int:
        """Address of the first number, in the memory of its device."""

    @property
    def device(self) -> retouch._core.Device:
        """Where it is, as a retouch.Device."""

    @property
    def locked(self) -> bool:
        """
        Of a frame or an image of retouch: what would change its size, type or memory raises LayoutError.
        """

    def __repr__(self) -> str: ...

    def numpy(self) -> retouch.types.AnyArray:
        """
        The numbers as a NumPy array that shares their memory: (rows, columns[, channels]).

        Only in host memory, when the CPU is the device; download() copies from a GPU, torch and CuPy share it.
        """

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> retouch.types.AnyArray: ...

    def __dlpack__(self, *, stream: int | None = None, max_version: tuple[int, int] | None = None, dl_device: tuple[int, int] | None = None, copy: bool | None = None) -> Any: ...

    def __dlpack_device__(self) -> tuple[int, int]: ...

    @staticmethod
    def from_dlpack(array: retouch.types.ArrayLike) -> GpuMat:
        """Another library's memory, not a copy, which it keeps."""

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]: ...

def gpu_mat(view: retouch.types.ImageLike) -> GpuMat:
    """
    A GpuMat on the pixels of a Frame, a region or an Image, without a copy; its size and type are locked.
    """

def image_view(mat: GpuMat) -> retouch._core.ImageView:
    """
    The memory of an 8-bit GpuMat as a picture of retouch: gray8, rgb8 or rgba8 by its channels.
    """

def wrap_array(array: retouch.types.ArrayLike) -> GpuMat:
    """
    An array's own memory as a GpuMat, on the array's device: NumPy's, torch's, CuPy's, which it keeps.
    """

@overload
def createGpuMatFromCudaMemory(rows: int, cols: int, type: int, cudaMemoryAddress: int, step: int = 0) -> GpuMat:
    """
    A header over memory of the current device (host memory on the CPU), which must outlive it. step 0: no gaps.
    """

@overload
def createGpuMatFromCudaMemory(size: retouch.types.SizeLike, type: int, cudaMemoryAddress: int, step: int = 0) -> GpuMat: ...

def createContinuous(rows: int, cols: int, type: int, arr: GpuMat | None = None) -> GpuMat: ...

def ensureSizeIsEnough(rows: int, cols: int, type: int, arr: GpuMat | None = None) -> GpuMat: ...

def add(src1: GpuMat | retouch.types.ScalarLike, src2: GpuMat | retouch.types.ScalarLike, dst: GpuMat | None = None, mask: GpuMat | None = None, dtype: int = -1, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat:
    """
    One of src1 and src2 is a GpuMat, the other one too or a scalar. mask: where it is 0, dst keeps what it holds. dtype: the depth of dst.
    """

def subtract(src1: GpuMat | retouch.types.ScalarLike, src2: GpuMat | retouch.types.ScalarLike, dst: GpuMat | None = None, mask: GpuMat | None = None, dtype: int = -1, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat:
    """
    One of src1 and src2 is a GpuMat, the other one too or a scalar. mask: where it is 0, dst keeps what it holds. dtype: the depth of dst.
    """

def multiply(src1: GpuMat | retouch.types.ScalarLike, src2: GpuMat | retouch.types.ScalarLike, dst: GpuMat | None = None, scale: float = 1.0, dtype: int = -1, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat:
    """scale * src1 * src2"""

def divide(src1: GpuMat | retouch.types.ScalarLike, src2: GpuMat | retouch.types.ScalarLike, dst: GpuMat | None = None, scale: float = 1.0, dtype: int = -1, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat:
    """
    scale * src1 / src2, rounded to nearest; whole numbers divided by 0 are 0.
    """

def addWeighted(src1: GpuMat | retouch.types.ScalarLike, alpha: float, src2: GpuMat | retouch.types.ScalarLike, beta: float, gamma: float, dst: GpuMat | None = None, dtype: int = -1, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def absdiff(src1: GpuMat | retouch.types.ScalarLike, src2: GpuMat | retouch.types.ScalarLike, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def min(src1: GpuMat | retouch.types.ScalarLike, src2: GpuMat | retouch.types.ScalarLike, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def max(src1: GpuMat | retouch.types.ScalarLike, src2: GpuMat | retouch.types.ScalarLike, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def compare(src1: GpuMat | retouch.types.ScalarLike, src2: GpuMat | retouch.types.ScalarLike, cmpop: int, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def bitwise_not(src: GpuMat, dst: GpuMat | None = None, mask: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def bitwise_and(src1: GpuMat | retouch.types.ScalarLike, src2: GpuMat | retouch.types.ScalarLike, dst: GpuMat | None = None, mask: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def bitwise_or(src1: GpuMat | retouch.types.ScalarLike, src2: GpuMat | retouch.types.ScalarLike, dst: GpuMat | None = None, mask: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def bitwise_xor(src1: GpuMat | retouch.types.ScalarLike, src2: GpuMat | retouch.types.ScalarLike, dst: GpuMat | None = None, mask: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def abs(src: GpuMat, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def sqr(src: GpuMat, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def sqrt(src: GpuMat, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def exp(src: GpuMat, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def log(src: GpuMat, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def pow(src: GpuMat, power: float, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

@overload
def magnitude(x: GpuMat, y: GpuMat, magnitude: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

@overload
def magnitude(xy: GpuMat, magnitude: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

@overload
def magnitudeSqr(x: GpuMat, y: GpuMat, magnitude: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

@overload
def magnitudeSqr(xy: GpuMat, magnitude: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def threshold(src: GpuMat, thresh: float, maxval: float, type: int, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> tuple[float, GpuMat]: ...

def inRange(src: GpuMat, lowerb: retouch.types.ScalarLike, upperb: retouch.types.ScalarLike, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def merge(src: Iterable[GpuMat], dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def split(src: GpuMat, dst: Iterable[GpuMat] | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> list[GpuMat]: ...

def swapChannels(image: GpuMat, dstOrder: Sequence[int], stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat:
    """
    In place, four channels: channel i becomes what channel dstOrder[i] was.
    """

def cvtColor(src: GpuMat, code: int, dst: GpuMat | None = None, dcn: int = 0, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat:
    """
    Raises Unsupported for a conversion that color_conversions() does not have.
    """

def color_conversions() -> dict[str, int]:
    """The conversions of cvtColor: {"BGR2GRAY": 6, ...}"""

def alphaComp(img1: GpuMat, img2: GpuMat, alpha_op: int, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

class Filter:
    """
    Made by one of the create...Filter functions; applied as often as you like.
    """

    def apply(self, src: GpuMat, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat:
        """
        dst = src, filtered; dst may be src. A matrix that is a part of another is treated as if it were alone.
        """

def createGaussianFilter(srcType: int, dstType: int, ksize: retouch.types.SizeLike, sigma1: float, sigma2: float = 0.0, rowBorderMode: int = 4, columnBorderMode: int = -1) -> Filter: ...

def createBoxFilter(srcType: int, dstType: int, ksize: retouch.types.SizeLike, anchor: tuple[int, int] = (-1, -1), borderMode: int = 4, borderVal: retouch.types.ScalarLike = (0.0, 0.0, 0.0, 0.0)) -> Filter: ...

def createLinearFilter(srcType: int, dstType: int, kernel: retouch.types.ArrayLike | None, anchor: tuple[int, int] = (-1, -1), borderMode: int = 4, borderVal: retouch.types.ScalarLike = (0.0, 0.0, 0.0, 0.0)) -> Filter: ...

def createLaplacianFilter(srcType: int, dstType: int, ksize: int = 1, scale: float = 1.0, borderMode: int = 4, borderVal: retouch.types.ScalarLike = (0.0, 0.0, 0.0, 0.0)) -> Filter: ...

def createSeparableLinearFilter(srcType: int, dstType: int, rowKernel: retouch.types.ArrayLike | None, columnKernel: retouch.types.ArrayLike | None, anchor: tuple[int, int] = (-1, -1), rowBorderMode: int = 4, columnBorderMode: int = -1) -> Filter: ...

def createDerivFilter(srcType: int, dstType: int, dx: int, dy: int, ksize: int, normalize: bool = False, scale: float = 1.0, rowBorderMode: int = 4, columnBorderMode: int = -1) -> Filter: ...

def createSobelFilter(srcType: int, dstType: int, dx: int, dy: int, ksize: int = 3, scale: float = 1.0, rowBorderMode: int = 4, columnBorderMode: int = -1) -> Filter: ...

def createScharrFilter(srcType: int, dstType: int, dx: int, dy: int, scale: float = 1.0, rowBorderMode: int = 4, columnBorderMode: int = -1) -> Filter: ...

def createMorphologyFilter(op: int, srcType: int, kernel: retouch.types.ArrayLike | None | None, anchor: tuple[int, int] = (-1, -1), iterations: int = 1) -> Filter: ...

def createBoxMaxFilter(srcType: int, ksize: retouch.types.SizeLike, anchor: tuple[int, int] = (-1, -1), borderMode: int = 4, borderVal: retouch.types.ScalarLike = (0.0, 0.0, 0.0, 0.0)) -> Filter: ...

def createBoxMinFilter(srcType: int, ksize: retouch.types.SizeLike, anchor: tuple[int, int] = (-1, -1), borderMode: int = 4, borderVal: retouch.types.ScalarLike = (0.0, 0.0, 0.0, 0.0)) -> Filter: ...

def createRowSumFilter(srcType: int, dstType: int, ksize: int, anchor: int = -1, borderMode: int = 4, borderVal: retouch.types.ScalarLike = (0.0, 0.0, 0.0, 0.0)) -> Filter: ...

def createColumnSumFilter(srcType: int, dstType: int, ksize: int, anchor: int = -1, borderMode: int = 4, borderVal: retouch.types.ScalarLike = (0.0, 0.0, 0.0, 0.0)) -> Filter: ...

def createMedianFilter(srcType: int, windowSize: int, partition: int = 128) -> Filter: ...

def warpAffine(src: GpuMat, M: retouch.types.ArrayLike, dsize: retouch.types.SizeLike, dst: GpuMat | None = None, flags: int = 1, borderMode: int = 0, borderValue: retouch.types.ScalarLike = (0.0, 0.0, 0.0, 0.0), stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def warpPerspective(src: GpuMat, M: retouch.types.ArrayLike, dsize: retouch.types.SizeLike, dst: GpuMat | None = None, flags: int = 1, borderMode: int = 0, borderValue: retouch.types.ScalarLike = (0.0, 0.0, 0.0, 0.0), stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def remap(src: GpuMat, xmap: GpuMat, ymap: GpuMat, interpolation: int, dst: GpuMat | None = None, borderMode: int = 0, borderValue: retouch.types.ScalarLike = (0.0, 0.0, 0.0, 0.0), stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def buildWarpAffineMaps(M: retouch.types.ArrayLike, inverse: bool, dsize: retouch.types.SizeLike, xmap: GpuMat | None = None, ymap: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> tuple[GpuMat, GpuMat]: ...

def buildWarpPerspectiveMaps(M: retouch.types.ArrayLike, inverse: bool, dsize: retouch.types.SizeLike, xmap: GpuMat | None = None, ymap: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> tuple[GpuMat, GpuMat]: ...

def resize(src: GpuMat, dsize: retouch.types.SizeLike | None, dst: GpuMat | None = None, fx: float = 0.0, fy: float = 0.0, interpolation: int = 1, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def rotate(src: GpuMat, dsize: retouch.types.SizeLike, angle: float, dst: GpuMat | None = None, xShift: float = 0.0, yShift: float = 0.0, interpolation: int = 1, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def flip(src: GpuMat, flipCode: int, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def transpose(src1: GpuMat, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def pyrDown(src: GpuMat, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

def copyMakeBorder(src: GpuMat, top: int, bottom: int, left: int, right: int, borderType: int, dst: GpuMat | None = None, value: retouch.types.ScalarLike = (0.0, 0.0, 0.0, 0.0), stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat: ...

class BackgroundSubtractorMOG2:
    """
    OpenCV's: learns what stands still, and tells what moves in front of it.
    """

    @overload
    def apply(self, image: GpuMat, learningRate: float, stream: Stream | retouch.types.StreamLike | None, fgmask: GpuMat | None = None) -> GpuMat: ...

    @overload
    def apply(self, image: GpuMat, fgmask: GpuMat | None = None, learningRate: float = -1.0, stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat:
        """The mask: 255 what moves, 127 its shadow, 0 the rest."""

    @overload
    def getBackgroundImage(self, stream: Stream | retouch.types.StreamLike | None, backgroundImage: GpuMat | None = None) -> GpuMat: ...

    @overload
    def getBackgroundImage(self, backgroundImage: GpuMat | None = None) -> GpuMat: ...

    def clear(self) -> None:
        """Forgets what was learnt."""

    def getHistory(self) -> int: ...

    def setHistory(self, history: int) -> None: ...

    def getNMixtures(self) -> int: ...

    def setNMixtures(self, nmixtures: int) -> None: ...

    def getBackgroundRatio(self) -> float: ...

    def setBackgroundRatio(self, ratio: float) -> None: ...

    def getVarThreshold(self) -> float: ...

    def setVarThreshold(self, varThreshold: float) -> None: ...

    def getVarThresholdGen(self) -> float: ...

    def setVarThresholdGen(self, varThresholdGen: float) -> None: ...

    def getVarInit(self) -> float: ...

    def setVarInit(self, varInit: float) -> None: ...

    def getVarMin(self) -> float: ...

    def setVarMin(self, varMin: float) -> None: ...

    def getVarMax(self) -> float: ...

    def setVarMax(self, varMax: float) -> None: ...

    def getComplexityReductionThreshold(self) -> float: ...

    def setComplexityReductionThreshold(self, ct: float) -> None: ...

    def getDetectShadows(self) -> bool: ...

    def setDetectShadows(self, detectShadows: bool) -> None: ...

    def getShadowValue(self) -> int: ...

    def setShadowValue(self, value: int) -> None: ...

    def getShadowThreshold(self) -> float: ...

    def setShadowThreshold(self, threshold: float) -> None: ...

def createBackgroundSubtractorMOG2(history: int = 500, varThreshold: float = 16.0, detectShadows: bool = True) -> BackgroundSubtractorMOG2: ...
