"""From codes to words for this room: problems by row, notes on a table, why a moment was proposed, audit, notices."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.imports.checklist import words as checklist  # noqa: F401 - registers its words
from hongqiao.platforms.words import NOTES, PROBLEMS, REASONS
from hongqiao.workspace import webhooks, words

#: Codes of problems that are given above `platforms`: by the warehouse and by this room.
OURS: dict[str, str] = {
    "missing_column": N_("缺少必需的列，整张表没有导入"),
    "required": N_("没有值，这一行无法归属"),
    "same_second_other_title": N_("同一秒已有另一条标题不同的内容：请核对是否改过标题，是同一条可以在数据里合并"),
    "too_long": N_("内容太长"),
    "not_text": N_("应为文字"),
    "in_future": N_("时间在未来"),
    "too_old": N_("时间过早，不可信"),
    "not_an_object": N_("应为一个 JSON 对象"),
    "bad_currency": N_("币种应为三个大写字母，如 CNY"),
}

#: Why a moment of capture was proposed, besides what `platforms` says.
WHY: dict[str, str] = {
    "upload_time": N_("文件里没有写，暂用上传时间"),
    "batch": N_("文件里没有写，取同一批文件的日期"),
    "person": N_("由你填写"),
}

#: Why a file of a zip was left out.
SKIPPED: dict[str, str] = {
    "hidden": N_("系统的隐藏文件"),
    "nested": N_("压缩包里的压缩包，请先解开"),
    "no_table": N_("不是表格文件"),
    "empty": N_("空文件"),
    "too_large": N_("太大"),
}


def problem_words(problem: Mapping[str, Any]) -> str:
    """Return what is wrong with one cell or row: {"code", "column", "value", …} → 「播放量」应为整数：“1.5.2”."""
    code = str(problem.get("code", ""))
    msgid = OURS.get(code) or PROBLEMS.get(code) or NOTES.get(code)
    what = _(msgid) if msgid else code
    column, value = str(problem.get("column") or ""), str(problem.get("value") or "")
    said = _("「%(column)s」%(what)s") % {"column": column, "what": what} if column else what
    return _("%(said)s：“%(value)s”") % {"said": said, "value": value} if value else said


def note_words(code: str) -> str:
    """Return the words of a note on a table; the code itself where no words are known."""
    return _(NOTES[code]) if code in NOTES else code


def skipped_words(code: str) -> str:
    """Return why a file of a zip was left out."""
    return _(SKIPPED.get(code, code))


def why_words(code: str) -> str:
    """Return why a moment of capture was proposed."""
    msgid = WHY.get(code) or REASONS.get(code)
    return _(msgid) if msgid else code


words.register(
    "audit",
    {
        "import.received": N_("上传文件 %(name)s"),
        "import.bundle_received": N_("上传压缩包 %(name)s：%(count)s 个文件，跳过 %(skipped)s 个"),
        "import.bundle_read": N_("收起压缩包 %(name)s 的结果"),
        "import.watch_confirm_on": N_("开启文件夹的自动确认"),
        "import.watch_confirm_off": N_("关闭文件夹的自动确认"),
        "import.looked_again": N_("重新识别文件 %(name)s"),
        "import.chosen": N_("为文件 %(name)s 选择账号或下载时间"),
        "import.confirmed": N_("确认导入 %(name)s，账号 %(account)s"),
        "import.discarded": N_("丢弃文件 %(name)s"),
        "import.table_skipped": N_("不导入文件 %(name)s 里的 %(table)s"),
        "import.table_taken_in": N_("恢复导入文件 %(name)s 里的 %(table)s"),
        "import.done": N_("导入 %(name)s：新增 %(taken)s，未变 %(unchanged)s，拒收 %(refused)s"),
        "import.refused": N_("文件 %(name)s 没有导入"),
        "import.account_moved": N_("把导入 %(name)s 的 %(rows)s 行由账号 %(was)s 改到 %(account)s"),
        "import.alias_taught": N_("%(layout)s 的新列名「%(header)s」就是「%(target)s」"),
        "import.alias_forgotten": N_("取消列名「%(header)s」=「%(target)s」"),
        "import.undone": N_("撤销导入 %(name)s，收回 %(rows)s 行"),
        "import.stale": N_("文件 %(name)s 久未确认，已删除"),
        "import.mapping_kept": N_("保存字段对应 %(label)s"),
        "import.mapping_forgotten": N_("删除字段对应 %(label)s"),
        "import.events_taken": N_("接口接收 %(source)s 的事件 %(accepted)s 条"),
        "import.exported": N_("导出%(what)s"),
    },
)
words.register(
    "notice",
    {
        "import.rows_refused": N_("%(name)s 已导入，有 %(refused)s 行被拒收"),
        "import.refused": N_("%(name)s 没有导入，请看原因"),
    },
)
webhooks.register(
    {
        "import.done": N_("导入完成"),
        "import.refused": N_("导入被拒绝"),
        "import.undone": N_("导入已撤销"),
    }
)
