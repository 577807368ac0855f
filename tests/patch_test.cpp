// Patches: what comes down, what goes back, and what stays as it is.
#include "retouch/patch.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "retouch/fill.hpp"
#include "retouch/filter.hpp"
#include "support/backend.hpp"

namespace retouch::test {
namespace {

using testing::HasSubstr;

struct Rgb {
  int r, g, b;
};

// BT.601, limited range: the frames' default.
double luma(Rgb c) { return 16 + (0.299 * c.r + 0.587 * c.g + 0.114 * c.b) * 219 / 255; }
double cb(Rgb c) { return 128 + (c.b - (0.299 * c.r + 0.587 * c.g + 0.114 * c.b)) / 1.772 * 224 / 255; }
double cr(Rgb c) { return 128 + (c.r - (0.299 * c.r + 0.587 * c.g + 0.114 * c.b)) / 1.402 * 224 / 255; }
double red_of(double y, double v) { return (y - 16) * 255 / 219 + (v - 128) * 1.402 * 255 / 224; }

std::uint8_t* pixel(const ImageView& view, int x, int y) {
  return view.plane(0).data + y * view.plane(0).pitch_bytes + std::ptrdiff_t{x} * view.plane(0).channels;
}

void paint(const ImageView& rgba, int x, int y, Rgb c) {
  std::uint8_t* p = pixel(rgba, x, y);
  p[0] = static_cast<std::uint8_t>(c.r);
  p[1] = static_cast<std::uint8_t>(c.g);
  p[2] = static_cast<std::uint8_t>(c.b);
}

class PatchTest : public BackendTest {
 protected:
  // Runs `edit` on a frame of these pixels, checks the canaries, returns what the frame holds then.
  Pixels edited(const Pixels& picture, const std::function<void(Frame&)>& edit) {
    return apply(picture, [&](StreamView s, const ImageView& image) {
      Frame frame(image, s, {.source_id = "camera-1", .index = 7});
      edit(frame);
    });
  }
};
RETOUCH_BACKENDS(PatchTest);

const std::vector<Rect> rects = {{0, 0, 37, 23}, {5, 3, 11, 9},    {4, 2, 12, 8},  {7, 6, 1, 1},   {36, 22, 9, 9},
                                 {-4, -3, 9, 8}, {30, 15, 50, 50}, {0, 11, 37, 1}, {11, 0, 1, 23}, {8, 9, 2, 3}};

TEST_P(PatchTest, InTheFramesOwnFormatEveryByteComesAndGoes) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Rect& rect : rects) {
      const Pixels picture = noise(format, {37, 23});
      Pixels expected = picture;
      const ImageView target = expected.view().region(rect);
      const Pixels actual = edited(picture, [&](Frame& frame) {
        Patch patch = frame.patch(rect, {.format = format});
        const ImageView& pixels = patch.pixels();
        ASSERT_EQ(pixels.format(), format);
        ASSERT_EQ(pixels.size(), target.size());
        ASSERT_EQ(pixels.x_phase(), target.x_phase());
        ASSERT_EQ(pixels.y_phase(), target.y_phase());
        EXPECT_EQ(patch.rect(), intersect(rect, frame.view().image().bounds()));
        for (int i = 0; i < pixels.plane_count(); ++i) {
          const Plane& here = pixels.plane(i);
          const Plane& there = target.plane(i);
          ASSERT_EQ(here.width, there.width);
          ASSERT_EQ(here.height, there.height);
          for (int y = 0; y < here.height; ++y)
            for (int x = 0; x < here.width * here.channels; ++x) {
              std::uint8_t& byte = here.data[y * here.pitch_bytes + x];
              std::uint8_t& reference = there.data[y * there.pitch_bytes + x];
              ASSERT_EQ(byte, reference);
              byte = reference = static_cast<std::uint8_t>(byte * 3 + x + 1);
            }
        }
        patch.commit();
      });
      EXPECT_EQ(actual, expected) << name_of(format);
    }
}

