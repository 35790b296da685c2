"""The words of surveys, interviews and insight cards."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.audience.models import Insight
from hongqiao.errors import N_
from hongqiao.workspace import words

OUT = {
    "by_hand": N_("人工剔除"),
    "inattentive": N_("没通过注意力检查"),
    "hasty": N_("答得太快"),
    "repeated": N_("同一人重复"),
}
WAVES = {"before": N_("活动前"), "after": N_("活动后")}
UNWEIGHTED = {
    "none": N_("还没有计入的答案"),
    "nobody": N_("有配额的一组还没有人答，不能加权"),
    "unknown": N_("有人没答这一题或选了没有配额的选项，不能加权"),
}


def out(code: str) -> str:
    return _(OUT[code]) if code in OUT else ""


def wave(code: str) -> str:
    return _(WAVES[code]) if code in WAVES else ""


words.register(
    "audit",
    {
        "survey.created": N_("新建问卷 %(title)s"),
        "survey.changed": N_("修改问卷 %(title)s 的设置"),
        "survey.questions": N_("修改问卷 %(title)s 的题目（第 %(form)s 版）"),
        "survey.quotas": N_("修改问卷 %(title)s 的配额"),
        "survey.opened": N_("问卷 %(title)s 开始收集"),
        "survey.closed": N_("问卷 %(title)s 停止收集"),
        "survey.archived": N_("归档问卷 %(title)s"),
        "survey.restored": N_("取回问卷 %(title)s"),
        "survey.removed": N_("删除问卷 %(title)s"),
        "survey.copied": N_("复制出问卷 %(title)s"),
        "survey.linked": N_("生成问卷 %(title)s 的个人链接 %(count)s 个"),
        "survey.joined": N_("合并问卷 %(title)s 的两组开放回答"),
        "survey.parted": N_("撤回问卷 %(title)s 开放回答的合并"),
        "survey.answer_out": N_("剔除问卷 %(title)s 的一份答案"),
        "survey.answer_in": N_("恢复问卷 %(title)s 的一份答案"),
        "survey.exported": N_("导出问卷 %(title)s 的答案"),
        "interview.kept": N_("记录访谈 %(title)s"),
        "interview.removed": N_("删除访谈 %(title)s"),
        "insight.kept": N_("保存洞察卡：%(claim)s"),
        "insight.state": N_("洞察卡改为%(said)s：%(claim)s"),
        "insight.removed": N_("删除洞察卡：%(claim)s"),
        "insight.evidence": N_("给洞察卡添加一条证据：%(claim)s"),
        "insight.evidence_removed": N_("去掉洞察卡的一条证据：%(claim)s"),
    },
)


def _turned(params: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**params, "said": _(dict(Insight.State.choices).get(str(params.get("state")), ""))}


words.completes("insight.state", _turned)
