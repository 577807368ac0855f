"""Blurs faces, counts them on a dashboard, and sends a small copy of every source as a stream of its own."""

import cv2

from savant.deepstream.drawfunc import NvDsDrawFunc
from savant.deepstream.opencv_utils import apply_cuda_filter, nvds_to_gpu_mat
from savant.deepstream.pyfunc import NvDsPyFuncPlugin
from savant.metrics import Counter
from savant.utils.artist import Position
from savant_rs.primitives.geometry import BBox


class BlurFaces(NvDsPyFuncPlugin):
    def on_start(self) -> bool:
        self.metrics["faces"] = Counter("faces", "Faces blurred", labelnames=("source_id",))
        self.filter = cv2.cuda.createGaussianFilter(cv2.CV_8UC4, cv2.CV_8UC4, (31, 31), self.sigma)
        return super().on_start()

    def process_frame(self, buffer, frame_meta):
        faces = [obj for obj in frame_meta.objects if obj.label == "face"]
        with nvds_to_gpu_mat(buffer, frame_meta.frame_meta) as frame_mat:
            for face in faces:
                apply_cuda_filter(self.filter, frame_mat, face.bbox.as_ltwh_int(), self.get_cuda_stream(frame_meta))
                self.metrics["faces"].inc(labels=(frame_meta.source_id,))
        frame_meta.add_attr_meta("analytics", "faces", len(faces))


class Thumbnails(NvDsPyFuncPlugin):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.copies = {}

    def on_source_add(self, source_id):
        self.copies[source_id] = self.auxiliary_stream(
            f"{source_id}-small", self.width, self.height, codec_params={"codec": "h264"}
        )

    def on_source_eos(self, source_id):
        self.copies.pop(source_id).eos()

    def process_frame(self, buffer, frame_meta):
        _, small = self.copies[frame_meta.source_id].create_frame(frame_meta.pts, frame_meta.duration)
        with nvds_to_gpu_mat(buffer, frame_meta.frame_meta) as frame_mat, nvds_to_gpu_mat(small, batch_id=0) as small_mat:
            cv2.cuda.resize(
                frame_mat, (self.width, self.height), dst=small_mat, stream=self.get_cuda_stream(frame_meta)
            )


class Dashboard(NvDsDrawFunc):
    def draw_on_frame(self, frame_meta, artist):
        super().draw_on_frame(frame_meta, artist)
        width, _ = artist.frame_wh
        artist.add_bbox(BBox.ltwh(0, 0, width, 40), border_width=0, bg_color=(24, 24, 32, 255))
        count = frame_meta.get_attr_meta("analytics", "faces").value
        artist.add_text(f"{self.title}: {count}", (12, 20), 0.8, 2, bg_color=None, anchor_point_type=Position.LEFT_CENTER)
