"""What an editor of video takes away: shot table, subtitles, texts, cover, files by number, whose they are. A zip."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any
from uuid import UUID

from django.utils.translation import gettext as _

from hongqiao.content import body as bodies
from hongqiao.content.assets import aigc, storage
from hongqiao.content.assets import queries as assets
from hongqiao.content.assets import settings as limits
from hongqiao.content.assets.words import ORIGINS, RIGHTS
from hongqiao.content.editors import files as editors
from hongqiao.content.making.errors import AssetEnded
from hongqiao.content.models import Asset, Piece
from hongqiao.workspace.figures import calendar_day
from hongqiao.workspace.models import Member
from hongqiao.workspace.spreadsheets import xlsx

FORMS = (Piece.Form.VIDEO, Piece.Form.LONG)
WHOLE = 16 << 20  # what is written to disk while a zip is made
_BAD = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Kept:
    """An asset in the pack, under its number."""

    number: int
    row: Asset
    name: str


def safe(name: str, most: int = 60) -> str:
    """Return a file's name that Windows, macOS and Linux take, its ending kept."""
    plain = _BAD.sub("_", " ".join(name.split())).strip(" .")
    plain = f"_{plain}" if _DEVICES.match(plain) else plain
    stem, dot, ending = plain.rpartition(".")
    if dot and stem and len(ending) <= 5:
        return f"{stem[: most - len(ending) - 1].rstrip(' .')}.{ending}"
    return plain[:most].rstrip(" .") or "file"


def chosen(member: Member, body: Mapping[str, Any], keys: Iterable[str]) -> list[Kept]:
    """Return cover, film and the shots' pictures of a body and what was chosen, numbered in that order, none twice.

    Raises AssetEnded for one whose licence has ended.
    """
    own = (body.get("cover"), body.get("video"), *editors.references(body))
    wanted = dict.fromkeys(str(k) for k in (*own, *keys) if k)
    known = {str(r.pk): r for r in assets.of(member).filter(pk__in=[k for k in wanted if _is_key(k)])}
    rows: Sequence[Asset] = [known[k] for k in wanted if k in known and storage.path_of(known[k]).exists()]
    today = calendar_day(member.brand)
    for row in rows:
        if assets.right(row, today, 0) == "ended":
            raise AssetEnded(name=row.name)
    return [Kept(n, r, f"{n:02d}-{safe(r.name)}") for n, r in enumerate(rows, 1)]


def _is_key(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def write(member: Member, title: str, body: Mapping[str, Any], kept: Sequence[Kept]) -> IO[bytes]:
    """Return the zip, at its beginning."""
    out: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=WHOLE)  # noqa: SIM115 (the answer closes it)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as box:
        box.writestr("01-分镜表.xlsx", editors.xlsx(body, {str(k.row.pk): k.name for k in kept}))
        box.writestr("02-字幕.srt", editors.srt(body))
        box.writestr("03-文案.txt", ("\ufeff" + _words(title, body)).encode())
        box.writestr("04-素材授权.xlsx", _licences(member, kept))
        for one in kept:
            put(box, f"素材/{one.name}", one.row)
    out.seek(0)
    return out


def put(box: zipfile.ZipFile, name: str, row: Asset) -> None:
    """Put an asset's file into a zip; what a model made bears its mark."""
    path = storage.path_of(row)
    if row.made.get("by") == "generated" and row.mime in ("image/png", "image/jpeg"):
        mark = {"Label": "1", "ContentProducer": row.made.get("model", ""), "ProduceID": str(row.pk)}
        box.writestr(name, aigc.marked(path.read_bytes(), mark))
    else:
        box.write(path, name)


def _words(title: str, body: Mapping[str, Any]) -> str:
    labels = body.get("labels") or {}
    told = [_("标明「广告」")] if labels.get("ad") else []
    told += [_(ORIGINS[labels["ai"]])] if labels.get("ai", "none") != "none" else []
    parts = [
        str(body.get("title") or title),
        bodies.description(Piece.Form.LONG, body),
        " ".join(f"#{t}" for t in body.get("tags") or ()),
        " · ".join(told),
        _("剪映：新建草稿，导入“素材”文件夹，再用“字幕 → 导入字幕”选 02-字幕.srt；按 01-分镜表.xlsx 的时间排。"),
    ]
    return "\r\n\r\n".join(p.replace("\n", "\r\n") for p in parts if p) + "\r\n"


def _licences(member: Member, kept: Sequence[Kept]) -> bytes:
    heads = (
        _("文件"),
        _("授权方式"),
        _("权利人"),
        _("合同或授权编号"),
        _("授权到期日"),
        _("使用范围"),
        _("状态"),
        _("AI 使用"),
    )
    settings, today = limits.of(member.brand), calendar_day(member.brand)
    lines: list[list[Any]] = []
    for one in kept:
        held = one.row.licence
        right = assets.right(one.row, today, settings["soon_days"])
        kind = settings["licences"].get(held.get("kind", ""), "")
        line = [one.name, _(kind) if kind else "", *(held.get(k, "") for k in ("holder", "id", "until", "scope"))]
        line += [_(RIGHTS[right]) if right else "", _(ORIGINS[one.row.made.get("by", "none")])]
        lines.append(line)
    return xlsx(heads, lines, _("素材授权"))
