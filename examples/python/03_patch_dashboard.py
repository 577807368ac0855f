"""Way 3: download a small part of the frame, edit it with any CPU code (here OpenCV's putText), put it back. Only the
part's bytes cross the bus.

python examples/python/03_patch_dashboard.py --input clip.mp4 --output out.mp4 --device auto
"""

import cv2

import retouch
from command_line import parse


class PatchDashboard(retouch.FrameFunction):
    def process_frame(self, frame: retouch.Frame) -> None:
        with frame.patch((16, 16, 320, 48)) as strip:  # host memory: RGBA, or gray for a gray8 frame
            cv2.multiply(strip, (0.4, 0.4, 0.4, 1), dst=strip)  # darker; alpha stays
            cv2.putText(strip, f"frame {frame.index}", (12, 33), cv2.FONT_HERSHEY_DUPLEX, 0.8,
                        (255, 255, 255, 255), 1, cv2.LINE_AA)


if __name__ == "__main__":
    args = parse(__doc__)
    pipeline = retouch.Pipeline(functions=[PatchDashboard()],
                                input=args.input, output=args.output, device=args.device)
    summary = pipeline.run()
    print(f"{summary.output}: {summary.frames_out} frames, {summary.frames_per_second:.0f} a second on {summary.device}")
