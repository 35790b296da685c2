"""`{% load ui %}`: every component of the house. Parameters and examples: docs/ui.md."""

from hongqiao.ui.templatetags import _blocks, _counts, _data, _filters, _forms, _page  # noqa: F401 - each registers its tags
from hongqiao.ui.templatetags._library import register

__all__ = ["register"]
