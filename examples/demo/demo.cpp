// The demo's function: all three ways to edit in one frame. Blurs the faces (way 1), draws their boxes, composites a
// logo (way 2) and writes a dashboard strip with OpenCV (way 3).
#include <chrono>
#include <cstdio>
#include <opencv2/imgproc.hpp>
#include <retouch/fill.hpp>
#include <retouch/filter.hpp>
#include <retouch/interop/opencv.hpp>
#include <retouch/pipeline/function.hpp>
#include <retouch/sprite.hpp>
#include <string>
#include <vector>

namespace {

constexpr retouch::Color green{72, 219, 132};

/// A detector's box ends at the brows and the chin: take in the whole head.
retouch::Rect head_of(const retouch::Box& face) {
  return retouch::enclosing_rect(
      {face.left - 0.15F * face.width, face.top - 0.35F * face.height, 1.3F * face.width, 1.5F * face.height});
}

/// Frames per second of the wall clock, smoothed over about a second.
class Rate {
 public:
  double next() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    if (frames_++ > 0 && seconds > 0) {
      const double weight = frames_ < 30 ? 1.0 / frames_ : 1.0 / 30;
      mean_ += (seconds - mean_) * weight;
    }
    last_ = now;
    return mean_ > 0 ? 1 / mean_ : 0;
  }

 private:
  std::chrono::steady_clock::time_point last_;
  double mean_ = 0;
  int frames_ = 0;
};

}  // namespace

class Demo : public retouch::FrameFunction {
 public:
  explicit Demo(const retouch::Kwargs& kwargs)
      : blur_({.sigma_x = kwargs.get("sigma", 12.0)}),
        logo_(retouch::Sprite::from_file(kwargs.require_string("logo"))) {}

  void process_frame(retouch::Frame& frame) override {
    const retouch::StreamView stream = frame.stream();
    std::vector<retouch::Rect> heads;
    for (const retouch::Object& face : frame.objects("face")) heads.push_back(head_of(face.box));

    blur_(stream, frame.regions(heads));
    for (const retouch::Rect& head : heads) retouch::fill(stream, frame.border(head, 3), green);
    retouch::composite(stream, frame.view(), logo_, {frame.width() - logo_.size().width - 16, 16});
    write_dashboard(frame, heads.size());
  }

 private:
  void write_dashboard(retouch::Frame& frame, std::size_t faces) {
    char text[64];
    std::snprintf(text, sizeof text, "frame %4llu   faces %zu   %5.1f frames/s",
                  static_cast<unsigned long long>(frame.index()), faces, rate_.next());
    retouch::interop::edit_patch(frame.patch({16, frame.height() - 64, 480, 48}), [&](cv::Mat& strip) {
      cv::multiply(strip, cv::Scalar(0.35, 0.35, 0.35, 1), strip);  // darker; alpha stays
      cv::rectangle(strip, {0, 0, 5, strip.rows}, cv::Scalar(green.r, green.g, green.b, 255), cv::FILLED);
      cv::putText(strip, text, {18, 31}, cv::FONT_HERSHEY_DUPLEX, 0.65, cv::Scalar::all(255), 1, cv::LINE_AA);
    });
  }

  retouch::GaussianBlur blur_;
  retouch::Sprite logo_;
  Rate rate_;
};
RETOUCH_REGISTER_FUNCTION(Demo)
