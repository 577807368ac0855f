"""Edits video frames in place, in GPU memory or without a GPU."""

from __future__ import annotations

from retouch import types
from retouch._core import *
from retouch._core import __version__
