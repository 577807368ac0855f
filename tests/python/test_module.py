"""Importing, devices, errors, names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import retouch

SOURCE = Path(__file__).resolve().parents[2]


def test_version_is_that_of_the_library() -> None:
    header = (SOURCE / "include/retouch/version.hpp").read_text()
    parts = re.findall(r"RETOUCH_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", header)
    assert retouch.__version__ == ".".join(parts)


def test_imports_without_numpy_a_gpu_or_a_driver() -> None:
    # NumPy is loaded when an array is asked for; nothing else is needed to load the module.
    code = "import sys; sys.modules['numpy'] = None; import retouch; print(retouch.Device('cpu'), retouch.list_devices()[0])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                         env={**os.environ, "CUDA_VISIBLE_DEVICES": ""})
    assert out.stdout.startswith("cpu <retouch.DeviceInfo cpu:"), out.stdout


def test_devices() -> None:
    assert retouch.Device() == retouch.Device.cpu() == retouch.Device("cpu")
    assert retouch.Device("cpu").name == "cpu" and retouch.Device("cpu").index == -1 and retouch.Device("cpu").is_cpu
    assert retouch.Device("cpu") != "cpu"
    assert retouch.list_devices()[0].device == retouch.Device("cpu")
    with pytest.raises(retouch.InvalidArgument, match="gpu"):
        retouch.Device("gpu")
    assert retouch.device_memory("cpu").used_bytes == retouch.device_memory("cpu").reserved_bytes == 0
    retouch.release_cached_memory("cpu")
    reason = retouch.cuda_unavailable_reason()
    if reason:
        assert retouch.Device.best().is_cpu
        with pytest.raises(retouch.Unsupported, match=re.escape(reason)):
            retouch.Device("cuda")
        with pytest.raises(retouch.Unsupported):
            retouch.Image("rgba8", (4, 4), device="cuda")
    else:
        assert retouch.Device.best() == retouch.Device("cuda:0")


@pytest.mark.parametrize("name, builtin", [
    ("InvalidArgument", ValueError), ("LayoutError", ValueError), ("ExpiredFrame", RuntimeError), ("Unsupported", RuntimeError),
    ("OutOfMemory", MemoryError), ("CudaError", RuntimeError), ("FileError", OSError)])
def test_an_error_is_an_Error_and_the_builtin_that_it_narrows(name: str, builtin: type[Exception]) -> None:
    error = getattr(retouch, name)
    assert issubclass(error, retouch.Error) and issubclass(error, builtin) and error.__doc__


def test_each_kind_of_error_comes_out() -> None:
    image = retouch.Image("rgba8", (8, 8))
    with pytest.raises(retouch.InvalidArgument, match=r"ksize must be odd.*\(4x4\)"):
        retouch.gaussian_blur(image, ksize=4)
    with pytest.raises(retouch.LayoutError):
        retouch.resize(image, (4, 4))
    with pytest.raises(retouch.FileError, match="no-such-file"):
        retouch.read_png("/no-such-file.png")
    with pytest.raises(retouch.OutOfMemory):
        retouch.Image("rgba8", (2**31 - 1, 2**31 - 1))
    with pytest.raises(TypeError, match=r"gaussian_blur: the region must be an Image.*\(got str\)"):
        retouch.gaussian_blur("image", sigma_x=1)


def test_names_stand_for_members_of_enums() -> None:
    assert retouch.Image("bgr8", (1, 1)).format is retouch.PixelFormat.bgr8
    assert retouch.Image(retouch.PixelFormat.nv12, (2, 2)).format is retouch.PixelFormat.nv12
    with pytest.raises(retouch.InvalidArgument, match="'yuv' is no PixelFormat: expected one of gray8, rgb8"):
        retouch.Image("yuv", (1, 1))
    with pytest.raises(TypeError):
        retouch.Image(retouch.FlipMode.both, (1, 1))


def test_everything_public_says_what_it_is() -> None:
    # Members whose name and type say all.
    plain = re.compile(r"__\w+__|width|height|device|format|is_\w+|size|empty|matrix|range|name|value|left|top|right|bottom|center|"
                       r"angle_deg|expired|lines|downloaded|uploaded|style|label_overlap|hook|fixed|color|of_label|of_track|circle|"
                       r"hershey_px_per_scale")
    silent = []
    for name in dir(retouch):
        thing = getattr(retouch, name)
        if name.startswith("_") or not getattr(thing, "__module__", "retouch._core").startswith("retouch"):
            continue
        if isinstance(thing, type):
            if not thing.__doc__:
                silent.append(name)
            members = [] if issubclass(thing, Exception) or hasattr(thing, "__members__") or issubclass(thing, tuple) else vars(thing)
            for member in members:
                doc = getattr(getattr(thing, member), "__doc__", None)
                if not doc and not plain.fullmatch(member):
                    silent.append(f"{name}.{member}")
        elif callable(thing) and name != "version" and "\n" not in (thing.__doc__ or ""):
            silent.append(name)
    assert not silent
