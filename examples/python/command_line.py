"""What the examples share: where the video comes from and goes to."""

import argparse
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[2] / "assets"


def parse(doc: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", default=ASSETS / "hello720.mp4", help="your clip (default: the one that comes with retouch)")
    parser.add_argument("--output", default="out.mp4", help="default: %(default)s")
    parser.add_argument("--device", default="auto", help="auto (a GPU if there is one), cpu, cuda, cuda:N")
    return parser.parse_args()
