"""The registry is whole, and every field goes to a column that the warehouse has, in its type."""

import json

import pytest

from hongqiao.platforms import LAYOUTS, PLATFORMS, TARGETS, layout_from_mapping
from hongqiao.platforms.kit.convert import TYPES
from hongqiao.platforms.kit.plan import KEY_PARTS
from hongqiao.platforms.targets import homes
from hongqiao.warehouse.tables import TABLES

DUCKDB = {
    "string": "VARCHAR",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "decimal(18, 4)": "DECIMAL(18,4)",
}
EVERY = [(layout, field) for layout in LAYOUTS.values() for field in layout.fields if field.table]


def home(table: str, column: str) -> str:
    """The type the warehouse has for a column, raw persons and extra included."""
    known = TABLES[table]
    if column in known.personal:
        return "string"
    return known.schema[column]


@pytest.mark.parametrize(("layout", "field"), EVERY, ids=lambda x: getattr(x, "code", None) or getattr(x, "header", ""))
def test_every_field_has_a_column_of_its_type_in_the_warehouse(layout, field):
    if field.column.startswith("_"):
        assert any(f'"{field.target}"' in d.sql for d in layout.derived), "a scratch column that nothing reads"
        return
    assert DUCKDB[home(field.table, field.column)] == TYPES[field.kind]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda x: x.code)
def test_constants_and_derived_columns_are_columns_of_the_warehouse(layout):
    for table, column, _ in layout.constants:
        assert home(table, column)
    for one in layout.derived:
        assert home(one.table, one.column)
    for table, key in layout.hashed:
        assert home(table, key) == "string"
    assert not layout.extra_to or layout.extra_to in layout.tables


@pytest.mark.parametrize("layout", [x for x in LAYOUTS.values() if x.stored], ids=lambda x: x.code)
def test_a_stored_layout_feeds_what_its_tables_require(layout):
    columns = {f.target for f in layout.fields} | {f"{t}.{c}" for t, c, _ in layout.constants}
    columns |= {f"{d.table}.{d.column}" for d in layout.derived} | {f"{t}.{k}" for t, k in layout.hashed}
    for table in layout.tables:
        for column in set(TABLES[table].required) - {"source_key"}:  # intake makes the key of a content without an id
            assert f"{table}.{column}" in columns, (layout.code, table, column)


def test_every_layout_says_where_its_facts_come_from():
    assert all(layout.cites and layout.label for layout in LAYOUTS.values())
    assert all(code == layout.code for code, layout in LAYOUTS.items())


@pytest.mark.parametrize("code", PLATFORMS)
def test_limits_and_traits_have_a_source_a_date_and_marks(code):
    platform = PLATFORMS[code]
    assert platform.code == code
    assert platform.name
    assert platform.account_kinds
    for data in (platform.limits, platform.traits):
        assert data["source"]
        assert data["checked"]
        marks = json.dumps(data, ensure_ascii=False).count('"mark"')
        assert marks == sum(json.dumps(data).count(f'"mark": "{m}"') for m in ("confirmed", "unconfirmed"))


def test_layouts_belong_to_the_platform_that_lists_them():
    assert all(layout.platform == p.code for p in PLATFORMS.values() for layout in p.layouts)


@pytest.mark.parametrize("table", TARGETS)
def test_every_target_of_the_mapping_page_is_a_column_of_the_warehouse(table):
    for column, (label, kind) in TARGETS[table].items():
        assert label
        types = [home(t, c) for t, c in homes(table, column) if c in TABLES[t].schema or c in TABLES[t].personal]
        assert {DUCKDB[t] for t in types} == {TYPES[kind]}, column


def test_the_parts_of_a_content_key_are_columns_of_contents():
    assert set(KEY_PARTS) <= set(TABLES["contents"].columns)


def test_a_mapped_layout_with_every_column_still_fits_the_warehouse():
    for table, columns in TARGETS.items():
        mapping = {"table": table, "columns": {f"h{c}": {"column": c, "kind": k} for c, (_, k) in columns.items()}}
        layout = layout_from_mapping(mapping)
        for one in (*layout.derived, *layout.fields):
            if one.table and not one.column.startswith("_"):
                assert home(one.table, one.column)
