"""What can go wrong on this floor, each with the reader's next step."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import duckdb

from hongqiao.errors import N_, HongqiaoError


class AlreadyTaken(HongqiaoError):
    """This file (or answer), sheet and layout is already there for this account. `source_id` is the earlier Source."""

    code, status = "already_taken", 409
    message = N_("这份文件已经导入过，数据没有变化")
    next_step = N_("无需再导入；若要重新导入，请先在导入记录里撤销上一次")

    def __init__(self, source_id: UUID):
        super().__init__()
        self.source_id = source_id


class DiskFull(HongqiaoError):
    code, status = "disk_full", 507
    message = N_("磁盘空间不足，这次没有写入任何数据")
    next_step = N_("请清理磁盘或扩容后重新导入；已有数据不受影响")


class FutureCapture(HongqiaoError):
    code, status = "captured_in_future", 422
    message = N_("采集时间在未来，不能导入")
    next_step = N_("请填写从平台后台下载这份文件的时间")


class VersionGone(HongqiaoError):
    """A pinned version whose retired parts have been swept."""

    code, status = "version_gone", 410
    message = N_("这个数据版本已经过了保留期")
    next_step = N_("请刷新页面，用最新的数据版本重新查询")


class Busy(HongqiaoError):
    """Others committed each time we tried. Nothing was written; trying again can help."""

    code, status = "warehouse_busy", 503
    message = N_("同一品牌正在写入很多数据，这次没有写入")
    next_step = N_("请稍后重试")


class BadRow(HongqiaoError):
    """A row handed to the inbox does not fit its table."""

    code, status = "bad_row", 422
    message = N_("第 %(row)s 行的 %(column)s 不符合要求")
    next_step = N_("请按 events 文件说明改正这一行后重新提交")


class Moved(Exception):
    """The manifest moved since it was read: compare again and retry. Never leaves this package."""


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(error, duckdb.Error) and "No space left on device" in str(error)


@contextmanager
def disk_full_is_said() -> Iterator[None]:
    """Turn the many ways in which a full disk shows into DiskFull."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if _is_full(error):
            raise DiskFull from error
        raise
