"""Brand assets with a column an indicator: each row of the file becomes one row an indicator."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from hongqiao.platforms.kit.reading import Batch, Reading
from hongqiao.platforms.kit.reading import read as read_one
from hongqiao.platforms.model import Found, Layout, MissingColumns


@dataclass(frozen=True)
class Wide(Layout):
    """`indicators`: (header, name of the indicator, its unit). Every other field goes with each of them."""

    indicators: tuple[tuple[str, str, str], ...] = ()

    def of(self, header: str, name: str, unit: str) -> Layout:
        """The long layout of one indicator: rows where it is empty say nothing."""
        table = "brand_daily"
        plain = {k: v for k, v in vars(self).items() if k != "indicators"}
        fields = tuple(f for f in self.fields if f.column != "value" or f.header == header)
        constants = [(table, "indicator", name)]
        if unit and not any(f.column == "unit" for f in fields):
            constants.append((table, "unit", unit))
        where = ((table, f'"{table}.value" IS NOT NULL'),)
        return Layout(**{**plain, "fields": fields, "constants": tuple(constants), "where": where})


class WideReading(Reading):
    """Reads the table once an indicator: such files are a few hundred rows. A row's problem is told once."""

    def __init__(self, found: Found, layout: Wide, captured_at: datetime, zone: str):
        super().__init__(found, captured_at, zone)
        self._layout = layout

    def batches(self) -> Iterator[Batch]:
        """(table, record batch with `source_row`). Raises MissingColumns, Unreadable."""
        found = self.found
        if found.missing:
            raise MissingColumns(columns="、".join(found.missing))
        assert found.path is not None  # noqa: S101 - set by recognise
        for one in self._layout.indicators:
            part = replace(found, layout=self._layout.of(*one), source=None)
            reading = read_one(found.path, part, captured_at=self.captured_at, zone=self.zone)
            yield from reading.batches()
            self._add(reading)

    def _add(self, part: Reading) -> None:
        known = {(p.row, p.column, p.code) for p in self.problems}
        self.problems += [p for p in part.problems if (p.row, p.column, p.code) not in known]
        self.counts |= part.counts
        self.rows, self.refused = max(self.rows, part.rows), max(self.refused, part.refused)
        self.skipped |= part.skipped
