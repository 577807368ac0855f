"""Points, polygons and boxes: what `savant_rs.primitives.geometry` offers.

Coordinates are pixels, x to the right and y downwards; angles are degrees, clockwise on the screen. A box is given by its
centre and size. Methods that change a box change it in place and return it, so that calls can be chained.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import TYPE_CHECKING, Iterable, Sequence, TypeVar

if TYPE_CHECKING:
    from .draw_spec import PaddingDraw

Pair = tuple[float, float]
_EPS = 1e-9
_Self = TypeVar("_Self", bound="_Box")


class Point:
    """A place in the picture."""

    __slots__ = ("x", "y")

    def __init__(self, x: float, y: float) -> None:
        self.x = float(x)
        self.y = float(y)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and (self.x, self.y) == (other.x, other.y)

    def __hash__(self) -> int:
        return hash((self.x, self.y))

    def __repr__(self) -> str:
        return f"Point(x={self.x:g}, y={self.y:g})"


class Segment:
    """From `begin` to `end`, say a track's last two positions."""

    __slots__ = ("begin", "end")

    def __init__(self, begin: Point, end: Point) -> None:
        self.begin = begin
        self.end = end

    def __repr__(self) -> str:
        return f"Segment({self.begin!r}, {self.end!r})"


class IntersectionKind(Enum):
    """How a segment goes through an area. A point on the border counts as inside."""

    Enter = 0  # begins outside, ends inside
    Inside = 1  # begins and ends inside
    Leave = 2  # begins inside, ends outside
    Cross = 3  # begins and ends outside, and is inside in between
    Outside = 4  # never inside


class Intersection:
    """A segment's way through an area, and the edges it meets: (number, tag), in the order along the segment."""

    __slots__ = ("kind", "edges")

    def __init__(self, kind: IntersectionKind, edges: list[tuple[int, str | None]]) -> None:
        self.kind = kind
        self.edges = edges

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Intersection) and self.kind == other.kind and self.edges == other.edges

    def __repr__(self) -> str:
        return f"Intersection({self.kind}, {self.edges})"


