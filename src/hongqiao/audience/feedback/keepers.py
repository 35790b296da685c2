"""Threads, tickets and needs keep something of users: how it moves with a merge, goes out, and is erased."""

from hongqiao.audience.feedback import subjects
from hongqiao.errors import N_
from hongqiao.workspace import persons

persons.register(
    "feedback", N_("消息"), move=subjects.move, back=subjects.back, export=subjects.export, erase=subjects.erase
)
