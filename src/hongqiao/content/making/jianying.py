"""A shot table as a draft of 剪映, with the optional extra `jianying`: tracks, media and how to put it in place. A zip.

Paths of media stand for the draft's own folder, so that the draft opens wherever that folder is put. Times are µs.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from PIL import Image

from hongqiao.content import body as bodies
from hongqiao.content.assets import storage
from hongqiao.content.editors import files as editors
from hongqiao.content.making import packing
from hongqiao.content.making.errors import DraftEmpty, DraftNotInstalled
from hongqiao.content.making.packing import Kept
from hongqiao.content.models import Asset, Piece
from hongqiao.knowledge import read
from hongqiao.methods.craft import subtitles
from hongqiao.methods.craft.model import Shot

Span = tuple[Shot, float, float]
BLANK = "00-placeholder.png"
REFUSED = (ValueError, TypeError, OSError, RuntimeError)  # what the library raises for a file that it cannot read


def book() -> dict[str, Any]:
    """Return knowledge/content/jianying.json."""
    return read("content/jianying")


def installed() -> bool:
    """Whether the package that writes drafts is here."""
    return find_spec(book()["package"]) is not None


def command() -> str:
    """Return how the package gets here, as it is typed."""
    return f'python -m pip install "{book()["package"]}=={book()["version"]}"'


def write(piece: Piece, body: Mapping[str, Any], kept: Sequence[Kept]) -> IO[bytes]:
    """Return the zip, at its beginning. Raises DraftNotInstalled, and DraftEmpty for a table without a shot."""
    if not installed():
        raise DraftNotInstalled(package=book()["package"])
    spans = list(subtitles.spans(bodies.shots(body), rate=editors.timing()["rate"]))
    if not spans:
        raise DraftEmpty()
    out: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=packing.WHOLE)  # noqa: SIM115 (the answer closes it)
    name = packing.safe(piece.title, 40)
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as box:
        draft = _Draft(import_module(book()["package"]), Path(place), name, _size(piece))
        draft.fill(spans, body, kept)
        box.writestr("请先读.txt", ("\ufeff" + _told(name, draft.left)).replace("\n", "\r\n").encode())
        for file in sorted((Path(place) / "drafts" / name).iterdir()):
            box.write(file, f"{name}/{file.name}")
        box.write(draft.blank, f"{name}/{book()['media']}/{BLANK}")
        for one in kept:
            packing.put(box, f"{name}/{book()['media']}/{one.name}", one.row)
    out.seek(0)
    return out


def _size(piece: Piece) -> tuple[int, int]:
    wide, tall = book()["sizes"]["wide"], book()["sizes"]["tall"]
    width, height = wide if piece.platform in book()["wide"] else tall
    return width, height


class _Draft:
    """One draft while it is written; `left` names the files that stand in its folder but on no track."""

    def __init__(self, library: Any, place: Path, name: str, size: tuple[int, int]) -> None:
        self.jy, self.left = library, list[str]()
        self.blank = place / BLANK
        Image.new("RGB", size, book()["placeholder"]).save(self.blank)
        drafts = place / "drafts"
        drafts.mkdir()
        self.script = library.DraftFolder(str(drafts)).create_draft(name, *size, fps=book()["fps"])

    def fill(self, spans: Sequence[Span], body: Mapping[str, Any], kept: Sequence[Kept]) -> None:
        """Lay film, pictures, sounds, subtitles and hints on tracks, and write the two files of the draft."""
        cover, film = str(body.get("cover") or ""), str(body.get("video") or "")
        seen = [k for k in kept if k.row.kind in (Asset.Kind.IMAGE, Asset.Kind.VIDEO) and str(k.row.pk) != cover]
        whole = [k for k in seen if str(k.row.pk) == film]
        self._film(whole)
        self._pictures(spans, [k for k in seen if k not in whole], blank=not whole)
        self._sounds([k for k in kept if k.row.kind == Asset.Kind.AUDIO], spans[-1][2])
        timing = editors.timing()
        said = subtitles.cues((s for s, _a, _b in spans), most=timing["subtitle_characters"], rate=timing["rate"])
        self._texts("字幕", "subtitle", [(c.text, c.start, c.end) for c in said])
        self._texts("提示", "hint", [(_hint(n, s), a, b) for n, (s, a, b) in enumerate(spans, 1)])
        self.script.save()

    def _film(self, whole: Sequence[Kept]) -> None:
        for one in whole:
            made = self._material(self.jy.VideoMaterial, one)
            if made is not None:
                track = self._track("video", "成片")
                self.script.add_segment(self.jy.VideoSegment(made, self.jy.Timerange(0, made.duration)), track)

    def _pictures(self, spans: Sequence[Span], seen: Sequence[Kept], *, blank: bool) -> None:
        """Lay the files in order over the shots; the shots left over show a plain picture where `blank`."""
        made = [m for m in (self._material(self.jy.VideoMaterial, one) for one in seen) if m is not None]
        plain = self._blank() if blank and len(made) < len(spans) else None
        laid = [*made, *([plain] * (len(spans) - len(made)))]
        self.left += [m.material_name for m in laid[len(spans) :]]
        pairs = [(m, span) for m, span in zip(laid, spans, strict=False) if m is not None]
        track = self._track("video", "画面") if pairs else None
        for material, (_shot, start, end) in pairs:
            at = self._range(start, end)
            at.duration = min(at.duration, material.duration)
            if at.duration > 0:
                self.script.add_segment(self.jy.VideoSegment(material, at), track)

    def _sounds(self, sounds: Sequence[Kept], end: float) -> None:
        """Lay sounds one after another, until the last shot is over."""
        at, until, track = 0, round(end * self.jy.SEC), None
        for one in sounds:
            made = self._material(self.jy.AudioMaterial, one)
            if made is None:
                continue
            long = min(made.duration, until - at)
            if long <= 0:
                self.left.append(one.name)
                continue
            track = track or self._track("audio", "声音")
            self.script.add_segment(self.jy.AudioSegment(made, self.jy.Timerange(at, long)), track)
            at += long

    def _texts(self, name: str, look: str, said: Sequence[tuple[str, float, float]]) -> None:
        how = book()[look]
        style = self.jy.TextStyle(size=how["size"], bold=how["bold"], align=1, auto_wrapping=True)
        clip, border = self.jy.ClipSettings(transform_y=how["y"]), self.jy.TextBorder(width=how["border"])
        ranges = [(text, self._range(start, end)) for text, start, end in said if text]
        track = self._track("text", name) if ranges else None
        for text, at in _apart(ranges):
            made = self.jy.TextSegment(text, at, style=style, clip_settings=clip, border=border)
            self.script.add_segment(made, track)

    def _track(self, kind: str, name: str) -> Any:
        return self.script.append_track(self.jy.TrackSpec(getattr(self.jy.TrackType, kind), name))

    def _range(self, start: float, end: float) -> Any:
        return self.jy.trange_seconds(start, end=end)

    def _material(self, kind: Any, one: Kept) -> Any:
        """Return a file as a material whose path is below the draft's own folder; None where it cannot be read."""
        try:
            return _own(kind(str(storage.path_of(one.row)), one.name), one.name)
        except REFUSED:
            self.left.append(one.name)
            return None

    def _blank(self) -> Any:
        try:
            return _own(self.jy.VideoMaterial(str(self.blank), BLANK), BLANK)
        except REFUSED:
            return None


