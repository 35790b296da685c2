"""An empty database is made at once from the models: that is what all migrations end at, and nothing is left out."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader


def ours():
    return [s for s in MigrationLoader(None).graph.nodes.values() if s.__module__.startswith("hongqiao.")]


def made(folder: Path) -> dict[str, list[str]]:
    """The names of what the database of a folder has, by kind, and its migrations."""
    house = {"HONGQIAO_DATA": str(folder), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "hongqiao.site.settings"}
    command = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
    done = subprocess.run(command, env={**os.environ, **house}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(folder / "hongqiao.sqlite3") as kept:
        rows = kept.execute("select type, name from sqlite_master order by name").fetchall()
        steps = kept.execute("select app || '.' || name from django_migrations order by app, name").fetchall()
    found = {kind: [name for k, name in rows if k == kind] for kind in ("table", "index", "trigger")}
    return found | {"steps": [name for (name,) in steps]}


@pytest.mark.django_db
def test_the_models_are_what_all_migrations_end_at():
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)  # leaves where they differ


def test_our_migrations_do_nothing_beyond_the_models_but_by_code_that_runs_both_ways():
    kinds = {type(operation).__name__ for step in ours() for operation in step.operations}
    assert len(ours()) > 40
    assert "RunPython" in kinds
    assert not kinds & {"RunSQL", "SeparateDatabaseAndState"}


def test_an_empty_database_gets_all_tables_and_triggers_and_a_second_time_changes_nothing(tmp_path):
    first = made(tmp_path)
    assert {model._meta.db_table for model in apps.get_models()} <= set(first["table"])
    assert first["trigger"] == ["audit_no_delete", "audit_no_update"]
    assert len(first["steps"]) == len(MigrationLoader(None).graph.nodes)
    assert made(tmp_path) == first
