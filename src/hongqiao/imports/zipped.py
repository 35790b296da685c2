"""The files of a zip that was handed over, with what became of each: for screen, interface and command line."""

from dataclasses import dataclass
from uuid import UUID

from hongqiao.errors import HongqiaoError
from hongqiao.imports import archives
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import ImportBundle
from hongqiao.imports.words import skipped_words
from hongqiao.workspace.words import stored_words


@dataclass(frozen=True)
class Member:
    """One file of a zip. `code` and `message` say why it was left out or could not be kept; else they are empty."""

    name: str
    folder: str
    state: str  # queued, skipped, failed, or the state of its import
    import_id: UUID | None = None
    code: str = ""
    message: str = ""


def members(bundle: ImportBundle) -> list[Member]:
    """Return what became of each file: those handed over, those to come, those that failed, those left out."""
    files = bundle.files.order_by("id").defer("error", "preferred")
    done = [Member(f.name, f.folder, f.state, f.id) for f in files]
    failed = [Member(n, "", "failed", None, e.get("code", ""), stored_words(e)["message"]) for n, e in bundle.failed]
    left = [Member(n, "", "skipped", None, code, skipped_words(code)) for n, code in bundle.skipped]
    return [*done, *_to_come(bundle), *failed, *left]


def _to_come(bundle: ImportBundle) -> list[Member]:
    if not bundle.open or not bundle.kept:
        return []
    try:
        entries = archives.weigh(bundle.path, limits_of(bundle.brand)).entries
    except (HongqiaoError, OSError):
        return []  # the worker is about to say so, or has just let the bytes go
    folder = [bundle.folder] if bundle.folder else []
    return [Member(e.name, "/".join([*folder, e.folder]).strip("/"), "queued") for e in entries[bundle.at :]]
