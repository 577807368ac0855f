"""Drawing on a frame: `savant.utils.artist`.

One display list per artist: commands are drawn at the end of the `with` block, in one pass and in the order of the calls.
Colours are (red, green, blue, alpha) of 0..255, blended by their alpha.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import Any, Sequence

from . import _frames
from .draw_spec import PaddingDraw
from .geometry import BBox, RBBox

Color = Sequence[int]
_LINE_AA = 16
_FILLED = -1


class Position(Enum):
    """Which point of a text's box lies on the anchor."""

    CENTER = 1
    LEFT_TOP = 2
    CENTER_TOP = 3
    RIGHT_TOP = 4
    LEFT_CENTER = 5
    RIGHT_CENTER = 6
    LEFT_BOTTOM = 7
    CENTER_BOTTOM = 8
    RIGHT_BOTTOM = 9


# The part of the box's width and height that lies before the anchor.
_BEFORE = {
    Position.CENTER: (0.5, 0.5),
    Position.LEFT_TOP: (0, 0),
    Position.CENTER_TOP: (0.5, 0),
    Position.RIGHT_TOP: (1, 0),
    Position.LEFT_CENTER: (0, 0.5),
    Position.RIGHT_CENTER: (1, 0.5),
    Position.LEFT_BOTTOM: (0, 1),
    Position.CENTER_BOTTOM: (0.5, 1),
    Position.RIGHT_BOTTOM: (1, 1),
}


def _shown(color: Color | None) -> bool:
    return color is not None and (len(color) < 4 or color[3] > 0)


