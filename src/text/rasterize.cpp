#include "text/rasterize.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "retouch/text.hpp"
#include "text/hershey.hpp"

namespace retouch::text {

namespace {

// FreeType's y grows upwards, in 1/64 px.
constexpr FT_Pos quarter = 16;
// The largest picture that FreeType's rasterizer draws.
constexpr FT_Pos largest = 32767;

// An outline's counts are 16 bits wide.
constexpr unsigned most_points = 32767;
constexpr std::uint32_t unhinted_size = 64 * 40;

int floor_px(FT_Pos value) { return static_cast<int>(value >> 6); }
int ceil_px(FT_Pos value) { return static_cast<int>((value + 63) >> 6); }

}  // namespace

Rasterizer::Outline::~Outline() {
  if (points_ > 0) FT_Outline_Done(FreeType::instance().library, &outline_);
}

void Rasterizer::Outline::reserve(unsigned points, unsigned contours) {
  if (points <= points_ && contours <= contours_) return;
  if (points_ > 0) FT_Outline_Done(FreeType::instance().library, &outline_);
  points_ = std::min(std::max(points, 2 * points_), most_points);
  contours_ = std::min(std::max(contours, 2 * contours_), most_points);
  if (FT_Outline_New(FreeType::instance().library, points_, static_cast<FT_Int>(contours_), &outline_) != 0) {
    points_ = contours_ = 0;
    outline_ = {};
    throw std::bad_alloc();
  }
}

void Rasterizer::Outline::clear() {
  outline_.n_points = 0;
  outline_.n_contours = 0;
  outline_.flags = FT_OUTLINE_OWNER;
}

void Rasterizer::Outline::assign(const FT_Outline& other) {
  reserve(static_cast<unsigned>(other.n_points), static_cast<unsigned>(other.n_contours));
  std::copy_n(other.points, other.n_points, outline_.points);
  std::copy_n(other.tags, other.n_points, outline_.tags);
  std::copy_n(other.contours, other.n_contours, outline_.contours);
  outline_.n_points = other.n_points;
  outline_.n_contours = other.n_contours;
  outline_.flags = (other.flags & ~FT_OUTLINE_OWNER) | FT_OUTLINE_OWNER;
}

Rasterizer::Rasterizer() {
  letter_.reserve(256, 16);
  rim_.reserve(1024, 64);
  if (FT_Stroker_New(FreeType::instance().library, &stroker_) != 0) throw std::bad_alloc();
}

Rasterizer::~Rasterizer() { FT_Stroker_Done(stroker_); }

bool Rasterizer::load_letter(const GlyphKey& key, const Face& face) {
  FT_Face ft = face.freetype();
  FT_Set_Char_Size(ft, 0, static_cast<FT_F26Dot6>(key.size), 72, 72);
  // Small upright letters have their horizontal edges moved to pixel edges; their widths stay as designed.
  const bool hinted = key.angle == 0 && key.size < unhinted_size;
  const FT_Int32 flags = FT_LOAD_NO_BITMAP | (hinted ? FT_LOAD_TARGET_LIGHT : FT_LOAD_NO_HINTING);
  if (FT_Load_Glyph(ft, key.glyph, flags) != 0 || ft->glyph->format != FT_GLYPH_FORMAT_OUTLINE) return false;
  letter_.assign(ft->glyph->outline);
  if (face.embolden() && !letter_.empty()) {
    const auto strength = static_cast<FT_Pos>(key.size / 24);
    FT_Outline_Embolden(letter_.get(), strength);
  }
  return !letter_.empty();
}

// Strokes as outlines: a hershey letter is a stroked path, and its rim one with wider strokes.
void Rasterizer::load_strokes(const GlyphKey& key) {
  const double scale = key.size / static_cast<double>(Font::hershey_px_per_scale);  // to 1/64 px
  const FT_Fixed width = static_cast<FT_Fixed>(key.face - GlyphKey::hershey_face);
  FT_Stroker_Set(stroker_, std::max<FT_Fixed>(1, width / 2 + key.outline), FT_STROKER_LINECAP_ROUND,
                 FT_STROKER_LINEJOIN_ROUND, 0);
  const std::string_view strokes = hershey::glyph(key.glyph).strokes;
  bool open = false;
  for (std::size_t i = 0; i < strokes.size();) {
    if (strokes[i] == ' ') {
      if (open) FT_Stroker_EndSubPath(stroker_);
      open = false;
      ++i;
      continue;
    }
    const Point point = hershey::point(strokes, i);
    FT_Vector at{static_cast<FT_Pos>(std::lround(point.x * scale)), static_cast<FT_Pos>(std::lround(-point.y * scale))};
    if (open)
      FT_Stroker_LineTo(stroker_, &at);
    else
      FT_Stroker_BeginSubPath(stroker_, &at, 1);
    open = true;
    i += 2;
  }
  if (open) FT_Stroker_EndSubPath(stroker_);
  take_strokes();
}

void Rasterizer::take_strokes() {
  FT_UInt points = 0;
  FT_UInt contours = 0;
  rim_.clear();
  if (FT_Stroker_GetCounts(stroker_, &points, &contours) != 0) return;
  if (points > most_points || contours > most_points) return;
  rim_.reserve(points, contours);
  rim_.clear();
  FT_Stroker_Export(stroker_, rim_.get());
}

void Rasterizer::stroke(FT_Outline* source, FT_Fixed radius) {
  FT_Stroker_Set(stroker_, radius, FT_STROKER_LINECAP_ROUND, FT_STROKER_LINEJOIN_ROUND, 0);
  rim_.clear();
  if (FT_Stroker_ParseOutline(stroker_, source, 0) == 0) take_strokes();
}

void Rasterizer::place(const GlyphKey& key, FT_Outline* outline) const {
  if (key.angle != 0) {
    const double angle = key.angle / 64.0 * std::numbers::pi / 180;
    const auto fixed = [](double value) { return static_cast<FT_Fixed>(std::lround(value * 65536)); };
    const FT_Matrix clockwise{fixed(std::cos(angle)), fixed(std::sin(angle)), -fixed(std::sin(angle)),
                              fixed(std::cos(angle))};
    FT_Outline_Transform(outline, &clockwise);
  }
  FT_Outline_Translate(outline, key.phase_x * quarter, -key.phase_y * quarter);
}

std::optional<PictureBox> Rasterizer::prepare(const GlyphKey& key, const Face* face) {
  letter_.clear();
  rim_.clear();
  if (face == nullptr) {
    load_strokes(key);
    place(key, rim_.get());
    // cv::putText's coordinates are centres of pixels.
    FT_Outline_Translate(rim_.get(), 32, -32);
  } else {
    if (!load_letter(key, *face)) return std::nullopt;
    place(key, letter_.get());
    if (key.outline > 0) stroke(letter_.get(), key.outline);
  }
  FT_BBox bounds{};
  if (rim_.empty() && letter_.empty()) return std::nullopt;
  FT_Outline_Get_CBox(rim_.empty() ? letter_.get() : rim_.get(), &bounds);
  box_ = {floor_px(bounds.xMin), -ceil_px(bounds.yMax), ceil_px(bounds.xMax) - floor_px(bounds.xMin),
          ceil_px(bounds.yMax) - floor_px(bounds.yMin)};
  if (box_.width <= 0 || box_.height <= 0 || box_.width > largest || box_.height > largest) return std::nullopt;
  return box_;
}

void Rasterizer::draw(FT_Outline* outline, std::uint8_t* rows, std::size_t pitch_bytes) const {
  FT_Outline_Translate(outline, -static_cast<FT_Pos>(box_.x) * 64, static_cast<FT_Pos>(box_.y + box_.height) * 64);
  FT_Bitmap bitmap{};
  bitmap.width = static_cast<unsigned>(box_.width);
  bitmap.rows = static_cast<unsigned>(box_.height);
  bitmap.pitch = static_cast<int>(pitch_bytes);
  bitmap.buffer = rows;
  bitmap.num_grays = 256;
  bitmap.pixel_mode = FT_PIXEL_MODE_GRAY;
  FT_Outline_Get_Bitmap(FreeType::instance().library, outline, &bitmap);
}

void Rasterizer::draw(std::uint8_t* rows, std::size_t pitch_bytes) {
  if (rim_.empty()) {
    draw(letter_.get(), rows, pitch_bytes);
    return;
  }
  draw(rim_.get(), rows, pitch_bytes);
  if (letter_.empty()) return;
  // The stroke runs along the letter's edge and overlaps it, so the larger coverage is that of both together. One
  // outline of both would not do: their windings may cancel out.
  scratch_.assign(pitch_bytes * static_cast<std::size_t>(box_.height), 0);
  draw(letter_.get(), scratch_.data(), pitch_bytes);
  std::transform(scratch_.begin(), scratch_.end(), rows, rows,
                 [](std::uint8_t a, std::uint8_t b) { return std::max(a, b); });
}

}  // namespace retouch::text
