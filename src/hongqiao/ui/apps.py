from django.apps import AppConfig


class Config(AppConfig):
    name = "hongqiao.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"
