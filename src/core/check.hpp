// Checks at the public call. Each throws before anything is enqueued; messages read "operation: what is wrong
// (values)".
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <span>

#include "retouch/error.hpp"
#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch::detail {

template <class... Args>
[[noreturn]] void invalid(fmt::format_string<Args...> format, Args&&... args) {
  throw InvalidArgument(fmt::format(format, std::forward<Args>(args)...));
}

/// Each view lives on the stream's device (empty views pass).
void check_device(const char* op, StreamView stream, const ImageView& view);
void check_device(const char* op, StreamView stream, std::span<const ImageView> views);
/// dst has src's device, format, size and chroma phase, and shares no memory with it.
void check_into(const char* op, StreamView stream, const ImageView& src, const ImageView& dst);

}  // namespace retouch::detail
