"""What OpenCV's CUDA modules have and retouch has not: the names are there, and say what to do instead."""

from __future__ import annotations

from typing import Any, NoReturn

#: Function: how the CPU does it.
MISSING = {
    # cudaarithm
    "rshift": "numpy.right_shift(a, value)",
    "lshift": "numpy.left_shift(a, value)",
    "phase": "cv2.phase(x, y)",
    "cartToPolar": "cv2.cartToPolar(x, y)",
    "polarToCart": "cv2.polarToCart(magnitude, angle)",
    "createLookUpTable": "cv2.LUT(a, table)",
    "norm": "cv2.norm(a)",
    "calcNorm": "cv2.norm(a)",
    "calcNormDiff": "cv2.norm(a, b)",
    "sum": "cv2.sumElems(a)",
    "calcSum": "cv2.sumElems(a)",
    "absSum": "cv2.norm(a, cv2.NORM_L1)",
    "calcAbsSum": "cv2.norm(a, cv2.NORM_L1)",
    "sqrSum": "cv2.norm(a, cv2.NORM_L2SQR)",
    "calcSqrSum": "cv2.norm(a, cv2.NORM_L2SQR)",
    "minMax": "cv2.minMaxLoc(a)",
    "findMinMax": "cv2.minMaxLoc(a)",
    "minMaxLoc": "cv2.minMaxLoc(a)",
    "findMinMaxLoc": "cv2.minMaxLoc(a)",
    "countNonZero": "cv2.countNonZero(a)",
    "reduce": "cv2.reduce(a, dim, op)",
    "meanStdDev": "cv2.meanStdDev(a)",
    "rectStdDev": "cv2.blur(a, size), cv2.sqrBoxFilter(a, -1, size)",
    "normalize": "cv2.normalize(a, None, alpha, beta, norm_type)",
    "integral": "cv2.integral(a)",
    "sqrIntegral": "cv2.integral2(a)",
    "gemm": "cv2.gemm(a, b, alpha, c, beta)",
    "mulSpectrums": "cv2.mulSpectrums(a, b, flags)",
    "mulAndScaleSpectrums": "cv2.mulSpectrums(a, b, flags)",
    "dft": "cv2.dft(a)",
    "createDFT": "cv2.dft(a)",
    "createConvolution": "cv2.filter2D(a, -1, kernel)",
    # cudaimgproc
    "demosaicing": "cv2.demosaicing(a, code)",
    "gammaCorrection": "cv2.LUT(a, table)",
    "calcHist": "cv2.calcHist([a], [0], None, [256], [0, 256])",
    "equalizeHist": "cv2.equalizeHist(a)",
    "createCLAHE": "cv2.createCLAHE(clip, tiles).apply(a)",
    "evenLevels": "numpy.linspace(low, high, levels)",
    "histEven": "cv2.calcHist([a], [0], None, [bins], [low, high])",
    "histRange": "numpy.histogram(a, levels)",
    "createCannyEdgeDetector": "cv2.Canny(a, low, high)",
    "createHoughLinesDetector": "cv2.HoughLines(a, rho, theta, threshold)",
    "createHoughSegmentDetector": "cv2.HoughLinesP(a, rho, theta, threshold)",
    "createHoughCirclesDetector": "cv2.HoughCircles(a, cv2.HOUGH_GRADIENT, dp, distance)",
    "createGeneralizedHoughBallard": "cv2.createGeneralizedHoughBallard()",
    "createGeneralizedHoughGuil": "cv2.createGeneralizedHoughGuil()",
    "createHarrisCorner": "cv2.cornerHarris(a, block, ksize, k)",
    "createMinEigenValCorner": "cv2.cornerMinEigenVal(a, block)",
    "createGoodFeaturesToTrackDetector": "cv2.goodFeaturesToTrack(a, corners, quality, distance)",
    "meanShiftFiltering": "cv2.pyrMeanShiftFiltering(a, sp, sr)",
    "meanShiftProc": "cv2.pyrMeanShiftFiltering(a, sp, sr)",
    "meanShiftSegmentation": "cv2.pyrMeanShiftFiltering(a, sp, sr)",
    "createTemplateMatching": "cv2.matchTemplate(a, template, method)",
    "bilateralFilter": "cv2.bilateralFilter(a, d, color, space)",
    "blendLinear": "cv2.blendLinear(a, b, weights_a, weights_b)",
    "connectedComponents": "cv2.connectedComponents(a)",
    "connectedComponentsWithAlgorithm": "cv2.connectedComponents(a)",
    "moments": "cv2.moments(a)",
    "spatialMoments": "cv2.moments(a)",
    "numMoments": "cv2.moments(a)",
    "convertSpatialMoments": "cv2.moments(a)",
    # cudawarping
    "pyrUp": "cv2.pyrUp(a)",
    # cudabgsegm
    "createBackgroundSubtractorMOG": "cv2.cuda.createBackgroundSubtractorMOG2() of retouch",
    # core
    "Event_elapsedTime": "time.perf_counter() around stream.waitForCompletion()",
}


#: For what is in none of the modules that retouch follows.
_OTHER = "what cv2 has for it"


class _Missing:
    """A function or class that is not there."""

    def __init__(self, name: str) -> None:
        self.__name__ = name
        self.__doc__ = f"Not in retouch: raises NotImplementedError. Instead: {MISSING.get(name, _OTHER)}"

    def __call__(self, *args: Any, **keywords: Any) -> NoReturn:
        instead = MISSING.get(self.__name__, _OTHER)
        raise NotImplementedError(
            f"cv2.cuda.{self.__name__} is not in retouch. Do it on the CPU for the part that needs it: "
            f"a = cv2.cuda.GpuMat(mat, (x, y, w, h)).download(stream); {instead}; and upload(result, stream) what "
            "shall go back. docs/cv2.md lists what there is"
        )

    def __repr__(self) -> str:
        return f"<cv2.cuda.{self.__name__}, which retouch does not have>"


def missing(name: str) -> _Missing:
    return _Missing(name)
