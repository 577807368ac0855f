"""Draw specifications, objects, frames, metrics, spans, parameters, nms, Gst: what has no pixels."""

from __future__ import annotations

import logging
import types
import urllib.request

import numpy as np
import pytest

from retouch.savant import draw_spec, gst, metrics, models, nms, parameters, preprocess, telemetry
from retouch.savant.frame_meta import NvDsFrameMeta
from retouch.savant.geometry import BBox, RBBox
from retouch.savant.log import get_logger
from retouch.savant.objects import UNTRACKED_OBJECT_ID, AttributeMeta, MetaValueError, ObjectMeta, build_bbox


def frame(**more) -> NvDsFrameMeta:
    return NvDsFrameMeta("cam", 3, 120, roi=BBox.ltwh(0, 8, 64, 32), **more)


# --- draw specifications


def test_a_specification_from_a_file():
    spec = draw_spec.get_obj_draw_spec(
        {
            "bbox": {"border_color": "11223344", "backgound_color": "AABBCCDD", "thickness": 5, "padding": {"left": 1}},
            "label": {"format": "{label}", "position": {"position": "Center", "margin_x": 3}, "padding": {"top": 4}},
            "central_dot": {},
            "blur": True,
        }
    )
    assert spec.bounding_box.border_color.rgba == (0x11, 0x22, 0x33, 0x44)
    assert spec.bounding_box.background_color.bgra == (0xCC, 0xBB, 0xAA, 0xDD)
    assert spec.bounding_box.padding.padding == (1, 0, 0, 0) and spec.bounding_box.thickness == 5
    assert spec.label.format == ["{label}"] and spec.label.font_scale == 0.5
    assert spec.label.position == draw_spec.LabelPosition(draw_spec.LabelPositionKind.Center, 3, -10)
    assert spec.label.padding.padding == (0, 4, 0, 0)
    assert spec.central_dot.radius == 5 and spec.blur
    assert spec.copy() == spec and spec.copy() is not spec


def test_defaults_of_specifications():
    assert draw_spec.get_obj_draw_spec(None) == draw_spec.get_default_draw_spec(track_id=False)
    assert draw_spec.get_default_draw_spec().label.format == ["{label} #{track_id}"]
    only_blur = draw_spec.get_obj_draw_spec({"blur": True})
    assert only_blur.bounding_box is None and only_blur.label is None
    assert draw_spec.LabelDraw(draw_spec.ColorDraw()).position.margin_y == -10
    assert draw_spec.ColorDraw().rgba == (0, 255, 0, 255)


@pytest.mark.parametrize(
    "config, message",
    [
        ({"bbox": {"border_color": "00FF00"}}, "border_color: colour '00FF00': give 8 hex digits"),
        ({"bbox": {"thickness": -1}}, "thickness"),
        ({"label": {"position": {"position": "Left"}}}, "'Left': one of TopLeftInside"),
        ({"central_dot": {"radius": 1000}}, "radius"),
    ],
)
def test_wrong_specifications(config, message):
    with pytest.raises(ValueError, match=message):
        draw_spec.get_obj_draw_spec(config)
    with pytest.raises(ValueError):
        draw_spec.ColorDraw(300)


# --- objects and frames


def test_attributes_are_lists():
    obj = ObjectMeta("yolo", "person", BBox(1, 2, 3, 4), attributes=[AttributeMeta("age", "years", 30, 0.5)])
    assert obj.get_attr_meta("age", "years").value == 30
    obj.add_attr_meta("age", "years", 31)
    assert [a.value for a in obj.get_attr_meta_list("age", "years")] == [30, 31]
    obj.add_attr_meta("age", "years", 40, replace=True)
    assert [a.value for a in obj.get_attr_meta_list("age", "years")] == [40]
    obj.replace_attr_meta_list("age", "years", [AttributeMeta("age", "years", 1), AttributeMeta("age", "years", 2)])
    assert [a.value for a in obj.attributes] == [1, 2]
    obj.remove_attr_meta_list("age", "years")
    assert obj.get_attr_meta("age", "years") is None and obj.get_attr_meta_list("age", "years") is None


