"""Objects from a file, in place of models: `--metadata-in FILE`.

JSON lines, one for each frame that has something; empty lines and lines that begin with '#' are skipped:

    {"source_id": "cam", "frame_num": 0, "width": 1280, "height": 720, "tags": {"night": true},
     "objects": [{"id": 1, "element_name": "yolo", "label": "person", "bbox": [100, 80, 60, 160],
                  "confidence": 0.9, "track_id": 7,
                  "attributes": [{"element_name": "age", "name": "years", "value": 30, "confidence": 0.8}]},
                 {"element_name": "yolo", "label": "face", "rbbox": [130, 100, 20, 24, 15.0], "parent": 1}]}

A frame is found by `frame_num` (counted from 0 for each source) or by `pts` (nanoseconds, exact); `source_id` left out means
any source. Coordinates are pixels of a picture of `width` x `height`: without these, of the frame as it is read, before it is
scaled. `bbox` is [left, top, width, height] or an object with these names, or with xc, yc in place of left, top; `rbbox` is
[xc, yc, width, height, angle], or an object with xc, yc, width, height, angle. `parent` is the `id` of another object of the line. Attributes of
the whole frame stand in an object {"element_name": "auto", "label": "frame", "attributes": [...]}, which needs no box. Only
element_name and label must be there, and of all other objects a box.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping

from .geometry import BBox, RBBox
from .objects import DEFAULT_MODEL_NAME, PRIMARY_OBJECT_LABEL, UNTRACKED_OBJECT_ID, AttributeMeta, ObjectMeta

_RECORD_KEYS = {"source_id", "frame_num", "pts", "width", "height", "tags", "objects"}
_OBJECT_KEYS = {
    "id",
    "element_name",
    "label",
    "draw_label",
    "bbox",
    "rbbox",
    "confidence",
    "track_id",
    "parent",
    "attributes",
}


class MetadataError(ValueError):
    """A line that cannot be read: file, line, what is wrong."""


@dataclass
class Record:
    """What is known about one frame."""

    source_id: str | None
    frame_num: int | None
    pts: int | None
    size: tuple[float, float] | None
    tags: dict[str, Any] = field(default_factory=dict)
    objects: list[dict[str, Any]] = field(default_factory=list)

    def make_objects(
        self, input_size: tuple[int, int], picture: tuple[float, float, float, float]
    ) -> tuple[list[ObjectMeta], list[AttributeMeta]]:
        """The objects, moved into `picture` (left, top, width, height of the frame that is worked on), and the attributes
        of the whole frame."""
        width, height = self.size or input_size
        scale_x, scale_y = picture[2] / width, picture[3] / height
        objects: list[ObjectMeta] = []
        frame_attributes: list[AttributeMeta] = []
        by_id: dict[Any, ObjectMeta] = {}
        for entry in self.objects:
            attributes = [
                AttributeMeta(a["element_name"], a["name"], a["value"], float(a.get("confidence", 1.0)))
                for a in entry.get("attributes", ())
            ]
            if (entry["element_name"], entry["label"]) == (DEFAULT_MODEL_NAME, PRIMARY_OBJECT_LABEL):
                frame_attributes += attributes
                continue
            box = _box(entry).scale(scale_x, scale_y).shift(picture[0], picture[1])
            track_id = entry.get("track_id")
            obj = ObjectMeta(
                entry["element_name"],
                entry["label"],
                box,
                entry.get("confidence"),
                UNTRACKED_OBJECT_ID if track_id is None else track_id,
                attributes=attributes,
                draw_label=entry.get("draw_label"),
            )
            objects.append(obj)
            if "id" in entry:
                by_id[entry["id"]] = obj
        listed = [
            e for e in self.objects if (e["element_name"], e["label"]) != (DEFAULT_MODEL_NAME, PRIMARY_OBJECT_LABEL)
        ]
        for entry, obj in zip(listed, objects):
            if entry.get("parent") is not None:
                obj.parent = by_id[entry["parent"]]
        return objects, frame_attributes


def _numbers(value: Any, names: tuple[str, ...], what: str) -> list[float]:
    if isinstance(value, Mapping):
        missing = [name for name in names if name not in value and name != "angle"]
        if missing:
            raise ValueError(f"{what} has no {missing[0]!r}")
        value = [value.get(name) for name in names]
    if not isinstance(value, list) or len(value) != len(names):
        raise ValueError(f"{what} must be [{', '.join(names)}]")
    if not all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in value if v is not None):
        raise ValueError(f"{what} must be numbers")
    return value


def _box(entry: Mapping[str, Any]) -> BBox | RBBox:
    if "rbbox" in entry:
        return RBBox(*_numbers(entry["rbbox"], ("xc", "yc", "width", "height", "angle"), "rbbox"))
    value = entry.get("bbox")
    if isinstance(value, Mapping) and "xc" in value:
        numbers = _numbers(value, ("xc", "yc", "width", "height"), "bbox")
        if value.get("angle"):
            return RBBox(numbers[0], numbers[1], numbers[2], numbers[3], float(value["angle"]))
        return BBox(*numbers)
    return BBox.ltwh(*_numbers(value, ("left", "top", "width", "height"), "bbox"))


def _check(data: Any) -> Record:
    if not isinstance(data, dict):
        raise ValueError("must be an object")
    unknown = set(data) - _RECORD_KEYS
    if unknown:
        raise ValueError(f"unknown key {sorted(unknown)[0]!r}; known are {', '.join(sorted(_RECORD_KEYS))}")
    if (data.get("frame_num") is None) == (data.get("pts") is None):
        raise ValueError("must have frame_num or pts, one of them")
    size = None
    if "width" in data or "height" in data:
        size = (data.get("width"), data.get("height"))
        if not all(isinstance(v, (int, float)) and v > 0 for v in size):
            raise ValueError("width and height must both be positive")
    record = Record(
        data.get("source_id"),
        data.get("frame_num"),
        data.get("pts"),
        size,  # type: ignore[arg-type]
        dict(data.get("tags") or {}),
        list(data.get("objects") or []),
    )
    ids = [entry.get("id") for entry in record.objects if isinstance(entry, dict) and "id" in entry]
    for i, entry in enumerate(record.objects):
        try:
            if not isinstance(entry, dict):
                raise ValueError("must be an object")
            unknown = set(entry) - _OBJECT_KEYS
            if unknown:
                raise ValueError(f"unknown key {sorted(unknown)[0]!r}; known are {', '.join(sorted(_OBJECT_KEYS))}")
            for key in ("element_name", "label"):
                if not isinstance(entry.get(key), str):
                    raise ValueError(f"must have {key}, a text")
            if (entry["element_name"], entry["label"]) != (DEFAULT_MODEL_NAME, PRIMARY_OBJECT_LABEL):
                if ("bbox" in entry) == ("rbbox" in entry):
                    raise ValueError("must have bbox or rbbox, one of them")
                _box(entry)
            if entry.get("parent") is not None and entry["parent"] not in ids:
                raise ValueError(f"its parent {entry['parent']!r} is no id of this line")
            for attribute in entry.get("attributes", ()):
                for key in ("element_name", "name", "value"):
                    if key not in attribute:
                        raise ValueError(f"an attribute has no {key!r}")
        except ValueError as error:
            raise ValueError(f"objects[{i}]: {error}") from None
    return record


class Metadata:
    """The records of a file, by frame."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._by_number: dict[tuple[str | None, int], Record] = {}
        self._by_pts: dict[tuple[str | None, int], Record] = {}
        for record in records:
            self.add(record)

    def add(self, record: Record) -> None:
        if record.frame_num is not None:
            table, key = self._by_number, (record.source_id, record.frame_num)
        else:
            table, key = self._by_pts, (record.source_id, int(record.pts or 0))
        if key in table:
            raise ValueError(f"a second record for the same frame ({key[1]} of {key[0] or 'any source'})")
        table[key] = record

    def __len__(self) -> int:
        return len(self._by_number) + len(self._by_pts)

    def find(self, source_id: str, frame_num: int, pts: int) -> Record | None:
        """The frame's own source goes before a record for any."""
        for source in (source_id, None):
            record = self._by_number.get((source, frame_num)) or self._by_pts.get((source, pts))
            if record is not None:
                return record
        return None


def load(path: str | os.PathLike[str]) -> Metadata:
    """Reads a whole file. Raises MetadataError, which names the line, and OSError."""
    metadata = Metadata()
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            try:
                metadata.add(_check(json.loads(line)))
            except ValueError as error:
                raise MetadataError(f"{os.fspath(path)}:{number}: {error}") from None
    return metadata
