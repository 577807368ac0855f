// Tests of box_blur.
#include "support/backend.hpp"
