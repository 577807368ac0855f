// Tests of convert.
#include "support/backend.hpp"
