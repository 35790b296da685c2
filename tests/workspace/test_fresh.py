"""An empty database is made at once: the same tables, keys, indexes, checks and triggers as by all migrations."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def migrated(folder: Path) -> dict[str, Any]:
    house = {"HONGQIAO_DATA": str(folder), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "hongqiao.site.settings"}
    command = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
    done = subprocess.run(command, env={**os.environ, **house}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(folder / "hongqiao.sqlite3") as kept:
        return drawn(kept)


def drawn(house: sqlite3.Connection) -> dict[str, Any]:
    """Everything of the schema but the order of columns."""
    found: dict[str, Any] = {}
    rows = house.execute("select type, name, tbl_name, sql from sqlite_master where sql is not null").fetchall()
    for kind, name, of, sql in rows:
        if kind == "table":
            columns = house.execute('select name, type, "notnull", dflt_value, pk from pragma_table_info(?)', (name,))
            keys = house.execute("select * from pragma_foreign_key_list(?)", (name,))
            found[name] = (
                sorted(columns.fetchall()),
                sorted(row[2:] for row in keys.fetchall()),
                sorted(re.findall(r"CONSTRAINT [^,]*", sql)),
            )
        else:
            found[name] = (of, sql)
    found["steps"] = sorted(house.execute("select app, name from django_migrations").fetchall())
    return found


@pytest.mark.slow
def test_both_ways_to_a_database_end_at_the_same_tables(tmp_path):
    quick, stepwise = tmp_path / "quick", tmp_path / "stepwise"
    for folder in (quick, stepwise):
        folder.mkdir()
    with sqlite3.connect(stepwise / "hongqiao.sqlite3") as house:
        house.execute("create table somebody_elses (id integer)")
    by_steps = migrated(stepwise)
    del by_steps["somebody_elses"]
    at_once = migrated(quick)
    assert len(at_once) > 400
    assert {k: v for k, v in at_once.items() if by_steps.get(k) != v} == {}
    assert set(by_steps) == set(at_once)


def test_a_second_time_changes_nothing(tmp_path):
    assert migrated(tmp_path) == migrated(tmp_path)
