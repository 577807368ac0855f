#!/usr/bin/env python3
"""Shows how the figures of two benchmark runs differ.

usage: benchmarks/compare.py BEFORE.json AFTER.json

The files come from `retouch_bench --benchmark_out=FILE --benchmark_out_format=json`. Times of two runs are not the same
machine's state: the ratios to the named reference of each run (the columns on the right) are what to compare.
"""
import json
import sys


def load(path):
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)["benchmarks"]
    return {row["name"].split("/iterations")[0]: row for row in rows}


def ratios(row):
    return {key.removeprefix("ratio "): value for key, value in row.items() if key.startswith("ratio ")}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    before, after = load(sys.argv[1]), load(sys.argv[2])
    for name in sorted(before.keys() | after.keys()):
        if name not in before or name not in after:
            print(f"{name:60} only in {'the second' if name in after else 'the first'}")
            continue
        old, new = before[name], after[name]
        change = new["real_time"] / old["real_time"] - 1
        parts = [f"{reference}: {value:.2f}x -> {ratios(new)[reference]:.2f}x"
                 for reference, value in ratios(old).items() if reference in ratios(new)]
        print(f"{name:60} {old['real_time']:10.2f} -> {new['real_time']:10.2f} us ({change:+.0%})  {', '.join(parts)}")


if __name__ == "__main__":
    main()
