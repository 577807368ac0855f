"""One memory seen by several libraries: `savant.utils.memory_repr` and `memory_repr_pytorch`. Nothing is copied; the GpuMat
and the array or tensor keep the memory alive between them. On the CPU the same functions give NumPy arrays and CPU
tensors.
"""

from __future__ import annotations

from typing import Any

from . import _frames

_TYPES = {"|u1": 0, "|i1": 1, "<u2": 2, "<i2": 3, "<i4": 4, "<f4": 5, "<f8": 6}


class OpenCVGpuMatCudaArrayInterface:
    """A GpuMat as other libraries read it: (height, width[, channels])."""

    def __init__(self, gpu_mat: Any) -> None:
        names = {depth: name for name, depth in _TYPES.items()}
        width, height = _frames.size_of(gpu_mat)
        channels, step = gpu_mat.channels(), gpu_mat.step
        if gpu_mat.depth() not in names:
            raise TypeError(f"GpuMat of depth {gpu_mat.depth()}: there is no array of that type")
        shape, strides = (height, width), (step, gpu_mat.elemSize())
        if channels > 1:
            shape, strides = (*shape, channels), (*strides, gpu_mat.elemSize1())  # type: ignore[assignment]
        self._keep = gpu_mat
        self.__cuda_array_interface__ = {
            "version": 3,
            "shape": shape,
            "strides": strides,
            "typestr": names[gpu_mat.depth()],
            "data": (gpu_mat.cudaPtr(), False),
        }


def _check_layout(shape: tuple[int, ...], strides: tuple[int, ...] | None, itemsize: int) -> None:
    if len(shape) not in (2, 3):
        raise ValueError(f"array of shape {tuple(shape)}: give 2 or 3 dimensions, (height, width[, channels])")
    if len(shape) == 3 and not 1 <= shape[2] <= 4:
        raise ValueError(f"array of shape {tuple(shape)}: 1 to 4 channels, last; permute(1, 2, 0) makes CHW that")
    expected = itemsize
    for length, stride in zip(reversed(shape), reversed(strides or ())):
        if length != 1 and stride != expected:
            raise ValueError(f"array of shape {tuple(shape)}: must be contiguous; make it so first (that is a copy)")
        expected *= length


def cuda_array_as_opencv_gpu_mat(arr: Any) -> Any:
    """From anything with __cuda_array_interface__, contiguous, (height, width[, channels])."""
    interface = arr.__cuda_array_interface__
    shape, name = interface["shape"], interface["typestr"]
    if name not in _TYPES:
        raise TypeError(f"array of type {name!r}: one of {', '.join(_TYPES)}")
    _check_layout(shape, interface.get("strides"), int(name[2:]))
    return _frames.cv2().wrap_array(arr)


def _on_cpu(gpu_mat: Any) -> bool:
    return hasattr(gpu_mat, "numpy") and not hasattr(gpu_mat, "__cuda_array_interface__")


def opencv_gpu_mat_as_cupy_array(gpu_mat: Any) -> Any:
    """CuPy (HWC); on the CPU a NumPy array."""
    if _on_cpu(gpu_mat):
        return gpu_mat.numpy()
    import cupy  # type: ignore[import-not-found, unused-ignore]

    return cupy.asarray(
        gpu_mat if hasattr(gpu_mat, "__cuda_array_interface__") else OpenCVGpuMatCudaArrayInterface(gpu_mat)
    )


def cupy_array_as_opencv_gpu_mat(arr: Any) -> Any:
    """From CuPy; from NumPy on the CPU."""
    if hasattr(arr, "__cuda_array_interface__"):
        return cuda_array_as_opencv_gpu_mat(arr)
    _check_layout(arr.shape, arr.strides, arr.itemsize)
    return _frames.cv2().wrap_array(arr)


def opencv_gpu_mat_as_pytorch_tensor(gpu_mat: Any, device: Any = None) -> Any:
    """A torch tensor (HWC) on the matrix's device."""
    import torch  # type: ignore[import-not-found, unused-ignore]

    if _on_cpu(gpu_mat):
        return torch.from_numpy(gpu_mat.numpy())
    source = gpu_mat if hasattr(gpu_mat, "__cuda_array_interface__") else OpenCVGpuMatCudaArrayInterface(gpu_mat)
    return torch.as_tensor(source, device=device if device is not None else "cuda")


def pytorch_tensor_as_opencv_gpu_mat(tensor: Any) -> Any:
    """From a contiguous tensor of 2 or 3 dimensions (HWC)."""
    if getattr(tensor, "is_cuda", False):
        if not tensor.is_contiguous():
            raise ValueError(
                f"tensor of shape {tuple(tensor.shape)}: must be contiguous; tensor.contiguous() copies it"
            )
        return cuda_array_as_opencv_gpu_mat(tensor)
    return cupy_array_as_opencv_gpu_mat(tensor.numpy())
