// Tests of rotate90.
#include "support/backend.hpp"
