"""Detections as arrays, drawn as supervision's annotators do: boxes, labels, traces. `annotate` takes a
`supervision.Detections`, or anything else with xyxy, confidence, class_id and tracker_id; all may be None but xyxy.

python examples/python/05_draw_detections.py --input clip.mp4 --output out.mp4 --device auto
"""

from collections import defaultdict, deque
from types import SimpleNamespace

import numpy as np

import retouch
from command_line import parse


class Annotator:
    """Boxes, labels and traces in one pass, in a colour for each track."""

    def __init__(self, names: dict[int, str], trace_length: int = 30):
        self.names, self.palette = names, retouch.Palette.by_track()
        label = retouch.ObjectLabel(format="{label} {confidence:.2f} #{track_id}")
        self.style = retouch.ObjectsStyle(style=retouch.ObjectStyle(label=label), palette=self.palette)
        self.traces = defaultdict(lambda: deque(maxlen=trace_length))

    def annotate(self, scene, detections) -> None:
        with retouch.Canvas(scene) as canvas:
            objects = list(self.objects(detections))
            for found in objects:
                if found.track_id is not None:
                    trace = self.traces[found.track_id]
                    trace.append(found.box.center)
                    canvas.trace(trace, color=self.palette.color(found), thickness=4)
            canvas.draw(objects, self.style)

    def objects(self, detections):
        """As retouch's own, with names instead of numbers."""
        for i, (left, top, right, bottom) in enumerate(np.asarray(detections.xyxy, float)):
            kind, confidence, track = (None if column is None else column[i] for column in
                                       (detections.class_id, detections.confidence, detections.tracker_id))
            yield retouch.Object("" if kind is None else self.names.get(int(kind), f"class {kind}"),
                                 (left, top, right - left, bottom - top),
                                 confidence=np.nan if confidence is None else confidence,
                                 track_id=None if track is None else int(track))


class DrawDetections(retouch.FrameFunction):
    def __init__(self):
        self.annotator = Annotator({0: "face"})

    def process_frame(self, frame: retouch.Frame) -> None:
        faces = sorted(frame.objects("face"), key=lambda face: face.box.left)
        detections = SimpleNamespace(  # from your model and tracker; here the face detector's, numbered from the left
            xyxy=np.array([face.box.xyxy for face in faces]).reshape(-1, 4),
            confidence=np.array([face.confidence for face in faces]),
            class_id=np.zeros(len(faces), int), tracker_id=np.arange(len(faces)))
        self.annotator.annotate(scene=frame, detections=detections)


if __name__ == "__main__":
    args = parse(__doc__)
    pipeline = retouch.Pipeline(functions=["face_detector", DrawDetections()],
                                input=args.input, output=args.output, device=args.device)
    summary = pipeline.run()
    print(f"{summary.output}: {summary.frames_out} frames, {summary.frames_per_second:.0f} a second on {summary.device}")
