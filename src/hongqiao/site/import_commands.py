"""`hongqiao import`, `alias` and `aliases`: files and zips in from the command line, names of columns taught.

The work itself is in the services that screens and the HTTP interface call too.
"""

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from hongqiao import platforms
from hongqiao.errors import N_, HongqiaoError, NotFound
from hongqiao.imports import archives, queries
from hongqiao.imports import services as imports
from hongqiao.imports.api.aliases import alias_json
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import ColumnAlias, FileState, ImportFile
from hongqiao.imports.renamed import imported_with
from hongqiao.imports.services.files import moment_of
from hongqiao.imports.words import note_words, problem_words, skipped_words
from hongqiao.site import first, house_commands
from hongqiao.site.house_commands import BadArgument
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, Member
from hongqiao.workspace.words import error_words, stored_words


def take(a: argparse.Namespace) -> int:
    """Import files and the files of zips one by one. Exit status 0 only when every one was recognised and taken."""
    first.migrate()
    actor, account = _whose(a)
    if a.mapping:
        imports.keep_mapping(actor=actor, mapping=_mapping(a))
    known = True
    for name in a.files:
        for said in _take_path(actor, account, Path(name), a.captured_at):
            print(json.dumps(said, ensure_ascii=False) if a.json else _line(said), flush=True)
            known = known and said["recognised"]
    return 0 if known else 1


def _mapping(a: argparse.Namespace) -> dict[str, Any]:
    """The mapping in the file; where it does not list the table's headers, those of the first file to import."""
    try:
        said = json.loads(Path(a.mapping).read_text("utf-8"))
    except (OSError, ValueError):
        raise BadArgument(name="--mapping", value=a.mapping, command="import") from None
    if not isinstance(said, dict):
        raise BadArgument(name="--mapping", value=a.mapping, command="import")
    path = Path(a.files[0])
    if not said.get("headers") and path.is_file():
        said["headers"] = [h for h in platforms.recognise(path)[0].headers if h]
    return said


def _whose(a: argparse.Namespace) -> tuple[Member, Account]:
    platform, _, name = a.account.partition(":")
    if not name:
        raise BadArgument(name="--account", value=a.account, command="import")
    actor = first.local_member(a.brand, create=a.create)
    account = Account.objects.filter(brand=actor.brand, platform=platform, name=name).first()
    if account is None:
        if not a.create:
            raise NotFound(N_("没有这个账号"), N_("先在 设置 → 平台账号 里建立，或加上 --create"))
        account = workspace.create_account(actor=actor, platform=platform, name=name)
    return actor, account


def _take_path(actor: Member, account: Account, path: Path, captured_at: str | None) -> Iterator[dict[str, Any]]:
    """Import a file, or each file of a zip, and yield what is said of it."""
    if not path.is_file():
        raise NotFound(N_("没有这个文件：%(path)s"), N_("请检查路径"), path=str(path))
    if archives.is_archive(path):
        yield from _take_zip(actor, account, path, captured_at)
        return
    with path.open("rb") as stream:
        yield _take_one(actor, account, str(path), path.name, "", stream, captured_at)


def _take_zip(actor: Member, account: Account, path: Path, captured_at: str | None) -> Iterator[dict[str, Any]]:
    """Weigh a zip as the import page does and import its files; what is left out is named, hidden files are not."""
    try:
        found = archives.weigh(path, limits_of(actor.brand))
        with archives.opened(path) as book:
            for entry in found.entries:
                shown = f"{path}:{entry.folder}/{entry.name}" if entry.folder else f"{path}:{entry.name}"
                stream = archives.chunks(book, entry)
                yield _take_one(actor, account, shown, entry.name, entry.folder, stream, captured_at)
    except HongqiaoError as error:
        yield _refusal(str(path), error)
        return
    for name, code in found.skipped:
        if code != "hidden":
            yield _nothing(f"{path}:{name}", skipped_words(code))


