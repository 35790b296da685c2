"""One HTML file that needs nothing else: the report as a page to keep or send, its notes at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hongqiao.insight.reports.formats import RowsOf, drawing
from hongqiao.insight.reports.formats.pdf import marks
from hongqiao.insight.reports.written import Written

Block = Mapping[str, Any]


def write(report: Written, rows: RowsOf) -> bytes:
    """Return the file. It holds no script, and asks no other host for anything."""
    look = files("hongqiao.insight.reports.formats").joinpath("page.css").read_text("utf-8")
    body = format_html_join("", "{}", ((_section(s),) for s in report.sections))
    notes = format_html_join(
        "", '<li id="n{}" value="{}">{}</li>', ((n.number, n.number, n.words) for n in report.notes)
    )
    whole = format_html(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        "<title>{}</title><style>{}</style></head><body>"
        "<header><h1>{} <small>{}</small></h1><p>{}<span>{}</span></p></header>"
        "<main>{}</main><footer><h2>{}</h2><ol>{}</ol></footer></body></html>\n",
        get_language() or "zh-hans",
        f"{report.brand} {report.title} {report.period}",
        mark_safe(look),  # noqa: S308 (our own file)
        report.title,
        report.brand,
        report.period,
        report.stamp,
        body,
        _("数字出处"),
        notes,
    )
    return str(whole).encode()


def _section(section: Block) -> SafeString:
    blocks = format_html_join("", "{}", ((_block(b),) for b in section["blocks"]))
    return format_html("<section><h2>{}</h2>{}</section>", section["title"], blocks)


def _block(block: Block) -> SafeString:
    kind = block["block"]
    if kind == "kpis":
        return format_html(
            '<div class="kpis">{}</div>', format_html_join("", "{}", ((_kpi(k),) for k in block["items"]))
        )
    if kind == "goals":
        return format_html("{}", format_html_join("", "{}", ((_goal(g),) for g in block["items"])))
    if kind == "table":
        return _table(block)
    if kind == "chart":
        drawn = mark_safe(drawing.svg(block))  # noqa: S308 (texts in it are escaped there)
        return format_html("<figure><figcaption>{}{}</figcaption>{}</figure>", block["title"], _marks(block), drawn)
    css = " ".join(c for c in (kind, block.get("tone", ""), "sub" if block.get("sub") else "") if c)
    return format_html('<p class="{}">{}{}</p>', css, block["text"], _marks(block))


def _kpi(k: Block) -> SafeString:
    return format_html(
        '<div><span class="d">{}{}</span><b>{}</b> <span class="{}">{}</span><span class="d">{}</span></div>',
        k["label"], _marks(k), k["value"], k["tone"], k["change"], k["note"],
    )  # fmt: skip


def _goal(g: Block) -> SafeString:
    bar = ""
    if g["share"] is not None:
        share = min(max(g["share"], 0.0), 1.0) * 100
        now = (
            format_html('<rect x="{}" y="-2" width="0.5" height="10"/>', f"{min(g['time'], 1) * 100:.1f}")
            if g["time"]
            else ""
        )
        drawn = '<svg viewBox="0 0 100 6" preserveAspectRatio="none"><rect class="all" width="100" height="6"/>'
        bar = format_html(
            drawn + '<rect class="{}" width="{}" height="6"/>{}</svg>', g["tone"] or "fill", f"{share:.1f}", now
        )
    said = " · ".join(x for x in (g["time_words"], g["gap"], g["outlook"]) if x)
    return format_html(
        '<div class="goal"><span><b>{}</b>{} <span class="d">{} · {}</span></span><span>{} / {}</span>{}'
        '<span><span class="{}">{} {}</span> <span class="d">{}</span></span></div>',
        g["label"], _marks(g), g["place"], g["owner"], g["value"], g["target"], bar, g["tone"], g["percent"],
        g["state"], said,
    )  # fmt: skip


def _table(block: Block) -> SafeString:
    heads = format_html_join(
        "", '<th class="{}">{}</th>', (("r" if h["right"] else "", h["label"]) for h in block["heads"])
    )
    rows = format_html_join("", "<tr>{}</tr>", ((_cells(r),) for r in block["rows"]))
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", heads, rows)


def _cells(row: Sequence[Block]) -> SafeString:
    shown = ((f"{'r ' if c['right'] else ''}{c['tone']}".strip(), c["text"], _marks(c)) for c in row)
    return format_html_join("", '<td class="{}">{}{}</td>', shown)


def _marks(block: Block) -> SafeString:
    found = ((m["first"], m["text"]) for m in marks(list(block.get("notes", []))))
    return format_html_join("", '<sup><a href="#n{}">[{}]</a></sup>', found)
