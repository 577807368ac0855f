"""What `import retouch` gives; import that."""

from collections.abc import Callable, Iterable, Mapping, Sequence
import enum
import os
from typing import Any, Final, overload

import retouch.types


class Device:
    """
    Where an image lives and work runs: the CPU or one CUDA GPU.

    Device("auto") is a GPU when there is a usable one, else the CPU; "cpu", "cuda" (the first GPU) and "cuda:N" say which.
    Wherever a function takes a device, it takes such a name too. A GPU that cannot be used raises Unsupported, which says
    why; nothing falls back by itself.
    """

    @overload
    def __init__(self, name: str = 'cpu') -> None: ...

    @overload
    def __init__(self, device: Device) -> None: ...

    @staticmethod
    def cpu() -> Device:
        """The CPU."""

    @staticmethod
    def cuda(index: int = 0) -> Device:
        """GPU number `index`. Raises Unsupported, with the reason."""

    @staticmethod
    def best() -> Device:
        """CUDA device 0 when it is usable, else the CPU."""

    @property
    def is_cuda(self) -> bool: ...

    @property
    def is_cpu(self) -> bool: ...

    @property
    def index(self) -> int:
        """The GPU's number; -1 for the CPU."""

    @property
    def name(self) -> str:
        """"cpu" or "cuda:N"."""

    def __eq__(self, other: object, /) -> bool: ...

    def __hash__(self) -> int: ...

    def __str__(self) -> str: ...

    def __repr__(self) -> str: ...

class DeviceInfo:
    """What list_devices() tells about a device."""

    @property
    def device(self) -> Device: ...

    @property
    def description(self) -> str:
        """The GPU's name and compute capability, or the CPU's threads."""

    @property
    def memory_bytes(self) -> int:
        """Of the GPU; 0 for the CPU."""

    def __repr__(self) -> str: ...

def list_devices() -> list[DeviceInfo]:
    """The devices usable now; the CPU is always the first."""

def cuda_unavailable_reason() -> str:
    """
    Why there is no CUDA device: no driver, one that is too old, ...; an empty text when there is one.
    """

class DeviceMemory:
    """What device_memory() tells."""

    @property
    def used_bytes(self) -> int:
        """
        What images, sprites and scratch space take. A freed one counts until its stream has come to that point.
        """

    @property
    def reserved_bytes(self) -> int:
        """
        Taken from the driver: what is used, and what is kept for the next allocations.
        """

    def __repr__(self) -> str: ...

def device_memory(device: retouch.types.DeviceLike = 'cuda') -> DeviceMemory:
    """
    Memory of a GPU that this process holds through retouch; zeros for the CPU.
    """

def release_cached_memory(device: retouch.types.DeviceLike = 'cuda') -> None:
    """
    Gives what is kept but not used back to the driver, for other programs and libraries on the same GPU.

    Waits for nothing; what is freed in stream order later is kept again. Does nothing for the CPU.
    """

def version() -> str: ...

class Box:
    """
    A detected thing's box, with fractions of a pixel; `angle_deg` turns it clockwise around its centre.

    Wherever a function takes a box, (x, y, width, height) and (x, y, width, height, angle_deg) do too.
    """

    @overload
    def __init__(self, left: float = 0.0, top: float = 0.0, width: float = 0.0, height: float = 0.0, angle_deg: float = 0.0) -> None: ...

    @overload
    def __init__(self, box: retouch.types.BoxLike) -> None: ...

    @property
    def left(self) -> float: ...

    @left.setter
    def left(self, arg: float, /) -> None: ...

    @property
    def top(self) -> float: ...

    @top.setter
    def top(self, arg: float, /) -> None: ...

    @property
    def width(self) -> float: ...

    @width.setter
    def width(self, arg: float, /) -> None: ...

    @property
    def height(self) -> float: ...

    @height.setter
    def height(self, arg: float, /) -> None: ...

    @property
    def angle_deg(self) -> float: ...

    @angle_deg.setter
    def angle_deg(self, arg: float, /) -> None: ...

    @property
    def right(self) -> float: ...

    @property
    def bottom(self) -> float: ...

    @property
    def center(self) -> tuple[float, float]: ...

    @property
    def xywh(self) -> tuple[float, float, float, float]:
        """Without the angle."""

    @property
    def xyxy(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom, without the angle."""

    def __eq__(self, other: object, /) -> bool: ...

    def __repr__(self) -> str: ...

def enclosing_rect(box: retouch.types.BoxLike) -> retouch.types.Rect:
    """
    The smallest rectangle of whole pixels that covers the box (a turned one: its four corners).
    """

class Stream:
    """
    Ordered work on a device. A call with a stream enqueues and returns; the work is done in the order of the calls.

    Every picture has a stream of its own (a frame's is the pipeline's), which is used unless you say `stream=`. Work on one
    picture is always done in the order of your calls, whatever streams they name: where the stream changes, it waits for the
    earlier one by an event, and your program does not wait. On the CPU, work is complete when the call returns.

    Where a function takes a stream, it takes one of another library too: anything with `__cuda_stream__`, and the streams of
    torch and CuPy. A Stream has `__cuda_stream__` itself.
    """

    def __init__(self, device: retouch.types.DeviceLike = 'cpu') -> None: ...

    @staticmethod
    def wrap(stream: object, device: retouch.types.DeviceLike = 'cuda') -> Stream:
        """
        Another library's stream as ours. It stays that library's; the object is kept alive as long as the result.
        """

    @staticmethod
    def from_handle(handle: int, device: retouch.types.DeviceLike = 'cuda', owner: object | None = None) -> Stream:
        """
        A cudaStream_t, given as a number, as a stream of ours. It must stay valid as long as the result is used; `owner` is an object that is kept for that. Raises InvalidArgument for a number at which there is no memory.
        """

    @property
    def device(self) -> Device: ...

    @property
    def handle(self) -> int:
        """The cudaStream_t as a number; 0 on the CPU."""

    def synchronize(self) -> None:
        """
        Blocks until all work enqueued so far is done. Raises CudaError when some of it failed.
        """

    def wait_for(self, other: retouch.types.StreamLike) -> None:
        """
        Work enqueued here from now on starts after what has been enqueued on `other`. Does not block.

        Needed only where another library works with a picture of ours on a stream that we cannot know, for instance one that is
        not its current stream when the array is made: frame.stream.wait_for(their_stream) after their work.
        """

    def __cuda_stream__(self) -> tuple[int, int]:
        """CUDA's stream protocol: (0, cudaStream_t)."""

    def __eq__(self, other: object, /) -> bool: ...

    def __hash__(self) -> int: ...

    def __repr__(self) -> str: ...

def default_stream(device: retouch.types.DeviceLike = 'cpu') -> Stream:
    """
    The stream of what is made without one: one per device, for the whole process.
    """

class PixelFormat(enum.Enum):
    """
    8 bits a channel. nv12 and i420 are YCbCr 4:2:0: a Y plane, and Cb, Cr at half the size in both directions,
    in one plane (nv12) or two (i420).
    """

    gray8 = 0

    rgb8 = 1

    bgr8 = 2

    rgba8 = 3

    bgra8 = 4

    nv12 = 5

    i420 = 6

class ColorMatrix(enum.Enum):
    """The matrix between RGB and YCbCr (ITU-R BT.601-7, BT.709-6)."""

    bt601 = 0

    bt709 = 1

class ColorRange(enum.Enum):
    """
    limited: Y 16-235, Cb and Cr 16-240 (what decoders give). full: 0-255 (JPEG).
    """

    limited = 0

    full = 1

class ColorSpec:
    """What the numbers in a YCbCr image mean. RGB images ignore it."""

    def __init__(self, matrix: ColorMatrix | str = ColorMatrix.bt601, range: ColorRange | str = ColorRange.limited) -> None: ...

    @property
    def matrix(self) -> ColorMatrix: ...

    @property
    def range(self) -> ColorRange: ...

    def __eq__(self, other: object, /) -> bool: ...

    def __hash__(self) -> int: ...

    def __repr__(self) -> str: ...

class ImageView:
    """
    Pixels: an image, a part of one, or another library's array. Keeps their memory alive.

    On the CPU NumPy shares the memory: numpy() and numpy.asarray(view). On a GPU torch, CuPy and others do:
    torch.from_dlpack(view), cupy.asarray(view), anything that reads __cuda_array_interface__ or DLPack. Work of theirs and
    ours on the same pixels is in the order of your calls: we wait for their current stream by an event, and make it wait for
    ours.
    """

    @staticmethod
    def wrap(array: retouch.types.ArrayLike, format: retouch.types.FormatLike | None = None, color: ColorSpec = ...) -> ImageView:
        """
        An array of another library (NumPy, torch, CuPy, ...) as a picture: its memory, not a copy.

        The array is uint8 of shape (height, width, channels), or (height, width) for gray8; rows may have gaps. `format` says
        what the channels are; None: gray8, rgb8 or rgba8 by their number (OpenCV's colour arrays are "bgr8"). nv12 and i420 are
        a list of their planes. What would need a copy (read-only arrays, other strides or types) is refused, with what was given
        and what is needed: Image.from_array makes the copy.
        """

    @property
    def device(self) -> Device: ...

    @property
    def format(self) -> PixelFormat: ...

    @property
    def color(self) -> ColorSpec:
        """What the numbers of nv12 and i420 mean."""

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    @property
    def size(self) -> retouch.types.Size:
        """(width, height)"""

    @property
    def empty(self) -> bool:
        """No pixel in it: operations do nothing."""

    @property
    def stream(self) -> Stream:
        """The stream that its work goes on unless you say another."""

    def with_color(self, color: ColorSpec) -> ImageView:
        """The same pixels read as another colour specification."""

    def numpy(self) -> retouch.types.U8Array:
        """
        The pixels as a NumPy array that shares their memory: (height, width, channels), or (height, width) for gray8.

        Only in host memory, and not for nv12 and i420, which have planes(). Writing into it writes into the picture.
        """

    def planes(self) -> list[retouch.types.U8Array]:
        """
        One NumPy array for each plane, sharing the memory. Only in host memory.
        """

    def to_numpy(self) -> retouch.types.U8Array:
        """
        A copy in host memory, from wherever the picture is (nv12, i420: a list of planes). Blocks until it is there.
        """

    def upload(self, array: retouch.types.ArrayLike, *, stream: retouch.types.StreamLike | None = None) -> None:
        """
        Replaces the pixels by the array's, which has the picture's size and channels. The array may be changed as soon as this returns.
        """

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> retouch.types.AnyArray: ...

    def __dlpack__(self, *, stream: int | None = None, max_version: tuple[int, int] | None = None, dl_device: tuple[int, int] | None = None, copy: bool | None = None) -> Any: ...

    def __dlpack_device__(self) -> tuple[int, int]: ...

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]: ...

    def __repr__(self) -> str: ...

    def region(self, box: retouch.types.BoxLike) -> ImageView:
        """The part inside the box, clipped to the picture; shares its memory."""

