"""Due days, measuring days and deadlines in members' own calendars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from hongqiao.ledger import present, queries
from hongqiao.ledger.models import Action, ActionState, Decision
from hongqiao.ledger.services.decisions import may_decide
from hongqiao.workspace import feeds, permissions
from hongqiao.workspace.links import absolute
from hongqiao.workspace.models import AuditEntry, Member


def entries(member: Member) -> Iterator[feeds.Entry]:
    """Yield the member's own actions, by due day until they are done and by measuring day, and what they may decide."""
    if not permissions.allows(member, queries.SEE):
        return
    for row in queries.mine(member).select_related("brand"):
        if row.due and row.state != ActionState.DONE:
            yield _entry(row, "due", row.due, _("到期：%(name)s"))
        if row.measure_on and row.measure.get("method") != "by_hand":
            yield _entry(row, "measure", row.measure_on, _("复盘：%(name)s"))
    asked = queries.decisions(member).filter(state=Decision.State.OPEN).exclude(deadline=None)
    for one in asked:
        if may_decide(member, one):
            url = absolute(f"/b/{member.brand.slug}/ledger/decisions/")
            summary = _("待决策：%(name)s") % {"name": one.title}
            yield feeds.Entry(f"decision-{one.pk}", one.deadline, summary, one.created_at, url=url)


def _entry(row: Action, kind: str, day: date, text: str) -> feeds.Entry:
    last = AuditEntry.objects.filter(object_id=str(row.pk)).order_by("-id").first()
    return feeds.Entry(
        uid=f"action-{kind}-{row.pk}",
        start=day,
        summary=text % {"name": present.words.label(row)},
        changed=last.at if last else row.created_at,
        description=present.measured_by(row.brand, row.measure),
        url=absolute(f"/b/{row.brand.slug}/ledger/actions/{row.pk}/"),
    )


feeds.register("ledger", entries)
