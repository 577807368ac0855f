// Objects on buffers: our own GstMeta, and GStreamer's regions of interest beside it.
#include <gst/video/video.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "retouch/interop/gstreamer.hpp"

namespace retouch::interop {

namespace {

struct ObjectMeta {
  GstMeta meta;
  FrameMetadata* data;
};

const GstMetaInfo* object_meta_info();

gboolean init_meta(GstMeta* meta, gpointer /*params*/, GstBuffer* /*buffer*/) {
  reinterpret_cast<ObjectMeta*>(meta)->data = std::make_unique<FrameMetadata>().release();
  return TRUE;
}

void free_meta(GstMeta* meta, GstBuffer* /*buffer*/) {
  const std::unique_ptr<FrameMetadata> owned(std::exchange(reinterpret_cast<ObjectMeta*>(meta)->data, nullptr));
}

void scale(FrameMetadata& data, float x, float y) {
  for (Object& object : data.objects) {
    // A turned box keeps its angle: exact when x equals y, as when a picture keeps its shape.
    object.box.left *= x;
    object.box.width *= x;
    object.box.top *= y;
    object.box.height *= y;
    for (PointF& point : object.landmarks) point = {point.x * x, point.y * y};
  }
}

ObjectMeta* find_meta(GstBuffer* buffer) {
  return reinterpret_cast<ObjectMeta*>(gst_buffer_get_meta(buffer, object_meta_info()->api));
}

ObjectMeta* find_or_add_meta(GstBuffer* buffer) {
  ObjectMeta* found = find_meta(buffer);
  return found != nullptr ? found
                          : reinterpret_cast<ObjectMeta*>(gst_buffer_add_meta(buffer, object_meta_info(), nullptr));
}

gboolean transform_meta(GstBuffer* to, GstMeta* meta, GstBuffer* /*from*/, GQuark type, gpointer data) {
  const FrameMetadata& source = *reinterpret_cast<ObjectMeta*>(meta)->data;
  float x = 1;
  float y = 1;
  if (GST_VIDEO_META_TRANSFORM_IS_SCALE(type)) {
    const auto* infos = static_cast<const GstVideoMetaTransform*>(data);
    x = static_cast<float>(GST_VIDEO_INFO_WIDTH(infos->out_info)) /
        static_cast<float>(GST_VIDEO_INFO_WIDTH(infos->in_info));
    y = static_cast<float>(GST_VIDEO_INFO_HEIGHT(infos->out_info)) /
        static_cast<float>(GST_VIDEO_INFO_HEIGHT(infos->in_info));
  } else if (!GST_META_TRANSFORM_IS_COPY(type)) {
    return FALSE;
  }
  ObjectMeta* copy = find_or_add_meta(to);
  if (copy == nullptr) return FALSE;
  *copy->data = source;
  if (x != 1 || y != 1) scale(*copy->data, x, y);
  return TRUE;
}

const GstMetaInfo* object_meta_info() {
  // The tags tell elements that change a frame's size that this must be transformed, not only copied.
  static const GstMetaInfo* info = [] {
    static const gchar* tags[] = {GST_META_TAG_VIDEO_STR, GST_META_TAG_VIDEO_SIZE_STR,
                                  GST_META_TAG_VIDEO_ORIENTATION_STR, nullptr};
    const GType api = gst_meta_api_type_register("RetouchObjectMetaAPI", tags);
    return gst_meta_register(api, "RetouchObjectMeta", sizeof(ObjectMeta), init_meta, free_meta, transform_meta);
  }();
  return info;
}

// Regions that are objects already carry this parameter, with the object's id.
constexpr const char* mark = "retouch";

std::vector<GstVideoRegionOfInterestMeta*> regions_of(GstBuffer* buffer) {
  std::vector<GstVideoRegionOfInterestMeta*> regions;
  gpointer state = nullptr;
  while (GstMeta* meta = gst_buffer_iterate_meta_filtered(buffer, &state, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE))
    regions.push_back(reinterpret_cast<GstVideoRegionOfInterestMeta*>(meta));
  return regions;
}

void write_mark(GstVideoRegionOfInterestMeta* region, const Object& object) {
  GstStructure* s = gst_video_region_of_interest_meta_get_param(region, mark);
  if (s == nullptr) {
    s = gst_structure_new_empty(mark);
    gst_video_region_of_interest_meta_add_param(region, s);
  }
  gst_structure_set(s, "id", G_TYPE_INT64, object.id, "confidence", G_TYPE_DOUBLE,
                    static_cast<double>(object.confidence), nullptr);
  if (object.track_id)
    gst_structure_set(s, "track-id", G_TYPE_INT64, *object.track_id, nullptr);
  else
    gst_structure_remove_field(s, "track-id");
}

bool has_sane_box(const Object& object) {
  const Box& b = object.box;
  return std::isfinite(b.left) && std::isfinite(b.top) && std::isfinite(b.width) && std::isfinite(b.height) &&
         std::isfinite(b.angle_deg) && b.width >= 0 && b.height >= 0;
}

Object read_region(const GstVideoRegionOfInterestMeta* region) {
  Object object;
  const gchar* label = g_quark_to_string(region->roi_type);
  object.label = label == nullptr ? "" : label;
  object.box = {static_cast<float>(region->x), static_cast<float>(region->y), static_cast<float>(region->w),
                static_cast<float>(region->h), 0};
  for (GList* item = region->params; item != nullptr; item = item->next) {
    const auto* s = static_cast<const GstStructure*>(item->data);
    gdouble confidence = 0;
    if (gst_structure_get_double(s, "confidence", &confidence) == TRUE)
      object.confidence = static_cast<float>(confidence);
    gint64 track = 0;
    if (gst_structure_get_int64(s, "track-id", &track) == TRUE) object.track_id = track;
  }
  return object;
}

// Some elements (videoscale) lose the mark and keep the rest. An unmarked region is an object's all the same when id
// and label are the object's and it lies where the object does.
const Object* object_of(const GstVideoRegionOfInterestMeta* region, const std::vector<Object>& objects) {
  const Object seen = read_region(region);
  for (const Object& object : objects)
    if (object.id == region->id && object.label == seen.label && has_sane_box(object) &&
        !intersect(enclosing_rect(object.box), enclosing_rect(seen.box)).empty())
      return &object;
  return nullptr;
}

// Where the object shows in the frame; nothing when it does not, or has no sensible box.
std::optional<Rect> visible(const Object& object, Size frame) {
  if (!has_sane_box(object)) return std::nullopt;
  const Rect rect = intersect(enclosing_rect(object.box), {0, 0, frame.width, frame.height});
  return rect.empty() ? std::nullopt : std::optional(rect);
}

// Objects that were added without Frame::add_object have no id of their own yet.
void give_ids(std::vector<Object>& objects) {
  std::int64_t next_id = 1;
  for (const Object& object : objects) next_id = std::max(next_id, object.id + 1);
  std::set<std::int64_t> taken;
  for (Object& object : objects)
    if (object.id < 1 || !taken.insert(object.id).second) object.id = next_id++;
}

}  // namespace

const FrameMetadata* frame_metadata(GstBuffer* buffer) {
  const ObjectMeta* meta = find_meta(buffer);
  return meta == nullptr ? nullptr : meta->data;
}

FrameMetadata take_frame_metadata(GstBuffer* buffer) {
  const FrameMetadata* own = frame_metadata(buffer);
  FrameMetadata all = own == nullptr ? FrameMetadata() : *own;
  std::int64_t next_id = 1;
  for (const Object& object : all.objects) next_id = std::max(next_id, object.id + 1);

  const std::size_t first = all.objects.size();
  std::map<gint, std::int64_t> id_of_region;
  std::vector<gint> parents;
  for (GstVideoRegionOfInterestMeta* region : regions_of(buffer)) {
    if (own != nullptr) {
      if (gst_video_region_of_interest_meta_get_param(region, mark) != nullptr) continue;
      if (const Object* known = object_of(region, own->objects); known != nullptr) {
        write_mark(region, *known);
        continue;
      }
    }
    Object object = read_region(region);
    object.id = next_id++;
    write_mark(region, object);
    if (region->id != 0) id_of_region[region->id] = object.id;
    parents.push_back(region->parent_id);
    all.objects.push_back(std::move(object));
  }
  for (std::size_t i = 0; i < parents.size(); ++i)
    if (const auto parent = id_of_region.find(parents[i]); parent != id_of_region.end())
      all.objects[first + i].parent_id = parent->second;
  return all;
}

void put_frame_metadata(GstBuffer* buffer, FrameMetadata metadata, Size frame_size) {
  give_ids(metadata.objects);
  std::map<std::int64_t, const Object*> without_region;
  for (const Object& object : metadata.objects)
    if (visible(object, frame_size)) without_region[object.id] = &object;

  const auto update = [&](GstVideoRegionOfInterestMeta* region, const Object& object) {
    const Rect rect = *visible(object, frame_size);
    region->roi_type = g_quark_from_string(object.label.c_str());
    region->x = static_cast<guint>(rect.x);
    region->y = static_cast<guint>(rect.y);
    region->w = static_cast<guint>(rect.width);
    region->h = static_cast<guint>(rect.height);
    region->id = static_cast<gint>(object.id);
    region->parent_id = static_cast<gint>(object.parent_id.value_or(0));
    write_mark(region, object);
  };
  for (GstVideoRegionOfInterestMeta* region : regions_of(buffer)) {
    const GstStructure* s = gst_video_region_of_interest_meta_get_param(region, mark);
    gint64 id = 0;
    if (s == nullptr || gst_structure_get_int64(s, "id", &id) != TRUE) continue;
    const auto object = without_region.find(id);
    if (object == without_region.end()) {
      gst_buffer_remove_meta(buffer, &region->meta);
      continue;
    }
    update(region, *object->second);
    without_region.erase(object);
  }
  for (const Object& object : metadata.objects) {
    if (!without_region.contains(object.id)) continue;
    GstVideoRegionOfInterestMeta* region =
        gst_buffer_add_video_region_of_interest_meta(buffer, object.label.c_str(), 0, 0, 0, 0);
    update(region, object);
  }

  if (!metadata.objects.empty() || !metadata.attributes.empty())
    *find_or_add_meta(buffer)->data = std::move(metadata);
  else if (ObjectMeta* meta = find_meta(buffer); meta != nullptr)
    gst_buffer_remove_meta(buffer, &meta->meta);
}

}  // namespace retouch::interop
