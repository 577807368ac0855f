"""A `retouch.cv2` of a few functions on NumPy, for where the real one is not built: what the tests' modules use of cv2.cuda,
on the CPU. Everything else is the installed cv2's."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import cv2
import numpy as np

import retouch

_DTYPES = [np.uint8, np.int8, np.uint16, np.int16, np.int32, np.float32, np.float64]


class Stream:
    def __init__(self, core=None):
        self.core = core if core is not None else retouch.Stream("cpu")
        self.waits = 0

    def waitForCompletion(self):
        self.waits += 1
        self.core.synchronize()


class GpuMat:
    def __init__(self, *arguments, view=None):
        self._view = view
        self._array = None
        if not arguments:
            return
        first = arguments[0]
        if isinstance(first, GpuMat):
            x, y, w, h = arguments[1]
            assert 0 <= x and 0 <= y and w > 0 and h > 0 and x + w <= first.size()[0] and y + h <= first.size()[1]
            if first._view is not None:
                self._view = first._view.region((x, y, w, h))
            else:
                self._array = first._array[y : y + h, x : x + w]
        elif isinstance(first, np.ndarray):
            self._array = first.copy()
        else:
            rows, cols, mat_type = arguments if len(arguments) == 3 else (first[1], first[0], arguments[1])
            channels = (mat_type >> 3) + 1
            shape = (rows, cols) if channels == 1 else (rows, cols, channels)
            self._array = np.empty(shape, _DTYPES[mat_type & 7])

    def numpy(self):
        return self._view.numpy() if self._view is not None else self._array

    def size(self):
        array = self.numpy()
        return (array.shape[1], array.shape[0]) if array is not None else (0, 0)

    def channels(self):
        return 1 if self.numpy().ndim == 2 else self.numpy().shape[2]

    def depth(self):
        return _DTYPES.index(self.numpy().dtype.type)

    def type(self):
        return self.depth() + ((self.channels() - 1) << 3)

    def upload(self, array, stream=None):
        if self.numpy() is None:
            self._array = array.copy()
        else:
            self.numpy()[...] = array

    def download(self, stream=None):
        return self.numpy().copy()

    def clone(self):
        return GpuMat(self.numpy())

    def copyTo(self, *arguments, stream=None, dst=None):
        for argument in arguments:
            if isinstance(argument, GpuMat):
                dst = argument
        dst.numpy()[...] = self.numpy()
        return dst

    def setTo(self, value, stream=None):
        self.numpy()[...] = value[: self.channels()] if self.channels() > 1 else value[0]
        return self


def _apply(function, src, dst):
    result = function(src.numpy())
    if dst is None or dst.numpy() is None:
        return GpuMat(result)
    dst.numpy()[...] = result
    return dst


class _Filter:
    def __init__(self, ksize, sigma1, sigma2, border):
        self._function = lambda array: cv2.GaussianBlur(
            np.ascontiguousarray(array), ksize, sigma1, sigmaY=sigma2, borderType=border
        )

    def apply(self, src, dst=None, stream=None):
        return _apply(self._function, src, dst)


def _gaussian(src_type, dst_type, ksize, sigma1, sigma2=0, rowBorderMode=cv2.BORDER_DEFAULT, columnBorderMode=-1):
    return _Filter(ksize, sigma1, sigma2, rowBorderMode)


def _resize(src, dsize, dst=None, fx=0, fy=0, interpolation=cv2.INTER_LINEAR, stream=None):
    return _apply(lambda a: cv2.resize(np.ascontiguousarray(a), dsize, interpolation=interpolation), src, dst)


def _warp_affine(src, M, dsize, dst=None, flags=cv2.INTER_LINEAR, stream=None):
    return _apply(lambda a: cv2.warpAffine(np.ascontiguousarray(a), np.asarray(M), dsize, flags=flags), src, dst)


def _alpha_comp(img1, img2, alpha_op, dst=None, stream=None):
    assert alpha_op == 0
    upper, lower = img1.numpy().astype(int), img2.numpy().astype(int)
    alpha = upper[..., 3:]
    result = lower.copy()
    result[..., :3] = (upper[..., :3] * alpha + lower[..., :3] * (255 - alpha) + 127) // 255
    result[..., 3:] = alpha + (lower[..., 3:] * (255 - alpha) + 127) // 255
    dst.numpy()[...] = result
    return dst


def install() -> ModuleType:
    module = ModuleType("retouch.cv2")
    for name in dir(cv2):
        if not name.startswith("__"):
            setattr(module, name, getattr(cv2, name))
    cuda = ModuleType("retouch.cv2.cuda")
    vars(cuda).update(
        GpuMat=GpuMat,
        Stream=Stream,
        Stream_Null=lambda null=Stream(): null,
        createGaussianFilter=_gaussian,
        resize=_resize,
        warpAffine=_warp_affine,
        alphaComp=_alpha_comp,
        ALPHA_OVER=0,
    )
    module.cuda, module.cuda_GpuMat = cuda, GpuMat
    # What the layer asks of retouch.cv2 beyond cv2's own names.
    module.gpu_mat = lambda view: GpuMat(view=view)
    module.image_view = lambda mat: mat._view if mat._view is not None else retouch.ImageView.wrap(mat._array)
    module.gpu_stream = Stream
    module.core_stream = lambda stream: stream.core
    module.wrap_array = lambda array: _wrapped(array)
    module.FAKE = SimpleNamespace(reason="retouch.cv2 is not built: a stand-in of the tests")
    sys.modules["retouch.cv2"], sys.modules["retouch.cv2.cuda"] = module, cuda
    retouch.cv2 = module
    return module


def _wrapped(array):
    mat = GpuMat()
    mat._array = array
    return mat
