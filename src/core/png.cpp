// PNG through libpng's simplified API.
#include <fmt/format.h>
#include <png.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "retouch/error.hpp"
#include "retouch/image.hpp"

namespace retouch {

namespace {
struct PngGuard {
  png_image image{};
  PngGuard() { image.version = PNG_IMAGE_VERSION; }
  ~PngGuard() { png_image_free(&image); }
  PngGuard(const PngGuard&) = delete;
  PngGuard& operator=(const PngGuard&) = delete;
};
}  // namespace

Image read_png(const std::string& path) {
  PngGuard png;
  if (png_image_begin_read_from_file(&png.image, path.c_str()) == 0)
    throw FileError(fmt::format("read_png: '{}': {}", path, png.image.message));
  png.image.format = PNG_FORMAT_RGBA;
  const Stream stream{Device::cpu()};
  Image image(stream, PixelFormat::rgba8, {static_cast<int>(png.image.width), static_cast<int>(png.image.height)});
  const Plane& plane = image.view().plane(0);
  if (png_image_finish_read(&png.image, nullptr, plane.data, static_cast<png_int_32>(plane.pitch_bytes), nullptr) == 0)
    throw FileError(fmt::format("read_png: '{}': {}", path, png.image.message));
  return image;
}

void write_png(const std::string& path, const ImageView& image) {
  if (!image.device().is_cpu())
    throw Unsupported(fmt::format("write_png: the image must be in host memory ({})", image.describe()));
  PngGuard png;
  switch (image.format()) {
    case PixelFormat::gray8: png.image.format = PNG_FORMAT_GRAY; break;
    case PixelFormat::rgb8: png.image.format = PNG_FORMAT_RGB; break;
    case PixelFormat::bgr8: png.image.format = PNG_FORMAT_BGR; break;
    case PixelFormat::rgba8: png.image.format = PNG_FORMAT_RGBA; break;
    case PixelFormat::bgra8: png.image.format = PNG_FORMAT_BGRA; break;
    default: throw Unsupported(fmt::format("write_png: convert to a packed format first ({})", image.describe()));
  }
  if (image.empty()) throw InvalidArgument(fmt::format("write_png: '{}': the image is empty", path));
  png.image.width = static_cast<png_uint_32>(image.width());
  png.image.height = static_cast<png_uint_32>(image.height());
  const Plane& plane = image.plane(0);
  const std::string part = path + ".part";
  if (png_image_write_to_file(&png.image, part.c_str(), 0, plane.data, static_cast<png_int_32>(plane.pitch_bytes),
                              nullptr) == 0) {
    static_cast<void>(std::remove(part.c_str()));
    throw FileError(fmt::format("write_png: '{}': {}", path, png.image.message));
  }
  if (std::rename(part.c_str(), path.c_str()) != 0) {
    const int error = errno;
    static_cast<void>(std::remove(part.c_str()));
    throw FileError(fmt::format("write_png: '{}': {}", path, std::strerror(error)));
  }
}

}  // namespace retouch
