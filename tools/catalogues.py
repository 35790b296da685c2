"""Keep the message catalogues: collect every string, merge into the `.po` files, compile the `.mo` files.

`python tools/catalogues.py`          collect, merge, compile
`python tools/catalogues.py --check`  say what is missing and change nothing (exit status 1 if anything is)

Chinese is the source language, so its catalogue fills itself; English is filled in by people. Pure Python.
"""

import io
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from hongqiao.platforms import LAYOUTS

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "hongqiao"
LOCALE = PACKAGE / "locale"
LANGUAGES = {"zh_Hans": "zh_Hans_CN", "en": "en"}
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
#: Words for people inside data files stand under these keys.
JSON_KEYS = {"label", "labels", "words", "next_step", "description", "permissions", "page", "path", "files"}
#: Where a figure comes from is shown to people in these files alone.
SHOWN_SOURCES = {"settings.json"}
#: Words that are read in files, never shown: the headers people write.
NOT_WORDS = {"synonyms.json"}
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def _of_template(fileobj: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    from django.utils.translation.template import templatize

    source = templatize(fileobj.read().decode("utf-8"))
    yield from extract_python(io.BytesIO(source.encode("utf-8")), keywords, comment_tags, {"encoding": "utf-8"})


def _of_json(value: Any, keys: set[str], under: bool = False) -> Iterator[str]:
    if isinstance(value, str):
        if under and CHINESE.search(value):
            yield value
    elif isinstance(value, list):
        for item in value:
            yield from _of_json(item, keys, under)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _of_json(item, keys, key in keys or (under and isinstance(item, str)))


def collect() -> Catalog:
    """Return every message of the package with the files it stands in."""
    catalog = Catalog(charset="utf-8", header_comment="# Hongqiao 虹桥", project="hongqiao")
    for path in sorted(PACKAGE.rglob("*")):
        where = path.relative_to(PACKAGE).as_posix()
        if "migrations" in path.parts or "vendor" in path.parts or "locale" in path.parts:
            continue
        if path.suffix == ".py":
            method: Any = "python"
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            method = _of_template
        elif path.suffix == ".json":
            if path.name in NOT_WORDS:
                continue
            keys = JSON_KEYS | ({"source"} if path.name in SHOWN_SOURCES else set())
            for text in _of_json(json.loads(path.read_text("utf-8")), keys):
                catalog.add(text, locations=[(where, 1)])
            continue
        else:
            continue
        with path.open("rb") as file:
            for _line, message, _comments, context in extract(
                method, file, keywords=KEYWORDS, options={"encoding": "utf-8"}
            ):
                first = message[0] if isinstance(message, tuple) else message
                if first and CHINESE.search(first):
                    catalog.add(message, locations=[(where, 1)], context=context)
    for layout in LAYOUTS.values():  # platforms mark no words: their labels are data
        catalog.add(layout.label, locations=[(f"platforms/{layout.platform}", 1)])
    return catalog


def merged(language: str, template: Catalog) -> Catalog:
    """Return a language's catalogue with the messages of today: known translations kept, gone ones dropped."""
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    known = Catalog()
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale=LANGUAGES[language])
    fresh = Catalog(locale=LANGUAGES[language], charset="utf-8", header_comment="# Hongqiao 虹桥", project="hongqiao")
    fresh.fuzzy = False
    for message in sorted((m for m in template if m.id), key=lambda m: (m.locations[0][0], str(m.id))):
        old = known.get(message.id if isinstance(message.id, str) else message.id[0], context=message.context)
        # what is counted since, or no longer, is asked for anew: one form cannot be told from the other
        text = old.string if old and isinstance(old.id, str) == isinstance(message.id, str) else ""
        if language == "zh_Hans":
            text = message.id if isinstance(message.id, str) else (message.id[0],)
        fresh.add(message.id, text, locations=sorted(set(message.locations)), context=message.context)
    return fresh


def missing(catalog: Catalog) -> list[str]:
    """Return the messages that have no translation, or whose named parts differ from the source's."""
    parts = re.compile(r"%\(\w+\)[sd]|%[sd]")
    gaps = []
    for message in catalog:
        if not message.id:
            continue
        source = message.id if isinstance(message.id, str) else message.id[0]
        texts = [message.string] if isinstance(message.string, str) else list(message.string or [""])
        if (
            not all(texts)
            or any(set(parts.findall(t)) - set(parts.findall(source)) for t in texts)
            or isinstance(message.id, str)
            and any(sorted(parts.findall(t)) != sorted(parts.findall(source)) for t in texts)
        ):
            gaps.append(source)
    return gaps


def main(check: bool) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongqiao.site.settings")
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    template, gaps = collect(), 0
    for language in LANGUAGES:
        catalog = merged(language, template)
        found = missing(catalog)
        gaps += len(found)
        for text in found:
            print(f"{language}: {text}")
        if not check:
            folder = LOCALE / language / "LC_MESSAGES"
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / "django.po").open("wb") as file:
                write_po(file, catalog, width=120, omit_header=False, sort_by_file=True, include_lineno=False)
            with (folder / "django.mo").open("wb") as file:
                write_mo(file, catalog)
    print(f"{sum(1 for m in template if m.id)} messages, {gaps} missing")
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
