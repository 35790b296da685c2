"""Files on this machine with a manifest that says whose they are and when they were taken: the sample brand's."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hongqiao.errors import Conflict
from hongqiao.imports.models import FileState, ImportFile
from hongqiao.imports.services.files import confirm
from hongqiao.imports.services.receiving import receive
from hongqiao.imports.services.running import run
from hongqiao.workspace.models import Account, Member


def take_listed(actor: Member, manifest: Path, entry: dict[str, Any]) -> ImportFile:
    """Hand over, confirm and import one listed file. A file that is already in is "unchanged", as for anybody."""
    account = Account.objects.get(brand=actor.brand, platform=entry["platform"], name=entry["account"])
    path = manifest.parent / entry["path"]
    with path.open("rb") as stream:
        file = receive(actor=actor, name=path.name, stream=stream)
    if file.state != FileState.WAITING:
        return file
    moment = datetime.fromisoformat(entry["captured_at"]).replace(tzinfo=ZoneInfo(account.zone))
    try:
        confirm(actor=actor, file_id=file.id, seen=None, account_id=account.id, captured_at=moment, queue=False)
    except Conflict:
        return file
    return run(file.id)
