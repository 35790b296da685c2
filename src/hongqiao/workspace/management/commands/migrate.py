"""`migrate` on an empty database: every table is made at once as the models have it now, in a few seconds.

Step by step through all migrations Django renders every model anew for each step: half a minute of a first start, and
of each run of the tests. A database that has any table goes the usual way; tests/workspace/test_fresh.py holds that
both ways end at the same tables.
"""

from typing import Any

from django.apps import apps
from django.core.management.commands import migrate
from django.db import connections, migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

#: Options that ask for one step, or for no change at all.
PARTIAL = ("app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied", "prune")


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        connection = connections[options["database"]]
        if not any(options.get(name) for name in PARTIAL) and not connection.introspection.table_names():
            create(connection)
        return super().handle(*args, **options)


def create(connection: BaseDatabaseWrapper) -> None:
    """Make all tables, run what our migrations do beyond tables, and note every migration as done; all or nothing."""
    executor = MigrationExecutor(connection)
    plan = [step for step, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    labels = {step.app_label for step in plan}
    with connection.schema_editor(atomic=True) as editor:
        for model in apps.get_models():
            if model._meta.app_label in labels and model._meta.can_migrate(connection):
                editor.create_model(model)
        for step in plan:
            if step.__module__.startswith("hongqiao."):
                for operation in step.operations:
                    if isinstance(operation, migrations.RunPython):
                        operation.code(apps, editor)  # type: ignore[arg-type]  # the models as they are now
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for step in plan:
            recorder.record_applied(step.app_label, step.name)
