"""What each page of the room shows, put together from answers. No figure is computed here."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.insight import pictures, queries
from hongqiao.insight.boards import Board, Chart, Listing
from hongqiao.insight.fillers import Feeds, picture_hint, sorted_out
from hongqiao.insight.links import Link, metric_link
from hongqiao.insight.queries import Told
from hongqiao.insight.rows import behind
from hongqiao.insight.words import (
    against,
    compared_days,
    few_cell,
    filled,
    label,
    listed,
    note_words,
    part_words,
    unit_of,
    unit_words,
    value_words,
)
from hongqiao.metrics import DIMENSIONS, METRICS, Query, Result, families, retired
from hongqiao.metrics.behind import part_of
from hongqiao.metrics.formula.tree import written
from hongqiao.platforms import PLATFORMS
from hongqiao.ui import formats
from hongqiao.ui.period import Period
from hongqiao.ui.tables import Column
from hongqiao.workspace.models import Account, Brand, Member
from hongqiao.workspace.words import platform_name

SHOWN_DAYS = 8


def board_page(member: Member, board: Board, period: Period, where: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything a dashboard shows."""
    handle = queries.opened(member)
    slug = member.brand.slug
    answers = queries.board_answers(handle, board, period, where)
    link = metric_link(slug, period, where)
    accounts = queries.account_names(member.brand_id)
    kpis, feeds = answers["kpis"], Feeds(member.brand, where)
    url = reverse("imports_home", args=[slug])
    cards, folded = sorted_out(
        pictures.kpi_cards(kpis.codes, kpis.result, period, link), feeds, kpis.result.coverage, url
    )
    tables = [
        listing_table(one, answers["list:" + one.code], link, accounts)
        for one in board.listings
        if "list:" + one.code in answers
    ]
    return {
        "board": board,
        "empty": not queries.has_facts(member.brand),
        "import_url": url,
        "cards": cards,
        "folded": folded,
        "charts": board_charts(board, answers, period, link, accounts, feeds),
        "listings": [t for t in tables if t["rows"] or _hinted(t, feeds)],
        "state": state_of(kpis.result, accounts),
        "filters": filter_choices(member.brand),
        "freshest": freshest(kpis.result),
        "compared": against(kpis.result, period.today),
    }


def board_charts(
    board: Board, answers: Mapping[str, Told], period: Period, link: Link, accounts: Mapping[str, str], feeds: Feeds
) -> list[dict[str, Any]]:
    """Return the pictures of a dashboard; an empty one says which file fills it, or is left out where none can."""
    charts = []
    for chart in (c for c in board.charts if c.code in answers):
        payload = pictures.chart_payload(chart, answers[chart.code], period, link, accounts)
        one = {"code": chart.code, "title": _(chart.title), "payload": payload, "wide": chart.wide, "hint": ""}
        if not any(v is not None for s in payload["series"] for v in s["values"]):
            hint = picture_hint(chart.metrics, feeds, answers[chart.code].result.coverage)
            if hint is None:
                continue
            one["hint"] = hint
        charts.append(one)
    return pictures.laid_out(charts)


def _hinted(table: dict[str, Any], feeds: Feeds) -> bool:
    """Put into an empty table which file fills it; False where no account of the brand can."""
    hint = picture_hint(table["codes"], feeds)
    table["hint"] = hint or ""
    return hint is not None


def listing_table(listing: Listing, told: Told, link: Link, accounts: Mapping[str, str]) -> dict[str, Any]:
    """Return columns and rows of a table whose every figure is a link to its rows; what is missing has none."""
    result, codes = told.result, told.codes
    titles = result.labels.get(listing.by, {})
    columns = [Column("name", _(DIMENSIONS[listing.by].label), url="name_url")]
    columns += [Column(c, label(c), unit_of(c), url=f"{c}_url") for c in codes]
    rows = []
    stated = [r for r in result.rows if any(r.get(c) is not None for c in codes)]
    for cell in stated[: listing.top]:
        value = cell[listing.by]
        row: dict[str, Any] = {"name": value_words(listing.by, value, accounts, titles)}
        row["name_url"] = link(codes[0], **{listing.by: value})
        for code in codes:
            few = cell.get(f"{code}__few")
            row[code] = few_cell(code, few) if few and cell[code] is not None else cell.get(code)
            row[f"{code}_url"] = link(code, **{listing.by: value}) if row[code] is not None else ""
        rows.append(row)
    more = (result.row_count if result.truncated else len(stated)) - len(rows)
    return {
        "code": listing.code,
        "title": _(listing.title),
        "columns": columns,
        "rows": rows,
        "more": max(more, 0),
        "codes": codes,
    }