def _cross(a: Pair, b: Pair, c: Pair) -> float:
    """Twice the signed area of the triangle abc: its sign says on which side of ab the point c lies."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _on_segment(p: Pair, a: Pair, b: Pair) -> bool:
    return (
        abs(_cross(a, b, p)) <= _EPS * max(1.0, abs(b[0] - a[0]) + abs(b[1] - a[1]))
        and min(a[0], b[0]) - _EPS <= p[0] <= max(a[0], b[0]) + _EPS
        and min(a[1], b[1]) - _EPS <= p[1] <= max(a[1], b[1]) + _EPS
    )


def _distance(a: Pair, b: Pair) -> float:
    return math.hypot(a[0] - b[0], a[1] - b[1])


def _meeting(p: Pair, q: Pair, a: Pair, b: Pair) -> tuple[Pair, bool] | None:
    """Where the segment pq meets ab, first seen from p, and whether it really goes across (and not only touches). None
    when they do not meet. Segments on one line that overlap count as going across."""
    side_a, side_b = _cross(p, q, a), _cross(p, q, b)
    side_p, side_q = _cross(a, b, p), _cross(a, b, q)
    if side_a * side_b < 0 and side_p * side_q < 0:
        t = side_p / (side_p - side_q)
        return (p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])), True
    shared = [point for point in (a, b) if _on_segment(point, p, q)]
    shared += [point for point in (p, q) if _on_segment(point, a, b)]
    if not shared:
        return None
    nearest = min(shared, key=lambda point: _distance(p, point))
    overlap = max(_distance(nearest, point) for point in shared) > _EPS
    return nearest, overlap


class PolygonalArea:
    """A closed polygon. `tags` names its edges: edge i goes from vertex i to the next one."""

    def __init__(self, vertices: Iterable[Point], tags: Sequence[str | None] | None = None) -> None:
        self.vertices = list(vertices)
        self.tags = list(tags) if tags is not None else None
        if self.tags is not None and len(self.tags) != len(self.vertices):
            raise ValueError(
                f"PolygonalArea: {len(self.tags)} tags for {len(self.vertices)} edges; give one tag (or None) for each"
            )
        self._points: list[Pair] = [(p.x, p.y) for p in self.vertices]

    def build_polygon(self) -> None:
        """Nothing to do: the polygon is ready when it is made."""

    def get_tag(self, edge: int) -> str | None:
        if self.tags is None:
            return None
        if not 0 <= edge < len(self.tags):
            raise ValueError(f"PolygonalArea: edge {edge} of {len(self.tags)}")
        return self.tags[edge]

    def _edges(self) -> list[tuple[Pair, Pair]]:
        return list(zip(self._points, self._points[1:] + self._points[:1]))

    def _on_border(self, point: Pair) -> bool:
        return any(_on_segment(point, a, b) for a, b in self._edges())

    def _inside(self, point: Pair) -> bool:
        x, y = point
        inside = False
        for (ax, ay), (bx, by) in self._edges():
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                inside = not inside
        return inside

    def contains(self, point: Point) -> bool:
        """Whether the point lies inside; the border does not belong to it."""
        place = (point.x, point.y)
        return not self._on_border(place) and self._inside(place)

    def contains_many_points(self, points: Iterable[Point]) -> list[bool]:
        return [self.contains(point) for point in points]

    def is_self_intersecting(self) -> bool:
        edges = self._edges()
        for i, (a, b) in enumerate(edges):
            for c, d in edges[i + 1 :]:
                met = _meeting(a, b, c, d)
                if met is not None and met[1]:
                    return True
        return False

    def crossed_by_segment(self, segment: Segment) -> Intersection:
        begin, end = (segment.begin.x, segment.begin.y), (segment.end.x, segment.end.y)
        met: list[tuple[float, int]] = []
        for i, (a, b) in enumerate(self._edges()):
            meeting = _meeting(begin, end, a, b)
            if meeting is not None:
                met.append((_distance(begin, meeting[0]), i))
        met.sort(key=lambda entry: entry[0])  # stable: at a vertex, the edges keep their order
        begins, ends = (self._on_border(place) or self._inside(place) for place in (begin, end))
        if begins and ends:
            kind = IntersectionKind.Inside
        elif begins:
            kind = IntersectionKind.Leave
        elif ends:
            kind = IntersectionKind.Enter
        else:
            kind = IntersectionKind.Cross if met else IntersectionKind.Outside
        return Intersection(kind, [(i, self.get_tag(i)) for _, i in met])

    def crossed_by_segments(self, segments: Iterable[Segment]) -> list[Intersection]:
        return [self.crossed_by_segment(segment) for segment in segments]

    @staticmethod
    def points_positions(
        polys: Sequence[PolygonalArea], points: Sequence[Point], no_gil: bool = False
    ) -> list[list[bool]]:
        """For each area, for each point, whether it is inside."""
        return [area.contains_many_points(points) for area in polys]

    @staticmethod
    def segments_intersections(
        polys: Sequence[PolygonalArea], segments: Sequence[Segment], no_gil: bool = False
    ) -> list[list[Intersection]]:
        return [area.crossed_by_segments(segments) for area in polys]


def _clip_convex(subject: list[Pair], clip: list[Pair]) -> list[Pair]:
    """The part of one convex polygon inside another (Sutherland and Hodgman); `clip` turns the way that makes the inside
    of its edges positive."""
    for a, b in zip(clip, clip[1:] + clip[:1]):
        result: list[Pair] = []
        for p, q in zip(subject, subject[1:] + subject[:1]):
            p_side, q_side = _cross(a, b, p), _cross(a, b, q)
            if p_side >= 0:
                result.append(p)
            if p_side * q_side < 0:
                t = p_side / (p_side - q_side)
                result.append((p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])))
        subject = result
        if not subject:
            break
    return subject


def _area(points: list[Pair]) -> float:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1])) / 2


class _Box:
    """What both kinds of boxes have in common."""

    __slots__ = ("_xc", "_yc", "_width", "_height", "_angle", "_modified")

    def __init__(self, xc: float, yc: float, width: float, height: float) -> None:
        self._xc, self._yc = float(xc), float(yc)
        self._width, self._height = float(width), float(height)
        self._angle: float | None = None
        self._modified = False

    # Making one.
    @classmethod
    def ltrb(cls: type[_Self], left: float, top: float, right: float, bottom: float) -> _Self:
        return cls((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)

    @classmethod
    def ltwh(cls: type[_Self], left: float, top: float, width: float, height: float) -> _Self:
        return cls(left + width / 2, top + height / 2, width, height)

    def copy(self: _Self) -> _Self:
        box = type(self)(self._xc, self._yc, self._width, self._height)
        box._angle = self._angle
        return box

    # Centre and size.
    def _set(self, name: str, value: float) -> None:
        object.__setattr__(self, name, float(value))
        self._modified = True

    @property
    def xc(self) -> float:
        return self._xc

    @xc.setter
    def xc(self, value: float) -> None:
        self._set("_xc", value)

    @property
    def yc(self) -> float:
        return self._yc

    @yc.setter
    def yc(self, value: float) -> None:
        self._set("_yc", value)

    @property
    def width(self) -> float:
        return self._width

    @width.setter
    def width(self, value: float) -> None:
        self._set("_width", value)

    @property
    def height(self) -> float:
        return self._height

    @height.setter
    def height(self, value: float) -> None:
        self._set("_height", value)

    @property
    def area(self) -> float:
        return self._width * self._height

    @property
    def width_to_height_ratio(self) -> float:
        """-1 for a box without height."""
        return self._width / self._height if self._height else -1.0

    # Edges; moving one moves the box.
    def _upright(self, what: str) -> None:
        if self._angle:
            raise ValueError(f"{type(self).__name__}: a box turned by {self._angle:g} degrees has no {what}")

    @property
    def left(self) -> float:
        self._upright("left")
        return self._xc - self._width / 2

    @left.setter
    def left(self, value: float) -> None:
        self._upright("left")
        self.xc = value + self._width / 2

    @property
    def top(self) -> float:
        self._upright("top")
        return self._yc - self._height / 2

    @top.setter
    def top(self, value: float) -> None:
        self._upright("top")
        self.yc = value + self._height / 2

    @property
    def right(self) -> float:
        self._upright("right")
        return self._xc + self._width / 2

    @property
    def bottom(self) -> float:
        self._upright("bottom")
        return self._yc + self._height / 2

    # As tuples. Of the whole numbers, left and top are rounded down, right, bottom, width and height up.
    def as_ltrb(self) -> tuple[float, float, float, float]:
        return self.left, self.top, self.right, self.bottom

    def as_ltrb_int(self) -> tuple[int, int, int, int]:
        return math.floor(self.left), math.floor(self.top), math.ceil(self.right), math.ceil(self.bottom)

    def as_ltwh(self) -> tuple[float, float, float, float]:
        return self.left, self.top, self._width, self._height

    def as_ltwh_int(self) -> tuple[int, int, int, int]:
        return math.floor(self.left), math.floor(self.top), math.ceil(self._width), math.ceil(self._height)

    def as_xcycwh(self) -> tuple[float, float, float, float]:
        return self._xc, self._yc, self._width, self._height

    def as_xcycwh_int(self) -> tuple[int, int, int, int]:
        """Cut, not rounded."""
        return int(self._xc), int(self._yc), int(self._width), int(self._height)

    @property
    def vertices(self) -> list[Pair]:
        """The four corners in drawing order."""
        w, h = self._width / 2, self._height / 2
        if not self._angle:
            corners = [(-w, -h), (w, -h), (w, h), (-w, h)]
            return [(self._xc + x, self._yc + y) for x, y in corners]
        cos, sin = math.cos(math.radians(self._angle)), math.sin(math.radians(self._angle))
        corners = [(w, h), (w, -h), (-w, -h), (-w, h)]
        return [(self._xc + x * cos - y * sin, self._yc + x * sin + y * cos) for x, y in corners]

    @property
    def vertices_rounded(self) -> list[Pair]:
        """Rounded to two digits."""
        return [(round(x, 2), round(y, 2)) for x, y in self.vertices]

    @property
    def vertices_int(self) -> list[tuple[int, int]]:
        """Cut, not rounded."""
        return [(int(x), int(y)) for x, y in self.vertices]

    @property
    def wrapping_box(self) -> BBox:
        """The smallest upright box around it."""
        if not self._angle:
            return BBox(self._xc, self._yc, self._width, self._height)
        xs, ys = zip(*self.vertices)
        return BBox.ltrb(min(xs), min(ys), max(xs), max(ys))

    def as_polygonal_area(self) -> PolygonalArea:
        return PolygonalArea([Point(x, y) for x, y in self.vertices])

    # Changing it.
    def is_modified(self) -> bool:
        """Whether a property was set since it was made or set_modifications(False)."""
        return self._modified

    def set_modifications(self, value: bool) -> None:
        self._modified = bool(value)

    def shift(self: _Self, dx: float, dy: float) -> _Self:
        self.xc = self._xc + dx
        self.yc = self._yc + dy
        return self

    def scale(self: _Self, scale_x: float, scale_y: float) -> _Self:
        """Scales the picture that the box is in. A turned box keeps the lengths that its sides get, and the direction of
        its width; unequal factors make a parallelogram of it, which no box can be."""
        if self._angle and self._angle % 90 != 0:
            cos, sin = math.cos(math.radians(self._angle)), math.sin(math.radians(self._angle))
            width = self._width * math.hypot(scale_x * cos, scale_y * sin)
            height = self._height * math.hypot(scale_x * sin, scale_y * cos)
            self._angle = math.degrees(math.atan2(scale_y * sin, scale_x * cos))
        elif self._angle and self._angle % 180 != 0:
            width, height = self._width * scale_y, self._height * scale_x
        else:
            width, height = self._width * scale_x, self._height * scale_y
        self.xc, self.yc, self.width, self.height = self._xc * scale_x, self._yc * scale_y, width, height
        return self

    def new_padded(self: _Self, padding: PaddingDraw) -> _Self:
        """A box grown on each side (of a turned one: of its own sides)."""
        angle = math.radians(self._angle or 0.0)
        dx, dy = (padding.right - padding.left) / 2, (padding.bottom - padding.top) / 2
        box = self.copy()
        box._xc += dx * math.cos(angle) - dy * math.sin(angle)
        box._yc += dx * math.sin(angle) + dy * math.cos(angle)
        box._width += padding.left + padding.right
        box._height += padding.top + padding.bottom
        return box

    def get_visual_box(
        self: _Self,
        padding: PaddingDraw,
        border_width: int,
        max_x: float | None = None,
        max_y: float | None = None,
    ) -> _Self:
        """Where it is drawn: grown by the padding and a border outside of it. With `max_x` and `max_y` an upright box is
        also rounded outwards to whole pixels and clipped to 0..max_x, 0..max_y; ValueError when nothing is left."""
        if border_width < 0:
            raise ValueError(f"get_visual_box: border_width must not be negative (is {border_width})")
        from .draw_spec import PaddingDraw as Padding

        box = self.new_padded(
            Padding(
                padding.left + border_width,
                padding.top + border_width,
                padding.right + border_width,
                padding.bottom + border_width,
            )
        )
        if max_x is None or max_y is None or self._angle:
            return box
        left, top, right, bottom = box.as_ltrb_int()
        left, top = max(left, 0), max(top, 0)
        right, bottom = min(right, math.floor(max_x)), min(bottom, math.floor(max_y))
        if right - left < 1 or bottom - top < 1:
            raise ValueError(f"get_visual_box: {self!r} lies outside of 0..{max_x:g}, 0..{max_y:g}")
        return type(self).ltrb(left, top, right, bottom)

    visual_box = get_visual_box

    # Comparing.
    def _intersection(self, other: _Box) -> float:
        if self.area < _EPS or other.area < _EPS:
            raise ValueError("intersection with a box without area")
        mine, its = self.vertices, other.vertices
        if _area(its) < 0:
            its.reverse()
        clipped = _clip_convex(mine, its)
        return abs(_area(clipped)) if clipped else 0.0

    def iou(self, other: _Box) -> float:
        """The part that both share, of what they cover together."""
        shared = self._intersection(other)
        return shared / (self.area + other.area - shared)

    def ios(self, other: _Box) -> float:
        """The part that both share, of this one."""
        return self._intersection(other) / self.area

    def ioo(self, other: _Box) -> float:
        """The part that both share, of the other one."""
        return self._intersection(other) / other.area

    def _numbers(self) -> tuple[float, float, float, float, float]:
        return self._xc, self._yc, self._width, self._height, self._angle or 0.0

    def almost_eq(self, other: _Box, eps: float) -> bool:
        return all(abs(a - b) < eps for a, b in zip(self._numbers(), other._numbers()))

    def eq(self, other: _Box) -> bool:
        return bool(self == other)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Box) or type(other) is not type(self):
            return NotImplemented
        return self._numbers()[:4] == other._numbers()[:4] and self._angle == other._angle

    __hash__ = None  # type: ignore[assignment]  # can be changed in place

    def __repr__(self) -> str:
        turned = "" if self._angle is None else f", angle={self._angle:g}"
        size = f"width={self._width:g}, height={self._height:g}"
        return f"{type(self).__name__}(xc={self._xc:g}, yc={self._yc:g}, {size}{turned})"


class BBox(_Box):
    """An upright box."""

    __slots__ = ()

    def as_rbbox(self) -> RBBox:
        return RBBox(self._xc, self._yc, self._width, self._height)


class RBBox(_Box):
    """A box that may be turned around its centre: by `angle` degrees, clockwise. None is an upright one."""

    __slots__ = ()

    def __init__(self, xc: float, yc: float, width: float, height: float, angle: float | None = None) -> None:
        super().__init__(xc, yc, width, height)
        self._angle = None if angle is None else float(angle)

    @property
    def angle(self) -> float | None:
        return self._angle

    @angle.setter
    def angle(self, value: float | None) -> None:
        self._angle = None if value is None else float(value)
        self._modified = True

    def as_bbox(self) -> BBox:
        """The upright box around it."""
        return self.wrapping_box


def solely_owned_areas(bboxes: Sequence[RBBox], parallel: bool = False) -> list[float]:
    """For each box, the area that none of the others covers. Upright boxes only."""
    boxes = [box.as_ltrb() for box in bboxes]
    owned = []
    for i, (left, top, right, bottom) in enumerate(boxes):
        others = [box for j, box in enumerate(boxes) if j != i]
        xs = sorted({left, right, *(x for box in others for x in (box[0], box[2]) if left < x < right)})
        ys = sorted({top, bottom, *(y for box in others for y in (box[1], box[3]) if top < y < bottom)})
        area = 0.0
        for x0, x1 in zip(xs, xs[1:]):
            for y0, y1 in zip(ys, ys[1:]):
                if not any(b[0] <= x0 and x1 <= b[2] and b[1] <= y0 and y1 <= b[3] for b in others):
                    area += (x1 - x0) * (y1 - y0)
        owned.append(area)
    return owned
