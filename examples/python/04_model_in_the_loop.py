"""A model in the loop: the frame goes in, what the model sees comes out as objects, and those are drawn. With PyTorch the
model reads the picture's own memory, on the GPU where the frame is; without it the same model runs in NumPy.

The model finds what moves: the difference to a slow mean of the frames before, averaged over cells of 8 x 8 pixels.

python examples/python/04_model_in_the_loop.py --input clip.mp4 --output out.mp4 --device auto
"""

import numpy as np

import retouch
from command_line import parse

CELL, COLUMNS, THRESHOLD = 8, 40, 8.0


class NumpyModel:
    background = None

    def __call__(self, picture: retouch.Image) -> np.ndarray:
        now = picture.to_numpy().astype(np.float32)  # a copy in host memory, from wherever the picture is
        background = now if self.background is None else self.background
        self.background = background + (now - background) / 8
        rows, columns = now.shape
        return abs(now - background).reshape(rows // CELL, CELL, columns // CELL, CELL).mean((1, 3))


class TorchModel:
    background = None

    def __call__(self, picture: retouch.Image) -> np.ndarray:
        with torch.inference_mode():
            now = torch.from_dlpack(picture).float()[None]  # no copy: a tensor on the picture's memory and device
            background = now if self.background is None else self.background
            self.background = background + (now - background) / 8
            return torch.nn.functional.avg_pool2d(abs(now - background), CELL)[0].cpu().numpy()


try:
    import torch

    Model = TorchModel
except ImportError:
    Model = NumpyModel


class FindMotion(retouch.FrameFunction):
    def __init__(self, model=None):
        self.model = model or Model()
        self.small = None

    def process_frame(self, frame: retouch.Frame) -> None:
        if self.small is None:
            rows = max(1, round(COLUMNS * frame.height / frame.width))
            self.gray = retouch.Image("gray8", frame.size, device=frame.device)
            self.small = retouch.Image("gray8", (COLUMNS * CELL, rows * CELL), device=frame.device)
        retouch.convert_into(frame, self.gray)  # from the NV12 or I420 of decoders, on the frame's device
        retouch.resize_into(self.gray, self.small, interpolation="area")

        scores = self.model(self.small)
        rows, columns = np.nonzero(scores > THRESHOLD)
        if len(rows) > 2:
            scale = frame.width / COLUMNS
            box = np.array([columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1]) * scale
            frame.add_object(retouch.Object("motion", box, source="model", confidence=min(1, scores.max() / 64)))
        with retouch.Canvas(frame) as canvas:
            canvas.heat_map((0, 0, *frame.size), scores, low=THRESHOLD / 2, high=3 * THRESHOLD, opacity=0.7)
            canvas.draw(frame.objects("motion"))


if __name__ == "__main__":
    args = parse(__doc__)
    functions = [FindMotion()]
    summary = retouch.Pipeline(functions=functions, input=args.input, output=args.output, device=args.device).run()
    print(f"{summary.output}: {summary.frames_out} frames, {summary.frames_per_second:.0f} a second on {summary.device}")
