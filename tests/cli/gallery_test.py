"""retouch gallery: the page, one cell, and what goes wrong."""

import re
import struct
import tempfile
import unittest
from pathlib import Path

from support import retouch


def png_size(path):
    data = Path(path).read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", path
    return struct.unpack(">II", data[16:24])


class Gallery(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_gallery(self, *arguments):
        return retouch("gallery", "--device", "cpu", *arguments, cwd=self.folder)

    def test_the_page_goes_to_gallery_png(self):
        for arguments in ((), ("--format", "nv12"), ("--format", "gray8")):
            with self.subTest(arguments):
                run = self.run_gallery(*arguments)
                self.assertEqual((run.code, run.err), (0, ""))
                width, height = png_size(self.folder / "gallery.png")
                self.assertIn(f"{width}x{height}", run.out)
                self.assertGreater(width * height, 240 * 180 * 50)
                (self.folder / "gallery.png").unlink()

    def test_one_cell(self):
        names = self.run_gallery("--list").out.split()
        self.assertEqual(len(names), len(set(names)))
        self.assertIn("blur_feather", names)
        self.assertEqual(list(self.folder.iterdir()), [])
        run = self.run_gallery("--only", "blur_feather", "-o", "cell.png")
        self.assertEqual(run.code, 0, run.err)
        self.assertEqual(png_size(self.folder / "cell.png"), (240, 180))

    def assert_fails(self, run, code, *words):
        self.assertEqual(run.code, code, run.err)
        self.assertEqual(len(run.errors), 1, run.err)
        for word in words:
            self.assertIn(word, run.err)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_what_is_wrong_is_said(self):
        self.assert_fails(self.run_gallery("--only", "nothing"), 2, "nothing", "--list")
        self.assert_fails(self.run_gallery("--format", "yuv9"), 2, "yuv9", "retouch gallery --help")
        self.assert_fails(self.run_gallery("-o", "no/such/folder.png"), 5, "no/such/folder.png")
        self.assert_fails(retouch("gallery", "--device", "tpu", cwd=self.folder), 2, "tpu")
        self.assert_fails(retouch("gallery", "--device", "cuda:99", cwd=self.folder), 6, "cuda:99", "retouch devices")

    def test_help(self):
        self.assertTrue(re.search(r"--format FORMAT", self.run_gallery("--help").out))


if __name__ == "__main__":
    unittest.main()
