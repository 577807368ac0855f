// Tests of flip.
#include "support/backend.hpp"
