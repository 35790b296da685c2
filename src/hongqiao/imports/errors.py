"""What can go wrong in the import room, each with the reader's next step."""

from hongqiao.errors import N_, HongqiaoError, Invalid


class TooLarge(HongqiaoError):
    code, status = "file_too_large", 413
    message = N_("文件超过 %(limit)s MB")
    next_step = N_("请在后台缩短日期范围，分几次下载再导入")


class EmptyFile(Invalid):
    code = "empty_file"
    message = N_("这是一个空文件，没有任何内容")
    next_step = N_("请在后台重新下载，确认文件大小不是 0 再上传")


class DiskFull(HongqiaoError):
    code, status = "disk_full", 507
    message = N_("服务器磁盘已满，这个文件没有保存")
    next_step = N_("请管理员清理磁盘后再上传；已有数据不受影响")


class NothingToTake(Invalid):
    code = "nothing_to_take"
    message = N_("这个文件里没有可导入的表")
    next_step = N_("请为未识别的表建立字段对应，或换一个文件")


class NeedsAccount(Invalid):
    code = "needs_account"
    message = N_("请先选择账号")
    next_step = N_("在文件旁选择它属于哪个账号，再确认")


class NeedsMoment(Invalid):
    code = "needs_captured_at"
    message = N_("请先填写下载时间")
    next_step = N_("填写从后台下载这个文件的时间；写不准时填当天即可")


class BadMoment(Invalid):
    code = "bad_captured_at"
    message = N_("下载时间不对：%(value)s")
    next_step = N_("请填写从后台下载这个文件的时间，不能在未来")


class OtherPlatform(Invalid):
    code = "other_platform"
    message = N_("文件是「%(file)s」的，账号「%(account)s」却在「%(platform)s」")
    next_step = N_("请选择同一平台的账号；没有就新建一个")


class BytesGone(Invalid):
    code = "bytes_gone"
    message = N_("原文件已不在服务器上")
    next_step = N_("请重新上传这个文件")


class Changed(Invalid):
    code = "tables_changed"
    message = N_("确认之后，字段对应被改过，这个文件需要重新确认")
    next_step = N_("请点「重新识别」，看过预览后再确认")


class Stale(Invalid):
    code = "stale"
    message = N_("等了太久没有确认，原文件已删除")
    next_step = N_("请重新上传这个文件")


class Unexpected(HongqiaoError):
    code, status = "unexpected", 500
    message = N_("程序出错，这个文件没有导入，也没有写入任何数据")
    next_step = N_("请点「再试一次」；仍不行，请把文件编号告诉管理员")


class UnknownSource(Invalid):
    code = "unknown_source"
    message = N_("没有这个来源：%(source)s")
    next_step = N_("先在 设置 → 平台账号 里建立一个「自有数据」账号，source 填它的名称")


class TooManyEvents(HongqiaoError):
    code, status = "too_many_events", 413
    message = N_("一次最多 %(limit)s 条事件")
    next_step = N_("请分几次提交")


class KeyReused(HongqiaoError):
    code, status = "idempotency_key_reused", 422
    message = N_("同一个 Idempotency-Key 用在了不同的内容上")
    next_step = N_("每一批事件用一个新的 Idempotency-Key")


class BadArchive(Invalid):
    code = "bad_archive"
    message = N_("压缩包不完整或已损坏")
    next_step = N_("请重新压缩成 zip，或解压后直接上传里面的文件")


class EncryptedArchive(Invalid):
    code = "encrypted_archive"
    message = N_("压缩包有密码")
    next_step = N_("请解压后上传里面的文件，或压缩时不设密码")


class HugeArchive(Invalid):
    code = "huge_archive"
    message = N_("压缩包解开后异常庞大，已拒绝打开（最多 %(entries)s 个文件、%(limit)s MB）")
    next_step = N_("请分成几个压缩包，或解压后上传里面的文件")


class EmptyArchive(Invalid):
    code = "empty_archive"
    message = N_("压缩包里没有可以导入的表格")
    next_step = N_("请确认里面有 xlsx、xls 或 csv 文件；压缩包里的压缩包要先解开")


class SameAccount(Invalid):
    code = "same_account"
    message = N_("这次导入已经在账号「%(account)s」下")
    next_step = N_("请选择另一个账号")


class TakenThere(HongqiaoError):
    code, status = "taken_there", 409
    message = N_("账号「%(account)s」已经导入过同一份文件")
    next_step = N_("两次导入只留一次：请撤销其中一次")


class BadAlias(Invalid):
    code = "bad_alias"
    message = N_("不能这样对应「%(header)s」")
    next_step = N_("请选择这个版式里有的一列；已经认识的列名不能再指给别的列")
