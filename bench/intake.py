"""Claim: a csv of 1M rows is taken in at most 3× the time of DuckDB's own csv → zstd Parquet, in memory that does not
grow with the file; an xlsx of 100k rows in at most 2× the time and memory of bare calamine.

Ours is the whole way of a file: recognise, read, check, hash persons, compare, write parts, commit; "reading" is
recognise and read alone. Theirs types the columns and writes one Parquet file, or walks the cells. Each run is a
process of its own (its peak memory is measured), alternated. Prints one JSON line.

`python bench/intake.py [--csv-rows 1000000] [--xlsx-rows 100000] [--rounds 3] [--shuffle]`
"""

import argparse
import csv
import hashlib
import hmac
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
HEADERS = ["event", "ts", "person", "amount", "currency", "channel", "content", "order", "event_id"]
BRAND, ACCOUNT = UUID(int=1), UUID(int=2)


def rows(count: int, shuffle: bool):
    """Events of a year as a member system writes them, in order of time unless shuffled; a tenth as many persons."""
    chance = random.Random(7)
    order = list(range(count))
    if shuffle:
        chance.shuffle(order)
    start, step = datetime(2025, 11, 1), 365 * 86400 / count
    for n in order:
        bought = n % 12 == 0
        yield [
            ("purchase" if bought else ("visit", "view", "click")[n % 3]),
            (start + timedelta(seconds=int(n * step))).strftime("%Y-%m-%d %H:%M:%S"),
            f"u{chance.randrange(max(1, count // 10)):08d}",
            f"{chance.randrange(100, 99900) / 100:.2f}" if bought else "",
            "CNY" if bought else "",
            ("小程序", "公众号", "抖音", "门店", "官网")[chance.randrange(5)],
            f"c{chance.randrange(2000)}",
            f"o{n:09d}" if bought else "",
            f"e{n:010d}",
        ]


def make_csv(path: Path, count: int, shuffle: bool) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADERS)
        writer.writerows(rows(count, shuffle))


def make_xlsx(path: Path, count: int) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.append(HEADERS)
    for row in rows(count, False):
        sheet.append(row)
    book.save(path)


# -- what is measured, each in a process of its own


class Keys:
    key_id = "bench"

    def hash(self, values: list[str]) -> list[str]:
        return [hmac.digest(b"k" * 32, v.encode(), hashlib.sha256).hex() for v in values]


def ours(path: Path) -> dict:
    os.environ["HONGQIAO_DATA"] = tempfile.mkdtemp(prefix="data-", dir=path.parent)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongqiao.site.settings")
    sys.path.insert(0, str(ROOT / "src"))
    import django

    django.setup()
    from django.core.management import call_command

    from hongqiao import platforms, warehouse

    call_command("migrate", "warehouse", verbosity=0)
    take, _ = warehouse.take, warehouse.open  # a server has imported the program before a file comes
    warm()
    before, began, cpu = peak_mb(), time.perf_counter(), time.process_time()
    (found,) = platforms.recognise(path)
    captured = datetime(2026, 11, 2, 12)
    reading = platforms.read(path, found, captured_at=captured, zone="Asia/Shanghai")
    origin = warehouse.Origin(
        BRAND, "own", ACCOUNT, "Asia/Shanghai", captured, "h", path.name, found.sheet, found.layout.code
    )
    receipt = take(origin, reading, keys=Keys())
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    events = warehouse.open(BRAND)
    stored = events.fetch(events.table("events").count())[0][0].as_py()
    return {"seconds": seconds, "cpu": cpu, "before_mb": before, "rows": receipt.taken, "stored": stored}


def reading(path: Path) -> dict:
    sys.path.insert(0, str(ROOT / "src"))
    from hongqiao import platforms

    warm()
    before, began, cpu = peak_mb(), time.perf_counter(), time.process_time()
    (found,) = platforms.recognise(path)
    batches = platforms.read(path, found, captured_at=datetime(2026, 11, 2, 12), zone="Asia/Shanghai").batches()
    count = sum(batch.num_rows for _, batch in batches)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"seconds": seconds, "cpu": cpu, "before_mb": before, "rows": count, "stored": count}


