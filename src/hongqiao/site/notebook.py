"""The way in for notebooks and scripts: the same questions that screens and API ask. Serves D1."""

import os
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import django
import pyarrow as pa
from django.apps import apps


def _ready() -> None:
    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongqiao.site.settings")
        # a notebook runs inside an event loop; our reads are short and on this machine
        os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        django.setup()


class Opened:
    """One brand, opened to read."""

    def __init__(self, member: Any):
        self._member = member

    def __repr__(self) -> str:
        return f"<{self._member.brand.name}>"

    def metric(
        self,
        *codes: str,
        by: Sequence[str] = (),
        where: Mapping[str, Any] | None = None,
        start: str | date | None = None,
        end: str | date | None = None,
        compare: Literal["previous", "year"] | None = None,
    ) -> Any:
        """Return the Result of a question (`.rows`, `.totals`, `.coverage`, `.notes`). Days may be ISO text."""
        from hongqiao.insight import queries

        return queries.query(
            self._member, codes=codes, by=by, where=where, start=_day(start), end=_day(end), compare=compare
        )

    def table(self, name: str) -> pa.Table:
        """Return the current rows of a fact table, such as "account_daily"."""
        from hongqiao.insight import queries

        handle = queries.opened(self._member)
        return handle.fetch(handle.current(name))


def opened(slug: str) -> Opened:
    _ready()
    from hongqiao.site import first

    first.migrate()
    return Opened(first.local_member(slug))


def dictionary() -> list[dict[str, Any]]:
    _ready()
    from hongqiao.insight import queries

    return queries.dictionary()


def _day(text: str | date | None) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else text
