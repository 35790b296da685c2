"""A piece's funnel in words, figures and colours, with the way to its rows and to what answers a weak link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.content.models import Piece
from hongqiao.content.production import present as production
from hongqiao.content.results import boosts, settings
from hongqiao.content.results.learnt import Lessons, Tally
from hongqiao.content.results.queries import Facts, Shown
from hongqiao.errors import N_
from hongqiao.ledger import playbook
from hongqiao.ledger.present import rows_url
from hongqiao.methods.funnel import Funnel, Step
from hongqiao.metrics import METRICS
from hongqiao.metrics.dimensions import VALUES
from hongqiao.ui import formats
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Account, Brand, Member
from hongqiao.workspace.words import platform_name

UNITS = {"rate": "percent", "int": "count", "number": "seconds", "money": "money"}
BOOST_HOW = {"id": N_("报表点名了这篇"), "title": N_("素材名和标题一样"), "person": N_("手工登记")}
_STEPS = {s.code: s for s in settings.steps()}


def form(code: str) -> str:
    """Return a form in words, "" where the files tell none."""
    return _(VALUES["form"][code]) if code in VALUES["form"] else ""


def accounts(brand: Brand, *, named: bool = False) -> dict[str, str]:
    """Return the own accounts by key; `named`: with their platform, for many bear the brand's name."""
    found = Account.objects.filter(brand=brand, relation=Account.Relation.OWN).order_by("platform", "name")
    return {str(a.pk): f"{platform_name(a.platform)} · {a.name}" if named else a.name for a in found}


def url(brand: Brand, key: str) -> str:
    """Return the address of a piece's results."""
    return f"{reverse('content_result', args=[brand.slug])}?{urlencode({'piece': key})}"


def step(found: Step, one: Shown, cited: str = "") -> dict[str, Any]:
    """Return one step: its name, figure, band with colour, and what its percentile stands on."""
    about = _STEPS[found.code]
    metric = METRICS[one.stated.get(found.code) or about.metrics[0]]
    unit = UNITS.get(metric.format, "number")
    bands = settings.data()["bands"]
    band = None if found.band is None else bands[found.band]
    return {
        "code": found.code,
        "label": _(about.label),
        "metric": _(metric.label),
        "value": formats.figure(found.value, unit),
        "median": formats.figure(found.median, unit),
        "n": found.n,
        "percentile": None if found.percentile is None else round(found.percentile * 100),
        "band": _(band["label"]) if band else _("数据不足"),
        "tone": band["tone"] if band else "none",
        "level": found.band,
        "weak": found.weak and about.judged,
        "lower": about.lower,
        "url": cited,
        "said": _said(found, unit),
    }


def _said(found: Step, unit: str) -> str:
    """What is told on hovering: in words, with the number of pieces it stands on."""
    if found.value is None:
        return _("平台没有给这一项")
    if found.percentile is None:
        return _("同账号同体裁此前只有 %(n)s 篇给了这一项，数据不足") % {"n": found.n}
    told = {
        "value": formats.figure(found.value, unit),
        "median": formats.figure(found.median, unit),
        "percent": round(found.percentile * 100),
        "n": found.n,
    }
    return _("%(value)s，自己的中位 %(median)s，好过此前 %(n)s 篇中的 %(percent)s%%") % told


def row(facts: Facts, one: Shown, found: Funnel, names: Mapping[str, str], ours: Piece | None) -> dict[str, Any]:
    """Return a piece as a line of the list."""
    return {
        "one": one,
        "title": one.title or _("（无标题）"),
        "platform": platform_name(one.platform),
        "account": names.get(one.account, ""),
        "form": form(one.form),
        "steps": [step(s, one) for s in found.steps],
        "weak": _(_STEPS[found.weak].label) if found.weak else "",
        "known": found.known,
        "young": facts.young(one),
        "boosted": not facts.natural(one),
        "spend": spend_total(facts, one),
        "piece": ours,
        "url": url(facts.member.brand, one.key),
        "piece_url": production.url(ours) if ours else "",
    }


def spend_total(facts: Facts, one: Shown) -> str:
    """Return what was put behind a piece, in words; "" for nothing."""
    spent = facts.spent.get(one.key, ())
    return formats.figure(boosts.total(spent), "money") if spent else ""


