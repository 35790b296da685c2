"""Commands that take data in and give figures out. The work itself is in the services that screens and API call too."""

import argparse
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from hongqiao import platforms
from hongqiao.errors import N_, HongqiaoError, Invalid, NotFound
from hongqiao.imports import queries as import_queries
from hongqiao.imports import services as imports
from hongqiao.imports.checklist import api as checklist_api
from hongqiao.imports.models import FileState, ImportFile
from hongqiao.imports.services.files import moment_of
from hongqiao.imports.words import note_words, problem_words
from hongqiao.insight import queries as insight
from hongqiao.site import first, house_commands
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, Member
from hongqiao.workspace.words import error_words, stored_words


class BadArgument(Invalid):
    code = "bad_argument"
    message = N_("参数 %(name)s 看不懂：%(value)s")
    next_step = N_("用 hongqiao %(command)s --help 看写法")


def take(a: argparse.Namespace) -> int:
    """Import files one by one. Exit status 0 only when every file was recognised."""
    first.migrate()
    actor, account = _whose(a)
    if a.mapping:
        imports.keep_mapping(actor=actor, mapping=_mapping(a))
    known = True
    for name in a.files:
        said = _take_one(actor, account, Path(name), a.captured_at)
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


def _take_one(actor: Member, account: Account, path: Path, captured_at: str | None) -> dict[str, Any]:
    if not path.is_file():
        raise NotFound(N_("没有这个文件：%(path)s"), N_("请检查路径"), path=str(path))
    moment = moment_of(captured_at, account.zone) if captured_at else None
    try:
        with path.open("rb") as stream:
            file = imports.receive(actor=actor, name=path.name, stream=stream)
        if file.state == FileState.WAITING and any(t.ready for t in file.tables.all()):
            imports.confirm(
                actor=actor, file_id=file.id, seen=None, account_id=account.id, captured_at=moment, queue=False
            )
            file = imports.run(file.id)
    except HongqiaoError as error:  # one bad file does not hold up the others
        return _refusal(path, error)
    return _said(file, str(path))


def _refusal(path: Path, error: HongqiaoError) -> dict[str, Any]:
    words = error_words(error)
    problem = {"row": None, "column": None, "message": f"{words['message']}；{words['next_step']}"}
    counts = {"taken": 0, "refused": 0, "unchanged": 0}
    known = {"recognised": False, "platform": None, "kind": None, "state": FileState.REFUSED.value, "id": None}
    return {"file": str(path), **known, **counts, "problems": [problem]}


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


def metric(a: argparse.Namespace) -> int:
    if not a.codes:
        return _print_dictionary(a.json)
    first.migrate()
    if not a.brand:
        raise BadArgument(name="--brand", value="", command="metric")
    member = first.local_member(a.brand)
    where = dict(w.split("=", 1) for w in a.where if "=" in w)
    result = insight.query(
        member,
        codes=a.codes,
        by=[d for d in a.by.split(",") if d],
        where=where,
        start=day_of(a.start, "--start"),
        end=day_of(a.end, "--end"),
        compare=a.compare,
    )
    body = result.to_json()
    if a.json:
        print(json.dumps(body, ensure_ascii=False))
        return 0
    columns = [c["code"] for c in body["columns"]]
    print("\t".join(columns))
    for row in body["rows"]:
        print("\t".join("—" if row.get(c) is None else str(row.get(c)) for c in columns))
    return 0


def day_of(text: str | None, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadArgument(name=name, value=text, command="metric") from None


def _print_dictionary(as_json: bool) -> int:
    entries = insight.dictionary()
    if as_json:
        print(json.dumps(entries, ensure_ascii=False))
    else:
        for entry in entries:
            print(f"{entry['code']}\t{entry['label']}\t{entry['unit']}\t{entry['definition']}")
    return 0


def files(a: argparse.Namespace) -> int:
    """List imports as `GET /api/imports` does."""
    first.migrate()
    found = import_queries.files(first.local_member(a.brand), state=a.state, platform=a.platform)
    rows, _next = import_queries.page(found, sort="-at", after="", size=max(1, a.limit))
    house_commands.show(map(_file, rows), as_json=a.json)
    return 0


def _file(row: ImportFile) -> dict[str, Any]:
    counts = ("taken", "unchanged", "refused")
    tables = list(row.tables.all())
    return {
        **{name: str(getattr(row, name)) for name in ("id", "state", "name")},
        "account": str(row.account or ""),
        "created_at": row.created_at.isoformat(),
        **{name: sum(getattr(t, name) for t in tables) for name in counts},
    }


def checklist(a: argparse.Namespace) -> int:
    """List the week's files to fetch as `GET /api/checklist` does."""
    first.migrate()
    shown = checklist_api.as_json(first.local_member(a.brand), day_of(a.day, "--day"))
    keep = ("platform", "account_name", "label", "due", "state", "last_chance", "page")
    house_commands.show(({k: str(task[k] or "") for k in keep} for task in shown["tasks"]), as_json=a.json)
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "import": take,
    "metric": metric,
    "files": files,
    "checklist": checklist,
}
