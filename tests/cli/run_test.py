"""retouch run on good input: what must be kept is kept."""

import json
import subprocess
import unittest

from support import (CLIP, CliTest, audio_hashes, audio_times, clip, ffmpeg, frame_times, probe, retouch, rotation, small_clip,
                     sound_hash, video)


class KeepsTheVideo(CliTest):
    def test_the_bundled_clip(self):
        module = self.module(("FillBox", {"x": 64, "y": 64, "width": 200, "height": 100, "value": 235}))
        summary_file = self.folder / "summary.json"
        run = self.run_module(module, CLIP, "--json-summary", summary_file, "--frame-png", f"100:{self.folder}/100.png")
        self.assert_done(run)
        stream = video(self.output)
        self.assertEqual(stream["codec_name"], "h264")
        self.assertEqual(stream["pix_fmt"], "yuv420p")
        self.assertEqual((stream["width"], stream["height"]), (1280, 720))
        self.assertEqual(stream["nb_read_frames"], "249")
        self.assertEqual(stream["r_frame_rate"], "30/1")
        self.assertEqual(frame_times(self.output), frame_times(CLIP))
        summary = json.loads(summary_file.read_text())
        self.assertEqual((summary["frames_in"], summary["frames_out"]), (249, 249))
        self.assertEqual([stage["name"] for stage in summary["stages"]], ["FillBox", "wait for the device"])
        self.assert_pixels(self.folder / "100.png")
        self.assertIn("249 frames 1280x720", run.err)

    def assert_pixels(self, png):
        """The function's box is in the picture: Y, Cb and Cr of 235 are a light magenta; beside it is the clip."""
        raw = subprocess.run(["ffmpeg", "-v", "error", "-i", str(png), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], check=True,
                             capture_output=True).stdout
        self.assertEqual(len(raw), 1280 * 720 * 3)

        def pixel(x, y):
            return tuple(raw[3 * (1280 * y + x):][:3])

        inside = pixel(100, 100)
        self.assertEqual(inside, pixel(260, 160))
        self.assertGreater(inside[0], 200)
        self.assertNotEqual(inside, pixel(300, 100))

    def test_an_identity_module_leaves_the_picture_nearly_as_it_was(self):
        module = self.module()
        self.assert_done(self.run_module(module, small_clip(), "--set", "pipeline.output.quality=1"))
        done = subprocess.run(["ffmpeg", "-i", str(self.output), "-i", str(small_clip()), "-lavfi", "psnr", "-f", "null", "-"],
                              capture_output=True, text=True, check=True)
        average = done.stderr.split("average:")[1].split()[0]
        self.assertTrue(average == "inf" or float(average) > 45, average)

    def test_variable_frame_rate(self):
        source = clip("vfr.mp4", "-i", CLIP, "-frames:v", 20, "-vf", "scale=320:180,setpts='(N*1001+N*N*37)/30000/TB'",
                      "-fps_mode", "passthrough", "-video_track_timescale", 30000, "-enc_time_base", "1:30000",
                      "-c:v", "libx264")
        times = frame_times(source)
        steps = {round(float(b) - float(a), 5) for a, b in zip(times, times[1:])}
        self.assertGreater(len(steps), 10, "the clip is not of variable rate")
        self.assert_done(self.run_module(self.module(), source))
        self.assertEqual(frame_times(self.output), times)
        self.assertEqual(video(self.output)["nb_read_frames"], "20", "the edit list must not leave out the last frames")

    def test_no_output(self):
        module = self.module(("FillBox", {"x": 0, "y": 0, "width": 8, "height": 8, "value": 235}))
        png, summary = self.folder / "5.png", self.folder / "summary.json"
        run = retouch("run", module, "--input", small_clip(), "--set", "pipeline.output.format=none", "--frame-png", f"5:{png}",
                      "--json-summary", summary)
        self.assert_done(run)
        self.assertIn("no output: 10 frames 320x180", run.err)
        self.assertTrue(png.exists())
        self.assertEqual(json.loads(summary.read_text())["frames_out"], 10)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["5.png", "module.yml", "summary.json"])
        self.assert_fails(self.run_module(module, small_clip(), "--set", "pipeline.output.format=none"), 2, "writes no file")
        with_sound = clip("sound.mp4", "-i", small_clip(), "-f", "lavfi", "-i", "sine=duration=0.3", "-c:v", "copy", "-c:a", "aac")
        run = retouch("run", module, "--input", with_sound, "--set", "pipeline.output.format=none")
        self.assert_done(run)
        self.assertNotIn("warning", run.err)

    def test_rotation_is_kept(self):
        for degrees in (90, 180, 270):
            source = clip(f"rotated{degrees}.mp4", "-i", small_clip(), "-c", "copy", "-metadata:s:v:0", f"rotate={degrees}")
            self.assertNotEqual(rotation(source), 0)
            for name in ("out.mp4", "out.mov"):
                with self.subTest(degrees=degrees, output=name):
                    output = self.folder / name
                    self.assert_done(self.run_module(self.module(), source, output=output))
                    self.assertEqual(rotation(output), rotation(source))

    def test_rotation_does_not_fit_into_matroska(self):
        source = clip("rotated90.mp4", "-i", small_clip(), "-c", "copy", "-metadata:s:v:0", "rotate=90")
        output = self.folder / "out.mkv"
        self.assert_fails(self.run_module(self.module(), source, output=output), 5, "rotation", ".mp4", output=output)

    def test_pixel_aspect_and_colours_are_kept(self):
        source = clip("anamorphic.mp4", "-i", small_clip(), "-vf", "setsar=4/3", "-c:v", "libx264", "-colorspace", "smpte170m",
                      "-color_primaries", "smpte170m", "-color_trc", "smpte170m", "-color_range", "tv")
        self.assert_done(self.run_module(self.module(), source))
        before, after = video(source), video(self.output)
        for key in ("sample_aspect_ratio", "color_space", "color_primaries", "color_transfer", "color_range"):
            self.assertEqual(after.get(key), before.get(key), key)

    def test_other_codecs_and_containers(self):
        hevc = clip("hevc.mp4", "-i", small_clip(), "-c:v", "libx265", "-x265-params", "log-level=error")
        mkv = clip("small.mkv", "-i", small_clip(), "-c", "copy")
        vp9 = clip("small.webm", "-i", small_clip(), "-c:v", "libvpx-vp9", "-cpu-used", 8)
        ten_bit = clip("tenbit.mp4", "-i", small_clip(), "-c:v", "libx264", "-pix_fmt", "yuv422p10le")
        for source, name in ((hevc, "hevc.mp4"), (mkv, "mkv.mp4"), (small_clip(), "small.mkv"), (small_clip(), "small.mov"),
                             (vp9, "vp9.mp4"), (ten_bit, "tenbit.mp4")):
            with self.subTest(source=source.name, output=name):
                output = self.folder / name
                self.assert_done(self.run_module(self.module(), source, output=output))
                stream = video(output)
                self.assertEqual((stream["codec_name"], stream["pix_fmt"]), ("h264", "yuv420p"))
                self.assertEqual((stream["width"], stream["height"]), (320, 180))
                self.assertEqual(stream["nb_read_frames"], "10")

    def test_openh264_encodes_too(self):
        self.assert_done(self.run_module(self.module(), small_clip(), "--set", "pipeline.output.encoder=openh264enc"))
        self.assertEqual(video(self.output)["nb_read_frames"], "10")

    def test_an_existing_output_is_replaced(self):
        self.output.write_text("old")
        self.assert_done(self.run_module(self.module(), small_clip()))
        self.assertEqual(video(self.output)["nb_read_frames"], "10")
        self.assert_nothing_partial()


