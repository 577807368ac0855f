"""Way 2: prepare a picture in CPU memory, with any code; it is uploaded once and composited with its alpha onto every
frame. Only the pixels under it are touched. Here a logo that stays, and a dashboard that is drawn anew once a second.

python examples/python/02_sprite_dashboard.py --input clip.mp4 --output out.mp4 --device auto
"""

import retouch
from command_line import ASSETS, parse


class SpriteDashboard(retouch.FrameFunction):
    def __init__(self, logo: str):
        self.logo = retouch.Sprite.from_file(logo)
        self.second = -1

    def process_frame(self, frame: retouch.Frame) -> None:
        second = (frame.pts_ns or 0) // 1_000_000_000
        if second != self.second:  # in all other frames the one that was uploaded is used
            self.dashboard = self.draw(second, frame.index)
            self.second = second
        retouch.composite(frame, self.dashboard, (16, 16), opacity=0.85)
        top_right = (frame.width - self.logo.size.width - 16, 16)  # what leaves the frame is clipped
        retouch.composite(frame, self.logo, top_right)

    @staticmethod
    def draw(second: int, frames: int) -> retouch.Sprite:
        picture = retouch.Image("rgba8", (240, 72))
        retouch.fill(picture, (24, 28, 40))
        with retouch.Canvas(picture) as canvas:
            canvas.text(f"{second} s", (12, 8), size_px=28, bold=True)
            canvas.text(f"{frames} frames", (228, 14), size_px=18, anchor="top_right")
            canvas.progress((12, 52, 216, 8), second % 60 / 60, color=(0, 255, 120))
        return retouch.Sprite(picture)


if __name__ == "__main__":
    args = parse(__doc__)
    pipeline = retouch.Pipeline(functions=[SpriteDashboard(logo=str(ASSETS / "logo.png"))],
                                input=args.input, output=args.output, device=args.device)
    summary = pipeline.run()
    print(f"{summary.output}: {summary.frames_out} frames, {summary.frames_per_second:.0f} a second on {summary.device}")
