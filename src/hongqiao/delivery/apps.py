from django.apps import AppConfig


class Config(AppConfig):
    name = "hongqiao.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"
