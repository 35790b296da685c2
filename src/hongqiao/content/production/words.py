"""Words of what was done on pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.content.models import Approval, Piece, Revision, Stage, Task
from hongqiao.errors import N_
from hongqiao.workspace import webhooks, words
from hongqiao.workspace.words import platform_name

#: What of a piece may be changed, as its page calls it.
FIELDS = {
    "title": N_("标题"),
    "owner_id": N_("负责人"),
    "account_id": N_("账号"),
    "publish_at": N_("发布时间"),
    "brief": N_("简报"),
    "commercial": N_("商业目的"),
    "buying": N_("购买入口"),
    "lane": N_("审核通道"),
}
AUDIT = {
    "piece.created": N_("新建内容「%(name)s」（%(platform)s，%(form)s）"),
    "piece.changed": N_("修改「%(name)s」：%(fields)s"),
    "piece.solemn": N_("「%(name)s」排在%(node)s（%(day)s）：%(reason)s"),
    "piece.moved": N_("「%(name)s」由 %(came)s 到 %(stage)s"),
    "piece.written": N_("保存「%(name)s」第 %(number)s 版（%(origin)s）"),
    "piece.rewritten": N_("保存「%(name)s」第 %(number)s 版（%(origin)s），原来的审核作废"),
    "piece.published": N_("「%(name)s」已发布"),
    "piece.sent_back": N_("%(step)s退回「%(name)s」第 %(number)s 版"),
    "piece.step_passed": N_("「%(name)s」第 %(number)s 版通过%(step)s"),
    "piece.approved": N_("「%(name)s」第 %(number)s 版通过%(step)s，审核完成"),
    "piece.let_stand": N_("放行「%(name)s」里的「%(word)s」：%(reason)s"),
    "piece.stay_withdrawn": N_("收回对「%(name)s」里「%(word)s」的放行"),
    "piece.risk_set": N_("「%(name)s」的风险定为%(risk)s"),
    "piece.remarked": N_("批注「%(name)s」：%(text)s"),
    "piece.remark_settled": N_("「%(name)s」的批注已处理：%(text)s"),
    "piece.remark_reopened": N_("重新打开「%(name)s」的批注：%(text)s"),
    "piece.remark_removed": N_("删除「%(name)s」的批注：%(text)s"),
    "piece.link_made": N_("给 %(who)s 生成「%(name)s」的外部审稿链接"),
    "piece.link_ended": N_("停用 %(who)s 的「%(name)s」审稿链接"),
    "link.named": N_("%(who)s 打开「%(name)s」的外部审稿链接"),
    "link.remarked": N_("%(who)s 从外部审稿链接批注「%(name)s」"),
    "piece.caught_up": N_("「%(name)s」已跟上源内容第 %(number)s 版"),
    "piece.task_added": N_("给「%(name)s」添加任务：%(task)s"),
    "piece.task_changed": N_("修改「%(name)s」的任务：%(task)s"),
    "piece.task_done": N_("完成「%(name)s」的任务：%(task)s"),
    "piece.task_reopened": N_("重新打开「%(name)s」的任务：%(task)s"),
    "piece.task_removed": N_("删除「%(name)s」的任务：%(task)s"),
}


def label(choices: Any, value: str) -> str:
    """Return the words of a choice, the bare code where there are none."""
    return _(choices(value).label) if value in choices.values else str(value)


def step(code: str) -> str:
    """Return the words of a step of review."""
    return label(Approval.Step, code)


def described(row: Piece) -> dict[str, str]:
    """Return where a piece goes, what it is and who owns it, in words."""
    owner = str(row.owner) if row.owner else _("未定")
    return {"platform": platform_name(row.platform), "form": label(Piece.Form, row.form), "owner": owner}


def _readable(params: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the codes among the parameters into words."""
    more: dict[str, Any] = {}
    kinds = {"came": Stage, "stage": Stage, "form": Piece.Form, "origin": Revision.Origin, "task": Task.Kind}
    kinds |= {"step": Approval.Step, "risk": Piece.Risk}
    for name, choices in kinds.items():
        if name in params:
            more[name] = label(choices, str(params[name]))
    if "platform" in params:
        more["platform"] = platform_name(str(params["platform"]))
    if "node" in params:
        more["node"] = _(str(params["node"]))
    if "fields" in params:
        more["fields"] = _("、").join(_(FIELDS.get(f, f)) for f in params["fields"])
    return more


words.register("audit", AUDIT)
for _code in AUDIT:
    words.completes(_code, _readable)
words.register(
    "notice",
    {
        "piece.given": N_("%(name)s 把「%(piece)s」交给你"),
        "piece.remarked": N_("%(who)s 批注了「%(piece)s」"),
        "review.asked": N_("「%(piece)s」等你审核（%(step)s）"),
        "review.late": N_("「%(piece)s」的%(step)s已超时，等你来审"),
        "review.waits": N_("「%(piece)s」的%(step)s已超时，在等 %(who)s"),
        "review.nobody": N_("「%(piece)s」的%(step)s已超时，还没有人能审：请加审核人，或发外部审稿链接"),
        "task.late": N_("「%(piece)s」等 %(n)s 个任务已过期"),
        "review.sent_back": N_("%(who)s 退回了「%(piece)s」"),
        "review.approved": N_("「%(piece)s」通过审核"),
    },
)
for _code in ("review.asked", "review.late", "review.waits", "review.nobody"):
    words.completes(_code, _readable)
webhooks.register({"piece.approved": N_("内容通过审核"), "piece.published": N_("内容已发布")})
