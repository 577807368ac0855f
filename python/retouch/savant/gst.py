"""`savant.gstreamer.Gst`: PyGObject's when it is there. Without it, a stand-in that suffices for annotations and the constants
of time; using anything else of it raises an ImportError that says what to install.
"""

from __future__ import annotations

from typing import Any, NoReturn


class Missing:
    """A part of GStreamer that is not there."""

    def __init__(self, name: str, reason: str) -> None:
        self.__dict__["_name"] = name
        self.__dict__["_reason"] = reason

    def _raise(self, *arguments: Any, **kwargs: Any) -> NoReturn:
        raise ImportError(
            f"{self._name} needs GStreamer's Python bindings ({self._reason}); "
            "on Debian and Ubuntu: apt install python3-gi gir1.2-gstreamer-1.0"
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self._name}.{name}", self._reason)

    __setattr__ = __call__ = __int__ = __index__ = __float__ = __bool__ = __add__ = __mul__ = __sub__ = _raise
    __radd__ = __rmul__ = __lt__ = __gt__ = __iter__ = __getitem__ = __mro_entries__ = _raise

    def __or__(self, other: Any) -> Any:
        return Any  # an annotation: Gst.Buffer | None

    __ror__ = __or__

    def __repr__(self) -> str:
        return f"<{self._name}, which is not installed>"


class _MissingGst(Missing):
    NSECOND, USECOND, MSECOND, SECOND = 1, 1_000, 1_000_000, 1_000_000_000
    CLOCK_TIME_NONE = 2**64 - 1


def load_gst() -> Any:
    """The module gi.repository.Gst, initialised, or the stand-in."""
    try:
        import gi  # type: ignore[import-untyped, import-not-found, unused-ignore]

        gi.require_version("Gst", "1.0")
        from gi.repository import Gst  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except (ImportError, ValueError) as error:
        return _MissingGst("Gst", str(error))
    Gst.init(None)
    return Gst


Gst = load_gst()


def load_glib() -> Any:
    try:
        from gi.repository import GLib  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError as error:
        return Missing("GLib", str(error))
    return GLib


GLib = load_glib()
