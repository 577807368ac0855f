"""cudafilters against the functions of OpenCV on the CPU."""

from __future__ import annotations

import numpy as np
import pytest
from cv2_support import check, close, code, cuda, cv2, device, noise  # noqa: F401

BORDERS = [cv2.BORDER_REFLECT_101, cv2.BORDER_REPLICATE, cv2.BORDER_REFLECT, cv2.BORDER_CONSTANT, cv2.BORDER_WRAP]
NEAR = {"u1": (1, 0), "i2": (1, 0), "u2": (1, 0), "f4": (1e-3, 1e-4)}


def apply(made):
    return lambda x, **k: made.apply(x, **k)


@pytest.mark.parametrize("border", BORDERS[:4])
@pytest.mark.parametrize("type, channels", [("u1", 1), ("u1", 3), ("u1", 4), ("f4", 1), ("u2", 3)])
def test_gaussian(device, rng, type, channels, border):
    a = noise(rng, type, channels)
    made = cuda.createGaussianFilter(code(a), code(a), (9, 5), 2.5, 1.2, border)
    levels, rtol = NEAR[type]
    # OpenCV's 8-bit weights are rounded: exact results are within 1 of its own on a float picture.
    expected = cv2.GaussianBlur(a.astype(np.float32), (9, 5), 2.5, sigmaY=1.2, borderType=border)
    expected = expected if type == "f4" else np.rint(np.clip(expected, 0, np.iinfo(type).max)).astype(type)
    check(apply(made), [a], expected, rng, levels, rtol)


def test_gaussian_in_place_with_each_kind_of_call(device, rng):
    a = noise(rng, "u1", 4)
    made = cuda.createGaussianFilter(cv2.CV_8UC4, cv2.CV_8UC4, (9, 9), 2)
    expected = cv2.GaussianBlur(a, (9, 9), 2)
    for call in (
        lambda m, s: made.apply(m, m, s),
        lambda m, s: made.apply(m, dst=m, stream=s),
        lambda m, s: made.apply(src=m, dst=m, stream=s),
        lambda m, s: made.apply(m, m),
    ):
        mat = cuda.GpuMat(a)
        assert call(mat, cuda.Stream()) is mat
        close(mat, expected, 1, 0)


def test_a_part_is_filtered_as_if_it_were_alone(device, rng):
    a = noise(rng, "u1", 4)
    mat = cuda.GpuMat(a)
    roi = cuda.GpuMat(mat, (5, 7, 21, 11))
    cuda.createGaussianFilter(cv2.CV_8UC4, cv2.CV_8UC4, (9, 9), 2).apply(roi, roi)
    expected = a.copy()
    expected[7:18, 5:26] = cv2.GaussianBlur(np.ascontiguousarray(a[7:18, 5:26]), (9, 9), 2)
    close(mat, expected, 1, 0)


@pytest.mark.parametrize("border", BORDERS[:4])
@pytest.mark.parametrize("type, channels", [("u1", 1), ("u1", 4), ("f4", 1), ("i2", 2)])
def test_box(device, rng, type, channels, border):
    a = noise(rng, type, channels)
    made = cuda.createBoxFilter(code(a), code(a), (5, 4), (1, 2), border)
    check(apply(made), [a], cv2.boxFilter(a, -1, (5, 4), anchor=(1, 2), borderType=border), rng, *NEAR[type])


def test_box_with_a_colour_beyond_the_edge(device, rng):
    a = noise(rng, "u1", 3)
    made = cuda.createBoxFilter(code(a), -1, (3, 3), borderMode=cv2.BORDER_CONSTANT, borderVal=(10, 200, 90))
    framed = cv2.copyMakeBorder(a, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(10, 200, 90))
    check(apply(made), [a], cv2.blur(framed, (3, 3))[1:-1, 1:-1], rng, 1)


@pytest.mark.parametrize("border", BORDERS[:4])
@pytest.mark.parametrize("type, channels", [("u1", 1), ("u1", 4), ("u2", 1), ("f4", 3)])
def test_linear(device, rng, type, channels, border):
    a = noise(rng, type, channels)
    kernel = rng.uniform(-0.3, 0.4, (3, 5)).astype(np.float32)
    made = cuda.createLinearFilter(code(a), code(a), kernel, (1, 1), border)
    check(apply(made), [a], cv2.filter2D(a, -1, kernel, anchor=(1, 1), borderType=border), rng, *NEAR[type])


