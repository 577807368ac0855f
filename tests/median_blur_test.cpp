// Tests of median_blur.
#include "support/backend.hpp"
