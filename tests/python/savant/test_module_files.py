"""Module files, interpolation, metadata files: what is read, and what errors say."""

from __future__ import annotations

import json

import pytest

from retouch.savant import metadata, module
from retouch.savant.geometry import BBox, RBBox
from retouch.savant.interpolation import InterpolationError, Resolver
from retouch.savant.module import ModelElement, ModuleFileError, PyFunc


# --- interpolation


def resolved(tree: dict):
    return Resolver(tree).tree()


def test_values_keep_their_type(monkeypatch):
    monkeypatch.setenv("CODEC", "hevc")
    monkeypatch.setenv("SIZE", "640")
    monkeypatch.delenv("ABSENT", raising=False)
    tree = {
        "a": {"n": 5, "list": [1, "${..n}"], "text": "x"},
        "same": "${a.n}",
        "part": "${a.n} and ${a.text}",
        "item": "${a.list[0]}",
        "whole": "${a}",
        "codec": "${oc.env:CODEC, 'h264'}",
        "absent": "${oc.env:ABSENT, 'h264'}",
        "number_default": "${oc.env:ABSENT, 5}",
        "nothing": "${oc.env:ABSENT, null}",
        "decoded": "${oc.decode:${oc.env:SIZE, null}}",
        "decoded_nothing": "${oc.decode:${oc.env:ABSENT, null}}",
        "json": '${json:\'{"codec": "jpeg", "q": [1, 2]}\'}',
        "json_nothing": "${json:${oc.env:ABSENT, null}}",
        "nested_default": "${oc.env:ABSENT, ${a.text}/y}",
        "select": "${oc.select:a.absent, 7}",
        "literal": "\\${a.n}",
        "chain": "${same}",
    }
    assert resolved(tree) == {
        "a": {"n": 5, "list": [1, 5], "text": "x"},
        "same": 5,
        "part": "5 and x",
        "item": 1,
        "whole": {"n": 5, "list": [1, 5], "text": "x"},
        "codec": "hevc",
        "absent": "h264",
        "number_default": "5",
        "nothing": None,
        "decoded": 640,
        "decoded_nothing": None,
        "json": {"codec": "jpeg", "q": [1, 2]},
        "json_nothing": None,
        "nested_default": "x/y",
        "select": 7,
        "literal": "${a.n}",
        "chain": 5,
    }


@pytest.mark.parametrize(
    "value, message",
    [
        ("${absent.key}", "at v: .*there is no 'absent.key' in the file"),
        ("${oc.env:SURELY_NOT_SET}", "SURELY_NOT_SET is not set, and there is no default"),
        ("${v}", "leads back to itself"),
        ("${calc:1+1}", "calc:...} is not known here; known are oc.env"),
        ("${a", "not closed"),
        ("${json:'{'}", "json:"),
    ],
)
def test_what_cannot_be_replaced(value, message):
    with pytest.raises(InterpolationError, match=message):
        resolved({"v": value})


def test_rings_of_several_are_found():
    with pytest.raises(InterpolationError, match="back to itself: b -> c -> b"):
        resolved({"a": "${b}", "b": "${c}", "c": "x ${b}"})


# --- module files

GOOD = """
name: test
parameters:
  frame: {width: '640', height: 480, padding: {top: 160, keep: false}}
  mine: {a: 1}
  dev_mode: true
  draw_func: {condition: {tag: t}, kwargs: {x: '${parameters.mine.a}'}}
pipeline:
  elements:
    - {element: pyfunc, module: m, class_name: C, kwargs: {n: '${parameters.mine.a}', deep: {k: [1]}}}
    - element: nvinfer@detector:v1
      name: yolo
      model: {input: {object: other.person}}
    - {element: pygroup, pyfuncs: [{module: m, class_name: D}, {module: m, class_name: E, name: last}]}
"""