def _own(material: Any, name: str) -> Any:
    material.path = f"{book()['own_folder']}/{book()['media']}/{name}"
    material.local_material_id = material.material_id  # without one, 5.9 and later report lost media
    return material


def _apart(ranges: Sequence[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Yield what has a length, none over the next: rounding to a µs may let two touch."""
    for (text, at), (_next, after) in pairwise([*ranges, ("", None)]):
        if after is not None:
            at.duration = min(at.duration, after.start - at.start)
        if at.duration > 0:
            yield text, at


def _hint(number: int, shot: Shot) -> str:
    """Return what a shot is to show and say, for whoever cuts; the track is deleted before the film goes out."""
    parts = [
        _("镜头 %(n)s %(size)s") % {"n": number, "size": shot.size},
        shot.picture,
        _("配音：%(line)s") % {"line": shot.line} if shot.line else "",
        _("音效：%(sound)s") % {"sound": shot.sound} if shot.sound else "",
    ]
    return "\n".join(p.strip() for p in parts if p.strip())


def _told(name: str, left: Sequence[str]) -> str:
    opens = book()["opens"]
    parts = [
        _("剪映草稿：%(name)s") % {"name": name},
        _("已知能打开的版本：剪映专业版 %(from)s 到 %(to)s（Windows）。") % opens,
        _("一、在剪映里打开 全局设置 → 草稿位置，看草稿放在哪个文件夹。"),
        _("二、把这里的“%(name)s”整个文件夹拷进去，再重启剪映，草稿就在首页。") % {"name": name},
        _("三、素材在草稿自己的 %(media)s 文件夹里，路径随文件夹走。若剪映说媒体丢失：点“链接媒体”，选这个文件夹。")
        % {"media": book()["media"]},
        _("四、剪映 11 起若说草稿已损坏：把 draft_content.json 改名为 draft_info.json 再开（有用户这样打开过 11.4）。"),
        _("“提示”轨道写着每个镜头要拍什么、说什么，导出前请删掉或隐藏；灰底的是还没有素材的镜头。"),
    ]
    if left:
        parts.append(_("没有放上轨道的素材（在 %(media)s 里）：") % {"media": book()["media"]} + "\n" + "\n".join(left))
    return "\n\n".join(parts) + "\n"
