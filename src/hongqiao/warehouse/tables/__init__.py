"""The typed tables of the warehouse: what each row is, its key, and how later files change it. Rows served: D1.

Three ways a row can live:
  snapshot  a file states what was true when it was captured; per column the latest non-null statement is current
  event     happened once; the first statement stays, a second with the same key is "unchanged"
Columns every row carries are in COMMON and are added by `intake`, never by a platform.
"""

from hongqiao.warehouse.tables import accounts, contents, creators, events, live, orders, people, placements
from hongqiao.warehouse.tables.model import COMMON, MONEY, Kind, Table

_BY_NOUN = (contents, accounts, orders, events, placements, live, creators, people)
TABLES: dict[str, Table] = {table.name: table for noun in _BY_NOUN for table in noun.TABLES}

__all__ = ["COMMON", "MONEY", "TABLES", "Kind", "Table"]
