"""What a piece says: each text a revision that never changes; what is half written is kept beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao.content import body as bodies
from hongqiao.content.models import HalfWritten, Piece, Revision, Stage
from hongqiao.content.production import checking, queries, risk
from hongqiao.content.production.services import kit
from hongqiao.content.production.services.stages import reopen
from hongqiao.errors import N_, Conflict, NotFound
from hongqiao.workspace import audit
from hongqiao.workspace.models import Member


class TextConflict(Conflict):
    """Somebody saved another text since this one was begun. `number` is theirs."""

    code = "text_conflict"
    message = N_("在你写的时候，别人保存了第 %(number)s 版")
    next_step = N_("两份都在：请对照后选一份，或把两份合起来再保存")


@transaction.atomic
def add_revision(
    *,
    actor: Member,
    piece_id: UUID | str,
    seen: int | None,
    body: Mapping[str, Any],
    origin: str = Revision.Origin.TYPED,
    note: str = "",
) -> Revision:
    """Keep what a piece says from now on. `seen`: the number of the revision that the text was begun from (0: none).

    The same body again makes none. A text other than the approved one takes the approval away: what was approved or
    scheduled is being written again. Raises NotFound, NotAllowed, TextConflict, WrongStage, BadBody, BadText.
    """
    row = kit.open_piece(actor, piece_id, None)
    said = bodies.checked(row.form, body)
    kind = kit.chosen(origin, Revision.Origin, "origin")
    now = queries.newest(row)
    if now is not None and now.digest == bodies.digest(said):
        HalfWritten.objects.filter(piece=row, member=actor).delete()
        return now
    if seen is not None and int(seen) != row.revision:
        raise TextConflict(number=row.revision)
    made, void = put_text(actor, row, said, kind, note)
    code = "piece.rewritten" if void else "piece.written"
    audit.record(actor, code, row, name=row.title, number=made.number, origin=kind)
    return made


def put_text(actor: Member, row: Piece, said: dict[str, Any], origin: str, note: str) -> tuple[Revision, bool]:
    """Keep a body that was checked as the newest revision; return it, and whether it took an approval away."""
    text = bodies.words(row.form, said)
    made = Revision.objects.create(
        brand=actor.brand,
        piece=row,
        number=row.revision + 1,
        by=actor,
        origin=origin,
        body=said,
        text=text,
        digest=bodies.digest(said),
        note=kit.line(note, "note", empty=True),
        found=checking.kept(checking.check(row, said)),
        rules=checking.mark(row.brand),
    )
    row.revision = made.number
    row.title = said.get("title") or row.title  # it is called what its newest text is called
    row.risk = risk.level(row, risk.signs(row.brand, text))
    void = bool(row.approved and row.approved != made.digest and reopen(row))
    if row.stage == Stage.BRIEF:
        kit.stand(row, Stage.COPY)
    row.save_next("revision", "title", "risk", "stage", "stage_at")
    HalfWritten.objects.filter(piece=row, member=actor).delete()
    return made, void


@transaction.atomic
def restore_revision(*, actor: Member, piece_id: UUID | str, seen: int | None, number: int) -> Revision:
    """Let an earlier text be the newest again, as a revision of its own. Raises what add_revision raises."""
    row = kit.open_piece(actor, piece_id, None)
    old: Revision | None = queries.revisions(actor).filter(piece=row, number=number).first()
    if old is None:
        raise NotFound()
    return add_revision(actor=actor, piece_id=row.pk, seen=seen, body=old.body, origin=Revision.Origin.RESTORED)


@transaction.atomic
def keep_half(*, actor: Member, piece_id: UUID | str, base: int, body: Mapping[str, Any]) -> HalfWritten | None:
    """Keep what a person has typed and not saved, begun from revision `base`; what is saved already is not kept.

    It is nobody else's and no act: no audit row. Raises NotFound, NotAllowed, WrongStage, BadBody.
    """
    row = kit.open_piece(actor, piece_id, None)
    said = bodies.checked(row.form, body)
    now = queries.newest(row)
    if (now is not None and now.digest == bodies.digest(said)) or (now is None and not said):
        HalfWritten.objects.filter(piece=row, member=actor).delete()
        return None
    fields = {"base": max(0, min(int(base), row.revision)), "body": said, "brand": actor.brand}
    return HalfWritten.objects.update_or_create(piece=row, member=actor, defaults=fields)[0]


@transaction.atomic
def drop_half(*, actor: Member, piece_id: UUID | str) -> None:
    """Throw away what a person typed and did not save. Raises NotFound, NotAllowed."""
    row = kit.piece_of(actor, piece_id, None)
    HalfWritten.objects.filter(piece=row, member=actor).delete()
