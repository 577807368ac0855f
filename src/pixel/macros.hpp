// One macro for code that runs on the host and on the GPU; empty for host compilers.
#pragma once

#ifdef __CUDACC__
#define RETOUCH_HD __host__ __device__
#else
#define RETOUCH_HD
#endif
