"""A house for benchmarks: a fresh data folder, a brand with accounts, and facts written straight as parts.

For what a claim is not about: files, recognition and import have benchmarks of their own. `put` writes through the
warehouse's own writer, and a source a table and account, so that coverage and freshness are as after an import.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def house() -> Iterator[Path]:
    """Set Django up on a temporary folder with an empty database; call once a process."""
    with tempfile.TemporaryDirectory(prefix="hongqiao-bench-") as folder:
        os.environ["HONGQIAO_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongqiao.site.settings")
        sys.path.insert(0, str(ROOT / "src"))
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield Path(folder)


class Made:
    """A brand that is made: its owner, and accounts by (platform, name)."""

    def __init__(self, slug: str) -> None:
        from hongqiao.workspace import services
        from hongqiao.workspace.models import Member, User

        owner = User.objects.filter(email="owner@example.com").first()
        owner = owner or User.objects.create_superuser("owner@example.com", name="owner")
        self.brand = services.create_brand(user=owner, name=slug, slug=slug)
        self.member = Member.objects.get(brand=self.brand, user=owner)
        self.accounts: dict[tuple[str, str], str] = {}
        self.version = 0

    def account(self, platform: str, name: str) -> str:
        """Return the id of an account, made when first named."""
        from hongqiao.workspace import services

        if (platform, name) not in self.accounts:
            made = services.create_account(actor=self.member, platform=platform, name=name)
            self.accounts[platform, name] = str(made.pk)
        return self.accounts[platform, name]

    def put(self, table: str, rows: Mapping[str, Any] | pa.Table) -> None:
        """Write columns as parts. They name `platform`, `account` (an id), `day`, and what the table has; what is not
        named is null. Every row counts as stated the morning after the last day, or at its own `captured_at`."""
        from hongqiao.warehouse import config, store
        from hongqiao.warehouse.engine import connect
        from hongqiao.warehouse.tables import TABLES
        from hongqiao.warehouse.types import ident, sql_type

        given = rows if isinstance(rows, pa.Table) else pa.table(dict(rows))
        spans = _spans(given)
        stated = datetime.combine(max(last for _p, _f, last in spans.values()) + timedelta(days=1), time(1))
        fixed = {"brand": f"'{self.brand.pk}'", "source_row": "row_number() OVER ()", "rank": "1"}
        fixed |= {"captured_at": f"TIMESTAMP '{stated}'", "source_id": "md5(account)::UUID"}
        made = {c: ident(c) if c in given.column_names else fixed.get(c, "NULL") for c in TABLES[table].schema}
        columns = ", ".join(f"CAST({made[c]} AS {sql_type(k)}) AS {ident(c)}" for c, k in TABLES[table].schema.items())
        con = connect(2048, config.threads(), config.data())
        con.register("given", given)
        con.execute(f"CREATE TEMP TABLE made AS SELECT {columns} FROM given")
        files: list[Any] = []
        store.write_all(con, self.brand.pk, TABLES[table], "made", files, sources=[])
        con.close()
        store.commit(self.brand.pk, self.version, lambda version: self._live(table, files, version, spans, stated))
        self.version += 1

    def _live(self, table: str, files: list[Any], version: int, spans: dict[str, Any], stated: datetime) -> None:
        from hongqiao.warehouse import store
        from hongqiao.warehouse.models import Source

        store.add(self.brand.pk, version, files)
        for account, (platform, first, last) in spans.items():
            days = {"first_day": str(first), "last_day": str(last)}
            Source.objects.create(
                brand_id=self.brand.pk,
                account_id=account,
                platform=platform,
                kind="file",
                zone="Asia/Shanghai",
                captured_at=stated.replace(tzinfo=UTC),
                seq=version,
                tables={table: {"taken": 1, **days}},
                first_day=first,
                last_day=last,
                added_version=version,
            )


def _spans(given: pa.Table) -> dict[str, tuple[str, date, date]]:
    """Return account → (platform, first day, last day)."""
    found = given.group_by(["account", "platform"]).aggregate([("day", "min"), ("day", "max")]).to_pylist()
    return {r["account"]: (r["platform"], r["day_min"], r["day_max"]) for r in found}
