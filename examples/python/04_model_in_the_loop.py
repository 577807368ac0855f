"""A model in the loop: the frame goes in, what the model sees comes out as objects, and those are drawn. With PyTorch the
model reads the picture's own memory, on the GPU where the frame is; without it the same model runs in NumPy.

python examples/python/04_model_in_the_loop.py --input clip.mp4 --output out.mp4 --device auto
"""

import numpy as np

import retouch
from command_line import parse

try:
    import torch
except ImportError:
    torch = None

CELL, COLUMNS, THRESHOLD = 8, 40, 8.0


def tensor_of(picture: retouch.Image):
    if torch:
        return torch.from_dlpack(picture).float()  # the picture's own memory and device; float() makes the copy
    return picture.to_numpy().astype(np.float32)  # a copy in host memory, from wherever the picture is


class Model:
    """Sees what moves: the difference to a slow mean of the frames before, averaged over cells. Yours goes here."""

    background = None

    def __call__(self, now):
        background = now if self.background is None else self.background
        self.background = background + (now - background) / 8
        rows, columns = now.shape
        return abs(now - background).reshape(rows // CELL, CELL, columns // CELL, CELL).mean((1, 3))


class FindMotion(retouch.FrameFunction):
    def __init__(self) -> None:
        self.model = Model()

    def process_frame(self, frame: retouch.Frame) -> None:
        if frame.index == 0:
            rows = max(1, round(COLUMNS * frame.height / frame.width))
            self.gray = retouch.Image("gray8", frame.size, device=frame.device)
            self.small = retouch.Image("gray8", (COLUMNS * CELL, rows * CELL), device=frame.device)
        retouch.convert_into(frame, self.gray)  # from the NV12 or I420 of decoders, on the frame's device
        retouch.resize_into(self.gray, self.small, interpolation="area")
        scores = self.model(tensor_of(self.small))
        scores = scores.cpu().numpy() if torch else scores  # waits for the GPU; what follows is for the CPU

        ys, xs = np.nonzero(scores > THRESHOLD)
        if len(xs) > 2:
            cell = frame.width / COLUMNS
            box = (xs.min() * cell, ys.min() * cell, (np.ptp(xs) + 1) * cell, (np.ptp(ys) + 1) * cell)
            frame.add_object(retouch.Object("motion", box, source="model", confidence=min(1, scores.max() / 64)))
        with retouch.Canvas(frame) as canvas:
            canvas.heat_map((0, 0, *frame.size), scores, low=THRESHOLD / 2, high=3 * THRESHOLD, opacity=0.7)
            canvas.draw(frame.objects("motion"))


if __name__ == "__main__":
    args = parse(__doc__)
    pipeline = retouch.Pipeline(functions=[FindMotion()],
                                input=args.input, output=args.output, device=args.device)
    summary = pipeline.run()
    print(f"{summary.output}: {summary.frames_out} frames, {summary.frames_per_second:.0f} a second on {summary.device}")
