// GStreamer: what the `retouch` element leaves on buffers, and one CUDA context for all pipelines of a process.
// Including this header opts in to GStreamer's headers; link retouch::pipeline.
#pragma once

#include <gst/gst.h>

#include <vector>

#include "retouch/export.hpp"
#include "retouch/object.hpp"

namespace retouch::interop {

/// What is known about a frame, as it travels with its buffer in a GstMeta ("RetouchObjectMeta"). GStreamer copies it
/// when it copies a buffer, and scales boxes and landmarks when an element such as videoscale changes the size.
struct FrameMetadata {
  std::vector<Object> objects{};
  Attributes attributes{};
};

/// The metadata that a `retouch` element left on the buffer, or null. Valid as long as the buffer is not changed.
RETOUCH_EXPORT const FrameMetadata* frame_metadata(GstBuffer* buffer);

/// The same, and as objects also the GstVideoRegionOfInterestMeta of other elements that are not in it yet (roi_type is
/// the label; parents are kept; "confidence" is taken from its parameters). The buffer must be writable: each region
/// read is marked, so that it is not read again downstream.
RETOUCH_EXPORT FrameMetadata take_frame_metadata(GstBuffer* buffer);

/// Puts the metadata on the buffer, in place of what was there, and one GstVideoRegionOfInterestMeta for each object
/// that shows in a frame of that size. Regions that objects were read from are updated, those of objects that are gone
/// removed. The buffer must be writable.
RETOUCH_EXPORT void put_frame_metadata(GstBuffer* buffer, FrameMetadata metadata, Size frame_size);

/// The GstContext ("gst.cuda.context") of a GPU's primary CUDA context, the one that the CUDA runtime uses: made once
/// per GPU and process, so that decoders, retouch and other CUDA libraries share one address space. Null when the GPU
/// cannot be used, or in a build without CUDA. The caller owns a reference.
RETOUCH_EXPORT GstContext* cuda_context(int device_index);

/// For an application's bus sync handler: answers a NEED_CONTEXT message that asks for "gst.cuda.context" with
/// cuda_context(device_index). True when it did. The `retouch` element answers its neighbours' queries in the same way;
/// elements that are not linked to one ask through this message.
RETOUCH_EXPORT bool answer_need_context(GstMessage* message, int device_index);

}  // namespace retouch::interop
