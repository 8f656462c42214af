"""A program with the command line and the output of `comet-score` (unbabel-comet 2.2.7).

It scores a segment by the share of its words that the reference, or else the source, has too.
`--model broken` fails; `--model short` leaves the last segment out.
"""

import argparse
import json
import sys
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", "--sources", type=Path, required=True)
    parser.add_argument("-t", "--translations", type=Path, nargs="+", required=True)
    parser.add_argument("-r", "--references", type=Path)
    parser.add_argument("--model", default="Unbabel/wmt22-comet-da")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--to_json", default="")
    given = parser.parse_args()
    if given.model == "broken":
        sys.exit("no such model")
    names = ["src", "mt"]
    files = [given.sources, given.translations[0]]
    if given.references:
        names.append("ref")
        files.append(given.references)
    lines = [[line.strip() for line in file.open(encoding="utf-8")] for file in files]
    segments = [dict(zip(names, row, strict=True)) for row in zip(*lines, strict=True)]
    for segment in segments:
        other = segment.get("ref", segment["src"]).split()
        words = segment["mt"].split()
        segment["COMET"] = sum(word in other for word in words) / max(1, len(words))
    if given.model == "short":
        segments.pop()
    Path(given.to_json).write_text(
        json.dumps({str(given.translations[0]): segments}, ensure_ascii=False, indent=4),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
