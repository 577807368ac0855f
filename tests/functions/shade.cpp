// Darkens the bottom of each frame. The example of docs/functions.md and docs/gstreamer.md.
#include <retouch/error.hpp>
#include <retouch/fill.hpp>
#include <retouch/pipeline/function.hpp>

class Shade : public retouch::FrameFunction {
 public:
  explicit Shade(const retouch::Kwargs& kwargs)
      : part_(kwargs.get("part", 0.2)), strength_(kwargs.get("strength", 128)) {
    if (part_ < 0 || part_ > 1) throw retouch::InvalidArgument("kwarg 'part' must be between 0 and 1");
  }

  void process_frame(retouch::Frame& frame) override {
    const int rows = static_cast<int>(part_ * frame.height());
    const retouch::Rect bottom{0, frame.height() - rows, frame.width(), rows};
    retouch::fill(frame.stream(), frame.region(bottom), {0, 0, 0, static_cast<std::uint8_t>(strength_)});
  }

 private:
  double part_;
  int strength_;
};
RETOUCH_REGISTER_FUNCTION(Shade)
