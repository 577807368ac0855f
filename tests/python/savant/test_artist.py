"""Artist, opencv_utils, images and memory: pixels worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from savant_support import STROKE_FONT, cv2, device, picture, pixels, text_size  # noqa: F401

from retouch.savant import _frames, memory, preprocess
from retouch.savant.artist import Artist, Position
from retouch.savant.geometry import BBox, RBBox
from retouch.savant.images import CPUImage, GPUImage
from retouch.savant.objects import ObjectMeta
from retouch.savant.opencv_utils import alpha_comp, apply_cuda_filter, draw_rect

RED, GREEN, BLUE, BLACK = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255), (0, 0, 0, 255)


class Sheet:
    """A black picture and its matrix."""

    def __init__(self, device: str, width: int = 64, height: int = 48, color=BLACK) -> None:
        self.image = picture(width, height, color, device)
        self.surface = _frames.Surface(self.image, self.image.stream)
        self.mat = self.surface.gpu_mat()
        self.stream = self.surface.cuda_stream

    def artist(self) -> Artist:
        return Artist(self.mat, self.stream)

    def pixels(self) -> np.ndarray:
        return pixels(self.image)


@pytest.fixture
def sheet(device: str) -> Sheet:
    return Sheet(device)


def rectangle(array: np.ndarray, left: int, top: int, right: int, bottom: int, color) -> np.ndarray:
    array[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = color
    return array


def blank(width: int = 64, height: int = 48, color=BLACK) -> np.ndarray:
    array = np.empty((height, width, 4), np.uint8)
    array[:] = color
    return array


def test_a_box_has_its_border_around_it(sheet):
    with sheet.artist() as artist:
        assert artist.frame_wh == (64, 48)
        artist.add_bbox(
            BBox.ltwh(20, 10, 16, 12), border_width=3, border_color=RED, bg_color=BLUE, padding=(1, 2, 0, 0)
        )
    # Padding to 19, 8, 36, 22; the border around that to 16, 5, 39, 25.
    expected = rectangle(rectangle(blank(), 16, 5, 39, 25, RED), 19, 8, 36, 22, BLUE)
    assert np.array_equal(sheet.pixels(), expected)


def test_boxes_end_at_the_frame_and_beyond_there_is_nothing(sheet):
    with sheet.artist() as artist:
        artist.add_bbox(BBox.ltwh(-4, -4, 10, 8), 2, GREEN)  # its border's left and upper part lie outside
        artist.add_bbox(BBox.ltwh(500, 10, 10, 10), 2, RED)
        artist.add_bbox(BBox.ltwh(20, 20, 10, 10), 0, RED)
        artist.add_bbox(BBox.ltwh(20, 20, 10, 10), 2, (255, 0, 0, 0))
    expected = rectangle(rectangle(blank(), 0, 0, 8, 6, GREEN), 0, 0, 6, 4, BLACK)
    assert np.array_equal(sheet.pixels(), expected)


def test_what_is_called_later_lies_on_top(sheet):
    with sheet.artist() as artist:
        artist.add_circle((20, 20), 5, RED, cv2.FILLED)
        artist.add_bbox(BBox.ltwh(0, 0, 40, 40), 0, bg_color=BLUE)
    assert np.array_equal(sheet.pixels(), rectangle(blank(), 0, 0, 40, 40, BLUE))


def test_alpha_blends(sheet):
    with sheet.artist() as artist:
        artist.add_bbox(BBox.ltwh(0, 0, 64, 48), 0, bg_color=(200, 100, 0, 128))
    # (200 * 128 + 127) // 255 = 100, (100 * 128 + 127) // 255 = 50
    assert sheet.pixels()[5, 5].tolist() == [100, 50, 0, 255]


def test_nothing_is_drawn_when_the_block_raises(sheet):
    with pytest.raises(KeyError):
        with sheet.artist() as artist:
            artist.add_bbox(BBox.ltwh(0, 0, 40, 40), 0, bg_color=BLUE)
            raise KeyError
    assert np.array_equal(sheet.pixels(), blank())


def test_circles_lines_and_polygons(sheet):
    with sheet.artist() as artist:
        artist.add_circle((20, 20), 4, RED, cv2.FILLED)
        artist.add_line((40, 5), (60, 5), GREEN, 3)
        artist.add_polygon([(40, 20), (60, 20), (60, 40), (40, 40)], 0, RED, BLUE)
        artist.add_polygon([(2, 40), (30, 40)], line_width=1, line_color=GREEN)  # a line
    array = sheet.pixels()
    assert array[20, 16:25, 0].tolist() == [255] * 9  # 20 +- 4
    assert array[20, 14, 0] == 0 and array[20, 26, 0] == 0
    assert array[4:7, 50, 1].tolist() == [255] * 3 and array[3, 50, 1] == 0 and array[7, 50, 1] == 0
    assert array[30, 50].tolist() == list(BLUE) and array[41, 50, 2] == 0 and array[30, 38, 2] == 0
    assert array[40, 10].tolist() == list(GREEN) and array[39, 10, 1] == 0 and array[41, 10, 1] == 0


def test_a_circle_line(sheet):
    with sheet.artist() as artist:
        artist.add_circle((30, 24), 10, RED, 2)
    array = sheet.pixels()
    assert array[24, 30, 0] == 0 and array[24, 40, 0] > 100 and array[24, 43, 0] == 0 and array[24, 37, 0] == 0


def test_rounded_rectangles_lack_their_corners(sheet):
    with sheet.artist() as artist:
        artist.add_rounded_rect(BBox.ltwh(10, 10, 30, 20), 8, RED)
        artist.add_rounded_rect(BBox.ltwh(0, 0, 64, 48), 8, (255, 0, 0, 0))
    array = sheet.pixels()
    assert array[10, 10, 0] == 0 and array[29, 39, 0] == 0
    assert (array[20, 10:40, 0] == 255).all() and (array[10:30, 25, 0] == 255).all()
    assert array[20, 9, 0] == 0 and array[9, 25, 0] == 0


def test_a_turned_box(sheet):
    with sheet.artist() as artist:
        artist.add_bbox(RBBox(30, 24, 20, 10, 90), 0, bg_color=RED)
    # By 90 degrees: 10 wide, 20 high.
    array = sheet.pixels()
    inside = array[15:33, 26:34, 0]
    assert (inside == 255).all()
    assert (array[:13, :, 0] == 0).all() and (array[35:, :, 0] == 0).all()
    assert (array[:, :24, 0] == 0).all() and (array[:, 36:, 0] == 0).all()


@pytest.mark.parametrize(
    "anchor, left, top",
    [
        (Position.LEFT_TOP, 100, 50),
        (Position.CENTER_TOP, 100 - 19, 50),
        (Position.RIGHT_TOP, 100 - 38, 50),
        (Position.LEFT_CENTER, 100, 50 - 9),
        (Position.CENTER, 100 - 19, 50 - 9),
        (Position.RIGHT_CENTER, 100 - 38, 50 - 9),
        (Position.LEFT_BOTTOM, 100, 50 - 17),
        (Position.CENTER_BOTTOM, 100 - 19, 50 - 17),
        (Position.RIGHT_BOTTOM, 100 - 38, 50 - 17),
    ],
)
def test_a_text_stands_at_its_anchor(device, anchor, left, top):
    sheet = Sheet(device, 200, 100, (255, 255, 255, 255))
    text = "AgAg"
    (width, height), baseline = text_size(text, 0.5, 1)
    assert (width, height, baseline) == (38, 12, 5)  # what the numbers above are made of
    with sheet.artist() as artist:
        size = artist.add_text(text, (100, 50), font_color=(0, 0, 0, 0), bg_color=BLUE, anchor_point_type=anchor)
    assert size == ((38, 12), 5)
    ys, xs = np.nonzero((sheet.pixels() == BLUE).all(axis=2))
    assert (xs.min(), ys.min()) == (left, top)
    assert abs(xs.max() + 1 - (left + width)) <= 1 and ys.max() + 1 == top + height + baseline


def test_padding_and_border_lie_around_the_text(device):
    sheet = Sheet(device, 200, 100)
    with sheet.artist() as artist:
        artist.add_text(
            "AgAg",
            (60, 40),
            font_color=(0, 0, 0, 0),
            border_width=2,
            border_color=RED,
            bg_color=BLUE,
            padding=(3, 4, 5, 6),
            anchor_point_type=Position.LEFT_TOP,
        )
    array = sheet.pixels()
    red = (array == RED).all(axis=2)
    blue = (array == BLUE).all(axis=2)
    ys, xs = np.nonzero(blue)
    assert (xs.min(), ys.min(), ys.max()) == (57, 36, 40 + 17 + 6 - 1)
    ys, xs = np.nonzero(red)
    assert (xs.min(), ys.min(), ys.max()) == (55, 34, 40 + 17 + 6 + 2 - 1)


def test_text_is_where_cv2_draws_it(device):
    sheet = Sheet(device, 200, 60)
    with sheet.artist() as artist:
        (_, height), _ = artist.add_text(
            "Hello 42", (10, 10), 1.0, 2, bg_color=None, anchor_point_type=Position.LEFT_TOP
        )
    expected = blank(200, 60)
    cv2.putText(expected, "Hello 42", (10, 10 + height), 0, 1.0, (255, 255, 255, 255), 2, cv2.LINE_AA)
    ink, reference = sheet.pixels()[..., 0] > 128, expected[..., 0] > 128
    assert ink.sum() > 400
    if not STROKE_FONT:
        return
    assert (ink & ~reference).sum() < 0.02 * ink.sum()  # cv2's smooth lines are wider than asked for; ours lie inside
    for axis in (0, 1):
        mine, its = np.flatnonzero(ink.any(axis=axis)), np.flatnonzero(reference.any(axis=axis))
        assert abs(mine[0] - its[0]) <= 2 and abs(mine[-1] - its[-1]) <= 2


def test_empty_text_has_a_height_and_no_pixels(sheet):
    with sheet.artist() as artist:
        (width, _), _ = artist.add_text("", (10, 10))
    assert width == 0 and np.array_equal(sheet.pixels(), blank())


def test_a_blur_sees_what_was_drawn_and_stays_in_its_box(sheet):
    with sheet.artist() as artist:
        artist.add_bbox(BBox.ltwh(0, 0, 32, 48), 0, bg_color=(200, 200, 200, 255))
        artist.blur(BBox.ltwh(16, 10, 32, 30), sigma=4)
        artist.blur(BBox.ltwh(400, 10, 32, 30))
        artist.blur(BBox.ltwh(10, 10, 0, 0))
    array = sheet.pixels()
    edge = array[25, 20:44, 0].astype(int)
    assert np.all(np.diff(edge) <= 0) and 150 < edge[4] < 200 and 80 < edge[11] < 120  # a slope where the edge was
    assert array[25, 15, 0] == 200 and array[25, 48, 0] == 0 and array[9, 31, 0] == 200 and array[9, 32, 0] == 0


def test_a_region_is_a_view_with_what_was_drawn(sheet):
    with sheet.artist() as artist:
        artist.add_bbox(BBox.ltwh(10, 10, 8, 8), 0, bg_color=RED)
        region = artist.copy_frame_region(BBox.ltwh(8, 8, 4, 4), padding=(1, 0, 0, 0))
        assert region.size() == (5, 4)
        assert region.download()[3, 4].tolist() == list(RED) and region.download()[3, 2].tolist() == list(BLACK)
        region.setTo(BLUE)
        with pytest.raises(ValueError, match="outside"):
            artist.copy_frame_region(BBox.ltwh(100, 8, 4, 4))
    assert sheet.pixels()[9, 9].tolist() == list(BLUE)


@pytest.mark.parametrize("origin", [(5, 5), (-3, -2), (60, 44), (-8, 0), (64, 0), (0, -6), (100, 100)])
def test_graphics_are_copied_with_their_alpha_and_clipped(sheet, origin):
    graphic = np.random.default_rng(5).integers(0, 256, (6, 8, 4), np.uint8)
    with sheet.artist() as artist:
        artist.add_bbox(BBox.ltwh(0, 0, 64, 48), 0, bg_color=RED)
        artist.add_graphic(graphic, origin)
    expected = blank(color=RED)
    for y in range(6):
        for x in range(8):
            if 0 <= origin[1] + y < 48 and 0 <= origin[0] + x < 64:
                expected[origin[1] + y, origin[0] + x] = graphic[y, x]
    assert np.array_equal(sheet.pixels(), expected)


def test_a_graphic_on_the_gpu_lies_under_what_comes_later(sheet):
    with sheet.artist() as artist:
        artist.add_graphic(cv2.cuda.GpuMat(blank(20, 20, GREEN)), (0, 0))
        artist.add_bbox(BBox.ltwh(10, 10, 4, 4), 0, bg_color=RED)
    expected = rectangle(rectangle(blank(), 0, 0, 20, 20, GREEN), 10, 10, 14, 14, RED)
    assert np.array_equal(sheet.pixels(), expected)


# --- opencv_utils


@pytest.mark.parametrize("start", [(4, 4), (-2, -3), (60, 45), (90, 0)])
def test_alpha_comp_blends_and_clips(sheet, start):
    overlay = blank(8, 6, (200, 100, 50, 128))
    alpha_comp(sheet.mat, overlay, start, stream=sheet.stream)
    expected = blank()
    part = expected[max(start[1], 0) : max(start[1] + 6, 0), max(start[0], 0) : max(start[0] + 8, 0)]
    part[:] = (100, 50, 25, 255)
    assert np.abs(sheet.pixels().astype(int) - expected).max() <= 1
    assert (sheet.pixels() != expected).sum() <= part.size


def test_a_rectangle_is_set_not_blended(sheet):
    draw_rect(sheet.mat, (10, 10, 20, 18), (255, 0, 0, 100), 2, sheet.stream)
    draw_rect(
        sheet.mat, (58, 40, 70, 60), (0, 255, 0, 255), stream=sheet.stream
    )  # its right and lower side are outside
    expected = rectangle(blank(), 10, 10, 20, 18, (255, 0, 0, 100))
    rectangle(expected, 12, 12, 18, 16, BLACK)
    expected[40, 58:64] = expected[40:48, 58] = GREEN
    assert np.array_equal(sheet.pixels(), expected)


def test_a_filter_stays_in_its_region(device):
    image = np.random.default_rng(3).integers(0, 256, (48, 64, 4), np.uint8)
    sheet = Sheet(device)
    sheet.mat.upload(image)
    gaussian = cv2.cuda.createGaussianFilter(cv2.CV_8UC4, cv2.CV_8UC4, (9, 9), 2)
    apply_cuda_filter(gaussian, sheet.mat, (10, 5, 30, 20), sheet.stream)
    apply_cuda_filter(gaussian, sheet.mat, (100, 5, 30, 20), sheet.stream)
    expected = image.copy()
    expected[5:25, 10:40] = cv2.GaussianBlur(np.ascontiguousarray(image[5:25, 10:40]), (9, 9), 2)
    assert np.abs(sheet.pixels().astype(int) - expected).max() <= 1


# --- images

NUMBERS = np.arange(6 * 8 * 4, dtype=np.uint8).reshape(6, 8, 4)


def images():
    return [CPUImage(NUMBERS.copy()), GPUImage(NUMBERS.copy())]


def array_of(image) -> np.ndarray:
    return image.np_array if isinstance(image, CPUImage) else image.to_cpu().np_array


@pytest.mark.parametrize("image", images(), ids=["cpu", "gpu"])
class TestImages:
    def test_size(self, image):
        assert (image.width, image.height) == (8, 6)

    def test_cut(self, image):
        part, box = image.cut(BBox.ltwh(1.5, 1, 4, 3))  # whole pixels inside: columns 2..4, rows 1..3
        assert np.array_equal(array_of(part), NUMBERS[1:4, 2:5])
        assert box == BBox(1.5, 1.5, 4, 3)
        part, box = image.cut(RBBox(0, 0, 4, 4, 90))
        expected = np.zeros((4, 4, 4), np.uint8)
        expected[2:, 2:] = NUMBERS[:2, :2]
        assert np.array_equal(array_of(part), expected) and box.angle == 90
        with pytest.raises(ValueError, match="no whole pixel"):
            image.cut(BBox.ltwh(1.2, 1, 0.5, 3))

    def test_concat(self, image):
        assert np.array_equal(array_of(image.concat(image, 1)), np.concatenate([NUMBERS, NUMBERS], axis=1))
        assert np.array_equal(array_of(image.concat(image)), np.concatenate([NUMBERS, NUMBERS]))
        half = image.cut(BBox.ltwh(0, 0, 8, 3))[0]
        with pytest.raises(ValueError, match="heights differ"):
            image.concat(half, 1)

    def test_rotate(self, image):
        turned, box = image.rotate(90)
        assert (turned.width, turned.height) == (6, 8)
        assert box.as_xcycwh() == pytest.approx((3, 4, 8, 6)) and box.angle == -90
        turned, box = image.rotate(-90, RBBox(1, 2, 3, 4, 10))
        assert box.as_xcycwh() == pytest.approx((6 - 2, 1, 3, 4)) and box.angle == 100

    def test_resize(self, image):
        fit = image.resize((4, 3), interpolation=cv2.INTER_NEAREST)
        assert np.array_equal(array_of(fit), NUMBERS[::2, ::2])
        scaled = array_of(image.resize((4, 8), "scale", cv2.INTER_NEAREST))
        assert scaled.shape == (8, 4, 4)  # the picture is 4 x 3, from row 2 on
        assert np.array_equal(scaled[2:5], NUMBERS[::2, ::2])
        assert not scaled[:2].any() and not scaled[5:].any()
        with pytest.raises(ValueError, match="'fit' or 'scale'"):
            image.resize((4, 4), "crop")


def test_paste():
    for image in images():
        image.paste(type(image)(np.full((4, 4, 4), 9, np.uint8)), (6, 1))
        expected = NUMBERS.copy()
        expected[1:5, 6:8] = 9
        assert np.array_equal(array_of(image), expected)
        with pytest.raises(ValueError, match="outside"):
            image.paste(image, (-1, 0))


def test_an_image_of_something_else():
    with pytest.raises(TypeError, match="GpuMat, an array or a CPUImage"):
        GPUImage("picture")


def test_faces_are_aligned_by_their_landmarks():
    # Landmarks at half the template's scale, moved by (10, 20): the template's places are doubled differences.
    face = np.zeros((112, 112, 4), np.uint8)
    places = np.array(preprocess.FACE_TEMPLATE) / 2 + (10, 20)
    for x, y in places:
        cv2.circle(face, (round(x), round(y)), 2, (255, 255, 255, 255), -1)
    obj = ObjectMeta("detector", "face", BBox.ltwh(10, 20, 56, 56))
    align = preprocess.AlignFacePreprocessingObjectImageGPU()
    obj.add_attr_meta("detector", "landmarks", places.reshape(-1).tolist())
    aligned = align(obj, GPUImage(face), None).to_cpu().np_array
    assert aligned.shape == (112, 112, 4)
    for x, y in preprocess.FACE_TEMPLATE:
        assert aligned[round(y), round(x), 0] > 200
    assert aligned[20, 20, 0] == 0
    obj.remove_attr_meta_list("detector", "landmarks")
    stretched = align(obj, GPUImage(face), None).to_cpu().np_array
    assert stretched.shape == (112, 112, 4) and stretched.any()


# --- memory


def test_an_array_and_a_matrix_share_memory():
    array = np.zeros((4, 5, 3), np.uint8)
    mat = memory.cupy_array_as_opencv_gpu_mat(array)
    assert mat.size() == (5, 4) and mat.channels() == 3
    mat.setTo((1, 2, 3, 4))
    assert array[3, 4].tolist() == [1, 2, 3]
    again = memory.opencv_gpu_mat_as_cupy_array(mat)
    again[0, 0] = 7
    assert array[0, 0].tolist() == [7, 7, 7]


@pytest.mark.parametrize(
    "array, message",
    [
        (np.zeros(4, np.uint8), "2 or 3 dimensions"),
        (np.zeros((4, 4, 5), np.uint8), "1 to 4 channels"),
        (np.zeros((4, 8, 3), np.uint8)[:, ::2], "contiguous"),
    ],
)
def test_arrays_that_no_matrix_can_be(array, message):
    with pytest.raises(ValueError, match=message):
        memory.cupy_array_as_opencv_gpu_mat(array)


def test_a_matrix_as_other_libraries_read_it():
    class Mat:
        size, channels, depth = (lambda s: (5, 4)), (lambda s: 3), (lambda s: 5)
        elemSize, elemSize1, cudaPtr = (lambda s: 12), (lambda s: 4), (lambda s: 4096)
        step = 64

    interface = memory.OpenCVGpuMatCudaArrayInterface(Mat()).__cuda_array_interface__
    assert interface["shape"] == (4, 5, 3) and interface["strides"] == (64, 12, 4)
    assert interface["typestr"] == "<f4" and interface["data"] == (4096, False)
