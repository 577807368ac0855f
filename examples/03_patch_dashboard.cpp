// Way 3: download a small part of the frame, edit it with any CPU code (here OpenCV's putText), put it back. Only the
// part's bytes cross the bus.
//
//   gst-launch-1.0 videotestsrc ! retouch function=libpatch_dashboard.so:PatchDashboard ! videoconvert ! autovideosink
#include <opencv2/imgproc.hpp>
#include <retouch/interop/opencv.hpp>
#include <retouch/pipeline/function.hpp>
#include <string>

class PatchDashboard : public retouch::FrameFunction {
 public:
  void process_frame(retouch::Frame& frame) override {
    const retouch::Rect where{16, 16, 320, 48};
    retouch::interop::edit_patch(frame.patch(where), [&](cv::Mat& strip) {  // host memory: RGBA; gray for gray8
      cv::multiply(strip, cv::Scalar(0.4, 0.4, 0.4, 1), strip);             // darker; alpha stays
      cv::putText(strip, "frame " + std::to_string(frame.index()), {12, 33}, cv::FONT_HERSHEY_DUPLEX, 0.8,
                  cv::Scalar::all(255), 1, cv::LINE_AA);
    });
  }
};
RETOUCH_REGISTER_FUNCTION(PatchDashboard)
