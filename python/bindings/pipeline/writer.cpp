// video_writer.hpp: a video of pictures that the program has.
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "pipeline.hpp"
#include "retouch/error.hpp"
#include "retouch/pipeline/video_writer.hpp"

namespace retouch::python {

namespace {

class Writer final : public Ending {
 public:
  Writer(Output output, double fps) : writer_(std::make_shared<VideoWriter>(std::move(output), fps)) {}

  void write(nb::handle image, const FrameInfo& info) {
    const Inside inside(*this);
    const auto writer = open();
    lending().use("VideoWriter.write", image, [&](const ImageView& pixels, StreamView stream) {
      const std::scoped_lock one_writes(mutex_);
      writer->write(pixels, stream, info);
    });
  }

  void finish() {
    const Inside inside(*this);
    const auto writer = open();
    const nb::gil_scoped_release others_may_run;
    const std::scoped_lock one_writes(mutex_);
    writer->finish();
  }

  // A call that is under way keeps it alive until it has returned.
  void discard() {
    std::shared_ptr<VideoWriter> writer = std::exchange(writer_, nullptr);
    const nb::gil_scoped_release others_may_run;
    const std::scoped_lock one_writes(mutex_);
    writer.reset();
  }

  void end() override {
    discard();
    wait_until_left();
  }

  std::int64_t frames() const { return writer_ ? writer_->frames() : 0; }

 private:
  std::shared_ptr<VideoWriter> open() const {
    if (!writer_) throw InvalidArgument("VideoWriter: it was discarded");
    return writer_;
  }
  std::shared_ptr<VideoWriter> writer_;
  std::mutex mutex_;
};

}  // namespace

void bind_writer(nb::module_& m) {
  nb::class_<Writer>(m, "Writer", "Writes a video file from pictures.")
      .def(nb::new_([](std::string path, double fps, std::string format, std::string encoder, int quality, int bitrate,
                       std::string speed) {
             Output output;
             output.file = std::move(path);
             output.format = std::move(format);
             output.encoder = std::move(encoder);
             output.quality = quality;
             output.bitrate = bitrate;
             output.speed = std::move(speed);
             auto made = std::make_shared<Writer>(std::move(output), fps);
             end_at_exit(made);
             return made;
           }),
           "path"_a, nb::kw_only(), "fps"_a = 0.0, "format"_a = "", "encoder"_a = "auto", "quality"_a = 21,
           "bitrate"_a = 0, "speed"_a = "veryfast")
      .def(
          "write",
          [](Writer& self, nb::handle image, std::optional<std::int64_t> pts_ns,
             std::optional<std::int64_t> duration_ns, double fps) {
            self.write(image, {"", 0, pts_ns, duration_ns, fps});
          },
          "image"_a, nb::kw_only(), "pts_ns"_a = nb::none(), "duration_ns"_a = nb::none(), "fps"_a = 0.0)
      .def("finish", &Writer::finish)
      .def("discard", &Writer::discard)
      .def_prop_ro("frames", &Writer::frames);
}

}  // namespace retouch::python
