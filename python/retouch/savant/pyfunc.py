"""Functions of a pipeline: `savant.base.pyfunc` and `savant.deepstream.pyfunc`.

    class Count(NvDsPyFuncPlugin):
        def process_frame(self, buffer, frame_meta):
            frame_meta.add_attr_meta("count", "objects", frame_meta.objects_number - 1)

kwargs of the module file become attributes of the instance.
"""

from __future__ import annotations

from typing import Any, Mapping

from . import metrics as _metrics
from .auxiliary import AuxiliaryHost, AuxiliaryStream
from .frame_meta import Buffer, NvDsFrameMeta
from .log import get_logger


class BasePyFuncImpl:
    """What module files can name."""

    def __init__(self, **kwargs: Any) -> None:
        for name, value in kwargs.items():
            setattr(self, name, value)
        self.logger = get_logger(type(self).__module__)


class BasePyFuncCallableImpl(BasePyFuncImpl):
    """One that is called: converters, selectors, preprocessing."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no __call__")


class BasePyFuncPlugin(BasePyFuncImpl):
    """One that stands in the pipeline."""

    def __init__(self, **kwargs: Any) -> None:
        self.gst_element: Any = None
        super().__init__(**kwargs)

    def on_start(self) -> bool:
        """Before the first frame. False stops the pipeline."""
        return True

    def on_stop(self) -> bool:
        """After the last frame."""
        return True

    def on_event(self, event: Any) -> None:
        """Never called here: there are no GStreamer events between the functions of a module."""

    def process_buffer(self, buffer: Buffer) -> None:
        raise NotImplementedError(f"{type(self).__name__} has no process_buffer")


class NvDsPyFuncPlugin(BasePyFuncPlugin):
    """Derive and override process_frame."""

    # Set by the runner before on_start.
    _host: Any = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._auxiliary: dict[str, AuxiliaryStream] = {}

    def on_source_add(self, source_id: str) -> None:
        """Before the first frame of a source."""

    def on_source_eos(self, source_id: str) -> None:
        """After its last frame."""

    def on_source_delete(self, source_id: str) -> None:
        """After on_source_eos: the source is gone."""

    def process_buffer(self, buffer: Buffer) -> None:
        """Each frame of the buffer, by process_frame. The runner waits for the streams after the last function."""
        for frame_meta in buffer.frames:
            with frame_meta.telemetry_span.nested_span("process-frame"):
                self.process_frame(buffer, frame_meta)

    def process_frame(self, buffer: Buffer, frame_meta: NvDsFrameMeta) -> None:
        """What the function does with a frame; as it is, nothing."""

    def get_cuda_stream(self, frame_meta: NvDsFrameMeta) -> Any:
        """The cv2.cuda.Stream that the frame's work goes on; it is waited for when the last function has returned."""
        return self._need_host("get_cuda_stream").surface_of(frame_meta).cuda_stream

    def get_runtime_metrics(self, n: int) -> list[Any]:
        """Of the last n measuring periods; none are kept here."""
        return []

    @property
    def metrics(self) -> _metrics.MetricsRegistry:
        """Numbers to be counted: `self.metrics["frames"] = Counter("frames")`."""
        return _metrics.registry

    def auxiliary_stream(
        self,
        source_id: str,
        width: int,
        height: int,
        codec_params: Mapping[str, Any],
        framerate: str = "30/1",
    ) -> AuxiliaryStream:
        """A further output, named by its source id. RuntimeError when there is one of that name."""
        host: AuxiliaryHost = self._need_host("auxiliary_stream")
        stream = AuxiliaryStream(host, source_id, width, height, codec_params or {}, framerate)
        self._auxiliary[source_id] = stream
        return stream

    def _need_host(self, what: str) -> Any:
        if self._host is None:
            raise RuntimeError(
                f"{type(self).__name__}.{what}: works only while the function is in a pipeline (not in its constructor)"
            )
        return self._host
