// The low-resolution Gaussian: dispatch.
#include "ops/gaussian_lowres.hpp"

#include "ops/dispatch.hpp"

namespace retouch::detail {

void gaussian_lowres(StreamView stream, std::span<const LowresJob> jobs) {
  RETOUCH_DISPATCH(stream, gaussian_lowres(stream, jobs));
}

}  // namespace retouch::detail
