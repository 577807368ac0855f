"""Boxes and polygons: numbers worked by hand."""

from __future__ import annotations

import math

import pytest

from retouch.savant.draw_spec import PaddingDraw
from retouch.savant.geometry import (
    BBox,
    Intersection,
    IntersectionKind,
    Point,
    PolygonalArea,
    RBBox,
    Segment,
    solely_owned_areas,
)

SQUARE = [Point(0, 0), Point(10, 0), Point(10, 10), Point(0, 10)]  # edges: upper, right, lower, left
TAGS = ["upper", "right", "lower", None]


def test_a_box_is_given_by_its_centre():
    box = BBox(50, 40, 20, 10)
    assert (box.left, box.top, box.right, box.bottom) == (40, 35, 60, 45)
    assert box.as_ltwh() == (40, 35, 20, 10)
    assert box.as_xcycwh() == (50, 40, 20, 10)
    assert box.vertices == [(40, 35), (60, 35), (60, 45), (40, 45)]
    assert box.area == 200 and box.width_to_height_ratio == 2
    assert BBox.ltrb(40, 35, 60, 45) == box == BBox.ltwh(40, 35, 20, 10)


def test_whole_numbers_go_outwards():
    box = BBox.ltwh(1.5, 2.25, 3.1, 4.9)  # right 4.6, bottom 7.15
    assert box.as_ltrb_int() == (1, 2, 5, 8)
    assert box.as_ltwh_int() == (1, 2, 4, 5)
    assert box.as_xcycwh_int() == (3, 4, 3, 4)


def test_edges_move_the_box():
    box = BBox(50, 40, 20, 10)
    assert not box.is_modified()
    box.left = 0
    box.top = 1
    assert box.as_xcycwh() == (10, 6, 20, 10)
    assert box.is_modified()
    box.set_modifications(False)
    assert box.shift(1, -1) is box and box.as_ltwh() == (1, 0, 20, 10) and box.is_modified()


def test_scaling_scales_the_picture():
    assert BBox(10, 20, 4, 6).scale(2, 0.5).as_xcycwh() == (20, 10, 8, 3)
    # Turned by 45 degrees, its width points to (1, 1): scaled by (2, 3) that is (2, 3), of length sqrt(13 / 2) a unit.
    box = RBBox(0, 0, 100, 100, 45).scale(2, 3)
    assert box.width == pytest.approx(100 * math.sqrt(13 / 2), abs=1e-9)
    assert box.height == pytest.approx(100 * math.sqrt(13 / 2), abs=1e-9)
    assert box.angle == pytest.approx(math.degrees(math.atan2(3, 2)))
    assert RBBox(0, 0, 10, 20, 90).scale(2, 3).as_xcycwh() == (0, 0, 30, 40)
    assert RBBox(0, 0, 10, 20, 30).scale(2, 2).as_xcycwh() == pytest.approx((0, 0, 20, 40))


def test_a_turned_box():
    box = RBBox(0, 0, 100, 100, 45)
    half = 100 / math.sqrt(2)
    expected = [(0, half), (half, 0), (0, -half), (-half, 0)]
    for got, want in zip(box.vertices, expected):
        assert got == pytest.approx(want, abs=1e-9)
    assert box.vertices_rounded[1] == (70.71, 0)
    assert box.wrapping_box.as_xcycwh() == pytest.approx((0, 0, 2 * half, 2 * half))
    for name in ("left", "top", "right", "bottom"):
        with pytest.raises(ValueError, match=name):
            getattr(box, name)
    with pytest.raises(ValueError):
        box.as_ltrb()
    assert RBBox(0, 0, 50, 100, 90).wrapping_box.as_xcycwh() == pytest.approx((0, 0, 100, 50))
    assert RBBox(1, 2, 3, 4).as_ltwh() == (-0.5, 0, 3, 4)


def test_padding_of_a_turned_box_is_along_its_sides():
    # Turned by 90 degrees, its left side is the upper one.
    box = RBBox(0, 0, 100, 50, 90).new_padded(PaddingDraw(2, 0, 0, 0))
    assert (box.xc, box.yc, box.width, box.height, box.angle) == pytest.approx((0, -1, 102, 50, 90), abs=1e-9)
    box = BBox(0, 0, 10, 10).new_padded(PaddingDraw(1, 2, 3, 4))
    assert box.as_ltrb() == (-6, -7, 8, 9)


def test_the_visual_box_has_padding_and_border_and_ends_at_the_frame():
    box = BBox(50, 40, 20, 10)
    assert box.get_visual_box(PaddingDraw(1, 2, 3, 4), 3).as_ltrb() == (36, 30, 66, 52)
    assert BBox(0, 0, 20, 10).get_visual_box(PaddingDraw(), 1, 8, 100).as_ltrb() == (0, 0, 8, 6)
    assert BBox.ltwh(1.5, 1.5, 2, 2).get_visual_box(PaddingDraw(), 0, 9, 9).as_ltrb() == (1, 1, 4, 4)
    with pytest.raises(ValueError, match="outside"):
        BBox(-50, 0, 20, 10).get_visual_box(PaddingDraw(), 0, 100, 100)
    with pytest.raises(ValueError, match="border_width"):
        box.get_visual_box(PaddingDraw(), -1)


