"""Each operation gives what OpenCV or NumPy gives: whole pictures and regions at odd places, of odd sizes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from conftest import PACKED, image_of, noise

import retouch

SIZE = (83, 61)
REGIONS = [(0, 0, 83, 61), (7, 5, 41, 33), (82, 60, 1, 1), (-10, 20, 25, 100), (40, 40, 0, 10), (100, 100, 5, 5)]


def clip(box: tuple[int, int, int, int]) -> tuple[slice, slice]:
    x, y, w, h = box
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + w, SIZE[0]), min(y + h, SIZE[1])
    return slice(y0, max(y0, y1)), slice(x0, max(x0, x1))


def close(got: np.ndarray, wanted: np.ndarray, levels: int) -> None:
    assert got.shape == wanted.shape
    assert np.abs(got.astype(int) - wanted.astype(int)).max(initial=0) <= levels


def edited(device: str, format: str, array: np.ndarray, box, edit) -> np.ndarray:
    image = image_of(array, format, device)
    edit(image.region(box))
    return image.to_numpy()


def gaussian(array: np.ndarray, ksize: tuple[int, int], sigma_x: float, sigma_y: float, border: int) -> np.ndarray:
    """In floats: OpenCV's 8-bit weights are a little off."""
    return np.rint(cv2.GaussianBlur(array.astype(np.float32), ksize, sigma_x, sigmaY=sigma_y, borderType=border))


FILTERS = {
    "gaussian_blur": (lambda r: retouch.gaussian_blur(r, ksize=(9, 5), sigma_x=2), 1,
                      lambda a: gaussian(a, (9, 5), 2, 2, cv2.BORDER_REFLECT_101)),
    "gaussian_blur replicate": (lambda r: retouch.gaussian_blur(r, sigma_x=1.5, sigma_y=3, border="replicate"), 1,
                                lambda a: gaussian(a, (11, 19), 1.5, 3, cv2.BORDER_REPLICATE)),
    "GaussianBlur": (lambda r: retouch.GaussianBlur(ksize=9, sigma_x=2)(r), 1,
                     lambda a: gaussian(a, (9, 9), 2, 2, cv2.BORDER_REFLECT_101)),
    "box_blur": (lambda r: retouch.box_blur(r, ksize=(7, 4)), 1, lambda a: cv2.blur(a, (7, 4), borderType=cv2.BORDER_REFLECT_101)),
    "BoxBlur": (lambda r: retouch.BoxBlur(ksize=5, border="replicate")(r), 1, lambda a: cv2.blur(a, (5, 5), borderType=cv2.BORDER_REPLICATE)),
    "median_blur": (lambda r: retouch.median_blur(r, ksize=5), 0, lambda a: cv2.medianBlur(a, 5)),
    "MedianBlur": (lambda r: retouch.MedianBlur()(r), 0, lambda a: cv2.medianBlur(a, 3)),
    "flip": (lambda r: retouch.flip(r, "horizontal"), 0, lambda a: a[:, ::-1]),
    "flip both": (lambda r: retouch.flip(r, retouch.FlipMode.both), 0, lambda a: a[::-1, ::-1]),
    "rotate90": (lambda r: retouch.rotate90(r, "cw180"), 0, lambda a: np.rot90(a, 2)),
}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("format", ["gray8", "bgr8", "rgba8"])
def test_in_place_on_a_region(device: str, name: str, format: str, rng: np.random.Generator) -> None:
    edit, levels, reference = FILTERS[name]
    array = noise(rng, format, SIZE)
    for box in REGIONS:
        wanted = array.copy()
        rows, columns = clip(box)
        part = np.ascontiguousarray(array[rows, columns])  # a copy: what lies around a region is not seen
        if part.size:
            wanted[rows, columns] = reference(part).reshape(part.shape)
        close(edited(device, format, array, box, edit), wanted, levels)


