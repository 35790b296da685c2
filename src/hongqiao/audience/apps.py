from django.apps import AppConfig


class Config(AppConfig):
    name = "hongqiao.audience"
    label = "audience"
    default_auto_field = "django.db.models.BigAutoField"
    parts = True  # each folder has its own words.py, jobs.py, finders.py …: workspace.registry finds them
