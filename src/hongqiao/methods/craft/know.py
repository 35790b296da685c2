"""What rules of craft go by: thresholds and cues as data, compiled once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Know:
    """`thresholds` as they are; `cues` compiled, a nested one by its dotted name ("call.follow"); `data`: the rest."""

    thresholds: Mapping[str, Any]
    cues: Mapping[str, re.Pattern[str]]
    data: Mapping[str, Any]
    names: tuple[str, ...] = ()  # how the brand is called

    def has(self, cue: str, text: str) -> bool:
        """Whether a cue is in a text."""
        return self.cues[cue].search(text) is not None

    def group(self, prefix: str) -> dict[str, re.Pattern[str]]:
        """Return the cues of a nested group by their own names."""
        return {k[len(prefix) + 1 :]: v for k, v in self.cues.items() if k.startswith(prefix + ".")}

    def of(self, name: str, form: str, default: Any = None) -> Any:
        """Return a threshold, or its part for a form or platform where it has parts."""
        found = self.thresholds[name]
        return found.get(form, default) if isinstance(found, Mapping) else found


def known(thresholds: Mapping[str, Any], cues: Mapping[str, Any], names: tuple[str, ...] = ()) -> Know:
    """Return what rules go by, cues compiled. Raises ValueError naming a cue that is no regular expression."""
    ready: dict[str, re.Pattern[str]] = {}
    data: dict[str, Any] = {}
    for name, value in cues.items():
        if name in ("about", "source", "date"):
            continue
        if isinstance(value, str):
            ready[name] = _compiled(name, value)
        elif isinstance(value, Mapping):
            for part, text in value.items():
                if isinstance(text, str):
                    ready[f"{name}.{part}"] = _compiled(f"{name}.{part}", text)
                else:
                    data[f"{name}.{part}"] = text
        elif value and isinstance(value[0], Mapping):
            ready |= {f"{name}.{one['code']}": _compiled(one["code"], one["pattern"]) for one in value}
        else:
            data[name] = value
    return Know(thresholds, ready, data, tuple(n for n in names if n))


def _compiled(name: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.MULTILINE)
    except re.error as error:
        raise ValueError(f"{name}: {error}") from error
