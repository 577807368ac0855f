"""cudaarithm and cudaimgproc against the functions of OpenCV on the CPU."""

from __future__ import annotations

import numpy as np
import pytest
from cv2_support import check, close, code, cuda, cv2, device, noise  # noqa: F401

TYPES = [("u1", 1), ("u1", 3), ("u1", 4), ("i1", 2), ("u2", 1), ("i2", 3), ("i4", 1), ("f4", 1), ("f4", 4), ("f8", 2)]


def floats(array: np.ndarray) -> dict[str, float]:
    """How near floats must be; whole numbers are exact."""
    return {"levels": 1e-3, "rtol": 1e-4} if array.dtype.kind == "f" else {}


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "absdiff", "min", "max"])
@pytest.mark.parametrize("type, channels", TYPES)
def test_two_matrices(device, rng, name, type, channels):
    a, b = noise(rng, type, channels), noise(rng, type, channels)
    if name == "multiply" and type == "i4":
        a, b = a % 1000, b % 1000
    expected = getattr(cv2, name)(a, b)
    if name == "multiply" and type in ("u2", "i2"):  # OpenCV 5.0 makes 0 of what is beyond an int
        bounds = np.iinfo(type)
        expected = np.clip(a.astype(np.int64) * b, bounds.min, bounds.max).astype(type)
    check(getattr(cuda, name), [a, b], expected, rng, **floats(a))


@pytest.mark.parametrize("type, channels", [("u1", 3), ("u2", 1), ("i2", 4), ("f4", 3)])
def test_divide(device, rng, type, channels):
    a, b = noise(rng, type, channels), noise(rng, type, channels)
    b[b == 0] = 1
    check(lambda x, y, **k: cuda.divide(x, y, scale=7, **k), [a, b], cv2.divide(a, b, scale=7), rng, 0 if type != "f4" else 1e-3,
          0 if type != "f4" else 1e-4)
    if type != "f4":
        b[::3] = 0
        assert not cuda.divide(cuda.GpuMat(a), cuda.GpuMat(b)).download()[::3].any()


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide", "absdiff", "min", "max"])
@pytest.mark.parametrize("type, channels", [("u1", 1), ("u1", 3), ("u1", 4), ("i2", 2), ("f4", 3)])
def test_a_scalar_on_either_side(device, rng, name, type, channels):
    a = noise(rng, type, channels)
    scalar = (3, 100, 7, 31)
    other = np.empty_like(a)
    other[:] = scalar[:channels] if channels > 1 else scalar[0]
    operation = getattr(cuda, name)
    close(operation(cuda.GpuMat(a), scalar), getattr(cv2, name)(a, other), 1e-3 if type == "f4" else 0, 1e-5)
    twin = getattr(cuda, f"{name}WithScalar")
    close(twin(cuda.GpuMat(a), scalar), getattr(cv2, name)(a, other), 1e-3 if type == "f4" else 0, 1e-5)
    if name != "divide":
        close(operation(scalar, cuda.GpuMat(a)), getattr(cv2, name)(other, a), 1e-3 if type == "f4" else 0, 1e-5)


def test_a_number_is_the_first_channel(device, rng):
    a = noise(rng, "u1", 3)
    expected = a.copy()
    expected[..., 0] = cv2.add(a[..., 0], np.full(a.shape[:2], 9, np.uint8))
    close(cuda.add(cuda.GpuMat(a), 9), expected, 0, 0)


def test_mask_and_dtype(device, rng):
    a, b = noise(rng, "u1", 3), noise(rng, "u1", 3)
    mask = (noise(rng) > 100).astype(np.uint8) * 255
    before = noise(rng, "u1", 3)
    for name in ("add", "subtract", "bitwise_and", "bitwise_or", "bitwise_xor"):
        dst = cuda.GpuMat(before)
        getattr(cuda, name)(cuda.GpuMat(a), cuda.GpuMat(b), dst, cuda.GpuMat(mask))
        close(dst, getattr(cv2, name)(a, b, before.copy(), mask), 0, 0)
    for name in ("add", "subtract", "multiply", "divide"):
        for dtype in (cv2.CV_16S, cv2.CV_32F):
            b[b == 0] = 1
            expected = getattr(cv2, name)(a, b, dtype=dtype)
            close(getattr(cuda, name)(cuda.GpuMat(a), cuda.GpuMat(b), dtype=dtype), expected, 0, 1e-6)
    close(cuda.bitwise_not(cuda.GpuMat(a), None, cuda.GpuMat(mask)), cv2.bitwise_not(a, np.zeros_like(a), mask), 0, 0)


