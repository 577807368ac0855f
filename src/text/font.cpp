// Font: the bundled one, families, files.
#include "text/font.hpp"

#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <map>

#include "core/check.hpp"
#include "text/bundled.hpp"

namespace retouch {

namespace {

using Data = Font::Data;
using Kind = Data::Kind;

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> id{0};
  return ++id;
}

const std::shared_ptr<const text::Face>& bundled_face(bool bold) {
  if (bold) {
    static const auto& face = *new std::shared_ptr(text::Face::from_memory(text::bundled_font(true), false));
    return face;
  }
  static const auto& face = *new std::shared_ptr(text::Face::from_memory(text::bundled_font(false), false));
  return face;
}

// Never destroyed: styles may outlive any static object of ours.
const std::shared_ptr<const Data>& bundled() {
  static const auto& data = *new std::shared_ptr<const Data>([] {
    auto made = std::make_shared<Data>(Kind::bundled, "DejaVu Sans");
    made->regular = bundled_face(false);
    return made;
  }());
  return data;
}

std::shared_ptr<const Data> make_family(const std::string& name) {
  const auto found = text::find_font(name, false);
  if (!found) detail::invalid("text: no font '{}', for no font is installed", name);
  if (!found->is_requested)
    detail::invalid("text: no font of the family '{}' is installed (the nearest is '{}')", name, found->family);
  auto data = std::make_shared<Data>(Kind::family, name);
  data->path = found->path;
  data->index = found->index;
  data->regular = text::Face::from_file(found->path, found->index, false);
  return data;
}

}  // namespace

Font::Data::Data(Kind of_kind, std::string its_name) : kind(of_kind), name(std::move(its_name)), id(next_id()) {}

const text::Face& Font::Data::face(bool bold) const {
  if (!bold) return *regular;
  std::call_once(bold_once_, [this] { bold_ = make_bold(); });
  return *bold_;
}

std::shared_ptr<const text::Face> Font::Data::make_bold() const {
  if (kind == Kind::bundled) return bundled_face(true);
  if (kind == Kind::family) {
    const auto found = text::find_font(name, true);
    if (found && found->is_requested && found->bold) return text::Face::from_file(found->path, found->index, false);
  }
  return text::Face::from_file(path, index, true);
}

text::FallbackFonts& Font::Data::fallback(bool bold) const {
  const std::size_t which = bold ? 1 : 0;
  std::call_once(fallback_once_[which], [&] {
    const bool named = kind != Kind::bundled && !regular->family().empty();
    fallback_[which] = &text::FallbackFonts::of_family(named ? regular->family() : "sans-serif", bold);
  });
  return *fallback_[which];
}

const text::Face& Font::Data::face_for(char32_t character, bool bold) const {
  const text::Face& own = face(bold);
  if (own.glyph(character) != 0) return own;
  if (const text::Face* other = fallback(bold).find(character)) return *other;
  const text::Face& last = *bundled_face(bold);
  return last.glyph(character) != 0 ? last : own;
}

Font::Font() : data_(bundled()) {}
Font::Font(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

Font Font::family(std::string_view name) {
  static auto* const mutex = new std::mutex;
  static auto* const known = new std::map<std::string, std::shared_ptr<const Data>, std::less<>>;
  constexpr std::size_t limit = 256;
  {
    const std::scoped_lock lock(*mutex);
    if (const auto it = known->find(name); it != known->end()) return Font(it->second);
  }
  auto data = make_family(std::string(name));
  const std::scoped_lock lock(*mutex);
  if (known->size() >= limit) known->clear();
  return Font(known->emplace(name, std::move(data)).first->second);
}

Font Font::file(const std::string& path, int index) {
  if (index < 0) throw FileError(fmt::format("text: font file {} has no face {}", path, index));
  // The same file is the same font as long as somebody has it, so that its labels are found again.
  static auto* const mutex = new std::mutex;
  static auto* const known = new std::map<std::string, std::weak_ptr<const Data>>;
  std::error_code ignored;
  const std::string key = fmt::format("{} {} {} {}", index, std::filesystem::file_size(path, ignored),
                                      std::filesystem::last_write_time(path, ignored).time_since_epoch().count(), path);
  const std::scoped_lock lock(*mutex);
  if (auto living = (*known)[key].lock()) return Font(std::move(living));
  std::erase_if(*known, [](const auto& entry) { return entry.second.expired(); });
  auto data = std::make_shared<Data>(Kind::file, std::filesystem::path(path).filename().string());
  data->path = path;
  data->index = index;
  data->regular = text::Face::from_file(path, index, false);
  (*known)[key] = data;
  return Font(std::move(data));
}

Font Font::hershey_simplex() {
  static const auto& data = *new std::shared_ptr<const Data>(std::make_shared<Data>(Kind::hershey, "hershey_simplex"));
  return Font(data);
}

const std::string& Font::name() const { return data_->name; }
bool Font::is_hershey() const { return data_->kind == Kind::hershey; }

}  // namespace retouch
