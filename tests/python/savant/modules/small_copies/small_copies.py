"""For every source two smaller copies of its picture, as streams of their own."""

import cv2

from savant.deepstream.auxiliary_stream import AuxiliaryStream
from savant.deepstream.opencv_utils import nvds_to_gpu_mat
from savant.deepstream.pyfunc import NvDsPyFuncPlugin


class SmallCopies(NvDsPyFuncPlugin):
    def __init__(self, sizes, codec_params, **kwargs):
        self.sizes = sizes
        self.codec_params = codec_params
        self.streams = {}
        super().__init__(**kwargs)

    def on_source_add(self, source_id: str):
        self.streams[source_id] = [
            self.auxiliary_stream(
                source_id=source_id + size['suffix'],
                width=size['width'],
                height=size['height'],
                codec_params=self.codec_params,
                framerate='25/1',
            )
            for size in self.sizes
        ]

    def process_frame(self, buffer, frame_meta):
        stream = self.get_cuda_stream(frame_meta)
        with nvds_to_gpu_mat(buffer, frame_meta.frame_meta) as frame_mat:
            for copy, size in zip(self.streams[frame_meta.source_id], self.sizes):
                assert isinstance(copy, AuxiliaryStream)
                _, copy_buffer = copy.create_frame(pts=frame_meta.pts, duration=frame_meta.duration)
                with nvds_to_gpu_mat(copy_buffer, batch_id=0) as copy_mat:
                    cv2.cuda.resize(
                        src=frame_mat, dst=copy_mat, dsize=(size['width'], size['height']), stream=stream
                    )

    def on_source_eos(self, source_id: str):
        for copy in self.streams.pop(source_id):
            copy.eos()

    def on_stop(self) -> bool:
        self.streams = {}
        return super().on_stop()