TEST_P(PatchTest, UneditedPixelsKeepTheirBytes) {
  for (const PixelFormat format : all_pixel_formats)
    for (const PixelFormat as : all_pixel_formats)
      for (const Rect& rect : rects) {
        const Pixels picture = noise(format, {37, 23});
        EXPECT_EQ(edited(picture, [&](Frame& frame) { frame.patch(rect, {.format = as}).commit(); }), picture)
            << name_of(format) << " as " << name_of(as);
      }
}

TEST_P(PatchTest, TheDefaultFormatIsRgba) {
  for (const PixelFormat format : all_pixel_formats)
    static_cast<void>(edited(noise(format, {8, 8}), [&](Frame& frame) {
      EXPECT_EQ(frame.patch({1, 1, 3, 3}).pixels().format(),
                format == PixelFormat::gray8 ? PixelFormat::gray8 : PixelFormat::rgba8);
    }));
}

TEST_P(PatchTest, OneEditedPixelOfAPackedFrame) {
  for (const PixelFormat format :
       {PixelFormat::rgb8, PixelFormat::bgr8, PixelFormat::rgba8, PixelFormat::bgra8, PixelFormat::gray8})
    for (const Rect& rect : {Rect{5, 3, 11, 9}, Rect{-2, -2, 9, 9}}) {
      const Pixels picture = noise(format, {37, 23});
      Pixels expected = picture;
      const Rect inside = intersect(rect, {0, 0, 37, 23});
      const int x = inside.x + 3;
      const int y = inside.y + 2;
      if (format == PixelFormat::gray8) {
        expected.at(0, x, y) = 99;
      } else {
        const int red = is_bgr_order(format) ? 2 : 0;
        expected.at(0, x, y, red) = 200;
        expected.at(0, x, y, 1) = 100;
        expected.at(0, x, y, 2 - red) = 50;
      }
      const Pixels actual = edited(picture, [&](Frame& frame) {
        Patch patch = frame.patch(rect);
        if (format == PixelFormat::gray8)
          *pixel(patch.pixels(), 3, 2) = 99;
        else
          paint(patch.pixels(), 3, 2, {200, 100, 50});
        patch.commit();
      });
      EXPECT_EQ(actual, expected) << name_of(format);
    }
}

TEST_P(PatchTest, AlphaStaysWhereThePatchHasNone) {
  const Pixels picture = noise(PixelFormat::rgba8, {20, 20});
  Pixels expected = picture;
  for (int y = 4; y < 9; ++y)
    for (int x = 3; x < 9; ++x)
      for (int c = 0; c < 3; ++c) expected.at(0, x, y, c) = static_cast<std::uint8_t>(60 - 20 * c);
  const Pixels actual = edited(picture, [&](Frame& frame) {
    Patch patch = frame.patch({3, 4, 6, 5}, {.format = PixelFormat::bgr8});
    for (int y = 0; y < 5; ++y)
      for (int x = 0; x < 6; ++x) paint(patch.pixels(), x, y, {20, 40, 60});  // b, g, r
    patch.commit();
  });
  EXPECT_EQ(actual, expected);
}

TEST_P(PatchTest, YcbcrPixelsComeAsColours) {
  for (const PixelFormat format : {PixelFormat::nv12, PixelFormat::i420})
    for (const Rect& rect : rects) {
      Pixels picture = noise(format, {37, 23});
      for (auto& plane : picture.planes)
        for (auto& byte : plane) byte = static_cast<std::uint8_t>(90 + byte / 4);  // colours that RGB can hold
      static_cast<void>(edited(picture, [&](Frame& frame) {
        const Patch patch = frame.patch(rect);
        for (int y = 0; y < patch.pixels().height(); ++y)
          for (int x = 0; x < patch.pixels().width(); ++x) {
            const int px = patch.rect().x + x;
            const int py = patch.rect().y + y;
            const int v =
                format == PixelFormat::nv12 ? picture.at(1, px / 2, py / 2, 1) : picture.at(2, px / 2, py / 2);
            const double red = std::clamp(red_of(picture.at(0, px, py), v), 0.0, 255.0);
            ASSERT_NEAR(*pixel(patch.pixels(), x, y), red, 1.01) << px << "," << py;
            ASSERT_EQ(pixel(patch.pixels(), x, y)[3], 255);
          }
      }));
    }
}

