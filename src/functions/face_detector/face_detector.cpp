// The built-in function "face_detector": finds faces with BlazeFace, which OpenCV's dnn module runs on the CPU. The
// frame is scaled down and converted where it is; only that small copy (at most 256x256 RGB) is downloaded.
// docs/face_detector.md describes what it writes and its kwargs.
#include <dlfcn.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <opencv2/dnn.hpp>
#include <vector>

#include "blazeface.hpp"
#include "retouch/error.hpp"
#include "retouch/fill.hpp"
#include "retouch/pipeline/function.hpp"
#include "retouch/transform.hpp"

namespace {

using namespace retouch;
namespace fs = std::filesystem;

constexpr const char* model_file = "blazeface_back_256.onnx";

/// The folder of the library that this code is in.
fs::path own_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&own_folder), &info) == 0 || info.dli_fname == nullptr) return {};
  std::error_code ignored;
  return fs::weakly_canonical(info.dli_fname, ignored).parent_path();
}

/// Where the model is: as given, else in $RETOUCH_DATA_DIR, else beside the library in a build tree or bundle
/// (lib/ and share/retouch/), else where it is installed.
std::string find_model(const std::string& given) {
  if (!given.empty()) {
    if (fs::exists(given)) return given;
    throw FileError(fmt::format("face_detector: model '{}' does not exist", given));
  }
  std::vector<fs::path> folders;
  if (const char* data = std::getenv("RETOUCH_DATA_DIR"); data != nullptr && *data != '\0') folders.emplace_back(data);
  const fs::path own = own_folder();
  folders.push_back(own / "../share/retouch");
  folders.push_back(own / RETOUCH_DATA_FROM_FUNCTIONS);
  std::string looked;
  for (const fs::path& folder : folders) {
    const fs::path model = folder / model_file;
    if (fs::exists(model)) return model.string();
    looked += fmt::format("{}{}", looked.empty() ? "" : ", ", folder.lexically_normal().string());
  }
  throw FileError(fmt::format("face_detector: {} is in none of {}: set RETOUCH_DATA_DIR or give kwarg 'model'",
                              model_file, looked));
}

struct Options {
  std::string model;
  double threshold;
  double nms;
  int every_n_frames;
  int max_faces;
  int threads;

  explicit Options(const Kwargs& kwargs)
      : model(kwargs.get("model", "")),
        threshold(kwargs.get("threshold", 0.6)),
        nms(kwargs.get("nms", 0.3)),
        every_n_frames(kwargs.get("every_n_frames", 1)),
        max_faces(kwargs.get("max_faces", 0)),
        threads(kwargs.get("threads", 0)) {
    const auto refuse = [](const char* key, auto value, const char* expected) {
      throw InvalidArgument(fmt::format("face_detector: kwarg '{}' is {}, must be {}", key, value, expected));
    };
    if (!(threshold > 0 && threshold < 1)) refuse("threshold", threshold, "between 0 and 1");
    if (!(nms >= 0 && nms <= 1)) refuse("nms", nms, "0 to 1");
    if (every_n_frames < 1) refuse("every_n_frames", every_n_frames, "1 or more");
    if (max_faces < 0) refuse("max_faces", max_faces, "0 (no limit) or more");
    if (threads < 0) refuse("threads", threads, "0 (OpenCV's choice) or more");
    model = find_model(model);
  }
};

/// The small copy of the frame, on the device and on the host. Kept from frame to frame: process_frame waits for the
/// stream before it returns, so nothing uses it in between.
struct SmallCopy {
  blazeface::Letterbox letterbox;
  PixelFormat format;
  ColorSpec color;
  Device device;
  Image scaled;  // in the frame's format; empty when that is rgb8
  Image rgb;
  std::vector<std::uint8_t> host;

  explicit SmallCopy(const Frame& frame)
      : letterbox(frame.size()), format(frame.format()), color(frame.view().image().color()), device(frame.device()) {
    if (format != PixelFormat::rgb8) scaled = Image(frame.stream(), format, letterbox.scaled, color);
    rgb = Image(frame.stream(), PixelFormat::rgb8, letterbox.scaled);
    host.resize(static_cast<std::size_t>(letterbox.scaled.width) * static_cast<std::size_t>(letterbox.scaled.height) *
                3);
  }
  bool fits(const Frame& frame) const {
    return letterbox.picture == frame.size() && format == frame.format() && device == frame.device() &&
           color == frame.view().image().color();
  }
  /// Fills host.
  void take(const Frame& frame) {
    const StreamView stream = frame.stream();
    if (format == PixelFormat::rgb8) {
      resize_into(stream, frame.view(), rgb, Interpolation::area);
    } else {
      resize_into(stream, frame.view(), scaled, Interpolation::area);
      convert_into(stream, scaled, rgb);
    }
    copy_into(
        stream, rgb,
        ImageView::wrap(Device::cpu(), PixelFormat::rgb8, rgb.size(), host.data(), std::ptrdiff_t{3} * rgb.width()));
    stream.synchronize();
  }
};

