"""What model elements are described with, and the base classes of converters and selectors: `savant.base.model`,
`savant.base.converter`, `savant.base.selector`. Models themselves are not run by this layer; their objects come from a
file of metadata.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from .objects import PRIMARY_OBJECT_KEY
from .pyfunc import BasePyFuncCallableImpl

Roi = tuple[float, float, float, float]


class ModelPrecision(Enum):
    FP32 = 0
    INT8 = 1
    FP16 = 2


class ModelColorFormat(Enum):
    RGB = 0
    BGR = 1
    GRAY = 2


class TensorFormat(Enum):
    """What a converter gets: NumPy arrays, or CuPy arrays that stay on the GPU."""

    Numpy = 0
    CuPy = 1


_INTERPOLATIONS = {"nearest": 0, "linear": 1, "cubic": 2, "area": 3, "lanczos4": 4}


@dataclass
class OutputImage:
    """The size that a preprocessed picture gets."""

    width: int
    height: int
    method: str = "fit"
    interpolation: str = "linear"

    def __post_init__(self) -> None:
        self.method, self.interpolation = self.method.lower(), self.interpolation.lower()
        if self.method not in ("fit", "scale"):
            raise ValueError(f"output_image: method is fit or scale, not {self.method!r}")
        if self.interpolation not in _INTERPOLATIONS:
            raise ValueError(f"output_image: interpolation is one of {', '.join(_INTERPOLATIONS)}")

    @property
    def cv2_interpolation(self) -> int:
        return _INTERPOLATIONS[self.interpolation]


@dataclass
class ModelInput:
    object: str = PRIMARY_OBJECT_KEY
    layer_name: str | None = None
    shape: tuple[int, int, int] | None = None
    maintain_aspect_ratio: bool = False
    symmetric_padding: bool = False
    scale_factor: float = 1.0
    offsets: tuple[float, float, float] = (0.0, 0.0, 0.0)
    color_format: ModelColorFormat = ModelColorFormat.RGB
    preprocess_object_meta: Any = None
    preprocess_object_image: Any = None

    @property
    def height(self) -> int:
        if self.shape is None:
            raise ValueError("model input: has no shape")
        return self.shape[1]

    @property
    def width(self) -> int:
        if self.shape is None:
            raise ValueError("model input: has no shape")
        return self.shape[2]


@dataclass
class ModelOutput:
    layer_names: list[str] = field(default_factory=list)
    converter: Any = None


@dataclass
class ObjectModelOutputObject:
    class_id: int
    label: str
    selector: Any = None


@dataclass
class ObjectModelOutput(ModelOutput):
    objects: list[ObjectModelOutputObject] = field(default_factory=list)
    num_detected_classes: int | None = None


@dataclass
class AttributeModelOutputAttribute:
    name: str
    labels: list[str] = field(default_factory=list)
    threshold: float | None = None
    multi_label: bool = False
    internal: bool = False


@dataclass
class AttributeModelOutput(ModelOutput):
    attributes: list[AttributeModelOutputAttribute] = field(default_factory=list)


@dataclass
class ComplexModelOutput(ObjectModelOutput, AttributeModelOutput):
    pass


@dataclass
class Model:
    local_path: str | None = None
    remote: Any = None
    model_file: str | None = None
    batch_size: int = 1
    precision: ModelPrecision = ModelPrecision.FP16
    input: ModelInput = field(default_factory=ModelInput)
    output: ModelOutput = field(default_factory=ModelOutput)


@dataclass
class ObjectModel(Model):
    output: ObjectModelOutput = field(default_factory=ObjectModelOutput)


@dataclass
class AttributeModel(Model):
    output: AttributeModelOutput = field(default_factory=AttributeModelOutput)


@dataclass
class ComplexModel(Model):
    output: ComplexModelOutput = field(default_factory=ComplexModelOutput)


class BaseOutputConverter(BasePyFuncCallableImpl):
    """Makes of a model's tensors what it found."""

    tensor_format: TensorFormat = TensorFormat.Numpy

    def __call__(self, *output_layers: Any, model: Model, roi: Roi) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no __call__")


class BaseObjectModelOutputConverter(BaseOutputConverter):
    """Returns rows (class id, confidence, xc, yc, width, height[, angle]) in pixels of the frame."""


class BaseAttributeModelOutputConverter(BaseOutputConverter):
    """Returns a list of (name, value, confidence)."""


class BaseComplexModelOutputConverter(BaseOutputConverter):
    """Returns the rows, and for each a list of (name, value, confidence)."""


class BaseSelector(BasePyFuncCallableImpl):
    """Chooses among the rows that a converter gave."""

    def __call__(self, bboxes: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no __call__")
