// Cells drawn on a device, into host memory.
#pragma once

#include <span>
#include <vector>

#include "gallery.hpp"

namespace retouch::gallery {

/// A picture in host memory.
struct Drawn {
  Size size;
  std::vector<std::uint8_t> rgb;  ///< rgb8, tight rows
  ImageView view() { return ImageView::wrap(Device::cpu(), PixelFormat::rgb8, size, rgb.data(), size.width * 3L); }
};

/// One cell on the stream's device; the drawing is enqueued.
Image draw_cell_image(StreamView stream, PixelFormat format, const Cell& cell, const ImageView& photo = {});
/// The same in host memory, as rgb8.
Drawn draw_cell(StreamView stream, PixelFormat format, const Cell& cell, const ImageView& photo = {});

/// Where a cell stands on the page.
struct Place {
  const Cell* cell;
  Point at;
};
std::vector<Place> places();

/// All cells on one page, with titles. Each cell is a region of the page with a Canvas of its own.
Drawn draw_page(StreamView stream, PixelFormat format, const ImageView& photo = {});

}  // namespace retouch::gallery
