"""What Typst sets: a template of the house and what it is told, in a folder that is gone afterwards. Nothing else is
read, and texts are values, never markup."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any

from hongqiao.ui import fonts, formats


class Sheet:
    """A template in its folder. `place`: where pictures are laid beside it; `family`: the typeface to name in what it
    is told. `told` comes before `asked` and `made`."""

    def __init__(self, place: Path, name: str) -> None:
        self.place, self._name = place, name
        self._fonts, self.family = fonts.found()

    def told(self, body: Mapping[str, Any]) -> None:
        """Give the template its values, in place of those it had."""
        import typst

        (self.place / f"{self._name}.json").write_text(json.dumps(body, ensure_ascii=False), "utf-8")
        self._compiler = typst.Compiler(self.place / f"{self._name}.typ", root=self.place, font_paths=self._fonts)

    def asked(self, label: str, *, one: bool = False) -> Any:
        """Return what the template says under a label: a list in its order, or the `one` thing that it says."""
        return json.loads(self._compiler.query(f"<{label}>", field="value", one=one))

    def made(self, shape: str, ppi: float, **more: Any) -> bytes:
        """Return it as "pdf" or "png"; `more` as Typst's compile takes it."""
        pages = self._compiler.compile(format=shape, ppi=ppi, **more)  # type: ignore[arg-type]
        return b"".join(pages) if isinstance(pages, list) else bytes(pages or b"")


@contextmanager
def sheet(package: str, template: str) -> Iterator[Sheet]:
    """Lay out a template of a package ("posters/poster.typ"), which reads the .json of its own name.

    Raises NoTypeface.
    """
    with tempfile.TemporaryDirectory(prefix="hongqiao-sheet-") as folder:
        path = PurePosixPath(template)
        laid = Sheet(Path(folder), path.stem)
        (laid.place / path.name).write_text(files(package).joinpath(template).read_text("utf-8"), "utf-8")
        yield laid


def language() -> str:
    """Return the reader's language as Typst names it."""
    return "zh" if formats.chinese() else "en"
