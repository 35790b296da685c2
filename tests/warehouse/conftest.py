"""The cast of the warehouse's tests: two brands, two accounts, a secret for persons, and readings made by hand."""

import hashlib
import hmac
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pyarrow as pa
import pytest

from hongqiao import warehouse
from hongqiao.platforms.model import Problem
from hongqiao.warehouse.tables import TABLES
from hongqiao.warehouse.types import arrow_type, staged_types

BRAND, OTHER_BRAND = UUID(int=0xB1), UUID(int=0xB2)
ACCOUNT, SECOND_ACCOUNT = UUID(int=0xA1), UUID(int=0xA2)
ZONE = "Asia/Shanghai"
NOON = datetime(2026, 4, 10, 4)  # UTC: noon of 10 April in Shanghai


class Keys:
    """A brand's secret, as `workspace` will keep it."""

    key_id = "k1"

    def __init__(self, secret: bytes = b"secret of the brand"):
        self.secret, self.seen = secret, 0

    def hash(self, values: list[str]) -> list[str]:
        self.seen += len(values)
        return [hmac.new(self.secret, v.encode(), hashlib.sha256).hexdigest() for v in values]


@dataclass
class FakeReading:
    """What `platforms.read` gives, from (table, rows) pairs."""

    given: list[tuple[str, list[dict[str, Any]]]]
    problems: list[Problem] = field(default_factory=list)
    batch_rows: int = 1000

    def batches(self) -> Iterator[tuple[str, pa.RecordBatch]]:
        for table, rows in self.given:
            types = {**staged_types(TABLES[table]), **dict.fromkeys(TABLES[table].personal, "string")}
            for chunk in itertools.batched(rows, self.batch_rows) if hasattr(itertools, "batched") else [rows]:
                names = list(dict.fromkeys(k for r in chunk for k in r))
                yield (
                    table,
                    pa.RecordBatch.from_pydict(
                        {n: pa.array([r.get(n) for r in chunk], arrow_type(types[n])) for n in names}
                    ),
                )


def numbered(rows: list[dict[str, Any]], first: int = 2) -> list[dict[str, Any]]:
    """Give rows the number a person sees in Excel."""
    return [{"source_row": n, **r} for n, r in enumerate(rows, first)]


def origin(**changes: Any) -> warehouse.Origin:
    values = {
        "brand_id": BRAND,
        "platform": "douyin",
        "account_id": ACCOUNT,
        "zone": ZONE,
        "captured_at": NOON,
        "file_hash": uuid4().hex,
        "file_name": "作品列表.xlsx",
        "sheet": "Sheet1",
        "layout": "douyin.works",
        "kind": "file",
    }
    return warehouse.Origin(**{**values, **changes})


def take(table: str, rows: list[dict[str, Any]], **changes: Any) -> warehouse.Receipt:
    """Take rows of one table as a file of their own."""
    return warehouse.take(origin(**changes), FakeReading([(table, numbered(rows))]), keys=Keys())


def rows_of(
    name: str, brand_id: UUID = BRAND, version: int | None = None, current: bool = True
) -> list[dict[str, Any]]:
    handle = warehouse.open(brand_id, version)
    found = handle.fetch(handle.current(name) if current else handle.table(name)).to_pylist()
    return sorted(found, key=lambda r: (r["account"], *(str(r[k]) for k in TABLES[name].key), r["rank"]))


@pytest.fixture(autouse=True)
def own_house(house: Any) -> Any:
    """Every test here writes below a folder of its own, in which no version of another test is remembered."""
    return house


@pytest.fixture
def days() -> Callable[[int], datetime]:
    """Moments of capture: the n-th day after the first."""
    return lambda n: NOON + timedelta(days=n)
