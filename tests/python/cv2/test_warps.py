"""cudawarping, and the geometry of cudaarithm, against the functions of OpenCV on the CPU. Warps on smooth pictures: OpenCV
4 rounds coordinates to 1/32 of a pixel, retouch and OpenCV 5 do not."""

from __future__ import annotations

import numpy as np
import pytest
from cv2_support import check, close, cuda, cv2, device, noise, smooth  # noqa: F401

TYPES = [("u1", 1), ("u1", 3), ("u1", 4), ("u2", 1), ("i2", 2), ("f4", 1), ("f4", 4)]
NEAR = {"u1": (1, 0), "u2": (1, 0), "i2": (1, 0), "f4": (1e-3, 1e-4)}
AFFINE = np.array([[0.9, -0.31, 9.3], [0.28, 1.05, -6.7]])
PERSPECTIVE = np.array([[0.9, -0.2, 6.3], [0.18, 1.05, -3.7], [0.0008, -0.0011, 1]])


@pytest.mark.parametrize("how", ["NEAREST", "LINEAR", "CUBIC", "AREA"])
@pytest.mark.parametrize("type, channels", TYPES)
def test_resize(device, rng, how, type, channels):
    a = noise(rng, type, channels)
    number = getattr(cv2, f"INTER_{how}")
    for size in ((20, 30), (53, 37), (91, 60), (7, 5), (106, 11)):
        expected = cv2.resize(a, size, interpolation=number)
        levels, rtol = (0, 0) if how == "NEAREST" else NEAR[type]
        if type == "f4" and how != "NEAREST":
            levels = 2e-2  # sums of numbers of both signs
        check(lambda x, **k: cuda.resize(x, size, interpolation=number, **k), [a], expected, rng, levels, rtol)


def test_resize_by_factors(device, rng):
    a = noise(rng, "u1", 3)
    for size in (None, (0, 0)):
        close(cuda.resize(cuda.GpuMat(a), size, fx=0.5, fy=2), cv2.resize(a, None, fx=0.5, fy=2), 1, 0)
    with pytest.raises(cv2.error):
        cuda.resize(cuda.GpuMat(a), None)
    with pytest.raises(cv2.error, match="INTER"):
        cuda.resize(cuda.GpuMat(a), (4, 4), interpolation=cv2.INTER_LANCZOS4)


@pytest.mark.parametrize("how", ["LINEAR", "CUBIC"])
@pytest.mark.parametrize("type, channels", [("u1", 1), ("u1", 3), ("u1", 4), ("u2", 1), ("f4", 3)])
def test_warp_affine(device, rng, how, type, channels):
    a = smooth(type, channels)
    levels, rtol = NEAR[type] if type != "f4" else (0.5, 0)
    for flags in (getattr(cv2, f"INTER_{how}"), getattr(cv2, f"INTER_{how}") | cv2.WARP_INVERSE_MAP):
        for border in (cv2.BORDER_REPLICATE, cv2.BORDER_REFLECT_101):
            expected = cv2.warpAffine(a, AFFINE, (61, 43), flags=flags, borderMode=border)
            check(lambda x, **k: cuda.warpAffine(x, AFFINE, (61, 43), flags=flags, borderMode=border, **k), [a], expected, rng, levels, rtol)


