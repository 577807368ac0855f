// Where an image lives and work runs: the CPU or one CUDA GPU.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/export.hpp"

namespace retouch {

/// A cheap value. CUDA is looked for at run time: one library file works with and without a GPU and its driver.
class RETOUCH_EXPORT Device {
 public:
  /// The CPU.
  Device() = default;
  static Device cpu() { return Device(); }

  /// GPU number `index`, as the CUDA runtime counts them. Throws Unsupported, with the reason, when it is not usable.
  static Device cuda(int index);

  /// CUDA device 0 when it is usable, else the CPU.
  static Device best();

  /// "auto" (best()), "cpu", "cuda" (cuda(0)) or "cuda:N". Throws InvalidArgument for another word, Unsupported as
  /// cuda() does.
  static Device parse(std::string_view text);

  bool is_cuda() const { return index_ >= 0; }
  bool is_cpu() const { return index_ < 0; }
  /// The GPU's number; -1 for the CPU.
  int index() const { return index_; }
  /// "cpu" or "cuda:N".
  std::string name() const;

  friend bool operator==(const Device&, const Device&) = default;

 private:
  explicit Device(int index) : index_(index) {}
  int index_ = -1;
};

struct DeviceInfo {
  Device device;
  std::string description;       ///< "NVIDIA H100 80GB HBM3, compute 9.0" or the CPU's threads
  std::size_t memory_bytes = 0;  ///< of the GPU; 0 for the CPU
};

/// The devices usable now; the CPU is always the first.
RETOUCH_EXPORT std::vector<DeviceInfo> list_devices();

/// Why there is no CUDA device: "built without CUDA", "no driver", "driver too old", ...; empty when there is one.
RETOUCH_EXPORT std::string cuda_unavailable_reason();

/// Memory of a GPU that this process holds through retouch: images, sprites, scratch space. Letters drawn so far, at
/// most 32 MiB, are not counted.
struct DeviceMemory {
  std::size_t used_bytes = 0;      ///< what they take; a freed one counts until its stream has come to that point
  std::size_t reserved_bytes = 0;  ///< taken from the driver: what is used, and what is kept for the next allocations
};

/// Of that device; zeros for the CPU. Throws CudaError when the driver fails.
RETOUCH_EXPORT DeviceMemory device_memory(Device device);

/// Gives what is kept but not used back to the driver, for other programs and libraries on the same GPU. Waits for
/// nothing; what is freed in stream order later is kept again. Does nothing for the CPU.
RETOUCH_EXPORT void release_cached_memory(Device device);

}  // namespace retouch
