// Tests of fill.
#include "support/backend.hpp"
