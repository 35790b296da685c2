"""What can be wrong with what a person does about a mention."""

from __future__ import annotations

from hongqiao.errors import N_, Conflict, Invalid


class NoProof(Invalid):
    code = "no_proof"
    message = N_("还没有回应的证据")
    next_step = N_("请贴回应的链接、上传截图，或写明怎样联系到本人（至少 4 个字）")


class NoReason(Invalid):
    code = "mention_no_reason"
    message = N_("请写明理由，至少 2 个字")
    next_step = N_("写一句为什么，以后能查到")


class NotNow(Conflict):
    code = "mention_not_now"
    message = N_("这条提及现在不能这样处理")
    next_step = N_("请刷新后看它走到了哪一步")