@pytest.mark.parametrize("type, channels", [("u1", 3), ("u2", 1), ("i2", 2), ("f4", 4), ("f8", 1)])
def test_add_weighted(device, rng, type, channels):
    a, b = noise(rng, type, channels), noise(rng, type, channels)
    expected = cv2.addWeighted(a, 0.7, b, -1.3, 5.25)
    whole = np.dtype(type).kind != "f"
    check(lambda x, y, **k: cuda.addWeighted(x, 0.7, y, -1.3, 5.25, **k), [a, b], expected, rng, 1 if whole else 1e-3, 0 if whole else 1e-4)
    close(cuda.addWeighted(cuda.GpuMat(a), 2, cuda.GpuMat(b), 1, 0, dtype=cv2.CV_32F), cv2.addWeighted(a, 2, b, 1, 0, dtype=cv2.CV_32F), 1e-2, 1e-4)
    close(cuda.scaleAdd(cuda.GpuMat(a), 2, cuda.GpuMat(b)), cv2.addWeighted(a, 2, b, 1, 0), 1 if whole else 1e-3, 1e-4)


@pytest.mark.parametrize("op", ["CMP_EQ", "CMP_GT", "CMP_GE", "CMP_LT", "CMP_LE", "CMP_NE"])
@pytest.mark.parametrize("type, channels", [("u1", 3), ("i2", 1), ("f4", 2)])
def test_compare(device, rng, op, type, channels):
    a = noise(rng, type, channels)
    b = np.where(noise(rng, type, channels) > 0, a, a[::-1])
    number = getattr(cv2, op)
    check(lambda x, y, **k: cuda.compare(x, y, number, **k), [a, b], cv2.compare(a, b, number), rng)
    scalar = np.empty_like(a)
    scalar[:] = 40
    close(cuda.compareWithScalar(cuda.GpuMat(a), (40,) * 4, number), cv2.compare(a, scalar, number), 0, 0)


@pytest.mark.parametrize("type, channels", [("u1", 1), ("u1", 3), ("i4", 4), ("u2", 2)])
def test_bitwise(device, rng, type, channels):
    a, b = noise(rng, type, channels), noise(rng, type, channels)
    for name in ("and", "or", "xor"):
        check(getattr(cuda, f"bitwise_{name}"), [a, b], getattr(cv2, f"bitwise_{name}")(a, b), rng)
        scalar = np.empty_like(a)
        scalar[:] = 85
        twin = getattr(cuda, f"bitwise_{name}_with_scalar")
        close(twin(cuda.GpuMat(a), (85,) * 4), getattr(cv2, f"bitwise_{name}")(a, scalar), 0, 0)
    check(cuda.bitwise_not, [a], cv2.bitwise_not(a), rng)


@pytest.mark.parametrize("name", ["abs", "sqr", "sqrt", "exp", "log"])
@pytest.mark.parametrize("type, channels", [("f4", 1), ("f4", 3), ("f8", 2)])
def test_math(device, rng, name, type, channels):
    a = noise(rng, type, channels)
    a = {"sqrt": np.abs(a), "exp": a / 10, "log": np.abs(a) + 0.1}.get(name, a).astype(type)
    expected = {"abs": np.abs, "sqr": np.square, "sqrt": np.sqrt, "exp": np.exp, "log": np.log}[name](a)
    check(getattr(cuda, name), [a], expected, rng, 1e-5, 1e-4)


def test_math_of_whole_numbers_saturates(device):
    a = np.array([[-128, -3, 0, 11, 12, 127]], np.int8)
    close(cuda.abs(cuda.GpuMat(a)), np.array([[127, 3, 0, 11, 12, 127]], np.int8), 0, 0)
    close(cuda.sqr(cuda.GpuMat(a)), np.array([[127, 9, 0, 121, 127, 127]], np.int8), 0, 0)


@pytest.mark.parametrize("power", [2, 3, -1, 0.5])
def test_pow(device, rng, power):
    a = np.abs(noise(rng, "f4", 2)) / 10 + 0.1
    check(lambda x, **k: cuda.pow(x, power, **k), [a], cv2.pow(a, power), rng, 1e-5, 1e-4)
    if power == 3:
        close(cuda.pow(cuda.GpuMat(-a), power), -cv2.pow(a, power), 1e-4, 1e-4)