@pytest.mark.parametrize("type, channels", [("u1", 1), ("u1", 4), ("f4", 3)])
def test_warp_perspective(device, rng, type, channels):
    a = smooth(type, channels)
    levels, rtol = NEAR[type] if type != "f4" else (0.5, 0)
    for flags in (cv2.INTER_LINEAR, cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP):
        expected = cv2.warpPerspective(a, PERSPECTIVE, (61, 43), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        check(lambda x, **k: cuda.warpPerspective(x, PERSPECTIVE, (61, 43), flags=flags, borderMode=cv2.BORDER_REPLICATE, **k),
              [a], expected, rng, levels, rtol)


def test_warps_by_whole_pixels_are_exact(device, rng):
    a = noise(rng, "u1", 3)
    shift = np.array([[1, 0, 5], [0, 1, -3]], np.float32)
    expected = np.empty_like(a)
    expected[:] = (9, 8, 7)
    expected[:-3, 5:] = a[3:, :-5]
    made = cuda.warpAffine(cuda.GpuMat(a), shift, (53, 37), borderMode=cv2.BORDER_CONSTANT, borderValue=(9, 8, 7))
    close(made, expected, 0, 0)
    made = cuda.warpAffine(cuda.GpuMat(a), [[1, 0, 5], [0, 1, -3]], (53, 37), flags=cv2.INTER_NEAREST, borderValue=(9, 8, 7))
    close(made, expected, 0, 0)
    whole = np.vstack([shift, [0, 0, 1]])
    close(cuda.warpPerspective(cuda.GpuMat(a), whole, (53, 37), borderValue=(9, 8, 7)), expected, 0, 0)


@pytest.mark.parametrize("type, channels", [("u1", 1), ("u1", 4), ("f4", 2)])
def test_remap(device, rng, type, channels):
    a = smooth(type, channels)
    y, x = np.mgrid[:43, :61].astype(np.float32)
    xmap, ymap = x * 0.8 + 3.3 * np.sin(y / 7), y * 0.8 + 2.1 * np.cos(x / 9)
    xmap, ymap = xmap.astype(np.float32), ymap.astype(np.float32)
    levels, rtol = NEAR[type] if type != "f4" else (0.5, 0)
    for how in (cv2.INTER_LINEAR, cv2.INTER_CUBIC):
        expected = cv2.remap(a, xmap, ymap, how, borderMode=cv2.BORDER_REPLICATE)
        check(lambda s, p, q, **k: cuda.remap(s, p, q, how, borderMode=cv2.BORDER_REPLICATE, **k), [a, xmap, ymap], expected, rng, levels, rtol)
    relative = cuda.remap(cuda.GpuMat(a), cuda.GpuMat(xmap - x), cuda.GpuMat(ymap - y), cv2.INTER_LINEAR | cv2.WARP_RELATIVE_MAP,
                          borderMode=cv2.BORDER_REPLICATE)
    close(relative, cv2.remap(a, xmap, ymap, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), levels, rtol)


def test_maps_of_warps(device, rng):
    inverse = cv2.invertAffineTransform(AFFINE)
    y, x = np.mgrid[:43, :61].astype(float)
    for matrix, given in ((inverse, (AFFINE, False)), (AFFINE, (AFFINE, True))):
        maps = cuda.buildWarpAffineMaps(*given, (61, 43), stream=cuda.Stream())
        for row, made in zip(matrix, maps):
            close(made, (row[0] * x + row[1] * y + row[2]).astype(np.float32), 1e-3, 1e-5)
    inverse = np.linalg.inv(PERSPECTIVE)
    down = inverse[2, 0] * x + inverse[2, 1] * y + inverse[2, 2]
    for row, made in zip(inverse, cuda.buildWarpPerspectiveMaps(PERSPECTIVE, False, (61, 43))):
        close(made, ((row[0] * x + row[1] * y + row[2]) / down).astype(np.float32), 1e-3, 1e-5)
    kept = cuda.GpuMat(), cuda.GpuMat()
    given = cuda.buildWarpAffineMaps(AFFINE, True, (61, 43), *kept)
    assert given[0] is kept[0] and given[1] is kept[1]
    a = cuda.GpuMat(noise(rng, "u1", 3))
    close(cuda.remap(a, *cuda.buildWarpAffineMaps(AFFINE, False, (61, 43)), cv2.INTER_LINEAR), cuda.warpAffine(a, AFFINE, (61, 43)).download(), 1, 0)


def test_rotate(device, rng):
    a = smooth("u1", 3)
    angle, shift = 25.0, (4.5, 20.25)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    matrix = np.array([[cos, sin, shift[0]], [-sin, cos, shift[1]]])
    expected = cv2.warpAffine(a, matrix, (61, 43))
    made = cuda.rotate(cuda.GpuMat(a), (61, 43), angle, xShift=shift[0], yShift=shift[1], stream=cuda.Stream()).download()
    # At the edge to black, OpenCV 4's 1/32 of a pixel are up to 8 levels.
    inside = cv2.erode(cv2.warpAffine(np.full(a.shape[:2], 255, np.uint8), matrix, (61, 43)), np.ones((3, 3), np.uint8)) == 255
    assert inside.sum() > 500
    close(made[inside], expected[inside], 1, 0)
    close(made, expected, 9, 0)


@pytest.mark.parametrize("type, channels", TYPES)
def test_flip_transpose_and_border(device, rng, type, channels):
    a = noise(rng, type, channels)
    for number in (0, 1, -1):
        check(lambda x, **k: cuda.flip(x, number, **k), [a], cv2.flip(a, number), rng)
    check(cuda.transpose, [a], cv2.transpose(a), rng)
    for border in (cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE, cv2.BORDER_REFLECT, cv2.BORDER_WRAP, cv2.BORDER_REFLECT_101):
        expected = cv2.copyMakeBorder(a, 3, 1, 7, 2, border, value=(1, 2, 3, 4))
        check(lambda x, **k: cuda.copyMakeBorder(x, 3, 1, 7, 2, border, value=(1, 2, 3, 4), **k), [a], expected, rng)


@pytest.mark.parametrize("type, channels", [("u1", 1), ("u1", 3), ("f4", 2)])
def test_pyr_down(device, rng, type, channels):
    a = noise(rng, type, channels)
    check(cuda.pyrDown, [a], cv2.pyrDown(a), rng, *NEAR[type])


def test_in_place_and_positional(device, rng):
    a = noise(rng, "u1", 4)
    mat = cuda.GpuMat(a)
    assert cuda.flip(mat, 1, mat, cuda.Stream()) is mat
    close(mat, cv2.flip(a, 1), 0, 0)
    dst = cuda.GpuMat()
    assert cuda.resize(mat, (9, 7), dst, 0, 0, cv2.INTER_NEAREST, cuda.Stream_Null()) is dst and dst.size() == (9, 7)
    assert cuda.warpAffine(mat, AFFINE, (9, 7), dst, 1, 0, (0, 0, 0, 0), cuda.Stream()) is dst


def test_a_wrong_matrix(device, rng):
    a = cuda.GpuMat(noise(rng))
    with pytest.raises(cv2.error, match="2 rows of 3"):
        cuda.warpAffine(a, np.eye(3), (4, 4))
    with pytest.raises(cv2.error, match="3 rows of 3"):
        cuda.warpPerspective(a, AFFINE, (4, 4))
    with pytest.raises(TypeError, match="host memory"):
        cuda.warpAffine(a, a, (4, 4))
