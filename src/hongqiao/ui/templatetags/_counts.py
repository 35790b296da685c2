"""`{% blocktrans count n=… %}` shows what it counts as any other number of the house is shown: 1,237 人."""

from __future__ import annotations

from typing import Any

from django.template.base import Node, Parser, Token
from django.templatetags.i18n import BlockTranslateNode, do_block_translate

from hongqiao.ui import formats
from hongqiao.ui.templatetags._library import register


class Count(int):
    """A whole number that reads with its thousands apart; to choose between one and many it is the number it is."""

    def __str__(self) -> str:
        return formats.number(int(self))


class _Counter:
    def __init__(self, counter: Any) -> None:
        self.counter = counter

    def resolve(self, context: Any) -> Any:
        value = self.counter.resolve(context)
        return Count(value) if type(value) is int else value


@register.tag("blocktrans")
@register.tag("blocktranslate")
def counted(parser: Parser, token: Token) -> Node:
    """What Django's tag does; a count is a quantity, never a number of a list or a year, so it is always grouped."""
    node = do_block_translate(parser, token)
    if isinstance(node, BlockTranslateNode) and node.counter is not None:
        node.counter = _Counter(node.counter)  # type: ignore[assignment]  # it resolves as one does
    return node