@pytest.mark.parametrize("ksize", [1, 3])
@pytest.mark.parametrize("type, channels", [("u1", 1), ("u1", 4), ("f4", 1)])
def test_laplacian(device, rng, type, channels, ksize):
    a = noise(rng, type, channels)
    made = cuda.createLaplacianFilter(code(a), code(a), ksize, 0.5)
    check(apply(made), [a], cv2.Laplacian(a, -1, ksize=ksize, scale=0.5), rng, *NEAR[type])


@pytest.mark.parametrize("type, channels", [("u1", 1), ("u1", 3), ("f4", 4)])
def test_separable(device, rng, type, channels):
    a = noise(rng, type, channels)
    row, column = rng.uniform(0, 0.3, 5), rng.uniform(0, 0.3, (3, 1))
    made = cuda.createSeparableLinearFilter(code(a), code(a), row, column, (2, 0), cv2.BORDER_REPLICATE)
    expected = cv2.sepFilter2D(a.astype(np.float32), -1, row, column, anchor=(2, 0), borderType=cv2.BORDER_REPLICATE)
    expected = expected if type == "f4" else np.rint(np.clip(expected, 0, 255)).astype(type)
    check(apply(made), [a], expected, rng, *NEAR[type])


@pytest.mark.parametrize("dx, dy, ksize", [(1, 0, 3), (0, 1, 5), (1, 1, 3), (2, 0, 7), (1, 0, 1)])
def test_sobel_and_deriv(device, rng, dx, dy, ksize):
    for type, depth, near in (("u1", cv2.CV_16S, (0, 0)), ("u1", cv2.CV_32F, (0, 1e-5)), ("f4", cv2.CV_32F, (1e-2, 1e-4))):
        a = noise(rng, type, 2)
        expected = cv2.Sobel(a, depth, dx, dy, ksize=ksize)
        check(apply(cuda.createSobelFilter(code(a), code(expected), dx, dy, ksize)), [a], expected, rng, *near)
        check(apply(cuda.createDerivFilter(code(a), code(expected), dx, dy, ksize)), [a], expected, rng, *near)


@pytest.mark.parametrize("dx, dy", [(1, 0), (0, 1)])
def test_scharr(device, rng, dx, dy):
    a = noise(rng, "u1", 3)
    expected = cv2.Scharr(a, cv2.CV_32F, dx, dy, scale=0.5, borderType=cv2.BORDER_REPLICATE)
    made = cuda.createScharrFilter(code(a), code(expected), dx, dy, 0.5, cv2.BORDER_REPLICATE)
    check(apply(made), [a], expected, rng, 1e-3, 1e-5)


@pytest.mark.parametrize("op", ["ERODE", "DILATE", "OPEN", "CLOSE", "GRADIENT", "TOPHAT", "BLACKHAT"])
@pytest.mark.parametrize("type, channels", [("u1", 1), ("u1", 4), ("f4", 1)])
def test_morphology(device, rng, op, type, channels):
    a = noise(rng, type, channels)
    element = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 3))
    number = getattr(cv2, f"MORPH_{op}")
    for iterations in (1, 2):
        made = cuda.createMorphologyFilter(number, code(a), element, iterations=iterations)
        expected = cv2.morphologyEx(a, number, element, iterations=iterations)
        check(apply(made), [a], expected, rng, *((1e-4, 0) if type == "f4" else (0, 0)))
    made = cuda.createMorphologyFilter(number, code(a), None)
    close(made.apply(cuda.GpuMat(a)), cv2.morphologyEx(a, number, None), 1e-4 if type == "f4" else 0, 0)


@pytest.mark.parametrize("border", BORDERS[:3])
def test_box_max_and_min(device, rng, border):
    a = noise(rng, "u1", 4)
    framed = cv2.copyMakeBorder(a, 4, 4, 4, 4, border)
    element = np.ones((3, 5), np.uint8)
    for name, operation in (("Max", cv2.dilate), ("Min", cv2.erode)):
        made = getattr(cuda, f"createBox{name}Filter")(code(a), (5, 3), (-1, -1), border)
        check(apply(made), [a], operation(framed, element)[4:-4, 4:-4], rng)


