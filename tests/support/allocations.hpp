// Counts what is taken from the heap with new, in the test and in the library. Link retouch_allocations.
#pragma once

namespace retouch::test {
/// All calls of operator new so far; always 0 under sanitizers.
long allocations();
}  // namespace retouch::test
