// No pipeline, no GStreamer: edits a picture on the GPU where there is one, else on the CPU.
//
//   edit_image assets/astronaut.png assets/logo.png out.png
#include <cstdio>
#include <exception>
#include <retouch/fill.hpp>
#include <retouch/filter.hpp>
#include <retouch/sprite.hpp>

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: edit_image PICTURE.png LOGO.png OUT.png\n");
    return 2;
  }
  try {
    const retouch::Stream stream(retouch::Device::best());
    const retouch::Image host = retouch::read_png(argv[1]);
    const retouch::Image image(stream, host.format(), host.size());

    retouch::copy_into(stream, host, image);  // up, in the stream's order like everything below
    retouch::gaussian_blur(stream, image.region({172, 74, 106, 106}), {.sigma_x = 8});
    retouch::composite(stream, image, retouch::Sprite::from_file(argv[2]), {16, 416}, {.opacity = 0.9F});
    retouch::copy_into(stream, image, host);  // and down again
    stream.synchronize();                     // the one wait

    retouch::write_png(argv[3], host);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "edit_image: %s\n", error.what());
    return 1;
  }
  return 0;
}
