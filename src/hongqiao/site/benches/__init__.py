"""`hongqiao bench NAME --data PATH --out PATH`: one method on anybody's data. No database, no settings, no network.

Each bench is a module here with `OPTIONS` (what it takes besides `--data` and `--out`) and `run`: it reads the stated
columns, calls the method with the program's shipped settings, writes the answers. Columns that it does not name are
never looked at. The layouts stand in docs/benchmarks.md.
"""

import argparse
import csv
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from hongqiao.errors import N_, HongqiaoError, Invalid

#: Every bench by name: the module that runs it.
BENCHES: dict[str, str] = {
    "bursts": "hongqiao.site.benches.bursts",
    "effect": "hongqiao.site.benches.effect",
    "experiment": "hongqiao.site.benches.experiment",
    "opinion": "hongqiao.site.benches.opinion",
    "repurchase": "hongqiao.site.benches.repurchase",
    "rootcause": "hongqiao.site.benches.rootcause",
    "similar": "hongqiao.site.benches.similar",
    "tiers": "hongqiao.site.benches.tiers",
    "wording": "hongqiao.site.benches.wording",
}


class BadData(Invalid):
    """The data is not of the layout that the bench reads."""

    code = "bad_bench_data"
    message = N_("数据缺少列：%(columns)s（%(path)s）")
    next_step = N_("布局见 docs/benchmarks.md")


@dataclass
class Done:
    """What a run did. `answered` is False where an input got neither an answer nor a refusal with its reason."""

    rows: int
    answered: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)


def needed(path: Path, held: list[str], columns: tuple[str, ...]) -> None:
    """Raises BadData naming the columns that are not held."""
    gone = [c for c in columns if c not in held]
    if gone:
        raise BadData(columns=", ".join(gone), path=str(path))


def column(path: Path, name: str) -> Iterator[str]:
    """Yield one column of a csv. Raises BadData where it has none."""
    csv.field_size_limit(10_000_000)
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        needed(path, list(reader.fieldnames or []), (name,))
        for row in reader:
            yield row[name] or ""


def add_parsers(commands: Any) -> None:
    """Put `bench` and its names into the command line."""
    about = "run one method on data of a stated layout and print one JSON line"
    names = commands.add_parser("bench", help=about, description=about).add_subparsers(dest="bench", required=True)
    for name in BENCHES:
        one = names.add_parser(name)
        one.add_argument("--data", required=True, type=Path)
        one.add_argument("--out", required=True, type=Path)
        for flag, options in _module(name).OPTIONS.items():
            one.add_argument(flag, **options)


def main(a: argparse.Namespace) -> int:
    """Run one bench; print its JSON line; 0 only when every input got an answer."""
    run: Callable[[Path, Path, argparse.Namespace], Done] = _module(a.bench).run
    started = time.perf_counter()
    try:
        done = run(a.data, a.out, a)
    except (HongqiaoError, OSError) as error:
        said = error.message % error.params if isinstance(error, HongqiaoError) else str(error)
        print(f"✗ {said}", file=sys.stderr)
        return 2
    seconds = round(time.perf_counter() - started, 4)
    line = {"bench": a.bench, "rows": done.rows, "seconds": seconds, "peak_mb": _peak(), **done.more}
    print(json.dumps(line, ensure_ascii=False))
    return 0 if done.answered else 1


def _module(name: str) -> Any:
    return import_module(BENCHES[name])


def _peak() -> float | None:
    """Return the process's peak resident memory in MB, None where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