// Exactly the edited pixels' luma, and the chroma samples that they share, by the mean over the sample's pixels.
TEST_P(PatchTest, EditedPixelsOfAYcbcrFrame) {
  const Rgb colour{210, 40, 90};
  const std::vector<std::vector<Point>> edits = {
      {{0, 0}}, {{3, 2}}, {{2, 2}, {3, 2}}, {{2, 2}, {3, 2}, {2, 3}, {3, 3}}, {{0, 0}, {1, 1}, {4, 4}}};
  for (const PixelFormat format : {PixelFormat::nv12, PixelFormat::i420})
    for (const Rect& rect :
         {Rect{4, 2, 12, 8}, Rect{5, 3, 11, 9}, Rect{4, 3, 9, 9}, Rect{32, 18, 9, 9}, Rect{31, 17, 9, 9}})
      for (const auto& points : edits) {
        const Pixels picture = noise(format, {37, 23});
        Pixels expected = picture;
        std::map<std::pair<int, int>, int> samples;
        for (const Point& p : points) {
          const int x = rect.x + p.x;
          const int y = rect.y + p.y;
          expected.at(0, x, y) = static_cast<std::uint8_t>(std::lround(luma(colour)));
          ++samples[{x / 2, y / 2}];
        }
        for (const auto& entry : samples) {
          const auto [sx, sy] = entry.first;
          const int count = entry.second;
          const int pixels = std::min(2, 37 - 2 * sx) * std::min(2, 23 - 2 * sy);
          const auto mix = [&](std::uint8_t& byte, double fresh) {
            byte = static_cast<std::uint8_t>(
                std::floor((std::round(fresh) * count + byte * (pixels - count)) / pixels + 0.5));
          };
          const bool nv12 = format == PixelFormat::nv12;
          mix(expected.at(1, sx, sy), cb(colour));
          mix(nv12 ? expected.at(1, sx, sy, 1) : expected.at(2, sx, sy), cr(colour));
        }
        const Pixels actual = edited(picture, [&](Frame& frame) {
          Patch patch = frame.patch(rect);
          for (const Point& p : points) paint(patch.pixels(), p.x, p.y, colour);
          patch.commit();
        });
        expect_near(actual, expected, 1);
        // What was not edited is exact.
        for (int y = 0; y < 23; ++y)
          for (int x = 0; x < 37; ++x) {
            if (std::count(points.begin(), points.end(), Point{x - rect.x, y - rect.y}) == 0) {
              ASSERT_EQ(actual.at(0, x, y), picture.at(0, x, y));
            }
          }
        for (int sy = 0; sy < 12; ++sy)
          for (int sx = 0; sx < 19; ++sx) {
            if (!samples.contains({sx, sy})) {
              ASSERT_EQ(actual.at(1, sx, sy), picture.at(1, sx, sy));
            }
          }
      }
}

