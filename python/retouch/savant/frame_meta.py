"""Frames as functions see them: `savant.deepstream.meta.frame`, and the buffer that is handed over beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterator, Mapping

from ._frames import Surface
from .geometry import BBox, RBBox
from .objects import (
    DEFAULT_MODEL_NAME,
    PRIMARY_OBJECT_LABEL,
    AttributeMeta,
    MetaValueError,
    ObjectMeta,
)
from .telemetry import TelemetrySpan

NANOSECONDS = (1, 1_000_000_000)


@dataclass
class VideoFrame:
    """What is known of a frame beside its objects."""

    source_id: str
    framerate: str = "30/1"
    width: int = 0
    height: int = 0
    pts: int = 0
    dts: int | None = None
    duration: int | None = None
    codec: str | None = None
    keyframe: bool | None = True
    time_base: tuple[int, int] = NANOSECONDS
    attributes: dict[tuple[str, str], Any] = field(default_factory=dict)


class RawFrameMeta:
    """`frame_meta.frame_meta`: which picture of the buffer is meant."""

    def __init__(self, batch_id: int, frame_num: int, pts: int, owner: NvDsFrameMeta | None = None) -> None:
        self.batch_id = batch_id
        self.pad_index = batch_id
        self.frame_num = frame_num
        self.buf_pts = pts
        self._owner = owner

    @property
    def num_obj_meta(self) -> int:
        return self._owner.objects_number if self._owner is not None else 0


class Buffer:
    """The pictures that a call of process_buffer is about; functions pass it on to nvds_to_gpu_mat. Not one of
    GStreamer's, but it has its times."""

    def __init__(self, pts: int | None = None, duration: int | None = None, dts: int | None = None) -> None:
        self.pts = pts
        self.dts = dts
        self.duration = duration
        self.surfaces: list[Surface] = []
        self.frames: list[NvDsFrameMeta] = []

    def surface(self, batch_id: int) -> Surface:
        if not 0 <= batch_id < len(self.surfaces):
            raise ValueError(f"buffer: no picture {batch_id}; it has {len(self.surfaces)}")
        return self.surfaces[batch_id]


class NvDsFrameMeta:
    """A frame of a source: its times, its objects, its tags."""

    def __init__(
        self,
        source_id: str,
        frame_num: int,
        pts: int,
        *,
        duration: int | None = None,
        framerate: str = "30/1",
        batch_id: int = 0,
        width: int = 0,
        height: int = 0,
        roi: BBox | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> None:
        self.frame_meta = RawFrameMeta(batch_id, frame_num, pts, self)
        self.batch_meta = None
        self.video_frame = VideoFrame(source_id, framerate, width, height, pts, duration=duration)
        self.telemetry_span = TelemetrySpan()
        self._objects: list[ObjectMeta] = []
        self._tags: dict[str, Any] = dict(tags or {})
        if roi is not None:
            self.add_obj_meta(ObjectMeta(DEFAULT_MODEL_NAME, PRIMARY_OBJECT_LABEL, roi))

    def __enter__(self) -> NvDsFrameMeta:
        return self

    def __exit__(self, *details: Any) -> None:
        pass

    @property
    def source_id(self) -> str:
        return self.video_frame.source_id

    @property
    def frame_num(self) -> int:
        """Counts the frames of the source from 0."""
        return self.frame_meta.frame_num

    @property
    def batch_id(self) -> int:
        return self.frame_meta.batch_id

    @property
    def pts(self) -> int:
        """Nanoseconds."""
        return self.video_frame.pts

    @property
    def duration(self) -> int | None:
        """Nanoseconds."""
        return self.video_frame.duration

    @property
    def framerate(self) -> str:
        """ "30/1" """
        return self.video_frame.framerate

    # Objects.
    @property
    def objects(self) -> Iterator[ObjectMeta]:
        """All objects, the one that stands for the frame among them. Adding and removing while it runs is fine."""
        return iter(tuple(self._objects))

    @property
    def objects_number(self) -> int:
        return len(self._objects)

    def _primary(self) -> ObjectMeta | None:
        return next((obj for obj in self._objects if obj.is_primary), None)

    @property
    def roi(self) -> BBox | RBBox:
        """The box of the object that stands for the frame: what models look at. Without padding."""
        primary = self._primary()
        if primary is None:
            raise MetaValueError("frame_meta.roi: the frame's primary object was removed")
        return primary.bbox

    @roi.setter
    def roi(self, value: BBox) -> None:
        box = self.roi
        box.xc, box.yc, box.width, box.height = value.xc, value.yc, value.width, value.height

    def add_obj_meta(self, object_meta: ObjectMeta) -> None:
        if not isinstance(object_meta, ObjectMeta):
            raise MetaValueError(f"add_obj_meta: takes an ObjectMeta, not {type(object_meta).__name__}")
        if not any(obj is object_meta for obj in self._objects):
            self._objects.append(object_meta)

    def remove_obj_meta(self, object_meta: ObjectMeta) -> None:
        """Its children stay, without a parent. What is not there needs no removing."""
        if not isinstance(object_meta, ObjectMeta):
            raise MetaValueError(f"remove_obj_meta: takes an ObjectMeta, not {type(object_meta).__name__}")
        self._objects = [obj for obj in self._objects if obj is not object_meta]
        for obj in self._objects:
            if obj.parent is object_meta:
                obj.parent = None

    # Tags and attributes of the frame.
    def get_tag(self, name: str) -> Any:
        """Its value, or None."""
        return self._tags.get(name)

    def set_tag(self, name: str, value: bool | int | float | str) -> None:
        if not isinstance(value, (bool, int, float, str)):
            raise MetaValueError(f"set_tag: {name!r} takes a bool, a number or text, not {type(value).__name__}")
        self._tags[name] = value

    @property
    def tags(self) -> dict[str, Any]:
        return dict(self._tags)

    def add_attr_meta(self, element_name: str, name: str, value: Any, confidence: float = 1.0) -> None:
        """On the object that stands for the frame."""
        primary = self._primary()
        if primary is None:
            raise MetaValueError("add_attr_meta: the frame's primary object was removed")
        primary.add_attr_meta(element_name, name, value, confidence)

    def get_attr_meta(self, element_name: str, name: str) -> AttributeMeta | None:
        primary = self._primary()
        return primary.get_attr_meta(element_name, name) if primary is not None else None

    def __repr__(self) -> str:
        return f"<NvDsFrameMeta frame {self.frame_num} of {self.source_id!r}, {self.objects_number} objects>"
