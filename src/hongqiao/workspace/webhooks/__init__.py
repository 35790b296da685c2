"""Telling a brand's own systems what happened: `register` names an event, `announce` tells it. See docs/webhooks.md."""

from .announcing import announce, events, register
from .signing import sign, verify

__all__ = ["announce", "events", "register", "sign", "verify"]
