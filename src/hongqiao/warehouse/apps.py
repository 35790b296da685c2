from django.apps import AppConfig


class Config(AppConfig):
    name = "hongqiao.warehouse"
    label = "warehouse"
    default_auto_field = "django.db.models.BigAutoField"
