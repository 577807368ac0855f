"""Code that was written for OpenCV's CUDA module, unchanged but for its import: `cv2` here has a `cv2.cuda` that works with
any OpenCV, on a GPU and without one (docs/cv2.md). Draws the edges of the picture over it, as if in neon.

python examples/python/06_opencv_cuda.py --input clip.mp4 --output out.mp4 --device auto
"""

import retouch
from retouch import cv2
from command_line import parse


class NeonEdges(retouch.FrameFunction):
    def __init__(self, threshold: float = 90.0):
        self.threshold = threshold

    def on_start(self, device: retouch.Device) -> None:
        cv2.cuda.setDevice(device)
        self.smooth = cv2.cuda.createGaussianFilter(cv2.CV_8UC1, cv2.CV_8UC1, (5, 5), 1.2)
        self.sobel_x = cv2.cuda.createSobelFilter(cv2.CV_8UC1, cv2.CV_32FC1, 1, 0)
        self.sobel_y = cv2.cuda.createSobelFilter(cv2.CV_8UC1, cv2.CV_32FC1, 0, 1)

    def edges(self, picture, stream):
        gray = cv2.cuda.cvtColor(picture, cv2.COLOR_RGBA2GRAY, stream=stream)
        gray = self.smooth.apply(gray, stream=stream)
        strength = cv2.cuda.magnitude(self.sobel_x.apply(gray, stream=stream), self.sobel_y.apply(gray, stream=stream),
                                      stream=stream)
        _, strong = cv2.cuda.threshold(strength, self.threshold, 255, cv2.THRESH_BINARY, stream=stream)
        return strong.convertTo(cv2.CV_8U, stream=stream)

    def process_frame(self, frame: retouch.Frame) -> None:
        if frame.index == 0:  # frames come as NV12 or I420, which no matrix holds
            self.rgba = retouch.Image("rgba8", frame.size, device=frame.device)
        retouch.convert_into(frame, self.rgba)
        picture, stream = cv2.gpu_mat(self.rgba), cv2.gpu_stream(frame.stream)
        picture.setTo((0, 255, 160, 255), mask=self.edges(picture, stream), stream=stream)
        retouch.convert_into(self.rgba, frame)


if __name__ == "__main__":
    args = parse(__doc__)
    pipeline = retouch.Pipeline(functions=[NeonEdges()],
                                input=args.input, output=args.output, device=args.device)
    summary = pipeline.run()
    print(f"{summary.output}: {summary.frames_out} frames, {summary.frames_per_second:.0f} a second on {summary.device}")
