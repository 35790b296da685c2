"""Saying on screen what a renamed column is, and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hongqiao.imports import queries, renamed, services
from hongqiao.workspace.access import brand_view
from hongqiao.workspace.views import kit


@require_POST
@brand_view("imports.teach")
def teach(request: HttpRequest, file_id: UUID, table_id: UUID) -> HttpResponse:
    """Keep what was said of one column, look at waiting files of that layout again, name what came in before."""
    member = request.member  # type: ignore[attr-defined]
    table = queries.table(member, file_id, table_id)
    header, target = request.POST.get("header", ""), request.POST.get("target", "")
    services.teach_alias(actor=member, layout=table.layout, header=header, target=target)
    count = services.look_again_at(actor=member, layout=table.layout)
    said = {"header": header, "target": target, "n": count}
    messages.success(request, _("以后「%(header)s」就是「%(target)s」；已重新识别 %(n)s 个待处理的文件") % said)
    before = renamed.imported_with(member.brand, table.layout, header)
    if before:
        words = _("有 %(n)s 个已导入的文件也带着这一列，那时没有计入：要补上，请撤销后重新上传：%(names)s")
        names = "、".join(b["name"] for b in before[:5]) + ("…" if len(before) > 5 else "")
        messages.warning(request, words % {"n": len(before), "names": names})
    return redirect("imports_home", member.brand.slug)


@require_POST
@brand_view("imports.teach")
def forget(request: HttpRequest, alias_id: UUID) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    layout = services.forget_alias(actor=member, alias_id=alias_id, seen=kit.seen_of(request))
    services.look_again_at(actor=member, layout=layout)
    messages.success(request, _("已取消；已经导入的数据不受影响"))
    return redirect("imports_mappings", member.brand.slug)
