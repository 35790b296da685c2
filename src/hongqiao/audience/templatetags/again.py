"""What was typed into a form that was refused, for the script that puts it back (static/audience/again.js)."""

from django import template
from django.http import QueryDict
from django.utils.html import json_script
from django.utils.safestring import SafeString

register = template.Library()
KEPT_OUT = ("csrfmiddlewaretoken", "act")


@register.simple_tag
def typed_again(typed: QueryDict, act: str) -> SafeString:
    """Return field → values of the refused form with the act that names it, as JSON that is never executed."""
    fields = {name: values for name, values in typed.lists() if name not in KEPT_OUT}
    return json_script({"act": act, "fields": fields}, "typed-again")