INTO = {
    "gaussian_blur_into": (lambda s, d: retouch.gaussian_blur_into(s, d, ksize=9, sigma_x=2), 1,
                           lambda a: gaussian(a, (9, 9), 2, 2, cv2.BORDER_REFLECT_101)),
    "GaussianBlur.into": (lambda s, d: retouch.GaussianBlur(ksize=9, sigma_x=2).into(s, d), 1,
                          lambda a: gaussian(a, (9, 9), 2, 2, cv2.BORDER_REFLECT_101)),
    "box_blur_into": (lambda s, d: retouch.box_blur_into(s, d, ksize=3), 1, lambda a: cv2.blur(a, (3, 3), borderType=cv2.BORDER_REFLECT_101)),
    "median_blur_into": (lambda s, d: retouch.median_blur_into(s, d), 0, lambda a: cv2.medianBlur(a, 3)),
    "flip_into": (lambda s, d: retouch.flip_into(s, d, "vertical"), 0, lambda a: a[::-1]),
    "copy_into": (lambda s, d: retouch.copy_into(s, d), 0, lambda a: a),
}


@pytest.mark.parametrize("name", INTO)
def test_into_another_image(device: str, name: str, rng: np.random.Generator) -> None:
    apply, levels, reference = INTO[name]
    array = noise(rng, "rgba8", SIZE)
    src = image_of(array, "rgba8", device)
    dst = image_of(np.zeros_like(array), "rgba8", device)
    apply(src, dst)
    close(dst.to_numpy(), reference(array), levels)
    close(src.to_numpy(), array, 0)


def test_pixelate(device: str, rng: np.random.Generator) -> None:
    array = noise(rng, "rgb8", SIZE)
    wanted = array.copy()
    for y in range(0, SIZE[1], 10):
        for x in range(0, SIZE[0], 10):
            cell = wanted[y : y + 10, x : x + 10]
            cell[:] = np.floor(cell.reshape(-1, 3).mean(axis=0) + 0.5)
    for pixelate in (lambda r: retouch.pixelate(r, cell_px=10), retouch.Pixelate(cell_px=10)):
        close(edited(device, "rgb8", array, (0, 0, *SIZE), pixelate), wanted, 0)
    src, dst = image_of(array, "rgb8", device), image_of(array * 0, "rgb8", device)
    retouch.pixelate_into(src, dst, cell_px=10)
    close(dst.to_numpy(), wanted, 0)


def blend(under: np.ndarray, color: np.ndarray, alpha: np.ndarray | int) -> np.ndarray:
    """docs/pixel_model.md"""
    a = np.asarray(alpha, dtype=int)
    return (color.astype(int) * a + under.astype(int) * (255 - a) + 127) // 255


