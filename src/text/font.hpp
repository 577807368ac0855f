// What a Font refers to.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string>

#include "retouch/text.hpp"
#include "text/face.hpp"
#include "text/fontconfig.hpp"

namespace retouch {

struct Font::Data {
  enum class Kind : std::uint8_t { bundled, family, file, hershey };

  Data(Kind kind, std::string name);
  Data(const Data&) = delete;
  Data& operator=(const Data&) = delete;

  /// Not for hershey.
  const text::Face& face(bool bold) const;
  /// The face that a character is set in: this font's own, an installed font's, the bundled one, and when none has it,
  /// the own again, whose box stands for it.
  const text::Face& face_for(char32_t character, bool bold) const;

  const Kind kind;
  const std::string name;
  const std::uint64_t id;  ///< unique in the process, so that a cache needs no font to stay alive

  // As found; `regular` is there from the start.
  std::string path;
  int index = 0;
  std::shared_ptr<const text::Face> regular;

 private:
  std::shared_ptr<const text::Face> make_bold() const;
  text::FallbackFonts& fallback(bool bold) const;

  mutable std::once_flag bold_once_;
  mutable std::shared_ptr<const text::Face> bold_;
  mutable std::array<std::once_flag, 2> fallback_once_;
  mutable std::array<text::FallbackFonts*, 2> fallback_{};
};

}  // namespace retouch
