"""Publishing: a text on its way to an account, once only, with proof of where it is. docs/publishing.md."""

from hongqiao.delivery.publishing.asking import AlreadyOnItsWay, ask, way_of
from hongqiao.delivery.publishing.states import MOVES, guard, hold, on_change

__all__ = ["MOVES", "AlreadyOnItsWay", "ask", "guard", "hold", "on_change", "way_of"]