def test_objects():
    obj = ObjectMeta("yolo", "person", BBox(1, 2, 3, 4))
    assert obj.track_id == UNTRACKED_OBJECT_ID == 18446744073709551615
    assert obj.draw_label == "person" and not obj.is_primary
    obj.draw_label = "Ann"
    assert (obj.label, obj.draw_label) == ("person", "Ann")
    child = ObjectMeta("yolo", "face", BBox(1, 2, 1, 1), parent=obj)
    with pytest.raises(MetaValueError, match="part of itself"):
        obj.parent = child
    with pytest.raises(MetaValueError, match="BBox"):
        ObjectMeta("yolo", "face", (1, 2, 3, 4))
    assert build_bbox({"xc": 1, "yc": 2, "width": 3, "height": 4, "angle": 5}) == RBBox(1, 2, 3, 4, 5)
    assert build_bbox({"xc": 1, "yc": 2, "width": 3, "height": 4}) == RBBox(1, 2, 3, 4)


def test_a_frame_and_its_primary_object():
    meta = frame(tags={"night": True})
    assert (meta.source_id, meta.frame_num, meta.pts, meta.objects_number) == ("cam", 3, 120, 1)
    assert meta.roi.as_ltwh() == (0, 8, 64, 32)
    meta.roi = BBox(10, 10, 4, 4)
    assert next(meta.objects).bbox.as_ltwh() == (8, 8, 4, 4)
    assert meta.get_tag("night") is True and meta.get_tag("day") is None
    meta.set_tag("day", 1)
    assert meta.tags == {"night": True, "day": 1}
    for obj in meta.objects:
        meta.remove_obj_meta(obj)
    with pytest.raises(MetaValueError, match="primary"):
        meta.roi


def test_removing_a_parent_leaves_its_children():
    meta = frame()
    parent = ObjectMeta("yolo", "person", BBox(1, 2, 3, 4))
    child = ObjectMeta("yolo", "face", BBox(1, 2, 1, 1), parent=parent)
    meta.add_obj_meta(parent)
    meta.add_obj_meta(child)
    meta.add_obj_meta(child)
    assert meta.objects_number == 3 == meta.frame_meta.num_obj_meta
    meta.remove_obj_meta(parent)
    assert [obj.label for obj in meta.objects] == ["frame", "face"] and child.parent is None
    with pytest.raises(MetaValueError, match="ObjectMeta"):
        meta.add_obj_meta("person")


# --- metrics, telemetry, parameters, logging


def test_counters_and_gauges():
    counter = metrics.Counter("frames", "Frames", ("source",))
    counter.inc(labels=("a",))
    counter.inc(2, ("a",), timestamp=5)
    counter.inc(label_values=["b"])
    assert counter.value(("a",)) == 3 and counter.values[("a",)] == (3, 5)
    with pytest.raises(ValueError, match="grow"):
        counter.inc(-1, ("a",))
    with pytest.raises(ValueError, match="grow"):
        counter.set(2, ("a",))
    with pytest.raises(ValueError, match="labels"):
        counter.inc()
    gauge = metrics.Gauge("queue")
    gauge.set(5)
    gauge.set(-2)
    assert gauge.value() == -2
    with pytest.raises(ValueError, match="name"):
        metrics.Gauge("a b")


def test_prometheus_reads_them(monkeypatch):
    monkeypatch.setattr(metrics, "registry", metrics.MetricsRegistry())
    metrics.get_or_create_counter("seen", "How many", ["who"]).inc(2, ('a "b"',), timestamp=1.5)
    metrics.registry["level"] = metrics.Gauge("level")
    metrics.registry["level"].set(0.5, timestamp=2)
    expected = (
        "# HELP seen_total How many\n# TYPE seen_total counter\n"
        'seen_total{who="a \\"b\\""} 2.0 1500\n'
        "# HELP level level\n# TYPE level gauge\nlevel 0.5 2000\n"
    )
    assert metrics.prometheus_text() == expected
    server = metrics.serve_prometheus(0)
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}/metrics"
        with urllib.request.urlopen(url, timeout=5) as answer:
            assert answer.read().decode() == expected
    finally:
        server.shutdown()
        server.server_close()
    assert metrics.get_or_create_counter("seen", "", ["who"]).value(('a "b"',)) == 2
    with pytest.raises(ValueError, match="there is a counter"):
        metrics.get_or_create_gauge("seen")
    metrics.delete("seen")
    assert metrics.get_counter("seen") is None


