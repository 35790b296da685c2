"""`bench repurchase`: who buys again, how often, for how much, from a csv of purchases; layout in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from hongqiao.knowledge import audiences
from hongqiao.methods.lifetime import Histories, Limits, Purchases, Refused, bgnbd, expected, spend
from hongqiao.site.benches import BadData, Done, needed

OPTIONS: dict[str, dict[str, Any]] = {
    "--train-until": {"required": True, "metavar": "DATE", "help": "last day that may be seen"},
    "--horizon-weeks": {"required": True, "type": float, "metavar": "N", "help": "weeks to look ahead"},
}
HEADS = ("customer", "p_alive", "expected_purchases", "expected_value")


def run(data: Path, out: Path, a: argparse.Namespace) -> Done:
    """Read customer, date, amount; write parameters and total as JSON, a row a customer as csv beside it."""
    if not 0 < a.horizon_weeks < 1e5:
        raise BadData(columns="--horizon-weeks > 0", path=str(data))
    until, rows, bought = read(data, a.train_until)
    limits = audiences.lifetime_limits()
    known = bought.histories(until)
    said, columns = answer(known, a.horizon_weeks, limits)
    out.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    beside = out.with_suffix(".csv") if out.suffix != ".csv" else out.with_suffix(".customers.csv")
    _write(beside, bought.names[known.person], columns)
    keys = ("expected_total", "refused", "warnings")
    return Done(rows, more={"customers": len(known), **{k: said[k] for k in keys if k in said}})


def read(path: Path, until: str) -> tuple[int, int, Purchases]:
    """Return the last day seen, the rows of the file, and the purchases up to that day. Raises BadData."""
    import numpy as np
    import pyarrow.csv as pc

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            heads = [h.strip().strip('"') for h in file.readline().rstrip("\r\n").split(",")]
        needed(path, heads, ("customer", "date", "amount"))
        table = pc.read_csv(
            path,
            convert_options=pc.ConvertOptions(
                include_columns=["customer", "date", "amount"],
                column_types={"customer": "string", "date": "string", "amount": "float64"},
            ),
        )
        days = _days(table["date"])
        last = int(np.datetime64(until, "D").astype(np.int64))
    except (ValueError, UnicodeDecodeError) as error:
        raise BadData(columns=f"customer, date (YYYY-MM-DD), amount: {error}", path=str(path)) from None
    seen = days <= last
    customers = table["customer"].combine_chunks().dictionary_encode()
    codes, names = customers.indices.to_numpy(zero_copy_only=False), np.array(customers.dictionary.to_pylist(), str)
    amounts = table["amount"].to_numpy()
    bought = Purchases.of(codes[seen], days[seen], amounts[seen])
    return last, len(days), Purchases(names[bought.names], bought.person, bought.day, bought.amount, bought.stray)


def _days(column: Any) -> Any:
    """Return days since 1970 of dates such as 1997-01-31, 19970131, 1997/1/31, with or without a time after them."""
    import numpy as np

    told = column.combine_chunks().dictionary_encode()
    held = [_iso(text) for text in told.dictionary.to_pylist()]
    return np.array(held, "datetime64[D]").astype(np.int64)[told.indices.to_numpy(zero_copy_only=False)]


def _iso(text: str | None) -> str:
    day = (text or "").strip().replace("/", "-").replace("T", " ").split(" ")[0]
    if day.isdigit() and len(day) == 8:
        day = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    parts = day.split("-")
    if len(parts) != 3 or not all(p.isdigit() for p in parts):
        raise ValueError(text)
    return f"{parts[0]:0>4}-{parts[1]:0>2}-{parts[2]:0>2}"


def answer(h: Histories, weeks: float, limits: Limits) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """Return what is said, and chance, purchases and value a customer (nothing where the fit is refused)."""
    import numpy as np

    model = bgnbd.fit(h.x, h.t_x, h.T, limits=limits)
    if isinstance(model, Refused):
        return {"refused": model.reason, "params": model.params}, ()
    there = expected.alive(model, h.x, h.t_x, h.T)
    purchases = expected.purchases(model, h.x, h.t_x, h.T, weeks)
    warnings = ["far_horizon"] if weeks > limits.far * float(h.T.max()) else []
    worth = spend.fit(h.x, h.money, limits=limits)
    value = np.full(len(h), np.nan)
    said: dict[str, Any] = {"parameters": model.parameters, "errors": model.errors}
    said |= {"log_likelihood": model.log_likelihood, "expected_total": float(purchases.sum()), "weeks": weeks}
    said |= {"customers": model.n, "repeat_buyers": model.repeat_buyers}
    if isinstance(worth, Refused):
        said["value"] = worth.to_json()
        warnings.append("no_value")
    else:
        value = purchases * spend.worth(worth, h.x, h.money)
        said["value"] = {"p": worth.p, "q": worth.q, "v": worth.v, "correlation": worth.correlation,
                         "expected_total": float(value.sum())}  # fmt: skip
        warnings += ["money_goes_with_frequency"] if worth.doubtful else []
    return {**said, "warnings": warnings}, (there, purchases, value)


def _write(path: Path, names: Any, columns: tuple[Any, ...]) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv as pc

    if not columns:
        path.write_text(",".join(HEADS) + "\n", "utf-8")
        return
    blank = [pa.array(np.round(c, 6), mask=np.isnan(c)) for c in columns]
    table = pa.table(dict(zip(HEADS, [pa.array(names), *blank], strict=True)))
    pc.write_csv(table, path, pc.WriteOptions(quoting_style="needed"))
