// A detected thing: what detectors write and everything after them reads.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "retouch/geometry.hpp"

namespace retouch {

/// What an attribute can hold. A list of floats is, say, an embedding.
using AttributeValue = std::variant<bool, std::int64_t, double, std::string, std::vector<float>>;
/// Named values; names are "element.name" by convention ("age_gender.age").
using Attributes = std::map<std::string, AttributeValue, std::less<>>;

/// Which pixels of its box are the object's, at a size of its own: 0 = none of it, 255 = all. It lies on the smallest
/// upright box that encloses the object's.
struct ObjectMask {
  Size size;
  std::vector<std::uint8_t> pixels;  ///< tight rows, size.width * size.height
  friend bool operator==(const ObjectMask&, const ObjectMask&) = default;
};

/// One detected thing of a frame. Coordinates are in the frame's pixels. A plain value.
struct Object {
  std::string label;                      ///< class: "face", "car"
  std::string source;                     ///< which function made it: "face_detector"
  Box box;                                ///< axis-aligned, or rotated by box.angle_deg
  float confidence = 1.0F;                ///< 0..1
  std::optional<std::int64_t> track_id;   ///< from a tracker
  std::vector<PointF> landmarks;          ///< meaning is the detector's; see its documentation
  std::int64_t id = 0;                    ///< unique in its frame; given by Frame::add_object
  std::optional<std::int64_t> parent_id;  ///< the object that this is a part of
  Attributes attributes;
  std::optional<ObjectMask> mask;  ///< from a segmenter
};

}  // namespace retouch
