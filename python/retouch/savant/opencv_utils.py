"""A frame as a matrix, and a few edits of one: `savant.deepstream.opencv_utils`.

    with nvds_to_gpu_mat(buffer, frame_meta.frame_meta) as frame_mat:
        alpha_comp(frame_mat, logo, (16, 16), stream=self.get_cuda_stream(frame_meta))

What lies outside the frame is left out, silently.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Iterator, Sequence

from . import _frames
from .frame_meta import Buffer, NvDsFrameMeta, RawFrameMeta

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Roi = tuple[int, int, int, int]


def _surface(
    what: str, buffer: Buffer, meta: RawFrameMeta | NvDsFrameMeta | None, batch_id: int | None
) -> _frames.Surface:
    if not isinstance(buffer, Buffer):
        raise TypeError(
            f"{what}: takes the buffer that process_frame or create_frame gave, not {type(buffer).__name__}"
        )
    if meta is not None:
        batch_id = meta.batch_id
    if batch_id is None:
        raise ValueError(f"{what}: give nvds_frame_meta or batch_id")
    return buffer.surface(batch_id)


@contextmanager
def nvds_to_gpu_mat(
    buffer: Buffer, nvds_frame_meta: RawFrameMeta | NvDsFrameMeta | None = None, batch_id: int | None = None
) -> Iterator[Any]:
    """The picture as a cv2.cuda.GpuMat of type CV_8UC4, red first: its memory, no copy. Size and type are locked."""
    yield _surface("nvds_to_gpu_mat", buffer, nvds_frame_meta, batch_id).gpu_mat()


@contextmanager
def get_nvds_buf_surface(buffer: Buffer, nvds_frame_meta: RawFrameMeta | NvDsFrameMeta) -> Iterator[NDArray[np.uint8]]:
    """The picture as a NumPy array, RGBA. It is a copy that goes back when the block ends (not when it raises), so the
    block waits for the frame; a patch of a part is quicker."""
    surface = _surface("get_nvds_buf_surface", buffer, nvds_frame_meta, None)
    array = surface.download()
    yield array
    surface.upload(array)


def _clip(left: int, top: int, right: int, bottom: int, size: tuple[int, int]) -> Roi | None:
    left, top = max(left, 0), max(top, 0)
    width, height = min(right, size[0]) - left, min(bottom, size[1]) - top
    return (left, top, width, height) if width > 0 and height > 0 else None


def alpha_comp(frame: Any, overlay: Any, start: Sequence[int], alpha_op: int | None = None, stream: Any = None) -> None:
    """Composites an RGBA picture (GpuMat or array) over the frame, its top left corner at `start`. In place."""
    cv2 = _frames.cv2()
    if not _frames.is_gpu_mat(overlay):
        overlay = _frames.upload_mat(overlay, stream)
    width, height = _frames.size_of(overlay)
    left, top = int(start[0]), int(start[1])
    part = _clip(left, top, left + width, top + height, _frames.size_of(frame))
    if part is None:
        return
    if part[2:] != (width, height):
        overlay = _frames.sub_mat(overlay, part[0] - left, part[1] - top, part[2], part[3])
    target = _frames.sub_mat(frame, *part)
    operation = cv2.cuda.ALPHA_OVER if alpha_op is None else alpha_op
    cv2.cuda.alphaComp(overlay, target, operation, target, stream=_frames.or_null(stream))


def apply_cuda_filter(cuda_filter: Any, frame: Any, roi: Sequence[int], stream: Any = None) -> None:
    """Any filter of cv2.cuda on (left, top, width, height), in place. Past the region's edges the filter sees what its
    border mode says, not the frame around."""
    left, top, width, height = (int(value) for value in roi)
    part = _clip(left, top, left + width, top + height, _frames.size_of(frame))
    if part is not None:
        target = _frames.sub_mat(frame, *part)
        cuda_filter.apply(target, target, stream=_frames.or_null(stream))


def draw_rect(frame: Any, rect: Sequence[int], color: Sequence[int], thickness: int = 1, stream: Any = None) -> None:
    """A border inside (left, top, right, bottom); the frame's pixels are set to the colour, its alpha included."""
    left, top, right, bottom = (int(value) for value in rect)
    thickness = max(0, min(thickness, right - left, bottom - top))
    strips = [
        (left, top, right, top + thickness),
        (left, bottom - thickness, right, bottom),
        (left, top + thickness, left + thickness, bottom - thickness),
        (right - thickness, top + thickness, right, bottom - thickness),
    ]
    for strip in strips:
        part = _clip(*strip, _frames.size_of(frame))
        if part is not None:
            _frames.sub_mat(frame, *part).setTo(tuple(color), stream=_frames.or_null(stream))


def to_gpu_mat(address: int, width: int, height: int, pitch: int) -> Any:
    """A header over RGBA memory of another library."""
    cv2 = _frames.cv2()
    return cv2.cuda.createGpuMatFromCudaMemory(height, width, cv2.CV_8UC4, address, pitch)