class KeepsTheAudio(CliTest):
    SINES = ("-f", "lavfi", "-i", "sine=440:d=1.1", "-f", "lavfi", "-i", "sine=880:d=1.1")

    def source(self, name, *codec):
        return clip(name, "-i", small_clip(), *self.SINES, "-map", 0, "-map", 1, "-map", 2, "-c:v", "copy", *codec)

    def test_tracks_are_copied_bit_for_bit(self):
        for name, codec, outputs in (("mp3.mkv", ("-c:a", "mp3"), ("mp4", "mov", "mkv")),
                                     ("flac.mkv", ("-c:a", "flac"), ("mkv",)),
                                     ("pcm.mov", ("-c:a", "pcm_s16le"), ("mov", "mkv"))):
            source = self.source(name, *codec)
            hashes = audio_hashes(source)
            self.assertEqual(len(hashes), 2)
            for extension in outputs:
                with self.subTest(source=name, output=extension):
                    output = self.folder / f"out.{extension}"
                    self.assert_done(self.run_module(self.module(), source, output=output))
                    self.assertEqual(audio_hashes(output), hashes)
                    self.assertEqual(video(output)["nb_read_frames"], "10")

    def test_aac_with_its_priming(self):
        """What phones and ffmpeg make: the packets before the first sound, which the edit list skips, come along."""
        source = clip("aac.mp4", "-i", CLIP, "-f", "lavfi", "-i", "sine=440:d=2.1", "-t", 2.1, "-vf", "scale=320:180",
                      "-c:v", "libx264", "-c:a", "aac")
        self.assertLess(audio_times(source)[0], 0, "the clip has no priming")
        for extension in ("mp4", "mov"):
            with self.subTest(output=extension):
                output = self.folder / f"out.{extension}"
                self.assert_done(self.run_module(self.module(), source, output=output))
                self.assertEqual(audio_hashes(output), audio_hashes(source))
                self.assertEqual(audio_times(output), audio_times(source))
                self.assertEqual(sound_hash(output), sound_hash(source))

    def test_a_long_priming(self):
        """Four packets before the first sound: the demuxer gives out those that the first one needs, and they come along."""
        aac = clip("aac.mp4", "-i", CLIP, "-f", "lavfi", "-i", "sine=440:d=2.1", "-t", 2.1, "-vf", "scale=320:180",
                   "-c:v", "libx264", "-c:a", "aac")
        source = clip("aac_trimmed.mp4", "-ss", 0.05, "-i", aac, "-map", 0, "-c", "copy")
        self.assertLess(audio_times(source)[2], 0, "the clip has a short priming")
        self.assert_done(self.run_module(self.module(), source))
        self.assertEqual(audio_times(self.output), audio_times(source)[1:])

    def test_a_track_much_shorter_than_the_video(self):
        source = clip("short_audio.mp4", "-i", CLIP, "-f", "lavfi", "-i", "sine=440:d=0.05", "-frames:v", 30, "-vf",
                      "scale=320:180", "-c:v", "libx264", "-c:a", "aac")
        self.assert_done(self.run_module(self.module(), source))
        self.assertEqual(audio_hashes(self.output), audio_hashes(source))

    def test_what_does_not_fit_is_refused(self):
        self.assert_fails(self.run_module(self.module(), self.source("flac.mkv", "-c:a", "flac")), 5, "audio/x-flac", ".mkv")


