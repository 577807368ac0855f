// A library that registers a name that another one has, after one of its own.
#include "retouch/pipeline/function.hpp"

namespace {
class OnlyInClash : public retouch::FrameFunction {
  void process_frame(retouch::Frame&) override {}
};
class FillBox : public retouch::FrameFunction {
  void process_frame(retouch::Frame&) override {}
};
}  // namespace

RETOUCH_REGISTER_FUNCTION(OnlyInClash)
RETOUCH_REGISTER_FUNCTION(FillBox)
