#include "page.hpp"

#include "retouch/fill.hpp"
#include "retouch/transform.hpp"

namespace retouch::gallery {
namespace {

constexpr int columns = 6;
constexpr int gap = 16;             // even: cells begin on the chroma grid
constexpr int title_height = 24;    // above a cell
constexpr int heading_height = 48;  // above a topic
constexpr Color paper{250, 250, 252, 255};
constexpr Color ink{32, 36, 48, 255};

// Where things stand on the page.
struct Heading {
  std::string_view title;
  Point at;
};
struct Layout {
  Size size;
  std::vector<Place> places;
  std::vector<Heading> headings;
};

Layout lay_out() {
  Layout layout;
  int top = gap / 2;
  for (const Topic& topic : topics()) {
    layout.headings.push_back({topic.title, {gap, top}});
    top += heading_height;
    int column = 0;
    for (const Cell& cell : topic.cells) {
      if (column == columns) {
        column = 0;
        top += title_height + cell_size.height + gap;
      }
      layout.places.push_back({&cell, {gap + column * (cell_size.width + gap), top + title_height}});
      ++column;
    }
    top += title_height + cell_size.height + gap;
  }
  layout.size = {gap + columns * (cell_size.width + gap), top};
  return layout;
}

// Uploads rgb8 pixels into a view of any format and device.
void put(StreamView stream, std::vector<std::uint8_t>& rgb, Size size, const ImageView& to) {
  const Stream cpu(Device::cpu());
  const ImageView source = ImageView::wrap(Device::cpu(), PixelFormat::rgb8, size, rgb.data(), size.width * 3L);
  const Image converted(cpu, to.format(), size, to.color());
  convert_into(cpu, source, converted);
  cpu.synchronize();
  copy_into(stream, converted, to);
}

Drawn take(StreamView stream, const Image& image) {
  const Stream cpu(Device::cpu());
  const Image host(cpu, image.format(), image.size(), image.view().color());
  copy_into(stream, image, host);
  stream.synchronize();
  Drawn drawn{image.size(), std::vector<std::uint8_t>(static_cast<std::size_t>(image.width()) *
                                                      static_cast<std::size_t>(image.height()) * 3)};
  convert_into(cpu, host, drawn.view());
  cpu.synchronize();
  return drawn;
}

}  // namespace

Image draw_cell_image(StreamView stream, PixelFormat format, const Cell& cell, const ImageView& photo) {
  Image image(stream, format, cell_size);
  std::vector<std::uint8_t> background = background_pixels(cell.background, photo);
  put(stream, background, cell_size, image);
  Canvas canvas(stream, image);
  cell.draw(canvas);
  canvas.submit();
  return image;
}

Drawn draw_cell(StreamView stream, PixelFormat format, const Cell& cell, const ImageView& photo) {
  return take(stream, draw_cell_image(stream, format, cell, photo));
}

std::vector<Place> places() { return lay_out().places; }

Drawn draw_page(StreamView stream, PixelFormat format, const ImageView& photo) {
  const Layout layout = lay_out();
  const Image image(stream, format, layout.size);
  fill(stream, image.view(), paper);
  for (const Place& place : layout.places) {
    const ImageView region = image.region({place.at.x, place.at.y, cell_size.width, cell_size.height});
    std::vector<std::uint8_t> background = background_pixels(place.cell->background, photo);
    put(stream, background, cell_size, region);
    Canvas canvas(stream, region);
    place.cell->draw(canvas);
    canvas.submit();
  }
  Canvas canvas(stream, image);
  const auto at = [](const Point& p, float y) { return PointF{static_cast<float>(p.x), static_cast<float>(p.y) + y}; };
  for (const Heading& heading : layout.headings)
    canvas.text(heading.title, at(heading.at, heading_height - 8),
                {.size_px = 24, .color = ink, .bold = true, .anchor = Anchor::bottom_left});
  for (const Place& place : layout.places)
    canvas.text(place.cell->title, at(place.at, -3),
                {.size_px = 13,
                 .color = ink,
                 .anchor = Anchor::bottom_left,
                 .max_width_px = static_cast<float>(cell_size.width),
                 .overflow = TextOverflow::ellipsis});
  canvas.submit();
  return take(stream, image);
}

}  // namespace retouch::gallery
