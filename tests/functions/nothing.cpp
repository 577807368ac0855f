// A library that forgot RETOUCH_REGISTER_FUNCTION.
#include "retouch/export.hpp"

int retouch_test_nothing();
RETOUCH_EXPORT int retouch_test_nothing() { return 1; }
