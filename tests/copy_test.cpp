// Tests of copy.
#include "support/backend.hpp"
