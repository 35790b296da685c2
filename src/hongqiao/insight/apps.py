from django.apps import AppConfig


class Config(AppConfig):
    name = "hongqiao.insight"
    label = "insight"
    default_auto_field = "django.db.models.BigAutoField"
