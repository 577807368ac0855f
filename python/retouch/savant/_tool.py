"""``retouch run --compat savant module.yml``: decodes, runs the module on every frame, encodes."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import Iterator, Optional

import retouch

from . import metadata as _metadata, module as _module
from .runner import ModuleError, ModuleRunner, Output, output_path


class _Failed(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="retouch run --compat savant",
        description="Run a module that was written for Savant over a video. Source and sink are the command line's; what "
        "else in the module file is not honoured is said in one message. docs/savant.md",
    )
    parser.add_argument("module", help="the module file (YAML)")
    parser.add_argument("-i", "--input", required=True, metavar="FILE|URI", help="the video")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="the file to write: .mp4, .mov or .mkv, without sound. Auxiliary streams go beside it, FILE.SOURCE_ID.mp4",
    )
    parser.add_argument("--device", default="auto", help="where frames are edited: auto, cpu, cuda or cuda:N")
    parser.add_argument("--source-id", metavar="NAME", help="what functions see as the source's id (the input's name)")
    parser.add_argument("--metadata-in", metavar="FILE", help="objects that stand in for the models (JSON lines)")
    parser.add_argument("-q", "--quiet", action="store_true", help="only warnings and errors")
    parser.add_argument("-v", "--verbose", action="store_true", help="say more, and whole tracebacks")
    return parser


class _Writers:
    """A file for each stream. They get their names when all went well."""

    def __init__(self, output: Optional[str], source_id: str) -> None:
        self._output = output
        self._source_id = source_id
        self._writers: dict[Path, retouch.VideoWriter] = {}
        self._paths: dict[str, Path] = {}
        self.size = (0, 0)

    def write(self, output: Output) -> None:
        if self._output is None or output.image is None:
            return
        main = output.source_id == self._source_id and not output.auxiliary
        path = Path(self._output) if main else self._path_of(output.source_id)
        if path not in self._writers:
            self._writers[path] = retouch.save(path)
        image = output.image
        if not isinstance(image, retouch.Frame):
            image = retouch.Frame(image, pts_ns=output.pts, duration_ns=output.duration)
        if main:
            self.size = (image.width, image.height)
        self._writers[path].write(image)

    def _path_of(self, source_id: str) -> Path:
        """Ids that only differ in what file names cannot have get numbers: a stream's frames never go into another's."""
        if source_id not in self._paths:
            wanted = path = output_path(self._output or "", source_id)
            number = 2
            while path in self._paths.values() or path == Path(self._output or ""):
                path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
                number += 1
            self._paths[source_id] = path
        return self._paths[source_id]

    def close(self) -> list[Path]:
        for writer in self._writers.values():
            writer.close()
        return list(self._writers)

    def discard(self) -> None:
        for writer in self._writers.values():
            writer.discard()


def _device(name: str) -> retouch.Device:
    try:
        return retouch.Device(name)
    except retouch.Error as error:
        raise _Failed(6, f"--device {name}: {error}") from error


def _run(arguments: argparse.Namespace) -> str:
    try:
        module = _module.load(arguments.module)
    except OSError as error:
        raise _Failed(2, f"the module {arguments.module} cannot be read: {error.strerror}") from error
    except _module.ModuleFileError as error:
        raise _Failed(2, str(error)) from error
    metadata = None
    if arguments.metadata_in is not None:
        try:
            metadata = _metadata.load(arguments.metadata_in)
        except OSError as error:
            raise _Failed(2, f"--metadata-in {arguments.metadata_in} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise _Failed(2, str(error)) from error
    source_id = arguments.source_id or Path(arguments.input).stem
    device = _device(arguments.device)
    writers = _Writers(arguments.output, source_id)
    bar = not arguments.quiet and sys.stderr.isatty()
    begun = time.monotonic()
    count = 0
    try:
        with ExitStack() as stack:
            video = stack.enter_context(retouch.open(arguments.input, device=device))
            runner = stack.enter_context(ModuleRunner(module, metadata=metadata, device=device))

            def frames() -> Iterator[tuple[str, int, retouch.Frame]]:
                nonlocal count
                for frame in video:
                    yield source_id, frame.pts_ns or 0, frame
                    count += 1
                    if bar:
                        rate = count / max(time.monotonic() - begun, 1e-3)
                        print(f"\r{count} frames  {rate:.1f} frames/s ", end="", file=sys.stderr, flush=True)

            for output in runner.run(frames()):
                writers.write(output)
            for output in runner.stop():
                writers.write(output)
        files = writers.close()
    except BaseException:
        writers.discard()
        raise
    finally:
        if bar:
            print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    seconds = max(time.monotonic() - begun, 1e-3)
    names = ", ".join(map(str, files)) or "no output"
    size = f" {writers.size[0]}x{writers.size[1]}" if writers.size[0] else ""
    return f"{names}: {count} frames{size} in {seconds:.1f} s, {count / seconds:.1f} frames/s, on {device.name}"


def main(arguments: list[str]) -> int:
    """Runs the command; returns the exit code, one of ``retouch run``'s."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.WARNING if options.quiet else logging.INFO,
        format="%(levelname)s %(name)s: %(message)s",
    )
    try:
        summary = _run(options)
    except KeyboardInterrupt:
        print("retouch: interrupted; there is no output", file=sys.stderr)
        return 130
    except (_Failed, ModuleError, retouch.Error, ImportError) as error:
        cause = error.__cause__
        if cause is not None and (options.verbose or isinstance(error, ModuleError)):
            traceback.print_exception(type(cause), cause, cause.__traceback__)
        print(f"retouch: error: {error}", file=sys.stderr)
        if isinstance(error, _Failed):
            return error.code
        if isinstance(error, retouch.FileError):
            return 3 if os.fspath(options.input) in str(error) else 5
        return error.exit_code if isinstance(error, retouch.RunError) else 4
    if not options.quiet:
        print(f"retouch: {summary}", file=sys.stderr)
    return 0
