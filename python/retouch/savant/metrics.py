"""Numbers that a module counts: `savant.metrics`. They are kept in one registry per process; prometheus_text() writes it in
the text format that Prometheus reads, serve_prometheus() offers that over HTTP.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, MutableMapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_lock = threading.Lock()


class Metric:
    """A number, or one for each combination of the labels' values."""

    kind = "untyped"

    def __init__(
        self, name: str, description: str = "", labelnames: Sequence[str] = (), *, unit: str | None = None
    ) -> None:
        if not name or not all(c.isalnum() or c in "_:" for c in name) or name[0].isdigit():
            raise ValueError(f"metric {name!r}: a name has letters, digits, '_' and ':' and begins with no digit")
        self.name = name
        self.description = description or name
        self.labelnames = tuple(labelnames)
        self.unit = unit
        self._values: dict[tuple[str, ...], tuple[float, float]] = {}

    @property
    def values(self) -> dict[tuple[str, ...], tuple[float, float]]:
        """Labels' values -> (value, when it was set in seconds of time.time())."""
        with _lock:
            return dict(self._values)

    def value(self, labels: Sequence[str] = ()) -> float:
        with _lock:
            return self._values.get(self._key(labels), (0.0, 0.0))[0]

    def _key(self, labels: Sequence[str]) -> tuple[str, ...]:
        key = tuple(str(label) for label in labels)
        if len(key) != len(self.labelnames):
            raise ValueError(f"metric {self.name!r}: has the labels {self.labelnames}, got the values {key}")
        return key

    def _put(self, key: tuple[str, ...], value: float, timestamp: float | None) -> None:
        self._values[key] = float(value), time.time() if timestamp is None else timestamp


class Counter(Metric):
    """Counts upwards."""

    kind = "counter"

    def inc(
        self,
        amount: float = 1,
        labels: Sequence[str] = (),
        timestamp: float | None = None,
        *,
        label_values: Sequence[str] | None = None,
    ) -> float:
        """Adds `amount` (positive), and returns the new value."""
        key = self._key(labels if label_values is None else label_values)
        if not amount > 0:
            raise ValueError(f"counter {self.name!r}: can only grow (amount {amount})")
        with _lock:
            value = self._values.get(key, (0.0, 0.0))[0] + amount
            self._put(key, value, timestamp)
        return value

    def set(self, value: float, labels: Sequence[str] = (), timestamp: float | None = None) -> float:
        """To a value that is not below the present one."""
        key = self._key(labels)
        with _lock:
            present = self._values.get(key, (0.0, 0.0))[0]
            if value < present:
                raise ValueError(f"counter {self.name!r}: can only grow (from {present:g} to {value:g})")
            self._put(key, value, timestamp)
        return float(value)


class Gauge(Metric):
    """Goes up and down."""

    kind = "gauge"

    def set(
        self,
        value: float,
        labels: Sequence[str] = (),
        timestamp: float | None = None,
        *,
        label_values: Sequence[str] | None = None,
    ) -> float:
        key = self._key(labels if label_values is None else label_values)
        with _lock:
            self._put(key, value, timestamp)
        return float(value)


class MetricsRegistry(MutableMapping[str, Metric]):
    """`self.metrics["frames"] = Counter("frames")`: by the name that it is used under."""

    def __init__(self) -> None:
        self._metrics: dict[str, Metric] = {}

    def __getitem__(self, name: str) -> Metric:
        return self._metrics[name]

    def __setitem__(self, name: str, metric: Metric) -> None:
        if not isinstance(metric, Metric):
            raise TypeError(f"metric {name!r}: a Counter or a Gauge, not {type(metric).__name__}")
        self._metrics[name] = metric

    def __delitem__(self, name: str) -> None:
        del self._metrics[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._metrics)

    def __len__(self) -> int:
        return len(self._metrics)


registry = MetricsRegistry()


def _get_or_create(kind: type[Metric], name: str, description: str, labels: Sequence[str], unit: str | None) -> Metric:
    metric = registry.get(name)
    if metric is None:
        metric = registry[name] = kind(name, description, labels, unit=unit)
    elif type(metric) is not kind or metric.labelnames != tuple(labels):
        raise ValueError(f"metric {name!r}: there is a {metric.kind} with the labels {metric.labelnames}")
    return metric


def get_or_create_counter(
    name: str, description: str = "", label_names: Sequence[str] | None = None, unit: str | None = None
) -> Counter:
    metric = _get_or_create(Counter, name, description, label_names or (), unit)
    assert isinstance(metric, Counter)
    return metric


def get_or_create_gauge(
    name: str, description: str = "", label_names: Sequence[str] | None = None, unit: str | None = None
) -> Gauge:
    metric = _get_or_create(Gauge, name, description, label_names or (), unit)
    assert isinstance(metric, Gauge)
    return metric


def get_counter(name: str) -> Metric | None:
    return registry.get(name)


def get_gauge(name: str) -> Metric | None:
    return registry.get(name)


def delete(name: str) -> None:
    registry.pop(name, None)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def prometheus_text() -> str:
    """All metrics of the process."""
    lines: list[str] = []
    for metric in registry.values():
        name = (
            f"{metric.name}_total" if metric.kind == "counter" and not metric.name.endswith("_total") else metric.name
        )
        lines.append(f"# HELP {name} {metric.description}".replace("\n", " "))
        lines.append(f"# TYPE {name} {metric.kind}")
        for labels, (value, when) in metric.values.items():
            pairs = ",".join(f'{key}="{_escaped(label)}"' for key, label in zip(metric.labelnames, labels))
            lines.append(
                f"{name}{{{pairs}}} {value!r} {int(when * 1000)}" if pairs else f"{name} {value!r} {int(when * 1000)}"
            )
    return "\n".join(lines) + "\n" if lines else ""


def serve_prometheus(port: int, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """Offers prometheus_text() at /metrics, from a thread of its own. shutdown() of what it returns ends that."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.split("?")[0] not in ("/", "/metrics"):
                self.send_error(404)
                return
            body = prometheus_text().encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer((host, port), Handler)
    threading.Thread(target=server.serve_forever, name="retouch-metrics", daemon=True).start()
    return server
