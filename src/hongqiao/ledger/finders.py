"""What the ledger has to find with Ctrl-K: actions by title, findings by their sentence."""

from __future__ import annotations

from hongqiao.errors import N_
from hongqiao.ledger import playbook, present, queries, words
from hongqiao.workspace import search
from hongqiao.workspace.models import Member


def actions(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find actions by their title, or by the words of their template."""
    codes = [c for c in playbook.of(member.brand) if text.lower() in playbook.label(c).lower()]
    rows = queries.actions(member)
    rows = (rows.filter(title__icontains=text) | rows.filter(title="", template__in=codes)).order_by("-id")
    shown = [
        present.action(member, a, frozenset(), None, queries.today_of(member.brand))
        for a in rows.select_related("owner__user", "brand")[:limit]
    ]
    return [search.Hit(c["name"], c["url"], c["state"]) for c in shown]


def findings(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find findings by their sentence as the reader reads it, among the newest."""
    found = []
    for row in queries.findings(member).order_by("-day", "-id")[:300]:
        said = words.sentence(row)
        if text.lower() in said.lower():
            found.append(search.Hit(said, f"/b/{member.brand.slug}/ledger/findings/{row.pk}/", str(row.day)))
        if len(found) >= limit:
            break
    return found


search.register("actions", N_("优化动作"), "ledger.view", actions, order=30)
search.register("findings", N_("问题与机会"), "ledger.view", findings, order=31)