TEST_P(PatchTest, OneYcbcrLayoutAsTheOtherLosesNothing) {
  for (const Rect& rect : rects) {
    const Pixels picture = noise(PixelFormat::nv12, {37, 23});
    Pixels expected = picture;
    const ImageView target = expected.view().region(rect);
    const Pixels actual = edited(picture, [&](Frame& frame) {
      Patch patch = frame.patch(rect, {.format = PixelFormat::i420});
      const ImageView& pixels = patch.pixels();
      if (pixels.empty()) return;
      for (int i = 0; i < 3; ++i)
        for (int y = 0; y < pixels.plane(i).height; ++y)
          for (int x = 0; x < pixels.plane(i).width; ++x) {
            std::uint8_t& reference = i == 0 ? target.plane(0).data[y * target.plane(0).pitch_bytes + x]
                                             : target.plane(1).data[y * target.plane(1).pitch_bytes + 2 * x + i - 1];
            std::uint8_t& byte = pixels.plane(i).data[y * pixels.plane(i).pitch_bytes + x];
            ASSERT_EQ(byte, reference);
            byte = reference = static_cast<std::uint8_t>(byte + 17 * i + 5);
          }
      patch.commit();
    });
    EXPECT_EQ(actual, expected);
  }
}

TEST_P(PatchTest, WithoutCommitTheFrameStays) {
  for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::nv12}) {
    const Pixels picture = noise(format, {20, 20});
    const Pixels actual = edited(picture, [&](Frame& frame) {
      const Patch patch = frame.patch({2, 2, 8, 8});
      for (int x = 0; x < 8; ++x) paint(patch.pixels(), x, 3, {255, 0, 0});
    });
    EXPECT_EQ(actual, picture);
    const auto failing = [&](Frame& frame) {
      Patch patch = frame.patch({2, 2, 8, 8});
      paint(patch.pixels(), 3, 3, {255, 0, 0});
      throw std::runtime_error("the user's code");
      patch.commit();
    };
    EXPECT_EQ(edited(picture, [&](Frame& frame) { EXPECT_THROW(failing(frame), std::runtime_error); }), picture);
  }
}

TEST_P(PatchTest, CommitCapturesThePixels) {
  for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::nv12}) {
    const Pixels picture = flat(format, {64, 64}, 128);
    std::optional<Pixels> after_first;
    const Pixels after_second = edited(picture, [&](Frame& frame) {
      Patch patch = frame.patch({8, 8, 32, 32});
      for (int y = 0; y < 32; ++y)
        for (int x = 0; x < 32; ++x) paint(patch.pixels(), x, y, {10, 10, 10});
      patch.commit();
      for (int y = 0; y < 32; ++y)
        for (int x = 0; x < 32; ++x) paint(patch.pixels(), x, y, {250, 250, 250});
      const Patch look = frame.patch({8, 8, 32, 32});
      EXPECT_NEAR(*pixel(look.pixels(), 31, 31), 10, 1);
      patch.commit();
    });
    EXPECT_GT(after_second.at(0, 20, 20), 200);
    EXPECT_EQ(after_second.at(0, 50, 50), 128);
  }
}

TEST_P(PatchTest, TheLastCommitGivesThePixelsAway) {
  const Image busy(stream(), PixelFormat::rgba8, {1920, 1080});
  for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::bgr8, PixelFormat::nv12})
    for (const PixelFormat as : {format, PixelFormat::rgba8}) {
      const Pixels picture = noise(format, {200, 200});
      const auto with = [&](bool last) {
        return edited(picture, [&](Frame& frame) {
          std::vector<Patch> patches =
              frame.patches(std::vector<Rect>{{4, 10, 40, 40}, {60, 51, 40, 40}, {7, 90, 40, 40}});
          for (std::size_t i = 0; i < patches.size(); ++i)
            for (int y = 0; y < 40; ++y) *pixel(patches[i].pixels(), y, y) = static_cast<std::uint8_t>(50 * i + y);
          // Copies that wait for this must not lose their memory to the next ones.
          if (device().is_cuda())
            for (int i = 0; i < 10; ++i) box_blur(frame.stream(), busy.view(), {.ksize = {255, 255}});
          for (Patch& patch : patches) {
            if (!last) {
              patch.commit();
              continue;
            }
            std::move(patch).commit();
            EXPECT_TRUE(patch.pixels().empty());  // NOLINT(bugprone-use-after-move)
            patch.commit();
          }
        });
      };
      EXPECT_EQ(with(true), with(false)) << name_of(format) << " as " << name_of(as);
      const Pixels unedited = edited(picture, [&](Frame& frame) {
        frame.patch({3, 3, 50, 50}, {.format = as}).commit();
      });
      EXPECT_EQ(unedited, picture);
    }
}

