"""Pipelines. Import retouch, which has what is here."""

from collections.abc import Sequence

import retouch._core


class Runner:
    """One run of a module."""

    def __init__(self, path: str, text: str = '', overrides: Sequence[str] = [], *, input: str = '', output: str = '', format: str = '', device: str = '', on_error: str = '', stall_timeout: float = -1.0, keep_damaged: bool = False, frame_png: tuple[int, str] | None = None) -> None: ...

    def run(self, progress: object | None = None, message: object | None = None) -> str:
        """Runs to the end. Returns the summary as JSON."""

    def stop(self) -> None:
        """
        Ends the run early: the output holds the frames so far. From any thread.
        """

    def abort(self) -> None:
        """Ends the run at once: there is no output. From any thread."""

class Reader:
    """The frames of a video, each lent until the next one is asked for."""

    def __init__(self, path: str, text: str, *, input: str, device: str = '', keep_damaged: bool = False) -> None: ...

    def next(self) -> retouch._core.Frame:
        """The next frame. Raises StopIteration at the end."""

    def close(self) -> None:
        """Stops the decoder. Idempotent."""

    @property
    def summary(self) -> str:
        """As JSON; empty before the end."""

class Writer:
    """Writes a video file from pictures."""

    def __init__(self, path: str, *, fps: float = 0.0, format: str = '', encoder: str = 'auto', quality: int = 21, bitrate: int = 0, speed: str = 'veryfast') -> None: ...

    def write(self, image: object, *, pts_ns: int | None = None, duration_ns: int | None = None, fps: float = 0.0) -> None: ...

    def finish(self) -> None: ...

    def discard(self) -> None: ...

    @property
    def frames(self) -> int: ...
