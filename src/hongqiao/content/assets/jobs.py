"""Background work of the library: what was deleted long ago goes for good."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.content.assets import queries, settings, storage
from hongqiao.content.models import Asset
from hongqiao.errors import N_
from hongqiao.workspace import audit, jobs
from hongqiao.workspace.models import Brand

DAY = 24 * 3600


@jobs.handler("assets.sweep", atomic=False, label=N_("清理已删除的素材"))
def sweep(ctx: jobs.Context) -> dict[str, int]:
    """Forget assets deleted longer than `gone_days` ago that no piece shows, then files of no asset. Twice is once."""
    gone = files = 0
    brands = list(Brand.objects.order_by("id"))
    for at, brand in enumerate(brands, 1):
        before = timezone.now() - timedelta(days=settings.of(brand)["gone_days"])
        for key in Asset.objects.filter(brand=brand, gone_at__lt=before).values_list("pk", flat=True):
            gone += _forget(key, before)
        files += _clear(brand)
        ctx.progress(at / len(brands))
    return {"assets": gone, "files": files}


@transaction.atomic
def _forget(key: UUID, before: datetime) -> int:
    """Delete one asset's row, unless it came back meanwhile or a piece still shows it."""
    row = Asset.objects.select_for_update().filter(pk=key, gone_at__lt=before).first()
    if row is None or queries.naming(row).exists():
        return 0
    audit.record(None, "asset.swept", row, name=row.name)
    row.delete()
    return 1


def _clear(brand: Brand) -> int:
    """Delete files and small pictures of no asset. One of today may be on its way in: it is left for another day."""
    known = set(Asset.objects.filter(brand=brand).values_list("digest", flat=True))
    old = [p for p in storage.folder(brand.pk).rglob("*") if p.is_file() and p.stat().st_mtime < time.time() - DAY]
    orphans = [p for p in old if p.name.partition(".")[0] not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


jobs.every("assets.sweep", minutes=24 * 60)
