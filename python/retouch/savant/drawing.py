"""The module's last function, which draws: `savant.deepstream.drawfunc`.

class Overlay(NvDsDrawFunc):
    def draw_on_frame(self, frame_meta, artist):
        super().draw_on_frame(frame_meta, artist)
        artist.add_text(f"frame {frame_meta.frame_num}", (50, 30))
"""

from __future__ import annotations

from typing import Any, Mapping

from .artist import Artist, Position
from .draw_spec import (
    BoundingBoxDraw,
    DotDraw,
    LabelDraw,
    LabelPositionKind,
    ObjectDraw,
    get_default_draw_spec,
    get_obj_draw_spec,
)
from .frame_meta import Buffer, NvDsFrameMeta
from .geometry import RBBox
from .objects import UNTRACKED_OBJECT_ID, ObjectMeta
from .opencv_utils import nvds_to_gpu_mat
from .pyfunc import NvDsPyFuncPlugin


class BaseNvDsDrawFunc(NvDsPyFuncPlugin):
    """`condition: {tag: NAME}`: only frames that have the tag are drawn on."""

    def __init__(self, condition: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        self.condition = dict(condition or {})
        super().__init__(**kwargs)

    def process_frame(self, buffer: Buffer, frame_meta: NvDsFrameMeta) -> None:
        if self.can_draw_on_frame(frame_meta):
            self.draw(buffer, frame_meta)

    def can_draw_on_frame(self, frame_meta: NvDsFrameMeta) -> bool:
        tag = self.condition.get("tag")
        return tag is None or frame_meta.get_tag(tag) is not None

    def draw(self, buffer: Buffer, frame_meta: NvDsFrameMeta) -> None:
        raise NotImplementedError(f"{type(self).__name__} has no draw")


class NvDsDrawFunc(BaseNvDsDrawFunc):
    """Draws the objects as `rendered_objects` says; without it, all but the one that stands for the frame."""

    def __init__(self, **kwargs: Any) -> None:
        self.rendered_objects: Mapping[str, Mapping[str, Any]] | None = None
        super().__init__(**kwargs)
        self.draw_spec: dict[tuple[str, str], ObjectDraw] = {}
        listed: Mapping[str, Mapping[str, Any]] = self.rendered_objects or {}
        for unit, classes in listed.items():
            for label, config in dict(classes or {}).items():
                try:
                    self.draw_spec[unit, label] = get_obj_draw_spec(config)
                except (TypeError, ValueError) as error:
                    raise ValueError(f"rendered_objects: {unit}: {label}: {error}") from error
        self.default_spec_track_id = get_default_draw_spec(track_id=True)
        self.default_spec_no_track_id = get_default_draw_spec(track_id=False)
        self._bad_formats: set[str] = set()

    def draw(self, buffer: Buffer, frame_meta: NvDsFrameMeta) -> None:
        with nvds_to_gpu_mat(buffer, frame_meta.frame_meta) as frame_mat:
            with Artist(frame_mat, self.get_cuda_stream(frame_meta)) as artist:
                self.draw_on_frame(frame_meta, artist)

    def override_draw_spec(self, object_meta: ObjectMeta, specification: ObjectDraw) -> ObjectDraw:
        """The last word on how an object looks; `specification` is a copy. Called for the objects of
        `rendered_objects`."""
        return specification

    def draw_on_frame(self, frame_meta: NvDsFrameMeta, artist: Artist) -> None:
        """Everything that is drawn; as it is, the objects: of each its blur, box, label, dot."""
        for obj in frame_meta.objects:
            if obj.is_primary:
                continue
            if self.rendered_objects:
                listed = self.draw_spec.get((obj.element_name, obj.draw_label))
                if listed is None:
                    listed = self.draw_spec.get((obj.element_name, obj.label))
                if listed is None:
                    continue
                spec = self.override_draw_spec(obj, listed.copy())
            elif obj.track_id != UNTRACKED_OBJECT_ID:
                spec = self.default_spec_track_id
            else:
                spec = self.default_spec_no_track_id
            if spec.blur:
                artist.blur(obj.bbox)
            if spec.bounding_box is not None:
                self._draw_bounding_box(obj, artist, spec.bounding_box)
            if spec.label is not None:
                self._draw_label(obj, artist, spec.label)
            if spec.central_dot is not None:
                self._draw_central_dot(obj, artist, spec.central_dot)

    def _draw_bounding_box(self, obj: ObjectMeta, artist: Artist, spec: BoundingBoxDraw) -> None:
        artist.add_bbox(
            obj.bbox, spec.thickness, spec.border_color.rgba, spec.background_color.rgba, spec.padding.padding
        )

    def _draw_label(self, obj: ObjectMeta, artist: Artist, spec: LabelDraw) -> None:
        kind = spec.position.position
        turned = isinstance(obj.bbox, RBBox) and bool(obj.bbox.angle)
        lines = [self._line(line, obj) for line in spec.format]
        direction = 1
        if turned or kind == LabelPositionKind.Center:
            x, y, anchor = int(obj.bbox.xc), int(obj.bbox.yc), Position.CENTER
        else:
            x, y = int(obj.bbox.left), int(obj.bbox.top)
            anchor = Position.LEFT_TOP if kind == LabelPositionKind.TopLeftInside else Position.LEFT_BOTTOM
        if anchor == Position.LEFT_BOTTOM:  # stacked upwards, so the last line comes first
            lines.reverse()
            direction = -1
        x += spec.position.margin_x
        y += spec.position.margin_y
        for text in lines:
            (_, above), below = artist.add_text(
                text,
                (x, y),
                spec.font_scale,
                spec.thickness,
                spec.font_color.rgba,
                1,
                spec.border_color.rgba,
                spec.background_color.rgba,
                spec.padding.padding,
                anchor,
            )
            y += direction * (above + below + 2 + spec.padding.top + spec.padding.bottom)

    def _line(self, line: str, obj: ObjectMeta) -> str:
        try:
            return line.format(
                model=obj.element_name, label=obj.draw_label, confidence=obj.confidence, track_id=obj.track_id
            )
        except (KeyError, IndexError, ValueError) as error:
            if line not in self._bad_formats:
                self._bad_formats.add(line)
                self.logger.warning("label format %r cannot be used (%s); it is drawn as it is written", line, error)
            return line

    def _draw_central_dot(self, obj: ObjectMeta, artist: Artist, spec: DotDraw) -> None:
        artist.add_circle((round(obj.bbox.xc), round(obj.bbox.yc)), spec.radius, spec.color.rgba, -1)