class Options(CliTest):
    def test_help_teaches(self):
        for arguments in ((), ("--help",), ("run", "--help")):
            run = retouch(*arguments)
            self.assert_done(run)
            self.assertIn("retouch run blur.yml --input clip.mp4 --output out.mp4", run.out)

    def test_version_and_devices(self):
        self.assertRegex(retouch("--version").out, r"^retouch \d+\.\d+\.\d+\n$")
        run = retouch("devices")
        self.assert_done(run)
        for word in ("cpu", "x264enc", "avdec_h264", "libgstretouch.so"):
            self.assertIn(word, run.out)

    def test_set_changes_the_module(self):
        module = self.module(("ThrowIn", {"frame": 3}))
        self.assert_done(self.run_module(module, small_clip(), "--set", "ThrowIn.frame=-1", "--set", "name=other"))
        self.assertEqual(self.run_module(module, small_clip(), "--set", "Throw.frame=-1").code, 2)

    def test_quiet_says_nothing(self):
        run = self.run_module(self.module(), small_clip(), "--quiet")
        self.assertEqual((run.code, run.out, run.err), (0, "", ""))

    def test_elements_of_gstreamer(self):
        module = self.folder / "grey.yml"
        module.write_text("pipeline:\n  elements:\n    - element: videobalance\n      properties: {saturation: 0}\n")
        png = self.folder / "0.png"
        self.assert_done(self.run_module(module, small_clip(), "--frame-png", f"0:{png}"))
        stats = probe("movie=" + str(png) + ",format=yuv444p,signalstats", "-f", "lavfi", "-show_entries", "frame_tags")
        tags = stats["frames"][0]["tags"]
        self.assertLess(float(tags["lavfi.signalstats.SATMAX"]), 4)

    def test_the_files_in_the_module(self):
        module = self.folder / "module.yml"
        ffmpeg("-i", small_clip(), "-c", "copy", self.folder / "in.mp4")
        module.write_text("pipeline:\n  source: {uri: in.mp4}\n  output: {file: made.mp4}\n")
        self.assert_done(retouch("run", module, cwd="/"))
        self.assertEqual(video(self.folder / "made.mp4")["nb_read_frames"], "10")


if __name__ == "__main__":
    unittest.main()