def test_a_file_as_a_description():
    made = module.loads(GOOD, "/x/module.yml")
    assert made.name == "test" and str(made.folder) == "/x"
    assert made.frame.picture((1, 1)) == (0, 160, 640, 480)
    assert made.frame.frame_size((1, 1)) == (640, 640) and made.frame.output((1, 1)) == (0, 160, 640, 480)
    first, model, second, third = made.elements
    assert first == PyFunc("m", "C", {"n": 1, "deep": {"k": [1]}}, None, True, "pipeline.elements[0]")
    assert model == ModelElement("yolo", "nvinfer@detector:v1", False, "pipeline.elements[1]")
    assert (second.label, third.label) == ("D", "last")
    assert made.draw_func.module == "savant.deepstream.drawfunc" and made.draw_func.class_name == "NvDsDrawFunc"
    assert made.draw_func.kwargs == {"x": 1, "rendered_objects": None, "condition": {"tag": "t"}}
    assert [f.label for f in made.functions] == ["C", "D", "last", "NvDsDrawFunc"]
    assert made.parameters["mine"] == {"a": 1} and made.parameters["batch_size"] == 1
    assert [(item.where, item.line) for item in made.unsupported] == [("pipeline.elements[1]", 11)]
    assert made.message() == (
        "module.yml: 1 thing(s) in it are not honoured by --compat savant:\n"
        "  line 11: pipeline.elements[1]: the model 'yolo' (nvinfer@detector:v1) is not run; its objects come from --metadata-in"
    )


def test_without_a_size_frames_stay_as_they_are():
    made = module.loads("name: x\nparameters: {frame: {padding: {left: 8}}}\npipeline: {}\n")
    assert made.frame.frame_size((101, 57)) == (109, 57) == made.frame.output((101, 57))[2:]
    assert made.frame.picture((101, 57)) == (8, 0, 101, 57)
    assert made.elements == [] and made.draw_func is None and made.message() == ""


@pytest.mark.parametrize("value, names", [("yolo", ["A", "B"]), ("peoplenet", ["B"])])
def test_groups_have_conditions(monkeypatch, value, names):
    monkeypatch.setenv("DETECTOR", value)
    made = module.loads("""
name: x
parameters: {detector: "${oc.env:DETECTOR}"}
pipeline:
  elements:
    - group:
        init_condition: {expr: "${parameters.detector}", value: yolo}
        elements:
          - {element: pyfunc, module: m, class_name: A}
    - group: {elements: [{element: pyfunc, module: m, class_name: B}]}
""")
    assert [f.class_name for f in made.functions] == names


@pytest.mark.parametrize(
    "text, message",
    [
        ("a: [", "while parsing"),
        ("- 1", "must have the keys"),
        ("pipeline: 5", "module:1: pipeline: must be keys and values"),
        ("parameters: {frame: {width: 640}}", "width and height are given both or neither"),
        ("parameters:\n  frame:\n    width: 641\n    height: 480", "module:3: parameters.frame.width: must be a multiple of geometry_base .8., and is 641"),
        ("parameters: {frame: {padding: {top: 5}}}", "parameters.frame.padding.top: must be a multiple"),
        ("parameters: {frame: {padding: {top: -8}}}", "at least 0"),
        ("parameters: {frame: {width: wide, height: 8}}", "must be a whole number .is 'wide'."),
        ("parameters: {draw_func: 5}", "draw_func: must be keys and values"),
        ("parameters:\n  x: ${oc.env:SURELY_NOT_SET}", "SURELY_NOT_SET is not set"),
        ("pipeline:\n  elements:\n    - {element: pyfunc, module: m}", "module:3: pipeline.elements.0.: a pyfunc must have 'class_name'"),
        ("pipeline: {elements: [{name: x}]}", "must have the key 'element' or 'group'"),
        ("pipeline: {elements: [{element: pyfunc, module: m, class_name: C, kwargs: [1]}]}", "kwargs: must be keys"),
        ("pipeline: {elements: [{group: {init_condition: {expr: 1}}}]}", "must have expr and value"),
        ("pipeline:\n  elements:\n    - element: pyfunc\n      module: m\n      class_name: C\n      kwargs: {a: '${parameters.b}'}", "at pipeline.elements.0.kwargs.a: .*there is no 'parameters.b'"),
    ],
)  # fmt: skip
def test_errors_name_line_and_key(text, message):
    with pytest.raises(ModuleFileError, match=message):
        module.loads(text)


def test_geometry_base_can_be_another():
    made = module.loads("parameters: {frame: {width: 30, height: 20, geometry_base: 2}}")
    assert made.frame.frame_size((1, 1)) == (30, 20)


def test_what_is_not_honoured_is_collected():
    made = module.loads("""
name: x
extra: 1
parameters:
  batch_size: 4
  etcd: {hosts: []}
  output_frame: {codec: jpeg}
  telemetry: {tracing: {provider: jaeger}, metrics: {provider: prometheus}}
  frame: {depth: 8}
pipeline:
  source: {element: zeromq_source_bin}
  sink: [{element: console_sink}]
  elements:
    - {element: nvvideoconvert}
    - {element: pyfunc, module: m, class_name: C, properties: {a: 1}}
""")
    assert {(item.where, item.line) for item in made.unsupported} == {
        ("extra", 3),
        ("parameters.batch_size", 5),
        ("parameters.etcd", 6),
        ("parameters.output_frame", 7),
        ("parameters.telemetry.tracing", 8),
        ("parameters.telemetry.metrics", 8),
        ("parameters.frame.depth", 9),
        ("pipeline.source", 11),
        ("pipeline.sink", 12),
        ("pipeline.elements[0]", 14),
        ("pipeline.elements[1].properties", 15),
    }
    assert made.message().startswith("module: 11 thing(s)") or made.message().startswith("x: 11 thing(s)")


