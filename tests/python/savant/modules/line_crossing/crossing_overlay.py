"""Draws how many crossed, as bars in the room above the picture."""

from savant.deepstream.drawfunc import NvDsDrawFunc
from savant.deepstream.meta.frame import BBox, NvDsFrameMeta
from savant.parameter_storage import param_storage
from savant.utils.artist import Artist

HEIGHT = param_storage()['frame']['padding']['top']


class Dashboard(NvDsDrawFunc):
    def draw_on_frame(self, frame_meta: NvDsFrameMeta, artist: Artist):
        frame_w, _ = artist.frame_wh
        artist.add_bbox(
            BBox(frame_w // 2, HEIGHT // 2, frame_w, HEIGHT), border_width=0, bg_color=(40, 40, 40, 255)
        )
        for obj_meta in frame_meta.objects:
            if not obj_meta.is_primary:
                continue
            for row, name in enumerate(('entry+north', 'exit+south')):
                count = obj_meta.get_attr_meta('analytics', name)
                if count is not None:
                    artist.add_bbox(
                        BBox.ltwh(0, row * 8, count.value * self.bar_step, 6),
                        border_width=0,
                        bg_color=tuple(self.bar_color),
                    )
