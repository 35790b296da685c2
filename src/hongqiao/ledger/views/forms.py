"""From what a person typed to what a service takes, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.ledger import playbook, present, queries
from hongqiao.ledger.measuring import plans
from hongqiao.ledger.measuring.settings import numbers
from hongqiao.ledger.models import Action, Finding
from hongqiao.ledger.views import base
from hongqiao.metrics import METRICS, families
from hongqiao.workspace.models import Account, Member
from hongqiao.workspace.words import platform_name

#: The unit of an effect in the metric's own measure, by its format; a share differs in points.
ABSOLUTE = {"int": "count", "money": "money", "rate": "points", "number": "number"}
LINKS = {"piece": N_("作品"), "placement": N_("合作单或投放计划"), "segment": N_("人群"), "incident": N_("舆情事件")}


def link_kinds() -> list[tuple[str, str]]:
    return [(code, _(label)) for code, label in LINKS.items()]


def plan_of(post: Mapping[str, str]) -> dict[str, Any]:
    """Return how it is to be measured, as the form says; the service checks it."""
    given: dict[str, Any] = {k: post[k] for k in ("method", "metric", "want", "days") if post.get(k)}
    if given.get("method") == "by_hand":
        return {"method": "by_hand"}
    if given.get("method") == "holdout":
        given["metric"] = post.get("person_metric") or "purchase"
        if post.get("share"):
            given["share"] = post["share"]
        return given
    where = {}
    if post.get("platform"):
        where["platform"] = post["platform"]
    if post.get("account"):
        where["account"] = post["account"]
    return given | {"where": where}


def expected_of(post: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the expected effect as typed: shares in percent, None where nothing was typed."""
    found: dict[str, Any] = {}
    for name in ("low", "high"):
        text = post.get(f"expected_{name}", "").strip()
        if text:
            found[name] = text
    if not found:
        return None
    metric = METRICS.get(post.get("metric", ""))
    unit = "percent" if post.get("expected_unit") == "percent" else ABSOLUTE[metric.format if metric else "number"]
    if unit in ("percent", "points"):
        found = {k: base.hundredth(v) for k, v in found.items()}
    return found | {"unit": unit, "metric": post.get("metric", "")}


def made(post: Mapping[str, str]) -> dict[str, Any]:
    """Return what `services.create_action` takes."""
    plain = ("template", "title", "note", "room", "due", "cost")
    found: dict[str, Any] = {name: post.get(name, "") for name in plain}
    found |= {"owner_id": post.get("owner", ""), "finding_id": post.get("finding") or None}
    return found | {"measure": plan_of(post), "expected": expected_of(post)}


def changed(post: Mapping[str, str]) -> dict[str, Any]:
    """Return what `services.change_action` takes: what the form has."""
    found: dict[str, Any] = {name: post[name] for name in ("title", "note", "due", "cost") if name in post}
    if post.get("method"):
        found["measure"] = plan_of(post)
    return found


def of_action(row: Action) -> dict[str, Any]:
    """Return the fields of an action's form."""
    return {
        "title": row.title,
        "note": row.note,
        "due": row.due,
        "cost": row.cost,
        "can_measure": row.state == "planned",
    }


def choices(member: Member, typed: Mapping[str, str], finding: Finding | None) -> dict[str, Any]:
    """Return what the form of a new action offers, with what was typed or what the finding says chosen."""
    brand = member.brand
    book = playbook.of(brand)
    subject = finding.subject if finding else {}
    where = subject.get("where") or {}
    first = next((p["action"] for p in (finding.proposals if finding else [])), "")
    template = typed.get("template") or first
    kept = book.get(template, {})
    measure = kept.get("measure", {})
    found = {
        "template": template,
        "title": "",
        "room": kept.get("room") or (finding.room if finding else ""),
        "method": measure.get("method", "controls"),
        "metric": subject.get("metric") or measure.get("metric") or "followers_new",
        "platform": where.get("platform") if isinstance(where.get("platform"), str) else "",
        "account": where.get("account") if isinstance(where.get("account"), str) else "",
        "days": measure.get("days") or numbers()["days"],
        "want": measure.get("want", "up"),
        "owner": str(member.pk),
        "share": numbers()["holdout_share"],
    }
    found |= {
        k: v
        for k, v in typed.items()
        if k in (*found, "due", "cost", "note", "expected_low", "expected_high", "expected_unit", "person_metric")
    }
    accounts = Account.objects.filter(brand=brand, relation=Account.Relation.OWN).order_by("platform", "name")
    platforms = dict.fromkeys(a.platform for a in accounts)
    return {
        "values": found,
        "templates": [(code, playbook.label(code)) for code in book],
        "rooms": present.room_choices(member),
        "owners": _owners(member),
        "methods": [(code, _(label)) for code, label in plans.METHODS.items()],
        "metrics": [(_(f.label), [(c, _(METRICS[c].label)) for c in f.metrics if c in METRICS]) for f in families()],
        "person_metrics": [(code, _(label)) for code, label in plans.PERSON_METRICS.items()],
        "platforms": [(p, platform_name(p)) for p in platforms],
        "accounts": [(str(a.pk), a.name) for a in accounts],
        "wants": [("up", _("越高越好")), ("down", _("越低越好"))],
    }


def _owners(member: Member) -> list[tuple[str, str]]:
    people: dict[str, str] = {}
    for code, _label in present.room_choices(member):
        people |= {str(m.pk): str(m) for m in queries.holders(member, code)}
    return sorted(people.items(), key=lambda p: p[1])
