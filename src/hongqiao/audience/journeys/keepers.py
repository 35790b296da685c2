"""Journeys keep something of users: how it moves with a merge, goes out, and is erased."""

from hongqiao.audience.journeys import moving
from hongqiao.errors import N_
from hongqiao.workspace import persons

persons.register(
    "journeys", N_("自动触达"), move=moving.move, back=moving.back, export=moving.export, erase=moving.erase
)