def state_of(result: Result, accounts: Mapping[str, str]) -> dict[str, Any]:
    """Return what is late, missing or not final, in sentences a person can act on."""
    late: list[str] = []
    missing: dict[str, set[date]] = {}
    partial: dict[str, set[date]] = {}
    for entry in result.freshness:
        name = accounts.get(entry["account"], entry["account"])
        if entry.get("late") and name not in late:
            late.append(name)
    for entry in result.coverage:
        name = accounts.get(entry["account"], entry["account"])
        if entry.get("missing"):
            missing.setdefault(name, set()).update(entry["missing"])
        if entry.get("partial"):
            partial.setdefault(name, set()).update(entry["partial"])
    return {
        "late": late,
        "missing": [{"name": n, "count": len(d), "days": some_days(d)} for n, d in sorted(missing.items())],
        "partial": [{"name": n, "days": some_days(d)} for n, d in sorted(partial.items())],
        "notes": [
            note_words(n) for n in result.notes if n["code"] not in ("missing_days", "partial_days", "late_accounts")
        ],
    }


def some_days(days: set[date]) -> str:
    """Return the first days in words; the charts show the others."""
    return listed([formats.day(d) for d in sorted(days)[:SHOWN_DAYS]]) + ("…" if len(days) > SHOWN_DAYS else "")


def freshest(result: Result) -> Any:
    """Return the newest complete day of any account."""
    return max((f["complete_day"] for f in result.freshness if f.get("complete_day")), default=None)


def filter_choices(brand: Brand) -> dict[str, list[tuple[str, str]]]:
    """Return the platforms and accounts of the brand to filter by."""
    accounts = list(Account.objects.filter(brand=brand).order_by("platform", "name"))
    codes = dict.fromkeys(a.platform for a in accounts)
    return {
        "platforms": [(c, platform_name(c)) for c in codes],
        "accounts": [(str(a.id), f"{platform_name(a.platform)} · {a.name}") for a in accounts],
    }


def metric_page(
    member: Member, code: str, period: Period, where: Mapping[str, Any], cut: str, part: str, after: str
) -> dict[str, Any]:
    """Return a metric's page: definition, days, one cut, and a page of the rows behind it."""
    handle, metric = queries.opened(member), METRICS[code]
    link = metric_link(member.brand.slug, period, where)
    accounts = queries.account_names(member.brand_id)
    for dimension in (*where, *([cut] if cut else [])):
        queries.check_cut(code, dimension)
    asked = Query((code,), ("day",), where, period.start, period.end, compare="previous", span=period.span, limit=None)
    result = queries.answer(handle, asked)
    days = Chart("days", metric.label, (code,), ("day",))
    titles = queries.titles(handle, [where["content"]]) if "content" in where else {}
    url, feeds = reverse("imports_home", args=[member.brand.slug]), Feeds(member.brand, where)
    page: dict[str, Any] = {
        "metric": described(code),
        "code": code,
        "empty": not queries.has_facts(member.brand),
        "import_url": url,
        "hint": picture_hint((code,), feeds, result.coverage) or "",
        "compared": against(result, period.today),
        "card": pictures.kpi_cards((code,), result, period, link),
        "chart": with_compare(
            pictures.chart_payload(days, Told(result, (code,)), period, link, accounts), result, code, period
        ),
        "state": state_of(result, accounts),
        "cuts": [
            {"code": d, "label": _(DIMENSIONS[d].label), "on": d == cut}
            for d in metric.dimensions
            if d not in pictures.TIME
        ],
        "chosen": [
            {"dim": d, "label": _(DIMENSIONS[d].label), "value": value_words(d, v, accounts, titles)}
            for d, v in where.items()
        ],
        "parts": part_words(code),
        "part": part_of(metric.parts, part),
        "filters": filter_choices(member.brand),
    }
    page["drawn"] = any(v is not None for s in page["chart"]["series"] for v in s["values"])
    if cut in metric.dimensions and cut not in pictures.TIME:
        page["cut"] = cut_table(handle, code, period, where, cut, link, accounts)
    page["behind"] = behind(
        member, handle, Query((code,), (), where, period.start, period.end), code, part, after, accounts
    )
    return page


