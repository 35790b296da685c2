"""Proof: what is seen at an address, held against the text that was published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import connectors, fetching
from hongqiao.delivery.publishing.rules import places, rules
from hongqiao.errors import HongqiaoError
from hongqiao.methods import sameness
from hongqiao.workspace.words import stored_error


@dataclass(frozen=True)
class Seen:
    """One look. `share`: of the text's pieces, how many the page has; None where there was nothing to compare."""

    at: str
    address: str
    status: int = 0
    share: float | None = None
    of: int = 0
    matched: bool = False
    gone: bool = False
    readable: bool = True
    why: dict[str, Any] | None = None

    def json(self) -> dict[str, Any]:
        """Return it as it is kept with the publication."""
        found = {"at": self.at, "address": self.address, "status": self.status, "share": self.share, "of": self.of}
        return found | {"matched": self.matched, "gone": self.gone, "readable": self.readable, "why": self.why}


def can_read(platform: str, address: str) -> bool:
    """Return whether a page of this platform shows its text to anybody: else nothing can be proved by looking."""
    host = address.split("//", 1)[-1].split("/", 1)[0].lower()
    return bool(places().get(platform, {}).get("readable")) or host in connectors.hosts(platform)


def look(row: Publication) -> Seen:
    """Look at a publication's address once. What goes wrong is part of what was seen."""
    now, platform = timezone.now().isoformat(), row.account.platform
    if not can_read(platform, row.address):
        return Seen(now, row.address, readable=False)
    try:
        page = fetching.fetch(row.address, platform)
    except HongqiaoError as error:
        return Seen(now, row.address, why=stored_error(error))
    if page.status in (404, 410):
        return Seen(now, page.address, page.status, gone=True)
    if page.status != 200:
        return Seen(now, page.address, page.status)
    share, of = compare(row, page.text)
    matched = of >= rules()["match"]["least"] and share >= rules()["match"]["share"]
    gone = not matched and any(words in page.text for words in places().get(platform, {}).get("gone", ()))
    return Seen(now, page.address, 200, round(share, 3), of, matched, gone)


def compare(row: Publication, source: str) -> tuple[float, int]:
    """Return (share of the published text found in a page's source, of how many pieces)."""
    match = rules()["match"]
    said = sameness.plain(f"{row.payload.get('title') or ''}{row.payload.get('text') or ''}")
    return sameness.share(said, sameness.of_page(source), size=match["shingle"], most=match["sample"])
