"""Statements as screens show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.crisis.incidents import choosing, kit, seating
from hongqiao.crisis.models import Fact, Incident, Statement
from hongqiao.crisis.statements import checking, publishing, services, writing
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import pacing, rules
from hongqiao.delivery.publishing.asking import way_of
from hongqiao.delivery.publishing.states import LIVE, in_flight
from hongqiao.errors import N_
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Account, Member
from hongqiao.workspace.words import platform_name, stored_words

TONES = {"draft": "", "review": "warn", "signed": "info", "out": "good", "dropped": ""}
OUT = {"verified": "good", "declared": "good", "failed": "danger", "stopped": "", "waiting": "warn"}
VERDICTS = {"wrote": N_("撰写"), "signed": N_("签批"), "returned": N_("退回")}


def line(row: Statement) -> dict[str, Any]:
    """Return one statement for the list."""
    held = len(checking.holding(row.found))
    return {
        "row": row,
        "kind": _(Statement.Kind(row.kind).label),
        "state": {"label": _(Statement.State(row.state).label), "tone": TONES[row.state]},
        "held": held,
        "signed": services.signed(row),
    }


def form(row: Incident) -> dict[str, Any]:
    """Return what the form of a draft offers: kinds, those that the strategy asks for first; verified facts."""
    fitting = list((row.choice or {}).get("statements") or ("concern",))
    kinds = [(v, _(label)) for v, label in Statement.Kind.choices]
    facts = Fact.objects.filter(incident=row, state=Fact.State.VERIFIED).order_by("id")
    return {
        "kinds": sorted(kinds, key=lambda k: k[0] not in fitting),
        "fitting": fitting,
        "facts": list(facts),
        "strategy": choosing.strategy(row),
    }


def live_of(row: Incident) -> list[Publication]:
    """Return the publications of the incident's statements that are live: proof of an answer."""
    keys = list(Statement.objects.filter(incident=row).values_list("pk", flat=True))
    rows = Publication.objects.filter(brand_id=row.brand_id, subject=publishing.SUBJECT, subject_id__in=keys)
    return list(rows.filter(state__in=LIVE).select_related("account").order_by("-id"))


def page(row: Statement, member: Member) -> dict[str, Any]:
    """Return all that a statement's page shows."""
    found, out = checking.check(row), [publication(p) for p in publications(row)]
    return {
        "handed": next((p["row"].payload for p in out if p["open"] and p["by_hand"]), None),
        "line": line(row),
        "found": checking.shown(row, found),
        "held": len(checking.holding(found)),
        "signatures": [_signature(row, s) for s in reversed(row.signatures)],
        "signed": services.signed(row),
        "wrote": str(member.pk) in services.writers(row),
        "facts": list(Fact.objects.filter(incident_id=row.incident_id).order_by("id")),
        "signers": [str(m) for m in seating.at_work(row.brand) if _may_sign(m, row)] if row.state == "review" else [],
        "rubric": [_(r["label"]) for r in writing.book(row.brand)["rubric"]],
        "publications": out,
        "accounts": accounts(member) if permissions.allows(member, "content.schedule") else [],
        "length": len("".join(row.text.split())),
    }


def _may_sign(member: Member, row: Statement) -> bool:
    return permissions.allows(member, kit.SIGN) and str(member.pk) not in services.writers(row)


def publications(row: Statement) -> list[Publication]:
    rows = Publication.objects.filter(brand_id=row.brand_id, subject=publishing.SUBJECT, subject_id=row.pk)
    return list(rows.select_related("account", "brand").order_by("-id"))


def _signature(row: Statement, one: dict[str, Any]) -> dict[str, Any]:
    at = timezone.localtime(datetime.fromisoformat(one["at"]))
    valid = one["verdict"] == "signed" and one["digest"] == row.digest
    label = _(VERDICTS[one["verdict"]])
    return {**one, "at": at, "label": label, "short": one["digest"][:12], "valid": valid}


def publication(row: Publication) -> dict[str, Any]:
    """Return one publication of a statement: its state, why it waits or failed, where a person publishes it."""
    place = rules.places().get(row.account.platform, {})
    proof = row.proof or {}
    return {
        "row": row,
        "platform": platform_name(row.account.platform),
        "state": {"label": _(Publication.State(row.state).label), "tone": OUT.get(row.state, "info")},
        "way": _(Publication.Way(row.way).label),
        "why": stored_words(row.error),
        "by_hand": row.way == Publication.Way.ASSISTED,
        "open": row.state in ("waiting", "reviewing", "failed") and not in_flight(row),
        "live": row.state in LIVE,
        "upload": place.get("upload", ""),
        "shot": proof.get("shot", ""),
        "failed": row.state == Publication.State.FAILED,
    }


def accounts(member: Member) -> list[dict[str, Any]]:
    """Return the brand's own open accounts that content goes to: how each is published to, whether it is paused."""
    rows = Account.objects.filter(brand=member.brand, relation=Account.Relation.OWN, state=Account.State.OPEN)
    found = rows.filter(platform__in=rules.places()).select_related("connection", "brand").order_by("platform", "name")
    return [
        {
            "row": a,
            "platform": platform_name(a.platform),
            "api": way_of(a) == Publication.Way.API,
            "paused": pacing.paused(a) is not None,
        }
        for a in found
    ]
