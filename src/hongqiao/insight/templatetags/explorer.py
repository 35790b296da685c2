"""`{% include "insight/explorer/pinned.html" %}` on 今日: the views a member pinned, with figure, change and line."""

from typing import Any

from django import template

from hongqiao.insight.explorer import pins

register = template.Library()


@register.simple_tag(takes_context=True)
def pinned_views(context: template.Context) -> list[dict[str, Any]]:
    """Return the pinned views of the member who looks; nothing where nobody does."""
    member = getattr(context.get("request"), "member", None)
    return pins.cards(member) if member is not None else []
