"""One source, a version a platform: text carried over, the title cut to what the platform takes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hongqiao.content import body as bodies
from hongqiao.content.models import Piece, Revision
from hongqiao.content.production import queries
from hongqiao.content.production.services import kit
from hongqiao.content.production.services.pieces import create_piece
from hongqiao.content.production.services.revisions import put_text
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import audit
from hongqiao.workspace.models import Member


@transaction.atomic
def adapt(*, actor: Member, piece_id: UUID | str, platform: str, form: str, account_id: Any = None) -> Piece:
    """Make a version of a piece for another platform or form, with its words carried over.

    What was cut is said in the note of its first revision; which revision of the source it was made from is kept.
    Raises NotFound, NotAllowed, BadChoice, BadAccount.
    """
    source: Piece = queries.pieces(actor).one(piece_id)
    row = create_piece(
        actor=actor,
        title=source.title,
        topic_id=source.topic_id,
        platform=platform,
        form=form,
        account_id=account_id,
        owner_id=source.owner_id if source.owner and source.owner.state == Member.State.ACTIVE else None,
        source_id=source.pk,
        brief=source.brief,
        commercial=source.commercial,
        buying=source.buying,
    )
    text = queries.newest(source)
    row.review = {**row.review, "source": {"number": source.revision}}
    if text is not None:
        carried, note = carry(source.form, text.body, form, platform)
        put_text(actor, row, bodies.checked(form, carried), Revision.Origin.ADAPTED, note)
    row.save(update_fields=["review"])
    return row


def carry(came: str, body: dict[str, Any], form: str, platform: str) -> tuple[dict[str, Any], str]:
    """Return a body carried over to another form, and what was cut of it in words."""
    known = (*bodies.SHARED, *bodies.KEYS[form])
    found = {k: v for k, v in body.items() if k in known}
    said = bodies.text(came, body)
    if came in ("video", "long_video") and form in ("article", "note"):
        said = "\n".join(p for p in (said, *(s.line or s.subtitle for s in bodies.shots(body))) if p)
    if form == "article" and came != "article":
        found["markdown"] = said
    elif form in ("note", "video", "long_video") and came != form:
        found["text"] = "\n".join(line.removeprefix("## ") for line in said.splitlines())
    elif form == "live" and came != "live":
        found["segments"] = [{"line": line[:500]} for line in said.splitlines() if line.strip()][:100]
    return found, _cut(found, platform)


def _cut(found: dict[str, Any], platform: str) -> str:
    """Cut the title to the platform's limit where it has one that is confirmed."""
    limit = (PLATFORMS[platform].limits or {}).get("title") or {} if platform in PLATFORMS else {}
    most, title = limit.get("max"), str(found.get("title") or "")
    if not isinstance(most, int) or len(title) <= most or limit.get("mark") != "confirmed":
        return ""
    found["title"] = title[:most]
    return _("标题由 %(before)d 字截到 %(after)d 字，原题：%(title)s") % {
        "before": len(title),
        "after": most,
        "title": title,
    }


def behind(row: Piece) -> int | None:
    """Return which revision of its source a version was made from where the source has changed since, else None."""
    kept = (row.review or {}).get("source") or {}
    if row.source is None or "number" not in kept or row.source.revision == kept["number"]:
        return None
    number: int = kept["number"]
    return number


@transaction.atomic
def catch_up(*, actor: Member, piece_id: UUID | str, seen: int | None) -> Piece:
    """Say that a version has taken over what changed in its source.

    Raises NotFound, NotAllowed, Conflict, WrongStage.
    """
    row = kit.open_piece(actor, piece_id, seen)
    number = row.source.revision if row.source else 0
    row.review = {**row.review, "source": {"number": number}}
    row.save_next("review")
    audit.record(actor, "piece.caught_up", row, name=row.title, number=number)
    return row
