#include <nlohmann/json.hpp>

#include "retouch/pipeline/runner.hpp"

namespace retouch {

std::string Summary::json() const {
  nlohmann::ordered_json object = {
      {"output", output},
      {"device", device},
      {"decoder", decoder},
      {"encoder", encoder},
      {"width", width},
      {"height", height},
      {"frames_in", frames_in},
      {"frames_out", frames_out},
      {"frames_skipped", frames_skipped},
      {"errors_passed", errors_passed},
      {"damaged", damaged},
      {"audio_tracks", audio_tracks},
      {"interrupted", interrupted},
      {"seconds", seconds},
      {"start_seconds", start_seconds},
      {"frames_per_second", frames_per_second()},
      {"first_error", first_error},
  };
  object["stages"] = nlohmann::ordered_json::array();
  for (const StageTime& stage : stages)
    object["stages"].push_back({{"name", stage.name}, {"mean_ms", stage.mean_ms}, {"max_ms", stage.max_ms}});
  return object.dump(2);
}

}  // namespace retouch
