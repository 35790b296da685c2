"""What may be wrong with a row of a book, said at its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import N_, Invalid


class Wrong(Exception):
    """What is wrong with one field: a msgid with its parameters."""

    def __init__(self, why: str, **params: Any) -> None:
        self.why, self.params = why, params
        super().__init__(why)

    def said(self) -> str:
        """Return it in the reader's language."""
        return _(self.why) % self.params


class BadRow(Invalid):
    """Fields of a row, or figures, that cannot be taken. `fields`: {column: what is wrong, in words}."""

    code = "bad_plan_row"
    message = N_("没有保存：%(said)s")
    next_step = N_("请改好标出的地方再保存")

    def __init__(self, fields: Mapping[str, str], row: str = "") -> None:
        self.fields = dict(fields)
        said = "；".join(self.fields.values())
        super().__init__(said=f"{row}：{said}" if row else said)


class SeatNeeded(Invalid):
    code = "seat_needed"
    message = N_("这个席位还在用：%(where)s")
    next_step = N_("先把这些步骤换给别的席位，或等事件关闭")


class NatureNeeded(Invalid):
    code = "nature_needed"
    message = N_("未了结的事件还是这个性质：%(where)s")
    next_step = N_("等事件关闭后再移除；也可以先清空它的类型、提到和词")


class RowNeeded(Invalid):
    code = "row_needed"
    message = N_("这一项不能移除")
    next_step = N_("可以修改它的内容")


class NoSuchRow(Invalid):
    code = "no_such_row"
    message = N_("没有这一项：%(code)s")
    next_step = N_("新增的项不写代码；要恢复移除的项，写它原来的代码")
