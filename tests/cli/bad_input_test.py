"""Everything that goes wrong ends in one line, an exit code, and no file that looks whole."""

import ctypes
import os
import random
import signal
import subprocess
import time
import unittest

from support import CLIP, CliTest, clip, retouch, small_clip, start, video

USAGE, INPUT, FUNCTION, OUTPUT, DEVICE, STALLED, INTERRUPTED = 2, 3, 4, 5, 6, 7, 130


class BadInput(CliTest):
    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def test_what_is_no_video(self):
        audio = clip("audio.mp4", "-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac")
        for source, word in ((self.folder / "none.mp4", "does not exist"), (self.folder, "is a folder"),
                             (self.write("empty.mp4", b""), "is empty"),
                             (self.write("text.mp4", b"no video at all\n" * 200), "not a video"),
                             (self.write("zeros.mp4", bytes(100000)), "not a video"), (audio, "no video track")):
            with self.subTest(source=str(source)):
                self.assert_fails(self.run_module(self.module(), source), INPUT, str(source), word)

    def test_truncated(self):
        faststart = clip("faststart.mp4", "-i", CLIP, "-c", "copy", "-movflags", "+faststart")
        fragmented = clip("fragmented.mp4", "-i", CLIP, "-c", "copy", "-movflags", "+frag_keyframe+empty_moov")
        matroska = clip("whole.mkv", "-i", CLIP, "-c", "copy")
        for whole in (CLIP, faststart, fragmented, matroska):
            with self.subTest(source=whole.name):
                content = whole.read_bytes()
                cut = self.write("cut" + whole.suffix, content[: len(content) * 6 // 10])
                self.assert_fails(self.run_module(self.module(), cut), INPUT, "is damaged")

    def flipped(self, name="flipped.mp4"):
        content = bytearray(CLIP.read_bytes())
        begin, end = content.find(b"mdat") + 2000, content.find(b"moov") - 4
        chance = random.Random(1)
        for _ in range(60):
            content[chance.randrange(begin, end)] ^= 1 << chance.randrange(8)
        return self.write(name, bytes(content))

    def test_flipped_bits(self):
        self.assert_fails(self.run_module(self.module(), self.flipped()), INPUT, "is damaged", "--keep-damaged")

    def test_damage_is_kept_on_request(self):
        run = self.run_module(self.module(), self.flipped(), "--keep-damaged")
        self.assertEqual(run.code, 0, run.err)
        self.assertGreater(int(video(self.output)["nb_read_frames"]), 100)
        self.assertIn("damaged input", run.err)

    def test_random_bytes_never_crash_or_hang(self):
        content = small_clip().read_bytes()
        for seed in range(60):
            chance = random.Random(seed)
            broken = bytearray(content)
            for _ in range(chance.choice((1, 20, 400))):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            source = self.write("broken.mp4", bytes(broken))
            with self.subTest(seed=seed):
                keep = ("--keep-damaged",) if seed % 4 == 3 else ()
                run = self.run_module(self.module(), source, "--stall-timeout", "20", *keep)
                self.assertIn(run.code, (0, INPUT, OUTPUT, DEVICE), run.err)
                self.assertEqual(self.output.exists(), run.code == 0)
                self.assert_nothing_partial()
                self.output.unlink(missing_ok=True)

    def test_odd_sizes_cannot_be_h264(self):
        odd = clip("odd.webm", "-f", "lavfi", "-i", "testsrc=size=321x241:duration=0.2", "-c:v", "libvpx", "-pix_fmt", "yuv420p")
        self.assert_fails(self.run_module(self.module(), odd), OUTPUT, "321x241", "even")


class BadModule(CliTest):
    def test_unknown_things_are_named(self):
        module = self.folder / "module.yml"
        for text, code, words in (
            ("pipeline:\n  elements:\n    - function: nope\n", FUNCTION, ("nope",)),
            ("pipeline:\n  elements:\n    - function: libnope.so:Nope\n", FUNCTION, ("libnope.so", "give its path")),
            ("pipeline:\n  elements:\n    - element: videobalence\n", USAGE, ("videobalance",)),
            ("pipeline:\n  elements:\n    - element: videobalance\n      properties: {saturation: blue}\n", USAGE,
             ("saturation", "blue")),
            ("pipeline:\n  elements:\n    - element: videobalance\n      properties: {saturation: 99}\n", USAGE,
             ("saturation", "99")),
            ("pipeline:\n  output: {encoder: x265}\n", USAGE, ("x265",)),
            ("pipeline:\n  elements:\n    - function: f\n      kwarg: {}\n", USAGE, ("module.yml:4:", "kwargs")),
            ("- a\n- b\n", USAGE, ("module.yml:1:", "mapping")),
            ("pipeline: [\n", USAGE, ("module.yml", "YAML")),
        ):
            with self.subTest(text=text):
                module.write_text(text)
                self.assert_fails(self.run_module(module, small_clip()), code, *words)

    def test_a_library_that_does_not_load(self):
        library = self.folder / "libbroken.so"
        library.write_text("not a library")
        module = self.folder / "module.yml"
        module.write_text("pipeline:\n  elements:\n    - function: libbroken.so:Any\n")
        self.assert_fails(self.run_module(module, small_clip()), FUNCTION, str(library), "built for this machine")

    def test_a_misspelt_kwarg(self):
        self.assert_fails(self.run_module(self.module(("FillBox", {"widht": 1})), small_clip()), FUNCTION, "widht", "width")

    def test_the_command_line(self):
        module = self.module()
        for arguments in (("run",), ("rnu",), ("run", module, "--nope"), ("run", module, "--on-error", "ignore"),
                          ("run", self.folder / "none.yml"), ("run", module), ("run", module, "--input", small_clip()),
                          ("run", module, "--input", small_clip(), "--output", self.folder / "out.avi"),
                          ("run", module, "--input", small_clip(), "--output", self.output, "--device", "gpu"),
                          ("run", module, "--input", small_clip(), "--output", self.output, "--frame-png", "x.png")):
            with self.subTest(arguments=arguments):
                self.assert_fails(retouch(*arguments), USAGE)

    def test_a_device_that_is_not_there(self):
        run = self.run_module(self.module(), small_clip(), "--device", "cuda:99")
        self.assert_fails(run, DEVICE, "cuda:99", "--device cpu")


class FunctionsThatThrow(CliTest):
    def test_stop(self):
        module = self.module(("ThrowIn", {"frame": 100}))
        self.assert_fails(self.run_module(module, CLIP), FUNCTION, "ThrowIn", "frame 100", "boom", "--on-error skip")

    def test_skip_and_pass(self):
        module = self.module(("ThrowIn", {"frame": 7, "always": True}))
        for policy, frames, counted in (("skip", 7, "dropped by errors: 3"), ("pass", 10, "passed on with errors: 3")):
            with self.subTest(policy=policy):
                run = self.run_module(module, small_clip(), "--on-error", policy)
                self.assertEqual(run.code, 0, run.err)
                self.assertEqual(video(self.output)["nb_read_frames"], str(frames))
                self.assertIn(counted, run.err)

    def test_in_every_hook(self):
        for hook in ("constructor", "on_start", "on_source_add", "on_source_eos", "not-an-exception"):
            with self.subTest(hook=hook):
                self.assert_fails(self.run_module(self.module(("ThrowIn", {"hook": hook})), small_clip()), FUNCTION)

    def test_one_that_does_not_return(self):
        module = self.module(("Sleep", {"ms": 600000, "from": 4}))
        self.assert_fails(self.run_module(module, small_clip(), "--stall-timeout", "1"), STALLED, "no progress")


class BadOutput(CliTest):
    def test_where_nothing_can_be_written(self):
        (self.folder / "folder.mp4").mkdir()
        for output, word in ((self.folder / "none" / "out.mp4", "mkdir"), (self.folder / "folder.mp4", "is a folder"),
                             ("/proc/out.mp4", "cannot be written"), ("/dev/null", "format")):
            with self.subTest(output=str(output)):
                run = retouch("run", self.module(), "--input", small_clip(), "--output", output)
                self.assertIn(run.code, (USAGE, OUTPUT))
                self.assertEqual(len(run.errors), 1, run.err)
                self.assertIn(word, run.errors[0])

    def test_the_input_is_not_overwritten(self):
        before = small_clip().read_bytes()
        link = self.folder / "link.mp4"
        link.symlink_to(small_clip())
        for output in (small_clip(), link):
            run = retouch("run", self.module(), "--input", small_clip(), "--output", output)
            self.assertEqual(run.code, OUTPUT, run.err)
            self.assertIn("is the input itself", run.errors[0])
        self.assertEqual(small_clip().read_bytes(), before)

    def test_a_failed_run_leaves_the_old_output(self):
        self.output.write_text("old")
        run = self.run_module(self.module(("ThrowIn", {"frame": 5})), small_clip())
        self.assertEqual(run.code, FUNCTION)
        self.assertEqual(self.output.read_text(), "old")
        self.assert_nothing_partial()

    def test_a_full_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(b"tmpfs", str(disk).encode(), b"tmpfs", 0, b"size=64k") != 0:
            self.skipTest("a small file system cannot be mounted: " + os.strerror(ctypes.get_errno()))
        try:
            run = self.run_module(self.module(), CLIP, output=disk / "out.mp4")
            self.assertEqual(run.code, OUTPUT, run.err)
            self.assertEqual(len(run.errors), 1, run.err)
            self.assertIn("disk is full", run.errors[0])
            self.assertEqual(list(disk.iterdir()), [])
        finally:
            libc.umount2(str(disk).encode(), 2)


class Interrupted(CliTest):
    def begin(self, ms=20, until_written=True):
        module = self.module(("Sleep", {"ms": ms}))
        source = clip("interrupted.mp4", "-i", CLIP, "-f", "lavfi", "-i", "sine=d=8", "-vf", "scale=320:180", "-c:v",
                      "libx264", "-c:a", "aac")
        process = start("run", module, "--input", source, "--output", self.output)
        partial = self.output.with_name(".out.mp4.partial")
        deadline = time.monotonic() + 30
        while not (partial.exists() and (partial.stat().st_size > 0 or not until_written)):
            if time.monotonic() > deadline or process.poll() is not None:
                process.kill()
                self.fail("nothing is written: " + process.communicate()[1])
            time.sleep(0.05)
        return process

    def finish(self, process):
        try:
            return process.communicate(timeout=30)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            self.fail("the tool hangs: " + process.communicate()[1])

    def test_the_output_so_far_is_kept(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                process = self.begin()
                process.send_signal(number)
                errors = self.finish(process)
                self.assertEqual(process.returncode, INTERRUPTED, errors)
                stream = video(self.output)
                self.assertEqual(stream["nb_read_frames"], stream["nb_frames"])
                self.assertTrue(0 < int(stream["nb_frames"]) < 249, stream["nb_frames"])
                self.assert_nothing_partial()
                self.output.unlink()

    def test_a_second_time_gives_up(self):
        process = self.begin(ms=2000, until_written=False)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        time.sleep(0.6)
        process.send_signal(signal.SIGINT)
        errors = self.finish(process)
        self.assertEqual(process.returncode, INTERRUPTED, errors)
        self.assertFalse(self.output.exists())
        self.assert_nothing_partial()


if __name__ == "__main__":
    unittest.main()
