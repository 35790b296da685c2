"""One family of errors. A page, a JSON answer (RFC 9457) and a line on the terminal are made from it in one place."""

from typing import Any


def N_(text: str) -> str:
    """Mark a text for translation where it is kept as a code's words and rendered later."""
    return text


class HongqiaoError(Exception):
    """What went wrong, in the reader's words, and the next step. `message` and `next_step` are msgids with %(name)s."""

    code = "error"
    status = 400
    message = N_("出错了")
    next_step = N_("请重试；仍不行，请把本页的编号告诉管理员")
    confirm = ""  # the field in which a person says why it is to be done all the same; "": it cannot be

    def __init__(self, message: str = "", next_step: str = "", *, code: str = "", status: int = 0, **params: Any):
        self.message = message or type(self).message
        self.next_step = next_step or type(self).next_step
        self.code = code or type(self).code
        self.status = status or type(self).status
        self.params = params
        super().__init__(f"{self.code}: {self.message % params if params else self.message}")


class NotFound(HongqiaoError):
    """Absent, or not yours: the two look the same from outside."""

    code, status = "not_found", 404
    message = N_("没有找到")
    next_step = N_("请检查地址，或向品牌管理员申请权限")


class NotAllowed(HongqiaoError):
    """Yours to see, not yours to do."""

    code, status = "not_allowed", 403
    message = N_("你的角色不能做这一步")
    next_step = N_("请找有权限的同事，或请管理员调整角色")


class Conflict(HongqiaoError):
    """Somebody changed it since the person looked."""

    code, status = "conflict", 409
    message = N_("这条内容刚刚被别人改过")
    next_step = N_("请刷新后再改；你填写的内容仍在本页")


class Invalid(HongqiaoError):
    """The input cannot be taken as it is."""

    code, status = "invalid", 422
    message = N_("输入有误")
    next_step = N_("请按提示修改后再提交")


class Paused(HongqiaoError):
    """The red button is on."""

    code, status = "paused", 423
    message = N_("已一键暂停，外发动作暂不执行")
    next_step = N_("请负责人解除暂停后再试")
