"""Spans: with the package `opentelemetry` they are its spans, without it they do nothing.

with frame_meta.telemetry_span.nested_span("dashboard") as span:
    span.set_int_attribute("objects", 7)
"""

from __future__ import annotations

import importlib
from typing import Any, Mapping, Sequence

_otel: Any
try:
    _otel = importlib.import_module("opentelemetry.trace")
except ImportError:
    _otel = None


class TelemetrySpan:
    """A piece of work with a name. A context manager; spans made inside belong to it."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self._span: Any = None
        self._entered: Any = None

    @classmethod
    def default(cls) -> TelemetrySpan:
        return cls()

    def nested_span(self, name: str) -> TelemetrySpan:
        return TelemetrySpan(name)

    def nested_span_when(self, name: str, predicate: bool) -> TelemetrySpan:
        return TelemetrySpan(name if predicate else "")

    def __enter__(self) -> TelemetrySpan:
        if _otel is not None and self.name:
            self._entered = _otel.get_tracer("retouch.savant").start_as_current_span(self.name)
            self._span = self._entered.__enter__()
        return self

    def __exit__(self, *details: Any) -> None:
        if self._entered is not None:
            self._entered.__exit__(*details)
            self._span = self._entered = None

    def _set(self, key: str, value: Any) -> None:
        if self._span is not None:
            self._span.set_attribute(key, value)

    def set_string_attribute(self, key: str, value: str) -> None:
        self._set(key, str(value))

    def set_int_attribute(self, key: str, value: int) -> None:
        self._set(key, int(value))

    def set_float_attribute(self, key: str, value: float) -> None:
        self._set(key, float(value))

    def set_bool_attribute(self, key: str, value: bool) -> None:
        self._set(key, bool(value))

    def set_string_vec_attribute(self, key: str, value: Sequence[str]) -> None:
        self._set(key, [str(item) for item in value])

    def set_int_vec_attribute(self, key: str, value: Sequence[int]) -> None:
        self._set(key, [int(item) for item in value])

    def set_float_vec_attribute(self, key: str, value: Sequence[float]) -> None:
        self._set(key, [float(item) for item in value])

    def set_bool_vec_attribute(self, key: str, value: Sequence[bool]) -> None:
        self._set(key, [bool(item) for item in value])

    def add_event(self, name: str, attributes: Mapping[str, str] | None = None) -> None:
        if self._span is not None:
            self._span.add_event(name, dict(attributes or {}))

    def set_status_ok(self) -> None:
        if self._span is not None and _otel is not None:
            self._span.set_status(_otel.StatusCode.OK)

    def set_status_error(self, message: str) -> None:
        if self._span is not None and _otel is not None:
            self._span.set_status(_otel.StatusCode.ERROR, message)

    def set_status_unset(self) -> None:
        pass

    @property
    def is_valid(self) -> bool:
        return self._span is not None

    def trace_id(self) -> str:
        """32 hex digits; zeros when nothing records."""
        return f"{self._span.get_span_context().trace_id:032x}" if self._span is not None else "0" * 32

    def propagate(self) -> dict[str, str]:
        return {}
