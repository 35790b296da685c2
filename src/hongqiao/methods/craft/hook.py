"""The first seconds of a video: is there a reason to stay? (C02)"""

from __future__ import annotations

import math
from collections.abc import Iterator

from hongqiao.methods.craft.know import Know
from hongqiao.methods.craft.model import Draft, Found, Shot


def heard(shot: Shot, seconds: float) -> str:
    """Return what of a shot's line is heard until `seconds`, spoken evenly over the shot."""
    length = shot.end - shot.start
    share = 1.0 if length <= 0 else min(1.0, (seconds - shot.start) / length)
    return shot.line[: math.ceil(len(shot.line) * share)]


def check(draft: Draft, know: Know) -> Iterator[Found]:
    """Yield what is wrong with the opening of a video; without a shot table it says that it cannot."""
    seconds = know.of("hook_seconds", draft.form)
    if draft.form == "video" and not draft.shots:
        yield Found("craft.shots_missing", "warn", "shots")
    opening = [(i, s) for i, s in enumerate(draft.shots) if seconds and s.start < seconds]
    if not opening:
        return
    rule = "craft.hook" if draft.form == "video" else "craft.opening"
    said = "".join(heard(s, seconds) for _, s in opening).strip()
    at, first = next(((i, s) for i, s in opening if s.line.strip()), opening[0])
    shown = " ".join(s.subtitle for _, s in opening)
    why = _missing(said, shown, " ".join(s.picture for _, s in opening), know)
    if why:
        params = {"seconds": seconds, "why": why}
        yield Found(rule, "hold", f"shots.{at}.line", 0, len(first.line), said or first.picture, params, heuristic=True)
    most = know.thresholds["hook_characters"]
    whole = sum(len(s.line) for _, s in opening if s.end <= seconds)
    if draft.form == "video" and not why and whole > most:
        params = {"count": whole, "most": most, "seconds": seconds}
        yield Found("craft.hook_long", "warn", f"shots.{at}.line", 0, len(first.line), said, params, heuristic=True)


def _missing(said: str, shown: str, picture: str, know: Know) -> str:
    """Return why an opening holds nobody: greeting, brand, silent, none; "" where it has a hook, said or shown."""
    spoken = said.lstrip("，。！ ")
    if know.has("greeting", spoken):
        return "greeting"
    if know.has("brand_start", spoken) or any(spoken.startswith(n) for n in know.names):
        return "brand"
    if know.has("spectacle", picture) or any(p.search(f"{said}\n{shown}") for p in know.group("hook").values()):
        return ""
    return "none" if said or shown.strip() else "silent"
