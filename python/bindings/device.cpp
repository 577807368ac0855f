// device.hpp: where images live and work runs.
#include "retouch/device.hpp"

#include "bindings.hpp"
#include "retouch/version.hpp"
#include "work.hpp"

namespace retouch::python {

void bind_device(nb::module_& m) {
  nb::class_<Device>(m, "Device",
                     R"(Where an image lives and work runs: the CPU or one CUDA GPU.

Device("auto") is a GPU when there is a usable one, else the CPU; "cpu", "cuda" (the first GPU) and "cuda:N" say which.
Wherever a function takes a device, it takes such a name too. A GPU that cannot be used raises Unsupported, which says
why; nothing falls back by itself.)")
      .def(
          "__init__", [](Device* self, std::string_view name) { new (self) Device(Device::parse(name)); },
          "name"_a = "cpu")
      .def(
          "__init__", [](Device* self, const Device& device) { new (self) Device(device); }, "device"_a)
      .def_static("cpu", &Device::cpu, "The CPU.")
      .def_static("cuda", &Device::cuda, "index"_a = 0, "GPU number `index`. Raises Unsupported, with the reason.")
      .def_static("best", &Device::best, "CUDA device 0 when it is usable, else the CPU.")
      .def_prop_ro("is_cuda", &Device::is_cuda)
      .def_prop_ro("is_cpu", &Device::is_cpu)
      .def_prop_ro("index", &Device::index, "The GPU's number; -1 for the CPU.")
      .def_prop_ro("name", &Device::name, "\"cpu\" or \"cuda:N\".")
      .def(
          "__eq__", [](const Device& a, const Device& b) { return a == b; }, nb::is_operator(),
          nb::sig("def __eq__(self, other: object, /) -> bool"))
      .def("__hash__", [](const Device& d) { return d.index(); })
      .def("__str__", &Device::name)
      .def("__repr__", [](const Device& d) { return "retouch.Device('" + d.name() + "')"; });

  nb::class_<DeviceInfo>(m, "DeviceInfo", "What list_devices() tells about a device.")
      .def_ro("device", &DeviceInfo::device)
      .def_ro("description", &DeviceInfo::description, "The GPU's name and compute capability, or the CPU's threads.")
      .def_ro("memory_bytes", &DeviceInfo::memory_bytes, "Of the GPU; 0 for the CPU.")
      .def("__repr__",
           [](const DeviceInfo& d) { return "<retouch.DeviceInfo " + d.device.name() + ": " + d.description + ">"; });

  m.def("list_devices", &list_devices, "The devices usable now; the CPU is always the first.");
  m.def("cuda_unavailable_reason", &cuda_unavailable_reason,
        "Why there is no CUDA device: no driver, one that is too old, ...; an empty text when there is one.");
  nb::class_<DeviceMemory>(m, "DeviceMemory", "What device_memory() tells.")
      .def_ro("used_bytes", &DeviceMemory::used_bytes,
              "What images, sprites and scratch space take. A freed one counts until its stream has "
              "come to that point.")
      .def_ro("reserved_bytes", &DeviceMemory::reserved_bytes,
              "Taken from the driver: what is used, and what is kept for the next allocations.")
      .def("__repr__", [](const DeviceMemory& memory) {
        return "<retouch.DeviceMemory used_bytes=" + std::to_string(memory.used_bytes) +
               " reserved_bytes=" + std::to_string(memory.reserved_bytes) + ">";
      });
  m.def(
      "device_memory", [](const DeviceArg& device) { return device_memory(device); }, "device"_a = "cuda",
      nb::sig("def device_memory(device: retouch.types.DeviceLike = 'cuda') -> DeviceMemory"),
      "Memory of a GPU that this process holds through retouch; zeros for the CPU.");
  m.def(
      "release_cached_memory", [](const DeviceArg& device) { release_cached_memory(device); }, "device"_a = "cuda",
      nb::sig("def release_cached_memory(device: retouch.types.DeviceLike = 'cuda') -> None"),
      R"(Gives what is kept but not used back to the driver, for other programs and libraries on the same GPU.

Waits for nothing; what is freed in stream order later is kept again. Does nothing for the CPU.)");
  m.def("version", [] {
    return std::to_string(RETOUCH_VERSION_MAJOR) + "." + std::to_string(RETOUCH_VERSION_MINOR) + "." +
           std::to_string(RETOUCH_VERSION_PATCH);
  });
}

}  // namespace retouch::python
