"""Labels by the declarative way, with some tracks in a colour of their own and a heading."""

from savant_rs.draw_spec import BoundingBoxDraw, ColorDraw, LabelDraw, ObjectDraw

from savant.deepstream.drawfunc import NvDsDrawFunc
from savant.meta.constants import UNTRACKED_OBJECT_ID
from savant.meta.object import ObjectMeta
from savant.utils.artist import Position
from savant.utils.draw_spec import convert_hex_to_rgba


class Overlay(NvDsDrawFunc):
    def override_draw_spec(self, object_meta: ObjectMeta, specification: ObjectDraw) -> ObjectDraw:
        color = self.track_colors.get(object_meta.track_id)
        if object_meta.track_id == UNTRACKED_OBJECT_ID or color is None:
            return specification
        box = specification.bounding_box
        label = specification.label
        return ObjectDraw(
            bounding_box=BoundingBoxDraw(
                border_color=ColorDraw(*convert_hex_to_rgba(color)), thickness=box.thickness, padding=box.padding
            ),
            label=LabelDraw(
                font_color=label.font_color,
                background_color=label.background_color,
                font_scale=label.font_scale,
                position=label.position,
                format=[f'#{object_meta.track_id}'],
            ),
        )

    def draw_on_frame(self, frame_meta, artist):
        super().draw_on_frame(frame_meta, artist)
        artist.add_text(
            f'{frame_meta.source_id} {frame_meta.frame_num}',
            (artist.frame_wh[0], 0),
            bg_color=(90, 90, 90, 255),
            font_color=(0, 0, 0, 0),
            anchor_point_type=Position.RIGHT_TOP,
        )
