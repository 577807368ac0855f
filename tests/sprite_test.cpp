// Tests of Sprite.
#include "support/backend.hpp"
