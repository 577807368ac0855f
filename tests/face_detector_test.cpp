// The face detector: its arithmetic against hand-worked numbers, and the whole of it on real pictures.
#include <gmock/gmock.h>

#include <fstream>
#include <memory>

#include "functions/face_detector/blazeface.hpp"
#include "retouch/fill.hpp"
#include "retouch/pipeline/function.hpp"
#include "retouch/transform.hpp"
#include "support/backend.hpp"
#include "support/clip.hpp"
#include "support/paths.hpp"

namespace retouch::test {
namespace {

using testing::HasSubstr;

// ------------------------------------------------------------------------------------------------ arithmetic

TEST(BlazeFace, OverlapIsIntersectionOverUnion) {
  EXPECT_FLOAT_EQ(blazeface::overlap({0, 0, 10, 10}, {0, 0, 10, 10}), 1);
  EXPECT_FLOAT_EQ(blazeface::overlap({0, 0, 10, 10}, {5, 0, 10, 10}), 50.0F / 150);
  EXPECT_FLOAT_EQ(blazeface::overlap({0, 0, 10, 10}, {10, 0, 10, 10}), 0);
  EXPECT_FLOAT_EQ(blazeface::overlap({0, 0, 10, 10}, {2, 2, 5, 4}), 0.2F);
}

blazeface::Face face_at(float score, const Box& box) {
  blazeface::Face face;
  face.score = score;
  face.box = box;
  return face;
}

TEST(BlazeFace, SuppressKeepsTheBestOfEachPlace) {
  const std::vector<blazeface::Face> all = {face_at(0.7F, {0, 0, 10, 10}), face_at(0.9F, {1, 0, 10, 10}),
                                            face_at(0.8F, {50, 0, 10, 10}), face_at(0.6F, {5, 5, 10, 10})};
  auto faces = all;
  blazeface::suppress(faces, 0.3F, 0);
  ASSERT_EQ(faces.size(), 3U);  // the last overlaps the best by 30 of 170: another face
  EXPECT_FLOAT_EQ(faces[0].score, 0.9F);
  EXPECT_FLOAT_EQ(faces[1].score, 0.8F);
  EXPECT_FLOAT_EQ(faces[2].score, 0.6F);
  faces = all;
  blazeface::suppress(faces, 0.3F, 2);
  EXPECT_EQ(faces.size(), 2U);
  faces.clear();
  blazeface::suppress(faces, 0.3F, 0);
  EXPECT_TRUE(faces.empty());
}

TEST(BlazeFace, DecodePutsRowsAtTheirAnchors) {
  const blazeface::Grid& grid = blazeface::grids[1];  // cells of 32 pixels, 6 anchors in each
  std::vector<float> logits(grid.anchors(), -5.0F);
  std::vector<float> rows(grid.anchors() * blazeface::row_length, 0.0F);
  const std::size_t anchor = (2 * 8 + 3) * 6 + 5;  // row 2, column 3: centre (112, 80)
  logits[anchor] = 1.0F;                           // sigmoid: 0.731
  float* row = &rows[anchor * blazeface::row_length];
  row[0] = 4, row[1] = -6, row[2] = 20, row[3] = 30;
  row[4] = -3, row[5] = 7;     // first landmark
  row[14] = 11, row[15] = 12;  // last landmark
  std::vector<blazeface::Face> faces;
  blazeface::decode(grid, logits, rows, 0.6F, faces);
  ASSERT_EQ(faces.size(), 1U);
  EXPECT_NEAR(faces[0].score, 0.7311F, 1e-4);
  EXPECT_EQ(faces[0].box, (Box{106, 59, 20, 30}));
  EXPECT_EQ(faces[0].landmarks[0], (PointF{109, 87}));
  EXPECT_EQ(faces[0].landmarks[5], (PointF{123, 92}));

  faces.clear();
  blazeface::decode(grid, logits, rows, 0.74F, faces);
  EXPECT_TRUE(faces.empty()) << "below the threshold";
  row[4] = NAN;
  blazeface::decode(grid, logits, rows, 0.6F, faces);
  EXPECT_TRUE(faces.empty()) << "a landmark that is not a number";
}

TEST(BlazeFace, LetterboxCentresAndGoesBack) {
  const blazeface::Letterbox wide({1280, 720});
  EXPECT_EQ(wide.scaled, (Size{256, 144}));
  EXPECT_EQ(wide.offset, (Point{0, 56}));
  EXPECT_EQ(wide.to_picture(PointF{128, 128}), (PointF{640, 360}));
  EXPECT_EQ(wide.to_picture(PointF{0, 56}), (PointF{0, 0}));
  const blazeface::Letterbox tall({100, 200});
  EXPECT_EQ(tall.scaled, (Size{128, 256}));
  EXPECT_EQ(tall.offset, (Point{64, 0}));
  const blazeface::Letterbox thin({2000, 1});
  EXPECT_EQ(thin.scaled, (Size{256, 1}));
}

// ------------------------------------------------------------------------------------------------ kwargs

TEST(FaceDetectorKwargs, WrongValuesAreNamed) {
  const std::pair<const char*, const char*> rows[] = {
      // kwargs, what the message must name
      {R"({"threshold": 1.5})", "threshold"},
      {R"({"threshold": 0})", "threshold"},
      {R"({"nms": -0.1})", "nms"},
      {R"({"every_n_frames": 0})", "every_n_frames"},
      {R"({"max_faces": -1})", "max_faces"},
      {R"({"threads": -1})", "threads"},
      {R"({"treshold": 0.5})", "treshold"},
  };
  for (const auto& [json, word] : rows) {
    try {
      make_function("face_detector", Kwargs::from_json(json));
      ADD_FAILURE() << json << " was taken";
    } catch (const InvalidArgument& error) {
      EXPECT_THAT(error.what(), HasSubstr(word));
    }
  }
}

TEST(FaceDetectorKwargs, MissingOrBrokenModelIsAFileError) {
  EXPECT_THROW(make_function("face_detector", Kwargs::from_json(R"({"model": "/nowhere/model.onnx"})")), FileError);
  const auto text = std::filesystem::temp_directory_path() / "retouch_face_detector_test.onnx";
  std::ofstream(text) << "no model";
  const auto detector = make_function("face_detector", Kwargs::from_json(R"({"model": ")" + text.string() + R"("})"));
  EXPECT_THROW(detector->on_start(Device::cpu()), FileError);
  std::filesystem::remove(text);
}

// ------------------------------------------------------------------------------------------------ pictures

/// The picture in another format, made on the CPU.
Pixels converted(const ImageView& source, PixelFormat format) {
  const Stream stream(Device::cpu());
  Pixels pixels(format, source.size());
  convert_into(stream, source, pixels.view());
  return pixels;
}

class FaceDetector : public BackendTest {
 protected:
  void SetUp() override {
    BackendTest::SetUp();
    if (!stream_) return;
    start("{}");
  }
  void TearDown() override {
    if (detector_) detector_->on_stop();
  }
  void start(const std::string& kwargs) {
    if (detector_) detector_->on_stop();
    detector_ = make_function("face_detector", Kwargs::from_json(kwargs));
    detector_->on_start(device());
  }
  /// What the detector writes for the picture; also that it leaves every byte of the picture alone.
  std::vector<Object> detect(const Pixels& pixels, FrameInfo info = {}) {
    const Guarded image(stream(), pixels);
    std::vector<Object> objects;
    {
      Frame frame(image, stream(), std::move(info));
      detector_->process_frame(frame);
      objects = frame.objects();
    }
    EXPECT_EQ(max_difference(image.download(), pixels), 0) << "the detector changed the frame";
    image.expect_canaries();
    return objects;
  }
  std::unique_ptr<FrameFunction> detector_;
};

void expect_astronaut(const std::vector<Object>& objects, float x = 0) {
  ASSERT_EQ(objects.size(), 1U);
  const Object& face = objects[0];
  EXPECT_EQ(face.label, "face");
  EXPECT_EQ(face.source, "face_detector");
  EXPECT_GT(face.confidence, 0.7F);
  EXPECT_LE(face.confidence, 1.0F);
  // By eye: brow to chin about y 75 to 180, cheek to cheek about x 172 to 277.
  EXPECT_NEAR(face.box.left, x + 172, 8);
  EXPECT_NEAR(face.box.top, 74, 8);
  EXPECT_NEAR(face.box.width, 105, 10);
  EXPECT_NEAR(face.box.height, 105, 10);
  ASSERT_EQ(face.landmarks.size(), 6U);
  const PointF by_eye[] = {{202, 102}, {247, 103}, {224, 128}, {223, 150}, {177, 111}, {272, 114}};
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(face.landmarks[i].x, x + by_eye[i].x, 8) << "landmark " << i;
    EXPECT_NEAR(face.landmarks[i].y, by_eye[i].y, 8) << "landmark " << i;
  }
}

TEST_P(FaceDetector, FindsTheAstronautInEveryFormat) {
  const Image astronaut = read_png(source_path("assets/astronaut.png").string());
  for (const PixelFormat format : all_pixel_formats) {
    SCOPED_TRACE(name_of(format));
    expect_astronaut(detect(converted(astronaut, format)));
  }
}

TEST_P(FaceDetector, SeveralFacesAndMaxFaces) {
  const Image astronaut = read_png(source_path("assets/astronaut.png").string());
  const Stream cpu(Device::cpu());
  Pixels twice(PixelFormat::rgba8, {1024, 512});
  copy_into(cpu, astronaut, twice.view().region({0, 0, 512, 512}));
  copy_into(cpu, astronaut, twice.view().region({512, 0, 512, 512}));
  const auto both = detect(twice);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_NEAR(std::abs(both[0].box.left - both[1].box.left), 512, 8);
  EXPECT_NE(both[0].id, both[1].id);
  start(R"({"max_faces": 1})");
  EXPECT_EQ(detect(twice).size(), 1U);
  start(R"({"threshold": 0.995})");
  EXPECT_TRUE(detect(twice).empty());
}

TEST_P(FaceDetector, NothingInAnEmptyPicture) {
  EXPECT_TRUE(detect(flat(PixelFormat::nv12, {641, 361}, 128)).empty());
  EXPECT_TRUE(detect(flat(PixelFormat::rgb8, {1, 1}, 0)).empty());
  EXPECT_TRUE(detect(flat(PixelFormat::rgb8, {2000, 1}, 0)).empty());
}

TEST_P(FaceDetector, BetweenDetectionsASourceKeepsItsFaces) {
  start(R"({"every_n_frames": 3})");
  const Image astronaut = read_png(source_path("assets/astronaut.png").string());
  const Pixels face = converted(astronaut, PixelFormat::rgb8);
  const Pixels black = flat(PixelFormat::rgb8, {320, 240}, 0);
  EXPECT_EQ(detect(face, {.source_id = "a", .index = 0}).size(), 1U);
  EXPECT_EQ(detect(black, {.source_id = "b", .index = 0}).size(), 0U) << "another source";
  EXPECT_EQ(detect(black, {.source_id = "a", .index = 1}).size(), 1U) << "not looked at";
  EXPECT_EQ(detect(black, {.source_id = "a", .index = 2}).size(), 1U) << "not looked at";
  EXPECT_EQ(detect(black, {.source_id = "a", .index = 3}).size(), 0U);
  EXPECT_EQ(detect(face, {.source_id = "a", .index = 4}).size(), 0U) << "not looked at";
  EXPECT_EQ(detect(face, {.source_id = "c", .index = 7}).size(), 1U) << "the first frame of a source always counts";
}

// ------------------------------------------------------------------------------------------------ the clip

TEST_P(FaceDetector, FindsTheFaceOfTheClip) {
  const auto frames = read_clip(source_path("assets/hello720.mp4"), 25).frames;
  ASSERT_EQ(frames.size(), 10U);  // of 249
  for (std::size_t i = 0; i < frames.size(); ++i) {
    SCOPED_TRACE("frame " + std::to_string(25 * i));
    const auto objects = detect(frames[i], {.index = i});
    ASSERT_EQ(objects.size(), 1U);
    // The webcam's inset is x 115 to 367, y 84 to 272; the face in it about 70 pixels wide.
    const Box& box = objects[0].box;
    EXPECT_GT(box.left, 160);
    EXPECT_LT(box.right(), 300);
    EXPECT_GT(box.top, 100);
    EXPECT_LT(box.bottom(), 260);
    EXPECT_NEAR(box.width, 68, 15);
  }
}

RETOUCH_BACKENDS(FaceDetector);

}  // namespace
}  // namespace retouch::test