# --- metadata files


def write(tmp_path, *lines):
    path = tmp_path / "objects.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def test_objects_of_a_file(tmp_path):
    path = write(
        tmp_path,
        "# a comment",
        {"source_id": "a", "frame_num": 3, "objects": [{"element_name": "m", "label": "x", "bbox": [10, 20, 30, 40]}]},
        "",
        {"frame_num": 3, "width": 100, "height": 50, "tags": {"t": 1}, "objects": [
            {"id": 1, "element_name": "m", "label": "y", "rbbox": [10, 20, 4, 2, 90], "confidence": 0.5, "track_id": 7, "parent": "z", "draw_label": "Y"},
            {"id": "z", "element_name": "m", "label": "z", "bbox": {"left": 1, "top": 2, "width": 3, "height": 4}}]},
        {"source_id": "a", "pts": 500, "objects": []},
    )  # fmt: skip
    data = metadata.load(path)
    assert len(data) == 3
    (obj,), attributes = data.find("a", 3, 0).make_objects((320, 240), (8, 16, 640, 480))
    assert obj.bbox == BBox.ltwh(8 + 20, 16 + 40, 60, 80) and attributes == []  # scaled by 2, then moved
    record = data.find("b", 3, 0)
    (y, z), _ = record.make_objects((320, 240), (0, 0, 200, 200))  # of 100 x 50: by 2 and 4
    assert y.bbox == RBBox(20, 80, 16, 4, 90) and z.bbox == BBox.ltwh(2, 8, 6, 16)
    assert (y.confidence, y.track_id, y.draw_label, y.parent) == (0.5, 7, "Y", z)
    assert record.tags == {"t": 1}
    assert data.find("a", 9, 500) is not None and data.find("a", 9, 501) is None


@pytest.mark.parametrize(
    "line, message",
    [
        ("{", "objects.jsonl:1: "),
        ("[]", ":1: must be an object"),
        ({"objects": []}, "frame_num or pts"),
        ({"frame_num": 1, "pts": 1}, "frame_num or pts"),
        ({"frame_num": 1, "object": []}, "unknown key 'object'; known are frame_num"),
        ({"frame_num": 1, "width": 5}, "width and height must both be positive"),
        ({"frame_num": 1, "objects": [{"label": "x", "bbox": [1, 2, 3, 4]}]}, r"objects\[0\]: must have element_name"),
        ({"frame_num": 1, "objects": [{"element_name": "m", "label": "x"}]}, "bbox or rbbox"),
        ({"frame_num": 1, "objects": [{"element_name": "m", "label": "x", "bbox": [1, 2, 3]}]}, r"bbox must be \[left, top, width, height\]"),
        ({"frame_num": 1, "objects": [{"element_name": "m", "label": "x", "bbox": {"left": 1, "top": 1, "width": 3}}]}, "no 'height'"),
        ({"frame_num": 1, "objects": [{"element_name": "m", "label": "x", "bbox": [1, 2, 3, "4"]}]}, "numbers"),
        ({"frame_num": 1, "objects": [{"element_name": "m", "label": "x", "bbox": [1, 2, 3, 4], "parent": 5}]}, "parent 5 is no id"),
        ({"frame_num": 1, "objects": [{"element_name": "m", "label": "x", "bbox": [1, 2, 3, 4], "attributes": [{"name": "n"}]}]}, "no 'element_name'"),
        ({"frame_num": 1, "objects": [{"element_name": "m", "label": "x", "bbox": [1, 2, 3, 4], "colour": 1}]}, "unknown key 'colour'"),
    ],
)  # fmt: skip
def test_lines_that_cannot_be_read(tmp_path, line, message):
    with pytest.raises(metadata.MetadataError, match=message):
        metadata.load(write(tmp_path, line))


def test_a_frame_has_one_line(tmp_path):
    line = {"frame_num": 1, "objects": []}
    with pytest.raises(metadata.MetadataError, match=":2: a second record"):
        metadata.load(write(tmp_path, line, line))
