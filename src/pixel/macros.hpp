// RETOUCH_HD: for code that runs on the host and on the GPU; empty for host compilers. RETOUCH_INLINE: for small parts
// of loops that must be vectorised or kept in registers.
#pragma once

#ifdef __CUDACC__
#define RETOUCH_HD __host__ __device__
#else
#define RETOUCH_HD
#endif

#define RETOUCH_INLINE inline __attribute__((always_inline))
