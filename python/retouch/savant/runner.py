"""Runs a module's functions on frames that somebody else decodes and encodes.

    module = retouch.savant.module.load("module.yml")
    with ModuleRunner(module, metadata="objects.jsonl") as runner:
        for output in runner.run(frames):
            sinks[output.source_id].write(output.image)

Everything is called from the thread that calls the runner.
"""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Iterator, Mapping

import retouch

from . import _frames, metadata as _metadata
from ._hook import install, installed
from ._loading import LoadedFunction
from .auxiliary import AuxiliaryStream
from .frame_meta import Buffer, NvDsFrameMeta, VideoFrame
from .geometry import BBox, RBBox
from .module import ModelElement, Module, PyFunc
from .objects import UNTRACKED_OBJECT_ID, ObjectMeta
from .parameters import init_param_storage

_log = logging.getLogger("retouch.savant")
Picture = "retouch.Frame | retouch.ImageView"


class ModuleError(RuntimeError):
    """A function of the module failed: which, where, and why. Its __cause__ is the function's own exception."""


@dataclass
class Output:
    """A frame that goes out, or the end of a source's frames (`eos`, without an image)."""

    source_id: str
    pts: int = 0
    duration: int | None = None
    image: retouch.Frame | retouch.ImageView | None = None
    """RGBA. The frame that came in, when it could be worked on in place."""
    auxiliary: bool = False
    eos: bool = False
    meta: NvDsFrameMeta | None = None
    """The frame's objects, tags, attributes."""


def output_path(output: str | os.PathLike[str], source_id: str) -> Path:
    """Where an auxiliary stream goes: beside `--output`, with its source id in the name ("out.mp4", "cam-small" ->
    "out.cam-small.mp4")."""
    path = Path(output)
    safe = "".join(c if c.isalnum() or c in "-_." else "_" for c in source_id) or "_"
    return path.with_name(f"{path.stem}.{safe}{path.suffix}")


