"""The table of docs/cv2.md is what the code has; `python tests/python/cv2/test_table.py` writes it anew."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import retouch
from retouch import cv2
from retouch.cv2 import _missing

cuda = cv2.cuda
PAGE = Path(__file__).resolve().parents[3] / "docs/cv2.md"
BEGIN = "<!-- table: begin (python tests/python/cv2/test_table.py writes it) -->\n"
END = "<!-- table: end -->\n"

#: Every function of OpenCV's modules, 4.x and 5.
OPENCV = {
    "cudaarithm": """add subtract multiply divide absdiff abs sqr sqrt exp log pow compare bitwise_not bitwise_or bitwise_and
        bitwise_xor rshift lshift min max addWeighted scaleAdd threshold inRange magnitude magnitudeSqr phase cartToPolar
        polarToCart merge split transpose flip createLookUpTable copyMakeBorder addWithScalar subtractWithScalar
        multiplyWithScalar divideWithScalar absdiffWithScalar compareWithScalar minWithScalar maxWithScalar
        bitwise_or_with_scalar bitwise_and_with_scalar bitwise_xor_with_scalar norm calcNorm calcNormDiff sum calcSum absSum
        calcAbsSum sqrSum calcSqrSum minMax findMinMax minMaxLoc findMinMaxLoc countNonZero reduce meanStdDev rectStdDev
        normalize integral sqrIntegral gemm mulSpectrums mulAndScaleSpectrums dft createDFT createConvolution""",
    "cudafilters": """createBoxFilter createLinearFilter createLaplacianFilter createSeparableLinearFilter createDerivFilter
        createSobelFilter createScharrFilter createGaussianFilter createMorphologyFilter createBoxMaxFilter
        createBoxMinFilter createRowSumFilter createColumnSumFilter createMedianFilter""",
    "cudaimgproc": """cvtColor demosaicing swapChannels gammaCorrection alphaComp calcHist equalizeHist createCLAHE evenLevels
        histEven histRange createCannyEdgeDetector createHoughLinesDetector createHoughSegmentDetector
        createHoughCirclesDetector createGeneralizedHoughBallard createGeneralizedHoughGuil createHarrisCorner
        createMinEigenValCorner createGoodFeaturesToTrackDetector meanShiftFiltering meanShiftProc meanShiftSegmentation
        createTemplateMatching bilateralFilter blendLinear connectedComponents connectedComponentsWithAlgorithm moments
        spatialMoments numMoments convertSpatialMoments""",
    "cudawarping": """remap resize warpAffine buildWarpAffineMaps warpPerspective buildWarpPerspectiveMaps rotate pyrDown
        pyrUp""",
    "cudabgsegm": "createBackgroundSubtractorMOG createBackgroundSubtractorMOG2",
}

NOTES = {
    "divide": "rounds to nearest; OpenCV's rounds down",
    "magnitude": "two matrices of one channel, or one of two",
    "magnitudeSqr": "two matrices of one channel, or one of two",
    "threshold": "not THRESH_OTSU, THRESH_TRIANGLE; any number of channels",
    "swapChannels": "four channels of any type",
    "alphaComp": "`over` takes and gives straight alpha ([sprites.md](sprites.md))",
    "createGaussianFilter": "kernels up to 255; OpenCV's up to 31",
    "createMorphologyFilter": "any type; not MORPH_HITMISS",
    "createBoxMaxFilter": "any type",
    "createBoxMinFilter": "any type",
    "createMedianFilter": "1 to 4 channels, odd windows up to 255; `partition` changes nothing",
    "resize": "INTER_NEAREST, _LINEAR, _CUBIC, _AREA",
    "remap": "INTER_NEAREST, _LINEAR, _CUBIC; WARP_RELATIVE_MAP",
    "warpAffine": "INTER_NEAREST, _LINEAR, _CUBIC; WARP_INVERSE_MAP; M is an array",
    "warpPerspective": "INTER_NEAREST, _LINEAR, _CUBIC; WARP_INVERSE_MAP; M is an array",
    "buildWarpAffineMaps": "M is an array",
    "buildWarpPerspectiveMaps": "M is an array",
    "rotate": "INTER_NEAREST, _LINEAR, _CUBIC",
    "createBackgroundSubtractorMOG2": "all of its get and set functions",
}


def arguments() -> dict[str, str]:
    """Of each function, as the stubs and cuda.py name them: `flip(src, flipCode, dst, stream)`."""
    found: dict[str, str] = {}
    package = Path(retouch.__file__).parent
    for file in (package / "_cv.pyi", package / "cv2/cuda.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name not in found:
                found[node.name] = ", ".join(argument.arg for argument in node.args.args)
    return found


def conversions() -> str:
    """`BGR2GRAY RGB2GRAY ...`, those with _FULL as one word."""
    names = list(cuda.color_conversions())
    return " ".join(f"{name}[_FULL]" if f"{name}_FULL" in names else name for name in names if not name.endswith("_FULL"))


def table() -> str:
    given = arguments()
    text = ""
    for module, functions in OPENCV.items():
        text += f"\n### {module}\n\n| function | arguments | |\n|---|---|---|\n"
        missing = []
        for name in functions.split():
            if name in _missing.MISSING:
                missing.append(f"`{name}`")
                continue
            note = "the conversions: `" + conversions() + "`" if name == "cvtColor" else NOTES.get(name, "")
            text += f"| `{name}` | {given[name]} | {note} |\n"
        if missing:
            text += "\nNot there: " + ", ".join(missing) + ".\n"
    return text + "\n"


@pytest.mark.parametrize("module", OPENCV)
def test_every_function_of_opencv_is_there_or_says_what_to_do(module):
    for name in OPENCV[module].split():
        function = getattr(cuda, name)
        assert callable(function), name
        if name in _missing.MISSING:
            with pytest.raises(NotImplementedError, match=rf"cv2\.cuda\.{name} .*download\(stream\)"):
                function(1, key=2)
            assert "NotImplementedError" in function.__doc__


def test_what_is_missing_is_of_opencv():
    known = {name for functions in OPENCV.values() for name in functions.split()} | {"Event_elapsedTime"}
    assert set(_missing.MISSING) <= known


def test_the_page_has_this_table():
    page = PAGE.read_text()
    assert page[page.index(BEGIN) + len(BEGIN) : page.index(END)] == table(), f"python {__file__} writes it anew"


def test_the_pages_program_runs(monkeypatch):
    program = PAGE.read_text().split("```python\n")[1].split("```")[0]
    logo = np.zeros((10, 20, 4), np.uint8)
    logo[:] = (0, 0, 255, 255)  # red, as OpenCV reads it
    monkeypatch.setattr(cv2, "imread", lambda name, flags: logo)
    with retouch.Frame(retouch.Image.from_array(np.zeros((480, 640, 4), np.uint8), "rgba8", device="auto")) as frame:
        exec(program, {"frame": frame})
        assert frame.to_numpy()[20, 20].tolist() == [255, 0, 0, 255]


if __name__ == "__main__":
    before, rest = PAGE.read_text().split(BEGIN)
    PAGE.write_text(before + BEGIN + table() + END + rest.split(END)[1])
