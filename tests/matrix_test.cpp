// Tests of Matrix itself: references, regions, locked layouts, leases, streams.
#include "retouch/matrix.hpp"

#include <array>

#include "retouch/error.hpp"
#include "retouch/fill.hpp"
#include "retouch/matrix_ops.hpp"
#include "support/matrix.hpp"

namespace retouch::test {
namespace {

constexpr MatrixType u8c1{};
constexpr MatrixType u8c4{Depth::u8, 4};
constexpr MatrixType f32c3{Depth::f32, 3};

class MatrixTest : public BackendTest {};
RETOUCH_BACKENDS(MatrixTest);

TEST_P(MatrixTest, RoundTripOfEveryType) {
  for (const int depth : all_depths)
    for (int channels = 1; channels <= 4; ++channels)
      for (const cv::Size size : {cv::Size(37, 23), cv::Size(1, 5), cv::Size(300, 1)}) {
        const cv::Mat input = random_mat(size, CV_MAKETYPE(depth, channels));
        const Matrix m = uploaded(stream(), input);
        EXPECT_EQ(m.type(), type_of(input));
        EXPECT_EQ(m.device(), device());
        expect_exact(downloaded(stream(), m), input, "round trip");
        expect_exact(downloaded(stream(), m.clone(stream())), input, "clone");
      }
}

TEST_P(MatrixTest, TypesAndLayout) {
  const Matrix m(stream(), {33, 5}, f32c3);
  EXPECT_EQ(name_of(m.type()), "32FC3");
  EXPECT_EQ(m.type().pixel_bytes(), 12);
  EXPECT_EQ(m.step() % 64, 0U);
  EXPECT_FALSE(m.continuous());
  EXPECT_TRUE(Matrix(stream(), {33, 1}, f32c3).continuous());
  EXPECT_TRUE(Matrix(stream(), {1, 33}, f32c3).continuous());
  EXPECT_TRUE(Matrix(stream(), {0, 33}, f32c3).empty());
  EXPECT_TRUE(Matrix().empty());
  EXPECT_EQ(m.describe(), "32FC3 33x5 on " + device().name());
}

TEST_P(MatrixTest, CopiesAreReferencesAndCreateKeepsWhatFits) {
  Matrix a = uploaded(stream(), cv::Mat(4, 5, CV_8UC1, cv::Scalar(7)));
  Matrix b = a;
  matrix::set_to(stream(), b, Scalar::all(9));
  EXPECT_EQ(downloaded(stream(), a).at<std::uint8_t>(3, 4), 9);
  const auto* before = b.data();
  b.create(stream(), {5, 4}, u8c1);
  EXPECT_EQ(b.data(), before);
  b.create(stream(), {5, 5}, u8c1);
  EXPECT_NE(b.data(), before);
  EXPECT_EQ(a.data(), before);
  b.create(stream(), {0, 5}, u8c1);
  EXPECT_TRUE(b.empty());
  a.release();
  EXPECT_TRUE(a.empty());
  EXPECT_EQ(a.device(), device());
}

TEST_P(MatrixTest, RegionsKnowTheirWhole) {
  const cv::Mat input = random_mat({20, 15}, CV_16UC3);
  const Matrix whole = uploaded(stream(), input);
  Matrix part = whole.region({4, 3, 6, 5});
  expect_exact(downloaded(stream(), part), input(cv::Rect(4, 3, 6, 5)), "region");
  Size size;
  Point at;
  part.locate_roi(size, at);
  EXPECT_EQ(size, (Size{20, 15}));
  EXPECT_EQ(at, (Point{4, 3}));
  part.adjust_roi(1, 2, 3, -1);
  expect_exact(downloaded(stream(), part), input(cv::Rect(1, 2, 8, 8)), "adjusted");
  part.adjust_roi(100, 100, INT_MAX, INT_MAX);
  EXPECT_EQ(part.size(), (Size{20, 15}));
  EXPECT_THROW(part.adjust_roi(-20, 0, 0, 0), InvalidArgument);
  expect_exact(downloaded(stream(), whole.row(7)), input.row(7), "row");
  expect_exact(downloaded(stream(), whole.col(19)), input.col(19), "col");
  expect_exact(downloaded(stream(), whole.row_range(2, 9)), input.rowRange(2, 9), "rowRange");
  expect_exact(downloaded(stream(), whole.col_range(2, 9)), input.colRange(2, 9), "colRange");
  EXPECT_TRUE(whole.row_range(4, 4).empty());
  for (const Rect bad : {Rect{-1, 0, 4, 4}, Rect{0, 0, 21, 4}, Rect{0, 12, 4, 4}, Rect{0, 0, -1, 4},
                         Rect{INT_MAX, 0, 4, 4}, Rect{4, 4, INT_MAX, 4}})
    EXPECT_THROW(static_cast<void>(whole.region(bad)), InvalidArgument);
  EXPECT_THROW(static_cast<void>(whole.row(15)), InvalidArgument);
  EXPECT_THROW(static_cast<void>(whole.col_range(5, 3)), InvalidArgument);
}

TEST_P(MatrixTest, Reshape) {
  const cv::Mat input = random_mat({12, 5}, CV_8UC3);
  const Matrix padded = uploaded(stream(), input);
  expect_exact(downloaded(stream(), padded.reshape(1)), input.reshape(1), "channels");
  EXPECT_THROW(static_cast<void>(padded.reshape(1, 10)), InvalidArgument);  // gaps between the rows
  Matrix row = uploaded(stream(), input.reshape(3, 1));
  ASSERT_TRUE(row.continuous());
  expect_exact(downloaded(stream(), row.reshape(0, 5)), input, "rows");
  expect_exact(downloaded(stream(), row.reshape(4, 15)), input.reshape(4, 15), "both");
  EXPECT_THROW(static_cast<void>(row.reshape(0, 7)), InvalidArgument);
  EXPECT_THROW(static_cast<void>(row.reshape(5)), InvalidArgument);
  EXPECT_THROW(static_cast<void>(row.reshape(2, 12)), InvalidArgument);
}

TEST_P(MatrixTest, WrapChecksWhatItIsGiven) {
  std::array<std::uint8_t, 64> bytes{};
  const Device cpu;
  EXPECT_THROW(static_cast<void>(Matrix::wrap(cpu, {4, 4}, u8c1, nullptr)), InvalidArgument);
  EXPECT_THROW(static_cast<void>(Matrix::wrap(cpu, {4, 4}, u8c1, bytes.data(), 3)), InvalidArgument);
  EXPECT_THROW(static_cast<void>(Matrix::wrap(cpu, {1, 2}, f32c3, bytes.data() + 1, 16)), InvalidArgument);
  EXPECT_THROW(static_cast<void>(Matrix::wrap(cpu, {1, 2}, f32c3, bytes.data(), 18)), InvalidArgument);
  EXPECT_THROW(static_cast<void>(Matrix::wrap(cpu, {-1, 2}, u8c1, bytes.data())), InvalidArgument);
  EXPECT_THROW(static_cast<void>(Matrix::wrap(cpu, {1, 2}, {Depth::u8, 5}, bytes.data())), InvalidArgument);
  EXPECT_THROW(Matrix(stream(), {INT_MAX, 2}, f32c3), InvalidArgument);
  const auto owner = std::make_shared<int>(1);
  {
    const Matrix m = Matrix::wrap(cpu, {4, 4}, u8c1, bytes.data(), 0, owner);
    const Matrix part = m.region({1, 1, 2, 2});
    EXPECT_EQ(owner.use_count(), 2);
  }
  EXPECT_EQ(owner.use_count(), 1);
}

TEST_P(MatrixTest, AFramesMatrixIsItsPixelsAndLocked) {
  const Guarded image(stream(), noise(PixelFormat::rgba8, {31, 17}));
  Frame frame(image.view(), stream());
  Matrix m = Matrix::of(stream(), frame.view());
  EXPECT_TRUE(m.locked());
  EXPECT_EQ(m.type(), u8c4);
  Matrix part = m.region({3, 4, 5, 6});
  EXPECT_TRUE(part.locked());
  matrix::set_to(stream(), part, {{1, 2, 3, 4}});
  image.expect_canaries();
  EXPECT_EQ(image.download().at(0, 7, 9, 2), 3);
  const Matrix other = uploaded(stream(), random_mat({9, 9}, CV_8UC4));
  EXPECT_THROW(upload(stream(), other, m), LayoutError);
  EXPECT_THROW(matrix::convert(stream(), m, m, Depth::f32), LayoutError);
  EXPECT_THROW(matrix::in_range(stream(), m, {}, {}, part), LayoutError);
  Matrix loose(device());
  EXPECT_THROW(m.swap(loose), LayoutError);
  EXPECT_FALSE(m.clone(stream()).locked());
  // Into a locked matrix of the right type and size everything goes.
  const cv::Mat pixels = random_mat({31, 17}, CV_8UC4, 8);
  upload(stream(), borrow(pixels), m);
  expect_exact(downloaded(stream(), m), pixels, "upload to the frame");

  frame.expire();
  EXPECT_THROW(static_cast<void>(m.data()), ExpiredFrame);
  EXPECT_THROW(matrix::set_to(stream(), part, {}), ExpiredFrame);
  EXPECT_THROW(matrix::add(stream(), m, 1.0, loose), ExpiredFrame);
  EXPECT_THROW(static_cast<void>(m.clone(stream())), ExpiredFrame);
  EXPECT_TRUE(m.locked());
  const Guarded yuv(stream(), noise(PixelFormat::nv12, {32, 16}));
  EXPECT_THROW(static_cast<void>(Matrix::of(stream(), yuv.view())), Unsupported);
}

// Each step on a stream of its own, matrices destroyed while the work is under way, memory reused at once: only the
// order that Matrix keeps makes the numbers right.
TEST_P(MatrixTest, WandersBetweenStreams) {
  std::vector<Stream> streams;
  streams.reserve(4);
  for (int i = 0; i < 4; ++i) streams.emplace_back(device());
  const cv::Mat input(700, 900, CV_32FC4, cv::Scalar::all(1));
  for (int repeat = 0; repeat < 5; ++repeat) {
    Matrix m = uploaded(stream(), input);
    for (std::size_t i = 0; i < 40; ++i) {
      Matrix next(device());
      matrix::add(streams[i % 4], m, 1.0, next);
      m = next;
    }
    const cv::Mat result = downloaded(stream(), m);
    double least = 0;
    double most = 0;
    cv::minMaxIdx(result.reshape(1), &least, &most);
    EXPECT_EQ(least, 41);
    EXPECT_EQ(most, 41);
  }
}

TEST_P(MatrixTest, AFramesStreamWaitsForOthers) {
  Image image(stream(), PixelFormat::gray8, {4000, 3000});
  Frame frame(image.view(), stream());
  Stream other(device());
  Matrix m = Matrix::of(stream(), frame.view());
  for (int i = 1; i <= 20; ++i) matrix::set_to(other, m, Scalar::all(i));
  Pixels pixels(PixelFormat::gray8, {4000, 3000});
  copy_into(stream(), image, pixels.view());  // on the frame's own stream
  stream().synchronize();
  EXPECT_EQ(pixels.at(0, 3999, 2999), 20);
}

TEST_P(MatrixTest, StreamsOfAnotherDeviceAreRefused) {
  if (GetParam() == Backend::Cpu) return;
  const Stream cpu(Device::cpu());
  Matrix m = uploaded(stream(), random_mat({5, 4}, CV_8UC1));
  EXPECT_THROW(matrix::set_to(cpu, m, {}), InvalidArgument);
  Matrix host(cpu, {5, 4}, u8c1);
  EXPECT_THROW(matrix::add(stream(), m, host, m), InvalidArgument);
}

}  // namespace
}  // namespace retouch::test
