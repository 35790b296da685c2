"""DATABASE_URL, as most hosts write it: postgres://user:password@host:port/name?sslmode=require."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from hongqiao.errors import N_, HongqiaoError


class BadDatabaseUrl(HongqiaoError):
    code = "database_url"
    message = N_("DATABASE_URL 看不懂：%(reason)s")
    next_step = N_("请写成 postgres://用户:密码@主机:端口/库名；不填则用本机 SQLite")


def from_url(url: str) -> dict[str, Any]:
    """Return Django's settings for a PostgreSQL address. Raises BadDatabaseUrl for any other scheme."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise BadDatabaseUrl(reason=parts.scheme or "—")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
