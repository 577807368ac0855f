// Way 2: prepare a picture in CPU memory, with any code; it is uploaded once and composited with its alpha onto every
// frame. Only the pixels under it are touched. Here a logo that stays, and a dashboard that is drawn anew once a
// second.
//
//   gst-launch-1.0 videotestsrc ! retouch function=libsprite_dashboard.so:SpriteDashboard
//     kwargs='{"logo": "assets/logo.png"}' ! videoconvert ! autovideosink        (on one line)
#include <retouch/canvas.hpp>
#include <retouch/fill.hpp>
#include <retouch/pipeline/function.hpp>
#include <retouch/sprite.hpp>
#include <string>

class SpriteDashboard : public retouch::FrameFunction {
 public:
  explicit SpriteDashboard(const retouch::Kwargs& kwargs)
      : logo_(retouch::Sprite::from_file(kwargs.require_string("logo"))) {}

  void process_frame(retouch::Frame& frame) override {
    const std::int64_t second = frame.pts_ns().value_or(0) / 1'000'000'000;
    if (second != second_) {  // in all other frames the one that was uploaded is used
      dashboard_ = draw(second, frame.index());
      second_ = second;
    }
    retouch::composite(frame.stream(), frame.view(), dashboard_, {16, 16}, {.opacity = 0.85F});
    const retouch::Point top_right{frame.width() - logo_.size().width - 16, 16};  // what leaves the frame is clipped
    retouch::composite(frame.stream(), frame.view(), logo_, top_right);
  }

 private:
  static retouch::Sprite draw(std::int64_t second, std::uint64_t frames) {
    const retouch::Stream cpu(retouch::Device::cpu());
    const retouch::Image picture(cpu, retouch::PixelFormat::rgba8, {240, 72});
    retouch::fill(cpu, picture, {24, 28, 40});
    retouch::Canvas canvas(cpu, picture);
    canvas.text(std::to_string(second) + " s", {12, 8}, {.size_px = 28, .bold = true});
    canvas.text(std::to_string(frames) + " frames", {228, 14}, {.size_px = 18, .anchor = retouch::Anchor::top_right});
    canvas.progress({12, 52, 216, 8}, static_cast<float>(second % 60) / 60, {.color = {0, 255, 120}});
    canvas.submit();
    return retouch::Sprite(picture);
  }

  retouch::Sprite logo_;
  retouch::Sprite dashboard_;
  std::int64_t second_ = -1;
};
RETOUCH_REGISTER_FUNCTION(SpriteDashboard)
