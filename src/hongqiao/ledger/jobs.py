"""Background work of the ledger."""

from hongqiao.delivery import cards
from hongqiao.errors import N_
from hongqiao.ledger import telling

cards.register(telling.FINDINGS, N_("问题与机会"), telling.findings_card)
cards.register(telling.DIGEST, N_("每日汇总"), telling.digest_card, group=False)
