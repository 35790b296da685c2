"""What can be wrong with a source, a watch word, or what comes in."""

from __future__ import annotations

from django.utils.translation import gettext

from hongqiao.errors import N_, Conflict, HongqiaoError, Invalid

LABELS = {
    "name": N_("名称"),
    "way": N_("方式"),
    "channel": N_("渠道"),
    "address": N_("网址"),
    "every": N_("间隔（分钟）"),
    "hours": N_("时段"),
    "owner": N_("值班人"),
    "account": N_("关联账号"),
    "map": N_("字段对应"),
    "host": N_("邮箱服务器"),
    "user": N_("邮箱账号"),
    "password": N_("邮箱密码"),
    "about": N_("类别"),
    "names": N_("别名"),
    "unless": N_("排除词"),
    "text": N_("内容"),
}


class BadSource(Invalid):
    code = "bad_source"
    message = N_("“%(field)s”不能这样写：%(value)s")
    next_step = N_("请修改后再保存")

    def __init__(self, *, field: str, value: str) -> None:
        super().__init__(field=gettext(LABELS.get(field, field)), value=value or gettext("空"))


class SourceTaken(Conflict):
    code = "source_taken"
    message = N_("已有同名的监听来源：%(name)s")
    next_step = N_("请换一个名称，或改原来的那一个")


class WatchTaken(Conflict):
    code = "watch_taken"
    message = N_("这一类里已有这个监测词：%(name)s")
    next_step = N_("请改原来的那一个，把新的叫法加进别名")


class TooMany(Invalid):
    code = "too_many_sources"
    message = N_("最多 %(most)s 个")
    next_step = N_("请先删除或停用不用的")


class SourceOff(Conflict):
    code = "source_off"
    message = N_("监听来源“%(name)s”已停用")
    next_step = N_("请先在监听来源里启用")


class TooManyMentions(Invalid):
    code = "too_many_mentions"
    message = N_("一次最多 %(most)s 条")
    next_step = N_("请分批发送")


class NothingPasted(Invalid):
    code = "nothing_pasted"
    message = N_("没有读到内容，也没有截图")
    next_step = N_("请粘贴原话、链接或分享口令，或上传截图")


class Unread(HongqiaoError):
    code, status = "source_unread", 502
    again = True
    message = N_("读不到：%(why)s")
    next_step = N_("请检查地址、账号与密码，确认本机能连上")


class NotMapped(Invalid):
    code = "not_mapped"
    message = N_("推送里没有找到提及：%(where)s")
    next_step = N_("请在来源里核对“字段对应”")


class TooManyPasted(Invalid):
    code = "too_many_pasted"
    message = N_("一次最多粘贴 %(most)s 条，这里有 %(n)s 条")
    next_step = N_("请分几次粘贴，或用文件导入")
