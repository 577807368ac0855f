// Tests of gaussian_blur.
#include "support/backend.hpp"
