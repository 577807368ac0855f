// One primary-context GstCudaContext per GPU and process.
#include "retouch/interop/gstreamer.hpp"

#if RETOUCH_GST_CUDA
#include <dlfcn.h>

#include "pipeline/gst_cuda.hpp"

#include <map>
#include <mutex>
#endif

#include <cstring>

namespace retouch::interop {

#if RETOUCH_GST_CUDA

namespace {

// GStreamer's loader lacks the call that retains a primary context, so the driver is asked directly. Null: no driver,
// no such GPU.
GstCudaContext* wrap_primary_context(int device_index) {
  if (gst_cuda_load_library() != TRUE) return nullptr;  // gst_cuda_context_new* would abort without it
  static void* const driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (driver == nullptr) return nullptr;
  using Init = CUresult (*)(unsigned int);
  using DeviceGet = CUresult (*)(CUdevice*, int);
  using Retain = CUresult (*)(CUcontext*, CUdevice);
  const auto init = reinterpret_cast<Init>(dlsym(driver, "cuInit"));
  const auto device_get = reinterpret_cast<DeviceGet>(dlsym(driver, "cuDeviceGet"));
  const auto retain = reinterpret_cast<Retain>(dlsym(driver, "cuDevicePrimaryCtxRetain"));
  if (init == nullptr || device_get == nullptr || retain == nullptr) return nullptr;
  CUdevice device = 0;
  CUcontext context = nullptr;
  if (init(0) != CUDA_SUCCESS || device_get(&device, device_index) != CUDA_SUCCESS ||
      retain(&context, device) != CUDA_SUCCESS)
    return nullptr;
  return gst_cuda_context_new_wrapped(context, device);
}

}  // namespace

GstContext* cuda_context(int device_index) {
  // Kept for the life of the process: whoever still holds the wrapper must find the context alive.
  static auto* const contexts = new std::map<int, GstContext*>;
  static std::mutex mutex;
  const std::scoped_lock lock(mutex);
  auto found = contexts->find(device_index);
  if (found == contexts->end()) {
    GstCudaContext* wrapped = wrap_primary_context(device_index);
    if (wrapped == nullptr) return nullptr;
    found = contexts->emplace(device_index, gst_context_new_cuda_context(wrapped)).first;
    gst_object_unref(wrapped);  // the GstContext holds it
  }
  return gst_context_ref(found->second);
}

#else

GstContext* cuda_context(int /*device_index*/) { return nullptr; }

#endif

bool answer_need_context(GstMessage* message, int device_index) {
  const gchar* type = nullptr;
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_NEED_CONTEXT || gst_message_parse_context_type(message, &type) != TRUE ||
      std::strcmp(type, "gst.cuda.context") != 0)
    return false;
  GstContext* context = cuda_context(device_index);
  if (context == nullptr) return false;
  gst_element_set_context(GST_ELEMENT(GST_MESSAGE_SRC(message)), context);
  gst_context_unref(context);
  return true;
}

}  // namespace retouch::interop
