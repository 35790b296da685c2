"""The audit is append only in the database as well; the table of the cache is made where the cache lives in the database."""

from django.core.management import call_command
from django.db import migrations

from hongqiao.workspace import triggers


def forwards(apps, schema_editor):
    triggers.install(schema_editor.connection)
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def backwards(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("workspace", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
