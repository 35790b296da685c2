"""Pages of results: own pieces with how each step stands, one piece with its funnel and what to do next. C3."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.content.results import boosts, paired, pairing, present, queries, settings
from hongqiao.errors import Invalid, NotFound
from hongqiao.ledger import present as ledger_present
from hongqiao.ledger import queries as ledger
from hongqiao.ui.period import Period, Typed, period_of
from hongqiao.ui.tables import Column
from hongqiao.workspace import audit, figures, permissions, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words, platform_name

PAGE = 40


def _show(request: BrandRequest, page: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    may_learn = permissions.allows(request.member, ledger.SEE)
    shared = {"tabs": tabs.of(request.member, "content", "content_results"), "may_learn": may_learn}
    return render(request, f"content/results/{page}.html", shared | context, status=status)


def _period(request: BrandRequest) -> Period | Typed:
    today = figures.today_of(request.brand)
    try:
        return period_of(request.GET, today)
    except Invalid as error:
        return Typed(request.GET.get("start", ""), request.GET.get("end", ""), error, today)


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def home(request: BrandRequest) -> HttpResponse:
    """Own pieces of the period, newest first, with how each step stands; published pieces that are asked about."""
    return kit.act(request, ACTS, _home) if request.method == "POST" else _home(request, {})


def _home(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    period = _period(request)
    if isinstance(period, Typed):
        problem = error_words(period.error) | {"typed": period}
        return _show(request, "list", {"period": period, "problem": problem}, period.error.status)
    facts = queries.Facts(request.member, period.start, period.end)
    names = present.accounts(request.brand)
    asked = {k: kit.words_of(request, k) for k in ("platform", "account", "weak")}
    found = queries.chosen(facts.shown, asked["platform"], asked["account"], kit.words_of(request))
    told = [(one, facts.funnel(one)) for one in found]
    weak = [f.weak for _one, f in told]
    if asked["weak"]:
        told = [(one, f) for one, f in told if f.weak == asked["weak"]]
    page, last = _page(request, len(told))
    here = told[(page - 1) * PAGE : page * PAGE]
    ours = queries.ours(request.member, [one.key for one, _f in here])
    context = {
        "period": period,
        "rows": [present.row(facts, one, f, names, ours.get(one.key)) for one, f in here],
        "count": len(told),
        "spread": present.spread(weak),
        "weak": asked["weak"],
        "bands": [(n, _(b["label"])) for n, b in enumerate(settings.data()["bands"])],
        "page": page,
        "last": last,
        "may_export": permissions.allows(request.member, "data.export"),
        "empty": not facts.pieces,
        "asked": paired.asked(request.member),
        "may_edit": permissions.allows(request.member, queries.EDIT),
    }
    return _show(
        request, "list", context | present.filters(facts.shown, present.accounts(request.brand, named=True)) | extra
    )


def _page(request: BrandRequest, count: int) -> tuple[int, int]:
    last = max(1, -(-count // PAGE))
    asked = kit.whole(request.GET.get("page", "")) or 1
    return min(max(1, asked), last), last


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def one(request: BrandRequest) -> HttpResponse:
    """`?piece=` one piece: its funnel against its own account's, the weak link, what answers it, what was done."""
    return kit.act(request, ACTS_OF_ONE, _one) if request.method == "POST" else _one(request, {})