def warm() -> None:
    """Load what Arrow imports when it first sees a list: a process does so once, not once a file."""
    import pyarrow

    pyarrow.array([None])


def duckdb_csv(path: Path) -> dict:
    import duckdb

    before, began, cpu = peak_mb(), time.perf_counter(), time.process_time()
    out = path.with_suffix(".parquet")
    made = duckdb.execute(f"COPY (SELECT * FROM read_csv('{path}')) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"seconds": seconds, "cpu": cpu, "before_mb": before, "rows": made.fetchone()[0]}


def calamine(path: Path) -> dict:
    from python_calamine import CalamineWorkbook

    before, began, cpu = peak_mb(), time.perf_counter(), time.process_time()
    count = sum(1 for _ in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).iter_rows()) - 1
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"seconds": seconds, "cpu": cpu, "before_mb": before, "rows": count}


WAYS = {"ours": ours, "reading": reading, "duckdb": duckdb_csv, "calamine": calamine}


def peak_mb() -> float:
    """The most memory this process has held, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux: getrusage counts what the process that started this one held
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    try:
        import resource
    except ImportError:  # Windows has no getrusage; times are still measured
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def run(way: str, path: Path) -> dict:
    command = [sys.executable, __file__, "--one", way, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def compare(way: str, path: Path, other: str, rounds: int) -> dict:
    """Alternate one way of ours and the other; the ratio is the median of the pairs."""
    run(way, path), run(other, path)  # warm the disk cache
    pairs = [(run(way, path), run(other, path)) for _ in range(rounds)]
    assert all(o["rows"] == t["rows"] == o["stored"] for o, t in pairs), pairs
    median = statistics.median
    return {
        "rows": pairs[0][0]["rows"],
        "seconds": round(median(o["seconds"] for o, _ in pairs), 3),
        f"{other}_seconds": round(median(t["seconds"] for _, t in pairs), 3),
        "ratio": round(median(o["seconds"] / t["seconds"] for o, t in pairs), 2),
        "cpu_seconds": round(median(o["cpu"] for o, _ in pairs), 3),
        f"{other}_cpu_seconds": round(median(t["cpu"] for _, t in pairs), 3),
        "cpu_ratio": round(median(o["cpu"] / t["cpu"] for o, t in pairs), 2),
        "peak_mb": round(median(o["peak_mb"] for o, _ in pairs)),
        "base_mb": round(median(o["before_mb"] for o, _ in pairs)),
        f"{other}_base_mb": round(median(t["before_mb"] for _, t in pairs)),
        f"{other}_peak_mb": round(median(t["peak_mb"] for _, t in pairs)),
        "memory_ratio": round(median(o["peak_mb"] / t["peak_mb"] for o, t in pairs), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--csv-rows", type=int, default=1_000_000)
    parser.add_argument("--xlsx-rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shuffle", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "FILE"), help="internal: one measurement")
    given = parser.parse_args()
    if given.one:
        result = WAYS[given.one[0]](Path(given.one[1]))
        print(json.dumps({**result, "peak_mb": peak_mb()}))
        return
    result: dict = {"bench": "intake", "at": datetime.now(UTC).isoformat(timespec="seconds")}
    with tempfile.TemporaryDirectory(prefix="hongqiao-bench-") as folder:
        if given.csv_rows:
            once, twice = Path(folder) / "once.csv", Path(folder) / "twice.csv"
            make_csv(once, given.csv_rows, given.shuffle)
            make_csv(twice, 2 * given.csv_rows, given.shuffle)
            for key, way in (("csv", "ours"), ("csv_reading", "reading")):
                result[key] = compare(way, once, "duckdb", given.rounds)
                result[key]["peak_mb_of_twice_the_rows"] = round(run(way, twice)["peak_mb"])
        if given.xlsx_rows:
            book = Path(folder) / "book.xlsx"
            make_xlsx(book, given.xlsx_rows)
            for key, way in (("xlsx", "ours"), ("xlsx_reading", "reading")):
                result[key] = compare(way, book, "calamine", given.rounds)
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
