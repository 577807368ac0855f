// The cells of `retouch gallery` against pictures that were looked at: tests/golden/canvas. tools/update_golden
// rewrites them.
//
// In nv12 and i420 a cell is compared with the golden picture converted to that format. Luma has a sample for each
// pixel, so it differs by rounding alone: at most 3 levels, for the background, the colours and what lies above each
// other. A chroma sample blends by the mean coverage of its four pixels, where the golden picture blends each pixel and
// the mean is taken at the end; that is the same but where several layers' edges meet in one sample. So: at most 32
// levels, at most 1 sample in 40 by more than 8, and half a level on average.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "gallery.hpp"
#include "page.hpp"
#include "retouch/fill.hpp"
#include "retouch/transform.hpp"
#include "support/backend.hpp"
#include "support/paths.hpp"

namespace retouch::test {
namespace {

namespace fs = std::filesystem;
using gallery::Cell;
using gallery::Drawn;

fs::path golden_path(const Cell& cell) { return source_path("tests/golden/canvas/" + std::string(cell.name) + ".png"); }

bool updates() {
  const char* value = std::getenv("RETOUCH_UPDATE_GOLDEN");
  return value != nullptr && std::string(value) == "1";
}

std::vector<const Cell*> fixed_cells() {
  std::vector<const Cell*> cells;
  for (const gallery::Topic& topic : gallery::topics())
    for (const Cell& cell : topic.cells)
      if (cell.fixed) cells.push_back(&cell);
  return cells;
}

Drawn as_rgb(const ImageView& image) {
  const Stream cpu(Device::cpu());
  Drawn drawn{image.size(), std::vector<std::uint8_t>(static_cast<std::size_t>(image.width() * image.height()) * 3)};
  convert_into(cpu, image, drawn.view());
  cpu.synchronize();
  return drawn;
}

Drawn golden(const Cell& cell) { return as_rgb(read_png(golden_path(cell).string())); }

// Where two pictures differ most.
void expect_same(const Drawn& actual, const Drawn& expected, int tolerance) {
  ASSERT_EQ(actual.size, expected.size);
  int most = 0;
  std::size_t where = 0;
  for (std::size_t i = 0; i < actual.rgb.size(); ++i)
    if (const int d = std::abs(int{actual.rgb[i]} - int{expected.rgb[i]}); d > most) {
      most = d;
      where = i;
    }
  const std::size_t row = static_cast<std::size_t>(actual.size.width) * 3;
  EXPECT_LE(most, tolerance) << "at x " << where % row / 3 << ", y " << where / row << ", channel " << where % 3 << ": "
                             << int{actual.rgb[where]} << " instead of " << int{expected.rgb[where]};
}

struct Deviation {
  int most = 0;
  double mean = 0;
  double beyond = 0;  // part of the samples that differ by more than 8 levels
};
Deviation compare(const Plane& a, const Plane& b) {
  Deviation found;
  double sum = 0;
  int beyond = 0;
  const int row = a.width * a.channels;
  for (int y = 0; y < a.height; ++y)
    for (int x = 0; x < row; ++x) {
      const int d = std::abs(int{a.data[y * a.pitch_bytes + x]} - int{b.data[y * b.pitch_bytes + x]});
      found.most = std::max(found.most, d);
      sum += d;
      beyond += d > 8 ? 1 : 0;
    }
  found.mean = sum / (row * a.height);
  found.beyond = static_cast<double>(beyond) / (row * a.height);
  return found;
}

class Gallery : public BackendTest {
 protected:
  Image draw(const Cell& cell, PixelFormat format) {
    const Image image = gallery::draw_cell_image(stream(), format, cell);
    const Stream cpu(Device::cpu());
    Image host(cpu, format, image.size());
    copy_into(stream(), image, host);
    stream().synchronize();
    return host;
  }
};
RETOUCH_BACKENDS(Gallery);

TEST_P(Gallery, cells_look_as_they_should) {
  for (const Cell* cell : fixed_cells()) {
    SCOPED_TRACE(cell->name);
    Drawn drawn = gallery::draw_cell(stream(), PixelFormat::rgb8, *cell);
    if (updates() && GetParam() == Backend::Cpu) write_png(golden_path(*cell).string(), drawn.view());
    ASSERT_TRUE(fs::exists(golden_path(*cell))) << "there is no golden picture: look at it, then tools/update_golden";
    expect_same(drawn, golden(*cell), 1);
  }
}

TEST_P(Gallery, the_other_rgb_formats_give_the_same) {
  for (const Cell* cell : fixed_cells())
    for (const PixelFormat format : {PixelFormat::bgr8, PixelFormat::rgba8, PixelFormat::bgra8}) {
      SCOPED_TRACE(testing::Message() << cell->name << " " << name_of(format));
      expect_same(gallery::draw_cell(stream(), format, *cell), golden(*cell), 1);
    }
}

TEST_P(Gallery, yuv_formats_agree_within_what_subsampling_allows) {
  const Stream cpu(Device::cpu());
  for (const Cell* cell : fixed_cells())
    for (const PixelFormat format : {PixelFormat::nv12, PixelFormat::i420}) {
      SCOPED_TRACE(testing::Message() << cell->name << " " << name_of(format));
      const Image actual = draw(*cell, format);
      Drawn rgb = golden(*cell);
      const Image expected(cpu, format, actual.size());
      convert_into(cpu, rgb.view(), expected);
      cpu.synchronize();
      for (int plane = 0; plane < actual.view().plane_count(); ++plane) {
        const Deviation d = compare(actual.view().plane(plane), expected.view().plane(plane));
        if (plane == 0) {
          EXPECT_LE(d.most, 3);
          continue;
        }
        EXPECT_LE(d.most, 32) << "plane " << plane;
        EXPECT_LE(d.mean, 0.5) << "plane " << plane;
        EXPECT_LE(d.beyond, 0.025) << "plane " << plane;
      }
    }
}

TEST_P(Gallery, a_cell_on_the_page_is_the_cell_alone) {
  Drawn page = gallery::draw_page(stream(), PixelFormat::rgb8);
  for (const gallery::Place& place : gallery::places()) {
    SCOPED_TRACE(place.cell->name);
    const ImageView region =
        page.view().region({place.at.x, place.at.y, gallery::cell_size.width, gallery::cell_size.height});
    expect_same(as_rgb(region), gallery::draw_cell(stream(), PixelFormat::rgb8, *place.cell), 0);
  }
}

TEST(GalleryCells, all_draw_something) {
  const Stream cpu(Device::cpu());
  for (const gallery::Topic& topic : gallery::topics())
    for (const Cell& cell : topic.cells)
      EXPECT_NE(gallery::draw_cell(cpu, PixelFormat::rgb8, cell).rgb, gallery::background_pixels(cell.background))
          << cell.name;
}

TEST(GalleryCells, golden_pictures_are_theirs_alone_and_small) {
  std::set<std::string> names;
  for (const Cell* cell : fixed_cells()) EXPECT_TRUE(names.insert(std::string(cell->name) + ".png").second);
  std::uintmax_t bytes = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(golden_path(*fixed_cells().front()).parent_path())) {
    EXPECT_EQ(names.count(entry.path().filename().string()), 1U) << entry.path() << " belongs to no cell";
    bytes += entry.file_size();
  }
  EXPECT_LT(bytes, 1'000'000U);
}

}  // namespace
}  // namespace retouch::test
