// Small functions for the tests of the pipeline; each does one thing that a test looks at.
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "retouch/error.hpp"
#include "retouch/fill.hpp"
#include "retouch/pipeline/function.hpp"

namespace {

using retouch::Device;
using retouch::Frame;
using retouch::FrameFunction;
using retouch::Kwargs;

int whole(const Kwargs& kwargs, const char* key, int fallback) { return kwargs.get(key, fallback); }

// Sets every byte of one rectangle (at even coordinates, for the sake of 4:2:0).
class FillBox : public FrameFunction {
 public:
  explicit FillBox(const Kwargs& kwargs)
      : rect_{whole(kwargs, "x", 0), whole(kwargs, "y", 0), whole(kwargs, "width", 16), whole(kwargs, "height", 16)},
        value_(static_cast<std::uint8_t>(whole(kwargs, "value", 255))) {}
  void process_frame(Frame& frame) override {
    const retouch::ImageView region = frame.region(rect_);
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(rect_.width) * static_cast<std::size_t>(rect_.height) * 4,
                                    value_);
    std::vector<retouch::PlanePointer> planes;
    planes.reserve(3);
    for (int i = 0; i < region.plane_count(); ++i)
      planes.push_back({bytes.data(), std::ptrdiff_t{region.plane(i).width} * region.plane(i).channels});
    retouch::copy_into(frame.stream(), retouch::ImageView::wrap(Device::cpu(), region.format(), region.size(), planes),
                       region);
  }

 private:
  retouch::Rect rect_;
  std::uint8_t value_;
};

// Writes every call, with its name in front, to a file.
class Recorder : public FrameFunction {
 public:
  explicit Recorder(const Kwargs& kwargs)
      : name_(kwargs.get("name", "recorder")), log_(kwargs.require_string("log"), std::ios::app) {
    line("made");
  }
  ~Recorder() override { line("destroyed"); }
  void on_start(Device device) override { line("start " + device.name()); }
  void on_source_add(const std::string& source) override { line("add " + source); }
  void process_frame(Frame& frame) override {
    line("frame " + std::to_string(frame.index()) + " of " + frame.source_id() + " pts " +
         std::to_string(frame.pts_ns().value_or(-1)) + " duration " +
         std::to_string(frame.info().duration_ns.value_or(-1)) + " fps " + std::to_string(frame.info().fps) + " " +
         frame.view().image().describe());
  }
  void on_source_eos(const std::string& source) override { line("eos " + source); }
  void on_stop() override { line("stop"); }

 private:
  void line(const std::string& text) { log_ << name_ << ": " << text << std::endl; }
  std::string name_;
  std::ofstream log_;
};

// Throws in one frame, or in every one from there on, or in a hook.
class ThrowIn : public FrameFunction {
 public:
  explicit ThrowIn(const Kwargs& kwargs)
      : frame_(whole(kwargs, "frame", -1)), always_(kwargs.get("always", false)), hook_(kwargs.get("hook", "")) {
    if (hook_ == "constructor") throw std::runtime_error("boom in the constructor");
  }
  void on_start(Device) override { hook("on_start"); }
  void on_source_add(const std::string&) override { hook("on_source_add"); }
  void process_frame(Frame& frame) override {
    const auto index = static_cast<int>(frame.index());
    if (hook_ == "not-an-exception") throw 42;
    if (frame_ >= 0 && (index == frame_ || (always_ && index > frame_))) throw std::runtime_error("boom\nin two lines");
  }
  void on_source_eos(const std::string&) override { hook("on_source_eos"); }
  void on_stop() override { hook("on_stop"); }

 private:
  void hook(const char* name) const {
    if (hook_ == name) throw std::runtime_error(std::string("boom in ") + name);
  }
  int frame_;
  bool always_;
  std::string hook_;
};

