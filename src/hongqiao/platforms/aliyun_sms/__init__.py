"""Aliyun's text messages (Dysmsapi 2017-05-25): signed calls, delivery reports, answers."""

from hongqiao.platforms.aliyun_sms.client import AliyunSms, book
from hongqiao.platforms.aliyun_sms.pushes import replies, reports

__all__ = ["AliyunSms", "book", "replies", "reports"]
