// Way 1: run the algorithm on the frame, in place, where the frame is. Blurs every face that a detector found.
//
//   gst-launch-1.0 filesrc location=clip.mp4 ! decodebin ! retouch function=face_detector
//     ! retouch function=libblur_faces.so:BlurFaces ! videoconvert ! autovideosink        (on one line)
#include <retouch/filter.hpp>
#include <retouch/pipeline/function.hpp>

class BlurFaces : public retouch::FrameFunction {
 public:
  explicit BlurFaces(const retouch::Kwargs& kwargs) : blur_({.sigma_x = kwargs.get("sigma", 8.0)}) {}

  void process_frame(retouch::Frame& frame) override {
    std::vector<retouch::Box> boxes;
    for (const retouch::Object& face : frame.objects("face")) boxes.push_back(face.box);
    blur_(frame.stream(), frame.regions(boxes));  // all faces in one launch; the pipeline waits for the stream
  }

 private:
  retouch::GaussianBlur blur_;
};
RETOUCH_REGISTER_FUNCTION(BlurFaces)
