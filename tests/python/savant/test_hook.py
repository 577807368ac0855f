"""install(), uninstall(), and every name of the table."""

from __future__ import annotations

import importlib
import subprocess
import sys
import types

import pytest
from savant_support import hook  # noqa: F401

import retouch.savant
from retouch.savant._names import MODULES

# What published modules import (SAVANT_API), independent of our table.
PUBLISHED = {
    "savant.deepstream.meta.frame": ["NvDsFrameMeta", "BBox"],
    "savant.gstreamer": ["Gst"],
    "savant.deepstream.pyfunc": ["NvDsPyFuncPlugin"],
    "savant.deepstream.drawfunc": ["NvDsDrawFunc"],
    "savant.deepstream.base_drawfunc": ["BaseNvDsDrawFunc"],
    "savant.parameter_storage": ["param_storage"],
    "savant.utils.artist": ["Artist", "Position"],
    "savant.utils.image": ["GPUImage", "CPUImage"],
    "savant.deepstream.opencv_utils": [
        "nvds_to_gpu_mat",
        "alpha_comp",
        "apply_cuda_filter",
        "draw_rect",
        "get_nvds_buf_surface",
    ],
    "savant.meta.object": ["ObjectMeta"],
    "savant.meta.constants": ["UNTRACKED_OBJECT_ID"],
    "savant_rs.primitives.geometry": ["Point", "PolygonalArea", "BBox", "RBBox", "Segment", "IntersectionKind"],
    "savant_rs.draw_spec": [
        "LabelDraw",
        "ObjectDraw",
        "BoundingBoxDraw",
        "ColorDraw",
        "PaddingDraw",
        "DotDraw",
        "LabelPosition",
    ],
    "savant.deepstream.auxiliary_stream": ["AuxiliaryStream"],
    "savant.utils.memory_repr": ["cupy_array_as_opencv_gpu_mat", "opencv_gpu_mat_as_cupy_array"],
    "savant.utils.memory_repr_pytorch": ["opencv_gpu_mat_as_pytorch_tensor", "pytorch_tensor_as_opencv_gpu_mat"],
    "savant.base.model": ["ObjectModel", "AttributeModel", "ComplexModel"],
    "savant.base.converter": ["BaseObjectModelOutputConverter", "BaseComplexModelOutputConverter", "TensorFormat"],
    "savant.base.input_preproc": ["BasePreprocessObjectMeta", "BasePreprocessObjectImage"],
    "savant.utils.nms": ["nms_cpu", "nms_gpu"],
    "savant.metrics": ["Counter", "Gauge"],
    "savant.api.builder": ["build_bbox"],
    "savant.utils.logging": ["get_logger"],
}


@pytest.mark.parametrize("module", sorted(set(MODULES) | set(PUBLISHED)))
def test_every_name_imports(hook, module):
    made = importlib.import_module(module)
    names = [name for names in MODULES[module].values() for name in names] + PUBLISHED.get(module, [])
    for name in names:
        assert getattr(made, name) is not None, name


def test_from_imports_and_cv2(hook):
    namespace: dict = {}
    exec(
        "import cv2\n"
        "import savant.deepstream.pyfunc\n"
        "from savant.utils.artist import Artist, Position\n"
        "from savant_rs.primitives.geometry import BBox\n"
        "from savant.deepstream.meta.frame import BBox as Same\n",
        namespace,
    )
    assert namespace["BBox"] is namespace["Same"]
    assert namespace["cv2"] is importlib.import_module("retouch.cv2")
    assert namespace["cv2"].FONT_HERSHEY_SIMPLEX == 0


def test_what_is_missing_is_named(hook):
    with pytest.raises(ModuleNotFoundError, match="no module 'savant.deepstream.nvinfer'.*savant.deepstream.pyfunc"):
        importlib.import_module("savant.deepstream.nvinfer")
    with pytest.raises(ImportError, match="Cairo"):
        exec("from savant.utils.artist import ArtistCairo")


def test_install_twice_and_take_it_back():
    cv2 = importlib.import_module("cv2")
    finders = list(sys.meta_path)
    retouch.savant.install()
    retouch.savant.install()
    assert len(sys.meta_path) == len(finders) + 1
    assert retouch.savant.installed()
    importlib.import_module("savant.meta.object")
    assert sys.modules["cv2"] is not cv2
    retouch.savant.uninstall()
    assert sys.meta_path == finders and not retouch.savant.installed()
    assert not [name for name in sys.modules if name.split(".")[0] in ("savant", "savant_rs")]
    assert sys.modules["cv2"] is cv2
    retouch.savant.uninstall()
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("savant.meta.object")
    sys.modules.pop("savant", None)  # this tests' folder, which Python takes for a package of that name


def test_cv2_can_be_left_alone():
    cv2 = importlib.import_module("cv2")
    retouch.savant.install(cv2=False)
    try:
        assert sys.modules["cv2"] is cv2
    finally:
        retouch.savant.uninstall()


@pytest.mark.parametrize("root", ["savant", "savant_rs"])
def test_the_real_one_is_not_mixed_in(monkeypatch, root):
    real = types.ModuleType(root)
    real.__file__ = f"/opt/{root}/__init__.py"
    monkeypatch.setitem(sys.modules, root, real)
    with pytest.raises(ImportError, match=f"the real {root} is imported already .from /opt/{root}"):
        retouch.savant.install()
    assert not retouch.savant.installed()


def test_importing_the_package_alone_needs_neither_yaml_nor_cv2():
    code = "import sys, retouch.savant; print([m for m in ('yaml', 'cv2', 'retouch.cv2') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
