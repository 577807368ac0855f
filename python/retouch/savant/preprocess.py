"""What is done to an object's picture before a model sees it: `savant.base.input_preproc`, `savant.input_preproc`."""

from __future__ import annotations

from typing import Any

from . import _frames
from .geometry import BBox, RBBox
from .images import GPUImage
from .objects import ObjectMeta
from .pyfunc import BasePyFuncCallableImpl


class BasePreprocessObjectMeta(BasePyFuncCallableImpl):
    """Gives the box that the model looks at; the object keeps its own."""

    def __call__(self, object_meta: ObjectMeta) -> BBox | RBBox:
        raise NotImplementedError(f"{type(self).__name__} has no __call__")


class BasePreprocessObjectImage(BasePyFuncCallableImpl):
    """Gives the picture that the model looks at."""

    def __call__(self, object_meta: ObjectMeta, frame_image: GPUImage, cuda_stream: Any) -> GPUImage:
        raise NotImplementedError(f"{type(self).__name__} has no __call__")


class CropTopPreprocessObjectMeta(BasePreprocessObjectMeta):
    """The upper part of the box, as high as it is wide."""

    def __call__(self, object_meta: ObjectMeta) -> BBox:
        box = object_meta.bbox.wrapping_box
        return BBox.ltwh(box.left, box.top, box.width, min(box.width, box.height))


# Where the eyes, the nose and the corners of the mouth lie in an aligned face of 112 x 112.
FACE_TEMPLATE = ((38.29, 51.70), (73.53, 51.50), (56.03, 71.74), (41.55, 92.37), (70.73, 92.20))
FACE_SIZE = (112, 112)


def similarity(source: Any, target: Any) -> Any:
    """The 2x3 matrix that turns, scales evenly and moves the source points onto the target's, with the least squares of
    what is left."""
    import numpy as np

    source, target = np.asarray(source, dtype=float), np.asarray(target, dtype=float)
    if source.shape != target.shape or source.ndim != 2 or source.shape[1] != 2 or len(source) < 2:
        raise ValueError(f"similarity: two lists of the same 2 or more points, not {source.shape} and {target.shape}")
    x, y = source[:, 0], source[:, 1]
    one, none = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate([np.stack([x, -y, one, none], axis=1), np.stack([y, x, none, one], axis=1)])
    (a, b, dx, dy), *_ = np.linalg.lstsq(rows, np.concatenate([target[:, 0], target[:, 1]]), rcond=None)
    return np.array([[a, -b, dx], [b, a, dy]])


class AlignFacePreprocessingObjectImageGPU(BasePreprocessObjectImage):
    """Faces upright and of one size, by five landmarks (eyes, nose, corners of the mouth) that are the value of an
    attribute: ten numbers or five points, in pixels of the frame. A face without them is cut out and stretched."""

    def __init__(self, attr_element_name: str | None = None, attr_name: str = "landmarks", **kwargs: Any) -> None:
        self.attr_element_name = attr_element_name
        self.attr_name = attr_name
        super().__init__(**kwargs)

    def __call__(self, object_meta: ObjectMeta, frame_image: GPUImage, cuda_stream: Any) -> GPUImage:
        import numpy as np

        element = self.attr_element_name if self.attr_element_name is not None else object_meta.element_name
        landmarks = object_meta.get_attr_meta(element, self.attr_name)
        if landmarks is None:
            return frame_image.cut(object_meta.bbox)[0].resize(FACE_SIZE)
        matrix = similarity(np.asarray(landmarks.value, dtype=float).reshape(5, 2), FACE_TEMPLATE)
        warped = _frames.cv2().cuda.warpAffine(
            frame_image.gpu_mat, matrix, FACE_SIZE, stream=_frames.or_null(cuda_stream)
        )
        return GPUImage(warped, cuda_stream)
