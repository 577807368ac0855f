"""What a command costs from Python. The bounds are wide, for machines that do other things too; the numbers are printed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python/benchmarks"))
import recording  # noqa: E402


def test_recording_costs_under_a_microsecond(capsys: pytest.CaptureFixture[str]) -> None:
    result = recording.measure()
    with capsys.disabled():
        print("\n" + "\n".join(f"    {name:36} {ns / 1000:7.2f} us" for name, ns in result.items()))
    # A command allocates nothing and looks nothing up; one that does is slower by far than this.
    slow = {name: ns for name, ns in result.items() if "50" not in name and ns > 3000}
    assert not slow
    assert result["draw of 50 objects"] < 200_000 and result["50 boxes and labels, one by one"] < 200_000
