// Label formats: parsed once into words of pieces, so that an object's label is a walk over them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <mutex>

#include "core/check.hpp"
#include "retouch/object_style.hpp"

namespace retouch {
namespace {

enum class Field : std::uint8_t { none, label, confidence, track_id, id, source, parent };

struct FieldName {
  std::string_view name;
  Field field;
};
constexpr std::array<FieldName, 7> field_names{{{"label", Field::label},
                                                {"confidence", Field::confidence},
                                                {"track_id", Field::track_id},
                                                {"id", Field::id},
                                                {"source", Field::source},
                                                {"model", Field::source},
                                                {"parent", Field::parent}}};

struct Piece {
  Field field = Field::none;
  std::string text;    // of a literal; of a field with a specification, "{:spec}" for fmt
  int precision = -1;  // ".Nf" and ".N%", the common ones, go without fmt's parser
  bool percent = false;
};

struct Word {
  std::string separator;  // the spaces before it
  std::vector<Piece> pieces;
  bool has_fields = false;
};

using Line = std::vector<Word>;

}  // namespace

struct LabelFormat::Program {
  std::string text;
  std::vector<Line> lines;
  bool uses_parent = false;
};

namespace {

[[noreturn]] void bad(std::string_view format, std::string_view what) {
  detail::invalid("label format '{}': {}", format, what);
}

// ".2" of ".2f"; -1 when it is not that.
int plain_precision(std::string_view spec) {
  if (spec.size() < 2 || spec.size() > 3 || spec[0] != '.') return -1;
  int value = 0;
  const auto result = std::from_chars(spec.data() + 1, spec.data() + spec.size(), value);
  return result.ec == std::errc() && result.ptr == spec.data() + spec.size() && value <= 16 ? value : -1;
}

Piece field_piece(std::string_view format, std::string_view inside) {
  const auto colon = inside.find(':');
  const std::string_view name = inside.substr(0, colon);
  const std::string_view spec = colon == std::string_view::npos ? std::string_view() : inside.substr(colon + 1);
  const auto* known =
      std::find_if(field_names.begin(), field_names.end(), [&](const FieldName& one) { return one.name == name; });
  if (known == field_names.end())
    bad(format,
        fmt::format("unknown field '{}'; expected label, confidence, track_id, id, source, model or parent", name));
  Piece piece;
  piece.field = known->field;
  if (spec.empty()) return piece;
  if (piece.field == Field::confidence && (spec.back() == 'f' || spec.back() == '%')) {
    piece.percent = spec.back() == '%';
    piece.precision = plain_precision(spec.substr(0, spec.size() - 1));
    if (piece.precision < 0 && piece.percent) {
      if (spec != "%") bad(format, fmt::format("a percentage is '%' or '.2%', not '{}'", spec));
      piece.precision = 6;
    }
  }
  if (piece.precision >= 0) return piece;
  if (spec.find('{') != std::string_view::npos) bad(format, "a width or precision that is a field itself is not known");
  piece.text = fmt::format("{{:{}}}", spec);
  try {
    switch (piece.field) {
      case Field::confidence: static_cast<void>(fmt::format(fmt::runtime(piece.text), 0.5F)); break;
      case Field::track_id:
      case Field::id: static_cast<void>(fmt::format(fmt::runtime(piece.text), std::int64_t{1})); break;
      default: static_cast<void>(fmt::format(fmt::runtime(piece.text), std::string_view("a")));
    }
  } catch (const fmt::format_error& error) {
    bad(format, fmt::format("'{}' does not fit {}: {}", spec, name, error.what()));
  }
  return piece;
}

LabelFormat::Program parse(std::string_view format) {
  LabelFormat::Program program;
  program.text = format;
  program.lines.emplace_back();
  std::string separator;
  bool in_word = false;
  const auto word = [&]() -> Word& {
    Line& line = program.lines.back();
    if (!in_word) line.push_back({std::exchange(separator, {}), {}, false});
    in_word = true;
    return line.back();
  };
  const auto literal = [&](char c) {
    Word& w = word();
    if (w.pieces.empty() || w.pieces.back().field != Field::none) w.pieces.emplace_back();
    w.pieces.back().text += c;
  };
  for (std::size_t i = 0; i < format.size(); ++i) {
    const char c = format[i];
    if (c == '\n') {
      program.lines.emplace_back();
      separator.clear();
      in_word = false;
    } else if (c == ' ') {
      separator += c;
      in_word = false;
    } else if ((c == '{' || c == '}') && i + 1 < format.size() && format[i + 1] == c) {
      literal(c);
      ++i;
    } else if (c == '}') {
      bad(format, "'}' without '{'; the character itself is written '}}'");
    } else if (c == '{') {
      const auto end = format.find('}', i);
      if (end == std::string_view::npos) bad(format, "'{' without '}'; the character itself is written '{{'");
      Word& w = word();
      w.pieces.push_back(field_piece(format, format.substr(i + 1, end - i - 1)));
      w.has_fields = true;
      program.uses_parent |= w.pieces.back().field == Field::parent;
      i = end;
    } else {
      literal(c);
    }
  }
  return program;
}

// A format that is used over and over is found by its text. Bounded: who makes formats from data pays for parsing.
std::shared_ptr<const LabelFormat::Program> cached(std::string_view format) {
  thread_local std::shared_ptr<const LabelFormat::Program> last;
  if (last && last->text == format) return last;
  static std::mutex mutex;
  static auto* const known = new std::map<std::string, std::shared_ptr<const LabelFormat::Program>, std::less<>>;
  constexpr std::size_t most = 256;
  {
    const std::scoped_lock lock(mutex);
    if (const auto found = known->find(format); found != known->end()) return last = found->second;
  }
  auto program = std::make_shared<const LabelFormat::Program>(parse(format));
  const std::scoped_lock lock(mutex);
  if (known->size() < most) known->emplace(program->text, program);
  return last = std::move(program);
}

void append_float(std::string& to, double value, int precision, bool percent) {
  std::array<char, 400> digits;  // any double with 16 decimals
  if (percent) value *= 100;
  const auto result =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, precision);
  to.append(digits.data(), result.ptr);
  if (percent) to += '%';
}

template <class Value>
void append_value(std::string& to, const Piece& piece, const Value& value) {
  fmt::vformat_to(std::back_inserter(to), piece.text, fmt::make_format_args(value));
}

void append_text(std::string& to, const Piece& piece, std::string_view value) {
  if (piece.text.empty())
    to += value;
  else
    append_value(to, piece, value);
}

void append_integer(std::string& to, const Piece& piece, std::int64_t value) {
  if (!piece.text.empty()) return append_value(to, piece, value);
  const fmt::format_int digits(value);
  to.append(digits.data(), digits.size());
}

// False when the object does not have it.
bool append_field(std::string& to, const Piece& piece, const Object& object, const Object* parent) {
  switch (piece.field) {
    case Field::none: break;
    case Field::label:
    case Field::source:
    case Field::parent: {
      std::string_view value = piece.field == Field::label ? object.label : object.source;
      if (piece.field == Field::parent) value = parent == nullptr ? std::string_view() : parent->label;
      if (value.empty()) return false;
      append_text(to, piece, value);
      return true;
    }
    case Field::confidence:
      if (std::isnan(object.confidence)) return false;
      if (piece.precision >= 0)
        append_float(to, static_cast<double>(object.confidence), piece.precision, piece.percent);
      else if (piece.text.empty())
        fmt::format_to(std::back_inserter(to), "{}", object.confidence);
      else
        append_value(to, piece, object.confidence);
      return true;
    case Field::track_id:
      if (!object.track_id) return false;
      append_integer(to, piece, *object.track_id);
      return true;
    case Field::id:
      if (object.id == 0) return false;
      append_integer(to, piece, object.id);
      return true;
  }
  return false;
}

}  // namespace