class ModuleRunner:
    """One run of a module: start, then frames of any number of sources, then stop. Installs the import hook."""

    def __init__(
        self,
        module: Module,
        *,
        metadata: _metadata.Metadata | str | os.PathLike[str] | None = None,
        device: retouch.Device | str | None = None,
    ) -> None:
        """`device`: where the frames will be, for the matrices that functions make in on_start (a frame's own device holds
        while it is worked on). None: cv2.cuda's, a GPU where there is one."""
        self.module = module
        self._device = device
        self.metadata = _metadata.load(metadata) if isinstance(metadata, (str, os.PathLike)) else metadata
        self.auxiliary_streams: dict[str, AuxiliaryStream] = {}
        self._stages: list[LoadedFunction | ModelElement] = []
        self._started = False
        self._sources: dict[str, int] = {}  # frames so far
        self._pending: list[Output] = []
        self._surfaces: dict[int, _frames.Surface] = {}  # of the frame that is worked on, by batch_id
        self._streams: dict[str, retouch.Stream] = {}
        self._last: tuple[retouch.Device, retouch.Stream] | None = None
        names = {element.name for element in module.elements if isinstance(element, ModelElement)}
        self._models = names

    # Life cycle.
    def start(self) -> None:
        """Makes the functions and calls their on_start, in order. When one fails, those that were started are stopped."""
        if self._started:
            raise RuntimeError("ModuleRunner: is started already")
        if not installed():
            install()
        init_param_storage(self.module.parameters)
        message = self.module.message()
        if message:
            _log.warning("%s", message)
        elements: list[PyFunc | ModelElement] = list(self.module.elements)
        if self.module.draw_func is not None:
            elements.append(self.module.draw_func)
        self._stages = []
        for element in elements:
            if isinstance(element, ModelElement):
                self._stages.append(element)
            else:
                with self._failing(element.label, "could not be made"):
                    self._stages.append(LoadedFunction(element, self.module.folder, self))
        self._started = True
        begun: list[LoadedFunction] = []
        try:
            for function in self._functions:
                with self._failing(function.name, "failed in on_start"), _frames.on_device(self._device):
                    going = function.instance.on_start()
                if not going:
                    raise ModuleError(f"{function.name}: on_start returned {going!r}, so the module does not run")
                begun.append(function)
        except BaseException:
            self._started = False
            for function in reversed(begun):
                try:
                    function.instance.on_stop()
                except Exception:  # the first failure is the one that is told
                    _log.exception("%s failed in on_stop", function.name)
            raise

    def stop(self) -> list[Output]:
        """Ends the sources that are open, then calls on_stop in reverse order. Every function is told; then the first
        failure is raised. Returns what went out meanwhile. Idempotent."""
        if not self._started:
            return []
        failures: list[BaseException] = []
        outputs: list[Output] = []
        for source_id in list(self._sources):
            try:
                outputs += self.end_source(source_id)
            except ModuleError as error:
                failures.append(error)
        self._started = False
        for function in reversed(self._functions):
            try:
                with self._failing(function.name, "failed in on_stop"):
                    function.instance.on_stop()
            except ModuleError as error:
                failures.append(error)
        for stream in list(self.auxiliary_streams.values()):
            stream.eos()
        outputs += self._take_pending()
        if failures:
            raise failures[0]
        return outputs

    def __enter__(self) -> ModuleRunner:
        self.start()
        return self

    def __exit__(self, kind: object, value: object, traceback: object) -> None:
        try:
            self.stop()
        except ModuleError:
            if kind is None:
                raise

    @property
    def _functions(self) -> list[LoadedFunction]:
        return [stage for stage in self._stages if isinstance(stage, LoadedFunction)]

    @contextmanager
    def _failing(self, name: str, what: str) -> Iterator[None]:
        try:
            yield
        except ModuleError:
            raise
        except Exception as error:
            raise ModuleError(f"{name} {what}: {type(error).__name__}: {error}") from error

    # Sources.
    def add_source(self, source_id: str) -> None:
        """Before the first frame of a source; process() does it by itself."""
        if source_id not in self._sources:
            self._sources[source_id] = 0
            for function in self._functions:
                with self._failing(function.name, f"failed in on_source_add of {source_id!r}"):
                    function.instance.on_source_add(source_id)

    def end_source(self, source_id: str) -> list[Output]:
        """After the last frame of a source. Returns what is still to go out: auxiliary frames, and the ends of streams,
        the source's own last."""
        if source_id not in self._sources:
            return []
        del self._sources[source_id]
        failures: list[ModuleError] = []
        for function in self._functions:
            try:
                with self._failing(function.name, f"failed in on_source_eos of {source_id!r}"):
                    function.instance.on_source_eos(source_id)
                    function.instance.on_source_delete(source_id)
            except ModuleError as error:
                failures.append(error)
        if failures:
            raise failures[0]
        return [*self._take_pending(), Output(source_id, eos=True)]

    # Frames.
    def process(
        self,
        source_id: str,
        pts: int,
        frame: retouch.Frame | retouch.ImageView,
        *,
        duration: int | None = None,
        framerate: str = "30/1",
        tags: Mapping[str, Any] | None = None,
    ) -> list[Output]:
        """One frame through all functions; waits once, for its stream. Returns it and the frames of auxiliary streams.

        An RGBA frame that has the size that functions see already is worked on in place; else a new picture is made.
        Raises ModuleError."""
        if not self._started:
            raise RuntimeError("ModuleRunner: is not started")
        self.add_source(source_id)
        number = self._sources[source_id]
        self._sources[source_id] += 1
        input_size = (int(frame.width), int(frame.height))
        picture = self.module.frame.picture(input_size)
        meta = NvDsFrameMeta(
            source_id,
            number,
            pts,
            duration=duration,
            framerate=framerate,
            width=picture[2],
            height=picture[3],
            roi=BBox.ltwh(*picture),
            tags=tags,
        )
        surface, image, lease = self._surface(frame, meta, picture, input_size)
        buffer = Buffer(pts, duration)
        buffer.surfaces.append(surface)
        buffer.frames.append(meta)
        self._surfaces = {0: surface}
        sent = len(self._pending)
        try:
            objects = self._objects(frame, meta, input_size, picture)
            for stage in self._stages:
                if isinstance(stage, ModelElement):
                    self._appear(stage, objects, meta)
                    continue

                def undo(made: int = len(self._pending)) -> None:
                    del self._pending[made:]

                failing = self._failing(stage.name, f"failed in frame {number} of {source_id!r}")
                with failing, _frames.on_device(surface.view.device):
                    stage.process(buffer, self._sources, undo)
        except BaseException:
            # The frame does not go out, nor what was made of it; the ends of streams do.
            self._pending[sent:] = [output for output in self._pending[sent:] if output.eos]
            raise
        finally:
            self._surfaces = {}
            surface.synchronize()
            if lease is not None:
                lease.expire()
        whole = self.module.frame.output(input_size)
        if whole != (0, 0, *self.module.frame.frame_size(input_size)):
            image = (image.view() if isinstance(image, retouch.Frame) else image).region(whole)
        return [Output(source_id, pts, duration, image, meta=meta), *self._take_pending()]

    def run(self, frames: Iterable[tuple[str, int, retouch.Frame | retouch.ImageView | None]]) -> Iterator[Output]:
        """All frames of an iterator of (source_id, pts in nanoseconds, frame); None in place of a frame is the end of that
        source. Starts the module when it is not started, and stops it then."""
        mine = not self._started
        if mine:
            self.start()
        try:
            for source_id, pts, frame in frames:
                if frame is None:
                    yield from self.end_source(source_id)
                else:
                    duration = getattr(frame, "duration_ns", None)
                    yield from self.process(source_id, pts, frame, duration=duration)
            for source_id in list(self._sources):
                yield from self.end_source(source_id)
        except BaseException:
            if mine:
                try:
                    self.stop()
                except ModuleError:
                    _log.exception("stopping after a failure")
            raise
        if mine:
            yield from self.stop()

    def _stream_of(self, device: retouch.Device) -> retouch.Stream:
        if device.name not in self._streams:
            self._streams[device.name] = retouch.Stream(device)
        return self._streams[device.name]

    def _surface(
        self,
        frame: retouch.Frame | retouch.ImageView,
        meta: NvDsFrameMeta,
        picture: tuple[int, int, int, int],
        input_size: tuple[int, int],
    ) -> tuple[_frames.Surface, retouch.Frame | retouch.ImageView, retouch.Frame | None]:
        """Where the functions work, what goes out of it, and what ends their hold on it."""
        size = self.module.frame.frame_size(input_size)
        if isinstance(frame, retouch.Frame) and _frames.same_memory_suits(frame, *size):
            self._last = (frame.device, frame.stream)
            return _frames.Surface(frame, frame.stream), frame, None
        stream = self._stream_of(frame.device)
        self._last = (frame.device, stream)
        image: retouch.Frame | retouch.ImageView
        if _frames.same_memory_suits(frame, *size):
            image = frame
        else:
            made = _frames.blank(*size, frame.device, stream)
            _frames.bring(frame, made.part(*picture))
            image = made.view
        lease = retouch.Frame(image, source_id=meta.source_id, index=meta.frame_num, pts_ns=meta.pts, stream=stream)
        return _frames.Surface(lease, stream), image, lease

    # Objects.
    def _objects(
        self,
        frame: retouch.Frame | retouch.ImageView,
        meta: NvDsFrameMeta,
        input_size: tuple[int, int],
        picture: tuple[int, int, int, int],
    ) -> list[ObjectMeta]:
        """Adds what is known before the first function, and returns the objects that models will find."""
        if isinstance(frame, retouch.Frame):
            for obj in _from_core(frame.objects(), input_size, picture):
                meta.add_obj_meta(obj)
        record = self.metadata.find(meta.source_id, meta.frame_num, meta.pts) if self.metadata is not None else None
        if record is None:
            return []
        for name, value in record.tags.items():
            meta.set_tag(name, value)
        objects, attributes = record.make_objects(input_size, picture)
        for attribute in attributes:
            meta.add_attr_meta(attribute.element_name, attribute.name, attribute.value, attribute.confidence)
        later = [obj for obj in objects if obj.element_name in self._models]
        for obj in objects:
            if obj.element_name not in self._models:
                meta.add_obj_meta(obj)
        return later

    def _appear(self, model: ModelElement, objects: list[ObjectMeta], meta: NvDsFrameMeta) -> None:
        """The objects of a model appear where it stands, unless a function removed what it would have run on."""
        if model.on_frame and not any(obj.is_primary for obj in meta.objects):
            return
        for obj in objects:
            if obj.element_name == model.name:
                meta.add_obj_meta(obj)

    # What functions ask for.
    def surface_of(self, frame_meta: NvDsFrameMeta) -> _frames.Surface:
        surface = self._surfaces.get(frame_meta.batch_id)
        if surface is None:
            raise RuntimeError("the frame's stream is there only while process_frame runs")
        return surface

    # What auxiliary streams ask for.
    def new_surface(self, width: int, height: int) -> _frames.Surface:
        if self._last is None:
            raise RuntimeError("auxiliary stream: a frame can be made when the first frame has come")
        return _frames.blank(width, height, *self._last)

    def open_stream(self, stream: AuxiliaryStream) -> None:
        if (
            stream.source_id in self.auxiliary_streams
            or stream.source_id in self._sources
            and self._sources[stream.source_id]
        ):
            raise RuntimeError(f"auxiliary stream {stream.source_id!r}: there is a stream of this name")
        self.auxiliary_streams[stream.source_id] = stream

    def emit(self, stream: AuxiliaryStream, frame: VideoFrame, surface: _frames.Surface) -> None:
        self._pending.append(Output(stream.source_id, frame.pts, frame.duration, surface.view, auxiliary=True))

    def close_stream(self, stream: AuxiliaryStream) -> None:
        self.auxiliary_streams.pop(stream.source_id, None)
        self._pending.append(Output(stream.source_id, auxiliary=True, eos=True))

    def _take_pending(self) -> list[Output]:
        if any(output.image is not None for output in self._pending) and self._last is not None:
            self._last[1].synchronize()
        taken, self._pending = self._pending, []
        return taken


