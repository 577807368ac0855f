// filter.hpp: neighbourhood filters, as functions and as objects.
#include "filter.hpp"

#include "work.hpp"

namespace retouch::python {

namespace {

using BorderArg = Choice<BorderMode>;

GaussianBlurOptions gaussian_options(const KernelArg& ksize, double sigma_x, double sigma_y, const BorderArg& border,
                                     const ColorArg& border_color, const Choice<GaussianAccuracy>& accuracy) {
  return {ksize, sigma_x, sigma_y, {border, border_color}, accuracy};
}

template <class Apply>
void in_place(const char* call, const RegionsArg& regions, const StreamArg& stream, Apply&& apply) {
  Work work(call);
  const std::vector<ImageView> views = work.use(regions);
  work.enqueue(stream, [&](StreamView on) { apply(on, Regions(views)); });
}

template <class Apply>
void into(const char* call, const ImageArg& src, const ImageArg& dst, const StreamArg& stream, Apply&& apply) {
  Work work(call);
  const ImageView to = work.use("dst", dst);
  const ImageView from = work.use("src", src);
  work.enqueue(stream, [&](StreamView on) { apply(on, from, to); });
}

// The calls that a filter object has.
template <class Filter>
void bind_calls(nb::class_<Filter>& filter, const char* call) {
  filter
      .def(
          "__call__",
          [call](const Filter& self, const RegionsArg& regions, const StreamArg& stream) {
            in_place(call, regions, stream, [&](StreamView on, const Regions& on_these) { self(on, on_these); });
          },
          "regions"_a, nb::kw_only(), "stream"_a = nb::none(), "Filters one region, or each of a list, in place.")
      .def(
          "into",
          [call](const Filter& self, const ImageArg& src, const ImageArg& dst, const StreamArg& stream) {
            into(call, src, dst, stream,
                 [&](StreamView on, const ImageView& from, const ImageView& to) { self.into(on, from, to); });
          },
          "src"_a, "dst"_a, nb::kw_only(), "stream"_a = nb::none(),
          "dst = src, filtered; dst has src's layout and shares no memory with it.");
}

constexpr const char* gaussian_doc = R"(Gaussian blur, in place on one region or each of a list.

`ksize` is odd, 1..255, one number or (width, height); 0 follows from the sigma. `sigma_y` 0 is sigma_x; sigma_x 0 follows
from ksize, as in OpenCV. On each axis one of them must be given. Within 1 level of cv2.GaussianBlur with
BORDER_ISOLATED: a region is treated as if nothing lay around it. accuracy="fast" takes any sigma at one cost.)";
constexpr const char* box_doc = R"(Mean of the ksize window, in place on one region or each of a list, as cv2.blur.

`ksize` is 1..255, one number or (width, height).)";
constexpr const char* median_doc =
    "Median of the ksize x ksize window (3 or 5), channel by channel, in place, as cv2.medianBlur.";
constexpr const char* pixelate_doc = R"(Mosaic, in place: every cell becomes its mean.

Cells of `cell_px` on a side start at each region's top-left corner; for nv12 and i420 `cell_px` is even.)";
constexpr const char* into_doc = "The same from src into dst, which has src's layout and shares no memory with it.";

// What every gaussian signature ends with.
#define RETOUCH_GAUSSIAN_ARGUMENTS                                                                                \
  "ksize"_a = KernelArg{}, "sigma_x"_a = 0.0, "sigma_y"_a = 0.0, "border"_a = BorderArg(BorderMode::reflect_101), \
  "border_color"_a = ColorArg(Color{0, 0, 0, 0}), "accuracy"_a = Choice<GaussianAccuracy>(GaussianAccuracy::exact)
#define RETOUCH_BOX_ARGUMENTS                                                     \
  "ksize"_a = KernelArg{{3, 3}}, "border"_a = BorderArg(BorderMode::reflect_101), \
  "border_color"_a = ColorArg(Color{0, 0, 0, 0})

}  // namespace

