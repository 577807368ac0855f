// Sprites: content that is shared, uploads that happen once, lifetimes.
#include "retouch/sprite.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <thread>

#include "retouch/fill.hpp"
#include "support/backend.hpp"

namespace retouch::test {
namespace {

Pixels opaque_noise(Size size, std::uint32_t seed) {
  Pixels p = noise(PixelFormat::rgba8, size, seed);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) p.at(0, x, y, 3) = 255;
  return p;
}

Sprite sprite_of(Pixels pixels) { return Sprite(pixels.view()); }

class SpriteTest : public BackendTest {
 protected:
  void SetUp() override {
    BackendTest::SetUp();
    Sprite::set_cache_limit(0);  // nothing of other tests
    Sprite::set_cache_limit(std::size_t{64} << 20U);
  }
  void TearDown() override {
    Sprite::set_cache_limit(0);
    Sprite::set_cache_limit(std::size_t{64} << 20U);
  }
  // Uploads happen on a GPU only.
  std::uint64_t uploads(std::uint64_t count) const { return GetParam() == Backend::Cuda ? count : 0; }
  // A frame on which an opaque sprite of its own size is composited becomes the sprite.
  void expect_drawn(StreamView on, const Sprite& sprite, const Pixels& pixels) {
    const Guarded frame(on, noise(PixelFormat::rgba8, pixels.size, 3));
    composite(on, frame, sprite, {0, 0});
    EXPECT_EQ(frame.download(), pixels);
    frame.expect_canaries();
  }
};
RETOUCH_BACKENDS(SpriteTest);

TEST(Sprite, SizesAndEmptySprites) {
  EXPECT_TRUE(Sprite().empty());
  EXPECT_EQ(Sprite().size(), Size());
  EXPECT_TRUE(Sprite(ImageView()).empty());
  EXPECT_EQ(sprite_of(opaque_noise({5, 3}, 1)).size(), (Size{5, 3}));
  Pixels nv12(PixelFormat::nv12, {4, 4});
  EXPECT_THROW(Sprite(nv12.view()), Unsupported);
}

TEST(Sprite, EqualContentIsSharedWhateverItsLayout) {
  Pixels rgba = noise(PixelFormat::rgba8, {33, 17}, 5);
  Pixels bgra(PixelFormat::bgra8, rgba.size);
  bgra.planes = rgba.planes;
  for (int y = 0; y < 17; ++y)
    for (int x = 0; x < 33; ++x) std::swap(bgra.at(0, x, y, 0), bgra.at(0, x, y, 2));
  const Stream stream(Device::cpu());
  const Guarded padded(stream, rgba);
  const Sprite a(rgba.view());
  const Sprite b(padded.view());
  const Sprite c(bgra.view());
  EXPECT_EQ(a.data(), b.data());
  EXPECT_EQ(a.data(), c.data());
}

// One changed byte anywhere, or the same bytes in another shape, is other content.
TEST(Sprite, AnyDifferenceIsOtherContent) {
  Pixels p = noise(PixelFormat::rgba8, {41, 13}, 5);
  const Sprite first(p.view());
  for (std::size_t i = 0; i < p.planes[0].size(); ++i) {
    p.planes[0][i] ^= 1;
    EXPECT_NE(sprite_of(p).data(), first.data()) << i;
    p.planes[0][i] ^= 1;
  }
  EXPECT_EQ(sprite_of(p).data(), first.data());
  Pixels turned(PixelFormat::rgba8, {13, 41});
  turned.planes = p.planes;
  EXPECT_NE(sprite_of(turned).data(), first.data());
  Pixels swapped = p;  // equal sums
  std::swap(swapped.planes[0][4], swapped.planes[0][36]);
  EXPECT_NE(sprite_of(swapped).data(), first.data());
}

TEST(Sprite, LargeContentToTheLastByte) {
  Pixels p = noise(PixelFormat::rgba8, {1280, 720}, 5);
  const Sprite first(p.view());
  for (const std::size_t i : {std::size_t{0}, p.planes[0].size() / 2, p.planes[0].size() - 1}) {
    p.planes[0][i] ^= 0x80;
    EXPECT_NE(sprite_of(p).data(), first.data()) << i;
    p.planes[0][i] ^= 0x80;
  }
  EXPECT_EQ(sprite_of(p).data(), first.data());
}

TEST(Sprite, FromAFile) {
  Pixels p = noise(PixelFormat::rgba8, {12, 9}, 8);
  const std::string path = testing::TempDir() + "retouch_sprite_test.png";
  write_png(path, p.view());
  EXPECT_EQ(Sprite::from_file(path).data(), sprite_of(p).data());
  EXPECT_THROW(Sprite::from_file("/nonexistent.png"), FileError);
}

TEST(Sprite, ManyThreadsMakeAndDropTheSameContent) {
  const Pixels p = opaque_noise({64, 64}, 4);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const Sprite sprite = sprite_of(p);
        const Sprite other = sprite_of(opaque_noise({8, 8}, static_cast<std::uint32_t>(t * 200 + i)));
        Pixels frame = noise(PixelFormat::rgba8, {64, 64}, 3);
        composite(Stream(Device::cpu()), frame.view(), sprite, {0, 0});
        ASSERT_EQ(frame, p);
      }
    });
  for (std::thread& thread : threads) thread.join();
}

TEST_P(SpriteTest, EqualContentIsUploadedOnce) {
  const Pixels p = opaque_noise({50, 40}, 11);
  const auto before = Sprite::upload_count();
  const Sprite a = sprite_of(p);
  const Sprite b = sprite_of(p);
  EXPECT_EQ(Sprite::upload_count(), before) << "uploaded before it was used";
  expect_drawn(stream(), a, p);
  expect_drawn(stream(), b, p);
  expect_drawn(stream(), Sprite(b), p);
  EXPECT_EQ(Sprite::upload_count(), before + uploads(1));
  a.preload(stream());
  EXPECT_EQ(Sprite::upload_count(), before + uploads(1));
}

