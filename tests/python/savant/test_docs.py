"""docs/savant.md and the example. `python test_docs.py` writes the table of names into the page."""

from __future__ import annotations

import re
from pathlib import Path

from savant_support import device, hook, pixels  # noqa: F401

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "savant.md"
BEGIN, END = "<!-- names: begin", "<!-- names: end -->"


def table() -> str:
    from retouch.savant._names import MODULES

    rows = []
    for module, sources in MODULES.items():
        names = [name for listed in sources.values() for name in listed]
        if names:
            rows.append(f"| `{module}` | {', '.join(f'`{name}`' for name in names)} |")
    return "\n".join(rows)


def test_the_page_lists_every_name():
    text = PAGE.read_text()
    listed = text[text.index("\n", text.index(BEGIN)) + 1 : text.index(END)]
    assert listed.strip() == table()


def test_the_page_lists_every_key_of_metadata():
    from retouch.savant import metadata

    text = PAGE.read_text()
    for key in metadata._RECORD_KEYS | metadata._OBJECT_KEYS:
        assert re.search(rf'[`"]\[?(objects\[\]\.)?{key}[`"]', text), key


def test_the_example_runs(hook, device):
    import numpy as np

    import retouch
    import retouch.savant

    folder = ROOT / "examples" / "savant_privacy"
    module = retouch.savant.module.load(folder / "module.yml")
    assert len(module.unsupported) == 1
    array = np.random.default_rng(2).integers(0, 256, (360, 640, 4), np.uint8)
    array[..., 3] = 255
    frames = [("cam", i * 40_000_000, retouch.Image.from_array(array, "rgba8", device=device)) for i in range(3)]
    with retouch.savant.ModuleRunner(module, metadata=folder / "objects.jsonl") as runner:
        outputs = [output for output in runner.run(frames) if not output.eos]
    assert [output.source_id for output in outputs] == ["cam", "cam-small"] * 3
    first, small = pixels(outputs[0].image), pixels(outputs[1].image)
    assert first.shape == (400, 640, 4) and small.shape == (96, 160, 4)
    # The face is 280, 90, 80 x 100 in the picture, which stands 40 rows lower; its border is 2 px around it.
    assert first[140:220, 290:350, 0].std() < 20 < 60 < first[240:, :, 0].std()
    assert first[128, 300].tolist() == first[200, 278].tolist() == [0, 255, 120, 255]
    assert np.array_equal(first[240:], array[200:])
    assert (first[2, 300:] == (24, 24, 32, 255)).all() and (first[8:32, 12:110, 0] > 200).any()
    assert np.array_equal(pixels(outputs[4].image)[40:], array)  # the third frame has no face


if __name__ == "__main__":
    text = PAGE.read_text()
    begin = text.index("\n", text.index(BEGIN)) + 1
    PAGE.write_text(text[:begin] + table() + "\n" + text[text.index(END) :])