class Image(ImageView):
    """
    Owns the memory of a picture, on the CPU or a GPU.

        image = retouch.Image("rgba8", (1280, 720), device="cuda")     # uninitialised
        image = retouch.Image.from_array(array, "bgr8", device="cuda") # a copy
        image = retouch.read_png("logo.png")

    Its memory is freed in the order of its stream: work that was enqueued earlier may still use it.
    """

    def __init__(self, format: PixelFormat | str, size: retouch.types.SizeLike, *, device: retouch.types.DeviceLike | None = None, stream: retouch.types.StreamLike | None = None, color: ColorSpec = ...) -> None:
        """
        Allocates uninitialised memory. `device`: where; None is the CPU, or the stream's device.
        """

    @staticmethod
    def from_array(array: retouch.types.ArrayLike | retouch.types.ImageLike, format: retouch.types.FormatLike | None = None, *, device: retouch.types.DeviceLike | None = None, stream: retouch.types.StreamLike | None = None, color: ColorSpec = ...) -> Image:
        """
        A copy of an array of any library, or of a picture, on `device` (None: where it is).

        As ImageView.wrap, but the array may be read-only and its strides any. It may be changed as soon as this returns.
        """

    def region(self, box: retouch.types.BoxLike) -> ImageView:
        """The part inside the box, clipped to the image; shares its memory."""

    def __repr__(self) -> str: ...

class FrameView(ImageView):
    """
    The whole of a frame, or a region of it. Raises ExpiredFrame when it is used after the frame was taken back.

    An array that another library made of it earlier stays valid memory, but what is in it is then anybody's guess.
    """

    @property
    def expired(self) -> bool: ...

    def region(self, box: retouch.types.BoxLike) -> FrameView:
        """The part inside the box, clipped."""

    def __repr__(self) -> str: ...

def from_dlpack(array: retouch.types.ArrayLike, format: retouch.types.FormatLike | None = None, color: ColorSpec = ...) -> ImageView:
    """ImageView.wrap, under the name that other libraries have for it."""

def read_png(path: str | os.PathLike[str]) -> Image:
    """
    Reads a PNG of any kind into an rgba8 image (straight alpha) on the CPU. Raises FileError.
    """

def write_png(path: str | os.PathLike[str], image: retouch.types.ImageLike) -> None:
    """
    Writes a packed picture on the CPU as a PNG; the file appears complete or not at all. Raises FileError.
    """

class Object:
    """
    A detected thing: what detectors write and everything after them reads. Coordinates are the frame's pixels.

        retouch.Object("face", (412, 96, 140, 140), confidence=0.93, source="my_detector")

    What frame.objects() gives are such objects: changing them changes the frame's.
    """

    def __init__(self, label: str = '', box: retouch.types.BoxLike = ..., *, confidence: float = 1.0, source: str = '', track_id: int | None = None, landmarks: retouch.types.PointsLike | None = None, parent_id: int | None = None, attributes: dict[str, retouch.types.AttributeValue] | None = None, mask: retouch.types.ArrayLike | None = None) -> None: ...

    @property
    def label(self) -> str:
        """Its class: "face", "car"."""

    @label.setter
    def label(self, arg: str, /) -> None: ...

    @property
    def source(self) -> str:
        """Which function made it."""

    @source.setter
    def source(self, arg: str, /) -> None: ...

    @property
    def box(self) -> Box:
        """Upright, or turned by box.angle_deg."""

    @box.setter
    def box(self, arg: retouch.types.BoxLike, /) -> None: ...

    @property
    def confidence(self) -> float:
        """0..1"""

    @confidence.setter
    def confidence(self, arg: float, /) -> None: ...

    @property
    def track_id(self) -> int | None:
        """From a tracker; None when it is not tracked."""

    @track_id.setter
    def track_id(self, v: int | None) -> None: ...

    @property
    def landmarks(self) -> list[tuple[float, float]]:
        """
        Points, as a list; what they mean is the detector's. The list is a copy: assign to change them.
        """

    @landmarks.setter
    def landmarks(self, arg: retouch.types.PointsLike, /) -> None: ...

    @property
    def id(self) -> int:
        """Unique in its frame; given by frame.add_object()."""

    @id.setter
    def id(self, arg: int, /) -> None: ...

    @property
    def parent_id(self) -> int | None:
        """Of the object that this is a part of."""

    @parent_id.setter
    def parent_id(self, v: int | None) -> None: ...

    @property
    def attributes(self) -> dict[str, retouch.types.AttributeValue]:
        """
        Named values ("age_gender.age"): bool, int, float, str, or a list of floats.
        """

    @attributes.setter
    def attributes(self, value: dict[str, retouch.types.AttributeValue], /) -> None: ...

    @property
    def mask(self) -> retouch.types.U8Array | None:
        """
        Which pixels of its box are the object's, at a size of its own: 0 none, 255 all (bool arrays too). The array is a copy.
        """

    @mask.setter
    def mask(self, value: retouch.types.ArrayLike | None, /) -> None: ...

    def __copy__(self) -> Object: ...

    def __repr__(self) -> str: ...

class Patch:
    """
    A copy of a part of a frame in host memory, to edit with any CPU code and put back. Made by frame.patch().

    In a `with` block it is put back at the end, unless the block raises. Without one, call commit(). Edit the array in place:
    `pixels = cv2.blur(pixels, (3, 3))` makes another array, and the frame gets nothing of it; `pixels[:] = ...` is right.
    """

    @property
    def pixels(self) -> retouch.types.U8Array:
        """
        The host pixels, a writable NumPy array; empty when the box lies outside the frame.
        """

    @property
    def rect(self) -> retouch.types.Rect:
        """Where in the frame they belong: the box asked for, clipped."""

    def commit(self) -> None:
        """
        Enqueues the way back. The pixels are captured: they may be changed afterwards, and committed again.
        """

    def __enter__(self) -> retouch.types.U8Array: ...

    def __exit__(self, type: object, value: object, traceback: object) -> None: ...

class Patches:
    """
    Several patches of one frame, brought in one round trip and put back in one. Made by frame.patches().
    """

    def __len__(self) -> int: ...

    @property
    def pixels(self) -> tuple[retouch.types.U8Array, ...]:
        """A writable NumPy array for each box, in their order."""

    @property
    def rects(self) -> list[retouch.types.Rect]:
        """Where they belong: the boxes asked for, clipped."""

    def commit(self) -> None:
        """Enqueues the way back of all of them."""

    def __enter__(self) -> tuple[retouch.types.U8Array, ...]: ...

    def __exit__(self, type: object, value: object, traceback: object) -> None: ...

class PatchTraffic:
    """
    Bytes that patches moved since the start of the process; on the CPU, bytes copied.
    """

    @property
    def downloaded(self) -> int: ...

    @property
    def uploaded(self) -> int: ...

def patch_traffic() -> PatchTraffic:
    """Bytes that patches moved since the start of the process."""

class Frame:
    """
    One frame of a pipeline: pixels with a locked layout, their stream, what is known about them, and a lease.

    A pipeline lends it for one call of process_frame. When that has returned, using the frame or a view of it raises
    ExpiredFrame. Size, format and memory are fixed: what would change them raises LayoutError.

        retouch.gaussian_blur(frame.region(face.box), sigma_x=8)       # in place
        with retouch.Canvas(frame) as canvas: canvas.box(face.box)     # drawn at the end of the block
        with frame.patch((0, 0, 320, 80)) as pixels: cv2.putText(pixels, ...)

    In tests and programs of your own, make one of an image: Frame(image, source_id="camera-1", index=17).
    """

    def __init__(self, image: retouch.types.ImageLike, *, source_id: str = '', index: int = 0, pts_ns: int | None = None, duration_ns: int | None = None, fps: float = 0.0, stream: retouch.types.StreamLike | None = None) -> None:
        """A frame on an image, which it keeps alive. expire() takes it back."""

    @property
    def format(self) -> PixelFormat: ...

    @property
    def size(self) -> retouch.types.Size:
        """(width, height)"""

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    @property
    def device(self) -> Device: ...

    @property
    def stream(self) -> Stream:
        """
        The pipeline's: all edits go on it, and the pipeline waits for it once.
        """

    @property
    def source_id(self) -> str:
        """Which stream of pictures: a camera's or file's name."""

    @property
    def index(self) -> int:
        """Counts the frames of its source from 0."""

    @property
    def pts_ns(self) -> int | None:
        """When it is shown, in nanoseconds; None when that is not known."""

    @property
    def duration_ns(self) -> int | None:
        """How long it is shown, in nanoseconds."""

    @property
    def fps(self) -> float:
        """Nominal rate of its source; 0 when variable or unknown."""

    @property
    def expired(self) -> bool:
        """True when it was taken back."""

    def view(self) -> FrameView:
        """The whole frame."""

    def region(self, box: retouch.types.BoxLike) -> FrameView:
        """
        The whole pixels that the box covers, clipped to the frame; may be empty.
        """

    def regions(self, boxes: Iterable[retouch.types.BoxLike]) -> list[FrameView]:
        """One region for each box, for operations on lists."""

    def border(self, box: retouch.types.BoxLike, thickness: int) -> list[FrameView]:
        """
        The four strips of a border inside the box (no pixel twice), for fill().
        """

    def patch(self, box: retouch.types.BoxLike, *, format: PixelFormat | str | None = None) -> Patch:
        """
        A copy of a part of the frame in host memory, to edit and put back:

            with frame.patch((0, 0, 320, 80)) as pixels:
                cv2.putText(pixels, "hello", (8, 40), cv2.FONT_HERSHEY_SIMPLEX, 1, (255, 255, 255, 255))

        `pixels` is a writable NumPy array, in RGBA whatever the frame's format (gray for gray8), or in `format`. It is put back
        when the block ends, and not when it raises. Blocks until the pixels are here, and no longer.
        """

    def patches(self, boxes: Iterable[retouch.types.BoxLike], *, format: retouch.types.FormatLike | None = None) -> Patches:
        """
        Several patches in one round trip: `with frame.patches([a, b]) as (first, second):`.
        """

    def objects(self, label: str | None = None) -> list[Object]:
        """
        Everything detected so far, in the order found: the frame's own list, which may be changed. With a label: a new list of
        the objects of that class, which are the frame's.
        """

    def add_object(self, object: Object) -> int:
        """Appends it with a fresh id, which is returned."""

    @property
    def attributes(self) -> dict[str, retouch.types.AttributeValue]:
        """Values about the whole frame ("scene.is_night"); may be changed."""

    def expire(self) -> None:
        """
        Ends the lease, as the pipeline does when it takes the frame back. Idempotent.
        """

    def numpy(self) -> retouch.types.U8Array:
        """view().numpy()"""

    def to_numpy(self) -> retouch.types.U8Array:
        """A copy of the pixels in host memory. Blocks until it is there."""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> retouch.types.AnyArray: ...

    def __dlpack__(self, *, stream: int | None = None, max_version: tuple[int, int] | None = None, dl_device: tuple[int, int] | None = None, copy: bool | None = None) -> Any: ...

    def __dlpack_device__(self) -> tuple[int, int]: ...

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]: ...

    def __enter__(self) -> Frame: ...

    def __exit__(self, *args: object) -> None: ...

    def __repr__(self) -> str: ...