def test_magnitude(device, rng):
    x, y = noise(rng, "f4"), noise(rng, "f4")
    check(cuda.magnitude, [x, y], cv2.magnitude(x, y), rng, 1e-5, 1e-4, dst="magnitude")
    check(cuda.magnitudeSqr, [x, y], x * x + y * y, rng, 1e-5, 1e-4, dst="magnitude")
    check(cuda.magnitude, [np.dstack([x, y])], cv2.magnitude(x, y), rng, 1e-5, 1e-4, dst="magnitude")
    check(cuda.magnitudeSqr, [np.dstack([x, y])], x * x + y * y, rng, 1e-5, 1e-4, dst="magnitude")
    with pytest.raises(cv2.error, match="two channels"):
        cuda.magnitude(cuda.GpuMat(x))


@pytest.mark.parametrize("kind", ["BINARY", "BINARY_INV", "TRUNC", "TOZERO", "TOZERO_INV"])
@pytest.mark.parametrize("type, channels", [("u1", 1), ("u1", 3), ("i2", 1), ("f4", 1)])
def test_threshold(device, rng, kind, type, channels):
    a = noise(rng, type, channels)
    number = getattr(cv2, f"THRESH_{kind}")
    level, expected = cv2.threshold(a, 50, 200, number)
    check(lambda x, **k: cuda.threshold(x, 50, 200, number, **k), [a], expected, rng, result=lambda given: given[1])
    assert cuda.threshold(cuda.GpuMat(a), 50, 200, number)[0] == level == 50


def test_in_range(device, rng):
    for type, channels in (("u1", 1), ("u1", 3), ("f4", 4)):
        a = noise(rng, type, channels)
        low, high = (10, 20, 30, 40)[:channels], (90, 200, 90, 90)[:channels]
        check(lambda x, **k: cuda.inRange(x, low, high, **k), [a], cv2.inRange(a, low, high), rng)


@pytest.mark.parametrize("type, channels", [("u1", 3), ("i2", 2), ("f4", 4)])
def test_split_and_merge(device, rng, type, channels):
    a = noise(rng, type, channels)
    planes = cuda.split(cuda.GpuMat(a), stream=cuda.Stream())
    for plane, expected in zip(planes, cv2.split(a)):
        close(plane, expected, 0, 0)
    check(lambda *parts, **k: cuda.merge(parts, **k), list(cv2.split(a)), a, rng)
    kept = [cuda.GpuMat() for _ in range(channels)]
    given = cuda.split(cuda.GpuMat(a), kept)
    assert all(x is y for x, y in zip(given, kept)) and len(given) == channels
    with pytest.raises(TypeError, match="GpuMat"):
        cuda.merge([a])


def test_swap_channels(device, rng):
    a = noise(rng, "u1", 4)
    mat = cuda.GpuMat(a)
    assert cuda.swapChannels(mat, [2, 1, 0, 3], cuda.Stream()) is mat
    close(mat, a[..., [2, 1, 0, 3]], 0, 0)
    with pytest.raises(TypeError, match="four"):
        cuda.swapChannels(mat, [2, 1])


def test_conversions_have_opencvs_numbers():
    conversions = cuda.color_conversions()
    assert len(conversions) >= 36
    for name, number in conversions.items():
        assert getattr(cv2, f"COLOR_{name}") == number


@pytest.mark.parametrize("name", list(cuda.color_conversions()))
@pytest.mark.parametrize("type", ["u1", "f4"])
def test_cvt_color(device, rng, name, type):
    number = getattr(cv2, f"COLOR_{name}")
    source = name.split("2")[0]
    channels = 1 if source == "GRAY" else 4 if source in ("BGRA", "RGBA") else 3
    if type == "f4":
        a = rng.random((37, 53) if channels == 1 else (37, 53, channels)).astype(np.float32)
        if source in ("HSV", "HLS"):
            a[..., 0] *= 359
    else:
        a = noise(rng, "u1", channels)
        if source in ("HSV", "HLS"):
            a[..., 0] %= 180 if "FULL" not in name else 255
    levels, rtol = (1, 0) if type == "u1" else (2e-2 if "HSV" in name or "HLS" in name else 1e-4, 1e-4)
    if type == "u1" and (source in ("HSV", "HLS") or "HLS" in name):
        levels = 2  # OpenCV's own vectors round, and the loops for the rest of a row cut off
    check(lambda x, **k: cuda.cvtColor(x, number, **k), [a], cv2.cvtColor(a, number), rng, levels, rtol)


