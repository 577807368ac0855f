"""What the OpenCV of Savant's images adds: `cv2.savant.createGpuMat`."""

from __future__ import annotations

from retouch import _cv
from retouch._cv import GpuMat


def createGpuMat(rows: int, cols: int, type: int, dataAddr: int, step: int = 0) -> GpuMat:
    """A matrix on foreign memory of the current device, without a copy: as `cuda.createGpuMatFromCudaMemory`. It must stay
    valid as long as the matrix is used."""
    return _cv.createGpuMatFromCudaMemory(rows, cols, type, dataAddr, step)
