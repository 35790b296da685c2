"""The labelled fragments, as drafts, and which half a rule may be written with."""

import hashlib
import json
from pathlib import Path
from typing import Any

from hongqiao.methods.craft import Draft, Shot

HERE = Path(__file__).parent / "labelled"
Row = dict[str, Any]


def rows() -> list[Row]:
    """Return every labelled fragment."""
    return [json.loads(line) for file in sorted(HERE.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]


def unseen(row_id: str) -> bool:
    """Whether a fragment belongs to the half that no rule is written with."""
    return hashlib.sha256(row_id.encode()).hexdigest()[0] in "89abcdef"


def draft(row: Row) -> Draft:
    """Return a fragment as those who judge it read it."""
    platform = row.get("platform", "wechat_oa")
    form = "video" if "shots" in row else "article" if platform == "wechat_oa" else "note"
    shots = tuple(Shot(float(a), float(b), line, picture=picture) for a, b, line, picture in row.get("shots", ()))
    return Draft(platform, form, row.get("title", ""), text=row.get("text", ""), shots=shots)


#: What a fragment asks → the rules that answer it. The reward is a rule of law, scored where the words of law are.
RULES = {
    "jump": {"craft.jump"},
    "dangling": {"craft.dangling"},
    "no_evidence": {"craft.claim", "craft.figure"},
    "contradiction": {"craft.contradiction"},
    "repeat": {"craft.repeat"},
    "promise": {"craft.promise"},
    "appeal": {"craft.appeal"},
    "no_hook": {"craft.hook"},
    "no_scene": {"craft.scene"},
    "no_testimony": {"craft.testimony"},
    "no_cta": {"craft.call_missing"},
    "many_cta": {"craft.calls_many"},
    "typo": {"craft.typo"},
}