def _from_core(
    objects: Iterable[retouch.Object], input_size: tuple[int, int], picture: tuple[int, int, int, int]
) -> list[ObjectMeta]:
    """What functions of retouch found before: `source` is the element's name."""
    scale_x, scale_y = picture[2] / input_size[0], picture[3] / input_size[1]
    result: list[ObjectMeta] = []
    by_id: dict[int, ObjectMeta] = {}
    parents: list[tuple[ObjectMeta, int]] = []
    for obj in objects:
        left, top, width, height = obj.box.xywh
        box: BBox | RBBox = BBox.ltwh(left, top, width, height)
        if obj.box.angle_deg:
            box = RBBox(*box.as_xcycwh(), angle=obj.box.angle_deg)
        box.scale(scale_x, scale_y).shift(picture[0], picture[1])
        track = UNTRACKED_OBJECT_ID if obj.track_id is None else obj.track_id
        made = ObjectMeta(obj.source, obj.label, box, obj.confidence, track)
        for name, value in obj.attributes.items():
            element, _, attribute = name.rpartition(".")
            made.add_attr_meta(element or obj.source, attribute, value)
        if obj.landmarks is not None and len(obj.landmarks):
            places = [(x * scale_x + picture[0], y * scale_y + picture[1]) for x, y in obj.landmarks]
            made.add_attr_meta(obj.source, "landmarks", [value for place in places for value in place])
        result.append(made)
        by_id[obj.id] = made
        if obj.parent_id is not None:
            parents.append((made, obj.parent_id))
    for made, parent in parents:
        if parent in by_id:
            made.parent = by_id[parent]
    return result
