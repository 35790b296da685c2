"""What the room of imports has to find: files by name."""

from __future__ import annotations

from django.urls import reverse

from hongqiao.errors import N_
from hongqiao.imports.models import ImportFile
from hongqiao.ui import formats
from hongqiao.workspace import search
from hongqiao.workspace.models import Member


def imported(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find files by name, newest first."""
    rows = ImportFile.objects.for_member(member, "imports.view").filter(name__icontains=text).order_by("-id")[:limit]
    slug = member.brand.slug
    return [search.Hit(f.name, reverse("import_file", args=[slug, f.pk]), formats.moment(f.created_at)) for f in rows]


search.register("files", N_("导入的文件"), "imports.view", imported, order=90)
