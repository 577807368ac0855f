// RETOUCH_CLONES before a function's definition: compiled twice, for AVX2 and for the baseline, chosen when the library
// is loaded. What it calls must be inlined to gain. Left out under sanitizers, whose runtime is not there yet when the
// loader chooses.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define RETOUCH_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define RETOUCH_CLONES
#endif

// The same before a function template's definition, which Clang does not clone.
#ifdef __clang__
#define RETOUCH_TEMPLATE_CLONES
#else
#define RETOUCH_TEMPLATE_CLONES RETOUCH_CLONES
#endif
