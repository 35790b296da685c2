"""What people say about a finding or an action, and the files they put to it."""

from __future__ import annotations

import mimetypes
from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao.errors import N_, Invalid, NotAllowed
from hongqiao.ledger import files, queries
from hongqiao.ledger.limits import limits
from hongqiao.ledger.models import Action, Attachment, Comment, Finding
from hongqiao.ledger.services import kit
from hongqiao.workspace import audit, notices, permissions
from hongqiao.workspace.models import Member


class TooManyFiles(Invalid):
    code = "too_many_files"
    message = N_("一条最多 %(most)s 个附件")
    next_step = N_("请先删除不用的")


def _about(actor: Member, finding_id: Any, action_id: Any) -> dict[str, Finding | Action]:
    """Return what a comment or a file is about: exactly one of the two. Raises Invalid, NotFound, NotAllowed."""
    if bool(finding_id) == bool(action_id):
        raise Invalid()
    if finding_id:
        found: dict[str, Finding | Action] = {"finding": queries.findings(actor).one(finding_id)}
    else:
        found = {"action": queries.actions(actor).one(action_id)}
    permissions.require(actor, queries.EDIT)
    return found


@transaction.atomic
def comment(
    *, actor: Member, text: str, finding_id: UUID | str | None = None, action_id: UUID | str | None = None
) -> Comment:
    """Say something about a finding or an action; its owner hears of it. Raises NotFound, NotAllowed, BadText."""
    about = _about(actor, finding_id, action_id)
    row = Comment.objects.create(brand=actor.brand, author=actor, text=kit.text(text, "comment_letters"), **about)
    audit.record(actor, "ledger.commented", row, text=row.text[:200])
    action = row.action
    if action is not None and queries.carried(action) and action.owner not in (None, actor):
        url = f"/b/{actor.brand.slug}/ledger/actions/{action.pk}/"
        assert action.owner is not None
        notices.tell([action.owner], "action.commented", url=url, name=str(actor), action=str(action.pk))
    return row


@transaction.atomic
def delete_comment(*, actor: Member, comment_id: UUID | str, seen: int | None) -> None:
    """Take one's own words back, or another's for who judges. Raises NotFound, NotAllowed, Conflict."""
    row = queries.comments(actor).locked(comment_id, seen)
    _own(actor, row)
    audit.record(actor, "ledger.comment_deleted", row, text=row.text[:200])
    row.delete()


@transaction.atomic
def attach(
    *,
    actor: Member,
    stream: Any,
    name: str,
    finding_id: UUID | str | None = None,
    action_id: UUID | str | None = None,
) -> Attachment:
    """Put a file to a finding or an action.

    Raises NotFound, NotAllowed, TooManyFiles, TooLarge, EmptyFile, DiskFull.
    """
    about = _about(actor, finding_id, action_id)
    if Attachment.objects.filter(brand=actor.brand, **about).count() >= limits()["attachments"]:
        raise TooManyFiles(most=limits()["attachments"])
    shown = files.clean_name(name, limits()["attachment_name"])
    size, digest = files.keep(actor.brand_id, stream, limits()["attachment_mb"])
    kind = (mimetypes.guess_type(shown)[0] or "application/octet-stream")[:100]
    fields = {"name": shown, "size": size, "digest": digest, "kind": kind}
    row = Attachment.objects.create(brand=actor.brand, author=actor, **fields, **about)
    audit.record(actor, "ledger.attached", row, name=shown, size=size)
    return row


@transaction.atomic
def delete_attachment(*, actor: Member, attachment_id: UUID | str, seen: int | None) -> None:
    """Delete a file: one's own, or another's for who judges. Raises NotFound, NotAllowed, Conflict."""
    row = queries.attachments(actor).locked(attachment_id, seen)
    _own(actor, row)
    digest = row.digest
    audit.record(actor, "ledger.attachment_deleted", row, name=row.name)
    row.delete()
    if not Attachment.objects.filter(brand=actor.brand, digest=digest).exists():
        transaction.on_commit(lambda: files.drop(actor.brand_id, digest))


def _own(actor: Member, row: Comment | Attachment) -> None:
    permissions.require(actor, queries.EDIT)
    if row.author_id != actor.pk and not permissions.allows(actor, queries.JUDGE):
        raise NotAllowed()
