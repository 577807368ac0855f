#include "text/face.hpp"

#include <fmt/format.h>
#include <hb-ft.h>
#include <hb-ot.h>

#include <atomic>
#include <filesystem>
#include <stdexcept>

#include FT_TRUETYPE_TABLES_H

#include "retouch/error.hpp"
#include "text/ascii.hpp"

namespace retouch::text {

FreeType& FreeType::instance() {
  static auto* const freetype = new FreeType;
  return *freetype;
}

FreeType::FreeType() {
  if (FT_Init_FreeType(&library) != 0) throw std::runtime_error("text: FreeType does not start");
}

namespace {

std::uint32_t next_id() {
  static std::atomic<std::uint32_t> id{0};
  return ++id;
}

const char* reason(FT_Error error) {
  const char* text = FT_Error_String(error);  // null unless FreeType was built with its messages
  if (text != nullptr) return text;
  switch (error) {
    case FT_Err_Cannot_Open_Resource: return "cannot be opened";
    case FT_Err_Unknown_File_Format: return "is not a font";
    case FT_Err_Invalid_Argument: return "has no such face";
    default: return "is damaged";
  }
}

void done(FT_Face face) {
  const std::scoped_lock lock(FreeType::instance().mutex);
  FT_Done_Face(face);
}

// Tables are copied out: FreeType knows how to unpack those of WOFF files, and its memory stays its own.
hb_blob_t* load_table(hb_face_t*, hb_tag_t tag, void* user) {
  auto* const face = static_cast<FT_Face>(user);
  const std::scoped_lock lock(FreeType::instance().mutex);
  FT_ULong bytes = 0;
  if (tag == HB_TAG_NONE || FT_Load_Sfnt_Table(face, tag, 0, nullptr, &bytes) != 0 || bytes == 0) return nullptr;
  auto memory = std::make_unique<FT_Byte[]>(bytes);
  if (FT_Load_Sfnt_Table(face, tag, 0, memory.get(), &bytes) != 0) return nullptr;
  const auto* data = reinterpret_cast<const char*>(memory.get());
  return hb_blob_create(data, static_cast<unsigned>(bytes), HB_MEMORY_MODE_READONLY, memory.release(),
                        [](void* owned) { std::default_delete<FT_Byte[]>()(static_cast<FT_Byte*>(owned)); });
}

hb_font_t* make_font(FT_Face face) {
  hb_face_t* tables = hb_face_create_for_tables(load_table, face, nullptr);
  hb_face_set_index(tables, static_cast<unsigned>(face->face_index & 0xFFFF));
  hb_font_t* font = hb_font_create(tables);
  hb_face_destroy(tables);
  if (const auto instance = static_cast<unsigned>(face->face_index) >> 16U; instance != 0)
    hb_font_set_var_named_instance(font, instance - 1);
  hb_font_make_immutable(font);
  return font;
}

// Under FreeType's mutex. The font's unit is the font unit here too.
hb_font_t* make_freetype_font(FT_Face face) {
  FT_Set_Char_Size(face, 0, static_cast<FT_F26Dot6>(face->units_per_EM) * 64, 72, 72);
  hb_font_t* font = hb_ft_font_create_referenced(face);
  hb_ft_font_set_load_flags(font, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP);
  const int units = face->units_per_EM;
  hb_font_set_scale(font, units * 64, units * 64);
  return font;
}

}  // namespace

std::shared_ptr<const Face> Face::from_file(const std::string& path, int index, bool embolden) {
  if (std::error_code ignored; !std::filesystem::is_regular_file(path, ignored))
    throw FileError(fmt::format("text: font file {} does not exist", path));
  FT_Face face = nullptr;
  {
    const std::scoped_lock lock(FreeType::instance().mutex);
    if (const FT_Error error = FT_New_Face(FreeType::instance().library, path.c_str(), index, &face); error != 0)
      throw FileError(fmt::format("text: font file {} (face {}) {}", path, index, reason(error)));
  }
  if (!FT_IS_SCALABLE(face)) {
    done(face);
    throw FileError(fmt::format("text: font file {} has pictures of fixed sizes and no outlines", path));
  }
  return std::make_shared<const Face>(face, embolden);
}

std::shared_ptr<const Face> Face::from_memory(std::span<const std::uint8_t> bytes, bool embolden) {
  FT_Face face = nullptr;
  {
    const std::scoped_lock lock(FreeType::instance().mutex);
    const FT_Error error =
        FT_New_Memory_Face(FreeType::instance().library, bytes.data(), static_cast<FT_Long>(bytes.size()), 0, &face);
    if (error != 0) throw FileError(fmt::format("text: font in memory {}", reason(error)));
  }
  return std::make_shared<const Face>(face, embolden);
}

Face::Face(FT_Face face, bool embolden) : id_(next_id()), embolden_(embolden), face_(face) {
  units_per_em_ = static_cast<float>(face->units_per_EM);
  ascent_ = static_cast<float>(face->ascender);
  descent_ = static_cast<float>(-face->descender);
  line_height_ = static_cast<float>(face->height);
  bold_units_ = face->units_per_EM / 24;  // as FT_GlyphSlot_Embolden
  family_ = face->family_name != nullptr ? face->family_name : "";
  shapes_with_freetype_ = !FT_IS_SFNT(face);
  if (shapes_with_freetype_) {
    const std::scoped_lock lock(FreeType::instance().mutex);
    font_ = make_freetype_font(face);
  } else {
    font_ = make_font(face);
  }
}

Face::~Face() {
  if (shapes_with_freetype_) {
    const std::scoped_lock lock(FreeType::instance().mutex);  // it holds the face, too
    hb_font_destroy(font_);
    FT_Done_Face(face_);
    return;
  }
  hb_font_destroy(font_);
  done(face_);
}

std::uint32_t Face::glyph(char32_t character) const {
  if (shapes_with_freetype_) {
    const std::scoped_lock lock(FreeType::instance().mutex);
    return FT_Get_Char_Index(face_, character);
  }
  hb_codepoint_t glyph = 0;
  return hb_font_get_nominal_glyph(font_, character, &glyph) != 0 ? glyph : 0;
}

void Face::shape(hb_buffer_t* buffer) const {
  if (!shapes_with_freetype_) {
    hb_shape(font_, buffer, nullptr, 0);
    return;
  }
  {
    const std::scoped_lock lock(FreeType::instance().mutex);
    FT_Set_Char_Size(face_, 0, static_cast<FT_F26Dot6>(face_->units_per_EM) * 64, 72, 72);
    hb_shape(font_, buffer, nullptr, 0);
  }
  unsigned count = 0;
  hb_glyph_position_t* positions = hb_buffer_get_glyph_positions(buffer, &count);
  for (hb_glyph_position_t& position : std::span(positions, count)) {
    position.x_advance /= 64;
    position.x_offset /= 64;
    position.y_offset /= 64;
  }
}

const AsciiTable& Face::ascii() const {
  std::call_once(ascii_once_, [this] {
    ascii_ = std::make_unique<const AsciiTable>(*this, shapes_with_freetype_ ? nullptr : hb_font_get_face(font_));
  });
  return *ascii_;
}

}  // namespace retouch::text
