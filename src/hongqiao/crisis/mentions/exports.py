"""Mentions as a file: csv or xlsx, without the names of who said them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.crisis.mentions import words
from hongqiao.crisis.models import Mention
from hongqiao.workspace.views import kit


def head() -> list[str]:
    """Return the names of the columns."""
    said = [_("发布时间"), _("听到时间"), _("渠道"), _("来源"), _("标题"), _("内容"), _("链接")]
    said += [_("负面"), _("负面概率"), _("类型"), _("性质"), _("提到"), _("关于"), _("状态"), _("理由"), _("负责人")]
    return [*said, _("粉丝"), _("点赞"), _("转发"), _("评论"), _("同文首条"), _("回应时间")]


def lines(rows: Iterable[Mention]) -> Iterator[list[Any]]:
    """Yield a line a mention."""
    kinds, flags, natures = words.kinds(), words.flags(), dict[str, str]()
    for m in rows:
        natures = natures or words.natures(m.brand)
        line: list[Any] = [_at(m.posted_at), _at(m.heard_at), m.channel, m.source.name, m.title, m.text, m.url]
        line += [_("是") if m.negative else _("否"), None if m.p is None else round(m.p, 3), kinds.get(m.kind, "")]
        line += [natures.get(m.nature, ""), "、".join(flags.get(f, f) for f in m.flags)]
        line += ["、".join(a["name"] for a in m.about), words.state(m.state), words.reason(m.reason)]
        line += [str(m.owner) if m.owner else "", m.followers, m.likes, m.reposts, m.comments]
        yield [*line, str(m.first_id or m.pk), _at(m.answered_at)]


def _at(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def respond(form: str, rows: Iterable[Mention]) -> HttpResponseBase:
    """Return mentions as a file; no text of it is taken for a formula."""
    return kit.table_file(form, f"mentions.{form}", head(), lines(rows))
