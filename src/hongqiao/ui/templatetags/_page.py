"""Tags of the page itself: assets, icons, addresses, the words that scripts show."""

from typing import Any

from django.template import RequestContext
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hongqiao.ui.assets import SCRIPTS, asset_url
from hongqiao.ui.frame import frame as build_frame
from hongqiao.ui.icons import icon as draw
from hongqiao.ui.params import changed
from hongqiao.ui.templatetags._library import register


@register.simple_tag
def asset(name: str) -> str:
    """`{% asset "ui/base.css" %}`: the address of a static file, with a mark that changes with its content."""
    return asset_url(name)


@register.simple_tag
def scripts(*names: str) -> SafeString:
    """`{% scripts "charts" "dropzone" %}` in `{% block scripts %}`: what this page needs besides the shell."""
    files = [(asset_url(f),) for name in SCRIPTS if name in names for f in SCRIPTS[name]]
    if unknown := set(names) - set(SCRIPTS):
        raise KeyError(f"no such script: {sorted(unknown)}; there are {list(SCRIPTS)}")
    return format_html_join("\n", '<script src="{}" defer></script>', files)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """`{% icon "bell" %}`: an inline SVG, silent to screen readers."""
    return draw(name, css)


@register.simple_tag(takes_context=True)
def here(context: RequestContext, **values: Any) -> str:
    """`{% here sort="-reads" after=None %}`: the present query with some parameters changed."""
    return changed(context, **values)


@register.simple_tag
def words_for_scripts() -> SafeString:
    """The translated words of the scripts, as JSON that is never executed."""
    return json_script(script_words(), "ui-words")


def script_words() -> dict[str, str]:
    """Every word that a script may show, in the reader's language."""
    return {
        "missing": _("缺数据"),
        "partial": _("未满一天"),
        "few": _("数据不足"),
        "wan": _("万"),
        "yi": _("亿"),
        "sec": _("秒"),
        "copied": _("已复制"),
        "copy_by_hand": _("浏览器不允许自动复制，已为你选中，请按 Ctrl+C"),
        "failed": _("没有成功"),
        "failed_next": _("请重试；仍不行，请把时间告诉管理员"),
        "offline": _("连不上服务器"),
        "offline_next": _("请检查网络后重试；你填写的内容仍在本页"),
        "slow": _("服务器没有及时回应"),
        "retry": _("重试"),
        "close": _("关闭"),
        "waiting": _("等待上传"),
        "uploading": _("上传中"),
        "reading": _("已上传，服务器处理中"),
        "done": _("已收到"),
        "remove": _("移除"),
        "too_big": _("文件超过 %s，没有加入"),
        "too_many": _("一次最多 %s 个文件，其余没有加入"),
        "empty_file": _("空文件，没有加入"),
        "wrong_type": _("不是可以导入的类型，没有加入"),
        "twice": _("已在列表里"),
        "upload_n": _("上传 %s 个文件"),
        "chart_failed": _("图没有画出来，请看下面的数据表"),
    }


@register.simple_tag
def tag(text: Any, kind: str = "", title: str = "") -> SafeString:
    """`{% tag "已发布" "good" %}`: a state, in good, warn, danger, info, or neutral."""
    extra = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="tag {}"{}>{}</span>', kind, extra, text)


@register.inclusion_tag("ui/c/empty.html")
def empty(text: str, icon: str = "inbox", action: str = "", url: str = "") -> dict[str, str]:
    """`{% empty "还没有数据" action="去导入" url=… %}`: one sentence and the one next step."""
    return {"text": text, "icon": icon, "action": action, "url": url}


@register.inclusion_tag("ui/c/copy.html")
def copy(text: str, label: str = "", show: bool = True) -> dict[str, Any]:
    """`{% copy link %}`: a text with a button; selects it for Ctrl+C where the browser forbids copying."""
    return {"text": text, "label": label or _("复制"), "show": show}


@register.inclusion_tag("ui/c/alert.html")
def alert(text: str, kind: str = "", next_step: str = "") -> dict[str, str]:
    """`{% alert "还缺 3 个文件" "warn" next_step="…" %}`: a message in the page, beside what it is about."""
    icons = {"danger": "alert", "warn": "alert", "good": "check"}
    return {"text": text, "kind": kind, "next_step": next_step, "icon": icons.get(kind, "info")}


@register.simple_tag(takes_context=True)
def frame(context: RequestContext) -> dict[str, Any]:
    """`{% frame as f %}`: the places, brands and links of the shell; whole even where the workspace says nothing."""
    return build_frame({"shell": context.get("shell"), "request": context.get("request")})
