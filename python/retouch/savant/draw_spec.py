"""How an object is drawn: what `savant_rs.draw_spec` offers, and reading it from a module file.

A specification is a plain value; copy() gives one that can be changed by itself.
"""

from __future__ import annotations

import copy as _copy
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Mapping, TypeVar

Rgba = tuple[int, int, int, int]
_T = TypeVar("_T", bound="_Spec")


class _Spec:
    def copy(self: _T) -> _T:
        return _copy.deepcopy(self)


@dataclass(frozen=True)
class ColorDraw(_Spec):
    """0..255, straight alpha."""

    red: int = 0
    green: int = 255
    blue: int = 0
    alpha: int = 255

    def __post_init__(self) -> None:
        for name in ("red", "green", "blue", "alpha"):
            value = getattr(self, name)
            if not 0 <= value <= 255:
                raise ValueError(f"ColorDraw: {name} must be in 0..255 (is {value})")

    @classmethod
    def transparent(cls) -> ColorDraw:
        return cls(0, 0, 0, 0)

    @property
    def rgba(self) -> Rgba:
        return self.red, self.green, self.blue, self.alpha

    @property
    def bgra(self) -> Rgba:
        return self.blue, self.green, self.red, self.alpha


@dataclass(frozen=True)
class PaddingDraw(_Spec):
    """Pixels by which a box grows on each side."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    def __post_init__(self) -> None:
        if min(self.padding) < 0:
            raise ValueError(f"PaddingDraw: must not be negative (is {self.padding})")

    @classmethod
    def default_padding(cls) -> PaddingDraw:
        return cls()

    @property
    def padding(self) -> Rgba:
        """(left, top, right, bottom)"""
        return self.left, self.top, self.right, self.bottom


@dataclass(frozen=True)
class BoundingBoxDraw(_Spec):
    border_color: ColorDraw = field(default_factory=ColorDraw.transparent)
    background_color: ColorDraw = field(default_factory=ColorDraw.transparent)
    thickness: int = 2
    padding: PaddingDraw = field(default_factory=PaddingDraw)

    def __post_init__(self) -> None:
        if not 0 <= self.thickness <= 500:
            raise ValueError(f"BoundingBoxDraw: thickness must be in 0..500 (is {self.thickness})")


@dataclass(frozen=True)
class DotDraw(_Spec):
    color: ColorDraw
    radius: int = 2

    def __post_init__(self) -> None:
        if not 0 <= self.radius <= 100:
            raise ValueError(f"DotDraw: radius must be in 0..100 (is {self.radius})")


class LabelPositionKind(Enum):
    TopLeftInside = 0
    TopLeftOutside = 1
    Center = 2


@dataclass(frozen=True)
class LabelPosition(_Spec):
    position: LabelPositionKind = LabelPositionKind.TopLeftOutside
    margin_x: int = 0
    margin_y: int = -10

    @classmethod
    def default_position(cls) -> LabelPosition:
        return cls()


@dataclass(frozen=True)
class LabelDraw(_Spec):
    """`format` has one line each; {label} {confidence} {track_id} {model} are filled in."""

    font_color: ColorDraw
    background_color: ColorDraw = field(default_factory=ColorDraw.transparent)
    border_color: ColorDraw = field(default_factory=ColorDraw.transparent)
    font_scale: float = 1.0
    thickness: int = 1
    position: LabelPosition = field(default_factory=LabelPosition)
    padding: PaddingDraw = field(default_factory=PaddingDraw)
    format: list[str] = field(default_factory=lambda: ["{label}"])


class BBoxSource(Enum):
    DetectionBox = 0
    TrackingBox = 1


@dataclass(frozen=True)
class ObjectDraw(_Spec):
    """What of an object is drawn; None is left out."""

    bounding_box: BoundingBoxDraw | None = None
    central_dot: DotDraw | None = None
    label: LabelDraw | None = None
    blur: bool = False
    bbox_source: BBoxSource = BBoxSource.DetectionBox


def convert_hex_to_rgba(hex_color: str) -> Rgba:
    """From 8 hex digits, red green blue alpha."""
    text = str(hex_color)
    if len(text) != 8 or any(c not in "0123456789abcdefABCDEF" for c in text):
        raise ValueError(f"colour {hex_color!r}: give 8 hex digits RRGGBBAA, in quotes")
    red, green, blue, alpha = bytes.fromhex(text)
    return red, green, blue, alpha


def _color(config: Mapping[str, Any], key: str, default: str) -> ColorDraw:
    try:
        return ColorDraw(*convert_hex_to_rgba(config.get(key, default)))
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None


def _position(config: Mapping[str, Any] | None) -> LabelPosition:
    if not config:
        return LabelPosition()
    position = LabelPosition()
    kind = config.get("position")
    if kind is not None:
        if kind not in LabelPositionKind.__members__:
            raise ValueError(f"label position {kind!r}: one of {', '.join(LabelPositionKind.__members__)}")
        position = replace(position, position=LabelPositionKind[kind])
    margin_x, margin_y = (int(config.get(key, getattr(position, key))) for key in ("margin_x", "margin_y"))
    return replace(position, margin_x=margin_x, margin_y=margin_y)


def get_obj_draw_spec(config: Mapping[str, Any] | None) -> ObjectDraw:
    """From an entry of `rendered_objects`; None (a class with nothing after it) is the default specification."""
    if config is None:
        return get_default_draw_spec(track_id=False)
    box = dot = label = None
    if "bbox" in config:
        section = config["bbox"] or {}
        # The published documentation writes the second spelling.
        background = "background_color" if "background_color" in section else "backgound_color"
        box = BoundingBoxDraw(
            border_color=_color(section, "border_color", "00FF00FF"),
            background_color=_color(section, background, "00000000"),
            thickness=int(section.get("thickness", 2)),
            padding=PaddingDraw(**(section.get("padding") or {})),
        )
    if "central_dot" in config:
        section = config["central_dot"] or {}
        dot = DotDraw(color=_color(section, "color", "00FF00FF"), radius=int(section.get("radius", 5)))
    if "label" in config:
        section = config["label"] or {}
        lines = section.get("format", ["{label}"])
        label = LabelDraw(
            font_color=_color(section, "font_color", "FFFFFFFF"),
            border_color=_color(section, "border_color", "00000000"),
            background_color=_color(section, "background_color", "000000FF"),
            font_scale=float(section.get("font_scale", 0.5)),
            thickness=int(section.get("thickness", 1)),
            format=[lines] if isinstance(lines, str) else list(lines),
            padding=PaddingDraw(**(section.get("padding") or {})),
            position=_position(section.get("position")),
        )
    return ObjectDraw(bounding_box=box, central_dot=dot, label=label, blur=bool(config.get("blur", False)))


def get_default_draw_spec(track_id: bool = True) -> ObjectDraw:
    """A green box, and white on black the label, with the track's number if asked for."""
    return ObjectDraw(
        bounding_box=BoundingBoxDraw(border_color=ColorDraw(0, 255, 0, 255)),
        label=LabelDraw(
            font_color=ColorDraw(255, 255, 255, 255),
            background_color=ColorDraw(0, 0, 0, 255),
            font_scale=0.5,
            format=["{label} #{track_id}" if track_id else "{label}"],
        ),
    )