LabelFormat::LabelFormat() {
  static const auto* const common = new std::shared_ptr(cached("{label} {confidence:.2f}"));
  program_ = *common;
}

LabelFormat::LabelFormat(std::string_view format) : program_(cached(format)) {}

LabelFormat LabelFormat::literal_if_bad(std::string_view format, std::string* problem) {
  try {
    return LabelFormat(format);
  } catch (const InvalidArgument& error) {
    if (problem != nullptr) *problem = error.what();
  }
  std::string escaped;
  for (const char c : format) escaped.append(c == '{' || c == '}' ? 2 : 1, c);
  Program program = parse(escaped);
  program.text = format;
  return LabelFormat(std::make_shared<const Program>(std::move(program)));
}

const std::string& LabelFormat::text() const { return program_->text; }
bool LabelFormat::uses_parent() const { return program_->uses_parent; }

void LabelFormat::append_to(std::string& to, const Object& object, const Object* parent) const {
  bool has_lines = false;
  for (const Line& line : program_->lines) {
    const std::size_t line_begin = to.size();
    if (has_lines) to += '\n';
    bool kept = line.empty();  // an empty line of the format stays
    for (const Word& word : line) {
      const std::size_t word_begin = to.size();
      // What was left out at the line's beginning takes the space after it along.
      if (kept || &word == line.data()) to += word.separator;
      bool present = !word.has_fields;
      for (const Piece& piece : word.pieces) {
        if (piece.field == Field::none)
          to += piece.text;
        else
          present |= append_field(to, piece, object, parent);
      }
      if (present)
        kept = true;
      else
        to.resize(word_begin);
    }
    has_lines |= kept;
    if (!kept) to.resize(line_begin);
  }
}

std::string LabelFormat::operator()(const Object& object, const Object* parent) const {
  std::string text;
  append_to(text, object, parent);
  return text;
}

}  // namespace retouch
