"""Telemetry spans where OpenTelemetry is installed."""

from __future__ import annotations

import pytest

from retouch.savant import telemetry


def test_spans_are_opentelemetry_s_where_it_is_installed():
    sdk = pytest.importorskip("opentelemetry.sdk.trace")
    exporters = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    from opentelemetry import trace
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    exporter = exporters.InMemorySpanExporter()
    provider = sdk.TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    with telemetry.TelemetrySpan("outer") as outer, outer.nested_span("inner") as inner:
        inner.set_int_attribute("n", 7)
        inner.add_event("seen", {"who": "me"})
        assert inner.trace_id() == outer.trace_id() != "0" * 32
    first, second = exporter.get_finished_spans()
    assert (first.name, dict(first.attributes), first.events[0].name) == ("inner", {"n": 7}, "seen")
    assert second.name == "outer" and first.parent.span_id == second.context.span_id