class CompositeOp(enum.Enum):
    """
    Porter-Duff operators; source = sprite, destination = target. `over` is the usual one.
    """

    over = 0

    out = 2

    atop = 3

    xor = 4

    plus = 5

    over_premul = 6

    in_premul = 7

    out_premul = 8

    atop_premul = 9

    xor_premul = 10

    plus_premul = 11

    premul = 12

class Sprite:
    """
    An RGBA picture with straight alpha, prepared once and composited onto any number of frames.

        logo = retouch.Sprite.from_file("logo.png")
        dashboard = retouch.Sprite(array)            # uint8 of shape (height, width, 4), of any library's drawing
        retouch.composite(frame, logo, (16, 16))

    Making one copies the pixels. The first composite on a GPU uploads them there, once: sprites of the same content share.
    """

    def __init__(self, pixels: retouch.types.ArrayLike | retouch.types.ImageLike | None = None, format: retouch.types.FormatLike | None = None) -> None:
        """
        Of an array or an image in host memory (of one on a GPU: of its to_numpy() and format). `format` says what an array's channels
        are; None: gray8, rgb8 or rgba8 by their number (OpenCV's are "bgr8" and "bgra8"). Without alpha the sprite is opaque.
        """

    @staticmethod
    def from_file(path: str | os.PathLike[str]) -> Sprite:
        """From a PNG. Raises FileError."""

    @property
    def size(self) -> retouch.types.Size: ...

    @property
    def empty(self) -> bool: ...

    def preload(self, stream: retouch.types.StreamLike) -> None:
        """
        Uploads now, in stream order, so that no later frame waits for it. Optional.
        """

    @staticmethod
    def set_cache_limit(bytes: int) -> None:
        """
        What stays cached for content that no living Sprite holds; default 64 MiB.
        """

    @staticmethod
    def upload_count() -> int:
        """Uploads since the start of the process."""

    def __repr__(self) -> str: ...

def composite(target: retouch.types.ImageLike, sprite: Sprite | retouch.types.ArrayLike, position: tuple[int, int] = (0, 0), *, op: CompositeOp | str = 'over', opacity: float = 1.0, size: retouch.types.SizeLike | None = None, stream: retouch.types.StreamLike | None = None) -> None:
    """
    Composites the sprite with its top-left corner at `position` of the target, clipped on every side; in place.

    `size` scales it on the way, `opacity` is 0..1. An array may stand in for the sprite: content seen before is not uploaded
    again, but is compared with each call; keep a Sprite to save that.
    """

def composite_into(src: retouch.types.ImageLike, dst: retouch.types.ImageLike, sprite: Sprite | retouch.types.ArrayLike, position: tuple[int, int] = (0, 0), *, op: CompositeOp | str = 'over', opacity: float = 1.0, size: retouch.types.SizeLike | None = None, stream: retouch.types.StreamLike | None = None) -> None:
    """dst = src with the sprite composited."""

class BorderMode(enum.Enum):
    """
    What lies beyond the edge: reflect_101 = gfedcb|abcdefgh|gfedcba, replicate = aaaaaa|abcdefgh|hhhhhhh, constant = a colour.
    """

    reflect_101 = 0

    replicate = 1

    constant = 2

class GaussianAccuracy(enum.Enum):
    """
    exact: to 1 level; the wider, the more it costs. fast: any sigma at the same cost, within 3 levels.
    """

    exact = 0

    fast = 1

def gaussian_blur(regions: retouch.types.RegionsLike, *, ksize: int | retouch.types.SizeLike = (0, 0), sigma_x: float = 0.0, sigma_y: float = 0.0, border: BorderMode | str = BorderMode.reflect_101, border_color: retouch.types.ColorLike = (0, 0, 0, 0), accuracy: GaussianAccuracy | str = GaussianAccuracy.exact, stream: retouch.types.StreamLike | None = None) -> None:
    """
    Gaussian blur, in place on one region or each of a list.

    `ksize` is odd, 1..255, one number or (width, height); 0 follows from the sigma. `sigma_y` 0 is sigma_x; sigma_x 0 follows
    from ksize, as in OpenCV. On each axis one of them must be given. Within 1 level of cv2.GaussianBlur with
    BORDER_ISOLATED: a region is treated as if nothing lay around it. accuracy="fast" takes any sigma at one cost.
    """

def gaussian_blur_into(src: retouch.types.ImageLike, dst: retouch.types.ImageLike, *, ksize: int | retouch.types.SizeLike = (0, 0), sigma_x: float = 0.0, sigma_y: float = 0.0, border: BorderMode | str = BorderMode.reflect_101, border_color: retouch.types.ColorLike = (0, 0, 0, 0), accuracy: GaussianAccuracy | str = GaussianAccuracy.exact, stream: retouch.types.StreamLike | None = None) -> None:
    """
    The same from src into dst, which has src's layout and shares no memory with it.
    """

class GaussianBlur:
    """
    A gaussian_blur with its weights worked out once: blur = GaussianBlur(sigma_x=8); blur(frame.region(box)).
    """

    def __init__(self, *, ksize: int | retouch.types.SizeLike = (0, 0), sigma_x: float = 0.0, sigma_y: float = 0.0, border: BorderMode | str = BorderMode.reflect_101, border_color: retouch.types.ColorLike = (0, 0, 0, 0), accuracy: GaussianAccuracy | str = GaussianAccuracy.exact) -> None: ...

    def __call__(self, regions: retouch.types.RegionsLike, *, stream: retouch.types.StreamLike | None = None) -> None:
        """Filters one region, or each of a list, in place."""

    def into(self, src: retouch.types.ImageLike, dst: retouch.types.ImageLike, *, stream: retouch.types.StreamLike | None = None) -> None:
        """
        dst = src, filtered; dst has src's layout and shares no memory with it.
        """

def box_blur(regions: retouch.types.RegionsLike, *, ksize: int | retouch.types.SizeLike = (3, 3), border: BorderMode | str = BorderMode.reflect_101, border_color: retouch.types.ColorLike = (0, 0, 0, 0), stream: retouch.types.StreamLike | None = None) -> None:
    """
    Mean of the ksize window, in place on one region or each of a list, as cv2.blur.

    `ksize` is 1..255, one number or (width, height).
    """

def box_blur_into(src: retouch.types.ImageLike, dst: retouch.types.ImageLike, *, ksize: int | retouch.types.SizeLike = (3, 3), border: BorderMode | str = BorderMode.reflect_101, border_color: retouch.types.ColorLike = (0, 0, 0, 0), stream: retouch.types.StreamLike | None = None) -> None:
    """
    The same from src into dst, which has src's layout and shares no memory with it.
    """

class BoxBlur:
    """box_blur as an object."""

    def __init__(self, *, ksize: int | retouch.types.SizeLike = (3, 3), border: BorderMode | str = BorderMode.reflect_101, border_color: retouch.types.ColorLike = (0, 0, 0, 0)) -> None: ...

    def __call__(self, regions: retouch.types.RegionsLike, *, stream: retouch.types.StreamLike | None = None) -> None:
        """Filters one region, or each of a list, in place."""

    def into(self, src: retouch.types.ImageLike, dst: retouch.types.ImageLike, *, stream: retouch.types.StreamLike | None = None) -> None:
        """
        dst = src, filtered; dst has src's layout and shares no memory with it.
        """

def median_blur(regions: retouch.types.RegionsLike, *, ksize: int = 3, stream: retouch.types.StreamLike | None = None) -> None:
    """
    Median of the ksize x ksize window (3 or 5), channel by channel, in place, as cv2.medianBlur.
    """

def median_blur_into(src: retouch.types.ImageLike, dst: retouch.types.ImageLike, *, ksize: int = 3, stream: retouch.types.StreamLike | None = None) -> None:
    """
    The same from src into dst, which has src's layout and shares no memory with it.
    """

class MedianBlur:
    """median_blur as an object."""

    def __init__(self, *, ksize: int = 3) -> None: ...

    def __call__(self, regions: retouch.types.RegionsLike, *, stream: retouch.types.StreamLike | None = None) -> None:
        """Filters one region, or each of a list, in place."""

    def into(self, src: retouch.types.ImageLike, dst: retouch.types.ImageLike, *, stream: retouch.types.StreamLike | None = None) -> None:
        """
        dst = src, filtered; dst has src's layout and shares no memory with it.
        """

def pixelate(regions: retouch.types.RegionsLike, *, cell_px: int = 16, stream: retouch.types.StreamLike | None = None) -> None:
    """
    Mosaic, in place: every cell becomes its mean.

    Cells of `cell_px` on a side start at each region's top-left corner; for nv12 and i420 `cell_px` is even.
    """

def pixelate_into(src: retouch.types.ImageLike, dst: retouch.types.ImageLike, *, cell_px: int = 16, stream: retouch.types.StreamLike | None = None) -> None:
    """
    The same from src into dst, which has src's layout and shares no memory with it.
    """

class Pixelate:
    """pixelate as an object."""

    def __init__(self, *, cell_px: int = 16) -> None: ...

    def __call__(self, regions: retouch.types.RegionsLike, *, stream: retouch.types.StreamLike | None = None) -> None:
        """Filters one region, or each of a list, in place."""

    def into(self, src: retouch.types.ImageLike, dst: retouch.types.ImageLike, *, stream: retouch.types.StreamLike | None = None) -> None:
        """
        dst = src, filtered; dst has src's layout and shares no memory with it.
        """

def fill(regions: retouch.types.RegionsLike, color: retouch.types.ColorLike, *, mask: retouch.types.ImageLike | retouch.types.ArrayLike | None = None, stream: retouch.types.StreamLike | None = None) -> None:
    """
    Blends a colour over each region: by the colour's alpha; 255 sets it.

    `mask` (one region): a gray8 picture or an array of the region's size that multiplies the alpha; 0 leaves a pixel as it is,
    bool arrays are 0 and 255.
    """

def fill_into(src: retouch.types.ImageLike, dst: retouch.types.ImageLike, color: retouch.types.ColorLike, *, mask: retouch.types.ImageLike | retouch.types.ArrayLike | None = None, stream: retouch.types.StreamLike | None = None) -> None:
    """dst = src with the colour filled in."""

def copy_into(src: retouch.types.ImageLike | retouch.types.ArrayLike, dst: retouch.types.ImageLike, *, mask: retouch.types.ImageLike | retouch.types.ArrayLike | None = None, stream: retouch.types.StreamLike | None = None) -> None:
    """
    Copies pixels; with a mask only those whose mask is not 0, as cv2.copyTo.

    Formats and sizes agree; devices may differ. `src` may be an array of dst's format. What a GPU copies to host memory has
    arrived when you look at it with numpy(); an array that you wrapped yourself has after stream.synchronize().
    """

