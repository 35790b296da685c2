from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import AppConfig

if TYPE_CHECKING:
    from hongqiao.metrics.inforce import Own


class Config(AppConfig):
    name = "hongqiao.insight"
    label = "insight"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hongqiao.workspace import dictionary

        dictionary.register(_own_metrics)


def _own_metrics(brand_id: UUID) -> "Own":
    from hongqiao.insight.own import loading  # a start need not wait for the dictionary

    return loading.fetch(brand_id)
