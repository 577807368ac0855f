// Way 2: prepare a picture once, in CPU memory; it is uploaded once and composited with its alpha onto every frame.
// Only the pixels under it are touched.
//
//   gst-launch-1.0 videotestsrc ! retouch function=libsprite_logo.so:SpriteLogo kwargs='{"file": "assets/logo.png"}'
//     ! videoconvert ! autovideosink        (on one line)
#include <retouch/pipeline/function.hpp>
#include <retouch/sprite.hpp>

class SpriteLogo : public retouch::FrameFunction {
 public:
  explicit SpriteLogo(const retouch::Kwargs& kwargs)
      : logo_(retouch::Sprite::from_file(kwargs.require_string("file"))),
        options_{.opacity = static_cast<float>(kwargs.get("opacity", 1.0))} {}

  void process_frame(retouch::Frame& frame) override {
    const retouch::Point top_right{frame.width() - logo_.size().width - 16, 16};  // what leaves the frame is clipped
    retouch::composite(frame.stream(), frame.view(), logo_, top_right, options_);
  }

 private:
  retouch::Sprite logo_;
  retouch::CompositeOptions options_;
};
RETOUCH_REGISTER_FUNCTION(SpriteLogo)
