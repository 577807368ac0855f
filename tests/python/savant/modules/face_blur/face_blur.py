"""Blurs faces with filters of cv2.cuda: the regions themselves, and one corner of every frame."""

import cv2

from savant.deepstream.meta.frame import NvDsFrameMeta
from savant.deepstream.opencv_utils import apply_cuda_filter, nvds_to_gpu_mat
from savant.deepstream.pyfunc import NvDsPyFuncPlugin
from savant.gstreamer import Gst


class FaceBlur(NvDsPyFuncPlugin):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.gaussian_filter = cv2.cuda.createGaussianFilter(
            cv2.CV_8UC4, cv2.CV_8UC4, (self.ksize, self.ksize), self.sigma
        )

    def process_frame(self, buffer: Gst.Buffer, frame_meta: NvDsFrameMeta):
        stream = self.get_cuda_stream(frame_meta)
        with nvds_to_gpu_mat(buffer, frame_meta.frame_meta) as frame_mat:
            for obj_meta in frame_meta.objects:
                if obj_meta.label == 'face':
                    apply_cuda_filter(self.gaussian_filter, frame_mat, obj_meta.bbox.as_ltwh_int(), stream)
            roi = cv2.cuda_GpuMat(frame_mat, (0, 0, 12, 10))
            self.gaussian_filter.apply(roi, roi, stream=stream)
