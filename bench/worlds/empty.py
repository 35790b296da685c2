"""An empty house: Django set up on a folder of its own, its database brought up to date."""

import os


def start(folder: str) -> None:
    """Set Django up on an empty house in the folder."""
    import django

    os.environ["HONGQIAO_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "hongqiao.site.settings"
    os.environ.setdefault("HONGQIAO_LOG_LEVEL", "ERROR")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
