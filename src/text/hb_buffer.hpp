// A HarfBuzz buffer per thread: its memory is kept from text to text.
#pragma once

#include <hb.h>

namespace retouch::text {

/// Empty.
inline hb_buffer_t* thread_buffer() {
  struct Buffer {
    hb_buffer_t* buffer = hb_buffer_create();
    Buffer() = default;
    ~Buffer() { hb_buffer_destroy(buffer); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
  };
  thread_local const Buffer owned;
  hb_buffer_clear_contents(owned.buffer);
  return owned.buffer;
}

}  // namespace retouch::text
