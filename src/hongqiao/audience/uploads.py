"""An uploaded table while it is read: it lies in the folder of imports and is gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hongqiao.errors import N_, Invalid
from hongqiao.warehouse import config


class NoFile(Invalid):
    code = "no_file"
    message = N_("没有选择文件")
    next_step = N_("请选择 csv 或 xlsx 文件")


@contextmanager
def laid_down(upload: Any) -> Iterator[Path]:
    """Raises NoFile."""
    if upload is None:
        raise NoFile()
    with tempfile.TemporaryDirectory(dir=config.tmp()) as folder:
        path = Path(folder) / f"table{Path(upload.name or '').suffix.lower()[:6]}"
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        yield path
