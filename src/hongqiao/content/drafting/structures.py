"""How a piece of each form is built, as data: knowledge/content/structures.json."""

from typing import Any

from hongqiao.knowledge import read


def _file() -> dict[str, Any]:
    return read("content/structures")


def names() -> dict[str, str]:
    """Return what each {name} of a structure is, in words: what a gap says is missing."""
    return dict(_file()["names"]["labels"])


def of_form(form: str) -> list[dict[str, Any]]:
    """Return the structures of a form."""
    return [s for s in _file()["structures"] if s["form"] == form]


def label(code: str) -> str:
    """Return a structure's name, the code where it is no longer known."""
    return str(next((s["label"] for s in _file()["structures"] if s["code"] == code), code))


def limits() -> dict[str, Any]:
    """Return how many drafts are made and how long what a model writes may be."""
    return dict(_file()["limits"])