// Adds an object per frame, a part of it, and an attribute.
class AddObjects : public FrameFunction {
 public:
  explicit AddObjects(const Kwargs& kwargs)
      : label_(kwargs.get("label", "face")),
        left_(static_cast<float>(kwargs.get("left", 10.0))),
        top_(static_cast<float>(kwargs.get("top", 20.0))) {}
  void process_frame(Frame& frame) override {
    retouch::Object object;
    object.label = label_;
    object.source = "AddObjects";
    object.box = {left_, top_, 30.5F, 40.25F, 0};
    object.confidence = 0.75F;
    object.track_id = 7;
    object.landmarks = {{12.0F, 24.0F}, {20.0F, 28.0F}};
    object.attributes["AddObjects.age"] = std::int64_t{33};
    const auto id = frame.add_object(object);
    retouch::Object part;
    part.label = "eye";
    part.box = {left_ + 2, top_ + 4, 5, 5, 0};
    part.parent_id = id;
    frame.add_object(part);
    frame.attributes()["AddObjects.frame"] = static_cast<std::int64_t>(frame.index());
  }

 private:
  std::string label_;
  float left_;
  float top_;
};

// Removes the objects of one label.
class RemoveObjects : public FrameFunction {
 public:
  explicit RemoveObjects(const Kwargs& kwargs) : label_(kwargs.require_string("label")) {}
  void process_frame(Frame& frame) override {
    std::erase_if(frame.objects(), [&](const retouch::Object& object) { return object.label == label_; });
  }

 private:
  std::string label_;
};

// Writes what it sees of the metadata to a file.
class ListObjects : public FrameFunction {
 public:
  explicit ListObjects(const Kwargs& kwargs) : log_(kwargs.require_string("log"), std::ios::app) {}
  void process_frame(Frame& frame) override {
    log_ << "frame " << frame.index();
    for (const auto& object : frame.objects())
      log_ << " | " << object.id << " " << object.label << " " << object.box.left << "," << object.box.top << " "
           << object.box.width << "x" << object.box.height << " parent " << object.parent_id.value_or(-1)
           << " confidence " << object.confidence;
    log_ << std::endl;
  }

 private:
  std::ofstream log_;
};

// Keeps a view of the frame and uses it from another thread when the frame has gone.
class KeepView : public FrameFunction {
 public:
  explicit KeepView(const Kwargs& kwargs) : log_path_(kwargs.require_string("log")) {}
  ~KeepView() override {
    if (thread_.joinable()) thread_.join();
  }
  void process_frame(Frame& frame) override {
    if (thread_.joinable()) return;
    thread_ = std::thread([view = frame.view(), path = log_path_] {
      for (int i = 0; i < 2000 && !view.expired(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      std::ofstream log(path);
      try {
        retouch::Stream stream(view.image().device());
        retouch::copy_into(stream, view, view.image());
        log << "the late edit went through" << std::endl;
      } catch (const retouch::ExpiredFrame& error) {
        log << "ExpiredFrame: " << error.what() << std::endl;
      }
    });
  }

 private:
  std::string log_path_;
  std::thread thread_;
};

// Takes its time over every frame from a number on.
class Sleep : public FrameFunction {
 public:
  explicit Sleep(const Kwargs& kwargs) : ms_(whole(kwargs, "ms", 10)), from_(whole(kwargs, "from", 0)) {}
  void process_frame(Frame& frame) override {
    if (static_cast<int>(frame.index()) >= from_) std::this_thread::sleep_for(std::chrono::milliseconds(ms_));
  }

 private:
  int ms_;
  int from_;
};

}  // namespace

RETOUCH_REGISTER_FUNCTION(FillBox)
RETOUCH_REGISTER_FUNCTION(Recorder)
RETOUCH_REGISTER_FUNCTION(ThrowIn)
RETOUCH_REGISTER_FUNCTION(AddObjects)
RETOUCH_REGISTER_FUNCTION(RemoveObjects)
RETOUCH_REGISTER_FUNCTION(ListObjects)
RETOUCH_REGISTER_FUNCTION(KeepView)
RETOUCH_REGISTER_FUNCTION(Sleep)