TEST_P(PatchTest, TakingAnEditBackBringsTheOldBytesBack) {
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels picture = noise(format, {30, 30});
    const Pixels actual = edited(picture, [&](Frame& frame) {
      Patch patch = frame.patch({5, 5, 16, 16}, {.format = PixelFormat::rgb8});
      std::uint8_t before[3];
      std::copy_n(pixel(patch.pixels(), 6, 6), 3, before);
      paint(patch.pixels(), 6, 6, {before[0] ^ 0x80, before[1], before[2]});
      patch.commit();
      paint(patch.pixels(), 6, 6, {before[0], before[1], before[2]});
      patch.commit();
    });
    EXPECT_EQ(actual, picture) << name_of(format);
  }
}

TEST_P(PatchTest, SeveralRectanglesInOneRoundTrip) {
  for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::nv12, PixelFormat::bgr8}) {
    const Pixels picture = flat(format, {64, 48}, 128);
    const std::vector<Rect> several = {{0, 0, 8, 8}, {100, 100, 5, 5}, {20, 20, 9, 7}, {60, 44, 10, 10}, {-9, 3, 4, 4}};
    const Pixels actual = edited(picture, [&](Frame& frame) {
      std::vector<Patch> patches = frame.patches(several);
      ASSERT_EQ(patches.size(), 5U);
      EXPECT_TRUE(patches[1].pixels().empty());
      EXPECT_TRUE(patches[1].rect().empty());
      EXPECT_TRUE(patches[4].pixels().empty());
      EXPECT_EQ(patches[3].rect(), (Rect{60, 44, 4, 4}));
      for (const Patch& patch : patches)
        for (int y = 0; y < patch.pixels().height(); ++y)
          for (int x = 0; x < patch.pixels().width(); ++x) paint(patch.pixels(), x, y, {255, 255, 255});
      Patch::commit_all(patches);
    });
    const int white = format == PixelFormat::nv12 ? 235 : 255;
    EXPECT_EQ(actual.at(0, 7, 7), white);
    EXPECT_EQ(actual.at(0, 8, 7), 128);
    EXPECT_EQ(actual.at(0, 28, 26), white);
    EXPECT_EQ(actual.at(0, 29, 26), 128);
    EXPECT_EQ(actual.at(0, 63, 47), white);
    EXPECT_EQ(actual.at(0, 59, 47), 128);
  }
  static_cast<void>(edited(flat(PixelFormat::rgba8, {8, 8}, 1),
                           [](Frame& frame) { EXPECT_TRUE(frame.patches(std::vector<Rect>{}).empty()); }));
}

TEST_P(PatchTest, SeesTheWorkBeforeIt) {
  const Pixels actual = edited(flat(PixelFormat::rgba8, {300, 200}, 0), [&](Frame& frame) {
    fill(frame.stream(), frame.view(), {9, 8, 7, 255});
    Patch patch = frame.patch({100, 100, 50, 50});
    EXPECT_EQ(*pixel(patch.pixels(), 49, 49), 9);
    paint(patch.pixels(), 0, 0, {1, 2, 3});
    patch.commit();
    fill(frame.stream(), frame.region(Rect{101, 100, 10, 10}), {5, 5, 5, 255});
  });
  EXPECT_EQ(actual.at(0, 100, 100), 1);
  EXPECT_EQ(actual.at(0, 101, 100), 5);
  EXPECT_EQ(actual.at(0, 149, 149), 9);
}

