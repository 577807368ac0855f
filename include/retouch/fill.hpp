// Way 1: setting and copying pixels. For the conventions shared by all operations see filter.hpp.
#pragma once

#include "retouch/export.hpp"
#include "retouch/frame.hpp"
#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch {

/// Blends `color` over each region: source-over by color.a; a = 255 sets it, and the alpha of the image to 255 with it.
/// Regions may overlap: the result is as if they were filled one after the other. With a mask (one region) color.a is
/// multiplied by it: a gray8 image of the region's size that shares no memory with it; 0 leaves a pixel as it is.
/// nv12, i420: the colour is converted with the image's ColorSpec; a chroma sample blends by the mean coverage of its
/// four pixels (docs/pixel_model.md). Formats: all, CPU and CUDA. Stream: enqueues, does not synchronize; `mask` is of
/// the same device and must stay unchanged until done. Throws InvalidArgument (devices that differ; a mask of another
/// format or size), ExpiredFrame.
RETOUCH_EXPORT void fill(StreamView stream, const Regions& regions, const Color& color);
RETOUCH_EXPORT void fill(StreamView stream, const ImageView& region, const Color& color, const ImageView& mask);
/// dst = src with the colour filled in; dst has src's layout and shares no memory with it.
RETOUCH_EXPORT void fill_into(StreamView stream, const ImageView& src, const ImageView& dst, const Color& color);
RETOUCH_EXPORT void fill_into(StreamView stream, const ImageView& src, const ImageView& dst, const Color& color,
                              const ImageView& mask);

/// Copies pixels, where `mask` (gray8, of the same size, apart from dst in memory) is given only those whose mask is
/// not 0, as cv::Mat::copyTo. nv12, i420 with a mask: a chroma sample is copied when any of its pixels' mask is not 0.
/// Formats, sizes and chroma phase must agree. src and dst may be one image's regions, also overlapping ones: the
/// result is as if src had been copied away first. Devices may differ: host to GPU captures the pixels before the call
/// returns; GPU to host is complete after stream.synchronize(), and `dst` must stay valid until then; a mask needs both
/// on one device.
RETOUCH_EXPORT void copy_into(StreamView stream, const ImageView& src, const ImageView& dst);
RETOUCH_EXPORT void copy_into(StreamView stream, const ImageView& src, const ImageView& dst, const ImageView& mask);

}  // namespace retouch