class Interpolation(enum.Enum):
    """
    nearest, linear and area, as OpenCV's INTER_NEAREST, INTER_LINEAR and INTER_AREA.
    """

    nearest = 0

    linear = 1

    area = 2

class FlipMode(enum.Enum):
    """
    horizontal: left becomes right. vertical: top becomes bottom. both: a turn by 180 degrees.
    """

    horizontal = 0

    vertical = 1

    both = 2

class Rotation(enum.Enum):
    """Clockwise."""

    cw90 = 0

    cw180 = 1

    cw270 = 2

def convert_into(src: retouch.types.ImageLike, dst: retouch.types.ImageLike, *, stream: retouch.types.StreamLike | None = None) -> None:
    """
    Converts between any two formats; sizes are equal, and src and dst share no memory.
    """

def convert(image: retouch.types.ImageLike, format: PixelFormat | str, *, stream: retouch.types.StreamLike | None = None) -> None:
    """
    In place: `format` must be the picture's own.

    A frame's size, format and memory are fixed: anything else raises LayoutError, and the picture stays as it was.
    """

def resize_into(src: retouch.types.ImageLike, dst: retouch.types.ImageLike, *, interpolation: Interpolation | str = Interpolation.linear, stream: retouch.types.StreamLike | None = None) -> None:
    """Scales src to dst's size; the formats are equal."""

def resize(image: retouch.types.ImageLike, size: retouch.types.SizeLike, *, interpolation: Interpolation | str = Interpolation.linear, stream: retouch.types.StreamLike | None = None) -> None:
    """
    In place: `size` must be the picture's own.

    A frame's size, format and memory are fixed: anything else raises LayoutError, and the picture stays as it was.
    """

def flip(regions: retouch.types.RegionsLike, mode: FlipMode | str, *, stream: retouch.types.StreamLike | None = None) -> None:
    """Mirrors each region in place."""

def flip_into(src: retouch.types.ImageLike, dst: retouch.types.ImageLike, mode: FlipMode | str, *, stream: retouch.types.StreamLike | None = None) -> None:
    """dst = src, mirrored."""

def rotate90(regions: retouch.types.RegionsLike, rotation: Rotation | str, *, stream: retouch.types.StreamLike | None = None) -> None:
    """
    Turns each region in place, clockwise. A quarter turn of a region that is not square raises LayoutError.
    """

def rotate90_into(src: retouch.types.ImageLike, dst: retouch.types.ImageLike, rotation: Rotation | str, *, stream: retouch.types.StreamLike | None = None) -> None:
    """
    dst = src, turned clockwise; for quarter turns dst has width and height exchanged.
    """

class Privacy(enum.Enum):
    """
    At most 16 (low), 10 (medium) or 6 (high) independent cells are left across the region's longer side.
    """

    low = 0

    medium = 1

    high = 2

def cells_for(privacy: Privacy | str) -> int:
    """16, 10, 6."""

def gaussian_sigma_for(privacy: Privacy | str, region: retouch.types.SizeLike) -> float:
    """
    The sigma for gaussian_blur(..., accuracy="fast"): what is finer than that many cells keeps less than 1 % of its contrast.
    """

def pixelate_cell_for(privacy: Privacy | str, region: retouch.types.SizeLike) -> int:
    """The cell_px for pixelate: the longer side has at most that many cells."""

def box_size_for(privacy: Privacy | str, region: retouch.types.SizeLike) -> int:
    """
    The ksize for box_blur. Weaker than the Gaussian; may exceed the 255 that box_blur takes.
    """

class FillRule(enum.Enum):
    """
    What is inside of an outline that crosses itself: even_odd as cv2.fillPoly, or every part that it goes around (nonzero).
    """

    even_odd = 0

    nonzero = 1

class ShapeKind(enum.Enum):
    """What a Shape is."""

    box = 0

    rounded = 1

    ellipse = 2

    polygon = 3

    mask = 4

class Shape:
    """
    An area of a picture, to which a blur, a tint or a dim is limited. Coordinates are the target's pixels.
    """

    @staticmethod
    def box(box: retouch.types.BoxLike) -> Shape:
        """A box, turned by its angle."""

    @staticmethod
    def rect(rect: retouch.types.BoxLike) -> Shape:
        """Whole pixels."""

    @staticmethod
    def rounded(box: retouch.types.BoxLike, radius_px: float) -> Shape:
        """A box with round corners."""

    @staticmethod
    def ellipse(box: retouch.types.BoxLike) -> Shape:
        """The ellipse that fills the box, turned with it."""

    @staticmethod
    def circle(center: retouch.types.PointLike, radius_px: float) -> Shape: ...

    @staticmethod
    def polygon(points: retouch.types.PointsLike, rule: FillRule | str = FillRule.even_odd) -> Shape:
        """Closed; 3 points or more."""

    @staticmethod
    def mask(box: retouch.types.BoxLike, mask: retouch.types.ArrayLike | retouch.types.ImageLike) -> Shape:
        """
        A mask (bool or uint8, in host memory) of any size, scaled to the box, which must not be turned. The pixels are copied.
        """

    @property
    def kind(self) -> ShapeKind: ...

    @property
    def bounds(self) -> Box:
        """Before turning; of a polygon, its bounding box."""

    def __repr__(self) -> str: ...

class Anchor(enum.Enum):
    """Which point of a box lies on the point given."""

    top_left = 0

    top = 1

    top_right = 2

    left = 3

    center = 4

    right = 5

    bottom_left = 6

    bottom = 7

    bottom_right = 8

class TextAlign(enum.Enum):
    """How the lines of a text stand to each other."""

    left = 0

    center = 1

    right = 2

class TextOverflow(enum.Enum):
    """
    What happens at max_width_px: nothing; the line ends in an ellipsis; or it goes on in the next line.
    """

    none = 0

    ellipsis = 1

    wrap = 2

class Font:
    """
    What text is set in. Characters that it lacks come from other installed fonts.

    Font() is the DejaVu Sans that comes with retouch: the same everywhere, with no font installed.
    """

    def __init__(self) -> None: ...

    @staticmethod
    def family(name: str) -> Font:
        """
        An installed family as fontconfig knows it: "Noto Sans", "sans-serif:italic".
        """

    @staticmethod
    def file(path: str | os.PathLike[str], index: int = 0) -> Font:
        """
        A font file (TrueType, OpenType ...); `index` chooses a face of a collection.
        """

    @staticmethod
    def hershey_simplex() -> Font:
        """
        cv2.FONT_HERSHEY_SIMPLEX, for pictures that must look as before: ASCII only. cv2's fontScale 1 is a size_px of 30.
        """

    hershey_px_per_scale: Final[float] = ...
    """(arg: object, /) -> float"""

    @property
    def name(self) -> str: ...

    @property
    def is_hershey(self) -> bool: ...

    def __eq__(self, other: object, /) -> bool: ...

    def __hash__(self) -> int: ...

    def __repr__(self) -> str: ...

class TextStyle:
    """How a text looks. Lengths are in pixels."""

    def __init__(self, *, font: Font = ..., size_px: float = 16.0, color: retouch.types.ColorLike = (255, 255, 255, 255), bold: bool = False, thickness_px: float = 1.0, outline_px: float = 0.0, outline_color: retouch.types.ColorLike = (0, 0, 0, 255), shadow_offset: retouch.types.PointLike = (0.0, 0.0), shadow_color: retouch.types.ColorLike = (0, 0, 0, 0), background: retouch.types.ColorLike | None = None, padding: retouch.types.PaddingLike = (0.0, 0.0, 0.0, 0.0), border_px: float = 0.0, border_color: retouch.types.ColorLike = (255, 255, 255, 255), radius_px: float = 0.0, anchor: Anchor | str = Anchor.top_left, align: TextAlign | str = TextAlign.left, line_spacing: float = 1.0, max_width_px: float = 0.0, overflow: TextOverflow | str = TextOverflow.none, angle_deg: float = 0.0) -> None: ...

    def __copy__(self) -> TextStyle: ...

    @property
    def font(self) -> Font:
        """what it is set in"""

    @font.setter
    def font(self, arg: Font, /) -> None: ...

    @property
    def size_px(self) -> float:
        """of the font's em square; 1..2000"""

    @size_px.setter
    def size_px(self, arg: float, /) -> None: ...

    @property
    def color(self) -> tuple[int, int, int, int]:
        """of the letters"""

    @color.setter
    def color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def bold(self) -> bool:
        """the family's bold face where there is one, else emboldened"""

    @bold.setter
    def bold(self, arg: bool, /) -> None: ...

    @property
    def thickness_px(self) -> float:
        """Font.hershey_simplex() alone: of its strokes"""

    @thickness_px.setter
    def thickness_px(self, arg: float, /) -> None: ...

    @property
    def outline_px(self) -> float:
        """width of an outline around the letters"""

    @outline_px.setter
    def outline_px(self, arg: float, /) -> None: ...

    @property
    def outline_color(self) -> tuple[int, int, int, int]:
        """of the outline"""

    @outline_color.setter
    def outline_color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def shadow_offset(self) -> tuple[float, float]:
        """(x, y) of the shadow"""

    @shadow_offset.setter
    def shadow_offset(self, arg: retouch.types.PointLike, /) -> None: ...

    @property
    def shadow_color(self) -> tuple[int, int, int, int]:
        """of the shadow; alpha 0 = none"""

    @shadow_color.setter
    def shadow_color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def background(self) -> tuple[int, int, int, int] | None:
        """of a box behind the text, grown by `padding`; None = no box"""

    @background.setter
    def background(self, arg: retouch.types.ColorLike | None, /) -> None: ...

    @property
    def padding(self) -> tuple[float, float, float, float]:
        """around the text: a number or (left, top, right, bottom)"""

    @padding.setter
    def padding(self, arg: retouch.types.PaddingLike, /) -> None: ...

    @property
    def border_px(self) -> float:
        """around the background's box"""

    @border_px.setter
    def border_px(self, arg: float, /) -> None: ...

    @property
    def border_color(self) -> tuple[int, int, int, int]:
        """of the border"""

    @border_color.setter
    def border_color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def radius_px(self) -> float:
        """of the box's corners"""

    @radius_px.setter
    def radius_px(self, arg: float, /) -> None: ...

    @property
    def anchor(self) -> Anchor | str:
        """which point of the whole box lies on the position"""

    @anchor.setter
    def anchor(self, arg: Anchor | str, /) -> None: ...

    @property
    def align(self) -> TextAlign | str:
        """of the lines to each other"""

    @align.setter
    def align(self, arg: TextAlign | str, /) -> None: ...

    @property
    def line_spacing(self) -> float:
        """distance of baselines, in the font's own"""

    @line_spacing.setter
    def line_spacing(self, arg: float, /) -> None: ...

    @property
    def max_width_px(self) -> float:
        """of the text alone; 0 = no limit"""

    @max_width_px.setter
    def max_width_px(self, arg: float, /) -> None: ...

    @property
    def overflow(self) -> TextOverflow | str:
        """at max_width_px: none, ellipsis or wrap"""

    @overflow.setter
    def overflow(self, arg: TextOverflow | str, /) -> None: ...

    @property
    def angle_deg(self) -> float:
        """clockwise around the position"""

    @angle_deg.setter
    def angle_deg(self, arg: float, /) -> None: ...

