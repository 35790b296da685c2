"""Tags with a body: card, table, filter bar."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.template import RequestContext
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from hongqiao.ui.params import changed, kept, query_of
from hongqiao.ui.tables import Column, lines, turned
from hongqiao.ui.templatetags._library import register

BEYOND = ("after", "before", "page")  # a new order or filter starts at the first page


@register.simple_block_tag
def card(content: str, head: str = "", sub: str = "", css: str = "", id: str = "") -> SafeString:
    """`{% card head="昨日早报" sub="数据更新至 11-22" %}…{% endcard %}`. css: burns, flush."""
    return render_to_string("ui/c/card.html", {"content": content, "head": head, "sub": sub, "css": css, "id": id})


def _heads(context: RequestContext, columns: Sequence[Column], sort: str) -> list[dict[str, Any]]:
    """What the head of each column shows: its words, its order, the address that turns it."""
    found = []
    for c in columns:
        way = {"-" + c.key: "descending", c.key: "ascending"}.get(sort, "")
        url = changed(context, BEYOND, sort=turned(sort, c.key)) if c.sort else ""
        found.append({"column": c, "way": way, "url": url})
    return found


def _table(context: RequestContext, columns: Sequence[Column], **more: Any) -> SafeString:
    sort = more.pop("sort", "") or query_of(context).get("sort", "")
    return render_to_string("ui/c/table.html", {"heads": _heads(context, columns, sort), **more})


@register.simple_block_tag(takes_context=True, end_name="endtable")
def table(
    context: RequestContext,
    content: str,
    columns: Sequence[Column],
    sort: str = "",
    caption: str = "",
    phone: str = "stack",
    tall: bool = False,
) -> SafeString:
    """`{% table columns %}<tr>…</tr>{% endtable %}`: own rows. phone: stack, brief (both: data-label) or scroll."""
    return _table(context, columns, content=content, sort=sort, caption=caption, phone=phone, tall=tall)


@register.simple_tag(takes_context=True)
def data_table(
    context: RequestContext,
    columns: Sequence[Column],
    rows: Iterable[Any],
    sort: str = "",
    caption: str = "",
    phone: str = "stack",
    tall: bool = False,
) -> SafeString:
    """`{% data_table columns rows %}`: rows written by the units of their columns."""
    body = lines(columns, rows)
    return _table(context, columns, lines=body, sort=sort, caption=caption, phone=phone, tall=tall)


@register.inclusion_tag("ui/c/pager.html", takes_context=True)
def pager(
    context: RequestContext, next: str | None = None, shown: str = "", param: str = "after", first: bool | None = None
) -> dict[str, Any]:
    """`{% pager next=cursor shown="本页 50 条" %}`: 下一页 by cursor, 回到第一页; keeps every other parameter."""
    at_start = not query_of(context).get(param) if first is None else first
    return {
        "next_url": changed(context, **{param: next}) if next else "",
        "first_url": "" if at_start else changed(context, [param]),
        "shown": shown,
    }


@register.simple_block_tag(takes_context=True)
def filterbar(context: RequestContext, content: str, keep: str = "", names: str = "", auto: bool = False) -> SafeString:
    """`{% filterbar keep="sort period start end" names="platform q" %}…fields…{% endfilterbar %}`.

    keep: parameters to carry on that are no fields of the bar. names: its fields; when one is set, 清除 appears.
    auto: send as soon as a select changes (the button stays for keyboards and where scripts are off).
    """
    query = query_of(context)
    used = any(query.get(n) for n in names.split())
    more = {
        "content": content,
        "hidden": kept(context, keep.split()),
        "clear": changed(context, [*names.split(), *BEYOND]) if used else "",
        "auto": auto,
    }
    return render_to_string("ui/c/filterbar.html", more)
