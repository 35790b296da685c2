"""The few letters of the workspace. An installation without e-mail shows the link instead."""

import logging
from smtplib import SMTPException

from django.core.mail import send_mail
from django.utils.translation import gettext as _

from hongqiao.workspace.adapter import mail_works
from hongqiao.workspace.models import Invitation

log = logging.getLogger("hongqiao.mail")


def invitation(row: Invitation, link: str) -> bool:
    """Send an invitation. Returns whether it went out; where not, the page shows the link to hand over."""
    if not mail_works():
        return False
    words = {"who": str(row.invited_by), "brand": row.brand.name, "link": link}
    try:
        return bool(
            send_mail(
                _("%(who)s 邀请你加入 %(brand)s") % words,
                _("%(who)s 邀请你加入 %(brand)s 的虹桥工作台，请打开链接完成注册：\n\n%(link)s\n") % words,
                None,
                [row.email],
            )
        )
    except (SMTPException, OSError):
        log.exception("the invitation could not be sent")
        return False
