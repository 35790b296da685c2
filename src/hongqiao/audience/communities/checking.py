"""What an activity says, held against law, inducement and the house's words before it opens."""

from __future__ import annotations

from hongqiao.audience.communities import kit
from hongqiao.compliance import draft as drafts
from hongqiao.methods.craft import Draft, Found
from hongqiao.workspace.models import Brand

#: families of words that hold an activity; what craft thinks of hooks and lengths is no matter of an activity
HELD = ("law.", "products.")


def found(brand: Brand, title: str, text: str, platform: str = "") -> list[Found]:
    """Return what is found in the words of an activity, the graver first.

    Spellings in disguise are left out: over the plain words of rules they are more often chance ("参与方式").
    """
    every = drafts.check(brand, Draft(platform=platform, form="note", title=title, text=text))
    return [*_own(brand, title, text), *(f for f in every if f.rule.startswith(HELD) and not f.params.get("disguised"))]


def _own(brand: Brand, title: str, text: str) -> list[Found]:
    whole = f"{title}\n{text}"
    return [
        Found("community.barred", "block", "text", word=word)
        for word in kit.book(brand)["words_barred"]["terms"]
        if word in whole and f"不{word}" not in whole
    ]


def barred(brand: Brand, title: str, text: str, platform: str = "") -> list[str]:
    """Return the words that hold an activity, each once."""
    return list(dict.fromkeys(f.word for f in found(brand, title, text, platform) if f.level in drafts.HOLDING))
