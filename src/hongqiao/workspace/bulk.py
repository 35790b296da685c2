"""Many rows at once, where they come by the hundred a second: one statement, carried out for each row.

Django's bulk_create and bulk_update write every value into one long statement and work it out anew each time; here the
statement stands and the driver runs it row by row, a third of the processor time. Plain values only (no expressions),
no signals, and the caller stands in a transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

#: Fields whose plain values every database takes as they are: most of a row, and asking the field costs twice as much.
_AS_THEY_ARE = (
    models.CharField, models.TextField, models.BooleanField, models.FloatField, models.IntegerField,
    models.PositiveIntegerField, models.PositiveBigIntegerField, models.BigIntegerField,
)  # fmt: skip
_PLAIN = (str, bool, int, float, type(None))


def insert(rows: Sequence[models.Model]) -> None:
    """Add rows of one model, all their columns. Raises IntegrityError as a save does."""
    if not rows:
        return
    meta, quote = rows[0]._meta, connection.ops.quote_name
    fields = list(meta.concrete_fields)
    columns = ", ".join(quote(str(f.column)) for f in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 — names of the model
    _each(statement, [_values(row, fields, add=True) for row in rows])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write some fields of rows of one model that are locked, or of this transaction."""
    if not rows:
        return
    meta, quote = rows[0]._meta, connection.ops.quote_name
    assert meta.pk is not None
    fields: list[models.Field] = [meta.get_field(name) for name in names]  # type: ignore[misc]
    given = ", ".join(f"{quote(str(f.column))} = %s" for f in fields)
    statement = f"UPDATE {quote(meta.db_table)} SET {given} WHERE {quote(str(meta.pk.column))} = %s"  # noqa: S608 — as above
    _each(statement, [_values(row, [*fields, meta.pk], add=False) for row in rows])


def _values(row: models.Model, fields: Sequence[models.Field], *, add: bool) -> list[Any]:
    return [
        value
        if type(f) in _AS_THEY_ARE and type(value := getattr(row, f.attname)) in _PLAIN
        else f.get_db_prep_save(f.pre_save(row, add), connection)
        for f in fields
    ]


def _each(statement: str, values: list[list[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
