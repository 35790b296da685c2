"""Comments that imports brought in for the brand's own accounts: the warehouse's `mentions`, file by file.

Whose comments they are: those of a file that is bound to an account of a platform; of a file of an own system (an
opinion service, a collection of comments) only those that stand below a piece of ours, by its key or address.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hongqiao import warehouse
from hongqiao.audience.inbox.arriving import Said, arrive
from hongqiao.audience.inbox.settings import limits
from hongqiao.audience.models import Cursor
from hongqiao.workspace.models import Account, Brand
from hongqiao.workspace.services.accounts import OWN_SYSTEMS

TABLE, PREFIX = "mentions", "hq:"
CURSOR = "inbox_files"


def take_files(brand: Brand) -> int:
    """Take over comments of files that came since the last look; return how many are new. A second time: nothing."""
    handle = warehouse.open(brand.pk)
    files = [s for s in handle.sources() if s.kind == "file" and TABLE in (s.tables or {})]
    cursor, _made = Cursor.objects.get_or_create(brand=brand, name=CURSOR)
    waiting = sorted((s for s in files if s.added_version > cursor.value), key=lambda s: s.added_version)
    if not waiting:
        return 0
    accounts = {a.pk: a for a in Account.objects.filter(brand=brand)}
    pieces = _pieces(handle)
    new = 0
    for file in waiting:
        account = accounts.get(file.account_id)
        if account is not None and not account.competitor:
            new += _take(brand, handle, file, account, pieces)
        cursor.value = file.added_version
        cursor.save(update_fields=["value"])
    return new


def _pieces(handle: Any) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Return key → (title, address) of the brand's pieces, and address → key."""
    if "contents" not in handle.tables():
        return {}, {}
    table = handle.current("contents")
    rows = handle.fetch(table.select("source_key", "title", "url")).to_pylist()
    known = {str(r["source_key"]): (str(r["title"] or ""), str(r["url"] or "")) for r in rows}
    return known, {url: key for key, (_title, url) in known.items() if url}


def _take(brand: Brand, handle: Any, file: Any, account: Account, pieces: Any) -> int:
    known, of_url = pieces
    table = handle.table(TABLE)
    asked = table.filter(table.source_id == str(file.id), table.account == str(file.account_id))
    rows = [r for r in handle.fetch(asked).to_pylist() if not str(r["mention_key"]).startswith(PREFIX)]
    rows.sort(key=lambda r: (r["ts"], str(r["mention_key"])))
    own, size, new = account.platform != OWN_SYSTEMS, limits(brand)["file_rows"], 0
    said = []
    for row in rows:
        key = str(row["thread_key"] or "")
        key = key if key in known else of_url.get(str(row["url"] or ""), "")
        if own or key:
            said.append(_said(row, account, key, known))
    for start in range(0, len(said), size):
        new += arrive(brand, said[start : start + size]).new
    return new


def _said(row: dict[str, Any], account: Account, key: str, known: dict[str, tuple[str, str]]) -> Said:
    ts: datetime = row["ts"]
    title, address = known.get(key, ("", ""))
    return Said(
        outer=str(row["mention_key"]),
        text=str(row["text"] or ""),
        at=ts.replace(tzinfo=UTC),
        place=str(row["channel"] or ""),
        account=account,
        author_key=str(row["author_key"] or ""),
        followers=row["followers"],
        likes=row["likes"],
        content_key=key,
        content_title=title,
        url=str(row["url"] or address),
    )
