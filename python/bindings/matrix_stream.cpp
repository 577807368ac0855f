// Streams, events and devices of retouch.cv2.cuda.
#include "matrix.hpp"
#include "retouch/device.hpp"
#include "retouch/error.hpp"
#include "work.hpp"

namespace retouch::python {

namespace {

// The stream that work goes on when no matrix says otherwise.
StreamPtr resolved(const CvStreamArg& stream) {
  if (stream.stream != nullptr) return stream.stream;
  if (stream.foreign.is_valid()) return foreign_stream(stream.foreign, current_device());
  return default_stream(current_device());
}
StreamPtr resolved(const PyCvStream& stream) {
  return stream.null ? default_stream(current_device()) : std::make_shared<PyStream>(interop::share(stream.view()));
}

void wait(const StreamPtr& stream) {
  {
    const nb::gil_scoped_release others_may_run;
    stream->view().synchronize();
  }
  sweep_graves(false);
}

/// cv2.cuda.Event: made on the device of the stream that it is first recorded on.
class PyEvent {
 public:
  void record(const StreamPtr& stream) {
    if (!event_ || device_ != stream->device()) event_.emplace(stream->device());
    device_ = stream->device();
    event_->record(stream->view());
  }
  bool done() const { return !event_ || event_->done(); }
  void synchronize() const {
    const nb::gil_scoped_release others_may_run;
    if (event_) event_->synchronize();
  }
  void wait_on(const StreamPtr& stream) const {
    if (!event_) return;
    const nb::gil_scoped_release others_may_run;
    event_->wait_on(stream->view());
  }

 private:
  Device device_;
  std::optional<Event> event_;
};

bool done(const StreamPtr& stream) {
  Event mark(stream->device());
  mark.record(stream->view());
  return mark.done();
}

int cuda_devices() {
  int count = 0;
  for (const DeviceInfo& info : list_devices()) count += info.device.is_cuda() ? 1 : 0;
  return count;
}

}  // namespace

void bind_matrix_stream(nb::module_& m) {
  nb::class_<PyEvent> event(m, "Event", "A mark in a stream.");
  nb::class_<PyCvStream, PyStream>(
      m, "Stream",
      R"(OpenCV's Stream: ordered work on the current device, CPU or GPU. A retouch.Stream of its own, and taken wherever one is.

Functions take None, Stream_Null(), a Stream, a retouch.Stream or another library's stream. Null is the default stream of
where the matrices are; it does not make calls wait, and neither does anything else but what must: download(), and
waiting itself. Work on one matrix is done in the order of your calls, whatever streams they name.)")
      .def("__init__", [](PyCvStream* self) { new (self) PyCvStream(Stream(current_device()), nb::object(), false); })
      .def(
          "__init__",
          [](PyCvStream* self, std::size_t) { new (self) PyCvStream(Stream(current_device()), nb::object(), false); },
          "cudaFlags"_a, "Flags change nothing.")
      .def(
          "__init__",
          [](PyCvStream* self, const AllocatorArg&) {
            new (self) PyCvStream(Stream(current_device()), nb::object(), false);
          },
          "allocator"_a, nb::sig("def __init__(self, allocator: typing.Any) -> None"), "Allocators change nothing.")
      .def_static("Null", cv(+[]() { return null_stream(current_device()); }), nb::sig("def Null() -> Stream"))
      .def("waitForCompletion", cv(+[](const PyCvStream& self) { wait(resolved(self)); }))
      .def("queryIfComplete", cv(+[](const PyCvStream& self) { return done(resolved(self)); }))
      .def("waitEvent", cv(+[](const PyCvStream& self, const PyEvent& event) { event.wait_on(resolved(self)); }),
           "event"_a)
      .def("cudaPtr", cv(+[](const PyCvStream& self) { return self.null ? std::uintptr_t{0} : self.handle(); }),
           "The cudaStream_t as a number; 0 on the CPU.")
      .def("__repr__", [](const PyCvStream& s) {
        return s.null ? std::string("<cv2.cuda.Stream Null>") : "<cv2.cuda.Stream on " + s.device().name() + ">";
      });
  m.def("Stream_Null", cv(+[]() { return null_stream(current_device()); }), nb::sig("def Stream_Null() -> Stream"));
  m.def("wrapStream", cv(+[](std::uintptr_t address) {
          const Device device = current_device();
          if (device.is_cpu())
            throw InvalidArgument("wrapStream: the current device is the cpu, which has no cudaStream_t");
          if (address == 0) address = 1;  // CUDA's legacy default stream
          return std::make_shared<PyCvStream>(interop::wrap_stream_handle(device, address), nb::object(), false);
        }),
        "cudaStreamMemoryAddress"_a,
        "A cudaStream_t, given as a number, as a Stream. It must stay valid as long as the result is used.");
  m.def("gpu_stream", cv(+[](const CvStreamArg& stream) {
          const StreamPtr given = resolved(stream);
          return std::make_shared<PyCvStream>(interop::share(given->view()), nb::cast(given), false);
        }),
        "stream"_a, "A stream of retouch (or of another library) as a cv2.cuda.Stream: the same queue.");
  m.def("core_stream", cv(+[](const CvStreamArg& stream) { return resolved(stream); }), "stream"_a,
        "A cv2.cuda.Stream as one of retouch: the same queue. Null is the current device's default one.");

  event
      .def(
          "__init__", [](PyEvent* self, int) { new (self) PyEvent; }, "flags"_a = 0, "Flags change nothing.")
      .def("record", cv(+[](PyEvent& self, const CvStreamArg& stream) { self.record(resolved(stream)); }),
           "stream"_a = nb::none(), "Marks what has been enqueued so far.")
      .def("queryIfComplete", cv(+[](const PyEvent& self) { return self.done(); }))
      .def("waitForCompletion", cv(+[](const PyEvent& self) { self.synchronize(); }))
      .def_static(
          "elapsedTime",
          +[](const PyEvent&, const PyEvent&) -> double {
            PyErr_SetString(PyExc_NotImplementedError,
                            "cv2.cuda.Event.elapsedTime is not in retouch, whose events have no times: "
                            "time.perf_counter() around stream.waitForCompletion()");
            throw nb::python_error();
          },
          "start"_a, "end"_a, "Not in retouch: raises NotImplementedError.");

  m.def("getCudaEnabledDeviceCount", cv(+[]() { return cuda_devices(); }),
        "How many GPUs can be used. Without one everything here works all the same, on the CPU.");
  m.def("getDevice", cv(+[]() { return current_device().index(); }),
        "Number of the GPU that matrices are made on; -1 is the CPU.");
  m.def("setDevice", cv(+[](int device) { set_current_device(device < 0 ? Device::cpu() : Device::cuda(device)); }),
        "device"_a,
        "The device that this thread makes matrices and streams on: the number of a GPU, -1 or \"cpu\", or a "
        "retouch.Device.");
  m.def("setDevice", cv(+[](const DeviceArg& device) { set_current_device(device); }), "device"_a);
  m.def("resetDevice", cv(+[]() { wait(default_stream(current_device())); }),
        "Waits for the default stream. The memory and streams of retouch are not OpenCV's to destroy.");
}

}  // namespace retouch::python