def with_compare(payload: dict[str, Any], result: Result, code: str, period: Period) -> dict[str, Any]:
    """Add the period before as a dashed line where it says anything."""
    rows = {r["day"]: r for r in result.rows}
    before = [pictures.as_number(rows.get(d, {}).get(f"{code}__compare")) for d in pictures.days_of(period)]
    if period.days > 1 and any(v is not None for v in before):
        name = _("上一周期（%(days)s）") % {"days": compared_days(result, period.today)}
        payload["series"].append({"name": name, "values": before, "dashed": True, "unit": unit_of(code)})
    return payload


def cut_table(
    handle: Any, code: str, period: Period, where: Mapping[str, Any], cut: str, link: Link, accounts: Mapping[str, str]
) -> dict[str, Any]:
    asked = Query(
        (code,),
        (cut,),
        where,
        period.start,
        period.end,
        compare="previous",
        span=period.span,
        totals=False,
        limit=100,
    )
    result = queries.answer(handle, asked)
    titles = result.labels.get(cut, {})
    change = "points" if METRICS[code].format == "rate" else "percent"
    rows = [
        {
            "name": value_words(cut, r[cut], accounts, titles),
            "value": r.get(code),
            "few": few_cell(code, r[f"{code}__few"]) if f"{code}__few" in r else "",
            "before": r.get(f"{code}__compare"),
            "change": r.get(f"{code}__change"),
            "url": link(code, **{cut: r[cut]}),
        }
        for r in result.rows
    ]
    return {
        "code": cut,
        "label": _(DIMENSIONS[cut].label),
        "rows": rows,
        "unit": unit_of(code),
        "change_unit": change,
        "more": result.row_count - len(rows),
    }


def described(code: str) -> dict[str, Any]:
    """Return a dictionary entry in words."""
    metric = METRICS[code]
    words = {k: filled(code, t) for k, t in _texts(metric).items()}
    return words | {
        "code": code,
        "family": metric.family,
        "proxy": metric.proxy,
        "grain": _(metric.grain),
        "day_kind": _(metric.day_kind),
        "unit": unit_words(metric.unit),
        "table": metric.table,
        "names": listed(
            _("%(platform)s「%(name)s」") % {"platform": platform_name(p), "name": n} for p, n in metric.names.items()
        ),
        "dimensions": listed(_(DIMENSIONS[d].label) for d in metric.dimensions),
        "lineage": metric.lineage(),
        "formula": written(metric.formula.said, label) if metric.formula else "",
        "own": metric.stamp.partition("@")[0],
        "number": metric.stamp.partition("@")[2],
        "retired": metric.retired,
        "beside": [(c, label(c)) for c in metric.beside],
    }


def _texts(metric: Any) -> dict[str, str]:
    return {
        "label": metric.label,
        "definition": metric.definition,
        "numerator": metric.numerator_text,
        "denominator": metric.denominator_text,
        "not_comparable": metric.not_comparable,
    }


def dictionary_page(brand: Brand, q: str, family: str) -> dict[str, Any]:
    """Return the metric dictionary, narrowed by family and by a word in its name, code or definition."""
    groups = []
    for one in (*families(), retired()):
        if family not in ("", one.code) and (family, one.code) != ("own", "retired"):
            continue
        entries = [described(c) for c in one.metrics]
        wanted = q.lower()
        if wanted:
            entries = [
                e for e in entries if wanted in f"{e['label']} {e['code']} {e['definition']} {e['names']}".lower()
            ]
        if entries:
            groups.append({"label": _(one.label), "entries": entries})
    known = [(f.code, _(f.label)) for f in families()]
    return {"groups": groups, "q": q, "families": known, "layouts": layout_labels(), "brand_slug": brand.slug}


def layout_labels() -> dict[str, str]:
    """Return layout code → "平台 · 名称"."""
    return {x.code: f"{_(p.name)} · {_(x.label)}" for p in PLATFORMS.values() for x in p.layouts}
