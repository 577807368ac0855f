// Found by its file's name, like the functions that come with retouch.
#include "retouch/pipeline/function.hpp"

namespace {
class Builtin : public retouch::FrameFunction {
  void process_frame(retouch::Frame&) override {}
};
}  // namespace

RETOUCH_REGISTER_FUNCTION_AS(Builtin, "test_builtin")
