"""The evidence: words, links, pictures and mentions as they were, each by its hash and moment; never changed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.incidents import kit
from hongqiao.crisis.models import Evidence, Incident, Mention
from hongqiao.errors import N_, Conflict
from hongqiao.workspace import links, shots
from hongqiao.workspace.models import Member


class KeptAlready(Conflict):
    code = "evidence_kept"
    message = N_("这份证据已经在库里")
    next_step = N_("每份证据只存一次，可在列表中查看")


@transaction.atomic
def keep(
    *,
    actor: Member,
    incident_id: UUID | str,
    text: str = "",
    url: str = "",
    picture: bytes | None = None,
    mention_id: Any = None,
) -> Evidence:
    """Secure something. Raises NeedsProof, BadAddress, NotAPicture, KeptAlready, NotFound for a mention not of it."""
    incident = kit.of(actor, incident_id)
    mention = incident.mentions.filter(pk=mention_id).first() if mention_id else None
    said, where = kit.clean(text, 20000, lines=True), kit.address(url)
    shot = shots.keep(actor.brand_id, picture) if picture else ""
    if not (said or where or shot or mention):
        raise kit.NeedsProof()
    row = _row(incident, actor, said, where, shot, mention)
    if Evidence.objects.filter(incident__in=incident.joined(), digest=row.digest).exists():
        raise KeptAlready()
    row.save(force_insert=True)
    kit.tell(actor, incident, "incident.evidence_kept", row, digest=row.digest[:12])
    return row


@transaction.atomic
def secure(*, actor: Member, incident_id: UUID | str) -> int:
    """Secure every mention of the incident as it reads now; what is secured already in these words stays. Returns how
    many are new."""
    incident = kit.of(actor, incident_id)
    have = set(Evidence.objects.filter(incident__in=incident.joined()).values_list("digest", flat=True))
    rows = [_row(incident, actor, "", "", "", m) for m in incident.mentions.all()]
    fresh = list({r.digest: r for r in rows if r.digest not in have}.values())
    Evidence.objects.bulk_create(fresh)
    kit.tell(actor, incident, "incident.mentions_secured", n=len(fresh))
    return len(fresh)


def _row(incident: Incident, by: Member, text: str, url: str, shot: str, mention: Mention | None) -> Evidence:
    if mention is not None:
        text = text or "\n".join(t for t in (mention.title, mention.text) if t)
        url = url or (mention.url if links.is_page(mention.url) else "")
    row = Evidence(brand_id=incident.brand_id, incident=incident, mention=mention, text=text, url=url, shot=shot)
    row.at, row.by, row.digest = timezone.now(), by, digest(text, url, shot)
    return row


def digest(text: str, url: str, shot: str) -> str:
    """Return the hash of one piece: SHA-256 of its parts as JSON; a picture stands in it by its own hash."""
    parts = json.dumps([text, url, shot.partition(".")[0]], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(parts.encode()).hexdigest()


@transaction.atomic
def archive(*, actor: Member, incident_id: UUID | str) -> tuple[str, bytes]:
    """Return the whole vault as (name, zip): every piece, also of what was merged into it, and a manifest with hashes
    and moments. Audited."""
    incident = kit.of(actor, incident_id)
    kept = Evidence.objects.filter(incident__in=incident.joined()).select_related("by__user", "incident")
    rows = list(kept.order_by("at", "id"))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        lines = [_into(file, n, row) for n, row in enumerate(rows, 1)]
        file.writestr("manifest.csv", "\ufeff" + _table(lines))
    kit.tell(actor, incident, "incident.vault_taken", n=len(rows))
    return f"evidence-{incident.number}.zip", held.getvalue()


HEAD = ("number", "file", "file_sha256", "piece_sha256", "secured_at", "by", "url", "mention", "incident")


def _into(file: zipfile.ZipFile, number: int, row: Evidence) -> list[str]:
    """Write one piece; return its line of the manifest: whoever has the zip can compute every hash again."""
    name, body = f"{number:03d}.txt", row.text.encode()
    if path := shots.path_of(row.brand_id, row.shot):
        name, body = f"{number:03d}.{path.suffix[1:]}", path.read_bytes()
        if row.text:
            file.writestr(f"{number:03d}.txt", row.text)
    file.writestr(name, body)
    sums = [hashlib.sha256(body).hexdigest(), row.digest]
    said = [row.at.isoformat(), str(row.by or ""), row.url, str(row.mention_id or ""), str(row.incident.number)]
    return [str(number), name, *sums, *said]


def _table(lines: Sequence[Sequence[str]]) -> str:
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(HEAD)
    writer.writerows([_plain(c) for c in line] for line in lines)
    return held.getvalue()


def _plain(cell: str) -> str:
    return "'" + cell if cell[:1] in ("=", "+", "-", "@") else cell


def sound(row: Evidence) -> bool:
    """Whether a piece still is what its hash says; its picture included."""
    if row.shot:
        path = shots.path_of(row.brand_id, row.shot)
        if path is None or hashlib.sha256(path.read_bytes()).hexdigest() != row.shot.partition(".")[0]:
            return False
    return digest(row.text, row.url, row.shot) == row.digest


WRITES = [keep, secure, archive]
__all__ = ["WRITES", "KeptAlready", "archive", "digest", "keep", "secure", "sound"]
