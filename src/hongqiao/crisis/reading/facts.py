"""What was read goes to the warehouse, so that metrics and reports can count it; what files bring there is heard.

A mention's key in the warehouse is made of its own key here ("hq:…"), so a run repeated after a crash puts nothing
twice, and what came from here is not heard again as news.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao import warehouse
from hongqiao.crisis.intake.arriving import Heard, arrive
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.models import Mention, Source
from hongqiao.errors import N_
from hongqiao.warehouse import inbox
from hongqiao.workspace import keys
from hongqiao.workspace.models import Account, Brand
from hongqiao.workspace.own import own_system

TABLE, PREFIX = "mentions", "hq:"
ACCOUNT = N_("舆情监听")  # the name of the own system under which mentions of no account are counted


def give(brand: Brand, *, more: Callable[[], bool] = lambda: True) -> int:
    """Put the brand's read mentions that are no facts yet into the warehouse, a bite at a time; return how many.

    Messages written to an account itself do not go there. more: asked after each bite whether to go on.
    """
    size = limits(brand)["facts"]
    waiting = Mention.objects.filter(brand=brand, fact_at=None, drill=False, read_at__isnull=False)
    count, usual = 0, None
    while rows := list(waiting.select_related("source__account").order_by("id")[:size]):
        by_account: dict[UUID, tuple[Account, list[Mention]]] = {}
        private = limits(brand)["private_channel"]
        for row in rows:
            if row.channel == private:
                continue  # written to the brand alone: it stays in this room
            account = row.source.account or (usual := usual or own_system(brand, ACCOUNT))
            by_account.setdefault(account.pk, (account, []))[1].append(row)
        for account, some in by_account.values():
            _put(account, some)
        Mention.objects.filter(pk__in=[m.pk for m in rows]).update(fact_at=timezone.now())
        count += len(rows)
        if not more():
            break
    return count


def _put(account: Account, rows: list[Mention]) -> None:
    origin = warehouse.Origin(
        brand_id=account.brand_id,
        platform=account.platform,
        account_id=account.pk,
        zone=account.zone,
        captured_at=timezone.now().astimezone(UTC).replace(tzinfo=None),
        file_hash="",
        file_name="crisis.mentions",
        sheet="",
        layout="crisis.mentions",
        kind="api",
    )
    inbox.put(account.brand_id, TABLE, [_fact(m) for m in rows], origin, keys.person_keys(account.brand_id))


def _fact(row: Mention) -> dict[str, Any]:
    return {
        "mention_key": f"{PREFIX}{row.pk}",
        "thread_key": row.thread,
        "ts": row.posted_at,
        "channel": row.channel,
        "text": "\n".join(filter(None, (row.title if row.title not in row.text else "", row.text))),
        "url": row.url,
        "author": keys.decrypt(row.author).decode() if row.author else "",
        **{name: getattr(row, name) for name in ("followers", "likes", "reposts", "comments")},
    }


def hear_files(brand: Brand) -> int:
    """Take over mentions of files that came since the last look; return how many are new.

    How far it got is kept with the source of each account, file by file; a file begun again brings nothing twice.
    """
    handle = warehouse.open(brand.pk)
    files = [s for s in handle.sources() if s.kind == "file" and TABLE in (s.tables or {})]
    if not files:
        return 0
    rows = Source.objects.filter(brand=brand, way=Source.Way.FILE)
    known: dict[UUID, Source | None] = {s.account_id: s for s in rows if s.account_id}
    new = 0
    for file in sorted(files, key=lambda s: s.added_version):
        if file.account_id not in known:
            known[file.account_id] = _source(brand, file.account_id)
        source = known[file.account_id]
        if source is not None and source.on and int(source.cursor.get("version", 0)) < file.added_version:
            new += _hear(handle, source, file)
    return new


def _source(brand: Brand, account_id: UUID) -> Source | None:
    account = Account.objects.filter(brand=brand, pk=account_id).first()
    if account is None or account.competitor:
        return None
    taken = set(Source.objects.filter(brand=brand).values_list("name", flat=True))
    name = account.name[:70]
    free = next(n for n in (name, *(f"{name} {k}" for k in range(2, 1000))) if n not in taken)
    return Source.objects.create(brand=brand, name=free, way=Source.Way.FILE, account=account)


def _hear(handle: Any, source: Source, file: Any) -> int:
    """Hear one file's mentions, a batch a transaction, then move the cursor."""
    table = handle.table(TABLE)
    asked = table.filter(table.source_id == str(file.id), table.account == str(file.account_id))
    rows = [r for r in handle.fetch(asked).to_pylist() if not str(r["mention_key"]).startswith(PREFIX)]
    rows.sort(key=lambda r: (r["ts"], str(r["mention_key"])))
    size, new = limits(source.brand)["file_rows"], 0
    for start in range(0, len(rows), size):
        batch = [_heard(r) for r in rows[start : start + size]]
        with transaction.atomic():
            done = arrive(source, batch)
            Mention.objects.filter(pk__in=done.ids, fact_at=None).update(fact_at=timezone.now())
        new += done.new
    source.refresh_from_db()
    source.cursor = {**source.cursor, "version": file.added_version}
    source.save(update_fields=["cursor"])
    return new


def _heard(row: dict[str, Any]) -> Heard:
    ts: datetime = row["ts"]
    return Heard(
        outer=str(row["mention_key"]),
        text=str(row["text"] or ""),
        posted_at=ts.replace(tzinfo=UTC),
        channel=str(row["channel"] or ""),
        url=str(row["url"] or ""),
        thread=str(row["thread_key"] or ""),
        author_key=str(row["author_key"] or ""),
        **{name: row[name] for name in ("followers", "likes", "reposts", "comments")},
    )
