"""What a call costs from Python. The bound is wide, for machines that do other things too; the numbers are printed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "python/benchmarks"))
import cv2_calls  # noqa: E402


def test_a_call_costs_a_few_microseconds(capsys: pytest.CaptureFixture[str]) -> None:
    result = cv2_calls.measure()
    with capsys.disabled():
        print("\n" + "\n".join(f"    {name:44} {ns / 1000:7.2f} us" for name, ns in result.items()))
    assert result["filter.apply(a, a, stream=s), 1x1"] < 5000
    assert all(ns < 50_000 for ns in result.values())