class Artist:
    """Draws on a GpuMat of type CV_8UC4, on the stream.

    with Artist(frame_mat, stream) as artist:
        artist.add_bbox(face.bbox)
    """

    def __init__(self, frame: Any, stream: Any = None) -> None:
        self.frame = frame
        self.stream = stream
        self.width, self.height = _frames.size_of(frame)
        self.max_col, self.max_row = self.width - 1, self.height - 1
        self._painter = _frames.Painter(frame, stream)

    def __enter__(self) -> Artist:
        return self

    def __exit__(self, kind: object, value: object, traceback: object) -> None:
        if kind is None:
            self._painter.flush()
        else:
            self._painter.discard()

    @property
    def frame_wh(self) -> tuple[int, int]:
        return self.width, self.height

    def add_text(
        self,
        text: str,
        anchor: Sequence[int],
        font_scale: float = 0.5,
        font_thickness: int = 1,
        font_color: Color = (255, 255, 255, 255),
        border_width: int = 0,
        border_color: Color = (255, 0, 0, 255),
        bg_color: Color | None = (0, 0, 0, 255),
        padding: Sequence[int] = (0, 0, 0, 0),
        anchor_point_type: Position = Position.CENTER,
    ) -> tuple[tuple[int, int], int]:
        """One line in the stroke font that OpenCV calls FONT_HERSHEY_SIMPLEX; characters beyond ASCII are '?'. Background
        and border lie around the text's box, `padding` (left, top, right, bottom) between. Empty text draws nothing.
        Returns ((width, height above the baseline), height below it) of the text."""
        size, baseline = _frames.text_size(text, font_scale, font_thickness)
        if text and font_scale > 0:
            before_x, before_y = _BEFORE[anchor_point_type]
            left = math.floor(anchor[0] - before_x * size[0])
            top = math.floor(anchor[1] - before_y * (size[1] + baseline))
            self._painter.text(
                text,
                (left, top),
                font_scale,
                font_thickness,
                font_color,
                bg_color if _shown(bg_color) else None,
                border_width if _shown(border_color) else 0,
                border_color,
                padding,
            )
        return size, baseline

    def _visual(self, bbox: BBox | RBBox, padding: Sequence[int], border: int) -> tuple[int, int, int, int] | None:
        """Whole pixels (left, top, width, height), not clipped; None when no pixel of it is in the frame."""
        left, top, right, bottom = bbox.wrapping_box.get_visual_box(PaddingDraw(*padding), border).as_ltrb_int()
        if right <= 0 or bottom <= 0 or left >= self.width or top >= self.height or right <= left or bottom <= top:
            return None
        return left, top, right - left, bottom - top

    def add_bbox(
        self,
        bbox: BBox | RBBox,
        border_width: int = 3,
        border_color: Color = (0, 255, 0, 255),
        bg_color: Color | None = None,
        padding: Sequence[int] = (0, 0, 0, 0),
    ) -> None:
        """A box, grown by `padding` (left, top, right, bottom) and with the border around that. A turned box has its
        border on its edges."""
        border = border_width if border_width > 0 and _shown(border_color) else 0
        fill = bg_color if _shown(bg_color) else None
        if not border and fill is None:
            return
        if isinstance(bbox, RBBox) and bbox.angle:
            grown = bbox.new_padded(PaddingDraw(*padding))
            box = (grown.xc - grown.width / 2, grown.yc - grown.height / 2, grown.width, grown.height, bbox.angle)
            self._painter.box(box, border, border_color, fill)
            return
        whole = self._visual(bbox, padding, border_width if border_width > 0 else 0)
        if whole is not None:
            self._painter.box(whole, border, border_color, fill)

    def add_rounded_rect(self, bbox: BBox, radius: int, bg_color: Color) -> None:
        """Filled."""
        whole = self._visual(bbox, (0, 0, 0, 0), 0)
        if whole is not None and _shown(bg_color):
            self._painter.box(whole, 0, bg_color, bg_color, radius)

    def add_circle(
        self, center: Sequence[int], radius: int, color: Color, thickness: int, line_type: int = _LINE_AA
    ) -> None:
        """`thickness` cv2.FILLED fills it. Lines are always smooth, whatever `line_type` says."""
        if _shown(color) and radius >= 0 and (thickness > 0 or thickness == _FILLED):
            self._painter.circle(center, radius, color, None if thickness == _FILLED else thickness)

    def add_line(
        self,
        pt1: Sequence[int],
        pt2: Sequence[int],
        color: Color = (255, 0, 0, 255),
        thickness: int = 3,
        type: int = _LINE_AA,
    ) -> None:
        if _shown(color) and thickness > 0:
            self._painter.line(pt1, pt2, color, thickness)

    def add_polygon(
        self,
        vertices: Sequence[Sequence[float]],
        line_width: int = 3,
        line_color: Color = (255, 0, 0, 255),
        bg_color: Color | None = None,
    ) -> None:
        """Closed. Two vertices make a line."""
        width = line_width if line_width > 0 and _shown(line_color) else 0
        fill = bg_color if _shown(bg_color) else None
        if len(vertices) and (width or fill is not None):
            self._painter.polygon(vertices, width, line_color, fill)

    def blur(self, bbox: BBox | RBBox, padding: Sequence[int] = (0, 0, 0, 0), sigma: float | None = None) -> None:
        """Gaussian, of what was drawn so far. Without a sigma: a tenth of the shorter side."""
        if sigma is None:
            sigma = min(bbox.width, bbox.height) / 10
        whole = self._visual(bbox, padding, 0)
        if whole is None or sigma <= 0:
            return
        if isinstance(bbox, RBBox) and bbox.angle:
            grown = bbox.new_padded(PaddingDraw(*padding))
            box = (grown.xc - grown.width / 2, grown.yc - grown.height / 2, grown.width, grown.height, bbox.angle)
            self._painter.blur(box, sigma)
        else:
            self._painter.blur(whole, sigma)

    def copy_frame_region(self, bbox: BBox | RBBox, padding: Sequence[int] = (0, 0, 0, 0)) -> Any:
        """The frame's pixels in the box, clipped, with what was drawn so far. A view, not a copy: later edits show in
        it. ValueError when no pixel is left."""
        box = bbox.wrapping_box.get_visual_box(PaddingDraw(*padding), 0, self.width, self.height)
        self._painter.flush()
        left, top, width, height = box.as_ltwh_int()
        return _frames.sub_mat(self.frame, left, top, width, height)

    def add_graphic(self, img: Any, origin: Sequence[int]) -> None:
        """Copies an RGBA picture (GpuMat or array) onto the frame with its top left corner at `origin`, clipped. Its alpha
        is copied too, not blended: opencv_utils.alpha_comp blends."""
        self._painter.flush()  # it must lie over what was drawn before
        if not _frames.is_gpu_mat(img):
            img = _frames.upload_mat(img, self.stream)
        width, height = _frames.size_of(img)
        left, top = int(origin[0]), int(origin[1])
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + width, self.width), min(top + height, self.height)
        if x1 <= x0 or y1 <= y0:
            return
        source = _frames.sub_mat(img, x0 - left, y0 - top, x1 - x0, y1 - y0)
        _frames.copy_mat(source, _frames.sub_mat(self.frame, x0, y0, x1 - x0, y1 - y0), self.stream)