class TextExtents:
    """What a text takes, not turned: the box of its lines, not of the ink."""

    @property
    def width(self) -> float:
        """of the text"""

    @property
    def height(self) -> float:
        """of the text: from the first line's ascent to the last one's descent"""

    @property
    def ascent(self) -> float:
        """from the top to the first baseline"""

    @property
    def lines(self) -> int: ...

    @property
    def box_width(self) -> float:
        """with padding and border"""

    @property
    def box_height(self) -> float:
        """with padding and border"""

@overload
def text_size(text: str, *, font: Font = ..., size_px: float = 16.0, color: retouch.types.ColorLike = (255, 255, 255, 255), bold: bool = False, thickness_px: float = 1.0, outline_px: float = 0.0, outline_color: retouch.types.ColorLike = (0, 0, 0, 255), shadow_offset: retouch.types.PointLike = (0.0, 0.0), shadow_color: retouch.types.ColorLike = (0, 0, 0, 0), background: retouch.types.ColorLike | None = None, padding: retouch.types.PaddingLike = (0.0, 0.0, 0.0, 0.0), border_px: float = 0.0, border_color: retouch.types.ColorLike = (255, 255, 255, 255), radius_px: float = 0.0, anchor: Anchor | str = Anchor.top_left, align: TextAlign | str = TextAlign.left, line_spacing: float = 1.0, max_width_px: float = 0.0, overflow: TextOverflow | str = TextOverflow.none, angle_deg: float = 0.0) -> TextExtents:
    """
    Measures a text without drawing it; the arguments are Canvas.text()'s.

    Args:
        font: what it is set in
        size_px: of the font's em square; 1..2000
        color: of the letters
        bold: the family's bold face where there is one, else emboldened
        thickness_px: Font.hershey_simplex() alone: of its strokes
        outline_px: width of an outline around the letters
        outline_color: of the outline
        shadow_offset: (x, y) of the shadow
        shadow_color: of the shadow; alpha 0 = none
        background: of a box behind the text, grown by `padding`; None = no box
        padding: around the text: a number or (left, top, right, bottom)
        border_px: around the background's box
        border_color: of the border
        radius_px: of the box's corners
        anchor: which point of the whole box lies on the position
        align: of the lines to each other
        line_spacing: distance of baselines, in the font's own
        max_width_px: of the text alone; 0 = no limit
        overflow: at max_width_px: none, ellipsis or wrap
        angle_deg: clockwise around the position
    """

@overload
def text_size(text: str, style: TextStyle) -> TextExtents: ...

class BorderPlacement(enum.Enum):
    """Where a border lies relative to the outline."""

    inside = 0

    centered = 1

    outside = 2

class ColorMap(enum.Enum):
    """256 colours from 0 to 1."""

    gray = 0

    jet = 1

    turbo = 2

    viridis = 3

    inferno = 4

class BlurMethod(enum.Enum):
    """How Canvas.blur makes things unrecognisable."""

    gaussian = 0

    box = 1

    pixelate = 2

class BoxStyle:
    """How a box looks."""

    def __init__(self, *, color: retouch.types.ColorLike = (0, 255, 0, 255), thickness: float = 2.0, placement: BorderPlacement | str = BorderPlacement.inside, fill: retouch.types.ColorLike | None = None, radius_px: float = 0.0, corner_px: float = 0.0, dash: tuple[float, float] | None | None = None) -> None: ...

    def __copy__(self) -> BoxStyle: ...

    @property
    def color(self) -> tuple[int, int, int, int]:
        """of the border"""

    @color.setter
    def color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def thickness(self) -> float:
        """of the border, in pixels; 0 = none"""

    @thickness.setter
    def thickness(self, arg: float, /) -> None: ...

    @property
    def placement(self) -> BorderPlacement | str:
        """of the border: inside, centered on or outside the outline"""

    @placement.setter
    def placement(self, arg: BorderPlacement | str, /) -> None: ...

    @property
    def fill(self) -> tuple[int, int, int, int] | None:
        """a colour inside"""

    @fill.setter
    def fill(self, arg: retouch.types.ColorLike | None, /) -> None: ...

    @property
    def radius_px(self) -> float:
        """of rounded corners (of the outer edge)"""

    @radius_px.setter
    def radius_px(self, arg: float, /) -> None: ...

    @property
    def corner_px(self) -> float:
        """only the corners are drawn, arms of this length; 0 = the whole border"""

    @corner_px.setter
    def corner_px(self, arg: float, /) -> None: ...

    @property
    def dash(self) -> tuple[float, float] | None:
        """(dash_px, gap_px) of a border that is interrupted"""

    @dash.setter
    def dash(self, arg: tuple[float, float] | None | None, /) -> None: ...

class LineStyle:
    """How a line looks. Its ends are round, those of dashes flat."""

    def __init__(self, *, color: retouch.types.ColorLike = (255, 0, 0, 255), thickness: float = 2.0, dash: tuple[float, float] | None | None = None) -> None: ...

    def __copy__(self) -> LineStyle: ...

    @property
    def color(self) -> tuple[int, int, int, int]:
        """of the line"""

    @color.setter
    def color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def thickness(self) -> float:
        """in pixels"""

    @thickness.setter
    def thickness(self, arg: float, /) -> None: ...

    @property
    def dash(self) -> tuple[float, float] | None:
        """(dash_px, gap_px) of a line that is interrupted"""

    @dash.setter
    def dash(self, arg: tuple[float, float] | None | None, /) -> None: ...

class ShapeStyle:
    """Filled, outlined, or both."""

    def __init__(self, *, fill: retouch.types.ColorLike | None = None, color: retouch.types.ColorLike = (255, 0, 0, 255), thickness: float = 2.0, rule: FillRule | str = FillRule.even_odd) -> None: ...

    def __copy__(self) -> ShapeStyle: ...

    @property
    def fill(self) -> tuple[int, int, int, int] | None:
        """a colour inside"""

    @fill.setter
    def fill(self, arg: retouch.types.ColorLike | None, /) -> None: ...

    @property
    def color(self) -> tuple[int, int, int, int]:
        """of the outline"""

    @color.setter
    def color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def thickness(self) -> float:
        """of the outline, centred on the edge; 0 = none"""

    @thickness.setter
    def thickness(self, arg: float, /) -> None: ...

    @property
    def rule(self) -> FillRule | str:
        """what is inside of an outline that crosses itself"""

    @rule.setter
    def rule(self, arg: FillRule | str, /) -> None: ...

class ArrowStyle:
    """How an arrow looks."""

    def __init__(self, *, color: retouch.types.ColorLike = (255, 0, 0, 255), thickness: float = 2.0, head_px: float = 0.0) -> None: ...

    def __copy__(self) -> ArrowStyle: ...

    @property
    def color(self) -> tuple[int, int, int, int]:
        """of the arrow"""

    @color.setter
    def color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def thickness(self) -> float:
        """of its line"""

    @thickness.setter
    def thickness(self, arg: float, /) -> None: ...

    @property
    def head_px(self) -> float:
        """length of the head; 0 = 4 times the thickness, at most half the arrow"""

    @head_px.setter
    def head_px(self, arg: float, /) -> None: ...

class DotStyle:
    """How a dot looks."""

    def __init__(self, *, color: retouch.types.ColorLike = (0, 255, 0, 255), radius_px: float = 4.0, outline_px: float = 0.0, outline_color: retouch.types.ColorLike = (0, 0, 0, 255)) -> None: ...

    def __copy__(self) -> DotStyle: ...

    @property
    def color(self) -> tuple[int, int, int, int]:
        """of the dot"""

    @color.setter
    def color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def radius_px(self) -> float:
        """of the dot"""

    @radius_px.setter
    def radius_px(self, arg: float, /) -> None: ...

    @property
    def outline_px(self) -> float:
        """width of a ring around it"""

    @outline_px.setter
    def outline_px(self, arg: float, /) -> None: ...

    @property
    def outline_color(self) -> tuple[int, int, int, int]:
        """of the ring"""

    @outline_color.setter
    def outline_color(self, arg: retouch.types.ColorLike, /) -> None: ...

class CrossStyle:
    """How a cross looks."""

    def __init__(self, *, color: retouch.types.ColorLike = (255, 0, 0, 255), size_px: float = 16.0, thickness: float = 2.0, diagonal: bool = False) -> None: ...

    def __copy__(self) -> CrossStyle: ...

    @property
    def color(self) -> tuple[int, int, int, int]:
        """of the cross"""

    @color.setter
    def color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def size_px(self) -> float:
        """from end to end"""

    @size_px.setter
    def size_px(self, arg: float, /) -> None: ...

    @property
    def thickness(self) -> float:
        """of its lines"""

    @thickness.setter
    def thickness(self, arg: float, /) -> None: ...

    @property
    def diagonal(self) -> bool:
        """x instead of +"""

    @diagonal.setter
    def diagonal(self, arg: bool, /) -> None: ...

class TriangleStyle:
    """How a triangle looks."""

    def __init__(self, *, color: retouch.types.ColorLike = (0, 255, 0, 255), width_px: float = 16.0, height_px: float = 12.0, outline_px: float = 0.0, outline_color: retouch.types.ColorLike = (0, 0, 0, 255), angle_deg: float = 0.0) -> None: ...

    def __copy__(self) -> TriangleStyle: ...

    @property
    def color(self) -> tuple[int, int, int, int]:
        """of the triangle"""

    @color.setter
    def color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def width_px(self) -> float:
        """of its base"""

    @width_px.setter
    def width_px(self, arg: float, /) -> None: ...

    @property
    def height_px(self) -> float:
        """from tip to base"""

    @height_px.setter
    def height_px(self, arg: float, /) -> None: ...

    @property
    def outline_px(self) -> float:
        """width of an outline"""

    @outline_px.setter
    def outline_px(self, arg: float, /) -> None: ...

    @property
    def outline_color(self) -> tuple[int, int, int, int]:
        """of the outline"""

    @outline_color.setter
    def outline_color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def angle_deg(self) -> float:
        """clockwise around the tip; 0 = it points down, from above"""

    @angle_deg.setter
    def angle_deg(self, arg: float, /) -> None: ...

class TraceStyle:
    """How a trace looks."""

    def __init__(self, *, color: retouch.types.ColorLike = (0, 255, 0, 255), thickness: float = 2.0, oldest_opacity: float = 0.0) -> None: ...

    def __copy__(self) -> TraceStyle: ...

    @property
    def color(self) -> tuple[int, int, int, int]:
        """of the newest end"""

    @color.setter
    def color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def thickness(self) -> float:
        """of the line"""

    @thickness.setter
    def thickness(self, arg: float, /) -> None: ...

    @property
    def oldest_opacity(self) -> float:
        """0..1, of the oldest end"""

    @oldest_opacity.setter
    def oldest_opacity(self, arg: float, /) -> None: ...

