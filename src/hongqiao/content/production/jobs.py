"""What production sends to colleagues."""

from hongqiao.content.production.services import telling
from hongqiao.delivery import cards
from hongqiao.errors import N_

cards.register(telling.KIND, N_("待审内容"), telling.card)