class FaceDetector : public FrameFunction {
 public:
  explicit FaceDetector(const Kwargs& kwargs) : options_(kwargs) {}

  void on_start(Device) override {
    if (options_.threads > 0) cv::setNumThreads(options_.threads);
    try {
      net_ = cv::dnn::readNetFromONNX(options_.model);
    } catch (const cv::Exception& error) {
      throw FileError(fmt::format("face_detector: model '{}': {}", options_.model, error.err));
    }
    net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net_.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    const std::vector<int> shape{1, blazeface::input_side, blazeface::input_side, 3};
    blob_.create(shape, CV_32F);
  }

  void process_frame(Frame& frame) override {
    const auto [known, first] = last_.try_emplace(frame.source_id());
    if (first || frame.index() % static_cast<std::uint64_t>(options_.every_n_frames) == 0)
      known->second = detect(frame);
    for (const Object& face : known->second) frame.add_object(face);
  }

  void on_source_eos(const std::string& source_id) override { last_.erase(source_id); }

  void on_stop() override {
    last_.clear();
    copy_.reset();
    net_ = {};
  }

 private:
  std::vector<Object> detect(const Frame& frame) {
    if (frame.view().empty()) return {};
    if (!copy_ || !copy_->fits(frame)) copy_ = std::make_unique<SmallCopy>(frame);
    copy_->take(frame);
    fill_blob();
    net_.setInput(blob_);
    net_.forward(outputs_, net_.getUnconnectedOutLayersNames());

    std::vector<blazeface::Face> faces;
    for (const blazeface::Grid& grid : blazeface::grids)
      blazeface::decode(grid, output(grid.anchors()), output(grid.anchors() * blazeface::row_length),
                        static_cast<float>(options_.threshold), faces);
    blazeface::suppress(faces, static_cast<float>(options_.nms), static_cast<std::size_t>(options_.max_faces));

    std::vector<Object> objects;
    for (const blazeface::Face& found : faces) {
      const blazeface::Face face = copy_->letterbox.to_picture(found);
      Object object;
      object.label = "face";
      object.source = "face_detector";
      object.box = face.box;
      object.confidence = face.score;
      object.landmarks.assign(face.landmarks.begin(), face.landmarks.end());
      objects.push_back(std::move(object));
    }
    return objects;
  }

  /// RGB bytes to -1..1 in the middle of the square input; what the picture leaves free is black.
  void fill_blob() {
    blob_.setTo(-1.0F);
    const auto& box = copy_->letterbox;
    auto* values = blob_.ptr<float>();
    const auto row_bytes = static_cast<std::size_t>(box.scaled.width) * 3;
    for (int y = 0; y < box.scaled.height; ++y) {
      const std::uint8_t* in = copy_->host.data() + static_cast<std::size_t>(y) * row_bytes;
      float* out = values + (static_cast<std::ptrdiff_t>(y + box.offset.y) * blazeface::input_side + box.offset.x) * 3;
      for (std::size_t i = 0; i < row_bytes; ++i) out[i] = static_cast<float>(in[i]) / 127.5F - 1.0F;
    }
  }

  /// The output of that many values: no two of the four have the same number, and their names vary.
  std::span<const float> output(std::size_t values) const {
    for (const cv::Mat& mat : outputs_)
      if (mat.type() == CV_32F && mat.total() == values) return {mat.ptr<float>(), values};
    throw InvalidArgument(fmt::format("face_detector: model '{}' is no BlazeFace of 256x256: no output of {} values",
                                      options_.model, values));
  }

  Options options_;
  cv::dnn::Net net_;
  cv::Mat blob_;
  std::vector<cv::Mat> outputs_;
  std::unique_ptr<SmallCopy> copy_;
  std::map<std::string, std::vector<Object>> last_;  // per source, for every_n_frames
};

RETOUCH_REGISTER_FUNCTION_AS(FaceDetector, "face_detector")

}  // namespace
