// Tests of resize.
#include "support/backend.hpp"
