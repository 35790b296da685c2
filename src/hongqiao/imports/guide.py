"""Where files come from, for the page that has none yet."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from hongqiao import platforms
from hongqiao.workspace.words import platform_name


@cache
def _book() -> dict[str, Any]:
    return json.loads(files("hongqiao.imports").joinpath("guide.json").read_text("utf-8"))["platforms"]


def lines() -> list[dict[str, str]]:
    """Return, for each platform, its name, the page and the downloads: {"code", "name", "page", "files"}."""
    known = platforms.PLATFORMS
    return [
        {"code": code, "name": platform_name(code), "page": _(entry["page"]), "files": _(entry["files"])}
        for code, entry in _book().items()
        if code in known
    ]


def platform_choices() -> list[tuple[str, str]]:
    return [(code, platform_name(code)) for code in platforms.PLATFORMS]
