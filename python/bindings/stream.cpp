// stream.hpp: ordered work on a device.
#include "retouch/stream.hpp"

#include "bindings.hpp"
#include "retouch/error.hpp"
#include "work.hpp"

namespace retouch::python {

void bind_stream(nb::module_& m) {
  nb::class_<PyStream>(
      m, "Stream",
      R"(Ordered work on a device. A call with a stream enqueues and returns; the work is done in the order of the calls.

Every picture has a stream of its own (a frame's is the pipeline's), which is used unless you say `stream=`. Work on one
picture is always done in the order of your calls, whatever streams they name: where the stream changes, it waits for the
earlier one by an event, and your program does not wait. On the CPU, work is complete when the call returns.

Where a function takes a stream, it takes one of another library too: anything with `__cuda_stream__`, and the streams of
torch and CuPy. A Stream has `__cuda_stream__` itself.)",
      nb::is_weak_referenceable())
      .def(
          "__init__", [](PyStream* self, const DeviceArg& device) { new (self) PyStream(Stream(device)); },
          "device"_a = "cpu")
      .def_static(
          "wrap",
          [](const nb::object& stream, const DeviceArg& device) {
            StreamPtr wrapped = foreign_stream(stream, device);
            if (wrapped == nullptr)
              throw nb::type_error("Stream.wrap: needs an object with __cuda_stream__, or a stream of torch or CuPy");
            return wrapped;
          },
          "stream"_a, "device"_a = "cuda",
          "Another library's stream as ours. It stays that library's; the object is kept alive as long as the result.")
      .def_static(
          "from_handle",
          [](std::uintptr_t handle, const DeviceArg& device, nb::object owner) {
            return stream_of_handle(device, handle, std::move(owner));
          },
          "handle"_a, "device"_a = "cuda", "owner"_a = nb::none(),
          "A cudaStream_t, given as a number, as a stream of ours. It must stay valid as long as the result is used; "
          "`owner` is an object that is kept for that. Raises InvalidArgument for a number at which there is no "
          "memory.")
      .def_prop_ro("device", &PyStream::device)
      .def_prop_ro("handle", &PyStream::handle, "The cudaStream_t as a number; 0 on the CPU.")
      .def(
          "synchronize",
          [](const PyStream& self) {
            {
              const nb::gil_scoped_release others_may_run;
              self.view().synchronize();
            }
            sweep_graves(false);
          },
          "Blocks until all work enqueued so far is done. Raises CudaError when some of it failed.")
      .def(
          "wait_for",
          [](const StreamPtr& self, const StreamArg& other) {
            const StreamPtr earlier = other.resolve("Stream.wait_for", self->device());
            if (earlier == nullptr) throw nb::type_error("Stream.wait_for: needs a stream (got None)");
            order(*earlier, *self);
          },
          "other"_a,
          R"(Work enqueued here from now on starts after what has been enqueued on `other`. Does not block.

Needed only where another library works with a picture of ours on a stream that we cannot know, for instance one that is
not its current stream when the array is made: frame.stream.wait_for(their_stream) after their work.)")
      .def(
          "__cuda_stream__",
          [](const PyStream& self) {
            if (self.device().is_cpu()) throw InvalidArgument("__cuda_stream__: the stream is on the cpu");
            return std::pair<int, std::uintptr_t>(0, self.handle());
          },
          "CUDA's stream protocol: (0, cudaStream_t).")
      .def(
          "__eq__", [](const PyStream& a, const PyStream& b) { return a.device().is_cuda() ? a.same_as(b) : &a == &b; },
          nb::is_operator(), nb::sig("def __eq__(self, other: object, /) -> bool"))
      .def("__hash__",
           [](const PyStream& s) {
             return std::hash<std::uintptr_t>()(s.device().is_cuda() ? s.handle()
                                                                     : reinterpret_cast<std::uintptr_t>(&s));
           })
      .def("__repr__", [](const PyStream& s) { return "<retouch.Stream on " + s.device().name() + ">"; });

  m.def(
      "default_stream", [](const DeviceArg& device) { return default_stream(device); }, "device"_a = "cpu",
      "The stream of what is made without one: one per device, for the whole process.");
}

}  // namespace retouch::python
