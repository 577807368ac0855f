// Way 3: download a small part of the frame, edit it with any CPU code (here OpenCV's putText), put it back. Only the
// part's bytes cross the bus.
//
//   gst-launch-1.0 videotestsrc ! retouch function=libpatch_dashboard.so:PatchDashboard ! videoconvert ! autovideosink
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <retouch/patch.hpp>
#include <retouch/pipeline/function.hpp>
#include <string>

class PatchDashboard : public retouch::FrameFunction {
 public:
  void process_frame(retouch::Frame& frame) override {
    retouch::Patch patch = frame.patch({16, 16, 320, 48});
    const retouch::ImageView& pixels = patch.pixels();  // host memory: rgba8, or gray8 for a gray8 frame
    if (pixels.empty()) return;                         // the frame is too small for it
    const retouch::Plane& plane = pixels.plane(0);
    cv::Mat strip(plane.height, plane.width, CV_MAKETYPE(CV_8U, plane.channels), plane.data,
                  static_cast<std::size_t>(plane.pitch_bytes));
    cv::multiply(strip, cv::Scalar(0.4, 0.4, 0.4, 1), strip);  // darker; alpha stays
    cv::putText(strip, "frame " + std::to_string(frame.index()), {12, 33}, cv::FONT_HERSHEY_DUPLEX, 0.8,
                cv::Scalar::all(255), 1, cv::LINE_AA);
    patch.commit();
  }
};
RETOUCH_REGISTER_FUNCTION(PatchDashboard)