def test_spans_nest_and_take_everything():
    with telemetry.TelemetrySpan("outer").nested_span("inner") as span:
        span.set_int_attribute("n", 1)
        span.set_float_attribute("x", 0.5)
        span.set_string_attribute("s", "a")
        span.set_bool_attribute("b", True)
        span.set_float_vec_attribute("v", [1, 2])
        span.add_event("seen", {"who": "me"})
        span.set_status_ok()
        assert len(span.trace_id()) == 32


def test_parameters_are_one_mapping():
    parameters.init_param_storage({"frame": {"width": 64}, "mine": 5})
    assert parameters.param_storage()["frame"]["width"] == 64
    assert parameters.param_storage().get("absent", 7) == 7
    with pytest.raises(KeyError, match="no 'absent'; they have: frame, mine"):
        parameters.param_storage()["absent"]


def test_loggers_know_trace(caplog):
    with caplog.at_level(5):
        get_logger("thing").trace("deep %d", 1)
    assert [(r.name, r.levelno, r.getMessage()) for r in caplog.records] == [("savant.thing", 5, "deep 1")]
    assert logging.getLevelName(5) == "TRACE"


# --- models, nms, face alignment


def test_nms_keeps_the_best_of_those_that_overlap():
    # The second covers 8 of the first's 10 columns: iou 80 / 120. The third stands apart.
    boxes = np.array([[0, 0, 10, 10], [2, 0, 10, 10], [50, 50, 4, 4]], np.float32)
    confidences = np.array([0.6, 0.9, 0.1], np.float32)
    assert nms.nms_cpu(boxes, confidences, 0.5).tolist() == [0, 1, 1]
    assert nms.nms_cpu(boxes, confidences, 0.7).tolist() == [1, 1, 1]
    assert nms.nms_gpu(boxes, confidences, 0.5).tolist() == [0, 1, 1]
    assert nms.nms_cpu(boxes[:0], confidences[:0], 0.5).tolist() == []
    assert nms.nms_cpu(boxes, confidences, 0.5).dtype == np.uint16


def test_model_descriptions():
    assert models.OutputImage(8, 4, "SCALE", "Area").cv2_interpolation == 3
    with pytest.raises(ValueError, match="fit or scale"):
        models.OutputImage(8, 4, "crop")
    assert models.ObjectModel().input.object == "auto.frame"
    assert models.ModelInput(shape=(3, 20, 30)).width == 30
    with pytest.raises(NotImplementedError):
        models.BaseObjectModelOutputConverter()(np.zeros(1), model=None, roi=(0, 0, 1, 1))


def test_a_similarity_is_found():
    # Turned by 90 degrees, doubled, moved by (5, 7): (x, y) -> (5 - 2y, 7 + 2x).
    source = np.array([(0, 0), (1, 0), (0, 1), (3, 4)], float)
    target = np.stack([5 - 2 * source[:, 1], 7 + 2 * source[:, 0]], axis=1)
    assert preprocess.similarity(source, target) == pytest.approx(np.array([[0, -2, 5], [2, 0, 7]]), abs=1e-9)
    with pytest.raises(ValueError, match="2 or more"):
        preprocess.similarity(source[:1], target[:1])


def test_the_upper_part_of_a_box():
    crop = preprocess.CropTopPreprocessObjectMeta()
    assert crop(ObjectMeta("yolo", "person", BBox.ltwh(10, 20, 30, 90))).as_ltwh() == (10, 20, 30, 30)
    assert crop(ObjectMeta("yolo", "person", BBox.ltwh(10, 20, 30, 10))).as_ltwh() == (10, 20, 30, 10)


# --- Gst


def test_without_gstreamer_annotations_work_and_use_is_explained():
    missing = gst._MissingGst("Gst", "No module named 'gi'")

    def process(buffer: missing.Buffer, event: missing.Event | None = None) -> missing.FlowReturn: ...

    assert process.__annotations__
    assert missing.SECOND * 2 == 2_000_000_000
    for use in (
        lambda: missing.Buffer.new(),
        lambda: missing.FlowReturn.OK + 1,
        lambda: missing.parse_launch("fakesrc"),
        lambda: types.new_class("Bin", (missing.Bin,)),
        lambda: bool(missing.Caps),
    ):
        with pytest.raises(ImportError, match="python3-gi"):
            use()
