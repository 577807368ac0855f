// The few things that the core asks of a GPU runtime. src/cuda/gpu.cpp answers with CUDA, src/core/no_gpu.cpp in a
// build without it. Handles are cudaStream_t and cudaEvent_t as void*.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "retouch/device.hpp"

namespace retouch::detail::gpu {

/// How many GPUs are usable; when 0, `reason` says why.
int count(std::string& reason);
DeviceInfo info(int index);

void* create_stream(int device);
void destroy_stream(int device, void* stream) noexcept;
void synchronize_stream(int device, void* stream);

void* create_event(int device);
void destroy_event(int device, void* event) noexcept;
void record_event(int device, void* event, void* stream);
void stream_wait_event(int device, void* stream, void* event);
void synchronize_event(int device, void* event);
bool event_done(int device, void* event);

void* allocate(int device, void* stream, std::size_t bytes);
void deallocate(int device, void* stream, void* memory) noexcept;
DeviceMemory memory(int device);
void trim(int device);

}  // namespace retouch::detail::gpu
