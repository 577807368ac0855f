"""Objects and their attributes: `savant.meta`."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Iterable

from .geometry import BBox, RBBox

UNTRACKED_OBJECT_ID = 2**64 - 1
"""The track id of an object that no tracker has seen."""
DEFAULT_CONFIDENCE = 1.0
DEFAULT_MODEL_NAME = "auto"
PRIMARY_OBJECT_LABEL = "frame"
PRIMARY_OBJECT_KEY = f"{DEFAULT_MODEL_NAME}.{PRIMARY_OBJECT_LABEL}"
"""The object that stands for the whole frame: attributes of the frame are put on it, models run on it."""


class MetaPoolAllocationError(Exception):
    """Kept for its name: nothing here can run out of places for objects."""


class MetaValueError(ValueError):
    """A wrong object or attribute."""


@dataclass
class AttributeMeta:
    """A value that an element found out about an object."""

    element_name: str
    name: str
    value: Any
    confidence: float = 1.0


class ObjectMeta:
    """A detected thing of a frame.

    element_name: who found it; label: its class; bbox: BBox or RBBox in pixels of the frame, may be changed in place;
    track_id: UNTRACKED_OBJECT_ID when no tracker has seen it; parent: the object that this is a part of.
    """

    _uids = itertools.count(1)

    def __init__(
        self,
        element_name: str,
        label: str,
        bbox: BBox | RBBox,
        confidence: float | None = DEFAULT_CONFIDENCE,
        track_id: int = UNTRACKED_OBJECT_ID,
        parent: ObjectMeta | None = None,
        attributes: Iterable[AttributeMeta] | None = None,
        draw_label: str | None = None,
    ) -> None:
        if not isinstance(bbox, (BBox, RBBox)):
            raise MetaValueError(f"ObjectMeta: bbox is a BBox or an RBBox, not {type(bbox).__name__}")
        self.element_name = element_name
        self._label = label
        self._draw_label = draw_label
        self.bbox = bbox
        self.confidence = DEFAULT_CONFIDENCE if confidence is None else float(confidence)
        self.track_id = UNTRACKED_OBJECT_ID if track_id is None else int(track_id)
        self.uid = next(self._uids)
        self._parent: ObjectMeta | None = None
        self._attributes: dict[tuple[str, str], list[AttributeMeta]] = {}
        if parent is not None:
            self.parent = parent
        for attribute in attributes or ():
            self.add_attr_meta(attribute.element_name, attribute.name, attribute.value, attribute.confidence)

    @property
    def label(self) -> str:
        return self._label

    @label.setter
    def label(self, value: str) -> None:
        if not isinstance(value, str):
            raise MetaValueError(f"ObjectMeta: a label is text, not {type(value).__name__}")
        self._label = value

    @property
    def draw_label(self) -> str:
        """What is written beside it; the label unless it was set."""
        return self._label if self._draw_label is None else self._draw_label

    @draw_label.setter
    def draw_label(self, value: str) -> None:
        if not isinstance(value, str):
            raise MetaValueError(f"ObjectMeta: a label is text, not {type(value).__name__}")
        self._draw_label = value

    @property
    def is_primary(self) -> bool:
        """Whether it stands for the whole frame."""
        return self.element_name == DEFAULT_MODEL_NAME and self._label == PRIMARY_OBJECT_LABEL

    @property
    def parent(self) -> ObjectMeta | None:
        return self._parent

    @parent.setter
    def parent(self, value: ObjectMeta | None) -> None:
        above = value
        while above is not None:
            if above is self:
                raise MetaValueError("ObjectMeta: an object cannot be a part of itself")
            above = above._parent
        self._parent = value

    def sync_bbox(self) -> None:
        """Nothing to do: the box is the object's own."""

    # Attributes: lists, since an element may give several values of one name.
    def get_attr_meta_list(self, element_name: str, attr_name: str) -> list[AttributeMeta] | None:
        values = self._attributes.get((element_name, attr_name))
        return list(values) if values else None

    def get_attr_meta(self, element_name: str, attr_name: str) -> AttributeMeta | None:
        """The first one, or None."""
        values = self._attributes.get((element_name, attr_name))
        return values[0] if values else None

    def add_attr_meta(
        self, element_name: str, name: str, value: Any, confidence: float = 1.0, replace: bool = False
    ) -> None:
        attribute = AttributeMeta(element_name, name, value, 1.0 if confidence is None else float(confidence))
        if replace:
            self._attributes[element_name, name] = [attribute]
        else:
            self._attributes.setdefault((element_name, name), []).append(attribute)

    def replace_attr_meta_list(self, element_name: str, attr_name: str, value: list[AttributeMeta]) -> None:
        self._attributes[element_name, attr_name] = list(value)

    def remove_attr_meta_list(self, element_name: str, attr_name: str) -> None:
        self._attributes.pop((element_name, attr_name), None)

    @property
    def attributes(self) -> list[AttributeMeta]:
        """All of them, in the order added."""
        return [attribute for values in self._attributes.values() for attribute in values]

    def __repr__(self) -> str:
        track = "" if self.track_id == UNTRACKED_OBJECT_ID else f" #{self.track_id}"
        return f"<ObjectMeta {self.element_name}.{self._label}{track} {self.bbox!r}>"


def build_bbox(bbox: dict[str, Any]) -> RBBox:
    """From {xc, yc, width, height[, angle]}: `savant.api.builder.build_bbox`."""
    return RBBox(bbox["xc"], bbox["yc"], bbox["width"], bbox["height"], bbox.get("angle"))
