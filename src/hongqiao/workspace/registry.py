"""Find what the rooms registered: the modules named here are imported when first asked for.

Not at start-up: a room may import anything of the house, and a command that needs no jobs stays quick.
"""

import threading
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

MODULES = ("chores", "jobs", "words", "feeds", "rules", "finders")
_lock = threading.RLock()
_found = False


def discover() -> None:
    """Import these modules of every app of the house. The second call costs nothing."""
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
                    for module in MODULES:
                        if find_spec(f"{config.name}.{module}"):
                            import_module(f"{config.name}.{module}")
        except BaseException:
            _found = False
            raise
