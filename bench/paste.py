"""Claim: a megabyte of what layout tools put on the clipboard is made safe, styles kept, in under a second. No peers.

The typed fixtures of the tests, repeated up to the size. Prints JSON lines. `python bench/paste.py [--bytes 1000000]`
"""

import argparse
import json
import time
from pathlib import Path

from hongqiao.content.editors import paste

PASTED = Path(__file__).resolve().parents[1] / "tests" / "content" / "pasted"


def body(path: Path) -> str:
    """Return one fixture without what frames a page, so that it can be repeated."""
    source = path.read_text("utf-8")
    start, end = source.find("<!--StartFragment-->"), source.find("<!--EndFragment-->")
    return source[start + 20 : end] if start >= 0 else source


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bytes", type=int, default=1_000_000)
    size = parser.parse_args().bytes
    for path in sorted(PASTED.glob("*.html")):
        one = body(path)
        source = one * max(1, size // len(one.encode()))
        times = []
        for _ in range(5):
            began = time.perf_counter()
            html = paste.clean(source)
            times.append(time.perf_counter() - began)
        said = {
            "of": path.stem,
            "bytes": len(source.encode()),
            "kept": len(html.encode()),
            "seconds": round(sorted(times)[2], 3),
        }
        print(json.dumps(said))


if __name__ == "__main__":
    main()
