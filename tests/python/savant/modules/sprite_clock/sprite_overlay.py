"""A little film over the picture: pictures made once, chosen by the frame's time."""

import cv2
import numpy as np

from savant.deepstream.drawfunc import NvDsDrawFunc
from savant.deepstream.opencv_utils import alpha_comp, nvds_to_gpu_mat


class Animation:
    def __init__(self, colors, fps):
        self.frames = []
        for color in colors:
            picture = np.zeros((8, 8, 4), np.uint8)
            picture[2:6, 2:6] = color
            self.frames.append(cv2.cuda.GpuMat(picture))
        self.step = 1_000_000_000 // fps

    def get_frame(self, pts):
        return self.frames[pts // self.step % len(self.frames)]


class SpriteOverlay(NvDsDrawFunc):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.animation = Animation([(255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 128)], self.fps)

    def draw(self, buffer, frame_meta):
        stream = self.get_cuda_stream(frame_meta)
        with nvds_to_gpu_mat(buffer, frame_meta.frame_meta) as frame_mat:
            alpha_comp(frame_mat, self.animation.get_frame(frame_meta.pts), tuple(self.position), stream=stream)
