// Tests of pixelate.
#include "support/backend.hpp"
