// Background subtraction on matrices: what moves in front of a camera that does not.
#pragma once

#include "retouch/export.hpp"
#include "retouch/matrix.hpp"

namespace retouch::matrix {

/// As cv::BackgroundSubtractorMOG2, with its names and defaults.
struct Mog2Options {
  int history = 500;              ///< frames that the model remembers
  double var_threshold = 16;      ///< squared distance (in variances) up to which a pixel is background
  bool detect_shadows = true;     ///< shadows get shadow_value in the mask
  int mixtures = 5;               ///< Gaussians for each pixel, 1..8
  double background_ratio = 0.9;  ///< of the weight, that the background's Gaussians have
  double var_threshold_gen = 9;   ///< squared distance beyond which a new Gaussian is made
  double var_init = 15;
  double var_min = 4;
  double var_max = 75;
  double complexity_reduction = 0.05;
  int shadow_value = 127;         ///< 0..255
  double shadow_threshold = 0.5;  ///< how dark a shadow may be
};

/// Zivkovic's mixture of Gaussians for each pixel (2004, 2006), as OpenCV's. Copies share the model. One apply() at a
/// time.
class RETOUCH_EXPORT Mog2 {
 public:
  /// Throws InvalidArgument for values that make no sense. history, var_threshold <= 0: the defaults.
  explicit Mog2(const Mog2Options& options = {});

  /// Enqueues: mask = 255 where `image` (8U, 16U or 32F, 1 to 4 channels) is not background, shadow_value in shadows, 0
  /// elsewhere, and learns. rate: 0 learns nothing, 1 starts anew, < 0 by history. Another size or type than before
  /// starts anew. Throws InvalidArgument, LayoutError, OutOfMemory.
  void apply(StreamView stream, const Matrix& image, Matrix& mask, double rate = -1);
  /// Enqueues: what the background looks like. Throws InvalidArgument before the first apply().
  void background(StreamView stream, Matrix& image) const;
  /// Forgets what was learnt.
  void clear();

  const Mog2Options& options() const { return options_; }
  /// Takes effect with the next apply(); another number of mixtures starts anew.
  void set_options(const Mog2Options& options);

 private:
  struct Model;
  Mog2Options options_;
  std::shared_ptr<Model> model_;
};

}  // namespace retouch::matrix
