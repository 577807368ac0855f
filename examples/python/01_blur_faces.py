"""Way 1: run the algorithm on the frame, in place, where the frame is. Blurs every face that a detector found.

python examples/python/01_blur_faces.py --input clip.mp4 --output out.mp4 --device auto
"""

import retouch
from command_line import parse


class BlurFaces(retouch.FrameFunction):
    def __init__(self, sigma: float = 8.0):
        self.blur = retouch.GaussianBlur(sigma_x=sigma)

    def process_frame(self, frame: retouch.Frame) -> None:
        boxes = [face.box for face in frame.objects("face")]
        self.blur(frame.regions(boxes))  # all faces in one launch; the pipeline waits for the stream


if __name__ == "__main__":
    args = parse(__doc__)
    pipeline = retouch.Pipeline(functions=["face_detector", BlurFaces(sigma=12)],
                                input=args.input, output=args.output, device=args.device)
    summary = pipeline.run()
    print(f"{summary.output}: {summary.frames_out} frames, {summary.frames_per_second:.0f} a second on {summary.device}")
