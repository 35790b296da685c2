"""Texts of drafts on a page: gaps stand out."""

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_GAP = re.compile(r"(〔待补[^〔〕\n]*〕)")


@register.simple_tag
def gaps(text: str) -> SafeString:
    """`{% gaps line %}`: a text with its gaps marked; everything else is escaped."""
    parts = (
        format_html('<span class="gap">{}</span>', part) if _GAP.fullmatch(part) else format_html("{}", part)
        for part in _GAP.split(str(text or ""))
    )
    return mark_safe("".join(parts))  # noqa: S308  (each part was escaped)