def test_row_and_column_sums(device, rng):
    a = noise(rng)
    row = cuda.createRowSumFilter(cv2.CV_8UC1, cv2.CV_32FC1, 5)
    column = cuda.createColumnSumFilter(cv2.CV_8UC1, cv2.CV_32FC1, 4, 1, cv2.BORDER_REPLICATE)
    check(apply(row), [a], cv2.boxFilter(a, cv2.CV_32F, (5, 1), normalize=False), rng, 1e-3, 1e-6)
    expected = cv2.boxFilter(a, cv2.CV_32F, (1, 4), anchor=(0, 1), normalize=False, borderType=cv2.BORDER_REPLICATE)
    check(apply(column), [a], expected, rng, 1e-3, 1e-6)


@pytest.mark.parametrize("ksize", [3, 5, 9])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_median(device, rng, ksize, channels):
    a = noise(rng, "u1", channels)
    check(apply(cuda.createMedianFilter(code(a), ksize)), [a], cv2.medianBlur(a, ksize), rng)


def test_arguments_as_opencv_names_them(device, rng):
    a = noise(rng, "u1", 1)
    c = cv2.CV_8UC1
    made = [
        cuda.createGaussianFilter(srcType=c, dstType=c, ksize=(3, 3), sigma1=1, sigma2=1, rowBorderMode=4, columnBorderMode=-1),
        cuda.createBoxFilter(srcType=c, dstType=c, ksize=(3, 3), anchor=(-1, -1), borderMode=4, borderVal=0),
        cuda.createLinearFilter(srcType=c, dstType=c, kernel=np.eye(3), anchor=(1, 1), borderMode=4, borderVal=(0,)),
        cuda.createLaplacianFilter(srcType=c, dstType=c, ksize=1, scale=1, borderMode=4, borderVal=0),
        cuda.createSeparableLinearFilter(srcType=c, dstType=c, rowKernel=[1], columnKernel=[1], anchor=(-1, -1), rowBorderMode=4, columnBorderMode=-1),
        cuda.createDerivFilter(srcType=c, dstType=c, dx=1, dy=0, ksize=3, normalize=True, scale=1, rowBorderMode=4, columnBorderMode=-1),
        cuda.createSobelFilter(srcType=c, dstType=c, dx=1, dy=0, ksize=3, scale=1, rowBorderMode=4, columnBorderMode=-1),
        cuda.createScharrFilter(srcType=c, dstType=c, dx=1, dy=0, scale=1, rowBorderMode=4, columnBorderMode=-1),
        cuda.createMorphologyFilter(op=0, srcType=c, kernel=np.ones((3, 3), np.uint8), anchor=(-1, -1), iterations=1),
        cuda.createBoxMaxFilter(srcType=c, ksize=(3, 3), anchor=(-1, -1), borderMode=4, borderVal=0),
        cuda.createBoxMinFilter(srcType=c, ksize=(3, 3), anchor=(-1, -1), borderMode=4, borderVal=0),
        cuda.createMedianFilter(srcType=c, windowSize=3, partition=128),
    ]
    for one in made:
        assert isinstance(one, cuda.Filter)
        assert one.apply(cuda.GpuMat(a)).size() == (53, 37)


def test_what_no_filter_can_do(device, rng):
    a = cuda.GpuMat(noise(rng))
    made = cuda.createBoxFilter(cv2.CV_8UC3, -1, (3, 3))
    with pytest.raises(cv2.error):
        made.apply(a)  # one channel
    with pytest.raises(cv2.error, match="border"):
        cuda.createBoxFilter(cv2.CV_8UC1, -1, (3, 3), borderMode=5)
    with pytest.raises(cv2.error):
        cuda.createGaussianFilter(cv2.CV_8UC1, -1, (4, 4), 1)
    with pytest.raises(cv2.error, match="one row or one column"):
        cuda.createSeparableLinearFilter(cv2.CV_8UC1, -1, np.ones((3, 3)), [1])
    with pytest.raises(cv2.error, match="MORPH"):
        cuda.createMorphologyFilter(cv2.MORPH_HITMISS, cv2.CV_8UC1, np.ones((3, 3), np.uint8))
    with pytest.raises(TypeError, match="host memory"):
        cuda.createLinearFilter(cv2.CV_8UC1, -1, a)
