"""Addresses of static files that change when the file changes, so that no upgrade shows an old script."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static

# What `{% scripts %}` may name; the order is the order of loading.
SCRIPTS = {
    "alpine": ["vendor/alpine/alpine-csp.min.js"],
    "charts": ["vendor/echarts/echarts.min.js", "ui/charts.js"],
    "dropzone": ["ui/dropzone.js"],
}


@lru_cache(maxsize=256)
def _mark(path: str, changed: float) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def asset_url(name: str) -> str:
    """`/static/ui/base.css?v=0a1b2c3d4e`; without the mark where the file is not found by the finders."""
    found = finders.find(name)
    if not found:
        return static(name)
    return f"{static(name)}?v={_mark(str(found), Path(found).stat().st_mtime)}"
