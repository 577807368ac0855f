"""What the tests of the command-line tool share: the tool itself, clips made by ffmpeg, and ffprobe's view of a file.

ctest sets RETOUCH (the program), RETOUCH_TEST_FUNCTIONS (the library of test functions) and RETOUCH_CLIP (the bundled clip).
"""

import atexit
import functools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

RETOUCH = os.environ["RETOUCH"]
FUNCTIONS = os.environ["RETOUCH_TEST_FUNCTIONS"]
CLIP = Path(os.environ["RETOUCH_CLIP"])
TIMEOUT = 60

_shared = Path(tempfile.mkdtemp(prefix="retouch-cli-"))
atexit.register(shutil.rmtree, _shared, ignore_errors=True)


class Run:
    """A finished run of the tool."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def errors(self):
        return [line for line in self.err.splitlines() if line.startswith("retouch: error: ")]


def retouch(*arguments, cwd=None):
    done = subprocess.run([RETOUCH, *map(str, arguments)], capture_output=True, text=True, timeout=TIMEOUT, cwd=cwd,
                          stdin=subprocess.DEVNULL)
    return Run(done.returncode, done.stdout, done.stderr)


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True, timeout=TIMEOUT,
                   stdin=subprocess.DEVNULL)


@functools.cache
def clip(name, *arguments):
    """A clip made once per test program: `arguments` are ffmpeg's, without the output."""
    path = _shared / name
    ffmpeg(*arguments, path)
    return path


def small_clip():
    """Ten frames of the real clip, at a quarter of the size."""
    return clip("small.mp4", "-i", CLIP, "-frames:v", 10, "-vf", "scale=320:180", "-c:v", "libx264", "-pix_fmt", "yuv420p")


def probe(path, *arguments):
    done = subprocess.run(["ffprobe", "-v", "error", "-of", "json", *map(str, arguments), str(path)], check=True,
                          capture_output=True, text=True, timeout=TIMEOUT)
    return json.loads(done.stdout)


def video(path):
    return probe(path, "-select_streams", "v:0", "-count_frames", "-show_streams")["streams"][0]


def frame_times(path):
    """Presentation times in seconds, as exact text, in the order of display."""
    packets = probe(path, "-select_streams", "v:0", "-show_entries", "packet=pts_time")["packets"]
    return sorted((packet["pts_time"] for packet in packets), key=float)


def rotation(path):
    for data in video(path).get("side_data_list", []):
        if "rotation" in data:
            return data["rotation"]
    return 0


def audio_hashes(path):
    """One hash of the coded bytes per audio track."""
    done = subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a?", "-c", "copy", "-f", "streamhash",
                           "-hash", "md5", "-"], check=True, capture_output=True, text=True, timeout=TIMEOUT)
    return [line.split("MD5=")[1] for line in done.stdout.splitlines()]


def audio_times(path):
    """When the first audio track's packets are presented, in seconds; before 0: only decoded, not heard."""
    packets = probe(path, "-select_streams", "a:0", "-show_entries", "packet=pts_time")["packets"]
    return [round(float(packet["pts_time"]), 4) for packet in packets]


def sound_hash(path):
    """Of what is heard: the decoded samples of the first audio track."""
    done = subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a:0", "-f", "md5", "-"], check=True,
                          capture_output=True, text=True, timeout=TIMEOUT)
    return done.stdout


@unittest.skipUnless(shutil.which("ffmpeg") and shutil.which("ffprobe"), "ffmpeg is not installed")
class CliTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="retouch-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.output = self.folder / "out.mp4"

    def module(self, *functions, name="module.yml", **parameters):
        """Writes a module file of test functions, each (name, kwargs)."""
        path = self.folder / name
        elements = [{"function": f"{FUNCTIONS}:{function}", "kwargs": kwargs} for function, kwargs in functions]
        path.write_text(json.dumps({"parameters": parameters, "pipeline": {"elements": elements}}))
        return path

    def run_module(self, module, source, *arguments, output=None):
        return retouch("run", module, "--input", source, "--output", output or self.output, *arguments)

    def assert_done(self, run):
        self.assertEqual(run.code, 0, run.err)

    def assert_fails(self, run, code, *words, output=None):
        """One line that says what is wrong, that exit code, and nothing left of the output."""
        self.assertEqual(run.code, code, run.err)
        self.assertEqual(len(run.errors), 1, run.err)
        self.assertNotIn("CRITICAL", run.err)
        for word in words:
            self.assertIn(word, run.errors[0])
        output = output or self.output
        self.assertFalse(output.exists())
        self.assert_nothing_partial()

    def assert_nothing_partial(self):
        self.assertEqual([path.name for path in self.folder.iterdir() if path.name.endswith(".partial")], [])


def start(*arguments):
    """The tool in the background; for signals. Python's own handlers must not leak into it."""
    return subprocess.Popen([RETOUCH, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            stdin=subprocess.DEVNULL, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