void bind_filter(nb::module_& m) {
  bind_choice<BorderMode>(m,
                          "What lies beyond the edge: reflect_101 = gfedcb|abcdefgh|gfedcba, replicate = "
                          "aaaaaa|abcdefgh|hhhhhhh, constant = a colour.");
  bind_choice<GaussianAccuracy>(
      m, "exact: to 1 level; the wider, the more it costs. fast: any sigma at the same cost, within 3 levels.");

  m.def(
      "gaussian_blur",
      [](const RegionsArg& regions, const KernelArg& ksize, double sigma_x, double sigma_y, const BorderArg& border,
         const ColorArg& border_color, const Choice<GaussianAccuracy>& accuracy, const StreamArg& stream) {
        const auto options = gaussian_options(ksize, sigma_x, sigma_y, border, border_color, accuracy);
        in_place("gaussian_blur", regions, stream,
                 [&](StreamView on, const Regions& these) { gaussian_blur(on, these, options); });
      },
      "regions"_a, nb::kw_only(), RETOUCH_GAUSSIAN_ARGUMENTS, "stream"_a = nb::none(), gaussian_doc);
  m.def(
      "gaussian_blur_into",
      [](const ImageArg& src, const ImageArg& dst, const KernelArg& ksize, double sigma_x, double sigma_y,
         const BorderArg& border, const ColorArg& border_color, const Choice<GaussianAccuracy>& accuracy,
         const StreamArg& stream) {
        const auto options = gaussian_options(ksize, sigma_x, sigma_y, border, border_color, accuracy);
        into("gaussian_blur_into", src, dst, stream, [&](StreamView on, const ImageView& from, const ImageView& to) {
          gaussian_blur_into(on, from, to, options);
        });
      },
      "src"_a, "dst"_a, nb::kw_only(), RETOUCH_GAUSSIAN_ARGUMENTS, "stream"_a = nb::none(), into_doc);
  nb::class_<GaussianBlur> gaussian(
      m, "GaussianBlur",
      "A gaussian_blur with its weights worked out once: blur = GaussianBlur(sigma_x=8); blur(frame.region(box)).");
  gaussian.def(
      "__init__",
      [](GaussianBlur* self, const KernelArg& ksize, double sigma_x, double sigma_y, const BorderArg& border,
         const ColorArg& border_color, const Choice<GaussianAccuracy>& accuracy) {
        new (self) GaussianBlur(gaussian_options(ksize, sigma_x, sigma_y, border, border_color, accuracy));
      },
      nb::kw_only(), RETOUCH_GAUSSIAN_ARGUMENTS);
  bind_calls(gaussian, "GaussianBlur");

  m.def(
      "box_blur",
      [](const RegionsArg& regions, const KernelArg& ksize, const BorderArg& border, const ColorArg& border_color,
         const StreamArg& stream) {
        const BoxBlurOptions options{ksize, {border, border_color}};
        in_place("box_blur", regions, stream,
                 [&](StreamView on, const Regions& these) { box_blur(on, these, options); });
      },
      "regions"_a, nb::kw_only(), RETOUCH_BOX_ARGUMENTS, "stream"_a = nb::none(), box_doc);
  m.def(
      "box_blur_into",
      [](const ImageArg& src, const ImageArg& dst, const KernelArg& ksize, const BorderArg& border,
         const ColorArg& border_color, const StreamArg& stream) {
        const BoxBlurOptions options{ksize, {border, border_color}};
        into("box_blur_into", src, dst, stream,
             [&](StreamView on, const ImageView& from, const ImageView& to) { box_blur_into(on, from, to, options); });
      },
      "src"_a, "dst"_a, nb::kw_only(), RETOUCH_BOX_ARGUMENTS, "stream"_a = nb::none(), into_doc);
  nb::class_<BoxBlur> box(m, "BoxBlur", "box_blur as an object.");
  box.def(
      "__init__",
      [](BoxBlur* self, const KernelArg& ksize, const BorderArg& border, const ColorArg& border_color) {
        new (self) BoxBlur(BoxBlurOptions{ksize, {border, border_color}});
      },
      nb::kw_only(), RETOUCH_BOX_ARGUMENTS);
  bind_calls(box, "BoxBlur");

  m.def(
      "median_blur",
      [](const RegionsArg& regions, int ksize, const StreamArg& stream) {
        in_place("median_blur", regions, stream,
                 [&](StreamView on, const Regions& these) { median_blur(on, these, {ksize}); });
      },
      "regions"_a, nb::kw_only(), "ksize"_a = 3, "stream"_a = nb::none(), median_doc);
  m.def(
      "median_blur_into",
      [](const ImageArg& src, const ImageArg& dst, int ksize, const StreamArg& stream) {
        into("median_blur_into", src, dst, stream, [&](StreamView on, const ImageView& from, const ImageView& to) {
          median_blur_into(on, from, to, {ksize});
        });
      },
      "src"_a, "dst"_a, nb::kw_only(), "ksize"_a = 3, "stream"_a = nb::none(), into_doc);
  nb::class_<MedianBlur> median(m, "MedianBlur", "median_blur as an object.");
  median.def(
      "__init__", [](MedianBlur* self, int ksize) { new (self) MedianBlur(MedianBlurOptions{ksize}); }, nb::kw_only(),
      "ksize"_a = 3);
  bind_calls(median, "MedianBlur");

  m.def(
      "pixelate",
      [](const RegionsArg& regions, int cell_px, const StreamArg& stream) {
        in_place("pixelate", regions, stream,
                 [&](StreamView on, const Regions& these) { pixelate(on, these, {cell_px}); });
      },
      "regions"_a, nb::kw_only(), "cell_px"_a = 16, "stream"_a = nb::none(), pixelate_doc);
  m.def(
      "pixelate_into",
      [](const ImageArg& src, const ImageArg& dst, int cell_px, const StreamArg& stream) {
        into("pixelate_into", src, dst, stream, [&](StreamView on, const ImageView& from, const ImageView& to) {
          pixelate_into(on, from, to, {cell_px});
        });
      },
      "src"_a, "dst"_a, nb::kw_only(), "cell_px"_a = 16, "stream"_a = nb::none(), into_doc);
  nb::class_<Pixelate> mosaic(m, "Pixelate", "pixelate as an object.");
  mosaic.def(
      "__init__", [](Pixelate* self, int cell_px) { new (self) Pixelate(PixelateOptions{cell_px}); }, nb::kw_only(),
      "cell_px"_a = 16);
  bind_calls(mosaic, "Pixelate");
}

}  // namespace retouch::python