def _one(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    facts, found = queries.one(request.member, kit.words_of(request, "piece"))
    stands, held = facts.funnel(found), permissions.held_by(request.member)
    names = present.accounts(request.brand)
    ours = queries.ours(request.member, [found.key]).get(found.key)
    cited = present.cites(facts, found, held)
    actions = _actions(request, {found.key, str(ours.pk)} if ours else {found.key}, held)
    context = {
        "piece": found,
        "row": present.row(facts, found, stands, names, ours),
        "steps": [present.step(s, found, cited.get(s.code, "")) for s in stands.steps],
        "chart": present.chart(stands),
        "known": stands.known,
        "proposals": present.proposals(request.member, found, stands),
        "actions": actions,
        "peers": len(facts.peers(found)),
        "spend": present.spend(facts, found, names),
        "columns": _columns(),
        "may_edit": permissions.allows(request.member, queries.EDIT),
        "may_test": {ledger.SEE, ledger.EDIT} <= held,
    }
    return _show(request, "one", context | extra)


def _choose(request: BrandRequest) -> str:
    row = pairing.choose(**_piece(request), key=request.POST.get("key", ""))
    return _("「%(name)s」对上了") % {"name": row.title}


def _refuse(request: BrandRequest) -> str:
    row = pairing.refuse(**_piece(request))
    return _("记下了：都不是「%(name)s」") % {"name": row.title}


def _part(request: BrandRequest) -> str:
    row = pairing.part(**_piece(request))
    return _("已分开；分错了可以在「%(name)s」的效果页再选回来") % {"name": row.title}


def _boost(request: BrandRequest) -> str:
    _facts, found = queries.one(request.member, kit.words_of(request, "piece"))
    told = {k: request.POST.get(k, "") for k in ("tool", "spend", "shows", "first", "last")}
    boosts.add(actor=request.member, piece=found, **told)
    return _("投放已登记")


def _unboost(request: BrandRequest) -> str:
    boosts.remove(actor=request.member, boost_id=kit.row_id(request), seen=kit.seen_of(request))
    return _("已删除这笔投放")


def _piece(request: BrandRequest) -> dict[str, Any]:
    return {"actor": request.member, "piece_id": kit.row_id(request), "seen": kit.seen_of(request)}


ACTS = {"choose": _choose, "refuse": _refuse}
ACTS_OF_ONE = {"part": _part, "boost": _boost, "unboost": _unboost}


def _columns() -> list[Column]:
    heads = (("label", _("环节"), ""), ("value", _("这篇"), "number"), ("median", _("自己的中位"), "number"))
    more = (("percentile", _("好过此前"), "number"), ("band", _("档位"), ""))
    return [Column(key, label, unit) for key, label, unit in (*heads, *more)]


def _actions(request: BrandRequest, keys: set[str], held: frozenset[str]) -> list[dict[str, Any]]:
    """Return the ledger's actions that name a piece in their arms or links, for who may see them. keys: what it is
    called in the facts, and here where it was made here."""
    if ledger.SEE not in held:
        return []
    rows = ledger.actions(request.member).select_related("owner__user", "brand").order_by("-id")[:200]
    mine = [a for a in rows if keys & _named(a)]
    return [ledger_present.action(request.member, a, held, None, figures.today_of(request.brand)) for a in mine]


def _named(action: Any) -> set[str]:
    arms = (action.measure or {}).get("arms") or {}
    linked = {str(x.get("code", "")) for x in action.links or () if x.get("kind") == "piece"}
    return {*arms.get("a", ()), *arms.get("b", ()), *linked}


@brand_view("data.export")
@require_GET
def export(request: BrandRequest) -> HttpResponseBase:
    """The list with every step's figure, median and percentile as csv."""
    period = _period(request)
    if isinstance(period, Typed):
        raise period.error
    if not permissions.allows(request.member, queries.SEE):
        raise NotFound()
    facts = queries.Facts(request.member, period.start, period.end)
    names = present.accounts(request.brand)
    rows = queries.chosen(
        facts.shown, kit.words_of(request, "platform"), kit.words_of(request, "account"), kit.words_of(request)
    )
    steps = settings.steps()
    head = [_("发布日"), _("平台"), _("账号"), _("体裁"), _("标题"), _("最弱一环"), _("投放花费")]
    for s in steps:
        head += [
            _(s.label),
            _("%(step)s·自己的中位") % {"step": _(s.label)},
            _("%(step)s·百分位") % {"step": _(s.label)},
        ]
    lines = (_line(facts, r, names) for r in rows)
    audit.record(request.member, "results.exported", period=f"{period.start}～{period.end}", rows=len(rows))
    return kit.table_file("csv", f"{_('作品效果')}-{period.start}-{period.end}.csv", head, lines)


def _line(facts: queries.Facts, one: queries.Shown, names: dict[str, str]) -> list[Any]:
    found = facts.funnel(one)
    stands = {s.code: s for s in found.steps}
    labels = {s.code: _(s.label) for s in settings.steps()}
    row: list[Any] = [one.day, platform_name(one.platform), names.get(one.account, ""), present.form(one.form)]
    spent = facts.spent.get(one.key, ())
    row += [one.title, labels.get(found.weak, ""), boosts.total(spent) if spent else ""]
    for step in settings.steps():
        s = stands.get(step.code)
        row += [s.value, s.median, None if s.percentile is None else round(s.percentile, 4)] if s else ["", "", ""]
    return row
