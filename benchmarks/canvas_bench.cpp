// Canvas: frames of boxes, labels, dots and blurs, recording and text layout included. On CUDA against an empty kernel
// and the project's goals in microseconds; on the CPU against the same picture drawn with OpenCV, in place and by way
// of a full-frame overlay.
#include "retouch/canvas.hpp"

#include <fmt/format.h>

#include <memory>
#include <opencv2/imgproc.hpp>
#include <random>

#include "support/harness.hpp"
#include "support/opencv_overlay.hpp"

namespace retouch::bench {
namespace {

struct Thing {
  Box box;
  Color color;
  std::string label;
};

// Boxes of 120 to 180 pixels spread over the frame, each with a label of 12 characters.
std::vector<Thing> things(int count, Size frame = hd1080) {
  std::mt19937 random(7);
  const auto pick = [&](int from, int to) {
    return from + static_cast<int>(random() % static_cast<unsigned>(to - from));
  };
  std::vector<Thing> all;
  for (int i = 0; i < count; ++i) {
    const int width = pick(120, 181);
    const int height = pick(120, 181);
    all.push_back(
        {{static_cast<float>(pick(0, frame.width - width)), static_cast<float>(pick(30, frame.height - height)),
          static_cast<float>(width), static_cast<float>(height)},
         {static_cast<std::uint8_t>(pick(0, 256)), static_cast<std::uint8_t>(pick(0, 256)),
          static_cast<std::uint8_t>(pick(0, 256)), 255},
         fmt::format("vehicle {:.2f}", pick(0, 100) / 100.0)});
  }
  return all;
}

TextStyle label_style(bool background) {
  TextStyle style{.size_px = 18};
  if (background) {
    style.background = Color{0, 0, 0, 200};
    style.padding = {3, 2, 3, 2};
  }
  return style;
}

struct Parts {
  bool box = true;
  bool label = true;
  bool background = false;
  bool dot = false;
  int blurs = 0;
};

void record(Canvas& canvas, const std::vector<Thing>& all, const Parts& parts) {
  const TextStyle style = label_style(parts.background);
  int blurs = parts.blurs;
  for (const Thing& t : all) {
    // Of one object after the other, as its parts would be drawn: the passes are Canvas's to find.
    if (blurs-- > 0) canvas.blur(Shape::rect({static_cast<int>(t.box.left), static_cast<int>(t.box.top), 120, 120}));
    if (parts.box) canvas.box(t.box, {.color = t.color, .thickness = 3});
    if (parts.label) canvas.text(t.label, {t.box.left, t.box.top - 24}, style);
    if (parts.dot) canvas.dot(t.box.center(), {.color = t.color, .radius_px = 4});
  }
}

GpuTimes draw_frames(StreamView stream, PixelFormat format, const std::vector<Thing>& all, const Parts& parts) {
  const auto frames = random_images(stream, format, hd1080);
  return time_gpu(stream, [&](int i) {
    Canvas canvas(stream, frames[static_cast<std::size_t>(i) % frames.size()].view());
    record(canvas, all, parts);
  });
}

// host_us beside the GPU's time is the time to record and submit; its goal is shown as a ratio to itself.
GpuResult scene(StreamView stream, PixelFormat format, int count, const Parts& parts, double gpu_goal,
                double host_goal) {
  const GpuTimes times = draw_frames(stream, format, things(count), parts);
  GpuResult result{times, {{"empty kernel", empty_kernel_us(), 0}}};
  if (gpu_goal > 0) result.against.push_back({fmt::format("goal of {:.0f} us GPU", gpu_goal), gpu_goal, 1});
  if (host_goal > 0)
    result.against.push_back({fmt::format("host {:.1f} us of goal {:.0f} us", times.host_us, host_goal),
                              times.gpu_us * host_goal / times.host_us, 1});
  return result;
}

constexpr Parts artist{.blurs = 5};
constexpr Parts mix{.background = true, .dot = true};

RETOUCH_BENCH(register_gpu("canvas/50 boxes, 50 labels, 5 blurs 1080p rgba8",
                           [](StreamView s) { return scene(s, PixelFormat::rgba8, 50, artist, 20, 30); }));
RETOUCH_BENCH(register_gpu("canvas/50 boxes, 50 labels, 5 blurs 1080p nv12",
                           [](StreamView s) { return scene(s, PixelFormat::nv12, 50, artist, 20, 30); }));
RETOUCH_BENCH(register_gpu("canvas/50 boxes, 50 labels 1080p rgba8",
                           [](StreamView s) { return scene(s, PixelFormat::rgba8, 50, {}, 0, 0); }));
RETOUCH_BENCH(register_gpu("canvas/50 boxes, 50 labels 1080p nv12",
                           [](StreamView s) { return scene(s, PixelFormat::nv12, 50, {}, 0, 0); }));
RETOUCH_BENCH(register_gpu("canvas/50 boxes 1080p rgba8", [](StreamView s) {
  GpuResult result = scene(s, PixelFormat::rgba8, 50, {.label = false}, 0, 0);
  result.against[0].goal_ratio = 2.5;
  return result;
}));
RETOUCH_BENCH(register_gpu("canvas/50 boxes 1080p nv12",
                           [](StreamView s) { return scene(s, PixelFormat::nv12, 50, {.label = false}, 0, 0); }));
RETOUCH_BENCH(register_gpu("canvas/mix of 50 1080p rgba8",
                           [](StreamView s) { return scene(s, PixelFormat::rgba8, 50, mix, 0, 0); }));
RETOUCH_BENCH(register_gpu("canvas/mix of 500 1080p rgba8",
                           [](StreamView s) { return scene(s, PixelFormat::rgba8, 500, mix, 40, 250); }));
RETOUCH_BENCH(register_gpu("canvas/mix of 500 1080p nv12",
                           [](StreamView s) { return scene(s, PixelFormat::nv12, 500, mix, 40, 250); }));

GpuTimes two_boxes(StreamView stream, const Box& a, const Box& b) {
  const auto frames = random_images(stream, PixelFormat::rgba8, hd1080);
  return time_gpu(stream, [&](int i) {
    Canvas canvas(stream, frames[static_cast<std::size_t>(i) % frames.size()].view());
    canvas.box(a, {.thickness = 3}).box(b, {.thickness = 3});
  });
}
RETOUCH_BENCH(register_gpu("canvas/2 boxes in opposite corners", [](StreamView s) {
  const GpuTimes apart = two_boxes(s, {4, 4, 100, 60}, {1800, 1000, 100, 60});
  const GpuTimes near = two_boxes(s, {4, 4, 100, 60}, {110, 4, 100, 60});
  return GpuResult{apart, {{"2 boxes side by side", near.gpu_us, 1.1}, {"empty kernel", empty_kernel_us(), 0}}};
}));

GpuTimes frames_in_one_submit(StreamView stream, int count, const std::vector<Thing>& all) {
  const auto images = random_images(stream, PixelFormat::rgba8, hd1080, count);
  return time_gpu(
      stream,
      [&](int) {
        std::vector<Canvas> canvases;
        std::vector<Canvas*> pointers;
        canvases.reserve(static_cast<std::size_t>(count));
        for (const Image& image : images) {
          canvases.emplace_back(stream, image.view());
          record(canvases.back(), all, mix);
          pointers.push_back(&canvases.back());
        }
        Canvas::submit(stream, pointers);
      },
      {}, 120);
}
RETOUCH_BENCH(register_gpu("canvas/16 frames of 50 objects in one submit", [](StreamView s) {
  const auto all = things(50);
  const GpuTimes one = frames_in_one_submit(s, 1, all);
  return GpuResult{frames_in_one_submit(s, 16, all), {{"one frame", one.gpu_us, 4}}};
}));

GpuTimes blurred(StreamView stream, const Rect& where, float sigma, PixelFormat format = PixelFormat::rgba8) {
  const auto frames = random_images(stream, format, hd1080);
  const Shape shape = Shape::rect(where);
  return time_gpu(stream, [&](int i) {
    Canvas canvas(stream, frames[static_cast<std::size_t>(i) % frames.size()].view());
    canvas.blur(shape, {.strength_px = sigma});
  });
}
RETOUCH_BENCH(register_gpu("canvas/blur of sigma 50 on 400x400", [](StreamView s) {
  const GpuTimes weak = blurred(s, {700, 300, 400, 400}, 5);
  return GpuResult{blurred(s, {700, 300, 400, 400}, 50),
                   {{"sigma 5", weak.gpu_us, 1.3}, {"empty kernel", empty_kernel_us(), 0}}};
}));
RETOUCH_BENCH(register_gpu("canvas/blur of 1200x640, sigma 50", [](StreamView s) {
  return GpuResult{blurred(s, {300, 200, 1200, 640}, 50), {{"goal of 30 us GPU", 30, 1}}};
}));
RETOUCH_BENCH(register_gpu("canvas/blur of an ellipse 200x260", [](StreamView s) {
  const auto frames = random_images(s, PixelFormat::rgba8, hd1080);
  const Shape shape = Shape::ellipse({600, 300, 200, 260});
  return GpuResult{time_gpu(s,
                            [&](int i) {
                              Canvas canvas(s, frames[static_cast<std::size_t>(i) % frames.size()].view());
                              canvas.blur(shape);
                            }),
                   {{"empty kernel", empty_kernel_us(), 0}}};
}));

// Host time from the first command to the drawn picture, of a label whose last letter nobody has drawn before.
std::string letter(int number) {
  // Latin Extended, Greek, Cyrillic ... all in the font of the library.
  const int code = 0x0180 + number;
  return {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
}
RETOUCH_BENCH(register_figure("canvas/label with a glyph never seen before", true, [] {
  const Stream stream(Device::cuda(0));
  const auto frames = random_images(stream, PixelFormat::rgba8, hd1080, 1);
  int next = 0;
  const auto draw = [&](const std::string& text) {
    {
      Canvas canvas(stream, frames[0].view());
      canvas.text(text, {300, 300}, {.size_px = 18});
    }
    stream.synchronize();
  };
  for (int i = 0; i < 20; ++i) draw("vehicle " + letter(next++));
  const double known = time_host([&](int) { draw("vehicle " + letter(3)); });
  const double unseen = time_host([&](int) { draw("vehicle " + letter(next++)); }, 200);
  return Figure{unseen, {{"a known one and 60 us", known + 60, 1}, {"a known one", known, 0}}};
}));

// The same with OpenCV's functions, straight onto the frame.
void opencv_in_place(cv::Mat& frame, const std::vector<Thing>& all) {
  for (const Thing& t : all) {
    const cv::Scalar color(t.color.r, t.color.g, t.color.b, 255);
    cv::rectangle(frame,
                  cv::Rect(static_cast<int>(t.box.left), static_cast<int>(t.box.top), static_cast<int>(t.box.width),
                           static_cast<int>(t.box.height)),
                  color, 3);
    cv::putText(frame, t.label, {static_cast<int>(t.box.left), static_cast<int>(t.box.top) - 6},
                cv::FONT_HERSHEY_SIMPLEX, 0.6, {255, 255, 255, 255}, 1, cv::LINE_AA);
  }
}

// And by a picture of the frame's size that is composited over it.
void opencv_by_overlay(cv::Mat& frame, const std::vector<Thing>& all) {
  cv::Mat overlay = cv::Mat::zeros(frame.size(), CV_8UC4);
  opencv_in_place(overlay, all);
  opencv_overlay(overlay, frame);
}

HostPair on_cpu(const char* name, void (*reference)(cv::Mat&, const std::vector<Thing>&), double goal, int count = 50) {
  const auto stream = std::make_shared<Stream>(Device::cpu());
  const auto frames = std::make_shared<std::vector<Image>>(random_images(*stream, PixelFormat::rgba8, hd1080));
  const auto mat = std::make_shared<cv::Mat>(hd1080.height, hd1080.width, CV_8UC4, cv::Scalar(90, 90, 90, 255));
  const auto all = std::make_shared<std::vector<Thing>>(things(count));
  return {[=](int i) {
            Canvas canvas(*stream, (*frames)[static_cast<std::size_t>(i) % 3].view());
            record(canvas, *all, {});
          },
          name, [=](int) { reference(*mat, *all); }, goal};
}
RETOUCH_BENCH(register_host("canvas/50 boxes, 50 labels 1080p rgba8",
                            [] { return on_cpu("OpenCV in place", opencv_in_place, 1); }));
RETOUCH_BENCH(register_host("canvas/50 boxes, 50 labels 1080p rgba8, overlay",
                            [] { return on_cpu("OpenCV by an overlay", opencv_by_overlay, 0.2); }));

}  // namespace
}  // namespace retouch::bench
