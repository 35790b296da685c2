"""Find what the rooms registered: the modules named here are imported when first asked for.

Not at start-up: a room may import anything of the house, and a command that needs no jobs stays quick.
"""

import threading
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import AppConfig, apps

MODULES = ("chores", "jobs", "words", "feeds", "rules", "finders", "teachers", "keepers")
_lock = threading.RLock()
_found = False


def _parts(config: AppConfig) -> list[str]:
    """Return the folders of a room whose parts register for themselves (`parts = True` in its AppConfig)."""
    if not getattr(config, "parts", False):
        return []
    return [f"{config.name}.{m.name}" for m in iter_modules([config.path]) if m.ispkg]


def discover() -> None:
    """Import these modules of every app, and of the parts of a room that has parts. The second call costs nothing."""
    global _found
    if _found:
        return
    with _lock:
        if _found:
            return
        _found = True
        try:
            for config in apps.get_app_configs():
                if config.name.startswith("hongqiao."):
                    for place in (config.name, *_parts(config)):
                        for module in MODULES:
                            if find_spec(f"{place}.{module}"):
                                import_module(f"{place}.{module}")
        except BaseException:
            _found = False
            raise
