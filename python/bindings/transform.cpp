// transform.hpp: format, size, orientation.
#include "retouch/transform.hpp"

#include "choice.hpp"
#include "image.hpp"
#include "values.hpp"
#include "work.hpp"

namespace retouch::python {

template <>
struct Names<Interpolation> {
  static constexpr const char* type = "Interpolation";
  static constexpr std::array<Named<Interpolation>, 3> table{
      {{Interpolation::nearest, "nearest"}, {Interpolation::linear, "linear"}, {Interpolation::area, "area"}}};
};
template <>
struct Names<FlipMode> {
  static constexpr const char* type = "FlipMode";
  static constexpr std::array<Named<FlipMode>, 3> table{
      {{FlipMode::horizontal, "horizontal"}, {FlipMode::vertical, "vertical"}, {FlipMode::both, "both"}}};
};
template <>
struct Names<Rotation> {
  static constexpr const char* type = "Rotation";
  static constexpr std::array<Named<Rotation>, 3> table{
      {{Rotation::cw90, "cw90"}, {Rotation::cw180, "cw180"}, {Rotation::cw270, "cw270"}}};
};

namespace {

template <class Apply>
void into(const char* call, const ImageArg& src, const ImageArg& dst, const StreamArg& stream, Apply&& apply) {
  Work work(call);
  const ImageView to = work.use("dst", dst);
  const ImageView from = work.use("src", src);
  work.enqueue(stream, [&](StreamView on) { apply(on, from, to); });
}

constexpr const char* locked =
    "\n\nA frame's size, format and memory are fixed: anything else raises LayoutError, and the picture stays as it "
    "was.";

}  // namespace

void bind_transform(nb::module_& m) {
  bind_choice<Interpolation>(m, "nearest, linear and area, as OpenCV's INTER_NEAREST, INTER_LINEAR and INTER_AREA.");
  bind_choice<FlipMode>(m,
                        "horizontal: left becomes right. vertical: top becomes bottom. both: a turn by 180 degrees.");
  bind_choice<Rotation>(m, "Clockwise.");

  m.def(
      "convert_into",
      [](const ImageArg& src, const ImageArg& dst, const StreamArg& stream) {
        into("convert_into", src, dst, stream,
             [](StreamView on, const ImageView& from, const ImageView& to) { convert_into(on, from, to); });
      },
      "src"_a, "dst"_a, nb::kw_only(), "stream"_a = nb::none(),
      "Converts between any two formats; sizes are equal, and src and dst share no memory.");
  m.def(
      "convert",
      [](const ImageArg& image, const Choice<PixelFormat>& format, const StreamArg& stream) {
        Work work("convert");
        const ImageView view = work.use("the image", image);
        const PixelFormat to = format;
        work.enqueue(stream, [&](StreamView on) { convert(on, view, to); });
      },
      "image"_a, "format"_a, nb::kw_only(), "stream"_a = nb::none(),
      (std::string("In place: `format` must be the picture's own.") + locked).c_str());
  m.def(
      "resize_into",
      [](const ImageArg& src, const ImageArg& dst, const Choice<Interpolation>& interpolation,
         const StreamArg& stream) {
        const Interpolation how = interpolation;
        into("resize_into", src, dst, stream,
             [&](StreamView on, const ImageView& from, const ImageView& to) { resize_into(on, from, to, how); });
      },
      "src"_a, "dst"_a, nb::kw_only(), "interpolation"_a = Choice<Interpolation>(Interpolation::linear),
      "stream"_a = nb::none(), "Scales src to dst's size; the formats are equal.");
  m.def(
      "resize",
      [](const ImageArg& image, const SizeArg& size, const Choice<Interpolation>& interpolation,
         const StreamArg& stream) {
        Work work("resize");
        const ImageView view = work.use("the image", image);
        const Interpolation how = interpolation;
        work.enqueue(stream, [&](StreamView on) { resize(on, view, size, how); });
      },
      "image"_a, "size"_a, nb::kw_only(), "interpolation"_a = Choice<Interpolation>(Interpolation::linear),
      "stream"_a = nb::none(), (std::string("In place: `size` must be the picture's own.") + locked).c_str());
  m.def(
      "flip",
      [](const RegionsArg& regions, const Choice<FlipMode>& mode, const StreamArg& stream) {
        Work work("flip");
        const std::vector<ImageView> views = work.use(regions);
        const FlipMode how = mode;
        work.enqueue(stream, [&](StreamView on) { flip(on, views, how); });
      },
      "regions"_a, "mode"_a, nb::kw_only(), "stream"_a = nb::none(), "Mirrors each region in place.");
  m.def(
      "flip_into",
      [](const ImageArg& src, const ImageArg& dst, const Choice<FlipMode>& mode, const StreamArg& stream) {
        const FlipMode how = mode;
        into("flip_into", src, dst, stream,
             [&](StreamView on, const ImageView& from, const ImageView& to) { flip_into(on, from, to, how); });
      },
      "src"_a, "dst"_a, "mode"_a, nb::kw_only(), "stream"_a = nb::none(), "dst = src, mirrored.");
  m.def(
      "rotate90",
      [](const RegionsArg& regions, const Choice<Rotation>& rotation, const StreamArg& stream) {
        Work work("rotate90");
        const std::vector<ImageView> views = work.use(regions);
        const Rotation how = rotation;
        work.enqueue(stream, [&](StreamView on) { rotate90(on, views, how); });
      },
      "regions"_a, "rotation"_a, nb::kw_only(), "stream"_a = nb::none(),
      "Turns each region in place, clockwise. A quarter turn of a region that is not square raises LayoutError.");
  m.def(
      "rotate90_into",
      [](const ImageArg& src, const ImageArg& dst, const Choice<Rotation>& rotation, const StreamArg& stream) {
        const Rotation how = rotation;
        into("rotate90_into", src, dst, stream,
             [&](StreamView on, const ImageView& from, const ImageView& to) { rotate90_into(on, from, to, how); });
      },
      "src"_a, "dst"_a, "rotation"_a, nb::kw_only(), "stream"_a = nb::none(),
      "dst = src, turned clockwise; for quarter turns dst has width and height exchanged.");
}

}  // namespace retouch::python
