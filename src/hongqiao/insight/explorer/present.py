"""What the explorer's page shows: chips, charts, a table with totals, and why something is not there."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.insight import pages, pictures, queries
from hongqiao.insight.explorer import answer as answers
from hongqiao.insight.explorer import choices, data, limit, listing, picture, ranking, saying, services
from hongqiao.insight.explorer.answer import REASONS, Answered
from hongqiao.insight.explorer.question import FILTER, TIME, Question
from hongqiao.insight.links import _text as as_text
from hongqiao.insight.words import few_words, filled, label, listed, unit_of, value_words
from hongqiao.metrics import DIMENSIONS, METRICS
from hongqiao.metrics.buckets import buckets, last_of
from hongqiao.workspace import figures
from hongqiao.workspace.models import Member

Name = Callable[[str, Any], str]


def page(member: Member, question: Question, filter_by: str = "") -> dict[str, Any]:
    """Return everything the page shows for a question. `filter_by`: the dimension whose values are offered."""
    today = figures.today_of(member.brand)
    found = answers.answer(member, question, today)
    accounts = queries.account_names(member.brand_id)
    name = namer(found, accounts)
    shown: dict[str, Any] = {
        "question": question,
        "period": found.period,
        "chips": chips(question, name),
        "meant": saying.meant(question, found.period, name),
        "metrics_left": choices.metrics_left(question),
        "cuts_left": choices.dimensions_left(question, question.by, time=True),
        "filters_left": choices.dimensions_left(question, (), time=False),
        "comparisons": choices.comparisons(member, question),
        "period_options": choices.periods(question, today),
        "period_hidden": [(k, v) for k, v in question.params() if k not in ("start", "end", "period", "page")],
        "places": choices.places(member),
        "filter": None,
        "hidden": [(k, v) for k, v in question.params() if k in ("m", "by", "sort", "top") or k.startswith(FILTER)],
        "refused": refused(question, found),
        "reasons": [reason(code, params) for code, params in found.reasons],
        "full": len(question.metrics) >= limit("metrics"),
        "cut_full": len(question.by) >= limit("dimensions"),
    }
    if filter_by in DIMENSIONS and filter_by not in TIME and question.metrics:
        shown["filter"] = choices.filter_values(member, question, filter_by, found.period, accounts)
    return shown | answered(member, found, name, accounts) if found.result else shown


def answered(member: Member, found: Answered, name: Name, accounts: Mapping[str, str]) -> dict[str, Any]:
    """Return the figures: cards, charts, table, state."""
    result, question = found.result, found.question
    if result is None:
        return {}
    platforms = {str(v) for v in question.where.get("platform", ()) if v}
    noted = {str(v) for v in question.where.get("account", ()) if v}
    marks = services.marks(member, found.period.start, found.period.end, platforms, noted) if question.time else {}
    return {
        "answer": found,
        "spoken": saying.spoken(found, name),
        "against": picture.against(found) if found.compared else "",
        "change_words": picture.change_words(found) if found.compared else "",
        "compare_days": compare_days(found),
        "cards": cards(found, cell_link(member, question, found)),
        "charts": [c | {"id": f"chart_{n}"} for n, c in enumerate(picture.charts(found, name, marks))],
        "table": listing.table(found, name, cell_link(member, question, found)),
        "whys": why_links(member, question, found),
        "state": pages.state_of(result, accounts),
        "comparable": [
            {"label": label(c), "why": filled(c, METRICS[c].not_comparable)}
            for c in question.metrics
            if any(n["code"] == "not_comparable" and c in n["metrics"] for n in result.notes)
        ],
    }


def namer(found: Answered, accounts: Mapping[str, str]) -> Name:
    """Return how a value of a dimension is named."""
    labels = found.result.labels if found.result else {}

    def name(dimension: str, value: Any) -> str:
        if dimension in TIME and isinstance(value, date):
            return bucket_words(dimension, value)
        return value_words(dimension, value, accounts, labels.get(dimension, {}))

    return name


def bucket_words(unit: str, first: date) -> str:
    """Return a day, a week as its two ends, a month as year and month."""
    if unit == "week":
        return f"{first:%Y-%m-%d}～{last_of(first, 'week'):%m-%d}"
    return f"{first:%Y-%m}" if unit == "month" else str(first)


def chips(question: Question, name: Name) -> list[dict[str, str]]:
    """Return what is asked as chips, each with the address without it."""
    found = [
        {"kind": _("指标"), "text": label(c), "url": question.but(metrics=_less(question.metrics, c)).query()}
        for c in question.metrics
    ]
    for d in question.by:
        url = question.but(by=_less(question.by, d)).query()
        found.append({"kind": _("按"), "text": _(DIMENSIONS[d].label), "url": url})
    for d, values in question.where.items():
        for value in values:
            left = {**question.where, d: _less(values, value)}
            url = question.but(where={k: v for k, v in left.items() if v}).query()
            found.append({"kind": _(DIMENSIONS[d].label), "text": name(d, value), "url": url})
    ways = (question.but(sort="", top=0), question.but(top=0))
    said = saying.order(question)
    found += [{"kind": _("排序"), "text": t, "url": w.query()} for t, w in zip(said, ways, strict=False)]
    return found


def _less(values: tuple[Any, ...], one: Any) -> tuple[Any, ...]:
    return tuple(v for v in values if v != one)


def refused(question: Question, found: Answered) -> list[dict[str, Any]]:
    """Return what cannot be cut so, what is possible, and the two ways out."""
    said = []
    for misfit in found.misfits:
        d = misfit.dimension
        where = {k: v for k, v in question.where.items() if k != d}
        names = {"metric": label(misfit.metric), "dimension": _(DIMENSIONS[d].label)}
        possible = listed(_(DIMENSIONS[p].label) for p in misfit.possible)
        said.append(
            {
                "text": _("「%(metric)s」不能按「%(dimension)s」拆或筛选：它的原始数据里没有这一列") % names,
                "possible": _("它可以用：%(names)s") % {"names": possible},
                "instead": instead(question, misfit.metric, d),
                "without_metric": question.but(metrics=_less(question.metrics, misfit.metric)).query(),
                "without_dimension": question.but(by=_less(question.by, d), where=where).query(),
                **names,
            }
        )
    return said


def instead(question: Question, metric: str, dimension: str) -> list[dict[str, str]]:
    """Return what could be asked instead: the metric that says the same of this cut, a cut that is near to this one."""
    ways = []
    other = ranking.fitted(metric, [dimension])
    if other != metric:
        metrics = tuple(dict.fromkeys(other if m == metric else m for m in question.metrics))
        sort = question.sort.replace(metric, other) if question.sort.removeprefix("-") == metric else question.sort
        ways.append((_("改看「%(name)s」") % {"name": label(other)}, question.but(metrics=metrics, sort=sort)))
    for near in data("lexicon")["other_cuts"].get(dimension, ()) if dimension in question.by else ():
        if near not in question.by and all(near in METRICS[m].dimensions for m in question.metrics):
            by = tuple(near if d == dimension else d for d in question.by)
            ways.append((_("改按「%(name)s」拆") % {"name": _(DIMENSIONS[near].label)}, question.but(by=by)))
    return [{"text": text, "url": asked.query()} for text, asked in ways]


def reason(code: str, params: Mapping[str, Any]) -> str:
    """Return in words why a comparison is not given."""
    metric = params.get("metric", "")
    extra = {"name": label(metric), "why": filled(metric, METRICS[metric].not_comparable)} if metric else {}
    return _(REASONS[code]) % {**params, **extra}


def compare_days(found: Answered) -> str:
    result = found.result
    return f"{result.compare_start}～{result.compare_end}" if result and result.compare_start else ""


Link = Callable[..., str]


def cell_link(member: Member, question: Question, found: Answered) -> Link:
    """Return a maker of addresses: a metric and a cell's own values lead to the rows behind it.

    With `other` to those behind what it is compared with: the same cell of the earlier period, or of the account.
    """
    address = reverse("data_explore_rows", args=[member.brand.slug])
    now, then = (found.period.start, found.period.end), earlier_days(found)
    met = {u: dict(zip(buckets(*now, u), buckets(*then, u), strict=False)) for u in question.by if u in TIME}

    def link(code: str, row: Mapping[str, Any], other: bool = False) -> str:
        first, last = then if other else now
        theirs = {"account": (str(found.other.id),)} if other and found.other else {}
        asked = {d: v for d, v in question.where.items() if not (theirs and d in queries.PLACES)} | theirs
        where = [(FILTER + d, as_text(v)) for d, values in asked.items() for v in values if d not in row]
        for d in (d for d in question.by if d in row):
            if d in TIME:
                start = met[d].get(row[d]) if other else row[d]
                if start is None:
                    return ""
                first, last = max(first, start), min(last, last_of(start, d))
            else:
                where.append((FILTER + d, as_text(row[d])))
        return f"{address}?" + urlencode([("m", code), ("start", str(first)), ("end", str(last)), *where])

    return link


def why_links(member: Member, question: Question, found: Answered) -> list[dict[str, str]]:
    """Return, a metric, where its change is explained: the same days and filters. None where a filter has several
    values or says "not stated", which that page does not ask."""
    if any(len(values) != 1 or values[0] is None for values in question.where.values()):
        return []
    where = [(d, as_text(values[0])) for d, values in question.where.items()]
    asked = [("start", str(found.period.start)), ("end", str(found.period.end)), *where]
    asked += [("vs", "year")] if question.vs == "year" else []
    slug, query = member.brand.slug, urlencode(asked)
    return [{"label": label(c), "url": f"{reverse('data_why', args=[slug, c])}?{query}"} for c in question.metrics]


def earlier_days(found: Answered) -> tuple[date, date]:
    """Return the days that figures are compared with: the earlier period's, or the same ones of another account."""
    result = found.result
    if result and result.compare_start and result.compare_end:
        return result.compare_start, result.compare_end
    return found.period.start, found.period.end


def cards(found: Answered, link: Link) -> list[dict[str, Any]]:
    """Return the totals, one card a metric."""
    result = found.result
    if result is None:
        return []
    shown = []
    for code in found.question.metrics:
        metric, value = METRICS[code], result.totals.get(code)
        thin = result.few.get(code)
        way = "points" if metric.format == "rate" else "percent"
        shown.append(
            {
                "code": code,
                "label": label(code),
                "value": value,
                "raw": "" if value is None else str(value),
                "unit": unit_of(code),
                "change": pictures.felt(result.change.get(code), way) if found.compared else None,
                "change_unit": way,
                "better": metric.better or "",
                "few": few_words(code, thin)[0] if thin else "",
                "few_title": few_words(code, thin)[1] if thin else "",
                "proxy": filled(code, metric.definition) if metric.proxy else "",
                "url": link(code, {}) if value is not None else "",
            }
        )
    return shown
