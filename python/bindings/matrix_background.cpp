// cudabgsegm: background subtraction.
#include "retouch/matrix_background.hpp"

#include <mutex>

#include "matrix.hpp"

namespace retouch::python {

namespace {

using matrix::Mog2;
using matrix::Mog2Options;

/// One apply() at a time, whatever threads do.
struct PyMog2 {
  explicit PyMog2(const Mog2Options& options) : mog(options) {}
  Mog2 mog;
  std::mutex mutex;
};

nb::object apply(PyMog2& self, const PyMat& image, const DstArg& mask, double rate, const CvStreamArg& stream) {
  MatrixCall call("apply", stream);
  const Matrix from = call.use(image);
  return call.into(mask, [&](StreamView on, Matrix& to) {
    const std::scoped_lock lock(self.mutex);
    self.mog.apply(on, from, to, rate);
  });
}

nb::object background(PyMog2& self, const DstArg& dst, const CvStreamArg& stream) {
  MatrixCall call("getBackgroundImage", stream);
  return call.into(dst, [&](StreamView on, Matrix& to) {
    const std::scoped_lock lock(self.mutex);
    self.mog.background(on, to);
  });
}

template <class T, T Mog2Options::*member>
void option(nb::class_<PyMog2>& subtractor, const char* get, const char* set, const char* name) {
  subtractor.def(get, cv(+[](const PyMog2& self) { return self.mog.options().*member; }));
  subtractor.def(set, cv(+[](PyMog2& self, T value) {
                   const std::scoped_lock lock(self.mutex);
                   Mog2Options options = self.mog.options();
                   options.*member = value;
                   self.mog.set_options(options);
                 }),
                 nb::arg(name));
}

}  // namespace

void bind_matrix_background(nb::module_& m) {
  nb::class_<PyMog2> subtractor(m, "BackgroundSubtractorMOG2",
                                "OpenCV's: learns what stands still, and tells what moves in front of it.");
  subtractor
      .def("apply",
           cv(+[](PyMog2& self, const PyMat& image, double rate, const CvStreamArg& stream, const DstArg& mask) {
             return apply(self, image, mask, rate, stream);
           }),
           "image"_a, "learningRate"_a, "stream"_a, "fgmask"_a = nb::none(),
           nb::sig("def apply(self, image: GpuMat, learningRate: float, stream: Stream | retouch.types.StreamLike | "
                   "None, fgmask: GpuMat | None = None) -> GpuMat"))
      .def("apply",
           cv(+[](PyMog2& self, const PyMat& image, const DstArg& mask, double rate, const CvStreamArg& stream) {
             return apply(self, image, mask, rate, stream);
           }),
           "image"_a, "fgmask"_a = nb::none(), "learningRate"_a = -1.0, "stream"_a = nb::none(),
           nb::sig("def apply(self, image: GpuMat, fgmask: GpuMat | None = None, learningRate: float = -1.0, stream: "
                   "Stream | retouch.types.StreamLike | None = None) -> GpuMat"),
           "The mask: 255 what moves, 127 its shadow, 0 the rest.")
      .def("getBackgroundImage", cv(+[](PyMog2& self, const CvStreamArg& stream, const DstArg& image) {
             return background(self, image, stream);
           }),
           "stream"_a, "backgroundImage"_a = nb::none(),
           nb::sig("def getBackgroundImage(self, stream: Stream | retouch.types.StreamLike | None, backgroundImage: "
                   "GpuMat | None = None) -> GpuMat"))
      .def("getBackgroundImage",
           cv(+[](PyMog2& self, const DstArg& image) { return background(self, image, CvStreamArg{}); }),
           "backgroundImage"_a = nb::none(),
           nb::sig("def getBackgroundImage(self, backgroundImage: GpuMat | None = None) -> GpuMat"))
      .def("clear", cv(+[](PyMog2& self) {
             const std::scoped_lock lock(self.mutex);
             self.mog.clear();
           }),
           "Forgets what was learnt.");
  option<int, &Mog2Options::history>(subtractor, "getHistory", "setHistory", "history");
  option<int, &Mog2Options::mixtures>(subtractor, "getNMixtures", "setNMixtures", "nmixtures");
  option<double, &Mog2Options::background_ratio>(subtractor, "getBackgroundRatio", "setBackgroundRatio", "ratio");
  option<double, &Mog2Options::var_threshold>(subtractor, "getVarThreshold", "setVarThreshold", "varThreshold");
  option<double, &Mog2Options::var_threshold_gen>(subtractor, "getVarThresholdGen", "setVarThresholdGen",
                                                  "varThresholdGen");
  option<double, &Mog2Options::var_init>(subtractor, "getVarInit", "setVarInit", "varInit");
  option<double, &Mog2Options::var_min>(subtractor, "getVarMin", "setVarMin", "varMin");
  option<double, &Mog2Options::var_max>(subtractor, "getVarMax", "setVarMax", "varMax");
  option<double, &Mog2Options::complexity_reduction>(subtractor, "getComplexityReductionThreshold",
                                                     "setComplexityReductionThreshold", "ct");
  option<bool, &Mog2Options::detect_shadows>(subtractor, "getDetectShadows", "setDetectShadows", "detectShadows");
  option<int, &Mog2Options::shadow_value>(subtractor, "getShadowValue", "setShadowValue", "value");
  option<double, &Mog2Options::shadow_threshold>(subtractor, "getShadowThreshold", "setShadowThreshold", "threshold");

  m.def("createBackgroundSubtractorMOG2", cv(+[](int history, double var_threshold, bool detect_shadows) {
          Mog2Options options;
          options.history = history;
          options.var_threshold = var_threshold;
          options.detect_shadows = detect_shadows;
          return std::make_shared<PyMog2>(options);
        }),
        "history"_a = 500, "varThreshold"_a = 16.0, "detectShadows"_a = true);
}

}  // namespace retouch::python
