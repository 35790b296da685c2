from django.apps import AppConfig


class Config(AppConfig):
    name = "hongqiao.book"
    label = "book"
    default_auto_field = "django.db.models.BigAutoField"
