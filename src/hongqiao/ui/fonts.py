"""A typeface that has Chinese: looked for on this machine once a process, and in HONGQIAO_FONTS."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from django.conf import settings

from hongqiao.errors import N_, HongqiaoError


class NoTypeface(HongqiaoError):
    code, status = "no_cjk_typeface", 503
    message = N_("这台机器上没有中文字体，PDF 和长图会变成方框，所以没有生成")
    next_step = N_(
        "请安装思源黑体（Debian/Ubuntu：apt install fonts-noto-cjk），或把字体文件放进一个文件夹并设置 HONGQIAO_FONTS；"
        "网页、PPT 和附表不受影响"
    )


@cache
def typefaces() -> dict[str, Any]:
    """Return ui/fonts.json: families that have Chinese, the preferred first, and those of slides."""
    return json.loads(files("hongqiao.ui").joinpath("fonts.json").read_text("utf-8"))


@cache
def found() -> tuple[Any, str]:
    """Return Typst's fonts and the family to use. Raises NoTypeface."""
    import typst

    paths = [settings.FONTS] if settings.FONTS else []
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=paths)
    there = set(fonts.families())
    for family in typefaces()["families"]:
        if family in there:
            return fonts, family
    raise NoTypeface()
