"""`flush` for a house whose audit is append only: whoever empties the whole database empties the audit as well."""

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections

from hongqiao.workspace import triggers


class Command(Flush):
    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        triggers.remove(connection)
        try:
            super().handle(**options)
        finally:
            triggers.install(connection)