def test_overlap():
    a, b = BBox.ltwh(0, 0, 10, 10), BBox.ltwh(5, 0, 10, 5)
    assert a.iou(b) == pytest.approx(25 / 125)  # 5 x 5 of 100 + 50 - 25
    assert a.ios(b) == pytest.approx(0.25)
    assert a.ioo(b) == pytest.approx(0.5)
    assert a.iou(BBox.ltwh(20, 0, 1, 1)) == 0
    # A square and the same turned by 45 degrees: an octagon of area 8 (sqrt 2 - 1) r^2, with r the half side.
    octagon = 8 * (math.sqrt(2) - 1) * 25
    turned = RBBox(5, 5, 10, 10, 45)
    assert a.as_rbbox().iou(turned) == pytest.approx(octagon / (200 - octagon))
    assert turned.iou(a.as_rbbox()) == pytest.approx(octagon / (200 - octagon))
    with pytest.raises(ValueError):
        a.iou(BBox(0, 0, 0, 5))


def test_equality_and_copies():
    box = RBBox(1, 2, 3, 4, 5)
    copy = box.copy()
    assert copy == box and copy is not box and not copy.is_modified()
    copy.angle = None
    assert copy != box and not box.is_modified()
    assert BBox(1, 2, 3, 4) != RBBox(1, 2, 3, 4)
    assert box.almost_eq(RBBox(1.05, 2, 3, 4, 5), 0.1) and not box.almost_eq(RBBox(1.2, 2, 3, 4, 5), 0.1)
    assert repr(box) == "RBBox(xc=1, yc=2, width=3, height=4, angle=5)"


def test_inside_is_without_the_border():
    area = PolygonalArea(SQUARE)
    points = [Point(5, 5), Point(9.99, 5), Point(10, 5), Point(0, 0), Point(11, 5)]
    assert area.contains_many_points(points) == [True, True, False, False, False]
    hollow = PolygonalArea([Point(0, 0), Point(10, 0), Point(10, 10), Point(5, 2), Point(0, 10)])
    assert not hollow.contains(Point(5, 5)) and hollow.contains(Point(1, 5))
    assert PolygonalArea.points_positions([area, hollow], [Point(5, 5)]) == [[True], [False]]


@pytest.mark.parametrize(
    "begin, end, kind, edges",
    [
        ((5, -5), (5, 5), IntersectionKind.Enter, [(0, "upper")]),
        ((5, 5), (5, 15), IntersectionKind.Leave, [(2, "lower")]),
        ((5, 5), (5, 6), IntersectionKind.Inside, []),
        ((-5, -5), (15, -5), IntersectionKind.Outside, []),
        ((-5, 5), (15, 5), IntersectionKind.Cross, [(3, None), (1, "right")]),
        ((15, 5), (-5, 5), IntersectionKind.Cross, [(1, "right"), (3, None)]),
        ((20, -10), (10, 0), IntersectionKind.Enter, [(0, "upper"), (1, "right")]),  # ends at a vertex
        ((-5, 0), (15, 0), IntersectionKind.Cross, [(0, "upper"), (3, None), (1, "right")]),  # along an edge
        ((5, 0), (10, 5), IntersectionKind.Inside, [(0, "upper"), (1, "right")]),  # between borders
    ],
)
def test_how_a_segment_goes_through_an_area(begin, end, kind, edges):
    area = PolygonalArea(SQUARE, TAGS)
    result = area.crossed_by_segment(Segment(Point(*begin), Point(*end)))
    assert result == Intersection(kind, edges)
    assert area.crossed_by_segments([Segment(Point(*begin), Point(*end))]) == [result]


def test_polygons_that_cross_themselves():
    assert not PolygonalArea(SQUARE).is_self_intersecting()
    assert PolygonalArea([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]).is_self_intersecting()
    back_and_forth = [Point(0, 0), Point(10, 0), Point(5, 0), Point(10, 10), Point(0, 10)]
    assert PolygonalArea(back_and_forth).is_self_intersecting()


def test_tags_belong_to_edges():
    with pytest.raises(ValueError, match="2 tags for 4 edges"):
        PolygonalArea(SQUARE, ["a", "b"])
    assert PolygonalArea(SQUARE, TAGS).get_tag(2) == "lower"
    assert PolygonalArea(SQUARE).get_tag(9) is None
    with pytest.raises(ValueError):
        PolygonalArea(SQUARE, TAGS).get_tag(4)


def test_what_only_one_box_covers():
    boxes = [BBox.ltwh(0, 0, 10, 10).as_rbbox(), BBox.ltwh(5, 5, 10, 10).as_rbbox(), BBox.ltwh(40, 40, 2, 2).as_rbbox()]
    assert solely_owned_areas(boxes) == [75, 75, 4]
