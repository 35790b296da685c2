"""What production sends to colleagues, and its card on 今日."""

from hongqiao.content.production import today
from hongqiao.content.production.services import telling
from hongqiao.delivery import cards
from hongqiao.errors import N_
from hongqiao.workspace import todays

cards.register(telling.KIND, N_("待审内容"), telling.card)
todays.register("content.production", today.card)
