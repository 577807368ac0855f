#include <retouch/fill.hpp>
#include <retouch/image.hpp>

int main() {
  const retouch::Stream stream(retouch::Device::cpu());
  const retouch::Image from(stream, retouch::PixelFormat::nv12, {8, 8});
  const retouch::Image to(stream, retouch::PixelFormat::nv12, {8, 8});
  retouch::copy_into(stream, from, to);
  return to.width() == 8 ? 0 : 1;
}
