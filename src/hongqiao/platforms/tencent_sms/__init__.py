"""Tencent Cloud's text messages (sms 2021-01-11): signed calls, delivery reports, answers."""

from hongqiao.platforms.tencent_sms.client import TencentSms, book
from hongqiao.platforms.tencent_sms.pushes import replies, reports

__all__ = ["TencentSms", "book", "replies", "reports"]
