from django.apps import AppConfig


class Config(AppConfig):
    name = "hongqiao.compliance"
    label = "compliance"
    default_auto_field = "django.db.models.BigAutoField"