@pytest.mark.parametrize("format", PACKED)
def test_fill_blends_by_alpha_and_mask(device: str, format: str, rng: np.random.Generator) -> None:
    array = noise(rng, format, SIZE)
    mask = rng.integers(0, 256, (61, 83), dtype=np.uint8)
    color = (200, 100, 50, 77)
    order = {"rgb8": [0, 1, 2], "bgr8": [2, 1, 0], "rgba8": [0, 1, 2], "bgra8": [2, 1, 0]}
    for given in (None, mask, mask > 128):
        bytes_ = None if given is None else given * np.uint8(255) if given.dtype == bool else given
        alpha = np.full((61, 83), 77) if bytes_ is None else (77 * bytes_.astype(int) + 127) // 255
        image = image_of(array, format, device)
        retouch.fill(image, color, mask=given)
        got = image.to_numpy()
        if format == "gray8":
            luma = int(round(0.299 * 200 + 0.587 * 100 + 0.114 * 50))
            close(got, blend(array, np.array(luma), alpha), 0)
            continue
        channels = np.array(color)[order[format]]
        close(got[..., :3], blend(array[..., :3], channels, alpha[..., None]), 0)
        if format.endswith("a8"):
            close(got[..., 3], alpha + (array[..., 3].astype(int) * (255 - alpha) + 127) // 255, 0)


def test_fill_of_a_list_is_one_after_the_other(device: str) -> None:
    image = image_of(np.zeros((20, 20, 3), np.uint8), "rgb8", device)
    retouch.fill([image.region((0, 0, 10, 10)), image.region((5, 5, 10, 10))], (255, 0, 0, 128))
    got = image.to_numpy()[..., 0]
    assert got[2, 2] == 128 and got[7, 7] == 192 and got[12, 12] == 128 and got[17, 17] == 0
    retouch.fill([], "#ffffff")


def test_copy_with_a_mask(device: str, rng: np.random.Generator) -> None:
    a, b = noise(rng, "rgba8", SIZE), noise(rng, "rgba8", SIZE)
    mask = rng.random((61, 83)) > 0.5
    for given in (mask, mask * np.uint8(3), image_of(mask * np.uint8(255), "gray8", device)):
        image = image_of(b, "rgba8", device)
        retouch.copy_into(image_of(a, "rgba8", device), image, mask=given)
        close(image.to_numpy(), np.where(mask[..., None], a, b), 0)
    image = image_of(b, "rgba8", device)
    retouch.copy_into(a[:, ::-1], image.region((0, 0, 83, 61)))  # an array, of any strides
    close(image.to_numpy(), a[:, ::-1], 0)


@pytest.mark.parametrize("interpolation, flag, levels", [("nearest", cv2.INTER_NEAREST, 0), ("linear", cv2.INTER_LINEAR, 1), ("area", cv2.INTER_AREA, 1)])
def test_resize_into(device: str, interpolation: str, flag: int, levels: int, rng: np.random.Generator) -> None:
    array = noise(rng, "rgba8", SIZE)
    for size in [(41, 30), (97, 70)]:
        dst = retouch.Image("rgba8", size, device=device)
        retouch.resize_into(image_of(array, "rgba8", device), dst, interpolation=interpolation)
        if interpolation == "area" and size[0] > SIZE[0]:
            continue  # cv2 has another rule there: docs/transforms.md
        close(dst.to_numpy(), cv2.resize(array, size, interpolation=flag), levels)


@pytest.mark.parametrize("src, dst, code", [
    ("rgb8", "bgr8", cv2.COLOR_RGB2BGR), ("rgb8", "gray8", cv2.COLOR_RGB2GRAY), ("bgr8", "rgba8", cv2.COLOR_BGR2RGBA), ("gray8", "rgb8", cv2.COLOR_GRAY2RGB)])
def test_convert_into(device: str, src: str, dst: str, code: int, rng: np.random.Generator) -> None:
    array = noise(rng, src, SIZE)
    image = retouch.Image(dst, SIZE, device=device)
    retouch.convert_into(image_of(array, src, device), image)
    close(image.to_numpy(), cv2.cvtColor(array, code), 1)


def test_nv12_there_and_back(device: str) -> None:
    flat = np.full((32, 48, 3), (200, 100, 50), np.uint8)
    nv12 = retouch.Image("nv12", (48, 32), device=device)
    retouch.convert_into(image_of(flat, "rgb8", device), nv12)
    y, uv = nv12.to_numpy()
    i420 = cv2.cvtColor(flat, cv2.COLOR_RGB2YUV_I420)
    close(y, i420[:32], 1)
    assert uv.shape == (16, 24, 2)
    close(uv[..., 0], i420[32:40].reshape(16, 24), 1)
    back = retouch.Image("rgb8", (48, 32), device=device)
    retouch.convert_into(nv12, back)
    close(back.to_numpy(), flat, 3)


@pytest.mark.parametrize("rotation, turns", [("cw90", -1), ("cw180", 2), ("cw270", 1)])
def test_rotate90_into(device: str, rotation: str, turns: int, rng: np.random.Generator) -> None:
    array = noise(rng, "rgba8", SIZE)
    size = SIZE if rotation == "cw180" else SIZE[::-1]
    dst = retouch.Image("rgba8", size, device=device)
    retouch.rotate90_into(image_of(array, "rgba8", device), dst, rotation)
    close(dst.to_numpy(), np.rot90(array, turns), 0)


def test_what_would_change_the_layout_is_refused(device: str, rng: np.random.Generator) -> None:
    array = noise(rng, "rgba8", SIZE)
    image = image_of(array, "rgba8", device)
    for change in (lambda: retouch.convert(image, "rgb8"), lambda: retouch.resize(image, (10, 10)), lambda: retouch.rotate90(image, "cw90")):
        with pytest.raises(retouch.LayoutError):
            change()
    retouch.convert(image, "rgba8")
    retouch.resize(image, SIZE)
    close(image.to_numpy(), array, 0)


def test_sprites(device: str, rng: np.random.Generator) -> None:
    array, picture = noise(rng, "rgba8", SIZE), noise(rng, "rgba8", (20, 10))
    wanted = array.copy()
    part = wanted[5:15, 70:83]
    piece = picture[:, :13]
    alpha = piece[..., 3:].astype(int)
    wanted[5:15, 70:83, :3] = blend(part[..., :3], piece[..., :3], alpha)
    wanted[5:15, 70:83, 3] = alpha[..., 0] + (part[..., 3].astype(int) * (255 - alpha[..., 0]) + 127) // 255
    for sprite in (retouch.Sprite(picture), picture, retouch.Sprite(picture[..., [2, 1, 0, 3]], "bgra8"), retouch.Sprite(retouch.Image.from_array(picture))):
        image = image_of(array, "rgba8", device)
        retouch.composite(image, sprite, (70, 5))
        close(image.to_numpy(), wanted, 0)
    dst = image_of(array * 0, "rgba8", device)
    retouch.composite_into(image_of(array, "rgba8", device), dst, picture, (70, 5))
    close(dst.to_numpy(), wanted, 0)
    assert retouch.Sprite(picture).size == (20, 10) and not retouch.Sprite(picture).empty and retouch.Sprite().empty
    image = image_of(array, "rgba8", device)
    retouch.composite(image, retouch.Sprite(), (0, 0))
    retouch.composite(image, picture, (0, 0), opacity=0)
    close(image.to_numpy(), array, 0)
    with pytest.raises(retouch.InvalidArgument, match="opacity"):
        retouch.composite(image, picture, (0, 0), opacity=1.5)
    with pytest.raises(TypeError, match="whole pixels"):
        retouch.composite(image, picture, (0.5, 0))
    retouch.composite(image, picture, (0, 0), op="in")
    retouch.composite(image, picture, (0, 0), op=retouch.CompositeOp.in_)


def test_strength_for_privacy() -> None:
    assert [retouch.cells_for(p) for p in ("low", "medium", retouch.Privacy.high)] == [16, 10, 6]
    assert retouch.gaussian_sigma_for("high", (60, 30)) == pytest.approx(0.966 * 60 / 6, rel=1e-3)
    assert retouch.pixelate_cell_for("medium", (100, 40)) == 10
    assert retouch.box_size_for("high", (60, 30)) % 2 == 1
    with pytest.raises(retouch.InvalidArgument):
        retouch.cells_for("none")


def test_the_border_colour(device: str) -> None:
    image = image_of(np.full((9, 9, 3), 255, np.uint8), "rgb8", device)
    retouch.box_blur(image, ksize=3, border="constant", border_color=(0, 0, 0))
    got = image.to_numpy()
    assert (got[4, 4] == 255).all() and (got[0, 0] == 113).all()  # 4 of 9 pixels are white


@pytest.mark.parametrize("call", [
    lambda i: retouch.gaussian_blur(i, sigma_x=float("nan")), lambda i: retouch.gaussian_blur(i), lambda i: retouch.gaussian_blur(i, sigma_x=-1),
    lambda i: retouch.box_blur(i, ksize=0), lambda i: retouch.median_blur(i, ksize=7), lambda i: retouch.pixelate(i, cell_px=0),
    lambda i: retouch.fill(i, (1, 2, 256)), lambda i: retouch.fill(i, "#12345"), lambda i: retouch.fill(i, (-1, 0, 0)),
    lambda i: retouch.fill(i, (0, 0, 0), mask=np.zeros((3, 3), np.uint8)), lambda i: retouch.fill([i, i], (0, 0, 0), mask=np.zeros((8, 8), np.uint8)),
    lambda i: retouch.flip(i, "diagonal"), lambda i: retouch.copy_into(i, retouch.Image("rgb8", (8, 8))),
    lambda i: i.region((0, 0, float("nan"), 4)), lambda i: i.upload(np.zeros((3, 3, 4), np.uint8)), lambda i: i.upload(np.zeros((8, 8, 3), np.uint8))])
def test_values_that_cannot_be_meant(call, rng: np.random.Generator) -> None:
    array = noise(rng, "rgba8", (8, 8))
    image = image_of(array, "rgba8", "cpu")
    with pytest.raises(ValueError) as error:
        call(image)
    assert isinstance(error.value, retouch.InvalidArgument) and str(error.value)
    close(image.numpy(), array, 0)
