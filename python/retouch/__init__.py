"""Edits video frames in place, in GPU memory or without a GPU.

    import retouch

    image = retouch.read_png("street.png")
    with retouch.Canvas(image) as canvas:
        canvas.blur(retouch.Shape.ellipse((410, 90, 120, 150)))
        canvas.box((400, 80, 140, 170), color="#00ff78", thickness=3, radius_px=8)
        canvas.text("hidden", (400, 80), background=(0, 0, 0, 160), anchor="bottom_left")
    retouch.write_png("out.png", image)

The words are those of the C++ library, whose documentation holds here too. What differs:

- A stream is a keyword, last, and need not be given: `gaussian_blur(frame.region(box), sigma_x=8)`. Work on one picture
  is always done in the order of your calls.
- Points, sizes, rectangles and colours are tuples; colours also "#RRGGBB". Names stand for members of enums: "nv12".
- Options are keywords. Errors are exceptions of `retouch.errors`, each also the built-in one whose meaning it narrows.
- NumPy, torch, CuPy and others share a picture's memory: `ImageView.wrap(array)`, `numpy.asarray(image)`,
  `torch.from_dlpack(frame)`, `cupy.asarray(frame.region(box))`.

Start with help(retouch.Frame), help(retouch.Canvas), help(retouch.Image).
"""

from __future__ import annotations

from retouch import errors as errors
from retouch import types as types
from retouch._core import *
from retouch._core import version
from retouch._functions import FrameFunction as FrameFunction
from retouch._pipelines import Pipeline as Pipeline
from retouch._pipelines import Progress as Progress
from retouch._pipelines import StageTime as StageTime
from retouch._pipelines import Summary as Summary
from retouch._pipelines import Video as Video
from retouch._pipelines import VideoWriter as VideoWriter
from retouch._pipelines import open as open
from retouch._pipelines import save as save
from retouch.errors import CudaError as CudaError
from retouch.errors import Error as Error
from retouch.errors import ExpiredFrame as ExpiredFrame
from retouch.errors import FileError as FileError
from retouch.errors import FunctionError as FunctionError
from retouch.errors import InvalidArgument as InvalidArgument
from retouch.errors import LayoutError as LayoutError
from retouch.errors import OutOfMemory as OutOfMemory
from retouch.errors import RunError as RunError
from retouch.errors import Unsupported as Unsupported
from retouch.types import Rect as Rect
from retouch.types import Size as Size

__version__ = version()
