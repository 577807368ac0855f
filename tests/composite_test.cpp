// Tests of composite.
#include "support/backend.hpp"
