// Tests of Patch.
#include "support/backend.hpp"
