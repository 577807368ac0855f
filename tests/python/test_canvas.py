"""Canvas: every command, its keywords and its style; order, alpha, clipping; what is recorded and when it is drawn."""

from __future__ import annotations

import gc
import inspect

import cv2
import numpy as np
import pytest
from conftest import image_of, noise

import retouch

SIZE = (120, 90)
GREY = 90


def blank(device: str, format: str = "rgba8") -> retouch.Image:
    image = retouch.Image(format, SIZE, device=device)
    retouch.fill(image, (GREY, GREY, GREY))
    return image


def drawn(device: str, draw, format: str = "rgba8") -> np.ndarray:
    image = blank(device, format)
    with retouch.Canvas(image) as canvas:
        assert draw(canvas) is canvas
    return image.to_numpy()[..., :3].astype(int)


def test_a_box_covers_its_pixels_exactly(device: str) -> None:
    got = drawn(device, lambda c: c.box((10, 20, 30, 40), color=(255, 0, 0), thickness=3, fill=(0, 0, 255, 128)))
    wanted = np.full((90, 120, 3), GREY)
    wanted[20:60, 10:40] = (255, 0, 0)
    wanted[23:57, 13:37] = [(c * 128 + GREY * 127 + 127) // 255 for c in (0, 0, 255)]
    assert (got == wanted).all()


def test_lines_and_polygons_against_opencv(device: str) -> None:
    points = [(20, 10), (100, 15), (90, 80), (30, 70)]
    wanted = np.full((90, 120, 3), GREY, np.uint8)
    cv2.fillPoly(wanted, [np.array(points)], (0, 200, 0))
    for given in (points, np.array(points), np.array(points, np.float32), np.array(points, np.int32)[:, :], [np.array(p) for p in points]):
        got = drawn(device, lambda c: c.polygon(given, fill=(0, 200, 0), thickness=0))
        inner = cv2.erode(np.all(wanted == (0, 200, 0), axis=2).astype(np.uint8), np.ones((5, 5)))
        outer = cv2.dilate(np.all(wanted == (0, 200, 0), axis=2).astype(np.uint8), np.ones((5, 5)))
        assert (got[inner == 1] == (0, 200, 0)).all() and (got[outer == 0] == GREY).all()
    got = drawn(device, lambda c: c.line((10, 30.5), (100, 30.5), color=(255, 255, 255), thickness=3))
    assert (got[29:32, 12:98] == 255).all() and (got[:28] == GREY).all() and (got[33:] == GREY).all()


def test_the_order_of_calls_is_the_order_on_the_picture(device: str) -> None:
    def draw(canvas: retouch.Canvas) -> retouch.Canvas:
        return canvas.box((0, 0, 60, 60), fill="#ff0000", thickness=0).box((30, 30, 60, 60), fill="#0000ff80", thickness=0).circle((45, 45), 5, fill="#00ff00", thickness=0)

    got = drawn(device, draw)
    assert tuple(got[10, 10]) == (255, 0, 0) and tuple(got[45, 45]) == (0, 255, 0)
    assert tuple(got[32, 32]) == ((255 * 127 + 127) // 255, 0, 128) and tuple(got[80, 80]) == tuple((c * 128 + GREY * 127 + 127) // 255 for c in (0, 0, 255))


def test_a_blur_sees_what_was_drawn_before_it(device: str) -> None:
    def draw(canvas: retouch.Canvas) -> retouch.Canvas:
        for x in range(20, 80, 2):
            canvas.box((x, 20, 1, 40), fill=(255, 255, 255), thickness=0)
        canvas.blur(retouch.Shape.box((20, 20, 60, 40)), privacy="high")
        return canvas.box((40, 30, 2, 2), fill=(255, 0, 0), thickness=0)

    got = drawn(device, draw)
    inside = np.delete(got[25:55, 25:75, 1].reshape(-1), [])
    assert np.ptp(got[45:55, 25:75]) < 12 and abs(got[45:55, 25:75].mean() - (255 + GREY) / 2) < 8 and inside.size
    assert tuple(got[30, 40]) == (255, 0, 0) and (got[:19] == GREY).all()


MASK = np.zeros((30, 40), bool)
MASK[10:20, 10:30] = True
OBJECT = retouch.Object("face", (30, 40, 40, 30), confidence=0.5, landmarks=[(40, 50), (60, 50)], mask=MASK)

# A command, the class of its style (none: keywords of its own), and where it must have changed the picture.
COMMANDS = {
    "box": (lambda c, *s, **k: c.box((10, 10, 40, 30), *s, **k), retouch.BoxStyle, (10, 30)),
    "line": (lambda c, *s, **k: c.line((10, 10), (90, 10), *s, **k), retouch.LineStyle, (50, 10)),
    "polyline": (lambda c, *s, **k: c.polyline([(10, 10), (50, 10), (50, 50)], *s, **k), retouch.LineStyle, (50, 30)),
    "polygon": (lambda c, *s, **k: c.polygon([(10, 10), (50, 10), (50, 50)], *s, **k), retouch.ShapeStyle, (30, 10)),
    "circle": (lambda c, *s, **k: c.circle((50, 40), 20, *s, **k), retouch.ShapeStyle, (70, 40)),
    "ellipse": (lambda c, *s, **k: c.ellipse((30, 30, 40, 20), *s, **k), retouch.ShapeStyle, (70, 40)),
    "arc": (lambda c, *s, **k: c.arc((50, 40), 20, -45, 90, *s, **k), retouch.LineStyle, (70, 40)),
    "pie": (lambda c, *s, **k: c.pie((50, 40), 20, 0, 90, *s, **k), retouch.ShapeStyle, (60, 40)),
    "arrow": (lambda c, *s, **k: c.arrow((10, 40), (90, 40), *s, **k), retouch.ArrowStyle, (50, 40)),
    "dot": (lambda c, *s, **k: c.dot((50, 40), *s, **k), retouch.DotStyle, (50, 40)),
    "cross": (lambda c, *s, **k: c.cross((50, 40), *s, **k), retouch.CrossStyle, (50, 40)),
    "triangle": (lambda c, *s, **k: c.triangle((50, 40), *s, **k), retouch.TriangleStyle, (50, 32)),
    "keypoints": (lambda c, **k: c.keypoints([(20, 20), (float("nan"), 0), (50, 40)], edges=[(0, 2), (0, 1)], **k), None, (50, 40)),
    "trace": (lambda c, *s, **k: c.trace([(10, 40), (50, 40), (90, 40)], *s, **k), retouch.TraceStyle, (89, 40)),
    "progress": (lambda c, *s, **k: c.progress((10, 10, 80, 10), 0.5, *s, **k), retouch.ProgressStyle, (20, 15)),
    "grid": (lambda c, *s, **k: c.grid((0, 0, 120, 90), *s, **k), retouch.GridStyle, (64, 20)),
    "tint": (lambda c, **k: c.tint(retouch.Shape.rect((10, 10, 30, 30)), (255, 0, 0, 128), **k), None, (20, 20)),
    "dim": (lambda c, **k: c.dim([retouch.Shape.circle((60, 40), 20)], **k), None, (5, 5)),
    "mask": (lambda c, *s, **k: c.mask((0, 0, 40, 30), MASK, *s, **k), retouch.MaskStyle, (20, 15)),
    "label_map": (lambda c, **k: c.label_map((0, 0, 40, 30), MASK.astype(np.uint8), ["#00000000", "#ff0000"], **k), None, (20, 15)),
    "heat_map": (lambda c, *s, **k: c.heat_map((0, 0, 40, 30), MASK.astype(np.float64), *s, **k), retouch.HeatMapStyle, (20, 15)),
    "sprite": (lambda c, *s, **k: c.sprite(retouch.Sprite(np.full((20, 20, 4), 255, np.uint8)), (30, 30), *s, **k), retouch.SpriteStyle, (40, 40)),
    "inset": (lambda c, *s, **k: c.box((0, 0, 10, 10), fill="#ff0000").inset((0, 0, 10, 10), (40, 20, 60, 60), *s, **k), retouch.InsetStyle, (70, 50)),
    "blur": (lambda c, *s, **k: c.box((30, 30, 20, 20), fill="#ffffff").blur(retouch.Shape.ellipse((20, 20, 60, 60)), *s, **k), retouch.BlurStyle, (52, 40)),
    "text": (lambda c, *s, **k: c.text("▇▇▇", (20, 20), *s, **k), retouch.TextStyle, None),
    "label": (lambda c, **k: c.label(OBJECT, **k), None, None),
    "draw": (lambda c, *s, **k: c.draw([OBJECT], *s, **k), retouch.ObjectsStyle, (30, 55)),
}


def test_every_command_is_listed_here() -> None:
    others = {"size", "format", "pending", "submit", "discard"}
    assert set(COMMANDS) == {name for name in dir(retouch.Canvas) if not name.startswith("_")} - others


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_draws(device: str, name: str) -> None:
    command, style, where = COMMANDS[name]
    got = drawn(device, command)
    changed = np.any(got != GREY, axis=2)
    assert changed.any() and not changed.all()
    if where is not None:
        assert changed[where[1], where[0]], np.argwhere(changed)[:3]
    if style is not None:
        # The same with a style, and its fields are the command's keywords.
        assert (drawn(device, lambda c: command(c, style())) == got).all()
        fields = {f for f in dir(style) if not f.startswith("_")}
        assert fields
        if name != "draw":
            keywords = {f: getattr(style(), f) for f in fields}
            assert (drawn(device, lambda c: command(c, **keywords)) == got).all()


@pytest.mark.parametrize("style", {style for _, style, _ in COMMANDS.values() if style} | {
    retouch.ObjectStyle, retouch.ObjectLabel, retouch.ObjectBlur, retouch.ObjectKeypoints})
def test_styles_hold_what_they_were_given(style: type) -> None:
    made = style()
    for field in (f for f in dir(style) if not f.startswith("_")):
        value = getattr(made, field)
        again = style(**{field: value})
        setattr(again, field, value)
        if not hasattr(type(value), "__dict__") or isinstance(value, (int, float, str, tuple, bool)) or value is None:
            assert getattr(again, field) == value, field
    with pytest.raises(TypeError):
        style(no_such_field=1)
    with pytest.raises(AttributeError):
        made.no_such_field = 1


def test_style_values_are_read_back() -> None:
    style = retouch.BoxStyle(color="#01020304", thickness=5, placement="outside", fill=(9, 8, 7), radius_px=2.5, dash=(4, 2))
    assert style.color == (1, 2, 3, 4) and style.thickness == 5 and style.placement is retouch.BorderPlacement.outside
    assert style.fill == (9, 8, 7, 255) and style.radius_px == 2.5 and style.dash == (4, 2) and retouch.BoxStyle().dash is None
    style.fill = None
    assert style.fill is None and retouch.BoxStyle().color == (0, 255, 0, 255)
    assert retouch.TextStyle(padding=(1, 2, 3, 4)).padding == (1, 2, 3, 4) and retouch.TextStyle(padding=2).padding == (2, 2, 2, 2)
    with pytest.raises(retouch.InvalidArgument, match="placement|BorderPlacement"):
        style.placement = "beside"


def test_keywords_change_what_is_drawn(device: str) -> None:
    plain = drawn(device, lambda c: c.box((20, 20, 60, 50)))
    for keywords in ({"color": "#ff0000"}, {"thickness": 6}, {"placement": "outside"}, {"fill": (1, 2, 3)}, {"radius_px": 12}, {"corner_px": 9}, {"dash": (5, 5)}):
        assert (drawn(device, lambda c: c.box((20, 20, 60, 50), **keywords)) != plain).any(), keywords


def test_formats(device: str) -> None:
    for format in ("gray8", "bgr8", "nv12", "i420"):
        image = blank(device, format)
        with retouch.Canvas(image) as canvas:
            canvas.box((10, 20, 30, 40), fill=(255, 0, 0), thickness=0)
            assert canvas.format.name == format and canvas.size == SIZE
        rgb = retouch.Image("rgb8", SIZE, device=device)
        retouch.convert_into(image, rgb)
        got = rgb.to_numpy().astype(int)[25:55, 15:35]
        assert np.abs(got - ([76, 76, 76] if format == "gray8" else [255, 0, 0])).max() <= 3, format


def test_clipping(device: str) -> None:
    assert (drawn(device, lambda c: c.box((-1000, -1000, 10, 10)).line((500, 500), (1e9, 1e9)).text("far", (1e7, 0))) == GREY).all()
    got = drawn(device, lambda c: c.box((-10, -10, 1000, 1000), fill=(1, 2, 3), thickness=0))
    assert (got == (1, 2, 3)).all()


def test_a_region_of_a_frame_is_a_target(device: str) -> None:
    image = blank(device)
    frame = retouch.Frame(image)
    with retouch.Canvas(frame.region((50, 30, 20, 20))) as canvas:
        canvas.box((-5, -5, 10, 10), fill=(1, 2, 3), thickness=0)
    got = image.to_numpy()[..., :3]
    assert (got[30:35, 50:55] == (1, 2, 3)).all() and (got != GREY).any(axis=2).sum() == 25


def test_when_it_is_drawn(device: str) -> None:
    image = blank(device)
    canvas = retouch.Canvas(image)
    assert canvas.pending == 0
    canvas.box((0, 0, 10, 10), fill=(1, 2, 3), thickness=0)
    assert canvas.pending > 0 and (image.to_numpy()[..., 0] == GREY).all()
    canvas.submit()
    assert canvas.pending == 0 and (image.to_numpy()[:10, :10, 0] == 1).all()
    canvas.box((0, 0, 90, 90), fill=(7, 7, 7), thickness=0).discard()
    canvas.submit()
    assert image.to_numpy()[50, 50, 0] == GREY
    with pytest.raises(ZeroDivisionError), retouch.Canvas(image) as raising:
        raising.box((0, 0, 90, 90), fill=(7, 7, 7), thickness=0)
        1 / 0
    assert image.to_numpy()[50, 50, 0] == GREY and raising.pending == 0
    canvas.box((20, 20, 10, 10), fill=(8, 8, 8), thickness=0)
    del canvas
    gc.collect()
    assert image.to_numpy()[25, 25, 0] == 8  # as in C++: drawn when it goes


def test_host_arrays_are_captured_when_recorded(device: str) -> None:
    mask = np.full((10, 10), 255, np.uint8)
    points = np.array([(10.0, 10.0), (50.0, 10.0), (50.0, 50.0)])
    values = np.ones((4, 4), np.float32)

    def draw(canvas: retouch.Canvas) -> retouch.Canvas:
        canvas.mask((60, 60, 10, 10), mask, color=(255, 0, 0), opacity=1).polygon(points, fill=(0, 0, 255), thickness=0)
        canvas.heat_map((80, 10, 20, 20), values, opacity=1, map="gray")
        mask[:], points[:], values[:] = 0, 0, 0
        return canvas

    got = drawn(device, draw)
    assert tuple(got[65, 65]) == (255, 0, 0) and tuple(got[15, 45]) == (0, 0, 255) and tuple(got[20, 90]) == (255, 255, 255)


def test_a_mask_on_the_targets_device(device: str) -> None:
    mask = image_of(np.full((10, 10), 255, np.uint8), "gray8", device)
    image = blank(device)
    with retouch.Canvas(image) as canvas:
        canvas.mask((60, 60, 10, 10), mask, color=(255, 0, 0), opacity=1)
        del mask
        gc.collect()
    assert tuple(image.to_numpy()[65, 65, :3]) == (255, 0, 0)


def test_shapes(device: str) -> None:
    inside = {"box": retouch.Shape.box((20, 20, 40, 30)), "rect": retouch.Shape.rect((20, 20, 40, 30)), "rounded": retouch.Shape.rounded((20, 20, 40, 30), 5),
              "ellipse": retouch.Shape.ellipse((20, 20, 40, 30)), "circle": retouch.Shape.circle((40, 35), 15),
              "polygon": retouch.Shape.polygon([(20, 20), (60, 20), (60, 50), (20, 50)]), "mask": retouch.Shape.mask((20, 20, 40, 30), np.ones((5, 5), bool))}
    for name, shape in inside.items():
        got = drawn(device, lambda c: c.tint(shape, (255, 0, 0)))
        assert tuple(got[35, 40]) == (255, 0, 0) and tuple(got[10, 10]) == (GREY,) * 3, name
        assert shape.kind.name == {"rect": "box", "circle": "ellipse"}.get(name, name)
        assert (tuple(got[20, 20]) == (255, 0, 0)) == (name in ("box", "rect", "polygon", "mask")), name
        if name == "mask":  # has no outline
            with pytest.raises(retouch.Unsupported):
                drawn(device, lambda c: c.dim(shape))
            continue
        outside = drawn(device, lambda c: c.dim(shape))
        assert tuple(outside[35, 40]) == (GREY,) * 3 and outside[10, 10, 0] == (GREY * 127 + 127) // 255
    assert retouch.Shape.ellipse((1, 2, 3, 4)).bounds == retouch.Box(1, 2, 3, 4)


@pytest.mark.parametrize("call", [
    lambda c: c.box((float("nan"), 0, 1, 1)), lambda c: c.box((0, 0, -1, 1)), lambda c: c.box((0, 0, 1, 1), thickness=-1),
    lambda c: c.box((0, 0, 1, 1), thickness=float("inf")), lambda c: c.box((0, 0, 1, 1), color=(1, 2, 300)), lambda c: c.box((0, 0, 1, 1), color="red"),
    lambda c: c.box((0, 0, 1, 1), placement="beside"), lambda c: c.line((0, 0), (float("nan"), 1)), lambda c: c.circle((0, 0), -1),
    lambda c: c.heat_map((0, 0, 9, 9), np.zeros(5)), lambda c: c.mask((0, 0, 9, 9), np.zeros((3, 3), np.int64)), lambda c: c.mask((0, 0, 9, 9), np.zeros((3, 3), bool), opacity=2),
    lambda c: c.text("x", (0, 0), size_px=0), lambda c: c.label(OBJECT, "{no_such_field}"), lambda c: c.blur(retouch.Shape.box((0, 0, 9, 9)), strength_px=-1),
    lambda c: c.sprite(retouch.Sprite(np.zeros((2, 2, 4), np.uint8)), (0, 0), opacity=-1), lambda c: c.progress((0, 0, 9, 9), float("nan")),
    lambda c: c.polygon([(0, 0), (1, float("nan")), (2, 2)]), lambda c: retouch.LabelFormat("{"), lambda c: retouch.Palette.by_class([])])
def test_values_that_cannot_be_meant(call) -> None:
    image = blank("cpu")
    canvas = retouch.Canvas(image)
    with pytest.raises(retouch.InvalidArgument) as error:
        call(canvas)
    assert canvas.pending == 0 and str(error.value)


@pytest.mark.parametrize("call", [
    lambda c: c.box("box"), lambda c: c.box((1, 2, 3)), lambda c: c.box((1, 2, 3, 4), colour=(1, 2, 3)), lambda c: c.box((1, 2, 3, "4")), lambda c: c.box(None),
    lambda c: c.box((1, 2, 3, 4), color=5), lambda c: c.line((0, 0)), lambda c: c.text(7, (0, 0)), lambda c: c.polygon([1, 2, 3]), lambda c: c.polygon(5),
    lambda c: c.dim([1]), lambda c: c.draw(["face"]), lambda c: c.draw(7), lambda c: c.sprite("logo.png", (0, 0)), lambda c: c.box((1, 2, 3, 4), retouch.LineStyle()),
    lambda c: c.mask((0, 0, 1, 1), None), lambda c: c.label_map((0, 0, 9, 9), np.zeros((3, 3), np.uint8), [7])])
def test_types_that_cannot_be_meant(call) -> None:
    with pytest.raises(TypeError):
        call(retouch.Canvas(blank("cpu")))


# Objects

def test_drawing_objects(device: str) -> None:
    objects = [retouch.Object("car", (10, 30, 40, 30), confidence=0.9, track_id=3), retouch.Object("face", (60, 30, 40, 30))]
    palette = retouch.Palette()
    got = drawn(device, lambda c: c.draw(objects))
    assert tuple(got[45, 10]) == palette.of_label("car")[:3] and tuple(got[45, 60]) == palette.of_label("face")[:3]
    style = retouch.ObjectsStyle(classes={"face": retouch.ObjectStyle(box=None, label=None, blur=retouch.ObjectBlur())},
                                 style=retouch.ObjectStyle(label=None), palette=None)
    got = drawn(device, lambda c: c.draw(objects, style))
    assert tuple(got[45, 10]) == (0, 255, 0) and (got[:, 60:] == GREY).all()
    assert set(style.classes) == {"face"} and style.classes["face"].box is None and style.palette is None
    style = retouch.ObjectsStyle(style=retouch.ObjectStyle(box=None, label=None, mask=retouch.MaskStyle(opacity=1), keypoints=retouch.ObjectKeypoints(edges=[(0, 1)])))
    got = drawn(device, lambda c: c.draw([OBJECT], style))
    assert (got[50, 41:60] != GREY).all() and (got[30:39] == GREY).all()


def test_the_hook_has_the_last_word(device: str) -> None:
    seen = []

    def hook(object: retouch.Object, style: retouch.ObjectStyle) -> retouch.ObjectStyle | None:
        seen.append(object.label)
        style.label = None
        if object.confidence < 0.5:
            return retouch.ObjectStyle(box=None, label=None)
        style.box = retouch.BoxStyle(color="#0000ff")
        return None

    objects = [retouch.Object("sure", (10, 30, 40, 30), confidence=0.9), retouch.Object("unsure", (60, 30, 40, 30), confidence=0.1)]
    style = retouch.ObjectsStyle(hook=hook)
    got = drawn(device, lambda c: c.draw(objects, style))
    assert seen == ["sure", "unsure"] and style.hook is hook
    assert tuple(got[45, 10]) == (0, 0, 255) and (got[:, 55:] == GREY).all()
    for bad, error in ((lambda o, s: 1 / 0, ZeroDivisionError), (lambda o, s: 5, TypeError)):
        canvas = retouch.Canvas(blank(device))
        with pytest.raises(error):
            canvas.draw(objects, retouch.ObjectsStyle(hook=bad))


def test_labels() -> None:
    car = retouch.Object("car", confidence=0.875, track_id=4, source="det")
    assert retouch.LabelFormat()(car) == "car 0.88" and retouch.LabelFormat("{label} #{track_id}")(car) == "car #4"
    assert retouch.LabelFormat("{label} #{track_id}")(retouch.Object("car")) == "car" and retouch.LabelFormat("{confidence:.0%}").text == "{confidence:.0%}"
    assert retouch.ObjectLabel(format="{id}").format.text == "{id}"
    palette = retouch.Palette.by_track(["#ff0000", (0, 255, 0)])
    assert palette.of_track(2) == (255, 0, 0, 255) and palette.color(retouch.Object("x", track_id=3)) == (0, 255, 0, 255)
    assert len(retouch.Palette.default_colors()) == 20 and retouch.Palette.fixed("#010203").of_label("x") == (1, 2, 3, 255)


# Text

def test_text_size_is_what_is_drawn(device: str) -> None:
    extents = retouch.text_size("Hello", size_px=32)
    assert extents.lines == 1 and 60 < extents.width < 100 and extents.height > extents.ascent > 20
    got = drawn(device, lambda c: c.text("Hello", (10, 20), size_px=32, color=(255, 255, 255)))
    ys, xs = np.nonzero((got != GREY).any(axis=2))
    assert 10 <= xs.min() and xs.max() <= 10 + extents.width and 20 <= ys.min() and ys.max() <= 20 + extents.height
    boxed = retouch.text_size("Hello", retouch.TextStyle(size_px=32, padding=(1, 2, 3, 4), background="#000000"))
    assert boxed.box_width == extents.width + 4 and boxed.box_height == extents.height + 6
    assert retouch.text_size("a\nb").lines == 2 and retouch.text_size("").width == 0
    wrapped = retouch.text_size("many words in a line", max_width_px=60, overflow="wrap")
    assert wrapped.lines > 1 and wrapped.width <= 60
    with pytest.raises(retouch.InvalidArgument, match="text"):
        retouch.text_size("x", size_px=float("nan"))


def test_unicode_and_broken_text(device: str) -> None:
    for text in ("žluťoučký", "日本語", "العربية", "\0", "a\ud800b".encode("utf-8", "surrogatepass").decode("utf-8", "replace")):
        drawn(device, lambda c: c.text(text, (5, 20)))
    with pytest.raises((TypeError, UnicodeEncodeError)):
        retouch.text_size("\ud800")


def test_fonts() -> None:
    assert retouch.Font() == retouch.Font() and hash(retouch.Font()) == hash(retouch.Font()) and retouch.Font().name == "DejaVu Sans"
    hershey = retouch.Font.hershey_simplex()
    assert hershey.is_hershey and hershey != retouch.Font()
    # What cv2.getTextSize("Hello", cv2.FONT_HERSHEY_SIMPLEX, 1, 2) says in OpenCV 4; OpenCV 5 draws another font.
    (width, height), baseline = (77, 22), 10
    extents = retouch.text_size("Hello", font=hershey, size_px=retouch.Font.hershey_px_per_scale, thickness_px=2)
    assert extents.width == width and extents.ascent == height and extents.height == height + baseline
    with pytest.raises(retouch.InvalidArgument):
        retouch.Font.family("No Such Family")
    with pytest.raises(retouch.FileError):
        retouch.Font.file("/no/such/font.ttf")


def test_help_teaches() -> None:
    text = inspect.getdoc(retouch.Canvas.box) or ""
    assert "thickness: of the border" in text and "radius_px: of rounded corners" in text
    assert "color: retouch.types.ColorLike = (0, 255, 0, 255)" in (retouch.Canvas.box.__doc__ or "")


@pytest.mark.parametrize("format", ["rgba8", "bgr8", "nv12"])
def test_a_sprite_drawn_with_a_canvas(format: str, device: str) -> None:
    """docs/sprites.md: drawn on zeros and composited as premultiplied, it looks as if drawn on the frame itself."""
    def draw(target: retouch.Image, x: int, y: int) -> None:
        with retouch.Canvas(target) as canvas:
            canvas.box((x, y, 120, 60), fill=(200, 30, 60, 128), thickness=0, radius_px=12).circle((x + 60, y + 30), 20, fill=(10, 200, 40, 90), thickness=0)

    panel = retouch.Image.from_array(np.zeros((60, 120, 4), np.uint8), "rgba8", device=device)
    draw(panel, 0, 0)
    frames = [retouch.Image(format, (200, 100), device=device) for _ in range(2)]
    for frame in frames:
        retouch.convert_into(image_of(noise(np.random.default_rng(3), "rgba8", (200, 100)), "rgba8", device), frame)
    draw(frames[0], 16, 10)
    sprite = retouch.Sprite(panel if device == "cpu" else panel.to_numpy(), panel.format)
    retouch.composite(frames[1], sprite, (16, 10), op="over_premul")
    for wanted, got in zip(*[as_planes(frame) for frame in frames]):
        assert np.abs(wanted.astype(int) - got).max() <= 3
    panel.upload(np.zeros((60, 120, 4), np.uint8))
    assert not panel.to_numpy().any()


def as_planes(image: retouch.Image) -> list[np.ndarray]:
    pixels = image.to_numpy()
    return pixels if isinstance(pixels, list) else [pixels]
