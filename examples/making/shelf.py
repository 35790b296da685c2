"""Where finished files are put: bytes under their path, and the manifest that says what each one is."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path

DOUYIN = ("douyin", "安澜护肤")
WECHAT = ("wechat_oa", "安澜护肤")
XHS = ("xiaohongshu", "安澜护肤")
DOUDIAN = ("doudian", "安澜护肤旗舰店")
OWN = ("own", "安澜会员")
#: what no layout reads: a person maps the columns first
BY_HAND = {"mentions", "weibo", "wechat_store"}


@dataclass
class Entry:
    """One downloaded file."""

    path: str
    platform: str
    account: str
    captured_at: str  # local, Asia/Shanghai
    layout: str
    label: str
    core: bool
    layout_verified: bool = True  # False where the real header could not be confirmed


@dataclass
class Shelf:
    """All files of the year."""

    files: dict[str, bytes] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    #: layout → (day or None, what one row says as plain numbers; money in yuan): for truth.json
    told: dict[str, list[tuple[date | None, dict[str, float]]]] = field(default_factory=dict)

    def tell(self, layout: str, day: date | None = None, **said: float) -> None:
        """Remember the numbers behind one row, before they are written in the manner of the platform."""
        self.told.setdefault(layout, []).append((day, said))

    def put(
        self,
        account: tuple[str, str],
        captured: datetime,
        name: str,
        data: bytes,
        layout: str,
        label: str,
        verified: bool = True,
    ) -> str:
        """Add a file under <download date>/<platform>/<name>; returns its path."""
        platform, owner = account
        path = f"{captured:%Y-%m-%d}/{platform}/{name}"
        if path in self.files:
            raise ValueError(f"two files at {path}")
        self.files[path] = data
        entry = Entry(path, platform, owner, captured.isoformat(), layout, label, platform not in BY_HAND, verified)
        self.entries.append(entry)
        return path

    def manifest(self, first: date, last: date) -> dict:
        """What `examples/anlan/manifest.json` holds."""
        order = sorted(self.entries, key=lambda e: (e.captured_at, e.platform, e.path))
        return {
            "brand": "anlan",
            "zone": "Asia/Shanghai",
            "first_day": first.isoformat(),
            "last_day": last.isoformat(),
            "invented": True,
            "files": [asdict(e) for e in order],
        }

    def manifest_text(self, first: date, last: date) -> str:
        """JSON with one line a file, so that a change shows as a line."""
        manifest = self.manifest(first, last)
        lines = ",\n".join("  " + json.dumps(e, ensure_ascii=False) for e in manifest.pop("files"))
        head = json.dumps(manifest, ensure_ascii=False, indent=1)
        return f'{head[:-2]},\n "files": [\n{lines}\n ]\n}}\n'

    def write(self, folder: Path, first: date, last: date) -> None:
        """Write every file and the manifest below `folder`."""
        for path, data in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        (folder / "manifest.json").write_bytes(self.manifest_text(first, last).encode())