TEST_P(PatchTest, OnlyTheRectanglesBytesMove) {
  struct Case {
    PixelFormat format;
    Rect rect;
    std::uint64_t bytes;
  };
  for (const Case& c :
       {Case{PixelFormat::rgba8, {10, 10, 100, 50}, 100 * 50 * 4},
        Case{PixelFormat::bgr8, {10, 10, 100, 50}, 100 * 50 * 3},
        Case{PixelFormat::nv12, {10, 10, 100, 50}, 100 * 50 * 3 / 2},
        Case{PixelFormat::i420, {11, 11, 99, 49}, 99 * 49 + 2 * 50 * 25},
        Case{PixelFormat::rgba8, {310, 190, 100, 50}, 10 * 10 * 4}, Case{PixelFormat::rgba8, {400, 10, 10, 10}, 0}}) {
    static_cast<void>(edited(noise(c.format, {320, 200}), [&](Frame& frame) {
      const PatchTraffic start = patch_traffic();
      Patch patch = frame.patch(c.rect);
      EXPECT_EQ(patch_traffic().downloaded - start.downloaded, c.bytes);
      EXPECT_EQ(patch_traffic().uploaded, start.uploaded);
      if (c.bytes != 0) paint(patch.pixels(), 0, 0, {pixel(patch.pixels(), 0, 0)[0] ^ 0x80, 1, 2});
      patch.commit();
      EXPECT_EQ(patch_traffic().uploaded - start.uploaded, c.bytes);
      EXPECT_EQ(patch_traffic().downloaded - start.downloaded, c.bytes);
    }));
  }
}

TEST_P(PatchTest, ExpiresWithItsFrame) {
  const Pixels picture = noise(PixelFormat::rgba8, {20, 20});
  const Guarded image(stream(), picture);
  std::optional<Patch> kept;
  std::vector<Patch> several;
  {
    Frame frame(image, stream(), {.source_id = "camera-1", .index = 7});
    kept = frame.patch({0, 0, 5, 5});
    several = frame.patches(std::vector<Rect>{{0, 0, 3, 3}, {5, 5, 3, 3}});
    paint(kept->pixels(), 0, 0, {1, 1, 1});
    frame.expire();
    EXPECT_THROW(kept->commit(), ExpiredFrame);
    EXPECT_THROW(static_cast<void>(frame.patch({0, 0, 5, 5})), ExpiredFrame);
  }
  try {
    kept->commit();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const ExpiredFrame& error) {
    EXPECT_THAT(error.what(), HasSubstr("frame 7 of camera-1"));
  }
  EXPECT_THROW(Patch::commit_all(several), ExpiredFrame);
  EXPECT_EQ(image.download(), picture);
}

TEST_P(PatchTest, RefusesAFormatThatIsNone) {
  static_cast<void>(edited(noise(PixelFormat::rgba8, {8, 8}), [](Frame& frame) {
    EXPECT_THROW(static_cast<void>(frame.patch({0, 0, 4, 4}, {.format = static_cast<PixelFormat>(77)})),
                 InvalidArgument);
  }));
}

TEST_P(PatchTest, ManyRoundTripsOfManySizes) {
  Pixels expected = noise(PixelFormat::nv12, {200, 100});
  const Guarded image(stream(), expected);
  Frame frame(image, stream());
  for (int i = 1; i < 60; ++i) {
    Patch patch = frame.patch({i, i / 2, 2 * i, i}, {.format = PixelFormat::nv12});
    const ImageView target = expected.view().region({i, i / 2, 2 * i, i});
    for (int y = 0; y < target.height(); ++y)
      for (int x = 0; x < target.width(); ++x)
        *pixel(patch.pixels(), x, y) = *pixel(target, x, y) = static_cast<std::uint8_t>(*pixel(target, x, y) + i);
    patch.commit();
  }
  EXPECT_EQ(image.download(), expected);
  image.expect_canaries();
}

}  // namespace
}  // namespace retouch::test
