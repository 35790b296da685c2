"""The database's own refusal to change what was recorded, for SQLite and PostgreSQL."""

from typing import Any

TABLE = "workspace_auditentry"

REFUSE = "BEGIN SELECT RAISE(ABORT, 'audit is append only'); END"
SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS audit_no_update BEFORE UPDATE ON {TABLE} {REFUSE}",
    f"CREATE TRIGGER IF NOT EXISTS audit_no_delete BEFORE DELETE ON {TABLE} {REFUSE}",
]
POSTGRES = [
    "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'audit is append only'; END $$",
    f"CREATE OR REPLACE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    f"CREATE OR REPLACE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
]
REMOVE = {
    "sqlite": ["DROP TRIGGER IF EXISTS audit_no_update", "DROP TRIGGER IF EXISTS audit_no_delete"],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS audit_no_change ON {TABLE}",
        f"DROP TRIGGER IF EXISTS audit_no_truncate ON {TABLE}",
    ],
}


def install(connection: Any) -> None:
    """Make the triggers. SQL of a schema, not of a figure: neither engine has another way."""
    _run(connection, {"sqlite": SQLITE, "postgresql": POSTGRES}[connection.vendor])


def remove(connection: Any) -> None:
    """Drop the triggers: only emptying the whole database does this."""
    if TABLE in connection.introspection.table_names():
        _run(connection, REMOVE[connection.vendor])


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