def _take_one(
    actor: Member,
    account: Account,
    shown: str,
    name: str,
    folder: str,
    stream: IO[bytes] | Iterable[bytes],
    captured_at: str | None,
) -> dict[str, Any]:
    moment = moment_of(captured_at, account.zone) if captured_at else None
    try:
        file = imports.receive(actor=actor, name=name, stream=stream, folder=folder)
        if file.state == FileState.WAITING and any(t.ready for t in file.tables.all()):
            imports.confirm(
                actor=actor, file_id=file.id, seen=None, account_id=account.id, captured_at=moment, queue=False
            )
            file = imports.run(file.id)
    except HongqiaoError as error:  # one bad file does not hold up the others
        return _refusal(shown, error)
    return _said(file, shown)


def _refusal(shown: str, error: HongqiaoError) -> dict[str, Any]:
    words = error_words(error)
    return _nothing(shown, f"{words['message']}；{words['next_step']}")


def _nothing(shown: str, why: str) -> dict[str, Any]:
    """What is said of a file that did not become an import."""
    problem = {"row": None, "column": None, "message": why}
    counts = {"taken": 0, "refused": 0, "unchanged": 0}
    known = {"recognised": False, "platform": None, "kind": None, "state": FileState.REFUSED.value, "id": None}
    return {"file": shown, **known, **counts, "problems": [problem]}


def _said(file: ImportFile, path: str) -> dict[str, Any]:
    tables = list(file.tables.all())
    known = [t for t in tables if t.layout]
    problems = [
        {"row": p["row"], "column": p["column"], "message": problem_words(p)} for t in tables for p in t.problems
    ]
    if file.error:
        words = stored_words(file.error)
        problems.append({"row": None, "column": None, "message": f"{words['message']}；{words['next_step']}"})
    problems += [
        {"row": None, "column": c, "message": problem_words({"code": "missing_column", "column": c, "value": ""})}
        for t in tables
        for c in t.missing
    ]
    problems += [
        {"row": None, "column": None, "message": f"{t.sheet} {note_words(n)}".strip()}
        for t in tables
        if not t.layout
        for n in t.notes
    ]
    return {
        "file": path,
        "recognised": bool(known) and not any(t.missing for t in known) and file.state == FileState.DONE,
        "platform": known[0].platform if known else None,
        "kind": "+".join(dict.fromkeys(t.layout for t in known)) or None,
        "taken": sum(t.taken for t in tables),
        "refused": sum(t.refused for t in tables),
        "unchanged": sum(t.unchanged for t in tables),
        "problems": problems,
        "state": file.state,
        "id": str(file.id),
    }


def _line(said: dict[str, Any]) -> str:
    mark = "✓" if said["recognised"] else "✗"
    counts = f"+{said['taken']} ={said['unchanged']} !{said['refused']}"
    lines = [f"{mark} {said['file']}  {said['kind'] or '—'}  {counts}"]
    lines += [f"    {p['row'] or ''} {p['column'] or ''} {p['message']}" for p in said["problems"][:10]]
    return "\n".join(lines)


def aliases(a: argparse.Namespace) -> int:
    """List the taught names as `GET /api/imports/aliases` does."""
    first.migrate()
    rows = queries.aliases(first.local_member(a.brand))
    house_commands.show(map(_alias, rows), as_json=a.json)
    return 0


def alias(a: argparse.Namespace) -> int:
    """`hongqiao alias add` and `remove`."""
    first.migrate()
    actor = first.local_member(a.brand)
    if a.act == "remove":
        layout = imports.forget_alias(actor=actor, alias_id=a.id, seen=None)
        looked = imports.look_again_at(actor=actor, layout=layout)
        house_commands.tell({"layout": layout, "looked_again": looked}, as_json=a.json)
        return 0
    row = imports.teach_alias(actor=actor, layout=a.layout, header=a.header, target=a.target)
    more = {"looked_again": imports.look_again_at(actor=actor, layout=row.layout)}
    before = [{"id": str(b["id"]), "name": b["name"]} for b in imported_with(actor.brand, row.layout, row.header)]
    house_commands.tell({**_alias(row), **more, "before": before}, as_json=a.json)
    return 0


def _alias(row: ColumnAlias) -> dict[str, Any]:
    shown = alias_json(row)
    return {name: str(shown[name]) for name in ("id", "layout", "header", "target", "created_at")}


COMMANDS = {"import": take, "aliases": aliases, "alias": alias}