class ProgressStyle:
    """How a progress bar looks."""

    def __init__(self, *, color: retouch.types.ColorLike = (0, 200, 0, 255), background: retouch.types.ColorLike = (0, 0, 0, 128), radius_px: float = 0.0, border_px: float = 0.0, border_color: retouch.types.ColorLike = (255, 255, 255, 255), vertical: bool = False) -> None: ...

    def __copy__(self) -> ProgressStyle: ...

    @property
    def color(self) -> tuple[int, int, int, int]:
        """of the part that is done"""

    @color.setter
    def color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def background(self) -> tuple[int, int, int, int]:
        """of the rest"""

    @background.setter
    def background(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def radius_px(self) -> float:
        """of rounded corners"""

    @radius_px.setter
    def radius_px(self, arg: float, /) -> None: ...

    @property
    def border_px(self) -> float:
        """width of a border"""

    @border_px.setter
    def border_px(self, arg: float, /) -> None: ...

    @property
    def border_color(self) -> tuple[int, int, int, int]:
        """of the border"""

    @border_color.setter
    def border_color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def vertical(self) -> bool:
        """grows upwards instead of to the right"""

    @vertical.setter
    def vertical(self, arg: bool, /) -> None: ...

class GridStyle:
    """How a grid looks."""

    def __init__(self, *, color: retouch.types.ColorLike = (255, 255, 255, 96), step_x: float = 64.0, step_y: float = 64.0, thickness: float = 1.0) -> None: ...

    def __copy__(self) -> GridStyle: ...

    @property
    def color(self) -> tuple[int, int, int, int]:
        """of the lines"""

    @color.setter
    def color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def step_x(self) -> float:
        """from line to line"""

    @step_x.setter
    def step_x(self, arg: float, /) -> None: ...

    @property
    def step_y(self) -> float:
        """from line to line"""

    @step_y.setter
    def step_y(self, arg: float, /) -> None: ...

    @property
    def thickness(self) -> float:
        """of the lines"""

    @thickness.setter
    def thickness(self, arg: float, /) -> None: ...

class MaskStyle:
    """How a mask is coloured."""

    def __init__(self, *, color: retouch.types.ColorLike = (0, 255, 0, 255), opacity: float = 0.5, threshold: int = 0) -> None: ...

    def __copy__(self) -> MaskStyle: ...

    @property
    def color(self) -> tuple[int, int, int, int]:
        """of what the mask covers"""

    @color.setter
    def color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def opacity(self) -> float:
        """0..1, times the colour's alpha"""

    @opacity.setter
    def opacity(self, arg: float, /) -> None: ...

    @property
    def threshold(self) -> int:
        """
        0: the mask's value is the coverage; 1..255: covered where it is at least this
        """

    @threshold.setter
    def threshold(self, arg: int, /) -> None: ...

class HeatMapStyle:
    """How numbers become colours."""

    def __init__(self, *, low: float = 0.0, high: float = 1.0, map: ColorMap | str = ColorMap.turbo, opacity: float = 0.6000000238418579, fade_low: bool = True) -> None: ...

    def __copy__(self) -> HeatMapStyle: ...

    @property
    def low(self) -> float:
        """this value and less: the map's first colour"""

    @low.setter
    def low(self, arg: float, /) -> None: ...

    @property
    def high(self) -> float:
        """this value and more: its last"""

    @high.setter
    def high(self, arg: float, /) -> None: ...

    @property
    def map(self) -> ColorMap | str:
        """the colours"""

    @map.setter
    def map(self, arg: ColorMap | str, /) -> None: ...

    @property
    def opacity(self) -> float:
        """0..1"""

    @opacity.setter
    def opacity(self, arg: float, /) -> None: ...

    @property
    def fade_low(self) -> bool:
        """opacity grows from 0 at `low`, else it is the same everywhere"""

    @fade_low.setter
    def fade_low(self, arg: bool, /) -> None: ...

class SpriteStyle:
    """How a sprite is placed."""

    def __init__(self, *, size: retouch.types.SizeLike | None = None, angle_deg: float = 0.0, opacity: float = 1.0, anchor: Anchor | str = Anchor.top_left) -> None: ...

    def __copy__(self) -> SpriteStyle: ...

    @property
    def size(self) -> retouch.types.Size | None:
        """scaled to this; None = as it is"""

    @size.setter
    def size(self, arg: retouch.types.SizeLike | None, /) -> None: ...

    @property
    def angle_deg(self) -> float:
        """clockwise around the position"""

    @angle_deg.setter
    def angle_deg(self, arg: float, /) -> None: ...

    @property
    def opacity(self) -> float:
        """0..1"""

    @opacity.setter
    def opacity(self, arg: float, /) -> None: ...

    @property
    def anchor(self) -> Anchor | str:
        """which point of the picture lies on the position"""

    @anchor.setter
    def anchor(self, arg: Anchor | str, /) -> None: ...

class InsetStyle:
    """How an inset looks."""

    def __init__(self, *, border_px: float = 2.0, border_color: retouch.types.ColorLike = (255, 255, 255, 255)) -> None: ...

    def __copy__(self) -> InsetStyle: ...

    @property
    def border_px(self) -> float:
        """width of a border"""

    @border_px.setter
    def border_px(self, arg: float, /) -> None: ...

    @property
    def border_color(self) -> tuple[int, int, int, int]:
        """of the border"""

    @border_color.setter
    def border_color(self, arg: retouch.types.ColorLike, /) -> None: ...

class BlurStyle:
    """
    How a region is made unrecognisable. Give one of `privacy`, or a strength of your own.
    """

    def __init__(self, *, method: BlurMethod | str = BlurMethod.gaussian, privacy: Privacy | str = Privacy.high, strength_px: float = 0.0, feather_px: float = 0.0) -> None: ...

    def __copy__(self) -> BlurStyle: ...

    @property
    def method(self) -> BlurMethod | str:
        """gaussian, box or pixelate"""

    @method.setter
    def method(self, arg: BlurMethod | str, /) -> None: ...

    @property
    def privacy(self) -> Privacy | str:
        """low, medium or high: how little is left; used while strength_px is 0"""

    @privacy.setter
    def privacy(self, arg: Privacy | str, /) -> None: ...

    @property
    def strength_px(self) -> float:
        """
        sigma (gaussian), the window's side (box), the cell's (pixelate); 0 = by `privacy`
        """

    @strength_px.setter
    def strength_px(self, arg: float, /) -> None: ...

    @property
    def feather_px(self) -> float:
        """width of the transition at the shape's edge, inside it"""

    @feather_px.setter
    def feather_px(self, arg: float, /) -> None: ...

class LabelPosition(enum.Enum):
    """
    Where a label stands relative to its box; it is kept within the target.
    """

    above = 0

    inside_top = 1

    below = 2

    right = 3

    left = 4

    center = 5

class LabelOverlap(enum.Enum):
    """Whether labels may cover each other."""

    allowed = 0

    avoided = 1

class Palette:
    """
    Which object gets which colour. The same label gets the same colour in every frame, run and process.
    """

    def __init__(self) -> None:
        """By class, the default colours."""

    @staticmethod
    def by_class(colors: Iterable[retouch.types.ColorLike] | None = None) -> Palette:
        """The colour follows from the label."""

    @staticmethod
    def by_track(colors: Iterable[retouch.types.ColorLike] | None = None) -> Palette:
        """
        Track n has colour n modulo their number; what is not tracked has its class's.
        """

    @staticmethod
    def fixed(color: retouch.types.ColorLike) -> Palette: ...

    @staticmethod
    def default_colors() -> list[tuple[int, int, int, int]]:
        """20 colours that are well told apart on pictures, the first ones best."""

    def color(self, object: Object) -> tuple[int, int, int, int]: ...

    def of_label(self, label: str) -> tuple[int, int, int, int]: ...

    def of_track(self, track_id: int) -> tuple[int, int, int, int]: ...

class LabelFormat:
    """
    A text with fields that an object fills in: "{label} {confidence:.2f} #{track_id}".

    {label} {source} {model} {parent}: texts. {confidence}: a number, {confidence:.0%} for 87%. {track_id} {id}: whole numbers.
    A word whose fields are all missing is left out: an untracked car is "car 0.87", not "car 0.87 #".
    """

    @overload
    def __init__(self) -> None: ...

    @overload
    def __init__(self, format: str) -> None: ...

    @property
    def text(self) -> str:
        """As it was given."""

    def __call__(self, object: Object) -> str:
        """The object's label."""

    def __repr__(self) -> str: ...

class ObjectLabel:
    """An object's label."""

    def __init__(self, *, format: str | LabelFormat = ..., text: TextStyle = ..., position: LabelPosition | str = LabelPosition.above, offset: retouch.types.PointLike = (0.0, 0.0)) -> None: ...

    def __copy__(self) -> ObjectLabel: ...

    @property
    def format(self) -> LabelFormat:
        """its text: a LabelFormat, or "{label} {confidence:.2f}\""""

    @format.setter
    def format(self, arg: str | LabelFormat, /) -> None: ...

    @property
    def text(self) -> TextStyle:
        """a TextStyle; its anchor is ignored"""

    @text.setter
    def text(self, arg: TextStyle, /) -> None: ...

    @property
    def position(self) -> LabelPosition | str:
        """relative to the box: above, inside_top, below, right, left or center"""

    @position.setter
    def position(self, arg: LabelPosition | str, /) -> None: ...

    @property
    def offset(self) -> tuple[float, float]:
        """moves it from there, in pixels"""

    @offset.setter
    def offset(self, arg: retouch.types.PointLike, /) -> None: ...

class ObjectBlur:
    """An object made unrecognisable."""

    def __init__(self, *, blur: BlurStyle = ..., padding: retouch.types.PaddingLike = (0.0, 0.0, 0.0, 0.0), ellipse: bool = False) -> None: ...

    def __copy__(self) -> ObjectBlur: ...

    @property
    def blur(self) -> BlurStyle:
        """a BlurStyle"""

    @blur.setter
    def blur(self, arg: BlurStyle, /) -> None: ...

    @property
    def padding(self) -> tuple[float, float, float, float]:
        """grows the blurred area beyond the box"""

    @padding.setter
    def padding(self, arg: retouch.types.PaddingLike, /) -> None: ...

    @property
    def ellipse(self) -> bool:
        """the ellipse that fills the area instead of the whole of it"""

    @ellipse.setter
    def ellipse(self, arg: bool, /) -> None: ...

class ObjectKeypoints:
    """An object's landmarks, joined by lines."""

    def __init__(self, *, color: retouch.types.ColorLike = (0, 255, 0, 255), radius_px: float = 3.0, edges: Sequence[tuple[int, int]] = [], edge_color: retouch.types.ColorLike = (255, 255, 0, 255), edge_thickness: float = 2.0) -> None: ...

    def __copy__(self) -> ObjectKeypoints: ...

    @property
    def color(self) -> tuple[int, int, int, int]:
        """of the points"""

    @color.setter
    def color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def radius_px(self) -> float:
        """of the points"""

    @radius_px.setter
    def radius_px(self, arg: float, /) -> None: ...

    @property
    def edges(self) -> list[tuple[int, int]]:
        """pairs of indices that are joined by lines"""

    @edges.setter
    def edges(self, arg: Sequence[tuple[int, int]], /) -> None: ...

    @property
    def edge_color(self) -> tuple[int, int, int, int]:
        """of the lines"""

    @edge_color.setter
    def edge_color(self, arg: retouch.types.ColorLike, /) -> None: ...

    @property
    def edge_thickness(self) -> float:
        """of the lines"""

    @edge_thickness.setter
    def edge_thickness(self, arg: float, /) -> None: ...

class ObjectStyle:
    """What of an object is drawn; what is None is not drawn."""

    def __init__(self, *, box: BoxStyle | None = ..., label: ObjectLabel | None = ..., dot: DotStyle | None = None, blur: ObjectBlur | None = None, mask: MaskStyle | None = None, keypoints: ObjectKeypoints | None = None, padding: retouch.types.PaddingLike = (0.0, 0.0, 0.0, 0.0)) -> None: ...

    def __copy__(self) -> ObjectStyle: ...

    @property
    def box(self) -> BoxStyle | None:
        """a BoxStyle; None = no box"""

    @box.setter
    def box(self, arg: BoxStyle | None, /) -> None: ...

    @property
    def label(self) -> ObjectLabel | None:
        """an ObjectLabel; None = no label"""

    @label.setter
    def label(self, arg: ObjectLabel | None, /) -> None: ...

    @property
    def dot(self) -> DotStyle | None:
        """a DotStyle: a dot in the box's centre"""

    @dot.setter
    def dot(self, arg: DotStyle | None, /) -> None: ...

    @property
    def blur(self) -> ObjectBlur | None:
        """an ObjectBlur"""

    @blur.setter
    def blur(self, arg: ObjectBlur | None, /) -> None: ...

    @property
    def mask(self) -> MaskStyle | None:
        """a MaskStyle, for objects that have a mask"""

    @mask.setter
    def mask(self, arg: MaskStyle | None, /) -> None: ...

    @property
    def keypoints(self) -> ObjectKeypoints | None:
        """an ObjectKeypoints: the landmarks"""

    @keypoints.setter
    def keypoints(self, arg: ObjectKeypoints | None, /) -> None: ...

    @property
    def padding(self) -> tuple[float, float, float, float]:
        """grows the box that is drawn, and at which the label stands"""

    @padding.setter
    def padding(self, arg: retouch.types.PaddingLike, /) -> None: ...

class ObjectsStyle:
    """
    A look for all objects of a frame, for Canvas.draw().

    An object is drawn in the style of its class where `classes` has one ("label", or "source.label"), else in `style`. The
    palette then colours what `style` draws, but not the styles of `classes`. At last `hook(object, style)` may change the
    style, or give another.
    """

    def __init__(self, *, style: ObjectStyle = ..., classes: Mapping[str, ObjectStyle] = {}, only_listed: bool = False, palette: Palette | None = ..., label_overlap: LabelOverlap | str = 'allowed', hook: Callable[[Object, ObjectStyle], ObjectStyle | None] | None = None) -> None: ...

    @property
    def style(self) -> ObjectStyle: ...

    @style.setter
    def style(self, arg: ObjectStyle, /) -> None: ...

    @property
    def classes(self) -> dict[str, ObjectStyle]:
        """A copy: assign to change it."""

    @classes.setter
    def classes(self, arg: Mapping[str, ObjectStyle], /) -> None: ...

    @property
    def only_listed(self) -> bool:
        """Objects without an entry in `classes` are not drawn."""

    @only_listed.setter
    def only_listed(self, arg: bool, /) -> None: ...

    @property
    def palette(self) -> Palette | None:
        """None: the colours of `style`."""

    @palette.setter
    def palette(self, arg: Palette | None, /) -> None: ...

    @property
    def label_overlap(self) -> LabelOverlap: ...

    @label_overlap.setter
    def label_overlap(self, arg: LabelOverlap | str, /) -> None: ...

    @property
    def hook(self) -> Callable[[Object, ObjectStyle], ObjectStyle | None] | None: ...

    @hook.setter
    def hook(self, hook: Callable[[Object, ObjectStyle], ObjectStyle | None] | None, /) -> None: ...

class Canvas:
    """
    Records drawing commands and draws them all in one pass.

        with retouch.Canvas(frame) as canvas:
            for face in frame.objects("face"):
                canvas.blur(retouch.Shape.ellipse(face.box))
                canvas.box(face.box, color="#00ff78", thickness=3).label(face)
            canvas.sprite(logo, (16, 16))
        # drawn here

    The order of calls is the z-order: what is drawn later lies on top, and a blur sees what was drawn before it. Colours have
    straight alpha. Coordinates are pixels with fractions; what lies outside the target is dropped. Without a `with` block it
    is drawn by submit(), or when the canvas is dropped. A block that raises draws nothing.

    A command takes its options as keywords, or a style: canvas.box(box, BoxStyle(thickness=3)).
    """

    def __init__(self, target: retouch.types.ImageLike, *, stream: retouch.types.StreamLike | None = None) -> None:
        """
        Draws on a frame, an image, or a region of one, whose top-left corner is then the origin.
        """

    @property
    def size(self) -> retouch.types.Size: ...

    @property
    def format(self) -> PixelFormat: ...

    @property
    def pending(self) -> int:
        """
        Commands recorded and not drawn yet (a command of yours may take several).
        """

    def submit(self) -> None:
        """
        Enqueues what was recorded; the canvas is empty afterwards and may be used again.
        """

    def discard(self) -> None:
        """Forgets what was recorded."""

    def __enter__(self) -> Canvas: ...

    def __exit__(self, type: object, value: object, traceback: object) -> None: ...

    @overload
    def box(self, box: retouch.types.BoxLike, *, color: retouch.types.ColorLike = (0, 255, 0, 255), thickness: float = 2.0, placement: BorderPlacement | str = BorderPlacement.inside, fill: retouch.types.ColorLike | None = None, radius_px: float = 0.0, corner_px: float = 0.0, dash: tuple[float, float] | None | None = None) -> Canvas:
        """
        A box, turned by its angle: its border, a fill, or both.

        Args:
            color: of the border
            thickness: of the border, in pixels; 0 = none
            placement: of the border: inside, centered on or outside the outline
            fill: a colour inside
            radius_px: of rounded corners (of the outer edge)
            corner_px: only the corners are drawn, arms of this length; 0 = the whole border
            dash: (dash_px, gap_px) of a border that is interrupted
        """

    @overload
    def box(self, box: retouch.types.BoxLike, style: BoxStyle) -> Canvas: ...

    @overload
    def line(self, from_: retouch.types.PointLike, to: retouch.types.PointLike, *, color: retouch.types.ColorLike = (255, 0, 0, 255), thickness: float = 2.0, dash: tuple[float, float] | None | None = None) -> Canvas:
        """
        A line with round ends.

        Args:
            color: of the line
            thickness: in pixels
            dash: (dash_px, gap_px) of a line that is interrupted
        """

    @overload
    def line(self, from_: retouch.types.PointLike, to: retouch.types.PointLike, style: LineStyle) -> Canvas: ...

    @overload
    def polyline(self, points: retouch.types.PointsLike, *, color: retouch.types.ColorLike = (255, 0, 0, 255), thickness: float = 2.0, dash: tuple[float, float] | None | None = None) -> Canvas:
        """
        A line through points.

        Args:
            color: of the line
            thickness: in pixels
            dash: (dash_px, gap_px) of a line that is interrupted
        """

    @overload
    def polyline(self, points: retouch.types.PointsLike, style: LineStyle) -> Canvas: ...

    @overload
    def polygon(self, points: retouch.types.PointsLike, *, fill: retouch.types.ColorLike | None = None, color: retouch.types.ColorLike = (255, 0, 0, 255), thickness: float = 2.0, rule: FillRule | str = FillRule.even_odd) -> Canvas:
        """
        A closed outline through points, filled, drawn, or both.

        Args:
            fill: a colour inside
            color: of the outline
            thickness: of the outline, centred on the edge; 0 = none
            rule: what is inside of an outline that crosses itself
        """

    @overload
    def polygon(self, points: retouch.types.PointsLike, style: ShapeStyle) -> Canvas: ...

    @overload
    def circle(self, center: retouch.types.PointLike, radius_px: float, *, fill: retouch.types.ColorLike | None = None, color: retouch.types.ColorLike = (255, 0, 0, 255), thickness: float = 2.0, rule: FillRule | str = FillRule.even_odd) -> Canvas:
        """
        A circle, filled, drawn, or both.

        Args:
            fill: a colour inside
            color: of the outline
            thickness: of the outline, centred on the edge; 0 = none
            rule: what is inside of an outline that crosses itself
        """

    @overload
    def circle(self, center: retouch.types.PointLike, radius_px: float, style: ShapeStyle) -> Canvas: ...

    @overload
    def ellipse(self, box: retouch.types.BoxLike, *, fill: retouch.types.ColorLike | None = None, color: retouch.types.ColorLike = (255, 0, 0, 255), thickness: float = 2.0, rule: FillRule | str = FillRule.even_odd) -> Canvas:
        """
        The ellipse that fills the box, turned with it.

        Args:
            fill: a colour inside
            color: of the outline
            thickness: of the outline, centred on the edge; 0 = none
            rule: what is inside of an outline that crosses itself
        """

    @overload
    def ellipse(self, box: retouch.types.BoxLike, style: ShapeStyle) -> Canvas: ...

    @overload
    def arc(self, center: retouch.types.PointLike, radius_px: float, start_deg: float, sweep_deg: float, *, color: retouch.types.ColorLike = (255, 0, 0, 255), thickness: float = 2.0, dash: tuple[float, float] | None | None = None) -> Canvas:
        """
        A part of a circle's line; angles clockwise from the positive x axis.

        Args:
            color: of the line
            thickness: in pixels
            dash: (dash_px, gap_px) of a line that is interrupted
        """

    @overload
    def arc(self, center: retouch.types.PointLike, radius_px: float, start_deg: float, sweep_deg: float, style: LineStyle) -> Canvas: ...

    @overload
    def pie(self, center: retouch.types.PointLike, radius_px: float, start_deg: float, sweep_deg: float, *, fill: retouch.types.ColorLike | None = None, color: retouch.types.ColorLike = (255, 0, 0, 255), thickness: float = 2.0, rule: FillRule | str = FillRule.even_odd) -> Canvas:
        """
        A sector of a circle; angles as for arc.

        Args:
            fill: a colour inside
            color: of the outline
            thickness: of the outline, centred on the edge; 0 = none
            rule: what is inside of an outline that crosses itself
        """

    @overload
    def pie(self, center: retouch.types.PointLike, radius_px: float, start_deg: float, sweep_deg: float, style: ShapeStyle) -> Canvas: ...

    @overload
    def arrow(self, from_: retouch.types.PointLike, to: retouch.types.PointLike, *, color: retouch.types.ColorLike = (255, 0, 0, 255), thickness: float = 2.0, head_px: float = 0.0) -> Canvas:
        """
        A line with a head at its end.

        Args:
            color: of the arrow
            thickness: of its line
            head_px: length of the head; 0 = 4 times the thickness, at most half the arrow
        """

    @overload
    def arrow(self, from_: retouch.types.PointLike, to: retouch.types.PointLike, style: ArrowStyle) -> Canvas: ...

    @overload
    def dot(self, center: retouch.types.PointLike, *, color: retouch.types.ColorLike = (0, 255, 0, 255), radius_px: float = 4.0, outline_px: float = 0.0, outline_color: retouch.types.ColorLike = (0, 0, 0, 255)) -> Canvas:
        """
        A filled circle, with a ring if asked for.

        Args:
            color: of the dot
            radius_px: of the dot
            outline_px: width of a ring around it
            outline_color: of the ring
        """

    @overload
    def dot(self, center: retouch.types.PointLike, style: DotStyle) -> Canvas: ...

    @overload
    def cross(self, center: retouch.types.PointLike, *, color: retouch.types.ColorLike = (255, 0, 0, 255), size_px: float = 16.0, thickness: float = 2.0, diagonal: bool = False) -> Canvas:
        """
        A + or an x.

        Args:
            color: of the cross
            size_px: from end to end
            thickness: of its lines
            diagonal: x instead of +
        """

    @overload
    def cross(self, center: retouch.types.PointLike, style: CrossStyle) -> Canvas: ...

    @overload
    def triangle(self, tip: retouch.types.PointLike, *, color: retouch.types.ColorLike = (0, 255, 0, 255), width_px: float = 16.0, height_px: float = 12.0, outline_px: float = 0.0, outline_color: retouch.types.ColorLike = (0, 0, 0, 255), angle_deg: float = 0.0) -> Canvas:
        """
        A triangle that points at its tip from above.

        Args:
            color: of the triangle
            width_px: of its base
            height_px: from tip to base
            outline_px: width of an outline
            outline_color: of the outline
            angle_deg: clockwise around the tip; 0 = it points down, from above
        """

    @overload
    def triangle(self, tip: retouch.types.PointLike, style: TriangleStyle) -> Canvas: ...

    @overload
    def trace(self, points: retouch.types.PointsLike, *, color: retouch.types.ColorLike = (0, 255, 0, 255), thickness: float = 2.0, oldest_opacity: float = 0.0) -> Canvas:
        """
        A line through points that fades with age: the first point is the oldest.

        Args:
            color: of the newest end
            thickness: of the line
            oldest_opacity: 0..1, of the oldest end
        """

    @overload
    def trace(self, points: retouch.types.PointsLike, style: TraceStyle) -> Canvas: ...

    @overload
    def progress(self, box: retouch.types.BoxLike, part: float, *, color: retouch.types.ColorLike = (0, 200, 0, 255), background: retouch.types.ColorLike = (0, 0, 0, 128), radius_px: float = 0.0, border_px: float = 0.0, border_color: retouch.types.ColorLike = (255, 255, 255, 255), vertical: bool = False) -> Canvas:
        """
        A bar of which the part 0..1 is done.

        Args:
            color: of the part that is done
            background: of the rest
            radius_px: of rounded corners
            border_px: width of a border
            border_color: of the border
            vertical: grows upwards instead of to the right
        """

    @overload
    def progress(self, box: retouch.types.BoxLike, part: float, style: ProgressStyle) -> Canvas: ...

    @overload
    def grid(self, box: retouch.types.BoxLike, *, color: retouch.types.ColorLike = (255, 255, 255, 96), step_x: float = 64.0, step_y: float = 64.0, thickness: float = 1.0) -> Canvas:
        """
        Lines at multiples of the steps from the box's corner on, its own edges left out.

        Args:
            color: of the lines
            step_x: from line to line
            step_y: from line to line
            thickness: of the lines
        """

    @overload
    def grid(self, box: retouch.types.BoxLike, style: GridStyle) -> Canvas: ...

    def keypoints(self, points: retouch.types.PointsLike, *, color: retouch.types.ColorLike = (0, 255, 0, 255), radius_px: float = 3.0, edges: Sequence[tuple[int, int]] = [], edge_color: retouch.types.ColorLike = (255, 255, 0, 255), edge_thickness: float = 2.0) -> Canvas:
        """
        Points, joined by lines. Points that are NaN are left out, with their edges: detectors mark missing ones so.

        Args:
            color: of the points
            radius_px: of the points
            edges: pairs of indices that are joined by lines, drawn first
            edge_color: of the lines
            edge_thickness: of the lines
        """

    def tint(self, shape: Shape, color: retouch.types.ColorLike) -> Canvas:
        """A colour over a shape."""

    def dim(self, shapes: Shape | Iterable[Shape], color: retouch.types.ColorLike = (0, 0, 0, 128)) -> Canvas:
        """A colour over everything outside the shapes."""

    @overload
    def mask(self, box: retouch.types.BoxLike, mask: object, *, color: retouch.types.ColorLike = (0, 255, 0, 255), opacity: float = 0.5, threshold: int = 0) -> Canvas:
        """
        One colour through a mask of any size, scaled to the box: a bool or uint8 array, or a gray8 picture (on the target's GPU too).

        Args:
            color: of what the mask covers
            opacity: 0..1, times the colour's alpha
            threshold: 0: the mask's value is the coverage; 1..255: covered where it is at least this
        """

    @overload
    def mask(self, box: retouch.types.BoxLike, mask: object, style: MaskStyle) -> Canvas: ...

    def label_map(self, box: retouch.types.BoxLike, classes: retouch.types.ArrayLike | retouch.types.ImageLike, palette: Iterable[retouch.types.ColorLike], *, opacity: float = 0.5) -> Canvas:
        """
        Class numbers (uint8) become the palette's colours; those beyond it are left out.
        """

    @overload
    def heat_map(self, box: retouch.types.BoxLike, values: object, *, low: float = 0.0, high: float = 1.0, map: ColorMap | str = ColorMap.turbo, opacity: float = 0.6000000238418579, fade_low: bool = True) -> Canvas:
        """
        Numbers in rows and columns become colours, scaled to the box.

        Args:
            low: this value and less: the map's first colour
            high: this value and more: its last
            map: the colours
            opacity: 0..1
            fade_low: opacity grows from 0 at `low`, else it is the same everywhere
        """

    @overload
    def heat_map(self, box: retouch.types.BoxLike, values: object, style: HeatMapStyle) -> Canvas: ...

    @overload
    def sprite(self, sprite: Sprite, position: retouch.types.PointLike, *, size: retouch.types.SizeLike | None = None, angle_deg: float = 0.0, opacity: float = 1.0, anchor: Anchor | str = Anchor.top_left) -> Canvas:
        """
        A sprite with its anchor at the position.

        Args:
            size: scaled to this; None = as it is
            angle_deg: clockwise around the position
            opacity: 0..1
            anchor: which point of the picture lies on the position
        """

    @overload
    def sprite(self, sprite: Sprite, position: retouch.types.PointLike, style: SpriteStyle) -> Canvas: ...

    @overload
    def inset(self, from_: retouch.types.BoxLike, to: retouch.types.BoxLike, *, border_px: float = 2.0, border_color: retouch.types.ColorLike = (255, 255, 255, 255)) -> Canvas:
        """
        A magnified (or reduced) part of the same picture, as it is at this point of the list.

        Args:
            border_px: width of a border
            border_color: of the border
        """

    @overload
    def inset(self, from_: retouch.types.BoxLike, to: retouch.types.BoxLike, style: InsetStyle) -> Canvas: ...

    @overload
    def blur(self, shape: Shape, *, method: BlurMethod | str = BlurMethod.gaussian, privacy: Privacy | str = Privacy.high, strength_px: float = 0.0, feather_px: float = 0.0) -> Canvas:
        """
        Makes what was drawn so far inside the shape unrecognisable. Give `privacy`, or a strength.

        Args:
            method: gaussian, box or pixelate
            privacy: low, medium or high: how little is left; used while strength_px is 0
            strength_px: sigma (gaussian), the window's side (box), the cell's (pixelate); 0 = by `privacy`
            feather_px: width of the transition at the shape's edge, inside it
        """

    @overload
    def blur(self, shape: Shape, style: BlurStyle) -> Canvas: ...

    @overload
    def text(self, text: str, position: retouch.types.PointLike, *, font: Font = ..., size_px: float = 16.0, color: retouch.types.ColorLike = (255, 255, 255, 255), bold: bool = False, thickness_px: float = 1.0, outline_px: float = 0.0, outline_color: retouch.types.ColorLike = (0, 0, 0, 255), shadow_offset: retouch.types.PointLike = (0.0, 0.0), shadow_color: retouch.types.ColorLike = (0, 0, 0, 0), background: retouch.types.ColorLike | None = None, padding: retouch.types.PaddingLike = (0.0, 0.0, 0.0, 0.0), border_px: float = 0.0, border_color: retouch.types.ColorLike = (255, 255, 255, 255), radius_px: float = 0.0, anchor: Anchor | str = Anchor.top_left, align: TextAlign | str = TextAlign.left, line_spacing: float = 1.0, max_width_px: float = 0.0, overflow: TextOverflow | str = TextOverflow.none, angle_deg: float = 0.0) -> Canvas:
        """
        A text. Empty text draws nothing; lines end at \\n.

        Args:
            font: what it is set in
            size_px: of the font's em square; 1..2000
            color: of the letters
            bold: the family's bold face where there is one, else emboldened
            thickness_px: Font.hershey_simplex() alone: of its strokes
            outline_px: width of an outline around the letters
            outline_color: of the outline
            shadow_offset: (x, y) of the shadow
            shadow_color: of the shadow; alpha 0 = none
            background: of a box behind the text, grown by `padding`; None = no box
            padding: around the text: a number or (left, top, right, bottom)
            border_px: around the background's box
            border_color: of the border
            radius_px: of the box's corners
            anchor: which point of the whole box lies on the position
            align: of the lines to each other
            line_spacing: distance of baselines, in the font's own
            max_width_px: of the text alone; 0 = no limit
            overflow: at max_width_px: none, ellipsis or wrap
            angle_deg: clockwise around the position
        """

    @overload
    def text(self, text: str, position: retouch.types.PointLike, style: TextStyle) -> Canvas: ...

    def label(self, object: Object, format: str = '{label} {confidence:.2f}', text: TextStyle | None = None) -> Canvas:
        """
        The object's label above its box (inside where there is no room), kept within the target.

        Args:
            format: {label} {confidence} {track_id} {id} {source}, with a format as {confidence:.2f}; see LabelFormat
            text: a TextStyle; None: 16 px, white on a dark box
        """

    def draw(self, objects: Sequence[Object], style: ObjectsStyle | None = None) -> Canvas:
        """
        Boxes, labels, dots, blurs, masks and landmarks of objects. Without a style: a box and a label, a colour for each class.
        """
