// Runs the backend of the stream's device. Backends live in retouch::cpu and retouch::cuda under the operation's name
// and take views that were checked.
#pragma once

#include "retouch/stream.hpp"

#if RETOUCH_WITH_CUDA
#define RETOUCH_DISPATCH(stream, call) \
  do {                                 \
    if ((stream).device().is_cuda())   \
      ::retouch::cuda::call;           \
    else                               \
      ::retouch::cpu::call;            \
  } while (false)
#else
#define RETOUCH_DISPATCH(stream, call) ::retouch::cpu::call
#endif
