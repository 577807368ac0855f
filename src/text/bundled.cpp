// DejaVu Sans, laid into the library by the assembler: no file has to be found at run time, and the compiler never sees
// a megabyte of numbers. RETOUCH_ASSETS is the folder, from CMake.
#include "text/bundled.hpp"

// NOLINTBEGIN(bugprone-reserved-identifier)
#define RETOUCH_EMBED(name, file)                                             \
  asm(".section .rodata." #name                                               \
      ",\"a\",%progbits\n"                                                    \
      ".balign 16\n"                                                          \
      ".global " #name "\n.hidden " #name                                     \
      "\n"                                                                    \
      ".type " #name ", %object\n" #name                                      \
      ":\n"                                                                   \
      ".incbin \"" RETOUCH_ASSETS "/" file                                    \
      "\"\n"                                                                  \
      ".global " #name "_end\n.hidden " #name "_end\n" #name                  \
      "_end:\n"                                                               \
      ".byte 0\n"                                                             \
      ".size " #name ", " #name "_end - " #name                               \
      "\n"                                                                    \
      ".previous\n");                                                         \
  extern "C" __attribute__((visibility("hidden"))) const std::uint8_t name[]; \
  extern "C" __attribute__((visibility("hidden"))) const std::uint8_t name##_end[];

RETOUCH_EMBED(retouch_dejavu_sans, "DejaVuSans.ttf")
RETOUCH_EMBED(retouch_dejavu_sans_bold, "DejaVuSans-Bold.ttf")
// NOLINTEND(bugprone-reserved-identifier)

namespace retouch::text {

std::span<const std::uint8_t> bundled_font(bool bold) {
  // Ends through integers: two objects, for all the compiler knows.
  const std::uint8_t* begin = bold ? retouch_dejavu_sans_bold : retouch_dejavu_sans;
  const std::uint8_t* end = bold ? retouch_dejavu_sans_bold_end : retouch_dejavu_sans_end;
  return {begin,
          static_cast<std::size_t>(reinterpret_cast<std::uintptr_t>(end) - reinterpret_cast<std::uintptr_t>(begin))};
}

}  // namespace retouch::text