def test_cvt_color_that_is_not_there(device, rng):
    with pytest.raises(cv2.error, match="cvt"):
        cuda.cvtColor(cuda.GpuMat(noise(rng, "u1", 3)), cv2.COLOR_BGR2Lab)
    a = noise(rng, "u1", 3)
    close(cuda.cvtColor(cuda.GpuMat(a), cv2.COLOR_BGR2RGB, dcn=3), a[..., ::-1], 0, 0)


def straight_over(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """retouch's `over`: straight colours, the lower picture's counting as opaque (docs/sprites.md)."""
    alpha, below = a[..., 3:] / 255.0, b[..., 3:] / 255.0
    colors = a[..., :3] * alpha + b[..., :3] * (1 - alpha)
    return np.concatenate([colors, (alpha + below * (1 - alpha)) * 255], axis=2)


def test_alpha_comp_over(device, rng):
    a, b = noise(rng, "u1", 4), noise(rng, "u1", 4)
    expected = np.rint(straight_over(a, b)).astype(np.uint8)
    check(lambda x, y, **k: cuda.alphaComp(x, y, cuda.ALPHA_OVER, **k), [a, b], expected, rng, 1)
    below = cuda.GpuMat(b)  # in place, as overlays are drawn
    cuda.alphaComp(cuda.GpuMat(a), below, cuda.ALPHA_OVER, below)
    close(below, expected, 1, 0)


@pytest.mark.parametrize("op", ["IN", "OUT", "ATOP", "XOR", "PLUS"])
def test_alpha_comp_of_multiplied_colours(device, rng, op):
    a, b = noise(rng, "u1", 4), noise(rng, "u1", 4)
    for picture in (a, b):
        picture[..., :3] = np.minimum(picture[..., :3], picture[..., 3:])
    x, y = a.astype(float) / 255, b.astype(float) / 255
    factors = {"IN": (y[..., 3:], 0), "OUT": (1 - y[..., 3:], 0), "ATOP": (y[..., 3:], 1 - x[..., 3:]), "XOR": (1 - y[..., 3:], 1 - x[..., 3:]), "PLUS": (1, 1)}
    fa, fb = factors[op]
    expected = np.rint(np.clip(x * fa + y * fb, 0, 1) * 255).astype(np.uint8)
    number = getattr(cuda, f"ALPHA_{op}_PREMUL")
    check(lambda p, q, **k: cuda.alphaComp(p, q, number, **k), [a, b], expected, rng, 1)


def test_alpha_constants_and_premul(device, rng):
    names = "OVER IN OUT ATOP XOR PLUS OVER_PREMUL IN_PREMUL OUT_PREMUL ATOP_PREMUL XOR_PREMUL PLUS_PREMUL PREMUL".split()
    assert [getattr(cuda, f"ALPHA_{name}") for name in names] == list(range(13))
    a = noise(rng, "u1", 4)
    expected = a.copy()
    expected[..., :3] = np.rint(a[..., :3] * (a[..., 3:] / 255.0))
    close(cuda.alphaComp(cuda.GpuMat(a), cuda.GpuMat(a), cuda.ALPHA_PREMUL), expected, 1, 0)
    with pytest.raises(cv2.error, match="alpha_op"):
        cuda.alphaComp(cuda.GpuMat(a), cuda.GpuMat(a), 13)


def test_what_does_not_fit_is_an_error_of_both_libraries(device, rng):
    import retouch

    a, b = cuda.GpuMat(noise(rng)), cuda.GpuMat(noise(rng, "f4"))
    for error in (cv2.error, retouch.InvalidArgument, ValueError):
        with pytest.raises(error):
            cuda.add(a, b)
    with pytest.raises(cv2.error):
        cuda.compare(a, a, 9)
    with pytest.raises(cv2.error, match="THRESH"):
        cuda.threshold(a, 1, 2, cv2.THRESH_OTSU)
    with pytest.raises(TypeError):
        cuda.add(a.download(), a)
    assert code(a.download()) == a.type()
