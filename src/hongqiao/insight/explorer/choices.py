"""What may be chosen next: metrics by family, dimensions that fit, values of a filter, what to compare with."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.insight import queries
from hongqiao.insight.explorer import limit
from hongqiao.insight.explorer.answer import values_of
from hongqiao.insight.explorer.question import ACCOUNT, FILTER, PLATFORM, Question
from hongqiao.insight.links import _text as as_text
from hongqiao.insight.words import label, listed, value_words
from hongqiao.metrics import DIMENSIONS, METRICS, families
from hongqiao.ui.period import PRESETS, Period, preset
from hongqiao.workspace.models import Account, Member
from hongqiao.workspace.words import platform_name


def metrics_left(question: Question) -> list[dict[str, Any]]:
    """Return the metrics to add by family; one that does not fit the cut says so by `why`."""
    needed = dict.fromkeys((*question.by, *question.where))
    groups = []
    for family in families():
        entries = []
        for code in family.metrics:
            lacks = [d for d in needed if d not in METRICS[code].dimensions]
            why = _("不能按%(names)s拆") % {"names": listed(_(DIMENSIONS[d].label) for d in lacks)} if lacks else ""
            if code not in question.metrics:
                entries.append({"code": code, "label": label(code), "why": why})
        groups.append({"label": _(family.label), "entries": entries})
    return groups


def dimensions_left(
    question: Question, taken: Mapping[str, Any] | tuple[str, ...], *, time: bool
) -> list[dict[str, Any]]:
    """Return the dimensions to cut or filter by; one that a metric does not carry says which metric."""
    found = []
    for code, dimension in DIMENSIONS.items():
        if code in taken or (not time and code in queries.TIME) or (time and code in queries.TIME and question.time):
            continue
        lacking = [m for m in question.metrics if code not in METRICS[m].dimensions]
        if len(lacking) == len(question.metrics):
            continue  # no metric carries it: not worth a line
        why = _("%(names)s没有这个维度") % {"names": listed(label(m) for m in lacking)} if lacking else ""
        found.append({"code": code, "label": _(dimension.label), "why": why})
    return found


def comparisons(member: Member, question: Question) -> list[dict[str, Any]]:
    """Return what to compare with: the past, another account, a competitor's; with why it cannot be."""
    place = any(d in queries.PLACES for d in question.by)
    why = _("按账号或平台拆时不能再与另一个账号对比") if place else ""
    past = [("", _("不对比")), ("previous", _("上一周期")), ("year", _("去年同期"))]
    groups: list[dict[str, Any]] = [{"label": "", "options": [(v, t, "") for v, t in past]}]
    chosen = {str(v) for v in question.where.get("account", ())}
    for relation, title in ((Account.Relation.OWN, _("自有账号")), (Account.Relation.COMPETITOR, _("竞品账号"))):
        rows = Account.objects.filter(brand_id=member.brand_id, relation=relation).order_by("platform", "name")
        options = [
            (f"{ACCOUNT}{a.id}", f"{platform_name(a.platform)} · {a.name}", why)
            for a in rows
            if str(a.id) not in chosen
        ]
        if options:
            groups.append({"label": title, "options": options})
    return groups


def places(member: Member) -> list[tuple[str, str]]:
    """Return what a note of a day may be about, besides the whole brand: a platform, or one account."""
    accounts = queries.account_names(member.brand_id)
    codes = Account.objects.filter(brand_id=member.brand_id).order_by("platform").values_list("platform", flat=True)
    platforms = [(f"{PLATFORM}{c}", platform_name(c)) for c in dict.fromkeys(codes)]
    return [*platforms, *accounts.items()]


def periods(question: Question, today: date) -> list[tuple[str, str, bool, Period]]:
    """Return (words, address, chosen, days) of every preset, as `ui/c/period.html` shows them."""
    found = []
    for key, text in PRESETS.items():
        url = question.but(period=key, start=None, end=None).query()
        found.append((_(text), url, not question.start and question.period == key, preset(key, today)))
    return found


def filter_values(
    member: Member, question: Question, dimension: str, period: Period, accounts: Mapping[str, str]
) -> dict[str, Any]:
    """Return the values to filter by: platforms and accounts that the brand has, else what the facts hold."""
    if dimension == "account":
        watched = Account.objects.filter(brand_id=member.brand_id, relation=Account.Relation.COMPETITOR)
        rivals = {str(pk) for pk in watched.values_list("id", flat=True)}
        pairs = [(a, _("%(name)s（竞品）") % {"name": name} if a in rivals else name) for a, name in accounts.items()]
    elif dimension == "platform":
        codes = Account.objects.filter(brand_id=member.brand_id).order_by("platform").values_list("platform", flat=True)
        pairs = [(c, platform_name(c)) for c in dict.fromkeys(codes)]
    else:
        found = values_of(member, question, dimension, period, limit("choices"))
        titles = {str(v["value"]): v["title"] for v in found if v["title"]}
        pairs = [(as_text(v["value"]), value_words(dimension, v["value"], accounts, titles)) for v in found]
    taken = {as_text(v) for v in question.where.get(dimension, ())}
    return {
        "code": dimension,
        "label": _(DIMENSIONS[dimension].label),
        "name": FILTER + dimension,
        "options": [(v, t) for v, t in pairs if v not in taken],
    }