TEST_P(SpriteTest, PreloadUploads) {
  const Pixels p = opaque_noise({300, 200}, 12);
  const Sprite sprite = sprite_of(p);
  const auto before = Sprite::upload_count();
  sprite.preload(stream());
  EXPECT_EQ(Sprite::upload_count(), before + uploads(1));
  expect_drawn(stream(), sprite, p);
  EXPECT_EQ(Sprite::upload_count(), before + uploads(1));
}

TEST_P(SpriteTest, HostPixelsSeenBeforeAreNotUploadedAgain) {
  Pixels p = opaque_noise({320, 90}, 13);
  const Guarded frame(stream(), noise(PixelFormat::rgba8, p.size, 3));
  const auto before = Sprite::upload_count();
  for (int i = 0; i < 5; ++i) {
    composite(stream(), frame, p.view(), {0, 0});
    EXPECT_EQ(frame.download(), p);
  }
  EXPECT_EQ(Sprite::upload_count(), before + uploads(1));
  p.at(0, 319, 89, 1) ^= 1;
  composite(stream(), frame, p.view(), {0, 0});
  EXPECT_EQ(frame.download(), p);
  EXPECT_EQ(Sprite::upload_count(), before + uploads(2));
}

TEST_P(SpriteTest, WithoutACacheContentGoesWithItsLastSprite) {
  Sprite::set_cache_limit(0);
  const Pixels p = opaque_noise({100, 100}, 14);
  const auto before = Sprite::upload_count();
  for (int i = 0; i < 3; ++i) expect_drawn(stream(), sprite_of(p), p);
  EXPECT_EQ(Sprite::upload_count(), before + uploads(3));
  const Sprite held = sprite_of(p);
  for (int i = 0; i < 3; ++i) expect_drawn(stream(), sprite_of(p), p);
  EXPECT_EQ(Sprite::upload_count(), before + uploads(4));
}

TEST_P(SpriteTest, TheCacheForgetsTheLongestUnused) {
  Sprite::set_cache_limit(std::size_t{3} * 100 * 400);  // three of 100x100
  const auto draw = [&](std::uint32_t seed) {
    const Pixels p = opaque_noise({100, 100}, seed);
    expect_drawn(stream(), sprite_of(p), p);
  };
  for (const std::uint32_t seed : {1U, 2U, 3U, 1U, 4U}) draw(seed);  // 2 is gone
  const auto before = Sprite::upload_count();
  for (const std::uint32_t seed : {1U, 3U, 4U}) draw(seed);
  EXPECT_EQ(Sprite::upload_count(), before);
  draw(2);
  EXPECT_EQ(Sprite::upload_count(), before + uploads(1));
}

// The sprite goes while the work that reads it is still queued; its memory must not go to someone else before.
TEST_P(SpriteTest, MayBeFreedRightAfterTheCall) {
  Sprite::set_cache_limit(0);
  const Size size{512, 256};
  std::vector<std::unique_ptr<Guarded>> frames;
  for (std::uint32_t i = 0; i < 20; ++i)
    frames.push_back(std::make_unique<Guarded>(stream(), noise(PixelFormat::rgba8, size, 99)));
  for (std::uint32_t i = 0; i < 20; ++i) composite(stream(), *frames[i], sprite_of(opaque_noise(size, i)), {0, 0});
  for (std::uint32_t i = 0; i < 20; ++i) EXPECT_EQ(frames[i]->download(), opaque_noise(size, i)) << i;
}

TEST_P(SpriteTest, TwoStreamsShareOneUpload) {
  for (int round = 0; round < 5; ++round) {
    const Pixels p = opaque_noise({640, 480}, static_cast<std::uint32_t>(round) + 20);
    const Stream other(device());
    const Guarded here(stream(), noise(PixelFormat::rgba8, p.size, 3));
    const Guarded there(other, noise(PixelFormat::rgba8, p.size, 3));
    const auto before = Sprite::upload_count();
    {
      const Sprite sprite = sprite_of(p);
      composite(stream(), here, sprite, {0, 0});
      composite(other, there, sprite, {0, 0});
    }
    EXPECT_EQ(there.download(), p);
    EXPECT_EQ(here.download(), p);
    EXPECT_EQ(Sprite::upload_count(), before + uploads(1));
  }
}

TEST_P(SpriteTest, OutlivesTheStreamsThatUsedIt) {
  const Pixels p = opaque_noise({200, 100}, 15);
  std::optional<Sprite> sprite(sprite_of(p));
  for (int i = 0; i < 20; ++i) {  // more than are followed
    const Stream shortlived(device());
    expect_drawn(shortlived, *sprite, p);
  }
  expect_drawn(stream(), *sprite, p);
  sprite.reset();
  Sprite::set_cache_limit(0);
  expect_drawn(stream(), sprite_of(p), p);
}

TEST_P(SpriteTest, ScaledSizesAreUploadedOnceEach) {
  const Pixels p = opaque_noise({64, 64}, 16);
  const Sprite sprite = sprite_of(p);
  const Guarded frame(stream(), noise(PixelFormat::rgba8, {100, 100}, 3));
  const auto before = Sprite::upload_count();
  for (int i = 0; i < 3; ++i)
    for (const int side : {20, 30, 90}) composite(stream(), frame, sprite, {0, 0}, {.size = Size{side, side}});
  stream().synchronize();
  EXPECT_EQ(Sprite::upload_count(), before + uploads(3));
  frame.expect_canaries();
}

}  // namespace
}  // namespace retouch::test
