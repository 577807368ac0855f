#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "commands.hpp"
#include "page.hpp"
#include "retouch/device.hpp"
#include "retouch/error.hpp"
#include "retouch/pipeline/runner.hpp"

namespace retouch::app {
namespace {

namespace fs = std::filesystem;
using retouch::gallery::Cell;

constexpr const char* footer = R"(Examples:
  retouch gallery
  retouch gallery --device cuda:0 --format nv12 --output nv12.png
  retouch gallery --only blur_feather --output blur_feather.png
  retouch gallery --list

docs/gallery.md shows the code of every cell.)";

struct GalleryArguments {
  std::string device = "auto";
  std::string output = "gallery.png";
  std::string format = "rgba8";
  std::string only;
  bool list = false;
};

// The photograph of the assets, where it is found: in $RETOUCH_DATA_DIR, or as installed. Without it the portraits are
// drawn ones.
Image find_photo() {
  constexpr const char* name = "astronaut.png";
  std::vector<fs::path> folders;
  if (const char* data = std::getenv("RETOUCH_DATA_DIR"); data != nullptr && *data != '\0') folders.emplace_back(data);
  std::error_code ignored;
  folders.push_back(fs::read_symlink("/proc/self/exe", ignored).parent_path() / "../share/retouch");
  for (const fs::path& folder : folders)
    if (fs::exists(folder / name, ignored)) return read_png((folder / name).string());
  return {};
}

std::vector<const Cell*> all_cells() {
  std::vector<const Cell*> cells;
  for (const retouch::gallery::Topic& topic : retouch::gallery::topics())
    for (const Cell& cell : topic.cells) cells.push_back(&cell);
  return cells;
}

Device find_device(const std::string& name) {
  try {
    return Device::parse(name);
  } catch (const std::invalid_argument& error) {
    throw RunError(RunFailure::usage, error.what());
  } catch (const std::exception& error) {
    throw RunError(RunFailure::device, fmt::format("{}; see 'retouch devices', or use --device cpu", error.what()));
  }
}

int gallery(const GalleryArguments& arguments) {
  const std::vector<const Cell*> cells = all_cells();
  if (arguments.list) {
    for (const Cell* cell : cells) fmt::print("{}\n", cell->name);
    return 0;
  }
  const auto only = std::find_if(cells.begin(), cells.end(), [&](const Cell* c) { return c->name == arguments.only; });
  if (only == cells.end() && !arguments.only.empty())
    throw RunError(RunFailure::usage,
                   fmt::format("gallery: there is no cell '{}'; 'retouch gallery --list' names them", arguments.only));
  const PixelFormat format = pixel_format(arguments.format);
  const Stream stream(find_device(arguments.device));
  const Image photo = find_photo();
  retouch::gallery::Drawn drawn = only != cells.end() ? retouch::gallery::draw_cell(stream, format, **only, photo)
                                                      : retouch::gallery::draw_page(stream, format, photo);
  try {
    write_png(arguments.output, drawn.view());
  } catch (const FileError& error) {
    throw RunError(RunFailure::output, error.what());
  }
  fmt::print("{}: {}x{}, drawn as {} on {}\n", arguments.output, drawn.size.width, drawn.size.height, name_of(format),
             stream.device().name());
  return 0;
}

}  // namespace

Command add_gallery(CLI::App& app) {
  auto arguments = std::make_shared<GalleryArguments>();
  CLI::App* const command = app.add_subcommand("gallery", "Draw everything that Canvas can draw on one page, a PNG.");
  std::vector<std::string> formats;
  formats.reserve(all_pixel_formats.size());
  for (const PixelFormat format : all_pixel_formats) formats.emplace_back(name_of(format));
  command->footer(footer);
  command->add_option("--device", arguments->device, "Where it is drawn: auto, cpu, cuda or cuda:N")
      ->type_name("DEVICE")
      ->capture_default_str();
  command->add_option("-o,--output", arguments->output, "The PNG to write")->type_name("FILE")->capture_default_str();
  command->add_option("--format", arguments->format, "What it is drawn in: rgba8, nv12, ...")
      ->type_name("FORMAT")
      ->check(CLI::IsMember(formats))
      ->capture_default_str();
  command->add_option("--only", arguments->only, "Draw one cell alone, without its title")->type_name("NAME");
  command->add_flag("--list", arguments->list, "Print the names of the cells and draw nothing");
  return [arguments] { return gallery(*arguments); };
}

}  // namespace retouch::app
