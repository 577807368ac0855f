"""Which module and name of Savant is what here. One table: the import hook makes modules of it, the docs list it, and the
tests import every name."""

from __future__ import annotations

_CONSTANTS = [
    "UNTRACKED_OBJECT_ID",
    "DEFAULT_CONFIDENCE",
    "DEFAULT_MODEL_NAME",
    "PRIMARY_OBJECT_LABEL",
    "PRIMARY_OBJECT_KEY",
]
_GEOMETRY = [
    "Point",
    "Segment",
    "Intersection",
    "IntersectionKind",
    "PolygonalArea",
    "BBox",
    "RBBox",
    "solely_owned_areas",
]
_DRAW_SPEC = [
    "ColorDraw",
    "PaddingDraw",
    "BoundingBoxDraw",
    "DotDraw",
    "LabelPosition",
    "LabelPositionKind",
    "LabelDraw",
    "ObjectDraw",
    "BBoxSource",
]
_MODEL = [
    "ModelPrecision",
    "ModelColorFormat",
    "OutputImage",
    "ModelInput",
    "ModelOutput",
    "ObjectModelOutputObject",
    "ObjectModelOutput",
    "AttributeModelOutputAttribute",
    "AttributeModelOutput",
    "ComplexModelOutput",
    "Model",
    "ObjectModel",
    "AttributeModel",
    "ComplexModel",
]
_CONVERTER = [
    "TensorFormat",
    "BaseOutputConverter",
    "BaseObjectModelOutputConverter",
    "BaseAttributeModelOutputConverter",
    "BaseComplexModelOutputConverter",
]

#: module -> where it comes from, in retouch.savant -> names.
MODULES: dict[str, dict[str, list[str]]] = {
    "savant": {},
    "savant.api": {},
    "savant.api.builder": {"objects": ["build_bbox"]},
    "savant.base": {},
    "savant.base.converter": {"models": _CONVERTER},
    "savant.base.input_preproc": {"preprocess": ["BasePreprocessObjectMeta", "BasePreprocessObjectImage"]},
    "savant.base.model": {"models": _MODEL},
    "savant.base.pyfunc": {"pyfunc": ["BasePyFuncImpl", "BasePyFuncCallableImpl", "BasePyFuncPlugin"]},
    "savant.base.selector": {"models": ["BaseSelector"]},
    "savant.deepstream": {},
    "savant.deepstream.auxiliary_stream": {"auxiliary": ["AuxiliaryStream"]},
    "savant.deepstream.base_drawfunc": {"drawing": ["BaseNvDsDrawFunc"]},
    "savant.deepstream.drawfunc": {"drawing": ["NvDsDrawFunc", "BaseNvDsDrawFunc"]},
    "savant.deepstream.meta": {},
    "savant.deepstream.meta.frame": {
        "frame_meta": ["NvDsFrameMeta"],
        "geometry": ["BBox", "RBBox"],
        "objects": ["ObjectMeta"],
    },
    "savant.deepstream.opencv_utils": {
        "opencv_utils": [
            "nvds_to_gpu_mat",
            "alpha_comp",
            "apply_cuda_filter",
            "draw_rect",
            "to_gpu_mat",
            "get_nvds_buf_surface",
        ]
    },
    "savant.deepstream.pyfunc": {"pyfunc": ["NvDsPyFuncPlugin"]},
    "savant.deepstream.utils": {"opencv_utils": ["get_nvds_buf_surface"]},
    "savant.deepstream.utils.surface": {"opencv_utils": ["get_nvds_buf_surface"]},
    "savant.gstreamer": {"gst": ["Gst", "GLib"]},
    "savant.input_preproc": {"preprocess": ["CropTopPreprocessObjectMeta", "AlignFacePreprocessingObjectImageGPU"]},
    "savant.input_preproc.align_face": {"preprocess": ["AlignFacePreprocessingObjectImageGPU"]},
    "savant.input_preproc.crop": {"preprocess": ["CropTopPreprocessObjectMeta"]},
    "savant.meta": {},
    "savant.meta.attribute": {"objects": ["AttributeMeta"]},
    "savant.meta.constants": {"objects": _CONSTANTS},
    "savant.meta.errors": {"objects": ["MetaValueError", "MetaPoolAllocationError"]},
    "savant.meta.object": {"objects": ["ObjectMeta"]},
    "savant.metrics": {
        "metrics": [
            "Counter",
            "Gauge",
            "Metric",
            "get_or_create_counter",
            "get_or_create_gauge",
            "get_counter",
            "get_gauge",
            "delete",
        ]
    },
    "savant.parameter_storage": {"parameters": ["param_storage", "init_param_storage"]},
    "savant.utils": {},
    "savant.utils.artist": {"artist": ["Artist", "Position"]},
    "savant.utils.draw_spec": {"draw_spec": ["convert_hex_to_rgba", "get_obj_draw_spec", "get_default_draw_spec"]},
    "savant.utils.image": {"images": ["GPUImage", "CPUImage"]},
    "savant.utils.logging": {"log": ["get_logger", "LoggerMixin"]},
    "savant.utils.memory_repr": {
        "memory": [
            "OpenCVGpuMatCudaArrayInterface",
            "cuda_array_as_opencv_gpu_mat",
            "opencv_gpu_mat_as_cupy_array",
            "cupy_array_as_opencv_gpu_mat",
        ]
    },
    "savant.utils.memory_repr_pytorch": {
        "memory": ["opencv_gpu_mat_as_pytorch_tensor", "pytorch_tensor_as_opencv_gpu_mat"]
    },
    "savant.utils.nms": {"nms": ["nms_cpu", "nms_gpu"]},
    "savant_rs": {},
    "savant_rs.draw_spec": {"draw_spec": _DRAW_SPEC},
    "savant_rs.primitives": {"frame_meta": ["VideoFrame"]},
    "savant_rs.primitives.geometry": {"geometry": _GEOMETRY},
    "savant_rs.utils": {"telemetry": ["TelemetrySpan"]},
    "savant_rs.telemetry": {"telemetry": ["TelemetrySpan"]},
}
