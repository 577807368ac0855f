// Way 1: changing format, size and orientation. For the conventions shared by all operations see filter.hpp.
//
// A frame's size, format and layout are locked: the in-place forms below refuse, with LayoutError and the image
// unchanged, whatever would change them; the _into forms write into an image of the caller's.
#pragma once

#include "retouch/export.hpp"
#include "retouch/frame.hpp"
#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch {

/// Converts between any two formats; sizes must be equal, and src and dst may not share memory. Between RGB and YCbCr
/// by the ColorSpec of the YCbCr side (BT.601 or BT.709, limited or full range); Y below black counts as black. Between
/// two YCbCr images of different ColorSpec through RGB; of one ColorSpec, nothing is lost. Gray is luma: from RGB by
/// the BT.601 weights (as cv::COLOR_RGB2GRAY); from YCbCr, Y expanded to full range. Alpha made up is 255. A chroma
/// sample is the mean of the chroma of those pixels of the view that share it (four, fewer at its edges; cv::cvtColor
/// takes the top-left one's) and is given back by repetition. So regions that start at odd coordinates may be read and
/// written; a chroma sample that dst's region covers in part becomes the region's.
RETOUCH_EXPORT void convert_into(StreamView stream, const ImageView& src, const ImageView& dst);
/// In place: `format` must be the view's own (then nothing is done); any other throws LayoutError.
RETOUCH_EXPORT void convert(StreamView stream, const ImageView& image, PixelFormat format);

/// nearest: cv::INTER_NEAREST. linear: cv::INTER_LINEAR (pixel centres aligned, edges replicate). area: cv::INTER_AREA
/// (mean of the covered area when neither side grows; else linear between the pixels whose area is covered).
enum class Interpolation : std::uint8_t { nearest, linear, area };

/// Scales src to dst's size. Formats must be equal. nv12, i420: plane by plane; chroma phase must be 0.
RETOUCH_EXPORT void resize_into(StreamView stream, const ImageView& src, const ImageView& dst,
                                Interpolation interpolation = Interpolation::linear);
/// In place: `size` must be the view's own (then nothing is done); any other throws LayoutError.
RETOUCH_EXPORT void resize(StreamView stream, const ImageView& image, Size size,
                           Interpolation interpolation = Interpolation::linear);

/// horizontal: left becomes right. vertical: top becomes bottom. both: a turn by 180 degrees.
enum class FlipMode : std::uint8_t { horizontal, vertical, both };

/// Mirrors each region in place. nv12, i420: plane by plane, so a region that starts or ends between two pixels of a
/// chroma sample moves the shared samples with it.
RETOUCH_EXPORT void flip(StreamView stream, const Regions& regions, FlipMode mode);
RETOUCH_EXPORT void flip_into(StreamView stream, const ImageView& src, const ImageView& dst, FlipMode mode);

/// Clockwise.
enum class Rotation : std::uint8_t { cw90, cw180, cw270 };

/// Turns each region in place. A quarter turn of a region that is not square throws LayoutError, as does one of a
/// square nv12 or i420 region whose chroma is not square.
RETOUCH_EXPORT void rotate90(StreamView stream, const Regions& regions, Rotation rotation);
/// dst has src's format and, for quarter turns, its size with width and height exchanged.
RETOUCH_EXPORT void rotate90_into(StreamView stream, const ImageView& src, const ImageView& dst, Rotation rotation);

}  // namespace retouch
