// FrameFunction, Kwargs and the registry.
#include "retouch/pipeline/function.hpp"