def spend(facts: Facts, one: Shown, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what was put behind a piece line by line, how much of its impressions that bought, and the tools."""
    spent = facts.spent.get(one.key, ())
    labels = {t["code"]: _(t["label"]) for t in settings.boosts()["tools"]}
    left_out, among = facts.boosted_peers(one)
    lines = [
        {
            "one": s,
            "tool": labels.get(s.tool) or platform_name(s.tool),
            "account": names.get(s.account, ""),
            "spend": formats.figure(s.spend, "money"),
            "shows": None if s.shows is None else formats.figure(s.shows, "count"),
            "how": _(BOOST_HOW[s.how]),
        }
        for s in spent
    ]
    tools = boosts.tools(one.platform)
    share = boosts.share(spent, one.values.get("reach"))
    return {
        "lines": lines,
        "total": spend_total(facts, one),
        "share": None if share is None else formats.figure(share, "percent"),
        "left_out": left_out,
        "among": among,
        "tools": [(t["code"], _(t["label"])) for t in tools],
        "by_file": [_(t["label"]) for t in tools if t.get("files")],
        "by_hand": [_(t["label"]) for t in tools if t["platforms"] and not t.get("files")],
    }


def cites(facts: Facts, one: Shown, held: frozenset[str]) -> dict[str, str]:
    """Return step → the address of its rows in the explorer."""
    brand = facts.member.brand
    span = {"start": one.day, "end": one.day}
    return {
        code: rows_url(brand, {"metrics": [metric], "by": ["content"], "where": {"content": one.key}, **span}, held)
        for code, metric in one.stated.items()
    }


def chart(found: Funnel) -> dict[str, Any]:
    """Return the picture: each step's percentile among the account's own; half is usual. The bars lie, so that every
    step is named on a phone too; the lowest step, at 0 %, still has one."""
    known = [s for s in found.steps if s.percentile is not None]
    names = [_(_STEPS[s.code].label) for s in known]
    own = {"name": _("好过自己此前的"), "values": [s.percentile for s in known], "room": "content"}
    return {"type": "hbar", "x": names, "series": [own], "percent": True, "top": 1, "least": True, "size": "m"}


def proposals(member: Member, one: Shown, found: Funnel) -> list[dict[str, Any]]:
    """Return what answers the weak steps, each as a link to a filled-in form of the ledger: what worked for this
    account first, what was tried without effect last, else the weakest first."""
    if not permissions.allows(member, "ledger.edit"):
        return []
    weak = sorted((s for s in found.steps if s.weak and _STEPS[s.code].action), key=lambda s: s.percentile or 0.0)
    kept, known = playbook.of(member.brand), Lessons(member).of_account(one.account, one.platform)
    made: dict[str, dict[str, Any]] = {}
    for s in weak:
        action = _STEPS[s.code].action
        if action in kept and action not in made:
            made[action] = _proposal(member, one, s, action, kept[action]) | learnt(known.get(action, Tally()))
    return sorted(made.values(), key=lambda p: int(p["rank"]))


def learnt(tally: Tally) -> dict[str, Any]:
    """Return what earlier tries of a kind say, in words with their tone; "" where none could be told."""
    said = ""
    if tally.rank == 2:
        said = _("试过 %(n)s 次没见效") % {"n": tally.used}
    elif tally.used:
        said = _("用过 %(n)s 次，有效 %(m)s 次") % {"n": tally.used, "m": tally.worked}
    return {"rank": tally.rank, "learnt": said, "learnt_tone": {0: "good", 2: "warn"}.get(tally.rank, "")}


def _proposal(member: Member, one: Shown, weak: Step, action: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    label = playbook.label(action)
    metric = one.stated.get(weak.code) or _STEPS[weak.code].metrics[0]
    title = _("%(action)s：%(title)s") % {"action": label, "title": one.title or _("（无标题）")}
    asked = {
        "template": action,
        "title": title[:120],
        "metric": metric,
        "platform": one.platform,
        "account": one.account,
        "method": "ab",
        "note": step(weak, one)["said"],
        "want": "down" if _STEPS[weak.code].lower else "up",
    }
    url = f"{reverse('ledger_action_new', args=[member.brand.slug])}?{urlencode(asked)}"
    return {
        "code": action,
        "label": label,
        "step": _(_STEPS[weak.code].label),
        "words": [_(w) for w in kept.get("words", ())],
        "url": url,
    }


def filters(rows: Sequence[Shown], names: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Return what the list can be narrowed to."""
    places = dict.fromkeys(r.platform for r in rows)
    whose = dict.fromkeys(r.account for r in rows)
    return {
        "platforms": [(p, platform_name(p)) for p in places],
        "accounts": [(a, names[a]) for a in whose if a in names],
    }


def spread(weak: Iterable[str]) -> list[dict[str, Any]]:
    """Return how often each step was the weak link, the most often first. `weak`: a step or "" a piece."""
    counted = Counter(code for code in weak if code)
    return [{"code": c, "label": _(_STEPS[c].label), "count": n} for c, n in counted.most_common()]
