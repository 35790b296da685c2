"""What a draft is to those who judge it, and what they find. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

#: block: held until mended or exempted. hold: held for a reviewer to decide. warn: confirm. info: told, no more.
Level = Literal["block", "hold", "warn", "info"]
GRAVE: Mapping[str, int] = {"block": 0, "hold": 1, "warn": 2, "info": 3}  # the graver first


@dataclass(frozen=True)
class Shot:
    """One row of a shot table; seconds from the start."""

    start: float
    end: float
    line: str = ""  # what is said
    subtitle: str = ""
    picture: str = ""
    size: str = ""  # 景别
    sound: str = ""


@dataclass(frozen=True)
class Draft:
    """What is to be published, as plain text: `text` has a line a paragraph, headings begin with "## "."""

    platform: str
    form: str  # article, note, video, long_video, live, poster
    title: str = ""
    digest: str = ""
    author: str = ""
    text: str = ""
    tags: tuple[str, ...] = ()
    shots: tuple[Shot, ...] = ()
    images: tuple[Mapping[str, Any], ...] = ()  # width, height, bytes, mime, alt, licence, made
    pictured: bool = False  # whether `images` are all that go out with it: of words alone nobody knows
    video: Mapping[str, Any] | None = None
    links: tuple[str, ...] = ()
    commercial: str = "none"  # none, own, paid, gifted, affiliate
    buying: bool = False
    ad_label: bool = False
    ai: str = "none"  # none, assisted, generated
    ai_label: bool = False
    evidence: tuple[str, ...] = ()  # what proves figures: quoted text or address
    html: str = ""  # an article's layout, for what only it shows
    outside: int = 0  # pictures in the text that lie where its platform does not show them from


@dataclass(frozen=True)
class Found:
    """One thing found in a draft. `place`[start:end] is where; words of `rule` and `params` are made by the house."""

    rule: str  # "craft.hook", "law.superlative" …
    level: Level
    place: str = "text"  # title, digest, text, tags, shots.0.line, images.2 …
    start: int = 0
    end: int = 0
    word: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    basis: str = ""
    replacement: str = ""
    heuristic: bool = False
